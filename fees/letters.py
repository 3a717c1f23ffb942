"""What is said about money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import queries
from association.decisions import Source
from association.letters import Examples, Facts, Kind, Variable
from association.models import InterimDecision
from association.rulebook.schema import Rulebook
from association.values import weekday_date
from fees.models import FeeLine, Payment
from fees.models.invoice import Cycle
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


def day_moved(lines: Sequence[FeeLine], old_on: date) -> Facts:
    """Lines of one invoice whose last day to pay has moved alike, from ``old_on``."""
    first = lines[0]
    values = {
        "period": "、".join(_period_of(line) for line in lines),
        "old": old_on,
        "new": weekday_date(first.due_on or old_on),
        "provisional": first.provisional,
    }
    link = reverse("invoice", args=[first.invoice.key]) if first.pk else ""
    return Facts(values, name=first.invoice.party.name, under=first.decision, link=link)


def _period_of(line: FeeLine) -> str:
    return _("the year %(year)s") % {"year": line.year} if line.cycle == Cycle.YEAR else line.label


def _moved_example(row: FeeLine, on: date) -> Facts | None:
    return day_moved([row], row.due_on) if row.due_on is not None else None


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
        key="fee.day_moved",
        title=gettext_lazy("A fee is due later than the payer was told"),
        event=gettext_lazy("A calendar year is loaded and moves the last day of a fee that is not paid."),
        readers=gettext_lazy("who acts for the member"),
        topic="deadline",
        subject=gettext_lazy("Fee of {{ period }}: payable until {{ new }}"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe calendar of the year has been loaded. The fee of {{ period }} is payable until "
            "{{ new }}, not only until {{ old }} as you were told.\n\n"
            "{% if provisional %}The day is provisional: the calendar of that year is not published yet.{% endif %}"
            "\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy(
            "The fee of {{ period }} is payable until {{ new }}{% if provisional %} (provisional){% endif %}, "
            "not only until {{ old }}."
        ),
        cites=True,
        variables=(
            Variable("period", pgettext_lazy("letter variable", "fee period"), "2027", required=True),
            Variable("old", pgettext_lazy("letter variable", "old day"), gettext_lazy("1 January 2027")),
            Variable("new", pgettext_lazy("letter variable", "new day"), gettext_lazy("4 January 2027"),
                     required=True),
            Variable("provisional", pgettext_lazy("letter variable", "provisional"), ""),
        ),
        sources=_paying,
        examples=Examples(
            rows=lambda: FeeLine.objects.standing().filter(due_on__isnull=False)
            .select_related("invoice__party", "invoice__case", "decision").order_by("-pk"),
            search=("invoice__party__name__icontains", "invoice__party__number"),
            facts=_moved_example,
            permission="fees.view_invoice",
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
