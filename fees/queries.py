"""Reads that more than one place makes: the standards in force, what is open on a case, the account to pay to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from association import queries
from association.models import Case
from fees.models import Allocation, BankAccount, FeeLine, FeeStandard, FeeStandardItem, Invoice, Payment, Refund
from fees.rules.payers import Key, Standard
from fees.rules.settlement import Paid, Status, status_of

ZERO = Decimal("0.00")


def standards() -> tuple[Standard, ...]:
    """Every activated standard, kept in memory until one more is activated."""
    return queries.kept("fees.standards", _standards)


def _standards() -> tuple[Standard, ...]:
    rows = FeeStandard.objects.filter(decision__isnull=False).prefetch_related("items").select_related("resolution")
    return tuple(
        Standard(
            key=row.title,
            amounts={key_of(item): item.amount for item in row.items.all()},
            effective_from=row.effective_from,
        )
        for row in rows
    )


def key_of(item: FeeStandardItem) -> Key:
    """As the rules look an amount up."""
    tier = item.tier or None
    return (item.class_id, tier, item.grade) if item.grade else (item.class_id, tier)


def term_ends_on(day: date) -> date | None:
    """The last day of the council's term that the day falls into."""
    term = queries.term_on(day)
    return None if term is None else date.fromordinal(term.until.toordinal() - 1)


def bank_account() -> BankAccount | None:
    return BankAccount.objects.filter(in_use=True).order_by("pk").first()


@dataclass(frozen=True)
class Statement:
    """What a case owes and what came in: its standing invoice, lines with ``paid``, payments, the computed status."""

    invoice: Invoice | None
    lines: list[FeeLine]
    payments: list[Payment]
    status: Status

    @property
    def received(self) -> Decimal:
        """All confirmed money, whether a line took it or not."""
        return sum((p.amount for p in self.payments if p.confirmed_on), ZERO)

    @property
    def excess(self) -> Decimal:
        """Confirmed money that no line took and that is not owed back."""
        taken = sum((line.paid for line in self.lines), ZERO)  # type: ignore[attr-defined]
        return self.received - taken - self.owed_back

    @property
    def owed_back(self) -> Decimal:
        """What of the money is owed back to its payer, or went back."""
        return sum((p.owed_back for p in self.payments), ZERO)  # type: ignore[attr-defined]

    @property
    def outstanding(self) -> Decimal:
        return self.status.outstanding


def statement(case: Case, on: date) -> Statement:
    """The money side of a case on a day, in four queries whatever it holds."""
    return statements([case.pk], on)[case.pk]


def statements(cases: Iterable[int], on: date) -> dict[int, Statement]:
    """The same of several cases, by key of the case, in four queries however many there are."""
    keys = list(cases)
    standing = Invoice.objects.filter(case__in=keys, voided_on__isnull=True).select_related("account").order_by("pk")
    invoices = {invoice.case_id: invoice for invoice in standing}
    lines: dict[int, list[FeeLine]] = {key: [] for key in keys}
    owed_lines = FeeLine.objects.standing().filter(invoice__case__in=keys).with_paid()
    for line in owed_lines.select_related("invoice").order_by("year", "period"):
        lines[line.invoice.case_id or 0].append(line)
    payments: dict[int, list[Payment]] = {key: [] for key in keys}
    arrived = Payment.objects.filter(invoice__case__in=keys, struck_on__isnull=True)
    arrived = arrived.annotate(owed_back=Sum("refunds__amount", default=ZERO))
    for payment in arrived.select_related("invoice", "entered_by", "confirmed_by", "confirmation").order_by("pk"):
        payments[payment.invoice.case_id or 0].append(payment)
    case_of = {line.pk: key for key, owed in lines.items() for line in owed}
    money: dict[int, list[Paid]] = {key: [] for key in keys}
    for taken in Allocation.objects.standing().filter(line__in=case_of).select_related("line", "payment"):
        paid = Paid(taken.line.year, taken.amount, taken.payment.value_date, taken.line.period)
        money[case_of[taken.line_id]].append(paid)
    return {
        key: Statement(invoices.get(key), lines[key], payments[key], status_of(lines[key], money[key], on))
        for key in keys
    }


def owed_back_by(case: Case) -> Decimal:
    """What is owed back since the decision on the case was taken back."""
    found = Refund.objects.filter(decision__passages__case=case).aggregate(total=Sum("amount"))
    return found["total"] or ZERO


def unallocated(payments: Iterable[Payment]) -> dict[int, Decimal]:
    """What is left of each payment after its standing allocations and what is owed back of it, by key."""
    payments = list(payments)
    taken = dict(
        Allocation.objects.standing()
        .filter(payment__in=[p.pk for p in payments])
        .values_list("payment_id")
        .annotate(total=Sum("amount"))
    )
    back = dict(
        Refund.objects.filter(payment__in=[p.pk for p in payments])
        .values_list("payment_id")
        .annotate(total=Sum("amount"))
    )
    return {p.pk: p.amount - taken.get(p.pk, ZERO) - back.get(p.pk, ZERO) for p in payments}
