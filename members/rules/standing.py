"""What a member is on a day: a fold of dated events by (``effective_on``, ``seq``).

Days are legal days in Asia/Shanghai; every ``until`` is the first day that no longer belongs (``[from, until)``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a membership. ``OPENING`` is a member who was there before this register."""

    OPENING = "opening"
    JOINED = "joined"
    REGISTERED = "registered"
    RENEWED = "renewed"
    TIER_CHANGED = "tier_changed"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    LEFT = "left"
    VOIDED = "voided"


STARTS = frozenset({EventKind.OPENING, EventKind.JOINED})
REGISTRATIONS = frozenset({EventKind.REGISTERED, EventKind.RENEWED})


class Status(StrEnum):
    """``ACTIVE`` is 正式会员（待登记）, since the approval (ACG-24); ``EXPIRED`` a member all the same (ACG-21.c)."""

    NONE = "none"
    ACTIVE = "active"
    REGISTERED = "registered"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a member's file.

    ``effective_on``: the legal day; of ``LEFT``, for whatever cause, the last day in the register (C-25).
    ``valid_from`` and ``until``: the validity of a registration; ``until`` alone: the end of a dated suspension.
    ``voids``: the ``seq`` of the earlier event that a ``VOIDED`` event strikes out from the beginning. A start names
    class, tier and number; later events name what changes.
    """

    kind: EventKind
    effective_on: date
    seq: int
    class_id: str = ""
    tier: str = ""
    number: str = ""
    valid_from: date | None = None
    until: date | None = None
    voids: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member is on a day.

    ``until`` is known as soon as an end is on record. ``rights`` are gone from the day of the end itself and while
    suspended. ``valid_from`` and ``valid_until``: the registration that runs, or the one that ran last.
    """

    status: Status = Status.NONE
    class_id: str = ""
    tier: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    rights: bool = False
    validities: tuple[tuple[date, date | None], ...] = ()

    @property
    def is_member(self) -> bool:
        return self.status not in {Status.NONE, Status.ENDED}


def standing(events: Iterable[Event], on: date, *, known_at: datetime | None = None) -> Standing:
    """Fold the events of one member to what it is on a day (ACG-24, 39, 40, 44; C-25).

    ``known_at`` leaves out what was recorded after that moment. Voided events count for nothing, on any day; an
    event that meets no running membership changes nothing. Raises ``ValueError`` for a ``VOIDED`` event that names
    no earlier event.
    """
    state = Standing()
    for event in in_force(event for event in events if known_at is None or _known(event, known_at)):
        if event.effective_on <= on:
            state = _apply(state, event)
        elif event.kind in STARTS:
            break
        elif event.kind is EventKind.LEFT and state.since and state.until is None:
            state = replace(state, until=event.effective_on + timedelta(1))
    return _judged(state, on)


def in_force(events: Iterable[Event]) -> list[Event]:
    """The events that stand, in the order they take effect; a voided voiding revives what it had struck out."""
    by_seq = sorted(events, key=lambda event: event.seq)
    known = {event.seq for event in by_seq}
    struck: set[int] = set()
    for event in reversed(by_seq):
        if event.kind is not EventKind.VOIDED or event.seq in struck:
            continue
        if event.voids is None or event.voids not in known or event.voids >= event.seq:
            raise ValueError(f"event {event.seq} voids no earlier event")
        struck.add(event.voids)
    remaining = (e for e in by_seq if e.seq not in struck and e.kind is not EventKind.VOIDED)
    return sorted(remaining, key=lambda event: (event.effective_on, event.seq))


def _known(event: Event, moment: datetime) -> bool:
    return event.recorded_at is None or event.recorded_at <= moment


def _apply(state: Standing, event: Event) -> Standing:
    if event.kind in STARTS:
        return _started(state, event)
    if state.since is None or state.until is not None:
        return state
    if event.kind is EventKind.LEFT:
        return replace(state, until=event.effective_on + timedelta(1))
    if event.kind is EventKind.SUSPENDED:
        return _suspended(state, event)
    if event.kind is EventKind.RESTORED:
        return replace(state, suspended_from=None, suspended_until=None)
    validity = (_validity(event),) if event.kind in REGISTRATIONS else ()
    return replace(
        state,
        class_id=event.class_id or state.class_id,
        tier=event.tier or state.tier,
        number=event.number or state.number,
        validities=state.validities + validity,
    )


def _started(state: Standing, event: Event) -> Standing:
    """A start while a membership runs changes nothing; after an end it is a new stint under the same number."""
    if state.since is not None and (state.until is None or event.effective_on < state.until):
        return state
    registered = event.valid_from is not None or event.until is not None
    return Standing(
        class_id=event.class_id,
        tier=event.tier,
        number=event.number or state.number,
        since=event.effective_on,
        validities=(_validity(event),) if registered else (),
    )


def _validity(event: Event) -> tuple[date, date | None]:
    return event.valid_from or event.effective_on, event.until


def _suspended(state: Standing, event: Event) -> Standing:
    """Overlapping suspensions end with the latest (C-12); an open one outlasts every dated one."""
    start, end = state.suspended_from, state.suspended_until
    if start is None or (end is not None and event.effective_on > end):
        return replace(state, suspended_from=event.effective_on, suspended_until=event.until)
    return replace(state, suspended_until=max(end, event.until) if end and event.until else None)


def _judged(state: Standing, on: date) -> Standing:
    if state.since is None:
        return state
    if state.suspended_until is not None and on >= state.suspended_until:
        state = replace(state, suspended_from=None, suspended_until=None)
    running = [span for span in state.validities if span[0] <= on and (span[1] is None or on < span[1])]
    if state.validities:
        shown = max(running or state.validities, key=lambda span: span[1] or date.max)
        state = replace(state, valid_from=shown[0], valid_until=shown[1])
    ending_today = state.until is not None and on >= state.until - timedelta(1)
    status = _status(state, on, registered=bool(running))
    return replace(state, status=status, rights=not ending_today and state.suspended_from is None)


def _status(state: Standing, on: date, *, registered: bool) -> Status:
    if state.until is not None and on >= state.until:
        return Status.ENDED
    if state.suspended_from is not None:
        return Status.SUSPENDED
    if registered:
        return Status.REGISTERED
    return Status.EXPIRED if state.validities else Status.ACTIVE
