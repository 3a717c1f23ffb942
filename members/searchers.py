"""Members are found by name, member number, or the whole credit code; identity numbers only with the right to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from association import keys
from association.rules import identifiers
from association.rules.serials import read_serial
from association.searching import SHOWN, Asked, Hit, Searcher, names_kind
from members import permissions
from members.models import Certificate, Membership, Party
from members.models.membership import Standing

UNMASK = "members.view_identifier"
MOST = 50
"""Parties that are looked at for members among them."""


def parties(asked: Asked) -> list[int]:
    """Keys of the parties that are meant, the exact name first."""
    number = identified(asked)
    if number is not None:
        return list(Party.objects.filter(identifiers__index=number).values_list("pk", flat=True))
    found = Party.objects.filter(Q(name__says=asked.text)).order_by()[:MOST]
    rows = dict(found.values_list("pk", "name"))
    typed = asked.text.strip()
    rows |= dict(Party.objects.filter(number__in={typed, typed.upper()}).values_list("pk", "name"))  # by its index
    return sorted(rows, key=lambda pk: (rows[pk] != asked.text, not rows[pk].startswith(asked.text), pk))


def identified(asked: Asked) -> str | None:
    """The keyed hash of a whole number: a credit code is public, an identity number is for those who may see it."""
    try:
        return keys.blind_index(str(identifiers.uscc(asked.text)))
    except identifiers.IdentifierError:
        pass
    if asked.user is not None and asked.user.has_perm(UNMASK):
        try:
            return keys.blind_index(str(identifiers.resident_id(asked.text)))
        except identifiers.IdentifierError:
            pass
    return None


def members(asked: Asked) -> Iterator[Hit]:
    order = {pk: n for n, pk in enumerate(parties(asked))}
    found: Any = Membership.objects.standing(asked.on).filter(party__in=order).select_related("party")
    rows = sorted(found.exclude(standing=Standing.NONE), key=lambda row: (order[row.party_id], row.pk))
    for row in rows[: SHOWN + 1]:
        note = " · ".join(filter(None, [row.party.number, str(Standing(row.standing).label)]))
        yield Hit(row.party.name, reverse("admin:members_membership_change", args=[row.pk]), note)


DESK = (
    Searcher(
        "members", _("Members"), "members.view_membership", members,
        lambda q: f"{reverse('admin:members_membership_changelist')}?{urlencode({'q': q})}",
    ),
)  # fmt: skip


def own_memberships(asked: Asked) -> Iterator[Hit]:
    """Memberships that the account acts for: by the name, the member number, or the word itself."""
    if asked.user is None:
        return
    rows: Any = permissions.own_memberships(asked.user, asked.on).standing(asked.on).select_related("party")
    if not names_kind(asked, MEMBERSHIPS):
        typed = asked.text.strip()
        rows = rows.filter(Q(party__name__says=asked.text) | Q(party__number__in={typed, typed.upper()}))
    for row in rows.order_by("-starts_on", "pk")[: SHOWN + 1]:
        note = " · ".join(filter(None, [row.party.number, str(Standing(row.standing).label)]))
        yield Hit(row.party.name, reverse("history", args=[row.pk]), note)


def own_certificates(asked: Asked) -> Iterator[Hit]:
    """Certificates of the members that the account acts for. Who may see more at the desk finds it there."""
    if asked.user is None:
        return
    parties = permissions.own_parties(asked.user, asked.on)
    rows = Certificate.objects.filter(membership__party__in=parties).select_related("membership__party")
    if not names_kind(asked, CERTIFICATES):
        serial = read_serial(asked.text)
        rows = rows.filter(Q(membership__party__name__says=asked.text) | Q(serial=serial or ""))
    for row in rows.order_by("-pk")[: SHOWN + 1]:
        name = row.membership.party.name
        yield Hit(name, reverse("certificate", args=[row.serial]), str(row.status(asked.on).label))


MEMBERSHIPS, CERTIFICATES = _("Memberships"), _("Certificates")
MINE = (
    Searcher("memberships", MEMBERSHIPS, "", own_memberships, lambda q: reverse("my")),
    Searcher("certificates", CERTIFICATES, "", own_certificates, lambda q: reverse("my")),
)
