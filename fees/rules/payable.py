"""Until when a fee is to be paid (ACG-30, 31.a, PROP-6.5): the rulebook's day, its span, a period or an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from association.rulebook.schema import EventDate, Fees, FixedDate, Part, Period
from association.rulebook.schema.base import DateRule, SpanDate
from association.rules.counting import Due, WorkCalendar, due, fixed_date
from fees.rules.periods import FeePeriod

PERIOD_STARTED = "fee_period.started"


@dataclass(frozen=True, slots=True)
class Until:
    """The last day to pay, or the event it waits for; neither: at once. ``opens`` is the first day of a span.

    ``counted``: how a day that a calendar can move was counted, for :func:`again`.
    """

    on: date | None = None
    event: str | None = None
    provisional: bool = False
    opens: date | None = None
    counted: Mapping[str, Any] | None = None


AT_ONCE = Until()


def until(
    fees: Fees, period: FeePeriod, calendar: WorkCalendar, *, events: Mapping[str, date], joined: date | None
) -> Until:
    """Until when the fee of a period is to be paid. ``joined`` is given for a first fee.

    A first fee without a rule of its own has the yearly day, if that is still to come when the member joins.
    """
    known = {**events, PERIOD_STARTED: period.first}
    if joined is not None and fees.first_due is None:
        found = _by(fees.due, period, calendar, known)
        return AT_ONCE if found.on and found.on < joined else found
    rule = fees.due if joined is None else fees.first_due
    found = _by(rule, period, calendar, known)
    yearly = rule is not None and not isinstance(rule, Period | EventDate)
    return AT_ONCE if yearly and joined and found.on and found.on < joined else found


def _by(rule: DateRule | None, period: FeePeriod, calendar: WorkCalendar, events: Mapping[str, date]) -> Until:
    if rule is None:
        return AT_ONCE
    if isinstance(rule, EventDate):
        day = period.first if rule.event == PERIOD_STARTED else None
        return Until(day, None if day else rule.event)
    if isinstance(rule, Period):
        start = events.get(rule.from_)
        if start is None:
            return Until(event=rule.from_)
        last = due(start, rule, calendar)
        return Until(last.day, None, last.provisional, counted=_how(rule, start=start.isoformat()))
    if isinstance(rule, FixedDate):
        last = fixed_date(period.year, rule.month, rule.day, rule.roll, calendar, inclusive=rule.inclusive)
        return Until(last.day, None, last.provisional, counted=_how(rule, year=period.year))
    return _span(rule, period, calendar)


def _span(rule: SpanDate, period: FeePeriod, calendar: WorkCalendar) -> Until:
    """«每年 1 月 1 日至 3 月 31 日»: paid until the last day; a span over New Year begins in the fee year."""
    opens = fixed_date(period.year, int(rule.from_[:2]), int(rule.from_[3:]), "none", calendar)
    year = period.year + (rule.until < rule.from_)
    last = fixed_date(year, int(rule.until[:2]), int(rule.until[3:]), rule.roll, calendar)
    return Until(last.day, None, last.provisional, opens.day, _how(rule, year=year))


def _how(rule: Part, **facts: Any) -> dict[str, Any]:
    return {"rule": rule.model_dump(mode="json", by_alias=True), **facts}


def again(counted: Mapping[str, Any], calendar: WorkCalendar) -> Due:
    """The last day by another calendar, from what was kept of how it was counted."""
    rule: Any = TypeAdapter(DateRule).validate_python(counted["rule"])
    if isinstance(rule, Period):
        return due(date.fromisoformat(counted["start"]), rule, calendar)
    if isinstance(rule, FixedDate):
        return fixed_date(counted["year"], rule.month, rule.day, rule.roll, calendar, inclusive=rule.inclusive)
    return fixed_date(counted["year"], int(rule.until[:2]), int(rule.until[3:]), rule.roll, calendar)
