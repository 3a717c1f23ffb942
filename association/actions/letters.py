"""Send letters: the one way from the words of a registered kind into the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from association.actions import messages
from association.letters import Letter
from association.models import Case, Message, User


def tell(recipient: User, letter: Letter, *, occasion: str, case: Case | None = None) -> Message:
    """Write one person a letter, once for each occasion."""
    return messages.tell(
        recipient,
        occasion=occasion,
        subject=letter.subject,
        text=letter.text,
        link=letter.link,
        case=case,
        topic=letter.topic,
    )


def tell_many(occasions: Mapping[str, User] | Iterable[tuple[str, User]], letter: Letter) -> int:
    """Write the same letter to many: each occasion is one person told once. Returns how many were named."""
    return messages.tell_many(
        occasions, subject=letter.subject, text=letter.text, link=letter.link, topic=letter.topic
    )
