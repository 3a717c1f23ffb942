"""What I do in somebody's place while they are away, and who asks me to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from association.admin.base import address
from association.cases.places import places, standing_at
from association.models import Absence, Case
from association.values import long_date
from portal.desk.today.lines import FEWER, KINDS, Line, Section, Viewer, capped
from portal.desk.today.waiting import AWAITED, nearest_of, waiting_line

LIST = "admin:association_absence_changelist"
PAGE = "admin:association_absence_change"


def standing_in(viewer: Viewer) -> Iterator[Section]:
    yield _asked(viewer)
    bodies: dict[int, set[str]] = defaultdict(set)
    absences: dict[int, Absence] = {}
    for one in viewer.standing:
        absences[one.absence.pk] = one.absence
        bodies[one.absence.pk].add(one.body)
    for key, absence in absences.items():
        yield _for(viewer, absence, bodies[key] - viewer.bodies)


def _asked(viewer: Viewer) -> Section:
    """Who asks me to stand in, unanswered."""
    found = Absence.objects.touching(viewer.on, viewer.on.max).filter(stand_in=viewer.user, accepted_on__isnull=True)
    rows, more = capped(found.select_related("absent").order_by("from_on", "pk"), FEWER)
    lines = [
        Line(
            row.absent.get_full_name(),
            _("asks you to stand in from %(first)s to %(last)s")
            % {"first": long_date(row.from_on), "last": long_date(row.last_on)},
            address(PAGE, row.pk),
        )
        for row in rows
    ]
    return Section(_("Asked to stand in"), lines, more, address(LIST), "waiting")


def _for(viewer: Viewer, absence: Absence, bodies: set[str]) -> Section:
    """What waits at the seats of one person who is away. Cases that one of us keeps out of are not shown."""
    wanted = [
        place
        for place in places(*KINDS)
        if place.step.actor in bodies
        and place.kind in viewer.kinds
        and place.step.action not in AWAITED
        and absence.covers(place.step.action)
    ]
    out = Q(recusals__user__in=[viewer.user, absence.absent])
    found = Case.objects.filter(standing_at(wanted)).exclude(out).order_by("submitted_on", "pk")
    rows, more = capped(found)
    nearest = nearest_of(rows)
    lines = [waiting_line(case, nearest.get(case.pk)) for case in rows]
    title = _("For %(absent)s, until %(last)s") % {"absent": absence.absent, "last": long_date(absence.last_on)}
    return Section(title, lines, more, address(LIST))
