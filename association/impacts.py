"""What a new rulebook would change today: each app reads its own part, looked up in ``ports.impacts``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from association import ports, queries
from association.decisions import Reason, Source
from association.models import Adoption, Case, Deadline, DecisionRecord, RulebookVersion
from association.models.rulebook import MEMBERSHIP
from association.queries import Governing, NoRulebook
from association.rule_words import period_words
from association.rulebook.loader import load
from association.rulebook.schema import Period, Rulebook
from association.rules.comparing import (
    NOTHING,
    Mapped,
    Place,
    Unplaced,
    changed_deadlines,
    name_under,
    place_under,
    tiers_named,
)
from association.rules.counting import WorkCalendar
from association.states import State

RUNNING = (State.OPEN, State.RETURNED)
AREAS = ("members", "fees", "cases", "certificates")


@dataclass(frozen=True, slots=True)
class Impact:
    """One thing that would change, in the words of ``reason``; ``count`` says for how many.

    ``must_map``: what the adoption's ``mapping`` must answer first, ``("classes", "person")`` or
    ``("tiers", "unit/council")``.
    """

    area: str
    reason: Reason
    count: int = 0
    must_map: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """``new`` takes the place of ``old`` in a slot, from ``on``; ``mapping``: where those go who lose their place."""

    slot: str
    old: Governing | None
    new: Rulebook
    on: date
    mapping: Mapped = field(default_factory=dict)

    @property
    def concerns_members(self) -> bool:
        return self.slot == MEMBERSHIP

    def name(self, place: Place) -> str:
        """What the place is called until now."""
        return name_under(self.old.rulebook if self.old else self.new, place)


@dataclass(frozen=True, slots=True)
class Recounted:
    """A day of an app's own that a new calendar counts otherwise; it was never moved to an earlier day.

    ``deadline``: its row, where people are reminded of it and so hear of the change.
    """

    case: Case
    code: str
    old_on: date
    counted_on: date
    provisional: bool
    deadline: Deadline | None = None

    @property
    def new_on(self) -> date:
        return max(self.old_on, self.counted_on)


class Impacts(ABC):
    """What an app makes of a change. It reads with aggregates: an association may have ten thousand members."""

    @abstractmethod
    def read(self, change: Change) -> Iterator[Impact]: ...

    def unplaced(self, change: Change) -> list[tuple[Unplaced, int]]:
        """Which places members hold that the new rulebook does not have and the mapping does not answer; how many."""
        return []

    def carry_over(self, change: Change, *, record: DecisionRecord, day: date) -> int:
        """Move those who lose their place to where the mapping says, from ``change.on``. Returns how many.

        ``day`` is today. Run again, it moves only those who have come since.
        """
        return 0

    def count_again(self, calendar: WorkCalendar, *, on: date) -> Iterator[Recounted]:
        """Count the provisional days of the app's own rows by a new calendar, and store the later of the two (C-5)."""
        yield from ()


def impact(text: str | RulebookVersion, *, on: date, mapping: Mapped | None = None) -> list[Impact]:
    """What this rulebook would change if it came into force ``on``, by area.

    Raises :class:`association.rulebook.RulebookInvalid` for a text that is no rulebook.
    """
    new = queries.rulebook_of(text.pk) if isinstance(text, RulebookVersion) else load(text)
    change = change_to(new, on=on, mapping=mapping)
    return [one for area in AREAS for one in ports.impacts[area].read(change)]


def change_to(new: Rulebook, *, on: date, mapping: Mapped | None = None) -> Change:
    """The change that ``new`` would be from ``on``."""
    slot = slot_of(new)
    return Change(slot, in_force(on, slot), new, on, mapping or NOTHING)


def slot_of(rulebook: Rulebook) -> str:
    """One membership rulebook governs at a time, and one for each registry."""
    return MEMBERSHIP if rulebook.kind == "membership" else rulebook.id


def in_force(day: date, slot: str) -> Governing | None:
    try:
        return queries.governing(day, slot)
    except NoRulebook:
        return None


def place_now(place: Place, *, version_id: int, day: date) -> Place | Unplaced:
    """Where somebody stands on the day whom a case under this version gives ``place``: later adoptions may move it."""
    since = Adoption.objects.filter(slot=MEMBERSHIP, effective_from__lte=day).order_by("effective_from", "pk")
    adoptions = list(since)
    last = max((n for n, adoption in enumerate(adoptions) if adoption.version_id == version_id), default=-1)
    for adoption in adoptions[last + 1 :]:
        found = place_under(queries.rulebook_of(adoption.version_id), place, adoption.mapping)
        if isinstance(found, Unplaced):
            return found
        place = found
    return place


def choices(new: Rulebook, one: Impact) -> list[tuple[str, str]]:
    """What may be answered where ``one.must_map`` asks: (id, name) of the new classes, or tiers of the same class."""
    if one.must_map is None:
        return []
    kind, key = one.must_map
    if kind == "classes":
        return [(rule.id, rule.name) for rule in new.classes]
    class_id = key.partition("/")[0]
    known = class_id in {rule.id for rule in new.classes}
    tiers = new.tiers_of(class_id) if known else new.tiers
    return [(tier.id, tier.name) for tier in tiers] or [("", "—")]


class CaseImpacts(Impacts):
    """Cases under way keep the version they were submitted under (C-19); only new ones get other time limits."""

    def read(self, change: Change) -> Iterator[Impact]:
        if change.old is None:
            return
        yield from self._kept(change)
        for changed in changed_deadlines(change.old.rulebook, change.new):
            facts = {"step": changed.name, "before": _limit(changed.before), "after": _limit(changed.after)}
            facts |= {"workflow": changed.workflow, "step_id": changed.step}
            yield Impact("cases", Reason("new_cases_get_time", changed.sources, facts))
        if change.concerns_members:
            yield from self._registries(change)

    def _kept(self, change: Change) -> Iterator[Impact]:
        of_slot = Q(version__slot=change.slot) & ~Q(version__digest=change.new.digest)
        unmet = Deadline.objects.unmet()
        cases = Case.objects.filter(of_slot, Q(state__in=RUNNING) | Exists(unmet.filter(case=OuterRef("pk"))))
        count = cases.count()
        if not count:
            return
        found = unmet.filter(case__in=cases).aggregate(count=Count("pk"), next=Min("due_on"))
        facts = {"cases": count, "deadlines": found["count"], "next": found["next"] and found["next"].isoformat()}
        code = "cases_keep_version" if found["next"] else "cases_keep_version_undated"
        yield Impact("cases", Reason(code, _whole(change.new), facts), count)

    def _registries(self, change: Change) -> Iterator[Impact]:
        """A registry in force that leans on a tier which goes."""
        tiers = {tier.id for tier in change.new.tiers}
        for slot in queries.rulebook_slots():
            registry = in_force(change.on, slot) if slot != MEMBERSHIP else None
            if registry is None:
                continue
            for tier, sources in tiers_named(registry.rulebook).items():
                if tier not in tiers:
                    facts = {"registry": registry.rulebook.title, "tier": _tier_name(change, tier)}
                    yield Impact("cases", Reason("registry_loses_tier", sources, facts))


def _tier_name(change: Change, tier: str) -> str:
    known: Mapping[str, Any] = {t.id: t for t in change.old.rulebook.tiers} if change.old else {}
    return known[tier].name if tier in known else tier


def _limit(period: Period | None) -> str:
    return period_words(period) if period else "—"


def _whole(book: Rulebook) -> tuple[Source, ...]:
    return book.meta.sources(book.id)
