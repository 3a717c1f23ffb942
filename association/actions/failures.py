"""Messages that did not arrive: taken note of, tried again, settled where they are in doubt."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from association import clock
from association.actions import addresses, audit, outbox
from association.actors import Actor
from association.channels import ALL, Undeliverable, dsn
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.models import Message
from association.models.audit import AuditKind
from association.models.message import Failure

SOURCE = setting("messages")
AGAIN = ":again:"


@transaction.atomic
def take_back(report: dsn.Report) -> bool:
    """A mail of ours came back. False if it is none of ours; a second report changes nothing."""
    message = (
        Message.objects.select_for_update(of=("self",)).select_related("recipient").filter(key=report.key).first()
    )
    if message is None:
        return False
    if message.failure == Failure.BOUNCED:
        return True
    outbox.arrived(Message.objects.filter(pk=message.pk))  # it was accepted, whatever we knew of it
    Message.objects.filter(pk=message.pk).update(
        failed_at=clock.now(), failure=Failure.BOUNCED, error=report.said[:300]
    )
    address = (message.sent_as or {}).get("To", message.recipient.email)
    if report.dead:
        addresses.mark_dead(message.recipient, message.channel, address, reason=report.said, by=None)
    return True


def check_retry(message: Message) -> Decision:
    """Whether the message can be sent once more: it was given up, and there is an address now."""
    if message.failed_at is None or message.failure == Failure.CANCELLED:
        return failed("message_not_failed", SOURCE)
    if message.secret:
        return failed("message_secret_gone", SOURCE)
    try:
        if not message.address:
            ALL[message.channel].address(message.recipient)
    except Undeliverable as reason:
        return failed("message_without_address", SOURCE, reason=reason.said)
    return passed("message_retried", SOURCE)


@transaction.atomic
def retry(message: Message, *, by: Actor) -> Message:
    """Send it once more: the same row, or a new message of the same words where it went out and came back."""
    message = _retry(message)
    audit.note(AuditKind.RETRY, "message_retried", user=by.user, target=audit.reference(message))
    return message


@transaction.atomic
def _retry(message: Message) -> Message:
    message = Message.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=message.pk)
    require(check_retry(message))
    if message.sent_at is not None:
        message = _again(message)
    else:
        Message.objects.filter(pk=message.pk).update(
            failed_at=None, failure="", begun_at=None, lease_until=None, attempts=0, send_after=clock.now()
        )
    transaction.on_commit(outbox.hint)
    return message


def retry_many(messages: Iterable[Message], *, by: Actor) -> tuple[int, int]:
    """Those that can be, each by itself. Returns how many are on their way, and how many cannot be sent."""
    done = left = 0
    for message in messages:
        try:
            _retry(message)
            done += 1
        except Refused:
            left += 1
    if done:
        audit.note(AuditKind.RETRY, "messages_retried", user=by.user, rows=done)
    return done, left


@transaction.atomic
def confirm_arrived(message: Message, *, by: Actor) -> Message:
    """Somebody knows that a message in doubt did arrive."""
    message = Message.objects.select_for_update().get(pk=message.pk)
    if message.failure != Failure.IN_DOUBT:
        raise Refused(failed("message_not_in_doubt", SOURCE))
    said = _("confirmed by %(name)s") % {"name": by.user or _("the system")}
    outbox.arrived(Message.objects.filter(pk=message.pk), receipt=said[:200])
    message.refresh_from_db()
    audit.note(AuditKind.CHANGE, "message_arrived", user=by.user, target=audit.reference(message))
    return message


def settle(log: Iterable[str], *, again: bool) -> tuple[int, int]:
    """Settle what is in doubt by the mail server's log: what it names arrived, and with ``again`` the rest is sent.

    Returns how many of each.
    """
    named = {uuid.UUID(found) for line in log for found in dsn.OURS.findall(line)}
    arrived = sent = 0
    for message in Message.objects.filter(failure=Failure.IN_DOUBT, sent_at=None).order_by("pk"):
        if message.key in named:
            arrived += outbox.arrived(Message.objects.filter(pk=message.pk), receipt="log")
        elif again:
            sent += Message.objects.filter(pk=message.pk, sent_at=None, failure=Failure.IN_DOUBT).update(
                failed_at=None, failure="", begun_at=None, lease_until=None, send_after=clock.now()
            )
    if sent:
        transaction.on_commit(outbox.hint)
    return arrived, sent


def _again(message: Message) -> Message:
    """The same words as a new message: what came back stays on record as it was."""
    first = message.unique_key.partition(AGAIN)[0]
    times = Message.objects.filter(
        recipient=message.recipient, channel=message.channel, unique_key__startswith=first + AGAIN
    ).count()
    repeated = {name: getattr(message, name) for name in ("channel", "kind", "topic", "subject", "text", "template")}
    repeated |= {"letter": message.letter, "revision_id": message.revision_id, "address": message.address}
    return Message.objects.create(
        unique_key=f"{first}{AGAIN}{times + 1}",
        recipient=message.recipient,
        case_id=message.case_id,
        link=message.link,
        unsubscribe=message.unsubscribe,
        **repeated,
    )
