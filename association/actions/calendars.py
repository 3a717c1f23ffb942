"""Load a year of the official calendar, enter own days, and count provisional deadlines again (C-4, C-5).

One transaction writes the days, the decision, and what it does to every day that was provisional. A day that people
were told is never moved to an earlier one: it stays, and the record says what the new calendar gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from association import ports, queries
from association.actions import decisions, profile, reminders
from association.actors import SYSTEM, Actor
from association.cases import deadlines
from association.decisions import Decision, Refused, Source, convention, failed, passed, require
from association.impacts import AREAS
from association.models import (
    Association,
    CalendarOverride,
    CalendarYear,
    Deadline,
    DeadlineChange,
    DecisionRecord,
    OfficialDay,
)
from association.rules.calendar_file import NamedDay, YearFile
from association.rules.counting import OFFICIAL_YEARS, Due, WorkCalendar

SOURCES = (convention("C-4"), convention("C-5"))
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DayChange:
    """What one day was by the stored year, and what it is by the file. Empty: the notice does not name it."""

    day: date
    before: NamedDay | None
    after: NamedDay | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What the new calendar would do to a deadline."""

    deadline: Deadline
    old_on: date
    counted_on: date
    provisional: bool

    @property
    def new_on(self) -> date:
        return max(self.old_on, self.counted_on)

    @property
    def kept(self) -> bool:
        return self.counted_on < self.old_on


@dataclass(frozen=True, slots=True)
class Plan:
    """What loading a file would do, before it is done. ``seen`` names the state that it was read from."""

    replaces: bool
    days: tuple[DayChange, ...]
    moved: tuple[Moved, ...]
    seen: str

    @property
    def later(self) -> list[Moved]:
        return [one for one in self.moved if one.new_on > one.old_on]

    @property
    def kept(self) -> list[Moved]:
        return [one for one in self.moved if one.kept]

    @property
    def firm(self) -> list[Moved]:
        return [one for one in self.moved if one.new_on == one.old_on and not one.kept]


# a year


def check_year(year: int) -> Decision:
    """Whether a file of this year can be loaded: one year after the other, and none that the program has itself."""
    if year in OFFICIAL_YEARS:
        return failed("calendar_year_carried", *SOURCES, year=year)
    known = OFFICIAL_YEARS | set(CalendarYear.objects.values_list("year", flat=True))
    if year not in known and year != (expected := next_year()):
        return failed("calendar_year_gap", *SOURCES, year=year, expected=expected)
    return passed("calendar_year_loaded", *SOURCES, year=year)


def next_year() -> int:
    """The first year whose calendar is not known."""
    known = OFFICIAL_YEARS | set(CalendarYear.objects.values_list("year", flat=True))
    year = max(OFFICIAL_YEARS)
    while year in known:
        year += 1
    return year


def plan(file: YearFile) -> Plan:
    """What loading this file would change, in the calendar and for deadlines. Reads only."""
    calendar = queries.calendar_with(file.year, file.workdays)
    known = CalendarYear.objects.filter(year=file.year).first()
    return Plan(known is not None, _differences(file), tuple(_moved(calendar)), _seen(file.year))


def _differences(file: YearFile) -> tuple[DayChange, ...]:
    stored = {
        row.day: NamedDay(row.day, row.is_workday, row.name)
        for row in OfficialDay.objects.filter(year__year=file.year)
    }
    new = {one.day: NamedDay(one.day, one.is_workday, one.name) for one in file.days}
    return tuple(
        DayChange(day, stored.get(day), new.get(day))
        for day in sorted(stored.keys() | new.keys())
        if stored.get(day) != new.get(day)
    )


def _seen(year: int) -> str:
    """A fingerprint of the year as it is stored."""
    rows = OfficialDay.objects.filter(year__year=year).order_by("day").values_list("day", "is_workday", "name")
    exists = CalendarYear.objects.filter(year=year).exists()
    return hashlib.sha256(repr((exists, list(rows))).encode()).hexdigest()[:16]


@transaction.atomic
def load_year(file: YearFile, *, source: str, seen: str, by: Actor, on: date) -> CalendarYear:
    """Store the year, or replace it, and count again what was provisional.

    ``seen`` is the plan's: refused where somebody else has loaded the year since, or the file has a problem.
    """
    _lock()
    if file.problems:
        raise Refused(failed("calendar_file_faulty", *SOURCES, year=file.year, n=len(file.problems)))
    require(check_year(file.year))
    changes = _differences(file)
    if seen != _seen(file.year):
        raise Refused(failed("calendar_loaded_meanwhile", *SOURCES, year=file.year))
    known = CalendarYear.objects.filter(year=file.year).first()
    if known is not None and not changes:
        raise Refused(failed("calendar_year_same", *SOURCES, year=file.year))
    decision = passed(
        "calendar_year_replaced" if known else "calendar_year_loaded",
        *SOURCES,
        year=file.year,
        source=source,
        days=len(file.days),
        changes=[_said(change) for change in changes] if known else [],
    )
    record = decisions.record(decision, kind="calendar.year_loaded", version_id=None, by=by, on=on)
    year, _ = CalendarYear.objects.update_or_create(year=file.year, defaults={"source": source, "decision": record})
    year.days.all().delete()
    OfficialDay.objects.bulk_create(
        OfficialDay(year=year, day=one.day, is_workday=one.is_workday, name=one.name) for one in file.days
    )
    _count_again(record, on=on)
    return year


