"""Mail, by whatever Django's ``EMAIL_BACKEND`` is: SMTP in production, files in the demo."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import translation
from django.utils.translation import gettext as _

from association.channels import sealed
from association.channels.base import ChannelDown, Deferred, Envelope, InDoubt, Letter, Undeliverable, Writer, usable
from association.models import Message, User
from association.models.message import Channel, Failure

DEAD = re.compile(rb"\b5\.(1\.[0-46]|1\.10|2\.1|4\.4)\b")
"""Enhanced codes (RFC 3463) that speak of the address, not of this message: no such mailbox, disabled, no route."""
TOO_LARGE = 552


def message_id(message: Message) -> str:
    """The same each time this message is handed over, so that a repeat can be recognised and a bounce matched."""
    return f"<{message.key}@{urlsplit(settings.SITE_URL).hostname or 'huiji'}>"


def body(message: Message) -> str:
    """What the mail says, its links spelled out."""
    parts = [message.text, f"{settings.SITE_URL}{message.link}" if message.link else ""]
    if message.unsubscribe:
        with translation.override(settings.LANGUAGE_CODE):
            parts.append(
                _("To receive no more of these, one click: %(url)s")
                % {"url": f"{settings.SITE_URL}{message.unsubscribe}"}
            )
    return "\n\n".join(filter(None, parts))


class Mail(EmailMessage):
    """Put together once, though it is looked at before it is sent."""

    @cached_property
    def _made(self) -> Any:
        return super().message()

    def message(self, *args: Any, **kwargs: Any) -> Any:
        return self._made


class MailChannel:
    at_once = False

    def writer(self, letter: Letter) -> Writer:
        def write(user: User) -> dict[str, Any] | None:
            return {"unsubscribe": letter.way_out(user)} if user.email else None

        return write

    def address(self, user: User) -> str:
        return usable(user, Channel.MAIL, user.email, _("the account has no e-mail address"))

    def compose(self, message: Message) -> Envelope:
        address = message.address or self.address(message.recipient)
        headers = {
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": message_id(message),
            "Auto-Submitted": "auto-generated",
        }
        if message.unsubscribe:
            headers |= {
                "List-Unsubscribe": f"<{settings.SITE_URL}{message.unsubscribe}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        text, sender = body(message), _return_path(message)
        whole = sealed.filled(message, text)
        content = Mail(one_line(message.subject), whole, from_email=sender, to=[address], headers=headers)
        try:
            content.message()
        except (ValueError, UnicodeError) as error:  # BadHeaderError is a ValueError
            raise Undeliverable(Failure.FAULTY, f"{type(error).__name__}: {error}") from error
        kept = {"To": address, "Subject": content.subject, "Return-Path": sender} | headers
        return Envelope(address, kept | {"text": text}, content)

    @contextmanager
    def open(self) -> Iterator[_Line]:
        connection = get_connection()
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(said(error)) from error
        try:
            yield _Line(connection)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # it is gone anyway
                connection.close()

    def arrived(self, message: Message) -> bool | None:
        asked = getattr(get_connection(), "arrived", None)
        return bool(asked(message_id(message))) if asked else None


class _Line:
    def __init__(self, connection: BaseEmailBackend) -> None:
        self.connection = connection

    def hand_over(self, envelope: Envelope) -> str:
        try:
            self.connection.send_messages([envelope.content])
        except InDoubt:
            raise
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()))
            if code >= 500:
                raise Undeliverable(Failure.REFUSED, words(code, reply), dead=bool(DEAD.search(reply))) from error
            if code == 421:
                raise ChannelDown(words(code, reply)) from error
            raise Deferred(words(code, reply)) from error
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == TOO_LARGE:
                raise Undeliverable(Failure.FAULTY, said(error)) from error
            raise ChannelDown(said(error)) from error
        except smtplib.SMTPDataError as error:
            if error.smtp_code == 421:
                raise ChannelDown(said(error)) from error
            if error.smtp_code >= 500:
                raise Undeliverable(Failure.REFUSED, said(error)) from error
            raise Deferred(said(error)) from error
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(said(error)) from error
        return str(getattr(envelope.content, "receipt", ""))[:200]


def one_line(text: str) -> str:
    return " ".join(text.split())


def words(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return one_line(f"{code} {text}")


def said(error: Exception) -> str:
    """What the other side said, without the addresses that Python wraps around it."""
    if isinstance(error, smtplib.SMTPResponseException):
        return words(error.smtp_code, error.smtp_error)
    return one_line(f"{type(error).__name__}: {error}")


def _return_path(message: Message) -> str:
    """Where bounces go: to an address of its own for each message, where ``MAIL_BOUNCES_TO`` names a mailbox."""
    if not settings.MAIL_BOUNCES_TO:
        return settings.DEFAULT_FROM_EMAIL
    mailbox, _at, domain = settings.MAIL_BOUNCES_TO.partition("@")
    return f"{mailbox}+{message.key.hex}@{domain}"
