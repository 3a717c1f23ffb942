"""Reads that more than one place makes."""

from __future__ import annotations

from datetime import date

from association import keys
from association.rules.serials import read_serial
from members.models import Certificate, Identifier, Membership
from members.models.party import IdentifierKind


def tier_on(membership: Membership, day: date) -> str:
    """The tier of the membership on the day; before its start, the one it starts with."""
    span = membership.tiers.on(max(day, membership.starts_on)).order_by("-from_on").first()
    return span.tier if span else ""


def standing_of(membership: Membership, day: date) -> str:
    """What the member is on the day, in the words of ``Standing``."""
    row = Membership.objects.standing(day).get(pk=membership.pk)
    return str(row.standing)  # type: ignore[attr-defined]  # annotated


def membership_of_unit(uscc: str, on: date) -> Membership | None:
    """The membership that a unit of this code has on the day."""
    found = Identifier.objects.filter(kind=IdentifierKind.USCC, index=keys.blind_index(uscc)).first()
    if found is None:
        return None
    return Membership.objects.running_on(on).filter(party_id=found.party_id).first()


def certificate(serial: str) -> Certificate | None:
    """The certificate of this serial, however it was typed."""
    read = read_serial(serial)
    if read is None:
        return None
    related = ("membership__party", "superseded_by", "file", "decision")
    return Certificate.objects.select_related(*related).filter(serial=read).first()
