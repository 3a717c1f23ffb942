"""The finance desk: what is to be paid, vouchers that wait to be looked at, and money written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import admin
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, keys, permissions, queries
from association.actors import Actor
from association.admin.base import ReadOnlyAdmin, address, against, chosen, filters, find, page_of, query_of, typed_in
from association.decisions import Decision
from association.fields import MoneyField
from association.templatetags.huiji import yuan, zh_date
from association.web import attempt, sentences, user_of
from fees.actions import payments
from fees.admin.forms import PaymentForm
from fees.models import Allocation, FeeLine, Invoice, Payment, Voucher
from fees.models.payment import Method
from fees.queries import ZERO, Statement, statement
from fees.rules import entry
from fees.rules.settlement import State

ENTER = "fees.enter_payment"
CONFIRM = "fees.confirm_payment"
STATES = (
    ("open", gettext_lazy("to be paid")),
    ("voucher", gettext_lazy("voucher to look at")),
    (State.UNPAID, gettext_lazy("nothing paid")),
    (State.PARTIAL, gettext_lazy("partly paid")),
    (State.PAID, gettext_lazy("paid")),
)
WORDS = {
    State.UNPAID: (gettext_lazy("to pay"), "neutral"),
    State.PARTIAL: (gettext_lazy("partly paid"), "waiting"),
    State.PAID: (gettext_lazy("paid"), "done"),
}
TABS = (
    (gettext_lazy("Invoices"), "admin:fees_invoice_changelist", "fees.view_invoice"),
    (gettext_lazy("Money that arrived"), "admin:fees_payment_changelist", "fees.view_payment"),
    (gettext_lazy("Refunds"), "admin:fees_refund_changelist", "fees.view_refund"),
    (gettext_lazy("Fee standards"), "admin:fees_feestandard_changelist", "fees.view_feestandard"),
    (gettext_lazy("Bank accounts"), "admin:fees_bankaccount_changelist", "fees.view_bankaccount"),
)
LONG_AGO = timedelta(days=60)
FEW = 3
"""More articles than these beside a warning help nobody: they stand on the refusal and in the record."""
NOTHING = Value(Decimal("0.00"), output_field=MoneyField())


def total(rows: QuerySet[Any], by: str) -> Coalesce:
    """The sum of the amounts of these rows, for the case of the outer invoice."""
    sums = rows.order_by().values(by).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(sums, output_field=MoneyField()), NOTHING)


def with_money() -> QuerySet[Invoice]:
    """Standing invoices with ``owed``, ``paid``, ``to_confirm`` and ``to_look_at``, in one query."""
    case = OuterRef("case")
    lines = FeeLine.objects.standing().filter(invoice__case=case)
    taken = Allocation.objects.standing().filter(line__invoice__case=case, line__voided_on__isnull=True)
    entered = Payment.objects.filter(invoice__case=case, confirmed_on__isnull=True, struck_on__isnull=True)
    answered = Payment.objects.filter(
        invoice__case=OuterRef("invoice__case"), struck_on__isnull=True, entered_on__gte=OuterRef("uploaded_on")
    )
    unseen = Voucher.objects.filter(~Exists(answered), invoice__case=case)
    return (
        Invoice.objects.filter(voided_on__isnull=True, case__isnull=False)
        .select_related("party")
        .annotate(
            owed=total(lines, "invoice__case"),
            paid=total(taken, "line__invoice__case"),
            to_confirm=Exists(entered),
            has_unseen=Exists(unseen),
        )
    )


PLACES = {
    "open": Q(paid__lt=F("owed")),
    "voucher": Q(has_unseen=True, paid__lt=F("owed")),
    State.UNPAID: Q(paid=0, owed__gt=0),
    State.PARTIAL: Q(paid__gt=0, paid__lt=F("owed")),
    State.PAID: Q(paid__gte=F("owed")),
}


def state_of(owed: Decimal, paid: Decimal) -> State:
    return State.PAID if paid >= owed else State.PARTIAL if paid > ZERO else State.UNPAID


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/enter/", self.enter, "enter"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", PLACES, "open"), query_of(request)
        rows = with_money()
        rows = rows.filter(search(asked)) if asked else rows.filter(PLACES[state])
        page = page_of(request, rows.order_by("-has_unseen" if state == "open" else "-pk", "-pk"))
        return self.page(
            request,
            "desk/fees/invoices.html",
            title=_("Fees"),
            page=page,
            rows=[
                {
                    "row": row,
                    "status": WORDS[state_of(row.owed, row.paid)],
                    "look": row.has_unseen and row.paid < row.owed,
                }
                for row in page.rows
            ],
            filters=filters(request, "state", STATES, "" if asked else state),
            state=state,
            asked=asked,
            keep=[("state", state)],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        today = clock.today()
        invoice = payments.standing_invoice(find(Invoice.objects.filter(case__isnull=False), object_id))
        if str(invoice.pk) != str(object_id):
            return redirect("admin:fees_invoice_change", invoice.pk)
        assert invoice.case is not None
        state = statement(invoice.case, today)
        by = Actor.officer(user_of(request))
        vouchers = Voucher.objects.filter(invoice__case=invoice.case).select_related("file")
        struck = Payment.objects.filter(invoice__case=invoice.case, struck_on__isnull=False).select_related(
            "entered_by"
        )
        words = WORDS[state.status.state]
        return self.page(
            request,
            "desk/fees/invoice.html",
            title=invoice.party.name,
            where=_("Fees"),
            where_url=reverse("admin:fees_invoice_changelist"),
            invoice=invoice,
            state=state,
            still=still_to_pay(state),
            status={"label": words[0], "tone": words[1]},
            vouchers=[voucher_row(voucher) for voucher in vouchers],
            payments=payment_rows(state.payments, by),
            struck=struck,
            may_enter=request.user.has_perm(ENTER),
            earlier=Invoice.objects.filter(case=invoice.case, voided_on__isnull=False).order_by("-pk"),
        )

    def enter(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write a bank line down: typed, looked at once more with its warnings, then kept."""
        self.require(request, ENTER)
        today = clock.today()
        invoice = payments.standing_invoice(find(Invoice.objects.filter(case__isnull=False), pk))
        assert invoice.case is not None
        state = statement(invoice.case, today)
        page = reverse("admin:fees_invoice_change", args=[invoice.pk])
        form = PaymentForm(typed_in(request), initial={"payer": invoice.party.name, "memo": invoice.memo})
        form.fields["amount"].help_text = _("As on the statement. Expected: %(amount)s.") % {
            "amount": yuan(to_come(state))
        }
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            if "confirmed" in request.POST:
                made = attempt(
                    request,
                    lambda: payments.enter(invoice, **typed, by=Actor.officer(user_of(request)), on=today),
                    done=_("The payment is entered. It counts once a second person has confirmed it."),
                )
                return redirect(page) if made is not None else self.entry_form(request, invoice, state, form)
            check = payments.check_entry(
                invoice, method=typed["method"], amount=typed["amount"], value_date=typed["value_date"], on=today
            )
            if not check.passed:
                form.add_error(None, " ".join(sentences(check)))
                return self.entry_form(request, invoice, state, form)
            fresh = payments.check_reference(method=typed["method"], reference=typed["reference"], on=today)
            if not fresh.passed:
                form.add_error("reference", " ".join(sentences(fresh)))
                return self.entry_form(request, invoice, state, form)
            return self.look_again(request, invoice, state, form)
        return self.entry_form(request, invoice, state, form)

    def entry_form(self, request: HttpRequest, invoice: Invoice, state: Statement, form: PaymentForm) -> HttpResponse:
        page = reverse("admin:fees_invoice_change", args=[invoice.pk])
        return self.page(
            request,
            "desk/fees/enter.html",
            title=_("Enter money that arrived"),
            where=f"{invoice.number} {invoice.party.name}",
            where_url=page,
            invoice=invoice,
            state=state,
            still=still_to_pay(state),
            form=form,
            cancel_url=page,
        )

    def look_again(self, request: HttpRequest, invoice: Invoice, state: Statement, form: PaymentForm) -> HttpResponse:
        typed = form.cleaned_data
        rulebook = queries.rulebook_on(clock.today())
        checks = (
            entry.difference(rulebook, open_amount=to_come(state), amount=typed["amount"]),
            entry.memo(rulebook, method=typed["method"], text=typed["memo"]),
        )
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Enter this payment?"),
            where=f"{invoice.number} {invoice.party.name}",
            where_url=reverse("admin:fees_invoice_change", args=[invoice.pk]),
            facts=[
                (_("Still to be paid"), still_to_pay(state)),
                (_("Amount"), yuan(typed["amount"])),
                (_("Value date"), zh_date(typed["value_date"])),
                (_("Method"), Method(typed["method"]).label),
                (_("Bank reference"), typed["reference"]),
                (_("Payer"), typed["payer"] or "—"),
                (_("Memo"), typed["memo"] or "—"),
            ],
            warnings=[*odd_day(invoice, typed["value_date"]), *warnings_of(checks)],
            effects=[
                {"text": _("The line is written down as it is, under your name.")},
                {"text": _("A second person confirms it. Only then does it count.")},
            ],
            typed=[(name, form.data.get(name, "")) for name in form.fields],
            confirm=_("Enter the payment"),
            cancel_url=reverse("admin:fees_invoice_enter", args=[invoice.pk]),
        )


