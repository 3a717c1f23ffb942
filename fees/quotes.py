"""What joining would cost, before anybody applies. One question, asked by the page and by the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from association import queries
from association.decisions import Decision, Refused, convention, failed, require, setting
from association.queries import Governing
from association.rules.counting import add
from fees.queries import standards, term_ends_on
from fees.rules import dues
from fees.rules.dues import Line

LAST_YEAR = 2099
LONGEST = 5
"""Years between the start and the registration that a quote looks ahead."""

PARAMETERS = {
    "class_unknown": "class",
    "tier_unknown": "tier",
    "tier_missing": "tier",
    "tier_not_used": "tier",
    "registered_before_start": "registered_on",
    "registered_too_late": "registered_on",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """What is owed, line by line, under the version that governs the day of registration (C-19)."""

    governing: Governing
    class_id: str
    tier: str | None
    starts_on: date
    registered_on: date | None
    decision: Decision

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.decision.value or ()

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))


class Unquotable(Refused):
    """No fee can be told. ``parameter`` is what has to change: class, tier, starts_on or registered_on."""

    def __init__(self, parameter: str, decision: Decision) -> None:
        super().__init__(decision)
        self.parameter = parameter


def quote(class_id: str, tier: str | None, starts_on: date, registered_on: date | None = None) -> Quote:
    """What joining on ``starts_on`` costs (ACG-30, 31.b, 31.c); ``registered_on`` left out is the same day.

    :raises Unquotable: for a class or tier the rulebook does not have, a day that no rulebook, price or term covers.
    """
    tier = tier or None
    when = "registered_on" if registered_on else "starts_on"
    try:
        _check_days(starts_on, registered_on)
        queries.governing(starts_on)
        governing = queries.governing(registered_on or starts_on)
        if (
            tier
            and class_id in {c.id for c in governing.rulebook.classes}
            and not governing.rulebook.tiers_of(class_id)
        ):
            require(_tier_not_used(governing, class_id))
        decision = require(
            dues.joining(
                governing.rulebook,
                class_id=class_id,
                tier=tier,
                starts_on=starts_on,
                registered_on=registered_on,
                standard=standards(),
                calendar=queries.calendar(),
                term_ends_on=term_ends_on(registered_on or starts_on),
            )
        )
    except queries.NoRulebook:
        raise Unquotable("starts_on", _not_in_force(starts_on)) from None
    except Refused as refusal:
        code = refusal.decision.reasons[0].code
        raise Unquotable(PARAMETERS.get(code, when), refusal.decision) from None
    return Quote(governing, class_id, tier, starts_on, registered_on, decision)


def _check_days(starts_on: date, registered_on: date | None) -> None:
    if starts_on.year > LAST_YEAR:
        require(failed("day_too_far", setting("fee_standard"), year=LAST_YEAR))
    if registered_on is None:
        return
    if registered_on < starts_on:
        require(failed("registered_before_start", convention("C-2"), starts_on=starts_on.isoformat()))
    if registered_on > add(starts_on, LONGEST, "year"):
        require(failed("registered_too_late", setting("fee_standard"), years=LONGEST))


def _tier_not_used(governing: Governing, class_id: str) -> Decision:
    member_class = governing.rulebook.member_class(class_id)
    return failed("tier_not_used", *member_class.sources(governing.rulebook.id), name=member_class.name)


def _not_in_force(day: date) -> Decision:
    """Why no rulebook governs the day: it is too early, or none has been adopted."""
    days = [effective_from for effective_from, _version in queries.adoptions()]
    if not days:
        return failed("no_rulebook", convention("C-19"))
    return failed("rulebook_not_yet", convention("C-19"), day=day.isoformat(), since=min(days).isoformat())
