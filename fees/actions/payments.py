"""Money that arrived: entered by one person, confirmed by another, allocated to what is owed (ACG-28, 32)."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal

from django.db import transaction

from association import queries
from association.actions import decisions
from association.actions.messages import in_letter_language
from association.actors import SYSTEM, Actor
from association.decisions import Decision, Outcome, Reason, Refused, failed, passed, require, setting
from association.files import keeping
from association.letters import write
from association.models import Case, StoredFile
from association.permissions import one_hand
from association.rules.money import round_money
from association.states import State
from fees.actions import invoices, joining
from fees.letters import confirmed
from fees.models import Allocation, FeeLine, Invoice, Payment, Voucher
from fees.queries import ZERO, statement, unallocated
from members.actions import parties, registrations
from members.models import Registration

logger = logging.getLogger(__name__)


def fee_sources(on: date) -> tuple:
    rulebook = queries.rulebook_on(on)
    return rulebook.fees.sources(rulebook.id) if rulebook.fees else (setting("fees"),)


def standing_invoice(invoice: Invoice) -> Invoice:
    """The invoice that has replaced this one, or itself."""
    if invoice.voided_on is None or invoice.case_id is None:
        return invoice
    return Invoice.objects.filter(case_id=invoice.case_id, voided_on__isnull=True).order_by("-pk").first() or invoice


@transaction.atomic
def add_voucher(invoice: Invoice, file: StoredFile, *, on: date) -> Voucher:
    """Keep the payer's proof of transfer for finance to look at. The same picture twice is one voucher."""
    invoice = Invoice.objects.select_for_update().get(pk=standing_invoice(invoice).pk)  # a double click waits here
    known = invoice.vouchers.filter(file__sha256=file.sha256).first()
    if known is not None and known.file_id != file.pk:
        keeping.discard(file)
    return known or Voucher.objects.create(invoice=invoice, file=file, uploaded_on=on)


def check_entry(invoice: Invoice, *, method: str, amount: Decimal, value_date: date, on: date) -> Decision:
    """Whether this can be money that arrived for the invoice."""
    rulebook = queries.rulebook_on(on)
    sources = fee_sources(on)
    if amount <= ZERO or round_money(amount) != amount:
        return failed("amount_not_payable", *sources, amount=str(amount))
    if value_date > on:
        return failed("value_date_ahead", *sources, value_date=value_date.isoformat())
    if rulebook.fees and rulebook.fees.methods and method not in rulebook.fees.methods:
        return failed("method_not_offered", *sources, method=method)
    return passed("payment_enterable", *sources)


def check_reference(*, method: str, reference: str, on: date) -> Decision:
    """Whether the bank reference is new: one line of the statement is one payment."""
    if Payment.objects.filter(method=method, reference=reference.strip(), struck_on__isnull=True).exists():
        return failed("reference_entered_already", *fee_sources(on), reference=reference.strip())
    return passed("payment_enterable", *fee_sources(on))


@transaction.atomic
def enter(
    invoice: Invoice,
    *,
    method: str,
    amount: Decimal,
    value_date: date,
    reference: str,
    payer: str = "",
    memo: str = "",
    by: Actor,
    on: date,
) -> Payment:
    """Write down a bank line as it is, more or less than owed alike. It counts once somebody else confirms it."""
    invoice = standing_invoice(invoice)
    if by.user is None or not by.user.has_perm("fees.enter_payment"):
        raise Refused(failed("may_not_enter_payment", *fee_sources(on)))
    require(check_entry(invoice, method=method, amount=amount, value_date=value_date, on=on))
    require(check_reference(method=method, reference=reference, on=on))
    return Payment.objects.create(
        invoice=invoice,
        method=method,
        amount=amount,
        value_date=value_date,
        reference=reference.strip(),
        payer=payer.strip(),
        memo=memo.strip(),
        entered_on=on,
        entered_by=by.user,
    )


def check_confirmation(payment: Payment, by: Actor, *, on: date, partners: frozenset[int] | None = None) -> Decision:
    """Whether this person may confirm: another than the one who entered it, and it still waits.

    ``partners``: those whom standing in can make one hand with this person, where a page has read them for many rows.
    """
    sources = fee_sources(on)
    if payment.confirmed_on is not None:
        return failed("confirmed_already", *sources, on=payment.confirmed_on.isoformat())
    if payment.struck_on is not None:
        return failed("struck_already", *sources, on=payment.struck_on.isoformat())
    if by.user is not None and not by.user.has_perm("fees.confirm_payment"):
        return failed("may_not_confirm_payment", *sources)
    if by.user is not None and by.user.pk == payment.entered_by_id:
        return failed("two_persons", *sources)
    apart = partners is not None and payment.entered_by_id not in partners
    if not apart and one_hand(by.user, payment.entered_by_id, payment.entered_on, on):
        return failed("two_persons_standing_in", *sources)
    return passed("payment_confirmed", *sources, amount=str(payment.amount), value_date=payment.value_date.isoformat())


