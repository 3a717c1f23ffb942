"""What is owed back to payers, and that it went back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock
from association.actors import Actor
from association.admin.base import ReadOnlyAdmin, against, chosen, filters, find, page_of, query_of, typed_in
from association.templatetags.huiji import yuan, zh_date
from association.web import attempt, user_of
from fees.actions import refunds
from fees.admin.invoices import ENTER, TABS
from fees.models import Refund
from fees.models.payment import Method

LIST = "admin:fees_refund_changelist"
STATES = (("owed", gettext_lazy("owed back")), ("paid", gettext_lazy("paid back")))
RELATED = ("payment__invoice__party", "decision__version", "decision__actor", "paid_back_by")


class PaidBackForm(forms.Form):
    paid_on = forms.DateField(
        label=gettext_lazy("paid back on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("The day that the bank says."),
    )
    reference = forms.CharField(label=gettext_lazy("bank reference"), max_length=80)


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/paid/", self.paid, "paid"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", [value for value, _words in STATES], "owed"), query_of(request)
        rows = Refund.objects.filter(paid_back_on__isnull=state == "owed").select_related(*RELATED)
        if asked:
            rows = rows.filter(
                Q(payment__invoice__party__name__icontains=asked)
                | Q(payment__reference__icontains=asked)
                | Q(reference__icontains=asked)
            )
        page = page_of(request, rows.order_by("pk" if state == "owed" else "-pk"))
        return self.page(
            request,
            "desk/fees/refunds.html",
            title=_("Refunds"),
            page=page,
            filters=filters(request, "state", STATES, state),
            state=state,
            asked=asked,
            keep=[("state", state)],
            may_enter=request.user.has_perm(ENTER),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        """A refund is read on the invoice that its payment was for."""
        self.require_view(request)
        return redirect("admin:fees_invoice_change", find(Refund.objects.all(), object_id).payment.invoice_id)

    def paid(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put on record that the money went back. A second click says that it did already."""
        self.require(request, ENTER)
        today, by = clock.today(), Actor.officer(user_of(request))
        row = find(Refund.objects.select_related(*RELATED), pk)
        form = PaidBackForm(typed_in(request), initial={"paid_on": today})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            done = attempt(
                request,
                lambda: refunds.pay_back(row, reference=typed["reference"], paid_on=typed["paid_on"], by=by, on=today),
                done=_("It is on record that the money went back."),
            )
            if done is not None:
                return redirect(LIST)
        payment = row.payment
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Has this money gone back?"),
            where=_("Refunds"),
            where_url=reverse(LIST),
            facts=[
                (_("Payer"), payment.payer or payment.invoice.party.name),
                (_("Amount"), yuan(row.amount)),
                (_("Paid by"), f"{Method(payment.method).label} {payment.reference} {zh_date(payment.value_date)}"),
                (_("Owed since"), zh_date(row.owed_since)),
            ],
            form=form,
            effects=[_("It is listed as paid back. The payment itself stays on record as it was.")],
            reasons=against(refunds.check_pay_back(row, paid_on=max(today, row.owed_since), by=by, on=today)),
            confirm=_("Yes, it went back"),
            cancel_url=reverse(LIST),
        )
