"""Reads that more than one place makes: the profile, the rulebook in force, the calendar, the current term.

What rarely changes is kept in memory under the association's ``revision``, a token that every change replaces. A
process therefore reads one row by its key to know that what it holds is still true; inside a request, once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from django.core.signals import request_finished, request_started
from django.db import InterfaceError, OperationalError, connection

from association.models import (
    Adoption,
    Association,
    Body,
    CalendarOverride,
    CalendarYear,
    OfficialDay,
    RulebookVersion,
    Term,
)
from association.rulebook.loader import load
from association.rulebook.schema import Rulebook
from association.rules.counting import OFFICIAL_YEARS, WorkCalendar
from association.rules.deadlines import fixed_holidays

T = TypeVar("T")


READ_REVISION = "SELECT revision FROM association_association WHERE id = 1"


class NoRulebook(LookupError):
    """No rulebook is in force on the day."""

    def __init__(self, day: date, registry: str = "") -> None:
        self.day, self.registry = day, registry
        super().__init__(f"no rulebook in force on {day}")


class _RequestMemory(threading.local):
    """``transaction`` is the list of commit hooks that was the connection's when the profile was read: Django makes a
    new one for each transaction, so that it tells one from the next.
    """

    active: bool = False
    profile: Association | None = None
    transaction: object = None


_request = _RequestMemory()
_kept: dict[str, tuple[int, Any]] = {}


def _begin(**_: Any) -> None:
    _request.active, _request.profile, _request.transaction = True, None, None


def _end(**_: Any) -> None:
    _request.active, _request.profile, _request.transaction = False, None, None


request_started.connect(_begin, dispatch_uid="association.queries.begin")
request_finished.connect(_end, dispatch_uid="association.queries.end")


def forget() -> None:
    """Read the profile anew at the next question. Called by every action that changes ``revision``."""
    _request.profile = None


def profile() -> Association | None:
    """The association, or None before it is set up. One read by key for each transaction.

    Inside a request, what is asked before and between its transactions is answered by what was read first.
    """
    now = _transaction()
    known = _request.profile is not None and (now is _request.transaction if now is not None else _request.active)
    if known:
        return _request.profile
    found = Association.objects.filter(pk=1).first()
    if now is not None or _request.active:
        _request.profile, _request.transaction = found, now
    return found


def _transaction() -> object:
    """The transaction that runs, None outside of one. The one that a test case wraps around itself is none."""
    own = any(not block._from_testcase for block in connection.atomic_blocks)  # type: ignore[attr-defined]
    return connection.run_on_commit if own else None


def revision() -> int:
    found = profile()
    return found.revision if found else 0


def revision_now() -> int:
    """The revision as it is committed at this moment: one column by key, for what is answered with nothing else.

    The read itself shows whether the connection still lives; Django would ask the database that first.
    """
    if connection.in_atomic_block:
        return _read_revision()
    connection.health_check_done = True  # type: ignore[attr-defined]  # the stubs do not know it
    try:
        return _read_revision()
    except (InterfaceError, OperationalError):
        connection.close()
        return _read_revision()


def _read_revision() -> int:
    """By the driver itself: this read is most of what such an answer costs."""
    connection.ensure_connection()
    with connection.wrap_database_errors:  # a lost connection is Django's error, whoever finds it lost
        if connection.vendor == "postgresql":
            return _read_by_libpq(connection.connection)
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(READ_REVISION)
            row = cursor.fetchone()
    return row[0] if row else 0


def _read_by_libpq(raw: Any) -> int:
    """In less than half the time of psycopg's cursor: nothing is to be adapted, one number comes back."""
    result = raw.pgconn.exec_(READ_REVISION.encode())
    if result.error_message:
        raise OperationalError(result.error_message.decode(errors="replace"))
    return int(result.get_value(0, 0)) if result.ntuples else 0


def kept(name: str, build: Callable[[], T]) -> T:
    """What ``build`` gives, kept in this process until the association's revision changes."""
    current = revision()
    held = _kept.get(name)
    if held is None or held[0] != current:
        held = (current, build())
        _kept[name] = held
    return held[1]


@dataclass(frozen=True, slots=True)
class Governing:
    """A stored version with its typed reading."""

    version_id: int
    label: str
    rulebook: Rulebook


@lru_cache(maxsize=64)
def governing_version(version_id: int) -> Governing:
    """The stored version of this key. Versions never change, so the reading is kept for good."""
    version = RulebookVersion.objects.get(pk=version_id)
    return Governing(version.pk, version.label, load(version.text))


def rulebook_of(version_id: int) -> Rulebook:
    return governing_version(version_id).rulebook


def adoptions(registry: str = "") -> tuple[tuple[date, int], ...]:
    """(in force from, version key) of a slot, the latest first."""
    return kept(
        f"adoptions:{registry}",
        lambda: tuple(
            Adoption.objects.filter(slot=registry)
            .order_by("-effective_from", "-pk")
            .values_list("effective_from", "version_id")
        ),
    )


def governing(day: date, registry: str = "") -> Governing:
    """The version in force on the day (C-19). Raises :class:`NoRulebook`, also from the day of a repeal."""
    for effective_from, version_id in adoptions(registry):
        if effective_from <= day:
            found = governing_version(version_id)
            repealed_on = found.rulebook.repealed_on
            if repealed_on is not None and repealed_on <= day:
                break
            return found
    raise NoRulebook(day, registry)


