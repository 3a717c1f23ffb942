"""The demo's payment gateway. It takes no money, says so on every page, and is refused in production."""

from __future__ import annotations

import secrets
from datetime import date

from django.conf import settings
from django.db import transaction

from association.actors import SYSTEM
from association.decisions import Refused, failed, setting
from fees.actions import payments
from fees.models import Invoice, Payment, SandboxOrder
from fees.models.payment import Method
from fees.queries import ZERO, statement


def require_enabled() -> None:
    if not settings.PAYMENT_SANDBOX:
        raise Refused(failed("sandbox_off", setting("PAYMENT_SANDBOX")))


@transaction.atomic
def order(invoice: Invoice, *, on: date) -> SandboxOrder:
    """The order over what is still owed: the one that is open already, or a new one."""
    require_enabled()
    invoice = Invoice.objects.select_for_update().get(pk=payments.standing_invoice(invoice).pk)  # a double click waits
    assert invoice.case is not None
    owed = statement(invoice.case, on).outstanding
    if owed <= ZERO:
        raise Refused(failed("nothing_owed", *payments.fee_sources(on)))
    opened = SandboxOrder.objects.filter(invoice=invoice, amount=owed, paid_on__isnull=True).first()
    return opened or SandboxOrder.objects.create(
        trade_no=f"SANDBOX{on:%Y%m%d}{secrets.token_hex(8).upper()}", invoice=invoice, amount=owed, created_on=on
    )


@transaction.atomic
def notify(trade_no: str, *, on: date) -> Payment:
    """The gateway says that the order was paid. The same notice twice is one payment."""
    require_enabled()
    order = SandboxOrder.objects.select_for_update(of=("self",)).select_related("invoice").get(trade_no=trade_no)
    known = Payment.objects.filter(method=Method.ELECTRONIC, reference=trade_no).first()
    if known is not None:
        return known
    order.paid_on = on
    order.save(update_fields=["paid_on"])
    payment = Payment.objects.create(
        invoice=payments.standing_invoice(order.invoice),
        method=Method.ELECTRONIC,
        amount=order.amount,
        value_date=on,
        reference=trade_no,
        payer=str(order.invoice.party),
        memo=order.invoice.memo,
        entered_on=on,
    )
    return payments.confirm(payment, by=SYSTEM, on=on)
