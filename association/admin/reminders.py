"""Reminders at the desk: who was told of what is due, and what a higher body says of what is late (督办)."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from association import clock, queries
from association.actions import escalations
from association.admin.base import ReadOnlyAdmin, against, find, typed_in
from association.admin.calendar import what_words
from association.decisions import Source
from association.letters import cited
from association.models import Reminder
from association.rules.counting import workdays_left
from association.values import left_words, long_date
from association.web import attempt, officer

STAGES = {
    "on_day": gettext_lazy("on the last day"),
    "escalation": gettext_lazy("brought before a higher body"),
}


def stage_words(code: str) -> str:
    """«5 working days before» of ``before_5``."""
    kind, _mark, number = code.partition("_")
    if code in STAGES or not number.isdecimal():
        return str(STAGES.get(code, code))
    n = int(number)
    if kind == "before":
        return ngettext("%(n)s working day before", "%(n)s working days before", n) % {"n": n}
    return ngettext("%(n)s working day overdue", "%(n)s working days overdue", n) % {"n": n}


REASONS = {
    "too_short": gettext_lazy("the period began later than that day"),
    "overtaken": gettext_lazy("a later stage was reached before the duty ran"),
    "nobody": gettext_lazy("there is no account to write to"),
}


class AcknowledgeForm(forms.Form):
    note = forms.CharField(
        label=pgettext_lazy("order", "What is to be done"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who does it until when, such as: to be finished by Friday."),
    )


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """Who was reminded of what, and what was skipped and why; what was brought before a body is acknowledged."""

    list_display = ["case", "what", "stage_words", "done_on", "result", "set_by"]
    list_filter = ["outcome"]
    list_select_related = ["deadline__case"]
    search_fields = ["deadline__case__subject"]
    list_display_links = None

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/acknowledge/", self.acknowledge, "acknowledge"), *super().get_urls()]

    def acknowledge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is late, whose turn it is, since when; one note says what is to be done."""
        self.require_view(request)
        row = find(Reminder.objects.select_related("deadline__case"), pk)
        today, late = clock.today(), row.deadline
        form = AcknowledgeForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            done = attempt(
                request,
                lambda: escalations.acknowledge(row, note=form.cleaned_data["note"], by=officer(request), on=today),
                done=_("Your note is on record. It stays on the list until it is done."),
            )
            if done is not None:
                return redirect("admin:index")
        facts = {"step": what_words(late.case, late.code), "subject": late.case.subject}
        body = queries.body_name(late.body) or _("the applicant")
        left = workdays_left(today, late.due_on, queries.calendar())
        since = left_words(left, today=today == late.due_on)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Acknowledge what is late"),
            where=_("Today"),
            where_url=reverse("admin:index"),
            lede=_("%(step)s, %(subject)s") % facts,
            effects=[
                {"text": _("It was due on %(day)s: %(since)s.") % {"day": long_date(late.due_on), "since": since}},
                {"text": _("It is the turn of %(body)s.") % {"body": body}},
                {"text": _("Your note stands beside it on the page of today, with your name in the records.")},
            ],
            form=form,
            reasons=against(escalations.check_acknowledge(row, officer(request), on=today)),
            confirm=_("Acknowledge"),
            cancel_url=reverse("admin:index"),
        )

    @admin.display(description=gettext_lazy("case"))
    def case(self, obj: Reminder) -> str:
        return str(obj.deadline.case)

    @admin.display(description=gettext_lazy("what is due"))
    def what(self, obj: Reminder) -> str:
        return what_words(obj.deadline.case, obj.deadline.code)

    @admin.display(description=gettext_lazy("stage"), ordering="stage")
    def stage_words(self, obj: Reminder) -> str:
        return stage_words(obj.stage)

    @admin.display(description=gettext_lazy("set by"))
    def set_by(self, obj: Reminder) -> str:
        """The articles that say when people are reminded, or that we do."""
        sources = [Source.from_json(source) for source in obj.sources]
        return cited(sources, obj.deadline.case.version_id) or _("default of the system")

    @admin.display(description=gettext_lazy("outcome"), ordering="outcome")
    def result(self, obj: Reminder) -> str:
        """Whose people were told and how many, or why nobody was."""
        body = queries.body_name(obj.body) if obj.body else ""
        if obj.reason:
            return _("not sent: %(why)s") % {"why": REASONS.get(obj.reason, obj.reason)}
        return ngettext("sent: %(body)s, %(n)s person", "sent: %(body)s, %(n)s people", obj.told) % {
            "body": body,
            "n": obj.told,
        }
