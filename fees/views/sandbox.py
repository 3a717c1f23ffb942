"""The demo's payment sandbox. It takes no money, says so on every page, and is not there in production."""

from __future__ import annotations

import uuid
from functools import partial

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from association import clock
from association.web import attempt, signed_in, user_of
from fees import permissions
from fees.actions import payments, sandbox
from fees.models import SandboxOrder
from fees.queries import statement


@require_POST
@signed_in(back="invoice")
def place(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Open an order over what is owed, and go to the gateway."""
    require_sandbox()
    today = clock.today()
    invoice = get_object_or_404(permissions.own_invoices(user_of(request), today), key=key)
    order = attempt(request, partial(sandbox.order, invoice, on=today))
    if order is None:
        return redirect("invoice", invoice.key)
    return redirect("sandbox_order", order.trade_no)


@require_safe
@signed_in
def order(request: HttpRequest, trade_no: str) -> HttpResponse:
    """The gateway's page: pay or go back."""
    found = own_order(request, trade_no)
    standing = payments.standing_invoice(found.invoice)
    assert standing.case is not None
    owed = statement(standing.case, clock.today()).outstanding
    return render(request, "fees/sandbox.html", {"order": found, "invoice": standing, "owed": owed})


@require_POST
@signed_in(back="my")
def pay(request: HttpRequest, trade_no: str) -> HttpResponse:
    """The gateway tells us that the order was paid. Told twice, it is one payment."""
    found = own_order(request, trade_no)
    done = _("Sandbox payment done. No money was taken.")
    attempt(request, partial(sandbox.notify, found.trade_no, on=clock.today()), done=done)
    return redirect("invoice", payments.standing_invoice(found.invoice).key)


def own_order(request: HttpRequest, trade_no: str) -> SandboxOrder:
    require_sandbox()
    mine = permissions.own_invoices(user_of(request), clock.today())
    orders = SandboxOrder.objects.select_related("invoice__party", "invoice__case")
    return get_object_or_404(orders, trade_no=trade_no, invoice__in=mine)


def require_sandbox() -> None:
    if not settings.PAYMENT_SANDBOX:
        raise Http404
