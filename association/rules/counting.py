"""How days are counted (C-1 … C-13, C-16 of ``docs/conventions``; 民法典 200–204, 1259).

All days are dates in Asia/Shanghai. ``Due.day`` is always the *last* day, until 24:00. Additions start from the
given day, never step by step, so that 31 January plus 13 months is the last day of February. Dates outside the
years 1–9999 raise ``ValueError`` or ``OverflowError``.
"""

from __future__ import annotations

import calendar as gregorian
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

import chinese_calendar

DAY = timedelta(days=1)

OFFICIAL_YEARS = frozenset(day.year for day in chinese_calendar.constants.holidays)
"""Years whose State Council notice ``chinesecalendar`` carries (2004–2026)."""

FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""(month, day) that are at rest in every year: what is left of the statutory holidays without a lunar calendar."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period. ``provisional``: a year without an official calendar had to be judged (C-5)."""

    day: date
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """Working days between a day and a due day; when ``overdue``, those that have passed since (may be 0)."""

    workdays: int
    overdue: bool
    provisional: bool = False


class PeriodLike(Protocol):
    """What :func:`due` reads of a rulebook period."""

    @property
    def n(self) -> int: ...
    @property
    def unit(self) -> str: ...
    @property
    def roll(self) -> str: ...
    @property
    def count_first(self) -> bool: ...


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """Which days are worked (C-4, C-5).

    ``overrides`` (day → worked?) are the installation's own and win; then the official data of ``known_years``;
    any other year is Monday to Friday without ``fixed_holidays`` and makes a due day provisional. A known year that
    ``chinesecalendar`` does not carry is described by its overrides.
    """

    overrides: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))
    known_years: frozenset[int] = OFFICIAL_YEARS
    fixed_holidays: frozenset[tuple[int, int]] = FIXED_HOLIDAYS

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if day.year in self.known_years and day.year in OFFICIAL_YEARS:
            return chinese_calendar.is_workday(day)
        return day.weekday() < 5 and (day.month, day.day) not in self.fixed_holidays

    def is_known(self, day: date) -> bool:
        """Whether the State Council has published this day's year. One override does not make a year known."""
        return day.year in self.known_years