def waiting(state: Statement) -> Decimal:
    """What is entered and waits for the second person."""
    return sum((payment.amount for payment in state.payments if payment.confirmed_on is None), ZERO)


def to_come(state: Statement) -> Decimal:
    """What is open after everything that is entered, confirmed or not: what the bank may still be expected to show."""
    return max(state.outstanding - waiting(state), ZERO)


def still_to_pay(state: Statement) -> str:
    """What is open after confirmed money, and how much waits to be confirmed."""
    if not waiting(state):
        return yuan(state.outstanding)
    return _("%(open)s (%(waiting)s entered, to be confirmed)") % {
        "open": yuan(state.outstanding),
        "waiting": yuan(waiting(state)),
    }


def odd_day(invoice: Invoice, value_date: date) -> list[dict[str, Any]]:
    """A value date that is rarely right: before the invoice was issued, or more than 60 days back."""
    if value_date < invoice.issued_on:
        words = _("The value date lies before the invoice was issued on %(day)s. Look at the statement again.")
        return [{"text": words % {"day": zh_date(invoice.issued_on)}, "sources": ()}]
    if value_date < clock.today() - LONG_AGO:
        words = _("The value date lies more than %(days)s days back. Look at the statement again.")
        return [{"text": words % {"days": LONG_AGO.days}, "sources": ()}]
    return []