def _said(change: DayChange) -> dict[str, Any]:
    def side(one: NamedDay | None) -> str:
        return "" if one is None else f"{'workday' if one.is_workday else 'holiday'} {one.name}"

    return {"day": change.day.isoformat(), "before": side(change.before), "after": side(change.after)}


# own days


@transaction.atomic
def save_override(row: CalendarOverride, *, by: Actor, on: date) -> CalendarOverride:
    """Enter or change an own day."""
    _lock()
    row.save()
    _own_days([row], "calendar_day_entered", by=by, on=on)
    return row


@transaction.atomic
def delete_override(row: CalendarOverride, *, by: Actor, on: date) -> None:
    """The official calendar speaks again on that day."""
    _lock()
    row.delete()
    _own_days([row], "calendar_day_withdrawn", by=by, on=on)


@transaction.atomic
def overrides_imported(rows: Iterable[CalendarOverride], *, by: Actor, on: date) -> None:
    """A file of own days has come in."""
    _lock()
    _own_days(list(rows), "calendar_days_imported", by=by, on=on)


def _own_days(rows: list[CalendarOverride], code: str, *, by: Actor, on: date) -> None:
    if not rows:
        return
    days = sorted(row.day.isoformat() for row in rows)
    words = ["workday" if row.is_workday else "holiday" for row in rows]
    decision = passed(code, *SOURCES, days=days, worked=words, n=len(days))
    _count_again(decisions.record(decision, kind="calendar.day_changed", version_id=None, by=by, on=on), on=on)


# counting again


def catch_up(*, on: date) -> int:
    """Count what stayed provisional though its year is known: written while another process loaded the year."""
    if not _stale().exists():
        return 0
    with transaction.atomic():
        _lock()
        decision = passed("calendar_counted_again", *SOURCES, year=next_year() - 1)
        record = decisions.record(decision, kind="calendar.counted_again", version_id=None, by=SYSTEM, on=on)
        changed = _count_again(record, on=on)
        if not changed:
            transaction.set_rollback(True)  # nothing was decided
    queries.forget()
    return changed


def _stale() -> Any:
    """Due in a year that is known, as are all before it: behind a gap a day stays provisional."""
    last = date(next_year() - 1, 12, 31)
    return Deadline.objects.unmet().filter(provisional=True, due_on__lte=last)


def _lock() -> None:
    """One change of the calendar at a time."""
    Association.objects.select_for_update().filter(pk=1).first()


def _vague() -> Any:
    return Deadline.objects.unmet().filter(provisional=True).select_related("case").order_by("pk")


def _moved(calendar: WorkCalendar) -> Iterator[Moved]:
    """Provisional deadlines whose day, or whose being provisional, is another one by ``calendar``."""
    for row, due, _sources in _recounted(_vague().iterator(chunk_size=AT_ONCE), calendar):
        yield Moved(row, row.due_on, due.day, due.provisional)


def _count_again(record: DecisionRecord, *, on: date) -> int:
    """Every day that was provisional, by the calendar as it now is. Returns how many changed."""
    profile.touch()
    calendar = queries.calendar()
    changed = 0
    after = 0
    while rows := list(_vague().filter(pk__gt=after).select_for_update(of=("self",))[:AT_ONCE]):
        after = rows[-1].pk
        changed += _write(list(_recounted(rows, calendar)), calendar, record, on=on)
    for area in AREAS:
        changes = DeadlineChange.objects.bulk_create(_elsewhere(area, calendar, record, on), batch_size=AT_ONCE)
        reminders.tell_of_change(changes, named=True, on=on)
        changed += len(changes)
    return changed


def _elsewhere(area: str, calendar: WorkCalendar, record: DecisionRecord, on: date) -> Iterator[DeadlineChange]:
    """Days that the other apps keep in rows of their own."""
    for one in ports.impacts[area].count_again(calendar, on=on):
        yield DeadlineChange(
            case=one.case,
            deadline=one.deadline,
            code=one.code,
            old_on=one.old_on,
            counted_on=one.counted_on,
            new_on=one.new_on,
            provisional=one.provisional,
            decision=record,
        )


def _recounted(rows: Iterable[Deadline], calendar: WorkCalendar) -> Iterator[tuple[Deadline, Due, tuple[Source, ...]]]:
    for row in rows:
        found = deadlines.counted_again(row, calendar)
        if found is not None and (found[0].day, found[0].provisional) != (row.due_on, True):
            yield row, *found


def _write(
    found: list[tuple[Deadline, Due, tuple[Source, ...]]], calendar: WorkCalendar, record: DecisionRecord, *, on: date
) -> int:
    changes = []
    for row, due, sources in found:
        new_on = max(row.due_on, due.day)
        changes.append(
            DeadlineChange(
                case=row.case,
                deadline=row,
                code=row.code,
                old_on=row.due_on,
                counted_on=due.day,
                new_on=new_on,
                provisional=due.provisional,
                decision=record,
            )
        )
        deadlines.move(row, due, sources, calendar)
    Deadline.objects.bulk_update([row for row, _due, _sources in found], deadlines.MOVED)
    DeadlineChange.objects.bulk_create(changes)
    reminders.tell_of_change([one for one in changes if one.new_on != one.old_on], on=on)
    return len(changes)
