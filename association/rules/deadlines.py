"""Last days that a rulebook sets: its periods, counted by its calendar, with the article that sets them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from association.decisions import Decision, Source, convention, failed, passed
from association.rulebook.schema import Period, Rule, Rulebook
from association.rules.counting import FIXED_HOLIDAYS, OFFICIAL_YEARS, Due, WorkCalendar, due


def calendar_of(
    rulebook: Rulebook, overrides: Mapping[date, bool] | None = None, loaded_years: frozenset[int] = frozenset()
) -> WorkCalendar:
    """The working days the rulebook counts by, with the installation's own days and years (C-4, C-5)."""
    return WorkCalendar(overrides or {}, OFFICIAL_YEARS | loaded_years, fixed_holidays(rulebook))


def fixed_holidays(rulebook: Rulebook) -> frozenset[tuple[int, int]]:
    """(month, day) at rest in a year without a calendar: the rulebook's, ours where it names none (C-5)."""
    own = frozenset((int(text[:2]), int(text[3:])) for text in rulebook.calendar.fixed_holidays)
    return own or FIXED_HOLIDAYS


def counted(
    start: date, period: Period, calendar: WorkCalendar, *, at: time | None = None, cutoff: time | None = None
) -> tuple[Due, tuple[Source, ...]]:
    """The last day of ``period`` from ``start``, and the conventions by which it was counted."""
    last = due(start, period, calendar, at=at, cutoff=cutoff)
    return last, _conventions(period, last.provisional)


def deadline(
    rulebook: Rulebook,
    rule: Rule,
    period: Period,
    *,
    events: Mapping[str, date],
    calendar: WorkCalendar,
    at: time | None = None,
) -> Decision:
    """The last day of ``period`` of ``rule``; ``value`` is a :class:`Due`, cited by its articles.

    Fails with ``event_unknown`` while the event it runs from has no day in ``events``, and with
    ``calendar_year_unknown`` where the rulebook wants an error instead of a provisional day (``missing_year``).
    """
    sources = rule.sources(rulebook.id, period)
    start = events.get(period.from_)
    if start is None:
        return failed("event_unknown", *sources, event=period.from_)
    cutoff = rulebook.calendar.cutoff
    last, conventions = counted(start, period, calendar, at=at, cutoff=time.fromisoformat(cutoff) if cutoff else None)
    cited = (*sources, *conventions)
    if last.provisional and rulebook.calendar.missing_year == "error":
        return failed("calendar_year_unknown", *cited, year=last.day.year)
    return passed(
        "deadline",
        *cited,
        value=last,
        event=period.from_,
        start=start.isoformat(),
        n=period.n,
        unit=period.unit,
        day=last.day.isoformat(),
        provisional=last.provisional,
    )


def _conventions(period: Period, provisional: bool) -> tuple[Source, ...]:
    """Which way of counting was used."""
    by_unit = {"workday": "C-4", "same_day": "C-8"}
    plain = "C-9" if period.n < 0 else "C-3" if period.count_first else "C-2"
    keys = [by_unit.get(period.unit, plain)]
    if period.roll == "next_workday" and period.unit not in by_unit:
        keys.append("C-6")
    if provisional:
        keys.append("C-5")
    return tuple(convention(key) for key in keys)
