"""Rulebooks with other fees, and what they cost: shared by the tests of the fee rules."""

from datetime import date
from decimal import Decimal

from association.decisions import Outcome, SourceKind
from association.rulebook import preset
from association.rules.deadlines import calendar_of
from fees.rules import dues
from fees.rules.payers import Standard

GEN6, GEN5, FIRE, PROP = preset("gen6"), preset("gen5"), preset("fire"), preset("property")
CALENDAR = calendar_of(GEN6)

day = date.fromisoformat


def fees(rulebook=GEN6, **changed):
    """The rulebook with other values in its fees; tables are read as in a file."""
    merged = rulebook.fees.model_dump(by_alias=True, exclude_unset=True) | changed
    return rulebook.model_copy(update={"fees": type(rulebook.fees).model_validate(merged)})


def proration(**values):
    return values | {"ref": ["4.2"]}


def standard(amount="300", class_id="person", tier=None):
    return Standard("标准", {(class_id, tier): Decimal(amount)})


def join(rulebook, starts_on, registered_on=None, *, class_id="person", tier=None, price="300", **more):
    arguments = {"standard": standard(price, class_id, tier), "calendar": CALENDAR} | more
    return dues.joining(
        rulebook,
        class_id=class_id,
        tier=tier,
        starts_on=day(starts_on),
        registered_on=day(registered_on) if registered_on else None,
        **arguments,
    )


def bill(rulebook, year=2026, *, class_id="person", price="300", **more):
    arguments = {"standard": standard(price, class_id), "calendar": CALENDAR, "on": date(year, 1, 1)} | more
    return dues.annual(rulebook, class_id=class_id, tier=None, year=year, **arguments)


def shown(decision):
    assert decision.passed, decision.reasons
    return [(line.year, line.period, str(line.amount)) for line in decision.value]


def the_line(decision):
    assert decision.passed, decision.reasons
    (line,) = decision.value
    return line


def failure(decision):
    assert decision.outcome is Outcome.FAIL
    assert decision.value is None
    return decision.reasons[0].code


def conventions(line):
    return [source.key for source in line.sources if source.kind is SourceKind.CONVENTION]
