"""What a section is made of: lines, who looks, and how many are shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from association.models import User
from association.permissions import seats

Words = str | Promise

MOST = 20
"""Lines of a section; beyond it the heading says «20+» and leads to the whole list."""
FEWER = 10

KINDS: dict[str, str] = {
    "admission": "admissions.view_application",
    "registration_initial": "members.view_registration",
    "tier_change": "association.view_resolution",
}
"""Kinds of case, and the permission without which their lines are not shown."""


@dataclass(frozen=True)
class Line:
    """One thing to do: about whom, what is asked, until when, under which articles."""

    subject: str
    asked: Words
    url: str
    due: Any = None
    sources: Any = ()
    note: Words = ""


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
    """Who looks, for which bodies, on which day."""

    user: User
    bodies: frozenset[str]
    on: date
    kinds: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, user: User, on: date) -> Viewer:
        kinds = tuple(kind for kind, permission in KINDS.items() if user.has_perm(permission))
        return cls(user, seats(user, on), on, kinds)

    @property
    def week(self) -> date:
        """The last day of this week."""
        return self.on + timedelta(days=6 - self.on.weekday())

    @property
    def watches(self) -> bool:
        """Sees everything and acts for nobody: an auditor, the system's keeper."""
        return not self.bodies


def capped(found: QuerySet[Any], most: int = MOST) -> tuple[list[Any], bool]:
    """At most ``most`` rows, and whether there are more: nothing is counted."""
    rows = list(found[: most + 1])
    return rows[:most], len(rows) > most
