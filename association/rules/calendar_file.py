"""A year of the State Council's calendar as a file (节假日安排): read, checked, or told what is wrong with which line.

Three columns, separated by commas, tabs or Chinese commas: day, 放假 or 上班, name of the holiday. A day may be a span
(``2027-02-05至2027-02-11``), as the notice itself speaks. Lines that begin with ``#`` and a heading are skipped. Pure:
no Django; problems are codes with facts, said in words at the edge (``association/calendar_words.py``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from association.rules.counting import DAY, FIXED_HOLIDAYS

MAX_BYTES = 64 * 1024
MAX_PROBLEMS = 50
LONGEST_NAME = 60

WORDS = {
    "放假": False, "休": False, "休息": False, "假": False, "holiday": False, "off": False, "rest": False,
    "上班": True, "班": True, "调休上班": True, "补班": True, "工作日": True, "workday": True, "work": True,
}  # fmt: skip
HOLIDAYS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""What the notice of every year names (全国年节及纪念日放假办法)."""
STATUTORY_DAYS = 13
"""Days off in a year by that regulation since 2025: what is taken from working weeks without being made up for."""
SINCE_13 = 2025

HEADINGS = ("日期", "day", "date")
COLUMNS = 3
SATURDAY = 5

PART = re.compile(r"[,，\t]")
SPAN = re.compile(r"至|~|～|\.\.|—|–")
ISO = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
SHORT = re.compile(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, in line ``line`` of the file (0: with the file as a whole)."""

    line: int
    code: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class NamedDay:
    day: date
    is_workday: bool
    name: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class YearFile:
    """What was read. ``doubts`` do not stand in the way; they are put before the person who loads it."""

    year: int
    days: tuple[NamedDay, ...]
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()

    @property
    def workdays(self) -> dict[date, bool]:
        return {one.day: one.is_workday for one in self.days}


def decode(raw: bytes) -> str | None:
    """UTF-8, or GB18030 as spreadsheets write it in China; None for what is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def read(text: str, year: int) -> YearFile:
    """The days of ``year``, or every problem by line. Nothing is guessed."""
    problems: list[Problem] = []
    days: dict[date, NamedDay] = {}
    for line, row in enumerate(text.splitlines(), 1):
        if len(problems) >= MAX_PROBLEMS:
            break
        for found in _row(row, line, year):
            if isinstance(found, Problem):
                problems.append(found)
            elif (known := days.get(found.day)) is not None:
                code = "day_twice" if known.is_workday == found.is_workday else "day_both"
                problems.append(_problem(line, code, day=found.day.isoformat(), other=known.line))
            else:
                days[found.day] = found
    if not days and not problems:
        problems.append(Problem(0, "empty"))
    ordered = tuple(days[day] for day in sorted(days))
    if not problems:
        problems += _against_the_year(ordered, year)
    problems.sort(key=lambda one: (one.line == 0, one.line))
    return YearFile(year, ordered, tuple(problems[:MAX_PROBLEMS]), () if problems else tuple(_doubts(ordered, year)))


def _row(row: str, line: int, year: int) -> Iterator[NamedDay | Problem]:
    cells = [cell.strip().strip('"') for cell in PART.split(row.strip())]
    while cells and not cells[-1]:
        cells.pop()
    if not cells or cells[0].startswith("#") or cells[0].lower() in HEADINGS:
        return
    if len(cells) != COLUMNS:
        yield _problem(line, "columns", n=len(cells))
        return
    text, word, name = cells
    if word.lower() not in WORDS:
        yield _problem(line, "word", word=word[:20])
    elif len(name) > LONGEST_NAME:
        yield _problem(line, "name_too_long", limit=LONGEST_NAME)
    else:
        span = _span(text, line, year)
        if isinstance(span, Problem):
            yield span
        else:
            yield from _named(span, WORDS[word.lower()], name, line)


def _span(text: str, line: int, year: int) -> tuple[date, date] | Problem:
    """First and last day of what the first column says."""
    ends = SPAN.split(text)
    if len(ends) > len(("first", "last")):
        return _problem(line, "no_day", text=text[:40])
    days: list[date] = []
    for end in ends:
        found = _day(end.strip(), line, year)
        if isinstance(found, Problem):
            return found
        days.append(found)
    if days[-1] < days[0]:
        return _problem(line, "span_backwards", first=days[0].isoformat(), last=days[-1].isoformat())
    return days[0], days[-1]


def _named(span: tuple[date, date], is_workday: bool, name: str, line: int) -> Iterator[NamedDay | Problem]:
    day, last = span
    while day <= last:
        if is_workday and (day.month, day.day) in FIXED_HOLIDAYS:
            yield _problem(line, "statutory_worked", day=day.isoformat())
        elif is_workday and day.weekday() < SATURDAY:
            yield _problem(line, "worked_anyway", day=day.isoformat())
        else:
            yield NamedDay(day, is_workday, name, line)
        day += DAY


def _day(text: str, line: int, year: int) -> date | Problem:
    """A day with its year, or month and day of the year that is loaded."""
    if match := ISO.fullmatch(text):
        y, m, d = (int(part) for part in match.groups())
    elif match := SHORT.fullmatch(text):
        y, (m, d) = year, (int(part) for part in match.groups())
    else:
        return _problem(line, "no_day", text=text[:40])
    try:
        day = date(y, m, d)
    except ValueError:
        code = "no_leap_year" if (m, d) == (2, 29) else "no_such_day"
        return _problem(line, code, text=text[:40], year=y)
    return day if y == year else _problem(line, "other_year", day=day.isoformat(), year=year)


def _against_the_year(days: Iterable[NamedDay], year: int) -> Iterator[Problem]:
    """What every year has and this file has not: gaps."""
    known = {one.day: one for one in days}
    rest = {one.day for one in known.values() if not one.is_workday}
    names = " ".join(one.name for one in known.values())
    missing = [name for name in HOLIDAYS if name not in names]
    if missing:
        yield _problem(0, "holiday_missing", names=missing)
    for month, number in sorted(FIXED_HOLIDAYS):
        if (day := date(year, month, number)) not in rest:
            yield _problem(0, "statutory_missing", day=day.isoformat())
    for name in dict.fromkeys(one.name for one in known.values() if not one.is_workday):
        own = sorted(one.day for one in known.values() if one.name == name and not one.is_workday)
        day = own[0]
        while day < own[-1]:
            day += DAY
            if day not in rest and (day.weekday() < SATURDAY or day in known):
                line = known[min(d for d in own if d > day)].line
                yield _problem(line, "gap", name=name, day=day.isoformat())


def _doubts(days: Iterable[NamedDay], year: int) -> Iterator[Problem]:
    """A sum that the regulation fixes: weekdays off, less weekend days worked."""
    off = sum(not one.is_workday and one.day.weekday() < SATURDAY for one in days)
    made_up = sum(one.is_workday for one in days)
    if year >= SINCE_13 and off - made_up != STATUTORY_DAYS:
        yield _problem(0, "sum", off=off, made_up=made_up, net=off - made_up, expected=STATUTORY_DAYS)


def _problem(line: int, code: str, **facts: Any) -> Problem:
    return Problem(line, code, facts)
