"""Fee periods (缴费周期): the years, half-years, quarters or months a fee is owed for, and shares of the first one."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from association.rulebook.schema import Proration

YEAR = 12
MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1, "once": 12}
"""Months of a period, by cycle. A fee paid once belongs to the year in which it arises."""


@dataclass(frozen=True, slots=True)
class FeePeriod:
    """One period of ``cycle``: ``number`` 0 is the whole year, 1…2 half-years, 1…4 quarters, 1…12 months."""

    cycle: str
    year: int
    number: int = 0

    @property
    def months(self) -> int:
        return MONTHS[self.cycle]

    @property
    def first(self) -> date:
        return date(self.year, self._last_month - self.months + 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, self._last_month, monthrange(self.year, self._last_month)[1])

    @property
    def _last_month(self) -> int:
        return self.months * (self.number or 1)


def of_year(year: int, cycle: str) -> tuple[FeePeriod, ...]:
    """The periods of a year, in order."""
    if MONTHS[cycle] == YEAR:
        return (FeePeriod(cycle, year),)
    return tuple(FeePeriod(cycle, year, number) for number in range(1, YEAR // MONTHS[cycle] + 1))


def containing(day: date, cycle: str) -> FeePeriod:
    """The period that the day falls into."""
    return next(period for period in of_year(day.year, cycle) if day <= period.last)


def after(period: FeePeriod, until: date) -> list[FeePeriod]:
    """The periods that follow, up to and with the one that ``until`` falls into."""
    years = range(period.year, until.year + 1)
    every = [later for year in years for later in of_year(year, period.cycle)]
    return [later for later in every if period.last < later.first <= until]


@dataclass(frozen=True, slots=True)
class Portion:
    """The part of a period that is paid for. ``words`` is how a formula says it; nothing for the whole."""

    rate: Fraction
    months: int
    words: str = ""


def whole(period: FeePeriod) -> Portion:
    return Portion(Fraction(1), period.months)


def months_of(period: FeePeriod, months: int, denominator: int) -> Portion:
    """So many months of it. All of them are the whole period and need no words."""
    if months == denominator:
        return whole(period)
    return Portion(Fraction(months, denominator), months, f"{months} / {denominator}")


def first_part(rule: Proration | None, period: FeePeriod, began: date) -> Portion:
    """What a member who begins within the period pays for of it, by the rulebook's way of counting (折算)."""
    if rule is None or rule.method == "none":
        return whole(period)
    if rule.method == "months":
        left = period.last.month - began.month + rule.include_join_month
        return months_of(period, left, rule.denominator if period.months == YEAR else period.months)
    if rule.method == "quarters":
        return _quarters(period, began)
    return _share(rule, period, began)


def _quarters(period: FeePeriod, began: date) -> Portion:
    """The quarters left, the current one counted; a period without quarters of its own is owed whole."""
    left, all_of_them = (period.last.month - began.month) // 3 + 1, period.months // 3
    if left >= all_of_them:
        return whole(period)
    return Portion(Fraction(left, all_of_them), left * 3, f"{left} / {all_of_them}")


def _share(rule: Proration, period: FeePeriod, began: date) -> Portion:
    """The last share whose day has come; of the year's fee only."""
    reached = [share for share in rule.shares if share.from_ <= f"{began:%m-%d}"]
    if not reached or period.months != YEAR:
        return whole(period)
    rate = max(reached, key=lambda share: share.from_).rate
    return Portion(Fraction(rate), YEAR, "" if rate == 1 else f"{rate.normalize():f}")
