"""The person's own page in the portal: written is delivered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from association import clock
from association.channels.base import Envelope, Letter, Writer
from association.models import Message, User


class PortalChannel:
    at_once = True

    def writer(self, letter: Letter) -> Writer:
        now = clock.now()
        return lambda user: {"sent_at": now}

    def address(self, user: User) -> str:
        return str(user.pk)

    def compose(self, message: Message) -> Envelope:
        return Envelope(self.address(message.recipient))

    @contextmanager
    def open(self) -> Iterator[PortalChannel]:
        yield self

    def hand_over(self, envelope: Envelope) -> str:
        return ""

    def arrived(self, message: Message) -> bool | None:
        return True
