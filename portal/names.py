"""What people type to log in, resolved to an account: an address, a verified mobile number, a unit's full name."""

from __future__ import annotations

import unicodedata
from datetime import date
from itertools import product

from association.actions import mobiles as verified
from association.models import User
from association.rules import mobiles
from members.models import Party
from members.models.party import PartyAccess

BRACKETS = {"(": "(（", ")": ")）"}
MOST = 6
"""Brackets in one name; the registries know no longer ones."""


def spellings(typed: str) -> list[str]:
    """The name with every bracket in either width (PROP-6.2a), without the blanks that creep in."""
    name = "".join(unicodedata.normalize("NFKC", typed).split())
    ways = [BRACKETS.get(char, char) for char in name]
    if sum(len(way) > 1 for way in ways) > MOST:
        return [name]
    return ["".join(each) for each in product(*ways)]


def account_of(typed: str, *, on: date) -> User | None:
    """The one account that is meant; None where there is none, or more than one."""
    typed = typed.strip()
    if "@" in typed:
        return None  # an address is looked up by allauth itself
    if number := mobiles.normal(typed):
        return verified.owner_of(number)
    parties = Party.objects.filter(name__in=spellings(typed))
    accesses = PartyAccess.objects.on(on).filter(party__in=parties, user__is_active=True).select_related("user")
    found = {access.user_id: access.user for access in accesses[:3]}
    return next(iter(found.values())) if len(found) == 1 else None
