"""The desk's page of today with ten thousand things due or waiting, against ten.

Two databases with a site each. The same officer asks for everybody's lines by article: the view that reads most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from association import clock, queries
from association.decisions import article
from association.models import Case, Deadline, Reminder, User
from association.models.reminder import ReminderOutcome
from association.rules.reminders import ESCALATION
from association.states import State
from portal.demo import accounts, loader
from portal.demo.plans import ACG, FOUNDED
from tools.bench.history import another_database
from tools.bench.registry import Sides, benchmark
from tools.bench.web import site

MANY, FEW = 10_000, 10
OFFICER = "secretary-general"
ADDRESS = "/admin/?by=article&who=all"
STEPS = (("dept_review", "membership_dept", "20"), ("secretary_general", "secretary_general", "19"))
"""Where a case stands, whose turn it is, by which article."""
DUE = (-20, -3, 0, 2, 15)
"""Days from today."""


@benchmark("today", at_most=2)
def today() -> Iterator[Sides]:
    large = connections["default"]
    small = another_database("few")
    officer = fill(FEW, small)
    with site() as few:
        few.log_in(officer)
        officer = fill(MANY, large)
        with site() as many:
            many.log_in(officer)
            yield Sides(lambda: many.get(ADDRESS), lambda: few.get(ADDRESS))
    small.close()


def fill(number: int, database: BaseDatabaseWrapper) -> User:
    """So many applications at two steps, each with a deadline: late ones brought before the secretary-general too."""
    connections["default"] = database
    queries.forget()
    loader.found(ACG)
    known = accounts.create(on=FOUNDED)
    on = clock.today()
    version_id = queries.governing(on).version_id
    cases = Case.objects.bulk_create(_case(n, on, version_id) for n in range(number))
    rows = Deadline.objects.bulk_create(_deadline(n, case, on) for n, case in enumerate(cases))
    Reminder.objects.bulk_create(
        Reminder(
            deadline=row,
            stage=ESCALATION,
            planned_on=on,
            done_on=on,
            outcome=ReminderOutcome.SENT,
            body="secretary_general",
            told=1,
        )
        for row in rows
        if row.due_on < on and row.body != "secretary_general"
    )
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return known[OFFICER]


def _case(n: int, on: date, version_id: int) -> Case:
    return Case(
        kind="admission",
        member_class="unit",
        version_id=version_id,
        state=State.OPEN,
        step=STEPS[n % len(STEPS)][0],
        subject=f"北京第{n:05d}文化传媒有限公司",
        opened_on=on - timedelta(40),
        submitted_on=on - timedelta(40 - n % 10),
    )


def _deadline(n: int, case: Case, on: date) -> Deadline:
    step, body, key = STEPS[n % len(STEPS)]
    return Deadline(
        case=case,
        code=step,
        body=body,
        started_on=on - timedelta(40),
        due_on=on + timedelta(DUE[n // len(STEPS) % len(DUE)]),
        sources=[article("acg", key).as_json()],
    )
