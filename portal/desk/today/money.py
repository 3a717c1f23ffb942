"""Money that waits for a second person, and vouchers to look into."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from association.admin.base import address
from association.templatetags.huiji import yuan
from association.values import long_date
from fees.models import Invoice, Payment, Refund, Voucher
from portal.desk.today.lines import FEWER, Line, Section, Viewer, Words, capped


def money(viewer: Viewer) -> Iterator[Section]:
    """For finance: money that a colleague entered, money of mine that waits for a colleague, vouchers to look into."""
    if not viewer.user.has_perm("fees.view_payment"):
        return
    waiting = Payment.objects.filter(confirmed_on__isnull=True, struck_on__isnull=True)
    waiting = waiting.select_related("invoice__party", "entered_by").order_by("value_date", "pk")
    may_confirm = viewer.user.has_perm("fees.confirm_payment")
    if may_confirm:
        rows, more = capped(waiting.exclude(entered_by=viewer.user))
        yield _payments(_("Payments to confirm"), rows, more)
        rows, more = capped(waiting.filter(entered_by=viewer.user), FEWER)
        yield _payments(_("Entered by you, waiting for a second person"), rows, more)
    else:
        rows, more = capped(waiting, FEWER)
        yield _payments(_("Payments waiting for a second person"), rows, more)
    yield _vouchers(viewer)
    yield _refunds(viewer)


def _payments(title: Words, rows: list[Payment], more: bool) -> Section:
    lines = [
        Line(
            payment.invoice.party.name,
            f"{yuan(payment.amount)} · {payment.reference}",
            address("admin:fees_payment_change", payment.pk),
            note=_("entered by %(who)s") % {"who": payment.entered_by or _("Huiji, by itself")},
        )
        for payment in rows
    ]
    return Section(title, lines, more, address("admin:fees_payment_changelist"))


def _refunds(viewer: Viewer) -> Section:
    """Money that is owed back to its payer."""
    if not (viewer.user.has_perm("fees.view_refund") and viewer.user.has_perm("fees.enter_payment")):
        return Section("", [])
    owed = Refund.objects.filter(paid_back_on__isnull=True).select_related("payment__invoice__party").order_by("pk")
    rows, more = capped(owed)
    lines = [
        Line(
            each.payment.invoice.party.name,
            f"{yuan(each.amount)} · {each.payment.reference}",
            address("admin:fees_refund_paid", each.pk),
            note=_("owed back since %(day)s") % {"day": long_date(each.owed_since)},
        )
        for each in rows
    ]
    return Section(_("Money to pay back"), lines, more, address("admin:fees_refund_changelist"))


def _vouchers(viewer: Viewer) -> Section:
    """Invoices with a voucher and no payment: the payer says it was sent, nobody has found it at the bank."""
    if not viewer.user.has_perm("fees.enter_payment"):
        return Section("", [])
    found = Invoice.objects.filter(
        Exists(Voucher.objects.filter(invoice=OuterRef("pk"))),
        ~Exists(Payment.objects.filter(invoice=OuterRef("pk"), struck_on__isnull=True)),
        voided_on__isnull=True,
    )
    rows, more = capped(found.select_related("party").order_by("pk"))
    lines = [
        Line(
            each.party.name,
            _("Voucher uploaded: find the money at the bank"),
            address("admin:fees_invoice_change", each.pk),
        )
        for each in rows
    ]
    return Section(_("Vouchers to look into"), lines, more, address("admin:fees_invoice_changelist"))
