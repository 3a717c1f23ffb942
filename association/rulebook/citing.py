"""Which rules cite which articles, and which articles no rule cites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from .checks.keys import attributes
from .schema import Rulebook
from .schema.base import Rule

NAMES = ("name", "title", "question", "text")


@dataclass(frozen=True, slots=True)
class Cited:
    """A table with articles of its own. ``place`` is spelled as a problem report does: ``bans[left].deadline``.

    ``is_rule``: not only a part of one, such as a period with an article of its own.
    """

    place: str
    section: str
    name: str
    refs: tuple[str, ...]
    basis: str
    note: str
    is_rule: bool


def citing(book: Rulebook) -> Iterator[Cited]:
    """Everything that cites, in the language's order."""
    yield from _inside(book, "", "")


def _inside(value: Any, place: str, section: str) -> Iterator[Cited]:
    if isinstance(value, BaseModel):
        if refs := getattr(value, "ref", ()):
            yield Cited(place, section, _name(value), refs, _basis(value), getattr(value, "note", ""), _is_rule(value))
        for key, name in attributes(type(value)).items():
            yield from _inside(getattr(value, name), f"{place}.{key}" if place else key, section or key)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _inside(inner, f"{place}.{key}", section)
    elif isinstance(value, tuple):
        for number, inner in enumerate(value, start=1):
            named = getattr(inner, "id", "") or (number if len(value) > 1 else "")
            yield from _inside(inner, f"{place}[{named}]" if named else place, section)


def _is_rule(value: BaseModel) -> bool:
    return isinstance(value, Rule)


def _name(value: BaseModel) -> str:
    return next((str(words) for name in NAMES if (words := getattr(value, name, ""))), "")


def _basis(value: BaseModel) -> str:
    return str(getattr(value, "basis", None) or "")


def citing_article(book: Rulebook, key: str) -> list[Cited]:
    """What cites this very article, or an item of it."""
    return [cited for cited in citing(book) if any(ref == key or ref.startswith(f"{key}.") for ref in cited.refs)]


def uncited(book: Rulebook) -> list[str]:
    """The articles that nothing cites: neither themselves, nor an item of theirs, nor what they are an item of."""
    known = book.articles
    touched: set[str] = set()
    whole: set[str] = set()
    for cited in citing(book):
        for ref in cited.refs:
            if ref in known:
                whole.add(ref)
                touched.update(_with_parents(book, ref))
    return [key for key in known if key not in touched and not whole & set(_with_parents(book, key))]


def left_out(book: Rulebook) -> list[str]:
    """The numbers between the first and the last article that no article has: probably forgotten."""
    numbers = [int(key) for key in book.articles if key.isdecimal() and len(key) < 4]
    wanted = range(min(numbers, default=0), max(numbers, default=0))
    return [str(number) for number in wanted if number not in numbers]


def _with_parents(book: Rulebook, key: str) -> Iterator[str]:
    at: str | None = key
    while at is not None:
        yield at
        at = book.articles[at].parent