@transaction.atomic
def confirm(payment: Payment, *, by: Actor, on: date) -> Payment:
    """Confirm that the money is there, and carry out what follows: lines settled, registration opened (ACG-22.a)."""
    payment = Payment.objects.select_for_update(of=("self",)).select_related("invoice__case").get(pk=payment.pk)
    decision = require(check_confirmation(payment, by, on=on))
    governing = queries.governing(on)
    record = decisions.record(decision, kind="fees.payment_confirmed", version_id=governing.version_id, by=by, on=on)
    payment.confirmed_on, payment.confirmed_by, payment.confirmation = on, by.user, record
    payment.save()
    case = payment.invoice.case
    if case is not None:
        settle(case, by=by, on=on)
        _tell_confirmed(payment, case, on=on)
    return payment


@in_letter_language
def _tell_confirmed(payment: Payment, case: Case, *, on: date) -> None:
    """Tell the member's accounts what arrived, what remains and what comes next."""
    said = write("payment.confirmed", confirmed(payment, on))
    parties.tell_accounts(payment.invoice.party, said, occasion=f"payment:{payment.pk}:confirmed", case=case, on=on)


@transaction.atomic
def strike(payment: Payment, *, reason: str, by: Actor, on: date) -> Payment:
    """Strike out a wrong entry that nobody has confirmed. It stays readable."""
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    if by.user is None or not by.user.has_perm("fees.enter_payment"):
        raise Refused(failed("may_not_enter_payment", *fee_sources(on)))
    if payment.confirmed_on is not None:
        raise Refused(failed("confirmed_already", *fee_sources(on), on=payment.confirmed_on.isoformat()))
    if not reason.strip():
        raise Refused(failed("reasons_required", *fee_sources(on)))
    payment.struck_on, payment.strike_reason = on, reason.strip()[:300]
    payment.save(update_fields=["struck_on", "strike_reason"])
    return payment


@transaction.atomic
def settle(case: Case, *, by: Actor, on: date) -> None:
    """Cover what is owed with what has come in; when all of it is, accept the registration."""
    registration = Registration.objects.select_related("membership__party", "case").filter(case=case).first()
    if registration is None:
        allocate(case, on=on)
        joining.settle(case, by=by, on=on)
        return
    if registration.accepted_on is None:
        invoices.bill_registration(registration, on=on)
    allocate(case, on=on)
    if registration.accepted_on is not None:
        return
    state = statement(case, on)
    if not state.lines:
        _accept_free(registration, by=by, on=on)
        return
    if state.outstanding > ZERO:
        return
    rulebook = queries.rulebook_of(case.version_id) if case.version_id else queries.rulebook_on(on)
    sources = tuple(dict.fromkeys(source for line in state.lines for source in line.decision.sources))
    facts = {"owed": str(state.status.owed), "received": str(state.received), "rulebook": rulebook.id}
    decision = Decision(Outcome.PASS, (Reason("fee_received_in_full", sources, facts),))
    registrations.accept(
        registration, decision, paid_through_year=max(line.year for line in state.lines), by=by, on=on
    )


def _accept_free(registration: Registration, *, by: Actor, on: date) -> None:
    """Who owes nothing waits for no fee: free, or under rules that ask none (C-21)."""
    decision = require(invoices.joining_dues(registration.membership, on=on))
    if not decision.value:
        registrations.accept(registration, decision, paid_through_year=on.year, by=by, on=on)


def allocate(case: Case, *, on: date) -> None:
    """Cover the open lines, oldest period first, with confirmed money, oldest first. The rest stays visible."""
    payments = list(
        Payment.objects.filter(invoice__case=case, confirmed_on__isnull=False).order_by("value_date", "pk")
    )
    left = unallocated(payments)
    for line in FeeLine.objects.standing().filter(invoice__case=case).with_paid().order_by("year", "period"):
        open_amount = line.amount - line.paid  # type: ignore[attr-defined]  # annotated by with_paid
        for payment in payments:
            take = min(open_amount, left[payment.pk])
            if take > ZERO:
                Allocation.objects.create(payment=payment, line=line, amount=take, made_on=on)
                left[payment.pk] -= take
                open_amount -= take


@transaction.atomic
def reconcile_awaited(*, on: date) -> int:
    """Bill anew where waiting has changed what is owed: a registration that has slipped into another year.

    Where no amount is known any more the invoice stays as it is, for the secretariat to look at.
    """
    waiting = Registration.objects.filter(accepted_on__isnull=True, case__state=State.OPEN).select_related(
        "membership__party", "case"
    )
    changed = 0
    for registration in waiting:
        before = registration.case.invoices.filter(voided_on__isnull=True).values_list("pk", flat=True).first()
        try:
            after = invoices.bill_registration(registration, by=SYSTEM, on=on)
        except Refused as refusal:
            logger.warning("case %s is not billed anew: %s", registration.case_id, refusal)
            continue
        if after is not None and after.pk != before:
            changed += 1
            settle(registration.case, by=SYSTEM, on=on)
    return changed
