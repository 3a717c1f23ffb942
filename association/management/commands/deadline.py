"""``manage.py deadline 2026-09-18 10 workday``: the last day of a period, counted as the rulebook counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from association import queries
from association.rules.counting import Due, WorkCalendar, due

UNITS = ("same_day", "workday", "day", "month", "year")


@dataclass(frozen=True)
class Span:
    n: int
    unit: str
    roll: str
    count_first: bool = False


class Command(BaseCommand):
    help = "Print the last day of N units after START (the first day does not count); «provisional» without calendar."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("start", help="the day it runs from, as 2026-09-18")
        parser.add_argument("n", help="how many; a negative number counts backwards")
        parser.add_argument("unit", help="one of: " + ", ".join(UNITS))
        parser.add_argument("--roll", action="store_true", help="a last day of rest moves to the next working day")

    def handle(self, *args: Any, start: str, n: str, unit: str, roll: bool, **options: Any) -> None:
        if unit not in UNITS:
            raise CommandError(f"{unit!r} is no unit. Choose one of: {', '.join(UNITS)}.")
        span = Span(_number(n), unit, "next_workday" if roll else "none")
        try:
            last: Due = due(_day(start), span, _calendar())
        except (ValueError, OverflowError) as error:
            raise CommandError(
                f"{n} {unit} from {start} leads out of the calendar: choose a smaller number."
            ) from error
        self.stdout.write(f"{last.day}{' provisional' if last.provisional else ''}")


def _day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise CommandError(f"{text!r} is no day. Write it as 2026-09-18.")


def _number(text: str) -> int:
    if re.fullmatch(r"-?\d{1,5}", text, re.ASCII):
        return int(text)
    raise CommandError(f"{text!r} is no number. Write it in digits, at most five.")


def _calendar() -> WorkCalendar:
    """The installation's own calendar; before there is a database, the State Council's."""
    try:
        return queries.calendar()
    except DatabaseError:
        return WorkCalendar()
