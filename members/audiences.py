"""All members, as those who are written to together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from association.models import User
from association.ports import Addressee
from members.models import Membership, PartyAccess, TierSpan


class Members:
    """Everybody whose membership runs on the day, rights suspended or not; each at the account that acted first."""

    def everyone(self, on: date) -> Iterator[Addressee]:
        yield from _addressed(Membership.objects.running_on(on), on)

    def holding(self, ids: Collection[str], on: date) -> Iterator[Addressee]:
        """Those of the classes or tiers ``ids`` on the day."""
        held = TierSpan.objects.on(on).filter(tier__in=ids).values("membership")
        yield from _addressed(Membership.objects.running_on(on).filter(Q(class_id__in=ids) | Q(pk__in=held)), on)

    def includes(self, user: User, on: date) -> bool:
        parties = PartyAccess.objects.on(on).filter(user=user).values("party")
        return bool(user.is_active) and Membership.objects.running_on(on).filter(party__in=parties).exists()


def _addressed(rows: QuerySet[Membership], on: date) -> Iterator[Addressee]:
    first = PartyAccess.objects.on(on).filter(party=OuterRef("party"), user__is_active=True).order_by("pk")
    told = rows.order_by("pk").annotate(account=Subquery(first.values("user")[:1]))
    found = list(told.values_list("pk", "account", "party__name"))
    users = User.objects.in_bulk({account for _key, account, _name in found if account})
    for key, account, name in found:
        yield Addressee(key, users.get(account), name)
