"""Addresses of payers."""

from django.urls import path

from fees.views import invoices, quote, sandbox

urlpatterns = [
    path("quote/", quote.quote_page, name="quote"),
    path("invoices/<uuid:key>/", invoices.invoice, name="invoice"),
    path("invoices/<uuid:key>/vouchers/", invoices.add_voucher, name="voucher_add"),
    path("invoices/<uuid:key>/vouchers/<uuid:file>/", invoices.voucher, name="voucher"),
    path("invoices/<uuid:key>/sandbox/", sandbox.place, name="sandbox_place"),
    path("sandbox/<slug:trade_no>/", sandbox.order, name="sandbox_order"),
    path("sandbox/<slug:trade_no>/pay/", sandbox.pay, name="sandbox_pay"),
]
