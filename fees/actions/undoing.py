"""What is owed on a case that was taken back: lines are voided, and money that came is owed back (ACG-44)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from association.models import Case, DecisionRecord
from association.rules.money import format_yuan
from association.values import long_date
from fees.actions import invoices, refunds
from fees.models import FeeLine, Payment


def built_by_money(cases: Collection[Case], *, from_start: bool) -> Iterator[str]:
    """Money on these cases that cannot simply be owed back. What nobody has confirmed is confirmed or struck out
    first. Where the decision had force for a while, what of the fee is kept for it is not for Huiji to say.
    """
    rows = Payment.objects.filter(invoice__case__in=cases, struck_on__isnull=True).select_related("invoice")
    if from_start:
        rows = rows.filter(confirmed_on__isnull=True)
    for payment in rows.order_by("pk"):
        day = long_date(payment.value_date)
        facts = {"amount": format_yuan(payment.amount), "number": payment.invoice.number, "day": day}
        if payment.confirmed_on is None:
            words = _(
                "the payment of %(amount)s on %(number)s, received on %(day)s, which finance confirms or strikes out "
                "first"
            )
        else:
            words = _("the payment of %(amount)s on %(number)s, received on %(day)s")
        yield words % facts


def void_invoices(cases: Collection[Case], record: DecisionRecord, *, on: date) -> Decimal:
    """Nothing is owed on these cases any more; the invoices stay on record as voided. What was paid is owed back:
    returns how much.
    """
    for case in cases:
        lines = list(FeeLine.objects.standing().filter(invoice__case=case))
        invoices.void(case.pk, lines, on=on)
    return refunds.owe_back(cases, record, on=on)
