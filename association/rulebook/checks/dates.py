"""Days that exist, in their order; periods of a length that somebody may live to see."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from association.rulebook.lines import Path
from association.rulebook.schema import Rulebook
from association.rulebook.schema.base import FixedDate, MonthDay, Period, SpanDate, Window

from .finding import Finding
from .keys import each, keys_of, keys_where, mentions

MONTH_DAYS = tuple(dict.fromkeys(keys_where(lambda annotation: mentions(annotation, MonthDay))))
MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
FIXED, SPANS, WINDOWS, PERIODS = keys_of(FixedDate), keys_of(SpanDate), keys_of(Window), keys_of(Period)

ORDERED = (("adopted_on", "effective_on"), ("effective_on", "repealed_on"), ("adopted_on", "repealed_on"))
DAYS = ("adopted_on", "effective_on", "repealed_on", "published_on")
YEARS = range(1900, 2200)
"""A day of a document outside these years is a slip of the pen."""

LONGEST: Mapping[str, int] = {"same_day": 0, "workday": 25_000, "day": 36_500, "month": 1_200, "year": 100}
"""A hundred years, in each unit."""

COUNTED = (("bans", "n"), ("eligibility.params", "n"), ("certificates.validity", "n"))
"""Lengths of time that are not periods from an event."""

BACKWARD = ("opens",)
"""Keys whose period may run backwards from its event."""


def check_dates(book: Rulebook) -> Iterator[Finding]:
    yield from _document(book)
    for key in MONTH_DAYS:
        for path, day in each(book, key):
            if found := MONTH_DAY.fullmatch(day):  # beside a span, a period from an event may stand at the same key
                yield from _exists(path, int(found[1]), int(found[2]))
    for key in FIXED:
        for path, rule in each(book, key):
            if isinstance(rule, FixedDate):
                yield from _exists((*path, "day"), rule.month, rule.day)
    for key in WINDOWS:
        for path, window in each(book, key):
            yield from _window(path, window)
    yield from _shares(book)
    yield from _lengths(book)


def _document(book: Rulebook) -> Iterator[Finding]:
    meta = book.meta
    for earlier, later in ORDERED:
        first, second = getattr(meta, earlier), getattr(meta, later)
        if first and second and second < first:
            yield _backwards(("rulebook", later), earlier, later, first, second)
    for key in DAYS:
        day: date | None = getattr(meta, key)
        if day and day.year not in YEARS:
            yield Finding(("rulebook", key), "implausible_year", {"year": day.year})
    if meta.status == "repealed" and (meta.adoptable or meta.repealed_on is None):
        yield Finding(("rulebook", "status"), "repealed")


def _backwards(path: Path, earlier: str, later: str, first: Any, second: Any) -> Finding:
    facts = {"earlier": earlier, "later": later, "first": str(first), "second": str(second)}
    return Finding(path, "dates_backwards", facts)


def _forwards(path: Path, first: str, last: str) -> Iterator[Finding]:
    if last < first:
        yield _backwards((*path, "until"), "from", "until", first, last)


def _exists(path: Path, month: int, day: int) -> Iterator[Finding]:
    if day > calendar.monthrange(2000, month)[1]:
        yield Finding(path, "no_such_day", {"month": month, "day": day})


def _window(path: Path, window: Window) -> Iterator[Finding]:
    if window.from_ and window.until:
        yield from _forwards(path, window.from_, window.until)
    elif window.from_ or window.until:
        yield Finding(path, "missing_key", {"key": "until" if window.from_ else "from"})
    opens = window.opens
    for index, closes in enumerate(window.closes):
        if opens and (opens.from_, opens.unit) == (closes.from_, closes.unit) and closes.n < opens.n:
            yield Finding((*path, "closes", index), "closes_early", {"opens": opens.n, "closes": closes.n})


def _shares(book: Rulebook) -> Iterator[Finding]:
    shares = book.fees.proration.shares if book.fees and book.fees.proration else ()
    for index, (first, second) in enumerate(pairwise(shares), start=1):
        if second.from_ <= first.from_:
            facts = {"earlier": first.from_, "later": second.from_}
            yield Finding(("fees", "proration", "shares", index, "from"), "shares_unordered", facts)


def _lengths(book: Rulebook) -> Iterator[Finding]:
    for key in PERIODS:
        for path, period in each(book, key):
            if isinstance(period, Period):
                yield from _length(path, period.n, period.unit)
                if period.n < 0 and not set(BACKWARD) & set(path):
                    yield Finding((*path, "n"), "period_negative", {"n": period.n})
    for key, count in COUNTED:
        for path, rule in each(book, key):
            n, unit = getattr(rule, count, None), getattr(rule, "unit", "year")
            if n is not None and "of" not in type(rule).model_fields:
                yield from _length(path, n, unit)
            if getattr(rule, "kind", "") == "years" and not n:
                yield Finding(path, "missing_key", {"key": count})
    for id, body in book.bodies.items():
        if body.term_years is not None:
            yield from _length(("bodies", id), body.term_years, "year", "term_years")


def _length(path: Path, n: int, unit: str, key: str = "n") -> Iterator[Finding]:
    if abs(n) > LONGEST[unit]:
        code = "same_day" if unit == "same_day" else "period_too_long"
        yield Finding((*path, key), code, {"n": n, "unit": unit, "limit": LONGEST[unit]})