def warnings_of(checks: tuple[Decision, ...]) -> list[dict[str, Any]]:
    """What is to be known before it is kept; nothing where all is as expected."""
    return [
        {"text": line, "sources": check.sources if len(check.sources) <= FEW else ()}
        for check in checks
        if not check.passed
        for line in sentences(check)
    ]


def search(asked: str) -> Q:
    """By name, member number, number or memo of the invoice, credit code, or the amount owed."""
    found = (
        Q(party__name__icontains=asked)
        | Q(party__number__icontains=asked)
        | Q(number__icontains=asked)
        | Q(memo__icontains=asked)
        | Q(party__identifiers__index=keys.blind_index(asked.upper()))
    )
    try:
        amount = Decimal(asked.replace(",", "").replace("，", "").lstrip("¥￥"))
    except InvalidOperation:
        return found
    sayable = amount.is_finite() and ZERO < amount < Decimal(10) ** 9 and amount == amount.quantize(Decimal("0.01"))
    return found | Q(owed=amount) if sayable else found


def voucher_row(voucher: Voucher) -> dict[str, Any]:
    shown = voucher.file.media_type in {"application/pdf", "image/jpeg", "image/png"}
    return {
        "row": voucher,
        "url": address("file", voucher.file.key),
        "picture": address("file_page", voucher.file.key, 1) if shown else "",
    }


def payment_rows(found: Iterable[Payment], by: Actor) -> list[dict[str, Any]]:
    partners = permissions.partners(by.user) if by.user is not None else frozenset()
    return [_payment_row(payment, by, partners) for payment in found]


def _payment_row(payment: Payment, by: Actor, partners: frozenset[int]) -> dict[str, Any]:
    """A payment with what may be done to it, or why not."""
    check = payments.check_confirmation(payment, by, on=clock.today(), partners=partners)
    reasons = [] if payment.confirmed_on else against(check)
    return {
        "row": payment,
        "method": Method(payment.method).label,
        "waiting": payment.confirmed_on is None and payment.struck_on is None,
        "reasons": reasons,
    }
