"""A finding, and the word that was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from association.rulebook.lines import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its line is known. ``path`` is a location in the typed model."""

    path: Path
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def guess(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was probably meant to be, or empty."""
    return next(iter(get_close_matches(word, list(known), n=1)), "")


def unknown(path: Path, kind: str, name: str | None, known: Collection[str]) -> Iterator[Finding]:
    if name is not None and name not in known:
        yield Finding(path, f"unknown_{kind}", {"id": name, "guess": guess(name, known)})
