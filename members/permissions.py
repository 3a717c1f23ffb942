"""Who may see what of a party. List and detail ask the same querysets."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from association.models import User
from members.models import Certificate, Membership, PartyAccess
from members.models.membership import MembershipQuerySet


def own_parties(user: User, on: date) -> QuerySet[PartyAccess, Any]:
    """Keys of the parties that the account acts for on the day, for use in a filter."""
    return PartyAccess.objects.on(on).filter(user=user).values("party_id")


def own_memberships(user: User, on: date) -> MembershipQuerySet:
    return Membership.objects.filter(party__in=own_parties(user, on)).exclude(until=F("starts_on"))


def certificates_open_to(user: User, on: date) -> QuerySet[Certificate]:
    """Those of the parties that the account acts for; every one to who may view certificates at the desk."""
    if user.has_perm("members.view_certificate"):
        return Certificate.objects.all()
    return Certificate.objects.filter(membership__party__in=own_parties(user, on))
