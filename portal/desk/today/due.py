"""Deadlines: late, due today, due this week, and what was brought before somebody (逾期督办)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.admin.base import case_page
from association.cases import deadlines
from association.models import Case, Deadline, Reminder
from association.models.reminder import ReminderOutcome
from association.rules.reminders import ESCALATION
from portal.desk.today.lines import Line, Section, Viewer, Words, capped

QUEUE = "admin:admissions_application_changelist"


def due(viewer: Viewer) -> Iterator[Section]:
    yield escalated(viewer)
    yield _due(viewer, _("Overdue"), Q(due_on__lt=viewer.on), tone="stopped")
    yield _due(viewer, _("Due today"), Q(due_on=viewer.on), tone="waiting")
    yield _due(viewer, _("Due this week"), Q(due_on__gt=viewer.on, due_on__lte=viewer.week))


def _due(viewer: Viewer, title: Words, when: Q, *, tone: str = "") -> Section:
    """Unmet deadlines of my bodies; of all bodies for somebody who only watches."""
    found = Deadline.objects.unmet().filter(when, case__kind__in=viewer.kinds)
    if not viewer.watches:
        found = found.filter(body__in=viewer.bodies)
    above = Reminder.objects.filter(deadline=OuterRef("pk"), stage=ESCALATION, outcome=ReminderOutcome.SENT)
    found = found.select_related("case").annotate(above=Subquery(above.values("body")[:1]))
    rows, more = capped(found.order_by("due_on", "pk"))
    lines = [_line(each, _held(viewer, each)) for each in rows]
    return Section(title, lines, more, f"{reverse(QUEUE)}?view=all&late=1" if tone == "stopped" else "", tone)


def escalated(viewer: Viewer) -> Section:
    """What is late at another body and was brought before one of mine."""
    brought = Reminder.objects.filter(deadline=OuterRef("pk"), stage=ESCALATION, body__in=viewer.bodies)
    found = Deadline.objects.overdue(viewer.on).filter(Exists(brought), case__kind__in=viewer.kinds)
    rows, more = capped(found.exclude(body__in=viewer.bodies).select_related("case").order_by("due_on", "pk"))
    lines = [_line(each, _("turn of %(body)s") % {"body": queries.body_name(each.body)}) for each in rows]
    return Section(_("Late, brought before you"), lines, more, f"{reverse(QUEUE)}?view=all&late=1", "stopped")


def _line(each: Deadline, note: Words = "") -> Line:
    return Line(each.case.subject, step_name(each.case, each.code), case_page(each.case), each, each.sources, note)


def _held(viewer: Viewer, each: Any) -> Words:
    """Before whom it was brought; for somebody who watches, whose turn it is."""
    if each.above:
        return _("brought before %(body)s") % {"body": queries.body_name(each.above)}
    return _("turn of %(body)s") % {"body": queries.body_name(each.body)} if viewer.watches else ""


def step_name(case: Case, code: str) -> str:
    return next((step.name or step.id for step in deadlines.steps_of(case) if step.id == code), code)
