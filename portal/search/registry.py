"""Who is asked, in the order of the page; and what they found, grouped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

import admissions.searchers
import association.searchers
import fees.searchers
import members.searchers
from association.searching import SHOWN, Asked, Hit, Searcher

DESK: tuple[Searcher, ...] = (
    *members.searchers.DESK,
    *admissions.searchers.DESK,
    *fees.searchers.DESK,
    *association.searchers.DESK,
)
MINE: tuple[Searcher, ...] = (
    *members.searchers.MINE,
    *admissions.searchers.MINE,
    *fees.searchers.MINE,
    *association.searchers.MINE,
)
"""What is one's own. A right at the desk adds nothing here."""
PUBLIC: tuple[Searcher, ...] = association.searchers.PUBLIC


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. ``more``: the list under ``url`` has others."""

    name: str
    title: str | Promise
    hits: list[Hit]
    more: bool
    url: str


def found(asked: Asked, searchers: Iterable[Searcher]) -> list[Group]:
    """Kinds without a hit, and those whose list the person may not open, are left out."""
    groups = []
    for each in searchers if asked.key else ():
        if each.permission and (asked.user is None or not asked.user.has_perm(each.permission)):
            continue
        hits = list(each.find(asked))
        if hits:
            groups.append(Group(each.name, each.title, hits[:SHOWN], len(hits) > SHOWN, each.list_url(asked.text)))
    return groups


def only_hit(groups: list[Group]) -> Hit | None:
    """The one thing that was found, if it is one."""
    hits = [hit for group in groups for hit in group.hits]
    return hits[0] if len(hits) == 1 and hits[0].url else None
