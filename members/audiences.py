"""All members, as those who are written to together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import OuterRef, Subquery

from association.models import User
from association.ports import Addressee
from members.models import Membership, PartyAccess


class Members:
    """Everybody whose membership runs on the day, rights suspended or not; each at the account that acted first."""

    def everyone(self, on: date) -> Iterator[Addressee]:
        first = PartyAccess.objects.on(on).filter(party=OuterRef("party"), user__is_active=True).order_by("pk")
        rows = Membership.objects.running_on(on).order_by("pk")
        found = list(rows.annotate(account=Subquery(first.values("user")[:1])).values_list("pk", "account"))
        users = User.objects.in_bulk({account for _key, account in found if account})
        for key, account in found:
            yield Addressee(key, users.get(account))

    def includes(self, user: User, on: date) -> bool:
        parties = PartyAccess.objects.on(on).filter(user=user).values("party")
        return bool(user.is_active) and Membership.objects.running_on(on).filter(party__in=parties).exists()
