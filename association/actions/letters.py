"""Send letters: the one way from the words of a registered kind into the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from association import channels
from association.actions import messages
from association.letters import Letter
from association.models import Case, Message, User
from association.models.message import Channel, MessageKind


def tell(
    recipient: User,
    letter: Letter,
    *,
    occasion: str,
    case: Case | None = None,
    kind: str = MessageKind.NOTICE,
    unsubscribe: str = "",
) -> Message:
    """Write one person a letter, once for each occasion. Returns the one in the portal."""
    messages.post([(occasion, recipient)], outgoing(letter, kind=kind, unsubscribe=unsubscribe), case=case)
    return Message.objects.get(unique_key=occasion, channel=Channel.PORTAL, recipient=recipient)


def tell_many(
    occasions: Mapping[str, User] | Iterable[tuple[str, User]],
    letter: Letter,
    *,
    kind: str = MessageKind.NOTICE,
    unsubscribe: str | Callable[[User], str] = "",
) -> int:
    """Write the same letter to many: each occasion is one person told once. Returns how many were named."""
    return messages.post(occasions, outgoing(letter, kind=kind, unsubscribe=unsubscribe))


def outgoing(
    letter: Letter, *, kind: str = MessageKind.NOTICE, unsubscribe: str | Callable[[User], str] = ""
) -> channels.Letter:
    """The letter as the channels take it."""
    return channels.Letter(
        letter.subject,
        letter.text,
        letter.link,
        kind,
        letter.topic,
        unsubscribe,
        template=letter.kind,
        revision=letter.template_id,
        short=letter.sms,
        variables=letter.variables,
        secrets=letter.secrets,
    )
