"""What a section is made of: lines, who looks, and how many are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from association.models import User
from association.permissions import StoodIn, seats, stood_in

Words = str | Promise

MOST = 20
"""Lines of a section; beyond it the heading says «20+» and leads to the whole list."""
FEWER = 10
GROUPED = 40
"""Lines of each kind that are looked at where they are grouped: the most urgent ones."""

KINDS: dict[str, str] = {
    "admission": "admissions.view_application",
    "registration_initial": "members.view_registration",
    "tier_change": "association.view_resolution",
}
"""Kinds of case, and the permission without which their lines are not shown."""

BY_DAY, BY_ARTICLE, BY_PERSON = "day", "article", "person"
MINE, ALL = "mine", "all"
APPLICANT = ""
"""Who holds the pen where it is no body's turn."""


@dataclass(frozen=True)
class Line:
    """One thing to do: about whom, what is asked, until when, under which articles.

    ``holder``: the body whose turn it is, ``APPLICANT``, or None for what is no case. ``act``: a second thing that can
    be done, as (label, address). ``badge`` and ``cited`` are drawn from ``due`` and ``sources``.
    """

    subject: str
    asked: Words
    url: str
    due: Any = None
    sources: Any = ()
    note: Words = ""
    holder: str | None = None
    act: tuple[Words, str] | None = None
    badge: str = ""
    cited: str = ""


@dataclass(frozen=True)
class Section:
    """Some lines under a heading. ``more``: there are others, under ``url``."""

    title: Words
    lines: list[Line]
    more: bool = False
    url: str = ""
    tone: str = ""

    @property
    def count(self) -> str:
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


@dataclass(frozen=True)
class Viewer:
    """Who looks, for which bodies, on which day; how the lines are grouped, and whether those of others are shown."""

    user: User
    bodies: frozenset[str]
    on: date
    kinds: tuple[str, ...] = field(default=())
    by: str = BY_DAY
    who: str = MINE

    @classmethod
    def of(cls, user: User, on: date, *, by: str = BY_DAY, who: str = MINE) -> Viewer:
        kinds = tuple(kind for kind, permission in KINDS.items() if user.has_perm(permission))
        return cls(user, seats(user, on), on, kinds, by, who)

    @cached_property
    def standing(self) -> list[StoodIn]:
        """The seats that the viewer stands in for."""
        return stood_in(self.user, self.on)

    @property
    def week(self) -> date:
        """The last day of this week."""
        return self.on + timedelta(days=6 - self.on.weekday())

    @property
    def most(self) -> int:
        return MOST if self.by == BY_DAY else GROUPED

    @property
    def watches(self) -> bool:
        """Acts for nobody: an auditor, the system's keeper."""
        return not self.bodies

    @property
    def sees_all(self) -> bool:
        """Whether the lines of every body are shown, each with whose turn it is."""
        return self.watches or self.who == ALL


def capped(found: QuerySet[Any], most: int = MOST) -> tuple[list[Any], bool]:
    """At most ``most`` rows, and whether there are more: nothing is counted."""
    rows = list(found[: most + 1])
    return rows[:most], len(rows) > most
