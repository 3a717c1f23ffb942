"""Write to all members at once: one message for each, once for each occasion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.urls import reverse

from association import ports
from association.actions import messages
from association.models.rulebook import MEMBERSHIP

AT_ONCE = 500
"""Members written to in one go."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How many members were written to, and how many have no account to write to."""

    reached: int
    unreached: int


def tell_members(occasion: str, day: date, write: Callable[[], Letter]) -> Told:
    """Write to everybody who is a member on ``day``. Repeated, it writes only to whom it did not reach before."""
    letter = write()
    everyone = ports.audiences["members"].everyone(day)
    reached = unreached = 0
    while batch := list(islice(everyone, AT_ONCE)):
        known = {f"{occasion}:{one.key}": one.user for one in batch if one.user is not None}
        messages.tell_many(known, subject=letter.subject, text=letter.text, link=letter.link)
        reached += len(known)
        unreached += len(batch) - len(known)
    return Told(reached, unreached)


def rules_link(slot: str) -> str:
    """The public page of the rulebook in force in a slot."""
    return reverse("rules") if slot == MEMBERSHIP else reverse("rules_of", args=[slot])
