"""What a new rulebook changes in what members pay, at the amounts of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from association import queries
from association.decisions import Decision, Reason
from association.impacts import Change, Impact, Impacts
from association.rulebook.schema import Rulebook
from association.rules.comparing import Place, Unplaced, name_under, place_under
from association.rules.money import format_yuan
from fees.queries import standards, term_ends_on
from fees.rules import dues
from members.impacts import held_by_grade

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Cost:
    """What somebody pays, and with which articles; ``untold`` where the rules or the standard give no amount."""

    decision: Decision

    @property
    def untold(self) -> bool:
        return not self.decision.passed

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.decision.value or ()), ZERO)


class FeeImpacts(Impacts):
    """One representative for each class and tier that is held, so that ten thousand members cost as much as ten."""

    def read(self, change: Change) -> Iterator[Impact]:
        if not change.concerns_members or change.old is None:
            return
        old = change.old.rulebook
        held = sorted(held_by_grade(change.on).items(), key=lambda item: (item[0][0].key, item[0][1]))
        year = change.on.year if (change.on.month, change.on.day) == (1, 1) else change.on.year + 1
        for (place, grade), count in held:
            target = place_under(change.new, place, change.mapping)
            if isinstance(target, Unplaced):
                continue  # told by the members' part: first say where they go
            before = _yearly(old, place, grade, year, change.on)
            after = _yearly(change.new, target, grade, year, change.on)
            who = " · ".join(filter(None, [change.name(place), grade]))
            facts = {"place": who, "to": name_under(change.new, target), "count": count, "year": year}
            yield from _compared(facts, before, after)
        for place in _places(change.new):
            if place in _places(old):
                before, after = _joining(old, place, change.on), _joining(change.new, place, change.on)
                yield from _newcomer(change, place, before, after)


def _compared(facts: dict[str, Any], before: Cost, after: Cost) -> Iterator[Impact]:
    """What ``count`` members pay for the first year that the new rulebook bills."""
    count = facts["count"]
    if after.untold:
        if not before.untold:
            yield Impact("fees", Reason("fee_untold", after.decision.sources, facts), count)
        return
    if before.untold or before.total == after.total:
        return
    difference = after.total - before.total
    facts |= {
        "before": format_yuan(before.total),
        "after": format_yuan(after.total),
        "each": format_yuan(abs(difference)),
        "sum": format_yuan(abs(difference) * count),
    }
    code = "members_pay_more" if difference > ZERO else "members_pay_less"
    yield Impact("fees", Reason(code, after.decision.sources, facts), count)


def _newcomer(change: Change, place: Place, before: Cost, after: Cost) -> Iterator[Impact]:
    """What one pays who joins on the day: proration and prepayment show here."""
    if before.untold or after.untold or before.total == after.total:
        return
    facts = {
        "place": name_under(change.new, place),
        "day": change.on.isoformat(),
        "before": format_yuan(before.total),
        "after": format_yuan(after.total),
    }
    yield Impact("fees", Reason("newcomers_pay_otherwise", after.decision.sources, facts))


def _yearly(book: Rulebook, place: Place, grade: str, year: int, on: date) -> Cost:
    return Cost(
        dues.annual(
            book,
            class_id=place.class_id,
            tier=place.tier or None,
            grade=grade or None,
            year=year,
            on=max(on, date(year, 1, 1)),
            standard=standards(),
            calendar=queries.calendar(),
            term_ends_on=term_ends_on(max(on, date(year, 1, 1))),
        )
    )


def _joining(book: Rulebook, place: Place, on: date) -> Cost:
    return Cost(
        dues.joining(
            book,
            class_id=place.class_id,
            tier=place.tier or None,
            starts_on=on,
            standard=standards(),
            calendar=queries.calendar(),
            term_ends_on=term_ends_on(on),
        )
    )


def _places(book: Rulebook) -> list[Place]:
    """Every class that somebody joins, in each of its tiers."""
    return [
        Place(rule.id, tier)
        for rule in book.classes
        for tier in ([tier.id for tier in book.tiers_of(rule.id)] or [""])
    ]
