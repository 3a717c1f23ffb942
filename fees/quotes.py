"""What joining would cost and ask for, before anybody applies. One question, asked by the page and by the API."""

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
from fees.rules.payers import grades
from fees.rules.way import Way, way

LAST_YEAR = 2099
LONGEST = 5
"""Years between the start and the registration that a quote looks ahead."""

PARAMETERS = {
    "class_unknown": "class",
    "tier_unknown": "tier",
    "tier_missing": "tier",
    "tier_not_used": "tier",
    "grade_missing": "grade",
    "grade_unknown": "grade",
    "grade_not_used": "grade",
    "rulebook_unknown": "rulebook",
    "registered_before_start": "registered_on",
    "registered_too_late": "registered_on",
}
NOT_SET = frozenset({"price_missing", "term_unknown", "term_over"})
"""Why no fee can be told although the question is right: the association has not set what it follows from."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What is owed, line by line, under the version that governs the day of registration (C-19)."""

    governing: Governing
    class_id: str
    tier: str | None
    starts_on: date
    registered_on: date | None
    decision: Decision
    grade: str | None = None

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.decision.value or ()

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))

    @property
    def told(self) -> bool:
        """Whether the cost is known; else ``decision`` says what the association has not set."""
        return self.decision.passed

    def way(self) -> Way:
        """What is asked for and how it goes, counted from the day of the quote."""
        first = self.lines[0] if self.lines else None
        return way(
            self.governing.rulebook,
            class_id=self.class_id,
            tier=self.tier,
            on=self.starts_on,
            calendar=queries.calendar(self.governing.rulebook),
            fee_due=(first.due_on or first.due_event) if first else None,
        )


class Unquotable(Refused):
    """No fee can be told. ``parameter`` is what has to change: class, tier, grade, rulebook, starts_on …"""

    def __init__(self, parameter: str, decision: Decision) -> None:
        super().__init__(decision)
        self.parameter = parameter


def quote(
    class_id: str,
    tier: str | None,
    starts_on: date,
    registered_on: date | None = None,
    *,
    grade: str | None = None,
    rulebook: str = "",
    untold: bool = False,
) -> Quote:
    """What joining on ``starts_on`` costs (ACG-30, 31.b, 31.c); ``registered_on`` left out is the same day.

    ``rulebook``: the id of an adopted one, left out the membership's. ``untold``: answer too where the association has
    not set an amount or a term; the decision then says what is missing.

    :raises Unquotable: for a class, tier or grade the rulebook does not have, a day that no rulebook, price or term
        covers.
    """
    tier, grade = tier or None, grade or None
    when = "registered_on" if registered_on else "starts_on"
    slot = ""
    try:
        slot = slot_of(rulebook)
        _check_days(starts_on, registered_on)
        queries.governing(starts_on, slot)
        governing = queries.governing(registered_on or starts_on, slot)
        _check_used(governing, class_id, tier, grade)
        decision = dues.joining(
            governing.rulebook,
            class_id=class_id,
            tier=tier,
            grade=grade,
            starts_on=starts_on,
            registered_on=registered_on,
            standard=standards(),
            calendar=queries.calendar(governing.rulebook),
            term_ends_on=term_ends_on(registered_on or starts_on),
            events={governing.rulebook.starts_on(class_id): starts_on} if governing.rulebook.membership else {},
        )
        if not untold or decision.reasons[0].code not in NOT_SET:
            require(decision)
    except queries.NoRulebook:
        raise Unquotable("starts_on", _not_in_force(starts_on, slot)) from None
    except Refused as refusal:
        code = refusal.decision.reasons[0].code
        raise Unquotable(PARAMETERS.get(code, when), refusal.decision) from None
    return Quote(governing, class_id, tier, starts_on, registered_on, decision, grade)


def slot_of(rulebook: str) -> str:
    """The slot in which a rulebook of this id has been adopted; the membership's where none is asked for."""
    if not rulebook:
        return ""
    for slot in queries.rulebook_slots():
        if any(queries.rulebook_of(version).id == rulebook for _day, version in queries.adoptions(slot)):
            return slot
    raise Refused(failed("rulebook_unknown", convention("C-19"), id=rulebook))


def _check_days(starts_on: date, registered_on: date | None) -> None:
    if starts_on.year > LAST_YEAR:
        require(failed("day_too_far", setting("fee_standard"), year=LAST_YEAR))
    if registered_on is None:
        return
    if registered_on < starts_on:
        require(failed("registered_before_start", convention("C-2"), starts_on=starts_on.isoformat()))
    if registered_on > add(starts_on, LONGEST, "year"):
        require(failed("registered_too_late", setting("fee_standard"), years=LONGEST))


def _check_used(governing: Governing, class_id: str, tier: str | None, grade: str | None) -> None:
    """A tier or a grade is given only where the class has tiers, or its fee depends on a grade."""
    rulebook = governing.rulebook
    if class_id not in {known.id for known in rulebook.classes}:
        return
    member_class = rulebook.member_class(class_id)
    sources = member_class.sources(rulebook.id)
    tiers: set[str | None] = {known.id for known in rulebook.tiers_of(class_id)}
    if tier and not tiers:
        require(failed("tier_not_used", *sources, name=member_class.name))
    if grade and tier in (tiers or {None}) and grades(rulebook, {"class": class_id, "tier": tier}) is None:
        require(failed("grade_not_used", *sources, name=member_class.name))


def _not_in_force(day: date, slot: str) -> Decision:
    """Why no rulebook governs the day: it is too early, or none has been adopted."""
    days = [effective_from for effective_from, _version in queries.adoptions(slot)]
    if not days:
        return failed("no_rulebook", convention("C-19"))
    code = "rulebook_not_yet" if day < min(days) else "rulebook_ended"
    return failed(code, convention("C-19"), day=day.isoformat(), since=min(days).isoformat())
