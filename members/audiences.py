"""All members, as those who are written to together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.models import User
from association.ports import Addressee, Part
from members.models import Membership, PartyAccess, TierSpan
from members.models.membership import MembershipQuerySet

CLASS, TIER = "class:", "tier:"


class Members:
    """Everybody whose membership runs on the day, rights suspended or not; each at the account that acted first."""

    def everyone(self, on: date, *, parts: Sequence[str] = (), after: int = 0) -> Iterator[Addressee]:
        yield from _addressed(_narrowed(Membership.objects.running_on(on), on, parts).filter(pk__gt=after), on)

    def holding(self, ids: Collection[str], on: date) -> Iterator[Addressee]:
        """Those of the classes or tiers ``ids`` on the day."""
        held = TierSpan.objects.on(on).filter(tier__in=ids).values("membership")
        yield from _addressed(Membership.objects.running_on(on).filter(Q(class_id__in=ids) | Q(pk__in=held)), on)

    def parts(self, on: date) -> Sequence[tuple[str, Sequence[Part]]]:
        """Classes and tiers of the rulebook in force, by their names."""
        try:
            rulebook = queries.rulebook_on(on)
        except queries.NoRulebook:
            return ()
        classes = [Part(f"{CLASS}{each.id}", each.name) for each in rulebook.classes]
        tiers = [Part(f"{TIER}{each.id}", each.name) for each in rulebook.tiers]
        sorts = ((_("Classes of members"), classes), (_("Tiers"), tiers))
        return tuple((name, found) for name, found in sorts if len(found) > 1)

    def includes(self, user: User, on: date) -> bool:
        parties = PartyAccess.objects.on(on).filter(user=user).values("party")
        return bool(user.is_active) and Membership.objects.running_on(on).filter(party__in=parties).exists()


def _addressed(rows: QuerySet[Membership], on: date) -> Iterator[Addressee]:
    first = PartyAccess.objects.on(on).filter(party=OuterRef("party"), user__is_active=True).order_by("pk")
    told = rows.order_by("pk").annotate(account=Subquery(first.values("user")[:1]))
    found = list(told.values_list("pk", "account", "party__name"))
    users = User.objects.in_bulk({account for _key, account, _name in found if account})
    page = reverse("admin:members_membership_change", args=[0])
    for key, account, name in found:
        yield Addressee(key, users.get(account), name, page.replace("/0/", f"/{key}/"))


def _narrowed(rows: MembershipQuerySet, on: date, parts: Sequence[str]) -> MembershipQuerySet:
    """Those of one of the classes named, where any is, who have one of the tiers named, where any is."""
    classes = [part.removeprefix(CLASS) for part in parts if part.startswith(CLASS)]
    tiers = [part.removeprefix(TIER) for part in parts if part.startswith(TIER)]
    if classes:
        rows = rows.filter(class_id__in=classes)
    if tiers:
        rows = rows.filter(pk__in=TierSpan.objects.on(on).filter(tier__in=tiers).values("membership"))
    return rows
