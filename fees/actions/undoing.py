"""What is owed on a case that was taken back: lines are voided; money that came is never lost sight of (ACG-44)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from django.utils.translation import gettext as _

from association.models import Case
from association.rules.money import format_yuan
from association.values import long_date
from fees.actions import invoices
from fees.models import FeeLine, Payment


def built_by_money(cases: Collection[Case]) -> Iterator[str]:
    """Money on these cases, entered or confirmed: it is refunded or struck out before what it paid for is undone."""
    rows = Payment.objects.filter(invoice__case__in=cases, struck_on__isnull=True).select_related("invoice")
    for payment in rows.order_by("pk"):
        day = long_date(payment.value_date)
        facts = {"amount": format_yuan(payment.amount), "number": payment.invoice.number, "day": day}
        yield _("the payment of %(amount)s on %(number)s, received on %(day)s") % facts


def void_invoices(cases: Collection[Case], *, on: date) -> None:
    """Nothing is owed on these cases any more; the invoices stay on record as voided."""
    for case in cases:
        lines = list(FeeLine.objects.standing().filter(invoice__case=case))
        invoices.void(case.pk, lines, on=on)
