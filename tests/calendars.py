"""Calendar files, and deadlines that lean on a year not yet published."""

from __future__ import annotations

from datetime import date
from itertools import count

from association.actions import calendars
from association.actors import SYSTEM
from association.cases import deadlines
from association.decisions import article
from association.models import CalendarYear, Case, Deadline
from association.rulebook.schema import Period
from association.rules.calendar_file import YearFile, read

LOADED = date(2026, 11, 20)
SOURCE = "国办发明电〔2026〕7号"
_numbers = count(1)

YEAR_2027 = """日期,安排,节日
2027-01-01至2027-01-03,放假,元旦
2027-02-05至2027-02-11,放假,春节
2027-02-14,上班,春节
2027-04-03至2027-04-05,放假,清明节
2027-05-01至2027-05-05,放假,劳动节
2027-05-08,上班,劳动节
2027-06-09,放假,端午节
2027-09-15,放假,中秋节
2027-09-26,上班,国庆节
2027-10-01至2027-10-07,放假,国庆节
2027-10-09,上班,国庆节
"""
"""A year as the State Council might publish it: 13 days off, spring festival on 6 February."""

WORKDAYS_10 = Period(n=10, unit="workday", from_="application.submitted")
WORKDAYS_5 = Period(n=5, unit="workday", from_="application.submitted")


def year(text: str = YEAR_2027, number: int = 2027) -> YearFile:
    file = read(text, number)
    assert not file.problems, file.problems
    return file


def load(text: str = YEAR_2027, number: int = 2027, *, on: date = LOADED) -> CalendarYear:
    file = year(text, number)
    return calendars.load_year(file, source=SOURCE, seen=calendars.plan(file).seen, by=SYSTEM, on=on)


def deadline(
    case: Case, start: date, period: Period = WORKDAYS_10, *, code: str = "", body: str = "membership_dept"
) -> Deadline:
    """A deadline of the case, counted from ``start``."""
    code = code or f"extra{next(_numbers)}"
    return deadlines.set_deadline(case, code, period, body=body, sources=(article("acg", "20"),), on=start)
