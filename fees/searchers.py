"""Invoices are found by number, memo, or whom they were sent to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from association.searching import SHOWN, Asked, Hit, Searcher, names_kind
from fees import permissions
from fees.models import Invoice
from members.searchers import parties


def invoices(asked: Asked) -> Iterator[Hit]:
    named = Invoice.objects.filter(Q(number__says=asked.text) | Q(memo__says=asked.text))
    keys = set(named.order_by().values_list("pk", flat=True)[: SHOWN + 1])
    whose = Invoice.objects.filter(party__in=parties(asked)).order_by("-pk")
    keys |= set(whose.values_list("pk", flat=True)[: SHOWN + 1])
    for row in Invoice.objects.filter(pk__in=keys).select_related("party").order_by("-pk")[: SHOWN + 1]:
        yield Hit(row.number, reverse("admin:fees_invoice_change", args=[row.pk]), f"{row.party.name} · {row.memo}")


DESK = (
    Searcher(
        "invoices", _("Invoices"), "fees.view_invoice", invoices,
        lambda q: f"{reverse('admin:fees_invoice_changelist')}?{urlencode({'q': q})}",
    ),
)  # fmt: skip


def own_invoices(asked: Asked) -> Iterator[Hit]:
    """Invoices of the parties that the account acts for."""
    if asked.user is None:
        return
    rows = permissions.own_invoices(asked.user, asked.on)
    if not names_kind(asked, FEES):
        said = Q(number__says=asked.text) | Q(memo__says=asked.text) | Q(party__name__says=asked.text)
        rows = rows.filter(said)
    for row in rows.select_related("party").order_by("-pk")[: SHOWN + 1]:
        yield Hit(row.number, reverse("invoice", args=[row.key]), row.party.name)


FEES = _("Fees and invoices")
MINE = (Searcher("invoices", FEES, "", own_invoices, lambda q: reverse("my")),)
