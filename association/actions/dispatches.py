"""Send one thing to an audience in the background: resumed where it stopped, cancelled for whom it has not reached.

The row says how far the work is; each batch is one transaction with its messages, and a message is unique for its
occasion and person. So a killed worker loses nothing, and nobody is written to twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db import transaction
from django.db.models import Q, QuerySet

from association import clock, ports
from association.actions import jobs
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, setting
from association.models import Dispatch, Message, User
from association.models.message import Channel, Failure

AT_ONCE = 200
"""Addressees written to in one transaction: what a cancellation waits for at most."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a sending would reach: all addressees, and of these who get it, do without it, have no account."""

    expected: int
    told: int
    opted_out: int
    unreached: int


@dataclass(frozen=True, slots=True)
class Sending:
    """What the worker does with a batch: who is left out of it, and how the others are written to.

    ``tell`` writes to those it has not written to before and returns how many these were.
    """

    without: Callable[[Sequence[User]], frozenset[int]]
    tell: Callable[[Sequence[User]], int]


def reach(audience: str, parts: Sequence[str], sending: Sending, *, on: date) -> Reach:
    """Count before anything is sent, each account once."""
    everyone = ports.audiences[audience].everyone(on, parts=parts)
    users: dict[int, User] = {}
    expected = unreached = 0
    for one in everyone:
        expected += 1
        if one.user is None:
            unreached += 1
        else:
            users.setdefault(one.user.pk, one.user)
    opted_out = len(sending.without(list(users.values())))
    return Reach(expected, len(users) - opted_out, opted_out, unreached)


def run(dispatch_id: int, sending: Sending) -> None:
    """Write to everybody who is left, batch by batch; stops where somebody cancels it or another worker goes on."""
    found = Dispatch.objects.get(pk=dispatch_id)
    everyone = ports.audiences[found.audience].everyone(found.on, parts=found.parts, after=found.cursor)
    cursor = found.cursor
    while True:
        batch = list(islice(everyone, AT_ONCE))
        with transaction.atomic():
            row = Dispatch.objects.select_for_update().get(pk=dispatch_id)
            if not row.running or row.cursor != cursor:
                return
            if not batch:
                row.finished_at = clock.now()
                row.save(update_fields=["finished_at"])
                return
            users = list({one.user.pk: one.user for one in batch if one.user is not None}.values())
            without = sending.without(users)
            row.told += sending.tell([user for user in users if user.pk not in without])
            row.opted_out += len(without)
            row.unreached += sum(1 for one in batch if one.user is None)
            row.done += len(batch)
            row.cursor = cursor = batch[-1].key
            row.save(update_fields=["told", "opted_out", "unreached", "done", "cursor"])


def unsent(occasion: str, dispatch: Dispatch | None = None) -> int:
    """Mails of the occasion that wait in the outbox; of one sending of it where there can be several."""
    return _waiting(occasion, dispatch).count()


def check_cancel(dispatch: Dispatch, occasion: str) -> Decision:
    """Whether there is anything left to stop."""
    source = setting("dispatch")
    if dispatch.cancelled_at is not None:
        return failed("dispatch_cancelled_already", source)
    if dispatch.finished_at is not None and not unsent(occasion, dispatch):
        return failed("dispatch_finished", source)
    return passed("dispatch_cancellable", source)


@transaction.atomic
def cancel(dispatch: Dispatch, occasion: str, *, by: Actor, on: date) -> int:
    """Write to nobody else, and take back the mails that wait in the outbox. Returns how many these were.

    A mail that a worker is sending at this moment goes out.
    """
    dispatch = Dispatch.objects.select_for_update().get(pk=dispatch.pk)
    decision = check_cancel(dispatch, occasion)
    if not decision.passed or by.user is None:
        raise Refused(decision)
    now = clock.now()
    dispatch.cancelled_at, dispatch.cancelled_by = now, by.user
    dispatch.save(update_fields=["cancelled_at", "cancelled_by"])
    return int(_waiting(occasion, dispatch).update(failed_at=now, failure=Failure.CANCELLED))


def order(kind: str, dispatch: Dispatch) -> None:
    """Have the worker begin after this transaction."""
    jobs.order(kind, f"dispatch:{dispatch.pk}", dispatch_id=dispatch.pk)


def _waiting(occasion: str, dispatch: Dispatch | None) -> QuerySet[Message]:
    """Mails of the occasion that no worker has taken yet; of one sending, those that were written while it ran."""
    mails = Message.objects.filter(
        unique_key__startswith=f"{occasion}:",
        channel=Channel.MAIL,
        begun_at__isnull=True,
        sent_at__isnull=True,
        failed_at__isnull=True,
    )
    if dispatch is None:
        return mails
    until = Q(created_at__lte=dispatch.finished_at) if dispatch.finished_at else Q()
    return mails.filter(until, created_at__gte=dispatch.ordered_at)
