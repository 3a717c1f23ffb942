"""Write to all members at once: one message for each, once for each occasion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import islice

from association import ports
from association.actions import letters
from association.letters import Letter

AT_ONCE = 500
"""Members written to in one go."""


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
        letters.tell_many(known, letter)
        reached += len(known)
        unreached += len(batch) - len(known)
    return Told(reached, unreached)
