"""Mainland mobile numbers, written one way: ``+8613800001234``."""

from __future__ import annotations

import re
import unicodedata

MAINLAND = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})")
BETWEEN = re.compile(r"[\s()\-.·]")


def normal(typed: str) -> str:
    """The number with +86, however it was typed (full width, blanks, dashes); empty if it is none."""
    found = MAINLAND.fullmatch(BETWEEN.sub("", unicodedata.normalize("NFKC", typed)))
    return f"+86{found[1]}" if found else ""


def masked(number: str) -> str:
    """``138****1234``, for pages that others may see."""
    short = number.removeprefix("+86")
    return f"{short[:3]}****{short[-4:]}" if len(short) > len("1380000") else "****"
