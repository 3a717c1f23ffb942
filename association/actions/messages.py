"""Tell people: in the portal at once, by mail and text message through the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from itertools import islice
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import transaction
from django.utils import translation

from association import channels
from association.actions import outbox
from association.channels import Letter, Writer
from association.models import Case, Message, User
from association.models.message import Channel, MessageKind, Topic

AT_ONCE = 500
"""People whose messages are written together."""

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
    recipient: User,
    *,
    occasion: str,
    subject: str,
    text: str,
    link: str = "",
    case: Case | None = None,
    kind: str = MessageKind.NOTICE,
    topic: str = Topic.NONE,
    unsubscribe: str = "",
) -> Message:
    """Write one message for each channel that reaches the person, and have them sent. A repeated occasion is a no-op.

    Returns the one in the portal.
    """
    letter = Letter(subject, text, link, kind, topic, unsubscribe)
    _write([(occasion, recipient)], letter, case)
    return Message.objects.get(unique_key=occasion, channel=Channel.PORTAL, recipient=recipient)


def tell_many(
    occasions: Mapping[str, User] | Iterable[tuple[str, User]],
    *,
    subject: str,
    text: str,
    link: str = "",
    kind: str = MessageKind.NOTICE,
    topic: str = Topic.NONE,
    unsubscribe: str | Callable[[User], str] = "",
) -> int:
    """Tell many the same thing; each occasion is one person told once. Returns how many people were named.

    Reads ``occasions`` as it goes and holds :data:`AT_ONCE` of them at a time, in one query each. What was written
    before is left as it is. ``unsubscribe`` may be a function that gives each person a link of their own.
    """
    return post(occasions, Letter(subject, text, link, kind, topic, unsubscribe))


def post(
    occasions: Mapping[str, User] | Iterable[tuple[str, User]], letter: Letter, *, case: Case | None = None
) -> int:
    """:func:`tell_many` with a letter that is written already."""
    pairs = iter(occasions.items() if isinstance(occasions, Mapping) else occasions)
    return _write(pairs, letter, case)


def send_out(recipient: User, *, occasion: str, letter: Letter) -> Message | None:
    """By mail and text message alone, what the portal holds already. Returns the mail, None without an address."""
    _write([(occasion, recipient)], letter, ways=channels.OUTGOING)
    return Message.objects.filter(unique_key=occasion, channel=Channel.MAIL, recipient=recipient).first()


def _write(
    pairs: Iterable[tuple[str, User]], letter: Letter, case: Case | None = None, *, ways: Iterable[str] = channels.ALL
) -> int:
    source, count = iter(pairs), 0
    writers = {name: channels.ALL[name].writer(letter) for name in ways}
    while batch := list(islice(source, AT_ONCE)):
        rows = [row for occasion, user in batch for row in _rows(occasion, user, letter, case, writers)]
        Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2 * AT_ONCE)
        count += len(batch)
    if count:
        transaction.on_commit(outbox.hint)
    return count


def _rows(
    occasion: str, user: User, letter: Letter, case: Case | None, writers: Mapping[str, Writer]
) -> Iterator[Message]:
    common = {
        "unique_key": occasion,
        "recipient": user,
        "kind": letter.kind,
        "topic": letter.topic,
        "subject": letter.subject[:200],
        "text": letter.text,
        "link": letter.link,
        "case": case,
        "letter": letter.template,
        "revision_id": letter.revision,
    }
    for channel, write in writers.items():
        own = write(user)
        if own is not None:
            yield Message(channel=channel, **(common | own))
