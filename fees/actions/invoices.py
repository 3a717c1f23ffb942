"""Bill what the rulebook says is owed, and bill again when the facts have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from association import queries
from association.actions import decisions
from association.actors import SYSTEM, Actor
from association.decisions import Decision, require
from association.models import Association
from fees.models import Allocation, FeeLine, Invoice
from fees.queries import bank_account, standards, term_ends_on
from fees.rules import dues
from fees.rules.dues import Line
from members.models import Membership, Registration
from members.queries import tier_on


def joining_dues(membership: Membership, *, on: date) -> Decision:
    """What the new member owes if it registers ``on`` (ACG-30, 31.c); ``value`` is the lines."""
    governing = queries.governing(on)
    return dues.joining(
        governing.rulebook,
        class_id=membership.class_id,
        tier=tier_on(membership, on) or None,
        starts_on=membership.starts_on,
        registered_on=on,
        standard=standards(),
        calendar=queries.calendar(),
        term_ends_on=term_ends_on(on),
    )


@transaction.atomic
def bill_registration(registration: Registration, *, by: Actor = SYSTEM, on: date) -> Invoice | None:
    """Have the case owe exactly what registering ``on`` costs; the difference only. Returns the standing invoice.

    Called when the notice goes out, when a tier is conferred, when money is confirmed, and every day while the fee
    is awaited, since a registration in a later year owes that year too.
    """
    case = registration.case
    decision = require(joining_dues(registration.membership, on=on))
    wanted: Sequence[Line] = decision.value
    standing = list(FeeLine.objects.standing().filter(invoice__case=case).order_by("year"))
    invoice = case.invoices.filter(voided_on__isnull=True).order_by("-pk").first()
    if [(line.year, line.amount) for line in standing] == [(line.year, line.amount) for line in wanted]:
        return invoice
    _void(case.pk, standing, on=on)
    if not wanted:
        return None
    governing = queries.governing(on)
    record = decisions.record(decision, kind="fees.billed", version_id=governing.version_id, by=by, on=on)
    return _issue(registration, wanted, record_id=record.pk, on=on)


def _void(case_id: int, lines: Sequence[FeeLine], *, on: date) -> None:

    Allocation.objects.standing().filter(line__in=[line.pk for line in lines]).update(reversed_on=on)
    FeeLine.objects.filter(pk__in=[line.pk for line in lines]).update(voided_on=on)
    Invoice.objects.filter(case_id=case_id, voided_on__isnull=True).update(voided_on=on)


def _issue(registration: Registration, lines: Sequence[Line], *, record_id: int, on: date) -> Invoice:
    membership = registration.membership
    party = membership.party
    invoice = Invoice.objects.create(
        number=next_number(on),
        party=party,
        case=registration.case,
        account=bank_account(),
        memo=memo(party.number or party.name, year=lines[0].year, on=on),
        issued_on=on,
    )
    FeeLine.objects.bulk_create(
        FeeLine(
            invoice=invoice,
            membership=membership,
            year=line.year,
            amount=line.amount,
            annual=line.annual,
            months=line.months,
            formula=line.formula,
            due_on=line.due_on,
            due_event=line.due_event or "",
            provisional=line.provisional,
            sources=[source.as_json() for source in line.sources],
            decision_id=record_id,
        )
        for line in lines
    )
    return invoice


def memo(number: str, *, year: int, on: date) -> str:
    """The exact purpose to write on the transfer, with the word that the rulebook asks for (ACG-32.b)."""
    fees = queries.rulebook_on(on).fees
    word = fees.memo.contains if fees and fees.memo else "会费"
    return f"{year}{word} {number}"


def next_number(on: date) -> str:
    """``JF2026-000001``: running within the year."""
    Association.objects.select_for_update().get(pk=1)  # one number at a time
    prefix = f"JF{on.year}-"
    last = (
        Invoice.objects.filter(number__startswith=prefix).order_by("-number").values_list("number", flat=True).first()
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06d}"
