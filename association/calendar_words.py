"""The calendar in words: what is wrong with a file, and what a new calendar did to a deadline."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.rules.calendar_file import Problem
from association.values import long_date, weekday_date

SENTENCES: dict[str, str | Promise] = {
    "empty": _("The file names no day. Write a line for each day or span of days."),
    "unreadable": _("The file is no text. Save it as CSV in UTF-8 or GB18030."),
    "too_large": _("The file is larger than %(limit)s KB. A year has some forty lines."),
    "columns": _(
        "A line has three parts, separated by commas: day, 放假 or 上班, name of the holiday. This has %(n)s."
    ),
    "word": _("«%(word)s» is neither 放假 (at rest) nor 上班 (worked)."),
    "name_too_long": _("The name of the holiday has more than %(limit)s characters."),
    "no_day": _("«%(text)s» is no day. Write it like 2027-02-05, or a span like 2027-02-05至2027-02-11."),
    "no_such_day": _("There is no day «%(text)s»."),
    "no_leap_year": _("%(year)s is no leap year: it has no 29 February."),
    "other_year": _("%(day)s is not in %(year)s. Take it out, or load it with its own year."),
    "span_backwards": _("The span ends on %(last)s, before it begins on %(first)s."),
    "statutory_worked": _("%(day)s is a statutory holiday of every year and cannot be worked to make up for another."),
    "worked_anyway": _("%(day)s is worked anyway. Only Saturdays and Sundays are worked to make up."),
    "day_twice": _("%(day)s stands in line %(other)s already."),
    "day_both": _("%(day)s is at rest by one line and worked by another: see line %(other)s."),
    "holiday_missing": _("Not named in the file: %(names)s. The notice of every year names it."),
    "statutory_missing": _("%(day)s is a statutory holiday, and no line says that it is at rest."),
    "gap": _("«%(name)s» has a gap: %(day)s lies within the holiday and no line says that it is at rest."),
    "sum": _(
        "The regulation gives %(expected)s days off a year. By this file it is %(net)s: %(off)s weekdays at rest, "
        "%(made_up)s weekend days worked. Compare it with the notice."
    ),
}


def sentence(problem: Problem) -> str:
    """The problem, in the language of the reader."""
    return str(SENTENCES[problem.code]) % {key: _said(key, value) for key, value in problem.facts.items()}


def _said(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return gettext(", ").join(str(one) for one in value)
    return weekday_date(date.fromisoformat(value)) if key in ("day", "first", "last") else value


def kept_words(day: date) -> str:
    """Why a deadline did not become shorter."""
    return gettext("By the new calendar it would be %(day)s. What people were told is not shortened.") % {
        "day": long_date(day)
    }


def change_words(deadline: Any) -> str:
    """What a new calendar did to a deadline read ``with_change()``; empty where it changed nothing for the reader."""
    before, counted = getattr(deadline, "changed_from", None), getattr(deadline, "changed_counted", None)
    if before is None or counted is None:
        return ""
    if counted < before:
        return kept_words(counted)
    if deadline.due_on > before:
        return gettext("It was %(day)s; counted again by the new calendar.") % {"day": long_date(before)}
    return ""
