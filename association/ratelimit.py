"""How often one address may ask. Counted by all processes together in the cache, at a small cost for each question.

A process keeps its own count and reports it in steps: most questions cost a look into a dictionary. Between two
reports the others do not know of up to ``step - 1`` questions; that much an address may ask too often, no more.
"""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds
MANY = 10_000  # addresses that a process remembers at most


class Limit:
    """At most ``per_minute`` questions from one address in one minute of the clock."""

    def __init__(self, name: str, per_minute: int) -> None:
        self.name, self.per_minute = name, per_minute
        self.step = max(1, per_minute // 20)
        self._window = 0
        self._counts: dict[str, list[int]] = {}  # address: known to all, not yet reported

    def wait(self, request: HttpRequest) -> int:
        """Count the question. 0 if it may be answered, else the seconds until the next one may be."""
        now = int(time.time())
        window = now // WINDOW
        if window != self._window or len(self._counts) > MANY:
            self._window, self._counts = window, {}
        address = address_of(request)
        key = f"limit:{self.name}:{address}:{window}"
        count = self._counts.get(address)
        if count is None:
            count = self._counts[address] = [_told(key), 0]
        count[1] += 1
        if count[1] >= self.step:
            count[:] = [_tell(key, count[1], sum(count)), 0]
        return 0 if sum(count) <= self.per_minute else WINDOW - now % WINDOW

    def forget(self) -> None:
        """Start counting anew, as a process does that has just begun."""
        self._counts = {}


def _told(key: str) -> int:
    """What all processes have reported."""
    try:
        return int(cache.get(key) or 0)
    except Exception:  # the limit protects the service; it must not be what breaks it
        logger.warning("no cache to count questions in", exc_info=True)
        return 0


def _tell(key: str, number: int, known: int) -> int:
    """Report ``number`` more, learn what the others counted."""
    try:
        try:
            return int(cache.incr(key, number))
        except ValueError:  # the first to tell; two at once is one step too few
            cache.set(key, number, WINDOW * 2)
            return number
    except Exception:  # as above: this process still counts its own
        logger.warning("no cache to count questions in", exc_info=True)
        return known


def address_of(request: HttpRequest) -> str:
    """The address that asks, behind as many proxies as are trusted; of IPv6 the network (/64)."""
    address = request.META.get("REMOTE_ADDR", "")
    if proxies := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if len(forwarded) >= proxies:
            address = forwarded[-proxies]
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    return str(known) if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False).network_address)


def limited(limit: Limit) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page that answers 429 to whoever asks too often."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if seconds := limit.wait(request):
                response = render(request, "portal/too_many.html", {"seconds": seconds}, status=429)
                response["Retry-After"] = str(seconds)
                return response
            return view(request, *args, **kwargs)

        return answer

    return decorate
