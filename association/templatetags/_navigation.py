"""Links of the page's frame. A name that no address answers to is left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

PRIMARY = (
    ("home", _("Home")),
    ("rules", _("Membership rules")),
    ("quote", _("What joining costs")),
    ("apply", _("Apply to join")),
    ("verify", _("Verify a certificate")),
    ("announcements", _("Announcements")),
    ("search", _("Search")),
)
ACCOUNT = (
    ("my", _("My membership")),
    ("inbox", _("Messages")),
    ("account", _("My account")),
)


def resolve(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def links(names: Iterable[tuple[str, Any]], request: HttpRequest | None) -> list[dict[str, Any]]:
    """``url``, ``label`` and whether the page is ``current`` (under that address)."""
    path = request.path if request else ""
    found = []
    for name, label in names:
        if url := resolve(name):
            current = path == url or (url != "/" and path.startswith(url))
            found.append({"url": url, "label": label, "current": current})
    return found
