"""SMTP that can tell «not accepted» from «no answer»: the end of the text is sent by itself, and waited for long."""

from __future__ import annotations

import re
import smtplib
import socket
from typing import Any

from django.conf import settings
from django.core.mail.backends import smtp
from django.core.mail.message import EmailMessage, sanitize_address

from association.channels.base import InDoubt

ANSWER_SECONDS = 300
"""RFC 5321 4.5.3.2.6 asks for patience after the last dot: whoever hangs up early sends twice."""
_DOT = re.compile(rb"(?m)^\.")


class EmailBackend(smtp.EmailBackend):
    """As Django's, but raises :class:`InDoubt` if the answer to the last dot does not come; notes the receipt."""

    def open(self) -> bool | None:
        opened = super().open()
        if opened and self.connection is not None and self.connection.sock is not None:
            # text and dot are two packets: without this the second one waits 40 ms for the first one's receipt
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def _send(self, email_message: Any) -> bool:
        message: EmailMessage = email_message
        if not message.recipients():
            return False
        encoding = message.encoding or settings.DEFAULT_CHARSET
        sender = sanitize_address(message.from_email, encoding)
        recipients = [sanitize_address(address, encoding) for address in message.recipients()]
        made: Any = message.message()  # Django's own class, whose as_bytes takes the line's end
        server: Any = self.connection  # opened by send_messages
        email_message.receipt = hand_over(server, sender, recipients, made.as_bytes(linesep="\r\n"))
        return True


def hand_over(server: smtplib.SMTP, sender: str, recipients: list[str], content: bytes) -> str:
    """The phases of :meth:`smtplib.SMTP.sendmail`, with the last one by itself. Returns what the server answered."""
    server.ehlo_or_helo_if_needed()
    code, reply = server.mail(sender, [f"size={len(content)}"] if server.has_extn("size") else [])
    if code != 250:
        _reset(server, code)
        raise smtplib.SMTPSenderRefused(code, reply, sender)
    refused = {}
    for recipient in recipients:
        code, reply = server.rcpt(recipient)
        if code not in (250, 251):
            refused[recipient] = (code, reply)
    if refused:
        _reset(server, code)
        raise smtplib.SMTPRecipientsRefused(refused)
    code, reply = server.docmd("DATA")
    if code != 354:
        _reset(server, code)
        raise smtplib.SMTPDataError(code, reply)
    server.send(_DOT.sub(b"..", content) + (b"" if content.endswith(b"\r\n") else b"\r\n"))
    patience = server.sock.gettimeout() if server.sock is not None else None
    try:
        if server.sock is not None:
            server.sock.settimeout(ANSWER_SECONDS)
        server.send(b".\r\n")
        code, reply = server.getreply()
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        server.close()
        raise InDoubt(f"no answer after the text was handed over: {error}") from error
    finally:
        if server.sock is not None:
            server.sock.settimeout(patience)
    if code != 250:
        _reset(server, code)
        raise smtplib.SMTPDataError(code, reply)
    return reply.decode("utf-8", "replace")


def _reset(server: smtplib.SMTP, code: int) -> None:
    if code == 421:
        server.close()
    else:
        server.rset()
