"""What one rulebook changes against another for those it already concerns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from association.decisions import Source
from association.rulebook.schema import Period, Rulebook

Mapped = Mapping[str, Mapping[str, str]]
"""``{"tiers": {"old": "new"}, "classes": {"old": "new"}}``; a key of ``tiers`` may be ``class/tier``."""

NOTHING: Mapped = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member stands: class and tier, the tier empty where the class has none."""

    class_id: str
    tier: str = ""

    @property
    def key(self) -> str:
        return f"{self.class_id}/{self.tier}"


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A place that the new rulebook does not have and nobody mapped: ``kind`` is ``classes`` or ``tiers``."""

    kind: str
    place: Place

    @property
    def key(self) -> str:
        return self.place.class_id if self.kind == "classes" else self.place.key


def place_under(new: Rulebook, place: Place, mapping: Mapped = NOTHING) -> Place | Unplaced:
    """Where a member of ``place`` stands under ``new``.

    The same place where it is still there. A class that gained tiers begins at its lowest, as a joining member does;
    what is gone goes where ``mapping`` says.
    """
    classes = {rule.id for rule in new.classes}
    class_id = place.class_id
    if class_id not in classes:
        class_id = mapping.get("classes", {}).get(class_id, "")
        if class_id not in classes:
            return Unplaced("classes", place)
    tiers = [tier.id for tier in new.tiers_of(class_id)]
    wanted = mapping.get("tiers", {})
    given = wanted.get(place.key, wanted.get(place.tier) if place.tier else None)
    if given is not None and (given in tiers or (given == "" and not tiers)):
        return Place(class_id, given)
    if place.tier in tiers:
        return Place(class_id, place.tier)
    if not place.tier:
        return Place(class_id, tiers[0] if tiers else "")
    return Unplaced("tiers", place)


def name_under(book: Rulebook, place: Place) -> str:
    """单位会员（理事单位）; a class or tier that the book does not have is its own id."""
    classes = {rule.id: rule.name for rule in book.classes}
    tiers = {tier.id: tier.name for tier in book.tiers}
    name = classes.get(place.class_id, place.class_id)
    return f"{name}（{tiers.get(place.tier, place.tier)}）" if place.tier else name


def mapping_faults(new: Rulebook, mapping: Mapped) -> list[str]:
    """Targets of the mapping that ``new`` does not have, and parts of it that are neither tiers nor classes."""
    known = {"tiers": {"", *(tier.id for tier in new.tiers)}, "classes": {rule.id for rule in new.classes}}
    return [
        target
        for kind, pairs in mapping.items()
        for target in ([kind] if kind not in known else pairs.values())
        if kind not in known or target not in known[kind]
    ]


def only_encoded_otherwise(old: Rulebook, new: Rulebook) -> bool:
    """Whether both hold the same articles of one document, word for word: what differs is how they were read."""
    same_document = (old.id, old.version) == (new.id, new.version)
    return same_document and dict(old.article_texts) == dict(new.article_texts)


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step of a workflow whose time limit differs; ``None`` where there is none, or no such step."""

    workflow: str
    step: str
    name: str
    before: Period | None
    after: Period | None
    sources: tuple[Source, ...]


def changed_deadlines(old: Rulebook, new: Rulebook) -> Iterator[StepChange]:
    """The steps that take another time under ``new``, in its order, then those that it does not have any more."""
    for workflow in [*new.workflows, *(name for name in old.workflows if name not in new.workflows)]:
        before, after = _steps(old, workflow), _steps(new, workflow)
        for key in [*after, *(key for key in before if key not in after)]:
            was, will = before.get(key), after.get(key)
            if _same(was and was.deadline, will and will.deadline):
                continue
            step, book = (will, new) if will else (was, old)
            assert step is not None
            yield StepChange(
                workflow=workflow,
                step=step.id,
                name=step.name or new.bodies.get(step.actor, old.bodies.get(step.actor)).name,  # type: ignore[union-attr]
                before=was.deadline if was else None,
                after=will.deadline if will else None,
                sources=step.sources(book.id, step.deadline),
            )


def _steps(book: Rulebook, workflow: str) -> dict:
    """By position among the workflows of this name and id: classes may be treated differently."""
    found = book.workflows.get(workflow, ())  # type: ignore[call-overload]
    return {(index, step.id): step for index, one in enumerate(found) for step in one.steps}


def _same(one: Period | None, other: Period | None) -> bool:
    """Whether two limits end on the same day, wherever they are written down."""
    written = {"ref", "basis", "note"}
    return (one and one.model_dump(exclude=written)) == (other and other.model_dump(exclude=written))


def tiers_named(registry: Rulebook) -> dict[str, tuple[Source, ...]]:
    """The tiers of the membership rulebook that a registry rulebook leans on, each with the articles that do."""
    own = {tier.id for tier in registry.tiers}
    named: dict[str, tuple[Source, ...]] = {}
    selecting: list[Any] = [
        *registry.eligibility,
        *registry.fields,
        *registry.documents,
        *registry.benefits,
        *registry.certificates,
        *registry.reviews,
        *(workflow for found in registry.workflows.values() for workflow in found),
    ]
    for rule in selecting:
        ids = [*rule.selector.tier, rule.selector.tier_at_least]
        if getattr(rule, "kind", "") == "tier_at_least":
            ids.append(rule.params.tier)
        for id in ids:
            if id is not None and id not in own:
                named[id] = tuple(dict.fromkeys((*named.get(id, ()), *rule.sources(registry.id))))
    return named
