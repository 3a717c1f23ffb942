"""What a search over the whole site is made of. Each app names its searchers in its own ``searchers`` module."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from association import queries
from association.db.says import key_of
from association.models import User
from association.rulebook.labels import label

SHOWN = 5
"""Hits of one kind on the page of results; the list that it leads to shows all."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, where it opens, and what tells it from others of its name."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who looks for what, on which day. ``user`` is None for the public."""

    text: str
    on: date
    user: User | None = None

    @property
    def key(self) -> str:
        return key_of(self.text)


def names_kind(asked: Asked, kind: str | Promise) -> bool:
    """Whether the word is that of the kind itself: «证书» means all one's certificates."""
    return len(asked.key) > 1 and asked.key in key_of(str(kind))


@dataclass(frozen=True, slots=True)
class Searcher:
    """One kind of thing. ``find`` yields hits out of the rows that the kind's list page shows this person.

    It is asked only where the person has ``permission``, the one that opens the list; empty: whoever sees the page.
    """

    name: str
    title: str | Promise
    permission: str
    find: Callable[[Asked], Iterator[Hit]]
    list_url: Callable[[str], str]


def articles_named(text: str, on: date) -> Iterator[tuple[str, str]]:
    """(document, key) of the articles that are called so («第三十条», «30») in what is in force on the day."""
    wanted = re.sub(r"\s", "", text)
    for slot in queries.rulebook_slots():
        try:
            rulebook = queries.governing(on, slot).rulebook
        except queries.NoRulebook:
            continue
        for key in rulebook.articles:
            if wanted in (key, rulebook.label(key), label(key)):
                yield rulebook.id, key
