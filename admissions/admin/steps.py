"""Where applications stand, in the words of the rulebook version that each is pinned to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from admissions.actions.applications import KIND
from association import queries
from association.cases import deadlines
from association.rulebook.schema import Step
from association.states import State

Words = str | Promise

STATUS: Mapping[str, tuple[Words, str]] = {
    State.RETURNED: (pgettext_lazy("case", "with the applicant, to be corrected"), "stopped"),
    State.APPROVED: (pgettext_lazy("case", "accepted"), "done"),
    State.REFUSED: (pgettext_lazy("case", "not accepted"), "stopped"),
    State.WITHDRAWN: (pgettext_lazy("case", "withdrawn"), "neutral"),
    State.LAPSED: (pgettext_lazy("case", "lapsed"), "neutral"),
    State.VOID: (pgettext_lazy("case", "void"), "neutral"),
}
"""Word and tone of a case that stands at no step of ours."""

WAITING = (State.OPEN, State.APPROVED)
"""States in which a step's owner holds the pen, while there is a step."""


@dataclass(frozen=True)
class Place:
    """A step of one version for one class of members."""

    version_id: int
    class_id: str
    step: Step


def places() -> tuple[Place, ...]:
    """Every step at which an application can stand, in order, kept until a rulebook is adopted."""
    return queries.kept("admissions.places", _places)


def _places() -> tuple[Place, ...]:
    versions = dict.fromkeys(version_id for _day, version_id in queries.adoptions())
    return tuple(
        Place(version_id, rule.id, step)
        for version_id in versions
        for rule in queries.rulebook_of(version_id).classes
        if rule.joined_by == "application"
        for step in deadlines.workflow_steps(KIND, version_id, rule.id)
        if step.action != "submit"
    )


def standing_at(found: Iterable[Place]) -> Q:
    """Cases that wait at one of these places."""
    by_class: dict[tuple[int, str], list[str]] = {}
    for place in found:
        by_class.setdefault((place.version_id, place.class_id), []).append(place.step.id)
    somewhere = Q(pk__in=[])
    for (version_id, class_id), ids in by_class.items():
        somewhere |= Q(version_id=version_id, member_class=class_id, step__in=ids)
    return Q(state__in=WAITING) & somewhere


def of_bodies(bodies: Iterable[str]) -> list[Place]:
    """The places whose turn is one of these bodies'."""
    wanted = set(bodies)
    return [place for place in places() if place.step.actor in wanted]


def names() -> dict[str, str]:
    """Step ids with their names, for a filter: those of the version in force first."""
    found: dict[str, str] = {}
    for place in places():
        found.setdefault(place.step.id, place.step.name)
    return found


def step_of(version_id: int, class_id: str, step: str) -> Step | None:
    steps = deadlines.workflow_steps(KIND, version_id, class_id)
    return next((each for each in steps if each.id == step), None)


def status_of(state: str, step: Step | None) -> tuple[Words, str]:
    """What to write where the case stands: the step's name while somebody of ours is to act, its state otherwise."""
    if state in WAITING and step is not None:
        return step.name or step.id, "waiting"
    return STATUS.get(state, (state, "neutral"))


def class_name(version_id: int | None, class_id: str) -> str:
    rulebook: Any = queries.rulebook_of(version_id) if version_id else None
    return rulebook.member_class(class_id).name if rulebook else class_id
