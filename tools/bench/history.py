"""Appending to a member's history: a table with 100,000 events against one with 1,000.

Two databases, the same but for what is in the table; each call appends one event to the file of one member and
commits, as an action does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from association.actions import decisions
from association.actors import SYSTEM
from association.decisions import passed, setting
from members.actions import history
from members.actions.history import Entry
from members.models import Membership, Party
from members.rules.standing import EventKind
from tools.bench.registry import Sides, benchmark

DAY = date(2026, 1, 1)
LONG, SHORT = 100_000, 1_000
EVENTS_EACH = 10


@benchmark("history", at_most=1.2)
def appending() -> Iterator[Sides]:
    long = connections["default"]
    short = another_database("short")
    with_long, with_short = _filled(long, LONG), _filled(short, SHORT)
    yield Sides(ours=with_long, bare=with_short, calls=100)
    connections["default"] = long
    short.close()


def another_database(suffix: str) -> BaseDatabaseWrapper:
    """A second database with the same tables, beside the benchmark's own."""
    connection.close()
    name = f"{connection.settings_dict['NAME']}_{suffix}"
    template = connection.settings_dict["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    other = connection.copy("default")
    other.settings_dict = deepcopy(connection.settings_dict) | {"NAME": name}
    return other


def _filled(database: BaseDatabaseWrapper, events: int) -> Callable[[], None]:
    connections["default"] = database
    record = decisions.record(passed("bench", setting("bench")), kind="bench", version_id=None, by=SYSTEM, on=DAY)
    members = events // EVENTS_EACH
    parties = Party.objects.bulk_create(Party(kind="unit", name=f"单位{n}") for n in range(members))
    memberships = Membership.objects.bulk_create(
        Membership(party=party, class_id="unit", starts_on=DAY) for party in parties
    )
    for _ in range(EVENTS_EACH):
        history.append([Entry(each, EventKind.RENEWED, DAY, record) for each in memberships])
    with database.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    member = memberships[members // 2]

    def append() -> None:
        connections["default"] = database
        history.append([Entry(member, EventKind.RENEWED, DAY, record, {"until": "2027-01-01"})])

    return append
