"""What is said about money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import queries
from association.decisions import Source
from association.letters import Examples, Facts, Kind, Variable
from association.models import InterimDecision
from association.rulebook.schema import Rulebook
from fees.models import Payment
from fees.queries import ZERO, statement
from members.models import Registration, TierChange


def confirmed(payment: Payment, on: date) -> Facts:
    """Money that has arrived: how much, what remains, what comes next."""
    case = payment.invoice.case
    state = statement(case, on) if case is not None else None
    left = state.outstanding if state is not None else ZERO
    return Facts(
        {
            "amount": payment.amount,
            "day": payment.value_date,
            "left": left if left > ZERO else "",
            "registering": case is not None and Registration.objects.filter(case=case).exists(),
        },
        name=payment.invoice.party.name,
        link=reverse("invoice", args=[((state.invoice if state else None) or payment.invoice).key]),
    )


def tier_revoked(change: TierChange, *, under: Any) -> Facts:
    """A tier that a meeting took back."""
    tier = queries.rulebook_of(change.case.version_id or 0).tier(change.tier).name
    return Facts({"tier": tier}, name=change.membership.party.name, under=under, link=reverse("home"))


def _revoked_example(row: InterimDecision, on: date) -> Facts | None:
    change = TierChange.objects.select_related("membership__party", "case").filter(case=row.case).first()
    return tier_revoked(change, under=row.settled) if change else None


def _paying(book: Rulebook) -> Iterator[Source]:
    if book.fees is not None:
        yield from book.fees.sources(book.id)


KINDS = (
    Kind(
        key="payment.confirmed",
        title=gettext_lazy("Payment confirmed"),
        event=gettext_lazy("Finance confirms that money has arrived."),
        readers=gettext_lazy("who acts for the member"),
        subject=gettext_lazy("Your payment is confirmed"),
        text=gettext_lazy(
            "{{ name }}:\n\nYour payment of ¥{{ amount }} (value date {{ day }}) has arrived and is confirmed.\n\n"
            "{% if left %}¥{{ left }} remains to be paid. The page below says how."
            "{% elif registering %}The fee is paid in full. The association now completes your registration and "
            "writes to you again.{% else %}The fee is paid in full.{% endif %}\n\n{{ signature }}"
        ),
        sms=gettext_lazy(
            "Your payment of ¥{{ amount }} is confirmed.{% if left %} ¥{{ left }} remains to be paid.{% endif %}"
        ),
        variables=(
            Variable("amount", pgettext_lazy("letter variable", "amount received"), "1,000.00", required=True),
            Variable("day", pgettext_lazy("letter variable", "value date"), gettext_lazy("1 January 2027")),
            Variable("left", pgettext_lazy("letter variable", "amount left"), "500.00", required=True),
            Variable("registering", pgettext_lazy("letter variable", "registration follows"), ""),
        ),
        sources=_paying,
        examples=Examples(
            rows=lambda: Payment.objects.filter(confirmed_on__isnull=False)
            .select_related("invoice__party", "invoice__case").order_by("-pk"),
            search=("invoice__party__name__icontains", "invoice__party__number", "reference"),
            facts=confirmed,
            permission="fees.view_payment",
            case="invoice__case",
        ),
    ),
    Kind(
        key="tier_change.revoked",
        title=gettext_lazy("Decision on a tier revoked"),
        event=gettext_lazy("A meeting revokes what was decided between meetings."),
        readers=gettext_lazy("who acts for the member"),
        topic="decision",
        subject=gettext_lazy("A decision on your tier was revoked"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe decision on the tier «{{ tier }}» was revoked; the member keeps the tier it had.\n\n"
            "{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("The decision on the tier «{{ tier }}» was revoked; the member keeps the tier it had."),
        cites=True,
        variables=(
            Variable("tier", pgettext_lazy("letter variable", "tier"), gettext_lazy("council unit"), required=True),
        ),
        examples=Examples(
            rows=lambda: InterimDecision.objects.filter(outcome="revoked", case__kind="tier_change")
            .select_related("case", "settled").order_by("-pk"),
            search=("case__subject__icontains",),
            facts=_revoked_example,
            permission="members.view_membership",
            case="case",
        ),
    ),
)  # fmt: skip
