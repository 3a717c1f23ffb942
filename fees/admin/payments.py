"""Money that arrived: confirmed by a second person, or struck out with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, queries
from association.actors import Actor
from association.admin.base import ReadOnlyAdmin, against, chosen, filters, find, page_of, query_of, typed_in
from association.templatetags.huiji import yuan, zh_date
from association.web import attempt, user_of
from fees.actions import payments
from fees.admin.forms import StrikeForm
from fees.admin.invoices import CONFIRM, ENTER, TABS, payment_rows, warnings_of
from fees.models import Payment
from fees.models.payment import Method
from fees.queries import ZERO, statement
from fees.rules import entry

STATES = (
    ("waiting", gettext_lazy("to confirm")),
    ("confirmed", gettext_lazy("confirmed")),
    ("struck", gettext_lazy("struck out")),
)
PLACES = {
    "waiting": Q(confirmed_on__isnull=True, struck_on__isnull=True),
    "confirmed": Q(confirmed_on__isnull=False),
    "struck": Q(struck_on__isnull=False),
}
RELATED = ("invoice__party", "invoice__case", "entered_by", "confirmed_by")


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/confirm/", self.confirm, "confirm"),
            self.route("<int:pk>/strike/", self.strike, "strike"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", PLACES, "waiting"), query_of(request)
        rows = Payment.objects.filter(PLACES[state]).select_related(*RELATED)
        if asked:
            rows = rows.filter(
                Q(invoice__party__name__icontains=asked)
                | Q(invoice__party__number__icontains=asked)
                | Q(reference__icontains=asked)
                | Q(payer__icontains=asked)
                | Q(memo__icontains=asked)
            )
        page = page_of(request, rows.order_by("pk" if state == "waiting" else "-pk"))
        by = Actor.officer(user_of(request))
        return self.page(
            request,
            "desk/fees/payments.html",
            title=_("Money that arrived"),
            page=page,
            rows=payment_rows(page.rows, by),
            filters=filters(request, "state", STATES, state),
            state=state,
            asked=asked,
            keep=[("state", state)],
            may_enter=request.user.has_perm(ENTER),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        """A payment is read on its invoice."""
        self.require_view(request)
        payment = find(Payment.objects.all(), object_id)
        return redirect("admin:fees_invoice_change", payment.invoice_id)

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The second person says that the money is there. A second click says that it is done already."""
        self.require(request, CONFIRM)
        today = clock.today()
        payment = find(Payment.objects.select_related(*RELATED), pk)
        by = Actor.officer(user_of(request))
        page = reverse("admin:fees_invoice_change", args=[payment.invoice_id])
        if request.method == "POST":
            attempt(
                request,
                lambda: payments.confirm(payment, by=by, on=today),
                done=_("The payment is confirmed and counts from its value date."),
            )
            return redirect(page)
        check = payments.check_confirmation(payment, by, on=today)
        rulebook = queries.rulebook_on(today)
        assert payment.invoice.case is not None
        state = statement(payment.invoice.case, today)
        checks = (
            entry.difference(rulebook, open_amount=state.outstanding, amount=payment.amount),
            entry.memo(rulebook, method=payment.method, text=payment.memo),
        )
        effects = [{"text": _("The payment covers the open lines, the oldest year first.")}]
        if ZERO < state.outstanding <= payment.amount:
            effects.append(
                {"text": _("The fee is then paid in full: the registration is accepted and can be completed.")}
            )
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Is this money on the account?"),
            where=f"{payment.invoice.number} {payment.invoice.party.name}",
            where_url=page,
            facts=[
                (_("Still to be paid"), yuan(state.outstanding)),
                (_("Amount"), yuan(payment.amount)),
                (_("Value date"), zh_date(payment.value_date)),
                (_("Method"), Method(payment.method).label),
                (_("Bank reference"), payment.reference),
                (_("Payer"), payment.payer or "—"),
                (_("Memo"), payment.memo or "—"),
                (_("Entered by"), f"{payment.entered_by or ''} {zh_date(payment.entered_on)}"),
            ],
            warnings=warnings_of(checks) if check.passed else [],
            effects=effects if check.passed else [],
            reasons=against(check),
            confirm=_("Yes, confirm the payment"),
            cancel_url=page,
        )

    def strike(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Strike out a wrong entry that nobody has confirmed."""
        self.require(request, ENTER)
        payment = find(Payment.objects.select_related(*RELATED), pk)
        page = reverse("admin:fees_invoice_change", args=[payment.invoice_id])
        form = StrikeForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            attempt(
                request,
                lambda: payments.strike(
                    payment, reason=form.cleaned_data["reason"], by=Actor.officer(user_of(request)), on=clock.today()
                ),
                done=_("The entry is struck out. It stays readable with its reason."),
            )
            return redirect(page)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Strike out this entry?"),
            where=f"{payment.invoice.number} {payment.invoice.party.name}",
            where_url=page,
            facts=[
                (_("Amount"), yuan(payment.amount)),
                (_("Bank reference"), payment.reference),
                (_("Entered by"), f"{payment.entered_by or ''} {zh_date(payment.entered_on)}"),
            ],
            form=form,
            effects=[
                _("The entry does not count and cannot be confirmed any more. Its reference may be entered anew.")
            ],
            confirm=_("Strike it out"),
            stop=True,
            cancel_url=page,
        )
