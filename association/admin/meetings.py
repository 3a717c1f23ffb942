"""Meetings and what they resolve: drafted with cases, decided item by item, kept with the signed scan."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from association import clock, ports, queries
from association.actions import resolutions, votes
from association.admin.base import (
    against,
    case_page,
    file_page,
    find,
    page_of,
    query_of,
    typed_in,
)
from association.admin.drafts import DRAFTING, Drafting, queues, too_early
from association.admin.forms import VOTES, MeetingForm, ScanForm, VotesForm
from association.admin.papers import Dossier, Sheets
from association.admin.sittings import Holding, Voting
from association.cases import engine
from association.decisions import require
from association.files.errors import Unacceptable
from association.files.keeping import keep_upload
from association.files.phrases import say
from association.models import Body, Meeting, Resolution, ResolutionItem
from association.models.resolution import ItemOutcome
from association.ports import Outlook
from association.web import attempt, officer, sentences, user_of

PASSING = "association.pass_resolution"
MEETING = "association.add_meeting"
OUTCOMES = {
    ItemOutcome.PENDING: (gettext_lazy("not decided"), "neutral"),
    ItemOutcome.APPROVED: (gettext_lazy("approved"), "done"),
    ItemOutcome.REFUSED: (gettext_lazy("refused"), "stopped"),
    ItemOutcome.DEFERRED: (gettext_lazy("put off"), "waiting"),
}
TO_BE = {value: (words, OUTCOMES[ItemOutcome(value)][1]) for value, words in VOTES}
"""What the meeting is about to have said of an item: «approve», not yet «approved»."""
TABS = (
    (gettext_lazy("Meetings"), "admin:association_meeting_changelist", "association.view_meeting"),
    (gettext_lazy("Resolutions"), "admin:association_resolution_changelist", "association.view_resolution"),
    (
        gettext_lazy("Between meetings"),
        "admin:association_interimdecision_changelist",
        "association.view_meeting",
    ),
    (gettext_lazy("Delegations"), "admin:association_delegation_changelist", "association.view_delegation"),
)


@admin.register(Meeting)
class MeetingAdmin(Holding, Dossier):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("new/", self.new, "new"),
            self.route("<int:pk>/invite/", self.invite, "invite"),
            self.route("<int:pk>/person/", self.add_person, "person"),
            self.route("<int:pk>/attendance/", self.attendance, "attendance"),
            self.route("<int:pk>/interim/", self.settle, "interim"),
            self.route("<int:pk>/minutes/", self.sign, "minutes"),
            self.route("<int:pk>/missed/", self.missed, "missed"),
            self.route("<int:pk>/scan/", self.add_scan, "scan"),
            self.route("<int:pk>/dossier/", self.dossier, "dossier"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        asked = query_of(request)
        rows = Meeting.objects.select_related("body").prefetch_related("resolutions")
        if asked:
            rows = rows.filter(Q(title__icontains=asked) | Q(resolutions__number__icontains=asked)).distinct()
        return self.page(
            request,
            "desk/association/meetings.html",
            title=_("Meetings"),
            page=page_of(request, rows),
            asked=asked,
            queues=queues() if request.user.has_perm(DRAFTING) else [],
            may_meet=request.user.has_perm(MEETING),
            may_draft=request.user.has_perm(DRAFTING),
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return self.new(request)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        return self.show(request, find(Meeting.objects.select_related("body", "signing__version", "scan"), object_id))

    def new(self, request: HttpRequest) -> HttpResponse:
        self.require(request, MEETING)
        start = {"held_on": clock.today(), "body": Body.objects.filter(key=request.GET.get("body", "")).first()}
        form = MeetingForm(typed_in(request), initial=start)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            meeting = resolutions.hold_meeting(
                typed["body"],
                typed["title"],
                held_on=typed["held_on"],
                begins_at=typed["begins_at"],
                place=typed["place"],
            )
            messages.success(request, _("The meeting is recorded. Now draft what it resolved."))
            if request.user.has_perm(DRAFTING):
                query = urlencode({"meeting": meeting.pk, "cases": request.GET.get("cases", "")})
                return redirect(f"{reverse('admin:association_resolution_draft')}?{query}")
            return redirect("admin:association_meeting_changelist")
        return self.page(
            request,
            "desk/association/form.html",
            title=_("New meeting"),
            where=_("Meetings"),
            where_url=reverse("admin:association_meeting_changelist"),
            form=form,
            submit=_("Record the meeting"),
            cancel_url=reverse("admin:association_meeting_changelist"),
        )


@admin.register(Resolution)
class ResolutionAdmin(Voting, Drafting, Sheets):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("draft/", self.draft, "draft"),
            self.route("<int:pk>/edit/", self.edit, "edit"),
            self.route("<int:pk>/discard/", self.discard, "discard"),
            self.route("<int:pk>/pass/", self.pass_items, "pass"),
            self.route("<int:pk>/votes/", self.votes, "votes"),
            self.route("<int:pk>/ballot/", self.ballot, "ballot"),
            self.route("<int:pk>/paper/", self.paper, "paper"),
            self.route("<int:pk>/scan/", self.add_scan, "scan"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        asked = query_of(request)
        rows = (
            Resolution.objects.select_related("meeting__body").annotate(number_of_items=Count("items")).order_by("-pk")
        )
        if asked:
            rows = rows.filter(Q(number__icontains=asked) | Q(title__icontains=asked))
        return self.page(
            request,
            "desk/association/resolutions.html",
            title=_("Resolutions"),
            page=page_of(request, rows),
            asked=asked,
            queues=queues() if request.user.has_perm(DRAFTING) else [],
            may_draft=request.user.has_perm(DRAFTING),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        resolution = find(Resolution.objects.select_related("meeting__body", "scan", "recorded_by"), object_id)
        preset = {}
        if request.GET.get("all") == ItemOutcome.APPROVED:
            preset = {f"vote_{pk}": ItemOutcome.APPROVED for pk in resolution.items.values_list("pk", flat=True)}
        return self.show(request, resolution, VotesForm(items=items_of(resolution), initial=preset))

    def show(self, request: HttpRequest, resolution: Resolution, form: VotesForm) -> HttpResponse:
        outlooks = outlooks_of(form.items, resolution)
        drafted = resolution.passed_on is None
        early = too_early([item.case for item in form.items], resolution.meeting.held_on) if drafted else {}
        rows = [
            {
                "item": item,
                "vote": vote,
                "note": note,
                "outlook": outlooks.get(item.case_id, Outlook()),
                "url": case_page(item.case, request.user),
                "outcome": OUTCOMES[ItemOutcome(item.outcome)],
                "card": card(item),
                "hindrance": hindrance(item, resolution) + early.get(item.case_id, []) if drafted else [],
            }
            for item, vote, note in form.rows()
        ]
        return self.page(
            request,
            "desk/association/resolution.html",
            title=f"{resolution.number} {resolution.title}",
            where=_("Resolutions"),
            where_url=reverse("admin:association_resolution_changelist"),
            resolution=resolution,
            drafted=drafted,
            status={
                "label": pgettext("resolution", "draft") if drafted else pgettext("resolution", "passed"),
                "tone": "waiting" if drafted else "done",
            },
            form=form,
            rows=rows,
            said=said_of(resolution),
            scan_url=file_page(resolution.scan),
            may_pass=request.user.has_perm(PASSING),
            unchecked=unchecked_of(resolution) if drafted and not rows else [],
            reasons=against(votes.check_passing(resolution, {})) if drafted and not rows else [],
            may_draft=drafted and request.user.has_perm(DRAFTING),
            ahead=resolution.meeting.held_on > clock.today(),
        )

    def pass_items(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more with every effect listed, then record what was resolved. A second click changes nothing."""
        self.require(request, PASSING)
        resolution = find(Resolution.objects.select_related("meeting__body"), pk)
        back = redirect("admin:association_resolution_change", resolution.pk)
        if request.method != "POST":
            return back
        items = items_of(resolution)
        if not items:
            attempt(
                request,
                lambda: resolutions.pass_bare(resolution, on=clock.today()),
                done=_("The resolution is recorded as passed."),
            )
            return back
        form = VotesForm(request.POST, items=items)
        if not form.is_valid() and resolution.passed_on is None:
            return self.show(request, resolution, form)
        if "confirmed" not in request.POST and resolution.passed_on is None:
            return self.confirm(request, resolution, form)
        passed = attempt(
            request,
            lambda: resolutions.pass_items(
                resolution, form.votes() if form.is_valid() else {}, by=officer(request), on=clock.today()
            ),
            done=_("The resolution is recorded and carried out, item by item."),
        )
        resolution.refresh_from_db()
        refused = passed is None and resolution.passed_on is None
        return self.show(request, resolution, form) if refused else back  # as it was typed

    def confirm(self, request: HttpRequest, resolution: Resolution, form: VotesForm) -> HttpResponse:
        """The page that asks once more; the votes as they were typed where they cannot be recorded."""
        said = form.votes()
        outcomes = {pk: vote.outcome for pk, vote in said.items()}
        if attempt(request, lambda: require(votes.check_passing(resolution, outcomes))) is None:
            return self.show(request, resolution, form)
        outlooks = outlooks_of(form.items, resolution)
        rows = []
        for item in form.items:
            vote, outlook = said[item.pk], outlooks.get(item.case_id, Outlook())
            deferred = ({"text": _("Nothing changes; the case waits for another meeting."), "sources": ()},)
            effects = {ItemOutcome.APPROVED: outlook.approved, ItemOutcome.REFUSED: outlook.refused}
            rows.append(
                {
                    "item": item,
                    "outcome": TO_BE[ItemOutcome(vote.outcome)],
                    "note": vote.note,
                    "effects": effects.get(ItemOutcome(vote.outcome), deferred),
                }
            )
        tally = Counter(vote.outcome for vote in said.values())
        return self.page(
            request,
            "desk/association/confirm_votes.html",
            title=_("Record what the meeting resolved?"),
            where=str(resolution.number),
            where_url=reverse("admin:association_resolution_change", args=[resolution.pk]),
            resolution=resolution,
            rows=rows,
            unchecked=unchecked_of(resolution),
            tally=[(words, tally[value]) for value, words in VOTES if tally[value]],
            typed=[(name, form.data.get(name, "")) for name in form.fields],
        )

    def add_scan(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the signed paper of a passed resolution. What was kept before stays in the store."""
        self.require(request, PASSING)
        resolution = find(Resolution.objects.all(), pk)
        form = ScanForm(request.POST, request.FILES)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                kept = keep_upload(upload, name=upload.name, by=user_of(request))
            except Unacceptable as error:
                messages.error(request, say(error.code, error.facts))
            else:
                attempt(request, lambda: resolutions.attach_scan(resolution, kept), done=_("The signed scan is kept."))
        elif request.method == "POST":
            messages.error(request, " ".join(str(line) for line in form.errors.get("file", [])))
        return redirect("admin:association_resolution_change", resolution.pk)


def unchecked_of(resolution: Resolution) -> list[str]:
    """What is not checked of a draft when it is passed: of a meeting without a list there is no record to check."""
    if resolution.taken_from or resolution.meeting.attendees.exists():
        return []
    return [_("It is not recorded who came and how it was voted: Huiji does not check the quorum and the majority.")]


def said_of(resolution: Resolution) -> list[str]:
    """What a reader has to know of the meeting before relying on the resolution."""
    if resolution.meeting.without_quorum:
        return [_("No quorum was reached at this meeting: nothing was decided, and nothing can be under it.")]
    if resolution.passed_on is None or resolution.taken_from:
        return []
    if not resolution.meeting.attendees.exclude(attendance="").exists():
        return [_("It is not recorded who came and how it was voted, so Huiji has not checked the quorum.")]
    return []


def items_of(resolution: Resolution) -> list[ResolutionItem]:
    rows = resolution.items.select_related("case__version", "decision__actor", "decision__version")
    return list(rows.order_by("pk"))


def outlooks_of(items: list[ResolutionItem], resolution: Resolution) -> dict[int, Outlook]:
    """What each item's case is about and would bring; a constant number of queries for each kind of case."""
    found: dict[int, Outlook] = {}
    cases = sorted((item.case for item in items), key=lambda case: case.kind)
    for kind, group in groupby(cases, key=lambda case: case.kind):
        if kind in ports.effects:
            found |= ports.effects[kind].outlook(list(group), on=resolution.meeting.held_on)
    return found


def hindrance(item: ResolutionItem, resolution: Resolution) -> list[str]:
    """Why an approval would be put off: the reasons that the action would give."""
    decision = engine.check_body(item.case, resolution.meeting.body.key)
    return [] if decision.passed else sentences(decision)


def card(item: ResolutionItem) -> dict[str, Any] | None:
    """The decision card of an item that was decided."""
    record = item.decision
    if record is None:
        return None
    return {
        "outcome": record.outcome,
        "what": str(item.case),
        "by": record.actor_name,
        "body": queries.body_name(record.body) if record.body else "",
        "on": record.on,
        "reasons": sentences(record.decision),
        "note": item.note,
        "sources": record,
    }
