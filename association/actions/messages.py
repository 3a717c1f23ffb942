"""Tell people: in the portal at once, by mail through the outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from association import clock
from association.actions import jobs
from association.models import Case, Message, User
from association.models.message import Channel

SEND = "association.send_message"


P = ParamSpec("P")
T = TypeVar("T")


def in_letter_language(write: Callable[P, T]) -> Callable[P, T]:
    """Decorate what writes to people or on record: in the association's language, whatever the reader's is."""

    @wraps(write)
    def written(*args: P.args, **kwargs: P.kwargs) -> T:
        with translation.override(settings.LANGUAGE_CODE):
            return write(*args, **kwargs)

    return written


def tell(
    recipient: User, *, occasion: str, subject: str, text: str, link: str = "", case: Case | None = None
) -> Message:
    """Write one message for the portal and one for mail, and have the latter sent. A repeated occasion is a no-op."""
    common = {"subject": subject[:200], "text": text, "link": link, "case": case}
    portal, _ = Message.objects.get_or_create(
        unique_key=occasion,
        channel=Channel.PORTAL,
        recipient=recipient,
        defaults={**common, "sent_at": clock.now()},
    )
    mail, created = Message.objects.get_or_create(
        unique_key=occasion, channel=Channel.MAIL, recipient=recipient, defaults=common
    )
    if created:
        jobs.order(SEND, f"message:{mail.pk}", message_id=mail.pk)
    return portal


def tell_many(occasions: Mapping[str, User], *, subject: str, text: str, link: str = "") -> None:
    """Tell many the same thing, in a constant number of queries: each occasion is one person told once.

    What was written before is left as it is, and its mail is ordered if it was not.
    """
    now = clock.now()
    common = {"subject": subject[:200], "text": text, "link": link}
    rows = [
        Message(unique_key=occasion, channel=channel, recipient=user, sent_at=sent_at, **common)
        for occasion, user in occasions.items()
        for channel, sent_at in ((Channel.PORTAL, now), (Channel.MAIL, None))
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    unsent = Message.objects.filter(unique_key__in=list(occasions), channel=Channel.MAIL, sent_at__isnull=True)
    jobs.order_many(SEND, {f"message:{key}": {"message_id": key} for key in unsent.values_list("pk", flat=True)})


def send(message_id: int) -> None:
    """Send one mail of the outbox. Its Message-ID is the row's key, so a repeat after a crash is recognisable."""
    message = Message.objects.select_related("recipient").get(pk=message_id)
    if message.sent_at is not None:
        return
    text = message.text
    if message.link:
        text = f"{text}\n\n{settings.SITE_URL}{message.link}"
    EmailMessage(
        message.subject,
        text,
        to=[message.recipient.email],
        headers={"Message-ID": f"<{message.key}@huiji>"},
    ).send()
    Message.objects.filter(pk=message_id, sent_at__isnull=True).update(sent_at=clock.now(), error="")
