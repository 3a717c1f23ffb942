"""A meeting at the desk: who was asked and came, what was voted, who keeps out, the minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from association import clock
from association.actions import interim, meetings, minutes, votes
from association.admin import reach
from association.admin.base import DeskAdmin, against, file_page, find, typed_in
from association.admin.forms import ScanForm
from association.admin.sitting_forms import (
    AttendanceForm,
    MinutesForm,
    OpenVoteForm,
    PersonForm,
    RecusalForm,
    SecretVoteForm,
    SettleForm,
    cast_in,
)
from association.decisions import Refused
from association.files.errors import Unacceptable
from association.files.keeping import keep_upload
from association.files.phrases import say
from association.models import Ballot, InterimDecision, Meeting, Recusal, Resolution, ResolutionItem
from association.models.vote import COUNTED, Attendance, Choice
from association.rules import voting
from association.values import long_date
from association.voting_words import needs
from association.web import attempt, officer, sentences, user_of

MEETING = "association.add_meeting"
PASSING = "association.pass_resolution"
PAGE = "admin:association_meeting_change"
VOTES = "admin:association_resolution_votes"
CAME = {
    Attendance.UNKNOWN: "waiting",
    Attendance.PRESENT: "done",
    Attendance.PROXY: "done",
    Attendance.EXCUSED: "neutral",
    Attendance.ABSENT: "stopped",
}


class Holding(DeskAdmin):
    """The page of one meeting."""

    def show(
        self, request: HttpRequest, meeting: Meeting, form: Any = None, roll: AttendanceForm | None = None
    ) -> HttpResponse:
        """``form``, ``roll``: the minutes and the roll as they were typed, where they were refused."""
        rows = list(meeting.attendees.select_related("user", "proxy"))
        today = clock.today()
        agenda = [
            (row, SettleForm(meeting=meeting, auto_id=f"id_interim_{row.pk}_%s")) for row in interim.agenda(meeting)
        ]
        counted = sum(row.attendance in COUNTED for row in rows)
        return self.page(
            request,
            "desk/association/meeting.html",
            title=meeting.title,
            where=_("Meetings"),
            where_url=reverse("admin:association_meeting_changelist"),
            meeting=meeting,
            status=status_of(meeting),
            rows=[(row, row.get_attendance_display(), CAME[Attendance(row.attendance)]) for row in rows],
            present=counted,
            resolutions=list(meeting.resolutions.order_by("pk")),
            agenda=agenda,
            settled=list(
                InterimDecision.objects.filter(resolution__meeting=meeting).select_related("case", "resolution")
            ),
            may_settle=request.user.has_perm(PASSING),
            may_meet=request.user.has_perm(MEETING) and meeting.signed_on is None,
            may_scan=request.user.has_perm(MEETING) and meeting.signed_on is not None,
            ahead=meeting.held_on > today,
            attendance=roll
            or AttendanceForm(
                rows=rows, rest=Attendance.PRESENT if request.GET.get("all") == Attendance.PRESENT else ""
            ),
            person=PersonForm(),
            minutes=form or MinutesForm(initial={"minutes": meeting.minutes or minutes.draft(meeting)}),
            missed=meetings.check_missed(meeting, on=today).passed,
            missing=sentences(meeting.signing.decision) if meeting.without_quorum and meeting.signing else [],
            scan_url=file_page(meeting.scan),
            notice=meetings.notice_days(meeting),
            notice_default=voting.DEFAULT if meetings.notice_is_default(meeting) else "",
            late=0 < (meeting.held_on - today).days < meetings.notice_days(meeting),
            reasons=against(meetings.check_sign(meeting, on=today)),
        )

    def invite(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First whom, and who has no address; then they are told."""
        meeting = self._posted(request, pk)
        if meeting is not None and "confirmed" not in request.POST:
            context = reach.invitation(request, meeting)
            return self.page(request, "desk/association/confirm.html", cancel_url=reverse(PAGE, args=[pk]), **context)
        if meeting is not None:
            new = attempt(request, lambda: meetings.invite(meeting, on=clock.today()))
            if new is not None:
                said = (
                    _("%(count)s invited and told.") if new else _("Everybody who sits in the body was told already.")
                )
                messages.success(request, said % {"count": len(new)})
        return redirect(PAGE, pk)

    def add_person(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self._posted(request, pk)
        form = PersonForm(request.POST)
        if meeting is not None and form.is_valid():
            name = form.cleaned_data["name"]
            attempt(request, lambda: meetings.add_person(meeting, name), done=_("Added to the list."))
        return redirect(PAGE, pk)

    def attendance(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is refused stays as typed, with the reason at its line."""
        meeting = self._posted(request, pk)
        if meeting is None:
            return redirect(PAGE, pk)
        form = AttendanceForm(request.POST, rows=list(meeting.attendees.all()))
        if form.is_valid():
            try:
                meetings.take_attendance(meeting, form.attendance(), form.proxies(), on=clock.today())
            except Refused as refusal:
                for line in form.point_out(refusal.decision):
                    messages.error(request, line)
                meeting.refresh_from_db()
            else:
                messages.success(request, _("It is recorded who came."))
                return redirect(PAGE, pk)
        return self.show(request, meeting, roll=form)

    def sign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask once more, then keep the minutes: nothing of the meeting changes after that."""
        meeting = self._posted(request, pk)
        if meeting is None:
            return redirect(PAGE, pk)
        form = MinutesForm(request.POST)
        if not form.is_valid():
            return self.show(request, meeting, form)
        allowed = meetings.check_sign(meeting, on=clock.today()).passed
        if allowed and "confirmed" not in request.POST:
            return self._ask_to_keep(request, meeting, form, [], _("Keep as signed"))
        signed = attempt(
            request,
            lambda: meetings.sign_minutes(
                meeting, form.cleaned_data["minutes"], by=officer(request), on=clock.today()
            ),
            done=_("The minutes are kept as signed."),
        )
        return redirect(PAGE, pk) if signed is not None else self.show(request, meeting, form)

    def missed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep on record that no quorum was reached."""
        meeting = self._posted(request, pk)
        if meeting is not None:
            form = MinutesForm(request.POST)
            if not form.is_valid():
                return self.show(request, meeting, form)
            allowed = meetings.check_missed(meeting, on=clock.today())
            if allowed.passed and "confirmed" not in request.POST:
                confirm = _("Keep the signed minutes as a record without a quorum")
                effects = [*sentences(allowed), _("Nothing was decided then, and nothing can be at this meeting.")]
                return self._ask_to_keep(request, meeting, form, effects, confirm)
            text = form.cleaned_data["minutes"]
            attempt(
                request,
                lambda: meetings.record_missed(meeting, text, by=officer(request), on=clock.today()),
                done=_("It is on record that no quorum was reached."),
            )
        return redirect(PAGE, pk)

    def _ask_to_keep(
        self, request: HttpRequest, meeting: Meeting, form: MinutesForm, effects: list[str], confirm: str
    ) -> HttpResponse:
        """The last question before the minutes are kept, which nobody can take back."""
        page, text = reverse(PAGE, args=[meeting.pk]), form.cleaned_data["minutes"]
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Keep these minutes as signed?"),
            where=meeting.title,
            where_url=page,
            facts=[(_("Held on"), long_date(meeting.held_on)), (_("Minutes"), linebreaksbr(text))],
            effects=[{"text": line} for line in (*effects, _("After that nothing of the meeting changes."))],
            typed=[("minutes", text)],
            confirm=confirm,
            cancel_url=page,
        )

    def add_scan(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Keep the signed paper of the minutes."""
        self.require(request, MEETING)
        meeting = find(Meeting.objects.all(), pk)
        form = ScanForm(request.POST, request.FILES)
        if request.method == "POST" and form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                kept = keep_upload(upload, name=upload.name, by=user_of(request))
            except Unacceptable as problem:
                messages.error(request, say(problem.code, problem.facts))
            else:
                attempt(request, lambda: meetings.attach_scan(meeting, kept), done=_("The signed scan is kept."))
        return redirect(PAGE, pk)

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ratify or revoke what was decided between meetings."""
        self.require(request, PASSING)
        meeting = find(Meeting.objects.select_related("body"), pk)
        if request.method == "POST":
            row = find(InterimDecision.objects.select_related("case"), request.POST.get("interim"))
            form = SettleForm(request.POST, meeting=meeting)
            if form.is_valid():
                typed, by = form.cleaned_data, officer(request)
                if typed["do"] == "ratify":
                    attempt(request, lambda: interim.ratify(row, typed["resolution"], by=by), done=_("Ratified."))
                elif "confirmed" not in request.POST:
                    return self._ask_to_revoke(request, meeting, row, typed)
                else:
                    attempt(
                        request,
                        lambda: interim.revoke(row, typed["resolution"], note=typed["note"], by=by),
                        done=_("Revoked; every effect is undone."),
                    )
            else:
                messages.error(request, _("Choose the passed resolution of this meeting."))
        return redirect(PAGE, meeting.pk)

    def _ask_to_revoke(
        self, request: HttpRequest, meeting: Meeting, row: InterimDecision, typed: dict[str, Any]
    ) -> HttpResponse:
        """What a revocation undoes, and what stands in its way, before it is done."""
        resolution, note = typed["resolution"], typed["note"]
        page = reverse(PAGE, args=[meeting.pk])
        since = row.taken_on if interim.from_start(row) else meeting.held_on
        facts = {"case": row.case, "day": long_date(row.taken_on), "since": long_date(since)}
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Revoke what was decided between meetings?"),
            where=meeting.title,
            where_url=page,
            facts=[
                (_("Case"), str(row.case)),
                (_("In effect since"), long_date(row.taken_on)),
                (_("Why it could not wait"), row.urgency or "—"),
                (_("Resolution"), str(resolution)),
                (_("Reason"), note or "—"),
            ],
            effects=[
                {"text": _("The decision of %(day)s on «%(case)s» has no effect from %(since)s on.") % facts,
                 "sources": interim.sources_of(row.case)},
                {"text": _("All that it brought about is undone in one step: what was conferred, issued, made public "
                           "and billed. What was paid is owed back.")},
                {"text": _("They are told, with the resolution."), "to": row.case.subject},
                {"text": _("The decision and everything done under it stay on record.")},
            ],
            typed=[
                ("interim", row.pk), ("resolution", resolution.pk), ("do", "revoke"), ("note", note),
            ],
            reasons=against(interim.check_revoke(row, resolution, note=note, by=officer(request))),
            confirm=_("Revoke it, with every effect"),
            stop=True,
            cancel_url=page,
        )  # fmt: skip

    def _posted(self, request: HttpRequest, pk: int) -> Meeting | None:
        self.require(request, MEETING)
        meeting = find(Meeting.objects.select_related("body", "scan"), pk)
        return meeting if request.method == "POST" else None


def status_of(meeting: Meeting) -> dict[str, str]:
    if meeting.without_quorum:
        return {"label": pgettext("meeting", "no quorum, nothing decided"), "tone": "stopped"}
    if meeting.signed_on is not None:
        return {"label": pgettext("meeting", "minutes signed"), "tone": "done"}
    return {"label": pgettext("meeting", "open"), "tone": "waiting"}


class Voting(DeskAdmin):
    """The page of the votes on one resolution."""

    def votes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Each item with its vote and who keeps out; ``secret`` asks for counts instead of names."""
        self.require_view(request)
        resolution = find(Resolution.objects.select_related("meeting__body"), pk)
        if request.method == "POST":
            self.require(request, PASSING)
            self._record(request, resolution)
            return redirect(VOTES, resolution.pk)
        secret = votes.rule_of(resolution).secret or request.GET.get("secret") == "1"
        recordable = votes.check_recordable(resolution)
        items: list[ResolutionItem | None] = list(resolution.items.select_related("case").order_by("pk")) or [None]
        ballots = {
            b.item_id: b for b in Ballot.objects.filter(resolution=resolution).prefetch_related("cast__attendee")
        }
        recusals = list(Recusal.objects.filter(case__resolution_items__resolution=resolution))
        matters = []
        for number, item in enumerate(items):
            ids = f"id_{number}_%s"
            voters = votes.voters(resolution, item)
            matters.append(
                {
                    "item": item,
                    "title": str(item.case if item else resolution),
                    "ballot": ballots.get(item.pk if item else None),
                    "recusals": [one for one in recusals if item and one.case_id == item.case_id],
                    "form": SecretVoteForm(auto_id=ids)
                    if secret
                    else OpenVoteForm(
                        rows=voters,
                        auto_id=ids,
                        initial=cast_in(
                            ballots.get(item.pk if item else None),
                            voters,
                            Choice.YES if request.GET.get("all") == Choice.YES else "",
                        ),
                    ),
                    "recuse": RecusalForm(meeting=resolution.meeting, auto_id=ids) if item else None,
                    "voters": len(voters),
                }
            )
        return self.page(
            request,
            "desk/association/votes.html",
            title=_("Votes"),
            where=resolution.number,
            where_url=reverse("admin:association_resolution_change", args=[resolution.pk]),
            resolution=resolution,
            rule=votes.rule_of(resolution),
            needs=needs(votes.rule_of(resolution)),
            matters=matters,
            secret=secret,
            may_record=request.user.has_perm(PASSING),
            reasons=against(recordable),
        )

    def _record(self, request: HttpRequest, resolution: Resolution) -> None:
        asked = request.POST.get("item", "")
        item = find(resolution.items.select_related("case"), asked) if asked else None
        do = request.POST.get("do")
        form: Any
        done = _("The vote is recorded.")
        if do == "recuse" and item is not None:
            form = RecusalForm(typed_in(request), meeting=resolution.meeting)
            if form.is_valid():
                typed = form.cleaned_data
                attempt(
                    request,
                    lambda: votes.recuse(
                        item.case, typed["attendee"], reason=typed["reason"], by=officer(request), on=clock.today()
                    ),
                    done=_("The recusal is on record; the papers of the case are closed to this person."),
                )
            else:
                messages.error(request, _("Say who keeps out and why."))
        elif do == "secret":
            form = SecretVoteForm(request.POST)
            if form.is_valid():
                attempt(request, lambda: votes.record_secret(resolution, item, form.count()), done=done)
            else:
                messages.error(request, _("Give the three counts as whole numbers."))
        else:
            form = OpenVoteForm(request.POST, rows=votes.voters(resolution, item))
            if form.is_valid():
                attempt(request, lambda: votes.record_open(resolution, item, form.choices()), done=done)
