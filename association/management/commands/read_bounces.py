"""Read mails that came back (DSN) and mark the messages: one on standard input, or the mailbox of ``BOUNCES_URL``."""

from __future__ import annotations

import imaplib
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from association.actions import failures
from association.channels import dsn

AT_MOST = 500
"""Mails of one run. What is left is unread and comes next time."""


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--imap", action="store_true", help="read the mailbox of BOUNCES_URL, not standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = [0, 0]
        for content in mailbox() if options["imap"] else [sys.stdin.buffer.read()]:
            report = dsn.read(content)
            counts[bool(report and failures.take_back(report))] += 1
        self.stdout.write(f"{counts[1]} came back, {counts[0]} not about a message of ours")


def mailbox() -> Iterator[bytes]:
    """Unread mails, each marked as read once the reader has dealt with it and asks for the next."""
    if not settings.BOUNCES_URL:
        raise CommandError("BOUNCES_URL is not set: imaps://user:password@host/INBOX (docs/operations.md)")
    place = urlsplit(settings.BOUNCES_URL)
    kind = imaplib.IMAP4_SSL if place.scheme == "imaps" else imaplib.IMAP4
    try:
        server = kind(place.hostname or "", place.port or (993 if place.scheme == "imaps" else 143), timeout=30)
    except OSError as error:
        raise CommandError(f"the mailbox of bounces does not answer: {error}") from error
    try:
        server.login(unquote(place.username or ""), unquote(place.password or ""))
        answer, _count = server.select(place.path.strip("/") or "INBOX")
        if answer != "OK":
            raise CommandError(f"there is no folder {place.path} in the mailbox of bounces")
        yield from _unread(server)
    except (OSError, imaplib.IMAP4.error) as error:
        raise CommandError(f"the mailbox of bounces cannot be read: {error}") from error
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _unread(server: imaplib.IMAP4) -> Iterator[bytes]:
    _answer, found = server.search(None, "UNSEEN")
    for number in found[0].split()[:AT_MOST]:
        _answer, parts = server.fetch(number.decode(), "(BODY.PEEK[])")
        yield next((part[1] for part in parts if isinstance(part, tuple)), b"")
        server.store(number.decode(), "+FLAGS", "\\Seen")
