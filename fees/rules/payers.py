"""Who pays a fee, by which standard, and who pays none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from association.decisions import Decision, Source, convention, failed, passed
from association.rulebook.schema import Fees, Rule, Rulebook
from association.rules.counting import WorkCalendar

NOTHING: Mapping[str, Any] = MappingProxyType({})
NO_EVENTS: Mapping[str, date] = MappingProxyType({})

Key = tuple[str, str | None] | tuple[str, str | None, str]
"""(class, tier), tier ``None`` where a class has none; with the grade as well where the fee depends on one."""


@dataclass(frozen=True)
class Standard:
    """A fee standard (会费标准): yuan by (class, tier) or (class, tier, grade), a year or a period of the cycle.

    ``key`` names it in citations; in force from ``effective_from`` until a later one.
    """

    key: str
    amounts: Mapping[Key, Decimal]
    effective_from: date = date.min


@dataclass(frozen=True)
class Payer:
    """Whose lines are drawn up, under which rulebook: what every line needs."""

    rulebook: Rulebook
    fees: Fees
    facts: Mapping[str, Any]
    standards: tuple[Standard, ...]
    calendar: WorkCalendar
    events: Mapping[str, date]

    @property
    def document(self) -> str:
        return self.rulebook.id

    @property
    def cycle(self) -> str:
        return self.fees.cycles.get(self.facts["class"], self.fees.cycle)

    @property
    def key(self) -> Key:
        """Under which a standard has the amount."""
        class_id, tier, grade = (self.facts[name] for name in ("class", "tier", "grade"))
        return (class_id, tier, grade) if grade else (class_id, tier)

    def standard_on(self, day: date) -> Standard | None:
        """The standard in force on the day a line arises (C-19)."""
        in_force = [standard for standard in self.standards if standard.effective_from <= day]
        return max(in_force, key=lambda standard: standard.effective_from, default=None)

    def must_prepay(self) -> bool:
        return must_prepay(self.rulebook, self.facts)


def must_prepay(rulebook: Rulebook, facts: Mapping[str, Any]) -> bool:
    """Whether whoever has these facts has to pay the rest of the term at once (ACG-31.c)."""
    rule = rulebook.fees.prepayment if rulebook.fees else None
    if rule is None or rule.allowed == "none" or rule.mandatory_for is None:
        return False
    return rulebook.matches(rule.mandatory_for, facts)


def payer_of(
    rulebook: Rulebook,
    member: Mapping[str, Any],
    standard: Standard | Sequence[Standard],
    calendar: WorkCalendar,
    events: Mapping[str, date] = NO_EVENTS,
) -> Payer | Decision:
    """Who pays, or why nothing is owed, or why no fee can be told."""
    unknown = _unknown_member(rulebook, member["class"], member["tier"])
    if unknown:
        return unknown
    member_class = rulebook.member_class(member["class"])
    if member_class.joined_by == "deemed":
        return passed("deemed_pays_nothing", *member_class.sources(rulebook.id), value=())
    fees = rulebook.fees
    if fees is None:
        return passed("no_fees", convention("C-21"), value=())
    free = free_rule(rulebook, member)
    if free is not None:
        return passed("free_of_fees", *free.sources(rulebook.id), value=(), name=member_class.name)
    grade = grade_of(rulebook, member)
    if isinstance(grade, Decision):
        return grade
    standards = (standard,) if isinstance(standard, Standard) else tuple(standard)
    return Payer(rulebook, fees, {**member, "grade": grade}, standards, calendar, events)


def free_rule(rulebook: Rulebook, member: Mapping[str, Any]) -> Rule | None:
    """The rule that frees somebody with these facts from fees (免交会费)."""
    rules = rulebook.fees.free if rulebook.fees else ()
    return next((rule for rule in rules if rulebook.matches(rule.selector, member)), None)


def grades(rulebook: Rulebook, member: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The grades by which this member's fee differs; ``None`` where it does not depend on one."""
    rule = rulebook.fees.grade if rulebook.fees else None
    if rule is None or not rulebook.matches(rule.selector, member):
        return None
    return next((field.choices for field in rulebook.fields if field.id == rule.field), ())


def grade_of(rulebook: Rulebook, member: Mapping[str, Any]) -> str | Decision | None:
    """The member's grade where its fee depends on one; fails with ``grade_missing`` or ``grade_unknown``."""
    rule = rulebook.fees.grade if rulebook.fees else None
    choices, grade = grades(rulebook, member), member.get("grade")
    if rule is None or choices is None:
        return None
    sources = rule.sources(rulebook.id)
    name = next((field.name for field in rulebook.fields if field.id == rule.field), rule.field)
    if not grade:
        return failed("grade_missing", *sources, name=name)
    if grade not in choices:
        return failed("grade_unknown", *sources, name=name, choices=list(choices))
    return str(grade)


@dataclass(frozen=True, slots=True)
class Price:
    """An amount that a fee standard has to name (or none, for who is free). ``per``: what it is for, year … once.

    ``tier`` and ``grade`` are empty where there is none; ``number`` counts the grades from 0.
    """

    class_id: str
    tier: str
    grade: str
    number: int
    name: str
    per: str
    free: Rule | None


def prices(rulebook: Rulebook) -> list[Price]:
    """Every amount that a standard under this rulebook needs, by class, tier from the lowest, and grade."""
    fees = rulebook.fees
    found = []
    for one in rulebook.classes if fees else ():
        if one.joined_by == "deemed":
            continue
        for tier in rulebook.tiers_of(one.id) or (None,):
            member = {"class": one.id, "tier": tier and tier.id}
            cycle = fees.cycles.get(one.id, fees.cycle) if fees else "year"
            per = cycle if cycle == "once" or (fees and fees.amounts == "period") else "year"
            free = free_rule(rulebook, member)
            choices = None if free else grades(rulebook, member)
            for number, grade in enumerate(choices or ("",)):
                name = " · ".join(filter(None, (one.name, tier.name if tier else "", grade)))
                found.append(Price(one.id, tier.id if tier else "", grade, number, name, per, free))
    return found


def _unknown_member(rulebook: Rulebook, class_id: str, tier: str | None) -> Decision | None:
    """Fails for a class or tier that the rulebook does not have; a class with tiers needs one."""
    if class_id not in {known.id for known in rulebook.classes}:
        return failed("class_unknown", *_all_sources(rulebook, rulebook.classes), class_id=class_id)
    tiers = rulebook.tiers_of(class_id)
    if tier is None and tiers:
        return failed("tier_missing", *_all_sources(rulebook, tiers), class_id=class_id)
    if tier is not None and tier not in {known.id for known in tiers}:
        return failed("tier_unknown", *_all_sources(rulebook, tiers), class_id=class_id, tier=tier)
    return None


def _all_sources(rulebook: Rulebook, rules: Iterable[Rule]) -> tuple[Source, ...]:
    """What all these rules rest on; the whole document where there are none."""
    found = dict.fromkeys(source for rule in rules for source in rule.sources(rulebook.id))
    return tuple(found) or rulebook.meta.sources(rulebook.id)
