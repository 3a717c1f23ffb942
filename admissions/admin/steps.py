"""Where applications stand, in the words of the rulebook version that each is pinned to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from admissions.actions.applications import KIND
from association import queries
from association.cases import deadlines
from association.cases.places import WAITING, Place, places
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


def _places() -> tuple[Place, ...]:
    """The steps of an admission, for the classes that one applies to join."""
    return tuple(
        place
        for place in places(KIND)
        if queries.rulebook_of(place.version_id).member_class(place.class_id).applied_for
    )


def of_bodies(bodies: Iterable[str]) -> list[Place]:
    """The places whose turn is one of these bodies'."""
    wanted = set(bodies)
    return [place for place in _places() if place.step.actor in wanted]


def names() -> dict[str, str]:
    """Step ids with their names, for a filter: those of the version in force first."""
    found: dict[str, str] = {}
    for place in _places():
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
