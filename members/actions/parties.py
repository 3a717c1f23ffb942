"""Parties and who acts for them."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import keys
from association.actions import letters
from association.letters import Letter
from association.models import Case, User
from association.rules import identifiers
from members.models import Identifier, Party, PartyAccess
from members.models.party import IdentifierKind, PartyKind


def find(kind: str, number: str) -> Party | None:
    """The party of this identifier (``uscc`` or ``id_no``), if the association knows it."""
    found = Identifier.objects.select_related("party").filter(kind=kind, index=keys.blind_index(number)).first()
    return found.party if found else None


@transaction.atomic
def find_or_create(kind: str, number: str, *, name: str) -> Party:
    """The party of this identifier; a new one if there is none."""
    known = find(kind, number)
    if known is not None:
        return known
    unit = kind == IdentifierKind.USCC
    party = Party.objects.create(kind=PartyKind.UNIT if unit else PartyKind.PERSON, name=name)
    Identifier.objects.create(
        party=party,
        kind=kind,
        value=number,
        index=keys.blind_index(number),
        masked=number if unit else identifiers.mask_resident_id(number),
    )
    return party


def grant_access(party: Party, user: User, *, on: date) -> PartyAccess:
    """Let the account act for the party from ``on``."""
    access, _ = PartyAccess.objects.get_or_create(party=party, user=user, until=None, defaults={"from_on": on})
    return access


def tell_accounts(party: Party, letter: Letter, *, occasion: str, case: Case, on: date) -> None:
    """Write to every account that acts for the party ``on`` that day, each once."""
    for access in party.accesses.on(on).select_related("user"):
        letters.tell(access.user, letter, occasion=occasion, case=case)
