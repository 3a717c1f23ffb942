"""Cases whose turn is mine, and those that wait for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.admin.base import case_page
from association.cases import deadlines
from association.cases.places import places, standing_at
from association.models import Case, Deadline
from association.states import State
from portal.desk.today.due import QUEUE
from portal.desk.today.lines import APPLICANT, BY_DAY, FEWER, KINDS, Line, Section, Viewer, Words, capped

AWAITED = ("pay",)
"""Actions that somebody outside takes, whoever books them."""


def waiting(viewer: Viewer) -> Iterator[Section]:
    if not viewer.sees_all:
        yield mine(viewer)
    yield others(viewer)


def mine(viewer: Viewer) -> Section:
    """Cases whose step is one of my bodies' to take and that no section above names."""
    wanted = [
        place
        for place in places(*KINDS)
        if place.step.actor in viewer.bodies and place.kind in viewer.kinds and place.step.action not in AWAITED
    ]
    named = Deadline.objects.unmet().filter(case=OuterRef("pk"), due_on__lte=viewer.week, body__in=viewer.bodies)
    found = Case.objects.filter(standing_at(wanted)).exclude(Exists(named)).order_by("submitted_on", "pk")
    rows, more = capped(found, viewer.most)
    nearest = nearest_of(rows)
    lines = [waiting_line(case, nearest.get(case.pk)) for case in rows]
    return Section(_("Waits for you"), lines, more, f"{reverse(QUEUE)}?view=mine")


def others(viewer: Viewer) -> Section:
    """Cases under way whose turn is somebody else's: the applicant's, another body's."""
    own = [place for place in places(*KINDS) if place.step.actor in viewer.bodies and place.step.action not in AWAITED]
    found = Case.objects.under_way().filter(kind__in=viewer.kinds)
    if not viewer.sees_all:
        found = found.exclude(standing_at(own))
    rows, more = capped(found.order_by("-submitted_on", "-pk"), FEWER if viewer.by == BY_DAY else viewer.most)
    nearest = nearest_of(rows)
    lines = [waiting_line(case, nearest.get(case.pk), whose=True) for case in rows]
    title = _("Under way") if viewer.sees_all else _("Waits for others")
    return Section(title, lines, more, f"{reverse(QUEUE)}?view=running")


def nearest_of(cases: list[Case]) -> dict[int, Deadline]:
    found = Deadline.objects.unmet().filter(case__in=[case.pk for case in cases]).order_by("-due_on")
    return {deadline.case_id: deadline for deadline in found}


def waiting_line(case: Case, due: Deadline | None, *, whose: bool = False) -> Line:
    step = next((step for step in deadlines.steps_of(case) if step.id == case.step), None)
    asked: Words = (step.name or step.id) if step else ""
    sources: Any = step.sources(queries.rulebook_of(case.version_id).id) if step and case.version_id else ()
    note: Words = ""
    holder = step.actor if step is not None and step.action not in AWAITED else APPLICANT
    if case.state == State.RETURNED:
        holder = APPLICANT
        asked, note = _("To be corrected"), _("the applicant's turn")
    elif whose and step is not None:
        note = (
            _("the applicant's turn")
            if step.action in AWAITED
            else _("turn of %(body)s") % {"body": queries.body_name(step.actor)}
        )
    return Line(case.subject, asked, case_page(case), due, sources, note, holder)
