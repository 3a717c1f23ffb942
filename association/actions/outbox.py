"""Send what waits in the outbox (发件箱). The row is the truth; a task only says that something may be waiting.

Each message is taken by one conditional update before a byte leaves (``begun_at``). So nothing is sent twice:

* An error that says «not accepted» gives the message back, to be tried again.
* No answer, or a worker that died, leaves it taken. When its lease has lapsed the channel is asked whether it arrived;
  where nobody can know (SMTP) it stands *in doubt* at the desk, until the mail server's log or a person settles it.
* A server that is away stops the channel, not its messages: they wait, uncharged, and go out once it is back.

A clock that jumped ahead and back leaves moments in the future; those beyond what we set ourselves count as past.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from association import channels, clock
from association.actions import addresses
from association.channels import ChannelDown, Deferred, Envelope, InDoubt, Undeliverable, sealed
from association.models import Message, Outlet
from association.models.message import Failure

logger = logging.getLogger(__name__)

SEND = "association.send_messages"
LEASE = timedelta(minutes=15)
"""Longer than the slowest hand-over: five minutes for the last answer, and twenty seconds for each step before."""
SKEW = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=3)
TRIES = 20
"""Before that many failed tries nothing is given up, however far the clock has jumped."""
LONGEST_PAUSE = timedelta(minutes=15)
"""Between two tries of a channel that is out of order."""
LONGEST_WAIT = timedelta(hours=2)
"""Between two tries of one message."""
LET_OTHERS_PASS = timedelta(minutes=5)
"""For the one message over which a connection broke."""
AT_ONCE = 100
"""Messages that are read together and go out over one connection."""
A_TASK = 500
"""Messages of one task; if there are more, it orders the next."""


def hint() -> None:
    """Tell the broker that something waits. If it does not listen, the sweep will."""
    for channel in channels.OUTGOING:
        try:
            current_app.send_task(SEND, [channel], ignore_result=True)
        except Exception:  # the rows stand; whatever ails the broker must not reach the person who clicked
            logger.warning("broker did not take the hint for %s", channel, exc_info=True)


def unsent(channel: str) -> QuerySet[Message]:
    return Message.objects.filter(channel=channel, sent_at__isnull=True, failed_at__isnull=True)


def waiting(channel: str, now: datetime) -> QuerySet[Message]:
    """What nobody has taken and may go out now. Notices before newsletters, the oldest first."""
    due = Q(send_after__lte=now) | Q(send_after__gt=now + LONGEST_WAIT + SKEW)
    return unsent(channel).filter(due, begun_at__isnull=True).order_by("-kind", "send_after", "id")


def sweep() -> None:
    """Hint at each channel that has something to do."""
    now = clock.now()
    for channel in channels.OUTGOING:
        if waiting(channel, now).exists() or _lapsed(channel, now).exists():
            current_app.send_task(SEND, [channel], ignore_result=True)


def send(channel: str) -> int:
    """Send what waits, up to :data:`A_TASK` messages, and order the rest. Returns how many were sent."""
    settle_lapsed(channel)
    sent = tried = 0
    while tried < A_TASK and is_open(channel, clock.now()):
        rows = list(
            waiting(channel, clock.now())
            .select_related("recipient")
            .prefetch_related("recipient__dead_addresses")[:AT_ONCE]
        )
        if not rows:
            return sent
        tried += len(rows)
        try:
            sent += _send_all(channel, rows)
        except ChannelDown as error:
            _closed(channel, str(error))
            return sent
    if tried >= A_TASK:
        current_app.send_task(SEND, [channel], ignore_result=True)
    return sent


def _send_all(channel: str, rows: Iterable[Message]) -> int:
    """Over one connection. Raises :class:`ChannelDown` when it breaks; what was not sent waits on."""
    outgoing, sent = channels.ALL[channel], 0
    with outgoing.open() as line:
        _opened(channel)
        for message in rows:
            try:
                envelope = outgoing.compose(message)
            except Undeliverable as error:
                _give_up(message, error)
                continue
            if not _take(message, envelope):
                continue
            sent += _hand_over(line, message, envelope)
    return sent


def _hand_over(line: Any, message: Message, envelope: Envelope) -> bool:
    try:
        receipt = line.hand_over(envelope)
    except Undeliverable as error:
        _give_up(message, error, envelope.address)
    except Deferred as error:
        _put_off(message, str(error))
    except ChannelDown as error:
        _give_back(message, str(error))
        raise
    except InDoubt as error:
        Message.objects.filter(pk=message.pk).update(error=str(error)[:300])
        logger.warning("message %s is in doubt: %s", message.pk, error)
    except Exception as error:  # whatever it was, it may have gone out
        Message.objects.filter(pk=message.pk).update(error=f"{type(error).__name__}: {error}"[:300])
        logger.exception("message %s is in doubt", message.pk)
    else:
        arrived(Message.objects.filter(pk=message.pk), receipt=receipt)
        return True
    return False


# one message


def _take(message: Message, envelope: Envelope) -> bool:
    """The claim: from here on nobody else hands it over."""
    now = clock.now()
    free = Message.objects.filter(pk=message.pk, sent_at__isnull=True, failed_at__isnull=True, begun_at__isnull=True)
    taken = free.update(
        begun_at=now, lease_until=now + LEASE, attempts=F("attempts") + 1, sent_as=envelope.headers, error=""
    )
    message.attempts += taken
    return bool(taken)


def arrived(messages: QuerySet[Message], *, receipt: str = "") -> int:
    """It is known to have gone out, whatever was thought before."""
    return messages.filter(sent_at__isnull=True).update(
        sent_at=clock.now(),
        receipt=receipt,
        lease_until=None,
        failed_at=None,
        failure="",
        error="",
        secret=sealed.ERASED,
    )


def _give_back(message: Message, error: str) -> None:
    """It did not go out, through no fault that is known to be its own. Others go first, lest it block them all."""
    Message.objects.filter(pk=message.pk, sent_at__isnull=True).update(
        begun_at=None,
        lease_until=None,
        attempts=F("attempts") - 1,
        send_after=clock.now() + LET_OTHERS_PASS,
        error=error[:300],
    )


def _put_off(message: Message, error: str) -> None:
    """It was not accepted now: later, but not for ever."""
    now = clock.now()
    if message.attempts >= TRIES and now - message.created_at > GIVE_UP_AFTER:
        _give_up(message, Undeliverable(Failure.EXPIRED, error))
        return
    Message.objects.filter(pk=message.pk, sent_at__isnull=True).update(
        begun_at=None,
        lease_until=None,
        send_after=now + min(timedelta(minutes=2 ** min(message.attempts - 1, 10)), LONGEST_WAIT),
        error=error[:300],
    )


@transaction.atomic
def _give_up(message: Message, error: Undeliverable, address: str = "") -> None:
    Message.objects.filter(pk=message.pk, sent_at__isnull=True, failed_at__isnull=True).update(
        failed_at=clock.now(),
        failure=error.failure,
        error=error.said[:300],
        begun_at=None,
        lease_until=None,
        secret=sealed.ERASED,
    )
    if error.dead and address:
        addresses.mark_dead(message.recipient, message.channel, address, reason=error.said, by=None)


# what a dead worker leaves


def _lapsed(channel: str, now: datetime) -> QuerySet[Message]:
    over = Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE + SKEW)
    return unsent(channel).filter(over, begun_at__isnull=False)


def settle_lapsed(channel: str) -> None:
    """Messages that were taken and never marked: ask whether they arrived."""
    for message in _lapsed(channel, clock.now()).select_related("recipient")[:AT_ONCE]:
        known = channels.ALL[channel].arrived(message)
        row = Message.objects.filter(pk=message.pk, begun_at=message.begun_at)
        if known:
            arrived(row)
        elif known is None:
            row.filter(sent_at__isnull=True).update(
                failed_at=clock.now(),
                failure=Failure.IN_DOUBT,
                lease_until=None,
                error=message.error or _("broken off"),
                secret=sealed.ERASED,
            )
        else:
            row.filter(sent_at__isnull=True).update(begun_at=None, lease_until=None)


# the channel as a whole


def out_of_order() -> list[Outlet]:
    """The channels by which nothing goes out now."""
    return list(Outlet.objects.filter(down_since__isnull=False))


def is_open(channel: str, now: datetime) -> bool:
    """Whether it is time to try. A channel that is out of order is tried again every so often."""
    next_try = Outlet.objects.filter(channel=channel).values_list("next_try_at", flat=True).first()
    return next_try is None or next_try <= now or next_try > now + LONGEST_PAUSE + SKEW


def _opened(channel: str) -> None:
    Outlet.objects.filter(channel=channel, down_since__isnull=False).update(
        down_since=None, next_try_at=None, failures=0, error="", tried_at=clock.now()
    )


@transaction.atomic
def _closed(channel: str, error: str) -> None:
    """Nobody answers: say so, wait, and after days give up what has waited for days."""
    now = clock.now()
    Outlet.objects.get_or_create(channel=channel)
    outlet = Outlet.objects.select_for_update().get(channel=channel)
    since = outlet.down_since or now
    outlet.down_since, outlet.tried_at, outlet.error = min(since, now), now, error[:300]
    outlet.next_try_at = now + min(timedelta(seconds=30 * 2 ** min(outlet.failures, 10)), LONGEST_PAUSE)
    outlet.failures += 1
    outlet.save()
    logger.warning("%s is out of order (try %s): %s", channel, outlet.failures, error)
    if outlet.failures >= TRIES and now - outlet.down_since > GIVE_UP_AFTER:
        unsent(channel).filter(begun_at__isnull=True, created_at__lt=now - GIVE_UP_AFTER).update(
            failed_at=now, failure=Failure.EXPIRED, error=error[:300], secret=sealed.ERASED
        )
