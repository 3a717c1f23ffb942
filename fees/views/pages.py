"""What the page of an invoice shows, gathered and worded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.decisions import Source, SourceKind
from association.models import DecisionRecord
from association.rules.money import format_yuan
from fees.models import Invoice, Voucher
from fees.queries import Statement, statement
from fees.rules.settlement import State
from members.models import Registration

STATE_WORDS = {
    State.UNPAID: (pgettext_lazy("fee", "to be paid"), "waiting"),
    State.PARTIAL: (pgettext_lazy("fee", "partly paid"), "waiting"),
    State.PAID: (pgettext_lazy("fee", "paid in full"), "done"),
}
VOID = (gettext_lazy("void"), "neutral")


@dataclass(frozen=True)
class InvoicePage:
    """An invoice with everything its payer needs. ``copies`` are (label, text to show, text to copy)."""

    invoice: Invoice
    statement: Statement
    status: SimpleNamespace
    registration: Registration | None
    vouchers: list[Voucher]
    copies: list[tuple[str, str, str]]
    version_id: int | None

    @property
    def total(self) -> Decimal:
        return self.statement.status.owed

    @property
    def payable(self) -> bool:
        """Whether there is something to pay, and a standing invoice to pay it on."""
        return self.invoice.voided_on is None and self.statement.outstanding > 0

    @property
    def deadline(self) -> Any:
        """Until when: the earliest day of a line, otherwise the end of the registration's window."""
        dated = [line for line in self.statement.lines if line.due_on]
        if dated:
            return min(dated, key=lambda line: line.due_on or date.max)
        closes = self.registration.closes_on if self.registration else None
        if self.registration is None or closes is None:
            return None
        return SimpleNamespace(due_on=closes, provisional=self.registration.closes_provisional, met_on=None)

    @property
    def rows(self) -> list[SimpleNamespace]:
        """Each line with what it rests on: its articles beside the year, everything beside the formula."""
        return [
            SimpleNamespace(
                label=line.label,
                months=line.months,
                amount=line.amount,
                formula=line.formula,
                articles=self._cited([source for source in line.sources if source["kind"] == SourceKind.ARTICLE]),
                sources=self._cited(line.sources),
            )
            for line in self.statement.lines
        ]

    def _cited(self, sources: list[dict[str, str]]) -> SimpleNamespace:
        return SimpleNamespace(version_id=self.version_id, sources=[Source.from_json(each) for each in sources])

    @property
    def copy_all(self) -> str:
        return "\n".join(
            _("%(label)s: %(text)s") % {"label": label, "text": text} for label, text, _copy in self.copies
        )


def invoice_page(invoice: Invoice, *, on: date) -> InvoicePage:
    """Gather the page of an invoice that belongs to a case."""
    assert invoice.case is not None
    state = statement(invoice.case, on)
    return InvoicePage(
        invoice=invoice,
        statement=state,
        status=_status(invoice, state),
        registration=Registration.objects.filter(case=invoice.case).select_related("membership").first(),
        vouchers=list(Voucher.objects.filter(invoice__case=invoice.case).select_related("file", "invoice")),
        copies=_copies(invoice, state),
        version_id=_version(state),
    )


def voucher_slot(page: InvoicePage, *, error: str) -> SimpleNamespace:
    """The slot that the voucher is uploaded to. More than one may come: a fee paid in parts, a better photo."""
    last = next(iter(page.vouchers), None)
    return SimpleNamespace(
        key="voucher",
        label=_("Payment voucher"),
        help=_("A photo or a PDF of the bank's receipt. It helps finance to find your money; it is not the payment."),
        state="uploaded" if last else "needed",
        file_name=last.file.original_name if last else "",
        size=last.file.size if last else 0,
        pages=last.file.pages if last else None,
        preview_url=reverse("voucher", args=[last.invoice.key, last.file.key]) if last else "",
        upload_url=reverse("voucher_add", args=[page.invoice.key]),
        max_bytes=settings.UPLOAD_MAX_BYTES,
        error=error,
    )


def _status(invoice: Invoice, state: Statement) -> SimpleNamespace:
    word, tone = VOID if invoice.voided_on else STATE_WORDS[state.status.state]
    return SimpleNamespace(label=str(word), tone=tone)


def _version(state: Statement) -> int | None:
    """The rulebook version that the lines were decided under: its articles are shown as they stood."""
    if not state.lines:
        return None
    return DecisionRecord.objects.values_list("version_id", flat=True).get(pk=state.lines[0].decision_id)


def _copies(invoice: Invoice, state: Statement) -> list[tuple[str, str, str]]:
    account = invoice.account
    if account is None:
        return []
    amount = format_yuan(state.outstanding)
    return [
        (_("Payee"), account.payee, account.payee),
        (_("Account number"), account.account, account.account.replace(" ", "")),
        (_("Bank"), account.bank, account.bank),
        (_("Amount"), f"¥{amount}", amount.replace(",", "")),
        (_("Memo (exactly so)"), invoice.memo, invoice.memo),
    ]
