"""What a member is on a day: a fold of dated events by (``effective_on``, ``seq``).

Days are legal days in Asia/Shanghai; every ``until`` is the first day that no longer belongs (``[from, until)``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum


class EventKind(StrEnum):
    """What can happen to a membership. ``OPENING`` is a member who was there before this register.

    ``CARRIED_OVER``: a new rulebook does not have the member's tier or class; its adoption says which one follows.
    """

    OPENING = "opening"
    JOINED = "joined"
    REGISTERED = "registered"
    RENEWED = "renewed"
    REGISTERED_AGAIN = "registered_again"
    TIER_CHANGED = "tier_changed"
    CARRIED_OVER = "carried_over"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    LEFT = "left"
    GIVEN_UP = "given_up"
    LOST = "lost"
    EXPELLED = "expelled"
    CEASED = "ceased"
    VOIDED = "voided"


STARTS = frozenset({EventKind.OPENING, EventKind.JOINED})
REGISTRATIONS = frozenset({EventKind.REGISTERED, EventKind.RENEWED, EventKind.REGISTERED_AGAIN})
ENDS = frozenset({EventKind.LEFT, EventKind.GIVEN_UP, EventKind.LOST, EventKind.EXPELLED, EventKind.CEASED})


class Status(StrEnum):
    NONE = "none"
    ACTIVE = "active"
    """正式会员（待登记）: member since the approval, not registered yet (ACG-24)."""
    REGISTERED = "registered"
    SUSPENDED = "suspended"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a member's file.

    ``effective_on``: the legal day; of an end, the last day in the register (C-25). ``until``: first day after a
    registration's validity or a dated suspension. ``voids``: the ``seq`` of the earlier event that a ``VOIDED``
    event strikes out from the beginning. A start names class, tier and number; later events name what changes.
    """

    kind: EventKind
    effective_on: date
    seq: int
    class_id: str = ""
    tier: str | None = None
    number: str = ""
    until: date | None = None
    voids: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member is on a day.

    ``until`` is known as soon as an end is. ``rights`` are gone from the day of the end itself and while suspended.
    ``registered_until`` in the past means 登记已过期, which ends nothing by itself (ACG-21.c).
    """

    status: Status = Status.NONE
    class_id: str = ""
    tier: str | None = None
    number: str = ""
    since: date | None = None
    until: date | None = None
    ended_by: EventKind | None = None
    registered_on: date | None = None
    registered_until: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    rights: bool = False

    @property
    def is_member(self) -> bool:
        return self.status in {Status.ACTIVE, Status.REGISTERED, Status.SUSPENDED}

    def registration_valid(self, on: date) -> bool:
        """Whether a registration runs on the day; an open one (``registered_until`` is ``None``) does."""
        if self.registered_on is None or on < self.registered_on:
            return False
        return self.registered_until is None or on < self.registered_until


def standing(events: Iterable[Event], on: date, *, known_at: datetime | None = None) -> Standing:
    """Fold the events of one member to what it is on a day (ACG-24, 39, 40, 44; C-25).

    ``known_at`` leaves out what was recorded after that moment. Voided events count for nothing, on any day; an
    event that meets no running membership changes nothing. Raises ``ValueError`` for a ``VOIDED`` event that names
    no earlier event.
    """
    valid = in_force(event for event in events if known_at is None or _known(event, known_at))
    state = Standing()
    for event in valid:
        if event.effective_on <= on:
            state = _apply(state, event)
        elif event.kind in STARTS:
            break
        elif event.kind in ENDS and state.since and state.until is None:
            state = replace(state, until=event.effective_on + timedelta(1), ended_by=event.kind)
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
    standing_events = (e for e in by_seq if e.seq not in struck and e.kind is not EventKind.VOIDED)
    return sorted(standing_events, key=lambda event: (event.effective_on, event.seq))


def _known(event: Event, moment: datetime) -> bool:
    return event.recorded_at is None or event.recorded_at <= moment


def _apply(state: Standing, event: Event) -> Standing:
    if event.kind in STARTS:
        return _started(state, event)
    if state.since is None or state.until is not None:
        return state
    if event.kind in ENDS:
        return replace(state, until=event.effective_on + timedelta(1), ended_by=event.kind)
    if event.kind is EventKind.SUSPENDED:
        return _suspended(state, event)
    if event.kind is EventKind.RESTORED:
        return replace(state, suspended_from=None, suspended_until=None)
    if event.kind in REGISTRATIONS:
        state = replace(state, registered_on=state.registered_on or event.effective_on, registered_until=event.until)
    return replace(
        state,
        class_id=event.class_id or state.class_id,
        tier=event.tier if event.tier is not None else state.tier,
        number=event.number or state.number,
    )


def _started(state: Standing, event: Event) -> Standing:
    """A start while a membership runs changes nothing; after an end it is a new stint under the same number."""
    if state.since is not None and (state.until is None or event.effective_on < state.until):
        return state
    opened = event.kind is EventKind.OPENING
    return Standing(
        class_id=event.class_id,
        tier=event.tier,
        number=event.number or state.number,
        since=event.effective_on,
        registered_on=event.effective_on if opened else None,
        registered_until=event.until if opened else None,
    )


def _suspended(state: Standing, event: Event) -> Standing:
    """Overlapping suspensions end with the latest (C-12); an open one outlasts every dated one."""
    start = state.suspended_from
    running = start is not None and (state.suspended_until is None or event.effective_on <= state.suspended_until)
    if not running:
        return replace(state, suspended_from=event.effective_on, suspended_until=event.until)
    ends = (state.suspended_until, event.until)
    return replace(state, suspended_until=None if None in ends else max(end for end in ends if end))


def _judged(state: Standing, on: date) -> Standing:
    if state.since is None:
        return state
    if state.suspended_until is not None and on >= state.suspended_until:
        state = replace(state, suspended_from=None, suspended_until=None)
    if state.until is not None and on >= state.until:
        return replace(state, status=Status.ENDED)
    if state.suspended_from is not None:
        return replace(state, status=Status.SUSPENDED)
    ending_today = state.until is not None and on >= state.until - timedelta(1)
    status = Status.REGISTERED if state.registered_on is not None else Status.ACTIVE
    return replace(state, status=status, rights=not ending_today)
