"""Who may see invoices, and who may answer them."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from association.models import User
from fees.models import Invoice
from members.permissions import own_parties


def own_invoices(user: User, on: date) -> QuerySet[Invoice]:
    """Those of the parties that the account acts for: it may upload vouchers and pay."""
    return Invoice.objects.filter(party__in=own_parties(user, on), case__isnull=False)


def invoices_open_to(user: User, on: date) -> QuerySet[Invoice]:
    """Those it may look at: its own; every one to who may view invoices at the desk."""
    if user.has_perm("fees.view_invoice"):
        return Invoice.objects.filter(case__isnull=False)
    return own_invoices(user, on)
