"""What a rulebook must satisfy beyond its form: every name is known, nothing turns in a circle, sums are right."""

from __future__ import annotations

from collections.abc import Iterator

from association.rulebook.schema import Rulebook

from .circles import check_circles
from .dates import check_dates
from .finding import Finding, guess, unknown
from .form import check_file
from .names import check_names
from .parts import check_parts
from .sums import check_sums

__all__ = ["Finding", "check_file", "check_rulebook", "guess", "unknown"]


def check_rulebook(book: Rulebook) -> Iterator[Finding]:
    """On the typed rulebook."""
    for check in (check_parts, check_dates, check_circles, check_names, check_sums):
        yield from check(book)
