"""The association's own colour as a stylesheet: no page carries a style of its own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from association import queries

DEFAULT = "#a4281c"
PAPER = "#ffffff"
INK = "#1d2329"
ENOUGH = 4.5
"""Contrast that text needs (WCAG 2.2, 1.4.3)."""


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), 0 for black to 1 for white."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str) -> str:
    """The colour, darkened as little as it takes to be read on paper."""
    while contrast(colour, PAPER) < ENOUGH:
        colour = "#" + "".join(f"{int(channel * 0.95):02x}" for channel in channels(colour))
    return colour


def stylesheet(accent: str) -> str:
    on_accent = PAPER if contrast(accent, PAPER) >= contrast(accent, INK) else INK
    return f":root {{ --accent: {accent}; --accent-text: {readable(accent)}; --on-accent: {on_accent}; }}\n"


@require_safe
@cache_control(public=True, max_age=86400)
def theme(request: HttpRequest) -> HttpResponse:
    """The colour of the association's profile. Pages ask for it with the colour in the address, so it may be kept."""
    profile = queries.profile()
    return HttpResponse(stylesheet(profile.accent if profile else DEFAULT), content_type="text/css; charset=utf-8")
