"""The demo's own pages: its mail and its accounts. They are not there outside the demo."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import wraps
from pathlib import Path
from typing import Any

from allauth.mfa import app_settings as mfa
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.demo.accounts import PASSWORD
from portal.demo.accounts import accounts as demo_accounts

NEWEST = 40
SEPARATOR = b"-" * 79 + b"\n"  # as Django's file backend writes it after each message


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str
    to: str
    sent_at: datetime | None
    text: str


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return shown


@require_safe
@never_cache
@demo_only
def mail(request: HttpRequest) -> HttpResponse:
    """What the demo would have sent, the newest first."""
    return render(request, "demo/mail.html", {"mails": newest(Path(settings.MAIL_DIR))})


def newest(folder: Path) -> list[Mail]:
    """The last mails that were written to the folder, at most :data:`NEWEST`."""
    files = (
        sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.is_dir() else []
    )
    found: list[Mail] = []
    for path in files:
        found += reversed(list(_mails(path.read_bytes())))
        if len(found) >= NEWEST:
            break
    return sorted(found, key=lambda one: one.sent_at.timestamp() if one.sent_at else 0.0, reverse=True)[:NEWEST]


def _mails(content: bytes) -> Iterator[Mail]:
    for part in content.split(SEPARATOR):
        if part.strip():
            message: EmailMessage = message_from_bytes(part, policy=policy.default)
            body = message.get_body(("plain", "html"))
            date = message["Date"]
            yield Mail(
                str(message["Subject"] or ""),
                str(message["To"] or ""),
                _local(date.datetime) if date else None,
                body.get_content() if body else "",
            )


def _local(sent_at: datetime) -> datetime:
    """In the association's time. A mail dated ``-0000`` is read without a zone: it means UTC."""
    return timezone.localtime(sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC))


@require_safe
@never_cache
@demo_only
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account with the code that its telephone would show now."""
    now = time.time()
    counter = int(now // mfa.TOTP_PERIOD)
    rows = [
        {
            "email": account.email,
            "name": account.name,
            "what": account.what,
            "code": totp.format_hotp_value(totp.hotp_value(account.seed, counter)) if account.seed else "",
        }
        for account in demo_accounts()
    ]
    left = int(mfa.TOTP_PERIOD - now % mfa.TOTP_PERIOD)
    return render(request, "demo/accounts.html", {"rows": rows, "password": PASSWORD, "left": left})
