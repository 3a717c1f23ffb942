"""Addresses of the pages of the rules: of what governs today without a version, of any other text with it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag
def rules_page(shown: Any, anchor: str = "") -> str:
    """The whole document as ``shown``, at an article where ``anchor`` is its key."""
    return _with(reverse("rules_of", args=[shown.id]), shown.asked, f"#a-{anchor}" if anchor else "")


@register.simple_tag
def rights_page(shown: Any) -> str:
    return _with(reverse("rules_rights", args=[shown.id]), shown.asked)


@register.simple_tag
def article_page(shown: Any, key: str) -> str:
    return _with(reverse("article", args=[shown.id, key]), shown.asked)


@register.simple_tag
def version_page(version: Any, key: str = "", anchor: str = "") -> str:
    """A version as it was adopted, or one of its articles, whatever governs today."""
    page = (
        reverse("article", args=[version.rulebook_id, key]) if key else reverse("rules_of", args=[version.rulebook_id])
    )
    return _with(page, version.label, f"#{anchor}" if anchor else "")


def _with(page: str, label: str, rest: str = "") -> str:
    return f"{page}?{urlencode({'version': label}, safe='/')}{rest}" if label else f"{page}{rest}"
