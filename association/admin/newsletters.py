"""The newsletter at the desk: drafts, the paper as members see it, to whom it goes, and how far it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from association import clock, ports, queries
from association.actions import dispatches, newsletters
from association.admin import reach
from association.admin.base import DeskAdmin, ReadOnlyAdmin, against, find, page_of, typed_in
from association.decisions import Decision, failed, setting
from association.models import Dispatch, NewsletterIssue, NewsletterOptOut
from association.models.message import Channel
from association.rules import newsletters as rules
from association.rules import plain_text
from association.web import attempt, officer, sentences, user_of

DRAFTING = "association.add_newsletterissue"
SENDING = "association.send_newsletter"
LIST = "admin:association_newsletterissue_changelist"
PAGE = "admin:association_newsletterissue_change"
TABS = (
    (gettext_lazy("Announcements"), "admin:association_announcement_changelist", "association.view_announcement"),
    (
        gettext_lazy("Official documents"),
        "admin:association_officialnotice_changelist",
        "association.view_officialnotice",
    ),
    (
        gettext_lazy("Register of numbers"),
        "admin:association_documentnumber_changelist",
        "association.view_documentnumber",
    ),
    (gettext_lazy("Objections"), "admin:association_objection_changelist", "association.view_objection"),
    (gettext_lazy("Newsletter"), LIST, "association.view_newsletterissue"),
    (
        gettext_lazy("Without the newsletter"),
        "admin:association_newsletteroptout_changelist",
        "association.view_newsletteroptout",
    ),
)


class IssueForm(forms.Form):
    number = forms.IntegerField(label=gettext_lazy("issue number"), min_value=1, max_value=100_000)
    subject = forms.CharField(label=pgettext_lazy("newsletter", "subject"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("text"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=gettext_lazy(
            "An empty line begins a new paragraph. «# » in front makes a heading, «- » an item of a list; a link is "
            "[words](https://…)."
        ),
    )


class PartsForm(forms.Form):
    """Which members; of each sort none chosen means all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, (sort, found) in enumerate(ports.audiences[newsletters.AUDIENCE].parts(clock.today())):
            self.fields[f"parts_{number}"] = forms.MultipleChoiceField(
                label=sort,
                required=False,
                choices=[(part.key, part.name) for part in found],
                widget=forms.CheckboxSelectMultiple,
                help_text=_("None chosen: all of them."),
            )

    def parts(self) -> list[str]:
        return [key for chosen in self.cleaned_data.values() for key in chosen]


def provided() -> Decision:
    """Whether the rules in force provide for a newsletter."""
    try:
        return rules.check_provided(queries.rulebook_on(clock.today()))
    except queries.NoRulebook:
        return failed("newsletter_not_provided", setting("rulebook"))


