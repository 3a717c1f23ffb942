"""What a new rulebook changes in what members pay, at the amounts of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from association import queries
from association.decisions import Decision, Reason
from association.impacts import Change, Impact, Impacts, Recounted
from association.phrases import sentence
from association.rulebook.schema import Rulebook
from association.rules.comparing import Place, Unplaced, name_under, place_under
from association.rules.counting import WorkCalendar
from association.rules.money import format_yuan
from fees.actions import due_days
from fees.models import FeeLine
from fees.queries import standards, term_ends_on
from fees.rules import dues
from fees.rules.payers import Standard, must_prepay
from members.impacts import held_by_grade
from members.models import Membership

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Cost:
    """What somebody pays, in all or for a year; ``untold`` where the rules or the standard give no amount."""

    decision: Decision
    year: int | None = None

    @property
    def untold(self) -> bool:
        return not self.decision.passed

    @property
    def total(self) -> Decimal:
        lines = self.decision.value or ()
        return sum((line.amount for line in lines if self.year in (None, line.year)), ZERO)


class FeeImpacts(Impacts):
    """One representative for each class, tier and grade that is held: ten thousand members cost as much as ten."""

    def count_again(self, calendar: WorkCalendar, *, on: date) -> Iterator[Recounted]:
        return due_days.count_again(calendar, on=on)

    def read(self, change: Change) -> Iterator[Impact]:
        if not change.concerns_members or change.old is None:
            return
        old, new = change.old.rulebook, change.new
        prices = _Prices.of(change.on)
        for (place, grade), count in _held(change.on, _not_billed(prices.year)):
            target = place_under(new, place, change.mapping)
            if isinstance(target, Unplaced):
                continue  # told by the members' part: first say where they go
            who = " · ".join(filter(None, [change.name(place), grade]))
            facts = {"place": who, "to": name_under(new, target), "count": count, "year": prices.year}
            yield from _compared(facts, prices.yearly(old, place, grade), prices.yearly(new, target, grade))
        yield from self._prepaid(change)
        for place in _places(new):
            if place in _places(old):
                yield from _newcomer(change, place, prices.joining(old, place), prices.joining(new, place))

    def _prepaid(self, change: Change) -> Iterator[Impact]:
        """Who has to pay the rest of the term at once from then on, or not any more."""
        assert change.old is not None
        for (place, _grade), count in _held(change.on):
            target = place_under(change.new, place, change.mapping)
            if isinstance(target, Unplaced):
                continue
            before, after = _must_prepay(change.old.rulebook, place), _must_prepay(change.new, target)
            if before != after:
                fees = change.new.fees or change.new.meta
                facts = {"place": change.name(place), "count": count}
                code = "prepayment_begins" if after else "prepayment_ends"
                yield Impact("fees", Reason(code, fees.sources(change.new.id), facts), count)


def _held(day: date, among: QuerySet[Membership] | None = None) -> list[tuple[tuple[Place, str], int]]:
    return sorted(held_by_grade(day, among).items(), key=lambda item: (item[0][0].key, item[0][1]))


def _not_billed(year: int) -> QuerySet[Membership]:
    """Those who have no line for the year: a line that is owed or paid keeps its price (C-19)."""
    lines = FeeLine.objects.standing().filter(year=year)
    by_member = Exists(lines.filter(membership=OuterRef("pk")))
    by_party = Exists(lines.filter(membership__isnull=True, invoice__party=OuterRef("party")))
    return Membership.objects.filter(~by_member, ~by_party)


def _must_prepay(book: Rulebook, place: Place) -> bool:
    return must_prepay(book, {"class": place.class_id, "tier": place.tier or None})


def _compared(facts: dict[str, Any], before: Cost, after: Cost) -> Iterator[Impact]:
    """What ``count`` members pay for the first year that the new rulebook bills."""
    count = facts["count"]
    if after.untold:
        if not before.untold:
            facts["why"] = sentence(after.decision.reasons[0])
            yield Impact("fees", Reason("fee_untold", after.decision.sources, facts), count)
        return
    if before.untold or before.total == after.total:
        return
    difference = after.total - before.total
    facts |= {
        "before": format_yuan(before.total),
        "after": format_yuan(after.total),
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


@dataclass(frozen=True)
class _Prices:
    """What every question about money needs, read once: amounts, calendar, the last day of the term."""

    standards: tuple[Standard, ...]
    calendar: WorkCalendar
    year: int
    on: date
    term_then: date | None
    term_now: date | None

    @classmethod
    def of(cls, on: date) -> _Prices:
        """``year``: the first one that a rulebook in force from ``on`` bills (C-19)."""
        year = on.year if (on.month, on.day) == (1, 1) else on.year + 1
        return cls(standards(), queries.calendar(), year, on, term_ends_on(date(year, 1, 1)), term_ends_on(on))

    def yearly(self, book: Rulebook, place: Place, grade: str) -> Cost:
        """The year alone: a prepayment changes when a fee is paid, not what it is."""
        decision = dues.annual(
            book,
            class_id=place.class_id,
            tier=place.tier or None,
            grade=grade or None,
            year=self.year,
            on=date(self.year, 1, 1),
            standard=self.standards,
            calendar=self.calendar,
            term_ends_on=self.term_then,
        )
        return Cost(decision, self.year)

    def joining(self, book: Rulebook, place: Place) -> Cost:
        """All that one pays who joins on the day."""
        decision = dues.joining(
            book,
            class_id=place.class_id,
            tier=place.tier or None,
            starts_on=self.on,
            standard=self.standards,
            calendar=self.calendar,
            term_ends_on=self.term_now,
        )
        return Cost(decision)


def _places(book: Rulebook) -> list[Place]:
    """Every class that somebody joins, in each of its tiers."""
    return [
        Place(rule.id, tier)
        for rule in book.classes
        for tier in ([tier.id for tier in book.tiers_of(rule.id)] or [""])
    ]
