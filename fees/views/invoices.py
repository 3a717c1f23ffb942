"""The invoice as its payer sees it: what is owed, where to pay, what has arrived."""

from __future__ import annotations

import uuid
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from association import clock
from association.actions import audit
from association.files import keeping, phrases
from association.files.errors import Unacceptable
from association.models import StoredFile
from association.views.serving import private
from association.web import attempt, signed_in, user_of
from fees import permissions
from fees.actions import payments
from fees.forms import VoucherForm
from fees.models import Invoice
from fees.views.pages import invoice_page, voucher_slot


@require_safe
@signed_in
def invoice(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One invoice. One that was replaced leads to the one that stands."""
    found = get_object_or_404(permissions.invoices_open_to(user_of(request), clock.today()), key=key)
    standing = payments.standing_invoice(found)
    if standing != found:
        words = _("Invoice %(old)s was replaced by this one. Please pay this one only; what you have paid counts.")
        messages.info(request, words % {"old": found.number})
        return redirect("invoice", standing.key)
    return show(request, found)


@require_POST
@signed_in(back="invoice")
def add_voucher(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Keep the payment voucher that was uploaded; a refused file says why, beside its slot."""
    user, today = user_of(request), clock.today()
    found = get_object_or_404(permissions.own_invoices(user, today), key=key)
    form = VoucherForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, found, error=str(form.errors["file"][0]))
    upload = form.cleaned_data["file"]
    try:
        file = keeping.keep_upload(upload, name=upload.name, by=user)
    except Unacceptable as fault:
        return show(request, found, error=phrases.say(fault.code, fault.facts))
    done = _(
        "The voucher was received. Finance compares it with what the bank reports; you need not do anything more."
    )
    attempt(request, partial(payments.add_voucher, found, file, on=today), done=done)
    return redirect("invoice", payments.standing_invoice(found).key)


@require_safe
@signed_in
def voucher(request: HttpRequest, key: uuid.UUID, file: uuid.UUID) -> HttpResponseBase:
    """A voucher that was uploaded for this invoice."""
    found = get_object_or_404(permissions.invoices_open_to(user_of(request), clock.today()), key=key)
    stored = get_object_or_404(StoredFile, key=file, voucher__invoice=found)
    data = keeping.read(stored, by=user_of(request))
    mine = permissions.own_invoices(user_of(request), clock.today()).filter(pk=found.pk).exists()
    audit.taken("voucher", found, user=user_of(request), own=mine)
    return private(data, name=stored.original_name, media_type=stored.media_type)


def show(request: HttpRequest, found: Invoice, *, error: str = "") -> HttpResponse:
    user, today = user_of(request), clock.today()
    mine = permissions.own_invoices(user, today).filter(pk=found.pk).exists()
    page = invoice_page(found, on=today)
    context = {
        "page": page,
        "mine": mine,
        "sandbox": settings.PAYMENT_SANDBOX,
        "slot": voucher_slot(page, error=error),
    }
    return render(request, "fees/invoice.html", context, status=422 if error else 200)
