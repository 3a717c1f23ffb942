"""The daily duties: with the same number due, 100,000 members and 200,000 open deadlines against a tenth of both.

Two databases, the same but for how many members there are and how many deadlines are open; in each the same number
falls due on the day. A call runs the duties of the day and rolls them back, so that every call finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from association import queries
from association.actions import announcements, calendars, reminders
from association.decisions import article
from association.models import Case, Deadline
from association.states import State
from members.models import Membership, Party
from members.models.party import PartyKind
from portal.demo import accounts, loader
from portal.demo.plans import ACG, FOUNDED
from tools.bench.history import another_database
from tools.bench.registry import Sides, benchmark

DAY = date(2026, 9, 15)
MANY, FEW, DUE = 100_000, 10_000, 200
"""Members, each with two open deadlines; deadlines that fall due on the day."""
STEPS = ("dept_review", "secretary_general")
AT_ONCE = 5000


@benchmark("duties", at_most=1.5)
def duties() -> Iterator[Sides]:
    large = connections["default"]
    small = another_database("few")
    with_many, with_few = _filled(large, MANY), _filled(small, FEW)
    yield Sides(ours=with_many, bare=with_few, calls=2)
    connections["default"] = large
    small.close()


def _filled(database: BaseDatabaseWrapper, number: int) -> Callable[[], None]:
    connections["default"] = database
    queries.forget()
    loader.found(ACG)
    accounts.create(on=FOUNDED)
    version_id = queries.governing(DAY).version_id
    for first in range(0, number, AT_ONCE):
        _members(range(first, first + AT_ONCE), version_id, every=number // DUE)
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")

    def run() -> None:
        connections["default"] = database
        queries.forget()
        with transaction.atomic():
            calendars.catch_up(on=DAY)
            announcements.release_due(on=DAY)
            told = reminders.remind(on=DAY)
            if told.sent != DUE:
                raise RuntimeError(f"{told.sent} reminders instead of {DUE}")
            transaction.set_rollback(True)

    return run


def _members(numbers: range, version_id: int, *, every: int) -> None:
    """Units that are members, each with a case under way and two deadlines; one of every so many is due."""
    parties = Party.objects.bulk_create(
        Party(kind=PartyKind.UNIT, name=f"单位{n}", number=f"BENCH-{n:06d}") for n in numbers
    )
    Membership.objects.bulk_create(Membership(party=one, class_id="unit", starts_on=FOUNDED) for one in parties)
    cases = Case.objects.bulk_create(
        Case(
            kind="admission",
            member_class="unit",
            version_id=version_id,
            state=State.OPEN,
            step=STEPS[0],
            subject=party.name,
            opened_on=DAY - timedelta(20),
            submitted_on=DAY - timedelta(20),
        )
        for party in parties
    )
    Deadline.objects.bulk_create(
        _deadline(case, step, due=n % every == 0 and step == STEPS[0], n=n)
        for n, case in zip(numbers, cases, strict=True)
        for step in STEPS
    )


def _deadline(case: Case, step: str, *, due: bool, n: int) -> Deadline:
    """Due tomorrow, so that a reminder falls on the day; or in the weeks after, spread."""
    due_on = DAY + timedelta(1) if due else DAY + timedelta(20 + n % 60)
    return Deadline(
        case=case,
        code=step,
        body="membership_dept",
        started_on=DAY - timedelta(20),
        due_on=due_on,
        sources=[article("acg", "20").as_json()],
        watch_on=DAY if due else due_on - timedelta(10),
    )