def local_date(moment: datetime, timezone: str = "Asia/Shanghai") -> date:
    """The date of an act (C-1). Raises ``ValueError`` for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no date")
    return moment.astimezone(ZoneInfo(timezone)).date()


def add(start: date, n: int, unit: str) -> date:
    """The corresponding day ``n`` units later, or the last day of a month that has none (C-2, 民法典 202).

    ``unit``: ``day``, ``month``, ``year``; ``n`` may be negative (C-9). Anything else raises ``ValueError``.
    """
    if unit == "day":
        return start + n * DAY
    if unit not in ("month", "year"):
        raise ValueError(f"not a calendar unit: {unit!r}")
    months = start.year * 12 + start.month - 1 + n * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"no such year: {year}")
    return date(year, month + 1, min(start.day, gregorian.monthrange(year, month + 1)[1]))


def months_before(day: date, n: int) -> date:
    """First day of a window of ``n`` months before ``day``, itself included (C-9)."""
    return add(day, -n, "month")


def last_day_of_validity(start: date, n: int, unit: str) -> date:
    """Last day of ``n`` ≥ 1 units whose first day counts: certificates, registrations (C-3).

    The day before the corresponding day, or the last day of a month that has none: 31 March + 6 months is
    30 September.
    """
    if n < 1:
        raise ValueError("a validity lasts at least one unit")
    corresponding = add(start, n, unit)
    clamped = unit != "day" and corresponding.day != start.day
    return corresponding if clamped else corresponding - DAY


def last_day_of_sanction(start: date, n: int, unit: str) -> date:
    """Last day of a sanction that takes effect at the start of a named day (C-2b; ends by C-3)."""
    return last_day_of_validity(start, n, unit)


def satisfied_from(start: date, n: int, unit: str = "year") -> date:
    """First day on which ``n`` units of seniority or experience are complete (C-3b)."""
    return add(start, n, unit)


def covered(event: date, n: int, unit: str, *, on: date) -> bool:
    """Whether «近 n 年内», asked on a day, covers an event of that day or before (C-10)."""
    return event <= on <= add(event, n, unit)


def clear_from(event: date, n: int, unit: str) -> date:
    """First day on which «近 n 年内» no longer covers the event (C-10)."""
    return add(event, n, unit) + DAY


def workdays_after(start: date, n: int, calendar: WorkCalendar, *, count_first: bool = False) -> Due:
    """The ``n``-th working day after ``start``, whose own day does not count (C-4, 民法典 201).

    A negative ``n`` counts backwards (reminders); 0 is ``start`` itself. ``count_first`` lets a working ``start``
    be the first day.
    """
    step = DAY if n >= 0 else -DAY
    day = start - step if count_first and n else start
    left, provisional = abs(n), False
    while left:
        day += step
        provisional = provisional or not calendar.is_known(day)
        left -= calendar.is_workday(day)
    return Due(day, provisional)


def roll(day: date, calendar: WorkCalendar) -> Due:
    """``day``, or the next working day after a rest day (C-6, 民法典 203)."""
    provisional = not calendar.is_known(day)
    while not calendar.is_workday(day):
        day += DAY
        provisional = provisional or not calendar.is_known(day)
    return Due(day, provisional)


def same_day(start: date, calendar: WorkCalendar, *, at: time | None = None, cutoff: time | None = None) -> Due:
    """«当天» (C-8): the same working day; the next one from a rest day, or when it came in after ``cutoff``."""
    first = roll(start, calendar)
    if first.day == start and cutoff is not None and at is not None and at > cutoff:
        following = workdays_after(start, 1, calendar)
        return Due(following.day, first.provisional or following.provisional)
    return first


def fixed_date(
    year: int, month: int, day: int, roll_to: str, calendar: WorkCalendar, *, inclusive: bool = True
) -> Due:
    """«每年6月30日之前»: that day, or the day before when not ``inclusive`` (C-7); ``next_workday`` rolls (C-6).

    A day that the month lacks (29 February) is its last day.
    """
    last = date(year, month, min(day, gregorian.monthrange(year, month)[1]))
    if not inclusive:
        last -= DAY
    return _rolled(last, roll_to, calendar)


def due(
    start: date, period: PeriodLike, calendar: WorkCalendar, *, at: time | None = None, cutoff: time | None = None
) -> Due:
    """Last day of a rulebook period that runs from ``start`` (C-2, C-3, C-4, C-6, C-8, C-9).

    ``at`` and ``cutoff`` matter to ``same_day`` only. A bare number of months with a negative ``n`` is the first
    day of a window before ``start``.
    """
    if period.unit == "workday":
        return workdays_after(start, period.n, calendar, count_first=bool(period.count_first))
    if period.unit == "same_day":
        return same_day(start, calendar, at=at, cutoff=cutoff)
    if period.count_first:
        last = last_day_of_validity(start, period.n, period.unit)
    else:
        last = add(start, period.n, period.unit)
    return _rolled(last, period.roll, calendar)


def workdays_left(on: date, last: date, calendar: WorkCalendar) -> Left:
    """How far a due day is: the working days after ``on`` up to and with ``last`` («还剩 3 个工作日»).

    0 and not overdue is today, or a rest day before which nothing is worked. Overdue from the day after ``last``.
    """
    overdue = on > last
    first, end = (last, on) if overdue else (on, last)
    days = [first + (i + 1) * DAY for i in range((end - first).days)]
    return Left(
        sum(calendar.is_workday(day) for day in days), overdue, any(not calendar.is_known(day) for day in days)
    )


def quarter(day: date) -> tuple[date, date]:
    """First and last day of the calendar quarter of ``day`` (C-11)."""
    month = (day.month - 1) // 3 * 3 + 1
    first = date(day.year, month, 1)
    return first, add(first, 3, "month") - DAY


_OPERATORS = {
    ">=": lambda x, value: x >= value,
    ">": lambda x, value: x > value,
    "<=": lambda x, value: x <= value,
    "<": lambda x, value: x < value,
    "==": lambda x, value: x == value,
}


def threshold(op: str, value: str | Decimal | int, x: Decimal | Fraction | int) -> bool:
    """Whether ``x op value`` holds, compared exactly (C-13, C-16). A float raises ``TypeError``."""
    if isinstance(x, float) or isinstance(value, float):
        raise TypeError("a float cannot be compared exactly")
    if op not in _OPERATORS:
        raise ValueError(f"not an operator: {op!r}")
    return _OPERATORS[op](Fraction(x), Fraction(Decimal(value)))


def shown(x: Decimal | Fraction | int) -> Decimal:
    """A percentage or score for the page: truncated to 2 places, never rounded up (C-15, C-16)."""
    hundredths = Fraction(x) * 100
    whole = abs(hundredths.numerator) // hundredths.denominator
    return (Decimal(whole if hundredths >= 0 else -whole) / 100).quantize(Decimal("0.01"), ROUND_DOWN)


def _rolled(last: date, roll_to: str, calendar: WorkCalendar) -> Due:
    if roll_to == "next_workday":
        return roll(last, calendar)
    if roll_to == "none":
        return Due(last)
    raise ValueError(f"not a way to roll: {roll_to!r}")