@admin.register(NewsletterIssue)
class NewsletterIssueAdmin(DeskAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("draft/", self.draft, "draft"),
            self.route("<int:pk>/edit/", self.edit, "edit"),
            self.route("<int:pk>/discard/", self.discard, "discard"),
            self.route("<int:pk>/test/", self.test, "test"),
            self.route("<int:pk>/send/", self.send, "send"),
            self.route("<int:pk>/progress/", self.progress, "progress"),
            self.route("<int:pk>/cancel/", self.cancel, "cancel"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        page = page_of(request, NewsletterIssue.objects.select_related("dispatch", "drafted_by", "sent_by"))
        decision = provided()
        return self.page(
            request,
            "desk/association/newsletters.html",
            title=str(decision.reasons[0].facts.get("name", "")) or _("Newsletter"),
            page=page,
            rows=[{"row": row, "state": state(row)} for row in page.rows],
            provided=decision.passed,
            reasons=sentences(decision),
            sources=decision.sources,
            may_draft=decision.passed and request.user.has_perm(DRAFTING),
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        return self.draft(request)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row = self.find(object_id)
        return self.page(
            request,
            "desk/association/newsletter.html",
            title=row.subject,
            where=_("Newsletter"),
            where_url=reverse(LIST),
            row=row,
            state=state(row),
            blocks=plain_text.blocks(row.text),
            mail=newsletters.letter(row, on=row.sent_on or clock.today()) if provided().passed else None,
            dispatch=dispatch_of(row),
            work=work(row),
            groups=group_names(dispatch_of(row)),
            may_edit=row.sent_on is None and request.user.has_perm(DRAFTING),
            may_send=row.sent_on is None and request.user.has_perm(SENDING),
        )

    def draft(self, request: HttpRequest) -> HttpResponse:
        self.require(request, DRAFTING)
        form = IssueForm(typed_in(request), initial={"number": newsletters.next_number()})
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: newsletters.draft(**form.cleaned_data, by=officer(request), on=clock.today()),
                done=_("The draft is kept. See how it looks, then send yourself a trial."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self.written(request, form, title=_("Draft an issue"), cancel_url=reverse(LIST))

    def edit(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, DRAFTING)
        row = self.find(pk)
        start = {"number": row.number, "subject": row.subject, "text": row.text}
        form = IssueForm(typed_in(request), initial=start)
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: newsletters.edit(row, **form.cleaned_data, by=officer(request), on=clock.today()),
                done=_("The draft is kept."),
            )
            if made is not None:
                return redirect(PAGE, row.pk)
        return self.written(request, form, title=row.subject, cancel_url=reverse(PAGE, args=[row.pk]))

    def written(self, request: HttpRequest, form: forms.Form, *, title: str, cancel_url: str) -> HttpResponse:
        return self.page(
            request,
            "desk/association/form.html",
            title=title,
            where=_("Newsletter"),
            where_url=reverse(LIST),
            form=form,
            submit=_("Save the draft"),
            cancel_url=cancel_url,
        )

    def discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, DRAFTING)
        row = self.find(pk)
        if request.method == "POST":
            done = attempt(
                request,
                lambda: newsletters.discard(row, on=clock.today()) or True,
                done=_("The draft is thrown away."),
            )
            return redirect(LIST) if done else redirect(PAGE, row.pk)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Throw this draft away?"),
            where=_("Newsletter"),
            where_url=reverse(LIST),
            lede=row.subject,
            effects=[{"text": _("Nobody has received it. Its number is free again.")}],
            confirm=_("Throw away"),
            stop=True,
            cancel_url=reverse(PAGE, args=[row.pk]),
        )

    def test(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, DRAFTING)
        row, user = self.find(pk), user_of(request)
        if request.method == "POST":
            attempt(
                request,
                lambda: newsletters.send_test(row, to=user, on=clock.today()) or True,
                done=_("A trial is on its way to %(address)s.") % {"address": user.email},
            )
        return redirect(PAGE, row.pk)

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """First whom, then how many these are, then it is sent."""
        self.require(request, SENDING)
        row, today = self.find(pk), clock.today()
        form = PartsForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            parts = form.parts()
            if "confirmed" in request.POST:
                sent = attempt(
                    request,
                    lambda: newsletters.send(row, parts=parts, by=officer(request), on=today),
                    done=_("The issue is on its way. This page shows how far it is."),
                )
                if sent is not None:
                    return redirect(PAGE, row.pk)
            return self.confirm(request, row, form)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("To whom does it go?"),
            where=_("Newsletter"),
            where_url=reverse(LIST),
            lede=row.subject,
            form=form,
            submit=_("Count who gets it"),
            cancel_url=reverse(PAGE, args=[row.pk]),
        )

    def confirm(self, request: HttpRequest, row: NewsletterIssue, form: PartsForm) -> HttpResponse:
        today, parts = clock.today(), form.parts()
        decision = newsletters.check_send(row, parts, on=today)
        found = decision.value if decision.passed else newsletters.reach(parts, on=today)
        without = rules.check_opt_out(queries.rulebook_on(today))
        effects = [
            {
                "text": ngettext(
                    "%(count)d account gets it by mail and in the portal.",
                    "%(count)d accounts get it by mail and in the portal.",
                    found.told,
                )
                % {"count": found.told},
                "to": "、".join(group_names_of(parts)) or _("all members"),
                "sources": without.sources,
            },
            _("From now on it is not changed. What has not gone out can be stopped."),
        ]
        reached = reach.shown(request, *reach.members(parts, [Channel.MAIL], newsletter=True))
        facts = [
            (_("Members chosen"), found.expected),
            (_("Do without it"), found.opted_out),
            (_("Without an account, so without an address"), found.unreached),
            *reached.pop("ways"),
        ]
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Send issue %(number)s?") % {"number": row.number},
            where=_("Newsletter"),
            where_url=reverse(LIST),
            lede=row.subject,
            facts=facts,
            **reached,
            effects=effects,
            typed=[(name, value) for name in form.fields for value in request.POST.getlist(name)],
            confirm=pgettext("newsletter", "Send it"),
            reasons=against(decision),
            cancel_url=reverse(PAGE, args=[row.pk]),
        )

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bar alone, asked for again every two seconds."""
        self.require_view(request)
        return render(request, "desk/association/work.html", {"work": work(self.find(pk))})

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, SENDING)
        row = self.find(pk)
        if request.method == "POST" and dispatch_of(row) is not None:
            stopped = attempt(request, lambda: newsletters.cancel(row, by=officer(request), on=clock.today()))
            if stopped is not None:
                self.message_user(request, taken_back(stopped))
        return redirect(PAGE, row.pk)

    def find(self, key: Any) -> NewsletterIssue:
        related = ("dispatch__ordered_by", "dispatch__cancelled_by", "drafted_by", "sent_by", "decision__version")
        return find(NewsletterIssue.objects.select_related(*related), key)


@admin.register(NewsletterOptOut)
class NewsletterOptOutAdmin(ReadOnlyAdmin):
    tabs = TABS
    list_display = ("user", "opted_out_on", "way", "opted_in_on")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")


def taken_back(stopped: int) -> str:
    words = ngettext(
        "Stopped. %(count)d mail was taken back; what went out before stays.",
        "Stopped. %(count)d mails were taken back; what went out before stays.",
        stopped,
    )
    return words % {"count": stopped}


def dispatch_of(row: NewsletterIssue) -> Dispatch | None:
    return getattr(row, "dispatch", None)


def state(row: NewsletterIssue) -> dict[str, str]:
    dispatch = dispatch_of(row)
    if dispatch is None:
        return {"label": pgettext("newsletter", "draft"), "tone": "waiting"}
    if dispatch.cancelled_at is not None:
        return {"label": pgettext("newsletter", "cancelled on the way"), "tone": "stopped"}
    if dispatch.finished_at is None:
        return {"label": pgettext("newsletter", "being sent"), "tone": "waiting"}
    return {"label": pgettext("newsletter", "sent"), "tone": "done"}


def work(row: NewsletterIssue) -> dict[str, Any] | None:
    """How far the sending is: members gone through, then mails that still wait in the outbox."""
    dispatch = dispatch_of(row)
    if dispatch is None:
        return None
    occasion = newsletters.occasion(row)
    waiting = dispatches.unsent(occasion)
    running = dispatch.cancelled_at is None and (dispatch.finished_at is None or waiting > 0)
    words = ngettext("%(count)d mail still to go out", "%(count)d mails still to go out", waiting)
    return {
        "key": f"newsletter-{row.pk}",
        "label": _("Sending of issue %(number)s") % {"number": row.number},
        "done": dispatch.done,
        "total": max(dispatch.expected, dispatch.done),
        "state": "stopped" if dispatch.cancelled_at else "running" if running else "done",
        "text": words % {"count": waiting} if waiting else "",
        "poll_url": reverse("admin:association_newsletterissue_progress", args=[row.pk]),
        "cancel_url": reverse("admin:association_newsletterissue_cancel", args=[row.pk]),
    }


def group_names(dispatch: Dispatch | None) -> list[str]:
    return group_names_of(dispatch.parts) if dispatch else []


def group_names_of(parts: list[str]) -> list[str]:
    """What the chosen groups are called today."""
    known = {
        part.key: part.name
        for _sort, found in ports.audiences[newsletters.AUDIENCE].parts(clock.today())
        for part in found
    }
    return [known.get(key, key) for key in parts]
