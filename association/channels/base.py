"""What every channel answers, and what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from smtplib import SMTPException
from typing import Any, Protocol

from django.utils.translation import gettext as _

from association.models import DeadAddress, Message, User
from association.models.message import Failure, MessageKind, Topic


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said to somebody. ``link`` and ``unsubscribe`` are addresses within the portal.

    ``template``: the kind it is written as, ``revision`` the words of it that were edited. ``short``: the same for a
    text message, ``variables`` what its provider may be given. ``secrets``: by mark in the text, what the reader alone
    may see.
    """

    subject: str
    text: str
    link: str = ""
    kind: str = MessageKind.NOTICE
    topic: str = Topic.NONE
    unsubscribe: str | Callable[[User], str] = ""
    template: str = ""
    revision: int | None = None
    short: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def way_out(self, user: User) -> str:
        """Where this person ends the subscription."""
        return self.unsubscribe(user) if callable(self.unsubscribe) else self.unsubscribe


Writer = Callable[[User], dict[str, Any] | None]
"""The fields of a person's row that are the channel's own; None if it does not reach them."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message made ready: what is kept of it, and the thing that the line takes."""

    address: str
    headers: dict[str, Any] = field(default_factory=dict)
    content: Any = None


class Undeliverable(Exception):
    """This message will never arrive this way. ``dead``: nor will any other at this address."""

    def __init__(self, failure: Failure, said: str, *, dead: bool = False) -> None:
        self.failure, self.said, self.dead = failure, said, dead
        super().__init__(said)


class Deferred(Exception):
    """Not now, for this one message: the mailbox is full, the number has had its five today."""


class ChannelDown(Exception):
    """Nothing goes out this way now: the server is away, throttles, or does not know us."""


class InDoubt(SMTPException):
    """It was handed over, and no answer came: it may have arrived."""


class Line(Protocol):
    def hand_over(self, envelope: Envelope) -> str:
        """Deliver, and return the receipt of the receiving side."""
        ...


class Outgoing(Protocol):
    at_once: bool
    """Written is delivered: no worker has anything to do."""

    def writer(self, letter: Letter) -> Writer:
        """Asked once for a letter, then for each person."""
        ...

    def address(self, user: User) -> str: ...

    def compose(self, message: Message) -> Envelope: ...

    def open(self) -> AbstractContextManager[Line]: ...

    def arrived(self, message: Message) -> bool | None: ...


def usable(user: User, channel: str, address: str, missing: str) -> str:
    """The address, unless there is none, the account is closed or the address is known not to work.

    ``user.dead_addresses`` is prefetched where many are sent.
    """
    if not user.is_active:
        raise Undeliverable(Failure.NO_ADDRESS, _("the account is closed"))
    if not address:
        raise Undeliverable(Failure.NO_ADDRESS, missing)
    if any(_marks(dead, channel, address) for dead in user.dead_addresses.all()):
        raise Undeliverable(Failure.NO_ADDRESS, _("%(address)s is known not to work") % {"address": address})
    return address


def _marks(dead: DeadAddress, channel: str, address: str) -> bool:
    return dead.lifted_at is None and dead.channel == channel and dead.address == address.lower()
