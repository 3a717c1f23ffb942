"""Money that goes back to its payer: owed when what it paid was undone, paid back by finance."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db import transaction

from association.actions import decisions
from association.actors import Actor, person
from association.decisions import Decision, Outcome, Reason, Refused, failed, passed, require
from association.models import Case, DecisionRecord
from fees.models import Payment, Refund
from fees.queries import ZERO, unallocated


def owe_back(cases: Collection[Case], record: DecisionRecord, *, on: date) -> Decimal:
    """All confirmed money on these cases that no line takes any more is owed back. Returns how much."""
    payments = Payment.objects.select_for_update(of=("self",)).filter(
        invoice__case__in=cases, confirmed_on__isnull=False
    )
    left = unallocated(payments.order_by("pk"))
    rows = [
        Refund(payment_id=key, amount=amount, owed_since=on, decision=record)
        for key, amount in left.items()
        if amount > ZERO
    ]
    Refund.objects.bulk_create(rows)
    return sum((row.amount for row in rows), ZERO)


def check_pay_back(refund: Refund, *, paid_on: date, by: Actor, on: date) -> Decision:
    """Whether it can be put on record that the money went back: finance, once, not before it was owed."""
    sources = refund.decision.sources
    if by.user is None or not by.user.has_perm("fees.enter_payment"):
        return failed("may_not_enter_payment", *sources)
    if refund.paid_back_on is not None:
        return failed("refunded_already", *sources, on=refund.paid_back_on.isoformat())
    if paid_on > on:
        return failed("value_date_ahead", *sources, value_date=paid_on.isoformat())
    if paid_on < refund.owed_since:
        return failed("refunded_before_owed", *sources, since=refund.owed_since.isoformat())
    return passed("refundable", *sources)


@transaction.atomic
def pay_back(refund: Refund, *, reference: str, paid_on: date, by: Actor, on: date) -> Refund:
    """Put on record that the money went back to its payer, as the bank says it."""
    refund = Refund.objects.select_for_update(of=("self",)).select_related("payment", "decision").get(pk=refund.pk)
    decision = require(check_pay_back(refund, paid_on=paid_on, by=by, on=on))
    if not reference.strip():
        raise Refused(failed("refund_reference_missing", *decision.sources))
    facts = {"amount": str(refund.amount), "reference": reference.strip()}
    told = Decision(Outcome.PASS, (Reason("refunded", decision.sources, facts),))
    version_id = refund.decision.version_id
    decisions.record(told, kind="fees.refunded", version_id=version_id, by=by, on=on)
    refund.paid_back_on, refund.paid_back_by, refund.reference = paid_on, person(by), reference.strip()[:80]
    refund.save(update_fields=["paid_back_on", "paid_back_by", "reference"])
    return refund
