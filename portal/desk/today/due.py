"""Deadlines: late, due today, due this week, and what was brought before somebody (逾期督办)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.admin.base import address, case_page
from association.cases import deadlines
from association.letters.own import step_name as words_of
from association.models import Acknowledgement, Case, Deadline, Reminder
from association.models.reminder import ReminderOutcome
from association.rules.reminders import ESCALATION
from association.values import long_date
from portal.desk.today.lines import Line, Section, Viewer, Words, capped

QUEUE = "admin:admissions_application_changelist"
ACKNOWLEDGE = "admin:association_reminder_acknowledge"


def due(viewer: Viewer) -> Iterator[Section]:
    yield escalated(viewer)
    yield _due(viewer, _("Overdue"), Q(due_on__lt=viewer.on), tone="stopped")
    yield _due(viewer, _("Due today"), Q(due_on=viewer.on), tone="waiting")
    yield _due(viewer, _("Due this week"), Q(due_on__gt=viewer.on, due_on__lte=viewer.week))


def _due(viewer: Viewer, title: Words, when: Q, *, tone: str = "") -> Section:
    """Unmet deadlines of my bodies, or of all."""
    found = Deadline.objects.unmet().filter(when, case__kind__in=viewer.kinds)
    if not viewer.sees_all:
        found = found.filter(body__in=viewer.bodies)
    rows, more = capped(found.select_related("case").order_by("due_on", "pk"), viewer.most)
    above = _brought(rows) if tone == "stopped" else {}
    lines = [_line(each, _held(viewer, each, above.get(each.pk)), _order(viewer, above.get(each.pk))) for each in rows]
    return Section(title, lines, more, f"{reverse(QUEUE)}?view=all&late=1" if tone == "stopped" else "", tone)


def _brought(rows: list[Deadline]) -> dict[int, Reminder]:
    """Which of these were brought before a higher body, and what it said."""
    found = Reminder.objects.filter(deadline__in=rows, stage=ESCALATION, outcome=ReminderOutcome.SENT)
    return {one.deadline_id: one for one in found.select_related("acknowledgement__decision")}


def escalated(viewer: Viewer) -> Section:
    """What is late at another body and was brought before one of mine; what nobody has acknowledged stands first."""
    brought = Reminder.objects.filter(stage=ESCALATION, outcome=ReminderOutcome.SENT, body__in=viewer.bodies)
    late = Q(deadline__met_on__isnull=True, deadline__dropped_on__isnull=True, deadline__due_on__lt=viewer.on)
    found = brought.filter(late, deadline__case__kind__in=viewer.kinds).exclude(deadline__body__in=viewer.bodies)
    found = found.select_related("deadline__case").order_by("deadline__due_on", "deadline__pk")
    answered = Exists(Acknowledgement.objects.filter(reminder=OuterRef("pk")))
    rows, more = capped(found.filter(~answered), viewer.most)
    lines = [_line(one.deadline, _whose(one.deadline), _acknowledge(one)) for one in rows]
    if not more:
        known = found.filter(answered).select_related("acknowledgement__decision")
        rows, more = capped(known, viewer.most - len(rows))
        lines += [_line(one.deadline, _whose(one.deadline, one)) for one in rows]
    return Section(_("Late, brought before you"), lines, more, f"{reverse(QUEUE)}?view=all&late=1", "stopped")


def _order(viewer: Viewer, above: Reminder | None) -> tuple[Words, str] | None:
    """What is late at one of mine and was brought before another of mine: what to do is said there as well."""
    mine = above is not None and above.body in viewer.bodies and not said(above)
    return _acknowledge(above) if mine and above is not None else None


def _acknowledge(one: Reminder) -> tuple[Words, str]:
    return _("Acknowledge"), address(ACKNOWLEDGE, one.pk)


def said(one: Reminder) -> Any:
    """The acknowledgement, None where there is none yet."""
    return getattr(one, "acknowledgement", None)


def _line(each: Deadline, note: Words = "", act: tuple[Words, str] | None = None) -> Line:
    asked = step_name(each.case, each.code)
    return Line(each.case.subject, asked, case_page(each.case), each, each.sources, note, each.body, act)


def _whose(each: Deadline, above: Reminder | None = None) -> str:
    parts = [turn_of(each.body)]
    if above is not None and (note := said(above)):
        facts = {"body": queries.body_name(above.body), "day": long_date(note.decision.on), "note": note.note}
        parts.append(_("%(body)s on %(day)s: %(note)s") % facts)
    return " · ".join(parts)


def _held(viewer: Viewer, each: Deadline, above: Reminder | None) -> Words:
    """Before whom it was brought and what they said; where all is shown, whose turn it is."""
    if above is not None and not said(above):
        brought = _("brought before %(body)s") % {"body": queries.body_name(above.body)}
        return f"{turn_of(each.body)} · {brought}" if viewer.sees_all else brought
    return _whose(each, above) if viewer.sees_all or above else ""


def turn_of(body: str) -> str:
    return _("turn of %(body)s") % {"body": queries.body_name(body)} if body else _("the applicant's turn")


def step_name(case: Case, code: str) -> str:
    """What is asked, in the words of the step."""
    step = next((step for step in deadlines.steps_of(case) if step.id == code), None)
    return words_of(Deadline(case=case, code=code), step)