@dataclass(frozen=True, slots=True)
class InForce:
    """A version as it was adopted: in force ``[effective_from, until)``, ``until`` None while no other follows.

    ``association`` is the name it was adopted under; ``resolution`` the number of the one that passed the document,
    ``body`` who passed it. A mended encoding rests on the resolution of the document that it mends.
    """

    adoption_id: int
    version_id: int
    label: str
    rulebook_id: str
    title: str
    document_version: str
    effective_from: date
    until: date | None
    resolved_on: date | None
    resolution: str
    body: str
    association: str


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """From which version on an article reads ``text``; None where that version does not have it any more."""

    version: InForce
    label: str
    text: str | None


def versions(slot: str = "") -> tuple[InForce, ...]:
    """Every version that was in force in a slot or will be, the latest first."""
    return kept(f"versions:{slot}", lambda: _versions(slot))


def _versions(slot: str) -> tuple[InForce, ...]:
    rows = Adoption.objects.filter(slot=slot).select_related("version", "resolution__meeting__body")
    ordered = list(rows.order_by("-effective_from", "-pk"))
    passed = {
        (row.version.rulebook, row.version.document_version): row.resolution for row in ordered if row.resolution
    }
    found: list[InForce] = []
    follows: date | None = None
    for row in ordered:
        if row.effective_from == follows:
            continue  # replaced on its own day: it never governed
        resolution = row.resolution or passed.get((row.version.rulebook, row.version.document_version))
        repealed_on = rulebook_of(row.version_id).repealed_on
        ends = [day for day in (follows, repealed_on) if day is not None]
        found.append(
            InForce(
                adoption_id=row.pk,
                version_id=row.version_id,
                label=row.version.label,
                rulebook_id=row.version.rulebook,
                title=row.version.title,
                document_version=row.version.document_version,
                effective_from=row.effective_from,
                until=min(ends, default=None),
                resolved_on=resolution.passed_on if resolution else None,
                resolution=resolution.number if resolution else "",
                body=resolution.meeting.body.name if resolution else "",
                association=row.association,
            )
        )
        follows = row.effective_from
    return tuple(found)


def newest_adoption(slot: str = "") -> int:
    """Key of the adoption recorded last in the slot; 0 where there is none."""
    return kept(
        f"newest:{slot}",
        lambda: Adoption.objects.filter(slot=slot).order_by("-pk").values_list("pk", flat=True).first() or 0,
    )


def article_history(slot: str, key: str) -> tuple[ArticleChange, ...]:
    """The versions in which the article reads otherwise than in the one before, the latest first."""
    changes: list[ArticleChange] = []
    before: str | None = None
    for version in reversed(versions(slot)):
        found = rulebook_of(version.version_id).articles.get(key)
        text = found.text if found else None
        if text != before:
            changes.append(ArticleChange(version, found.label if found else changes[-1].label, text))
        before = text
    return tuple(reversed(changes))


def rulebook_on(day: date, registry: str = "") -> Rulebook:
    """The typed rulebook in force on the day. Raises :class:`NoRulebook`."""
    return governing(day, registry).rulebook


def rulebook_slots() -> tuple[str, ...]:
    """The slots that have an adopted rulebook, the membership's first."""
    return kept("slots", lambda: tuple(Adoption.objects.order_by("slot").values_list("slot", flat=True).distinct()))


def calendar(rulebook: Rulebook | None = None) -> WorkCalendar:
    """The State Council calendar with the years loaded here and this installation's overrides (C-4, C-5).

    With ``rulebook``, its own fixed holidays in the years whose calendar is not loaded.
    """
    known = kept("calendar", calendar_with)
    return by_rulebook(known, rulebook) if rulebook else known


def by_rulebook(calendar: WorkCalendar, rulebook: Rulebook) -> WorkCalendar:
    """The same days, with the fixed holidays that the rulebook counts by where a year is not loaded (C-5)."""
    fixed = fixed_holidays(rulebook)
    return calendar if fixed == calendar.fixed_holidays else replace(calendar, fixed_holidays=fixed)


def calendar_with(year: int = 0, days: Mapping[date, bool] | None = None) -> WorkCalendar:
    """The calendar as it is stored; with ``year`` as if its official days were these."""
    official = OfficialDay.objects.exclude(year__year=year) if year else OfficialDay.objects.all()
    return WorkCalendar(
        overrides=dict(official.values_list("day", "is_workday"))
        | dict(days or {})
        | dict(CalendarOverride.objects.values_list("day", "is_workday")),
        known_years=OFFICIAL_YEARS
        | frozenset(CalendarYear.objects.values_list("year", flat=True))
        | ({year} if year else set()),
    )


def bodies() -> dict[str, Body]:
    """Every body by its key."""
    return kept("bodies", lambda: {body.key: body for body in Body.objects.all()})


def body_name(key: str) -> str:
    found = bodies().get(key)
    return found.name if found else key


def term_on(day: date, body: str = "council") -> Term | None:
    """The term of office that runs on the day: until the actual changeover, however late it is."""
    terms: tuple[Term, ...] = kept(
        f"terms:{body}", lambda: tuple(Term.objects.filter(body__key=body).order_by("from_on"))
    )
    return next((term for term in terms if term.runs_on(day)), None)
