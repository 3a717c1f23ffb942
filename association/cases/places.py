"""Every step at which a case can stand, in every adopted version: whose turn it is, as a condition on the cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from association import queries
from association.cases import deadlines
from association.rulebook.schema import Step
from association.states import State

WAITING = (State.OPEN, State.APPROVED)
"""States in which a step's owner holds the pen, while there is a step."""


@dataclass(frozen=True)
class Place:
    """A step of a workflow in a version, for a class of members."""

    kind: str
    version_id: int
    class_id: str
    step: Step


def places(*kinds: str) -> tuple[Place, ...]:
    """The steps of these kinds of case, in order; kept until one more rulebook is adopted."""
    return queries.kept(f"places:{','.join(kinds)}", lambda: _places(kinds))


def _places(kinds: Iterable[str]) -> tuple[Place, ...]:
    versions = dict.fromkeys(version_id for _day, version_id in queries.adoptions())
    return tuple(
        Place(kind, version_id, rule.id, step)
        for version_id in versions
        for rule in queries.rulebook_of(version_id).classes
        for kind in kinds
        for step in deadlines.workflow_steps(kind, version_id, rule.id)
        if step.action != "submit"
    )


def standing_at(found: Iterable[Place]) -> Q:
    """Cases that wait at one of these places. Those that have steps of their own are at none."""
    somewhere = Q(pk__in=[])
    grouped: dict[tuple[str, int, str], list[str]] = {}
    for place in found:
        grouped.setdefault((place.kind, place.version_id, place.class_id), []).append(place.step.id)
    for (kind, version_id, class_id), ids in grouped.items():
        somewhere |= Q(kind=kind, version_id=version_id, member_class=class_id, step__in=ids)
    return Q(own_steps__isnull=True, state__in=WAITING) & somewhere
