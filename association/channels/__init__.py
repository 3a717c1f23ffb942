"""The ways to a person behind one interface: the portal, mail, text messages (渠道).

What a channel is asked:

    channels.ALL                        by name, in the order in which a message is written
    channel.writer(letter)(user)        the row's own fields, or None where a person is not reached this way
    channel.address(user)               where to, or Undeliverable with the reason why not
    channel.compose(message)            what goes out, without a byte going out
    with channel.open() as line:        ChannelDown if nobody answers
        line.hand_over(envelope)        the receipt; or Undeliverable, Deferred, ChannelDown, InDoubt
    channel.arrived(message)            asked after a crash: True, False, or None where nobody can know
"""

from association.channels.base import (
    ChannelDown,
    Deferred,
    Envelope,
    InDoubt,
    Letter,
    Outgoing,
    Undeliverable,
    Writer,
)
from association.channels.mail import MailChannel
from association.channels.portal import PortalChannel
from association.channels.sms import SmsChannel
from association.models.message import Channel

ALL: dict[str, Outgoing] = {
    Channel.PORTAL: PortalChannel(),
    Channel.MAIL: MailChannel(),
    Channel.SMS: SmsChannel(),
}
OUTGOING = [name for name, channel in ALL.items() if not channel.at_once]
"""Those that a worker sends by."""

__all__ = [
    "ALL",
    "OUTGOING",
    "ChannelDown",
    "Deferred",
    "Envelope",
    "InDoubt",
    "Letter",
    "Outgoing",
    "Undeliverable",
    "Writer",
]
