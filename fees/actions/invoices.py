"""Bill what the rulebook says is owed, and bill again when the facts have changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from association import queries
from association.actions import decisions
from association.actors import SYSTEM, Actor
from association.decisions import Decision, require
from association.models import Association, Case
from fees.models import Allocation, FeeLine, Invoice
from fees.queries import bank_account, standards, term_ends_on
from fees.rules import dues
from fees.rules.dues import Line
from members.models import Membership, Party, Registration
from members.queries import tier_on


def joining_dues(membership: Membership, *, on: date, noticed_on: date | None = None) -> Decision:
    """What the new member owes if it registers ``on`` (ACG-30, 31.c); ``value`` is the lines.

    ``noticed_on``: when the notice to register went out, from which a rulebook may count the days to pay (PROP-6.5).
    """
    governing = queries.governing(on)
    began = governing.rulebook.starts_on(membership.class_id)
    known = {"notice.sent": noticed_on, "notice.received": noticed_on, began: membership.starts_on}
    return dues.joining(
        governing.rulebook,
        class_id=membership.class_id,
        tier=tier_on(membership, on) or None,
        grade=membership.grade,
        starts_on=membership.starts_on,
        events={event: day for event, day in known.items() if day},
        registered_on=on,
        standard=standards(),
        calendar=queries.calendar(governing.rulebook),
        term_ends_on=term_ends_on(on),
    )


@transaction.atomic
def bill_registration(registration: Registration, *, by: Actor = SYSTEM, on: date) -> Invoice | None:
    """Have the case owe exactly what registering ``on`` costs; the difference only. Returns the standing invoice.

    Called when the notice goes out, when a tier is conferred, when money is confirmed, and every day while the fee
    is awaited, since a registration in a later year owes that year too.

    :raises Refused: with ``price_missing`` where no amount is known: nothing is billed then (FIRE-8.2.4).
    """
    case, membership = registration.case, registration.membership
    decision = require(joining_dues(membership, on=on, noticed_on=case.submitted_on))
    version_id = queries.governing(on).version_id
    return bill(case, membership.party, decision, membership=membership, version_id=version_id, by=by, on=on)


@transaction.atomic
def bill(
    case: Case,
    party: Party,
    decision: Decision,
    *,
    membership: Membership | None,
    version_id: int | None,
    by: Actor,
    on: date,
) -> Invoice | None:
    """Have the case owe the lines of the decision, and nothing else. Returns the standing invoice, None for no lines.

    ``version_id``: of the rulebook version that the decision was made under.
    """
    wanted: Sequence[Line] = decision.value or ()
    standing = list(FeeLine.objects.standing().filter(invoice__case=case).order_by("year", "period"))
    if [owed(line) for line in standing] == [owed(line) for line in wanted]:
        return case.invoices.filter(voided_on__isnull=True).order_by("-pk").first()
    void(case.pk, standing, on=on)
    if not wanted:
        return None
    record = decisions.record(decision, kind="fees.billed", version_id=version_id, by=by, on=on)
    return issue(case, party, wanted, membership=membership, record_id=record.pk, on=on)


def owed(line: FeeLine | Line) -> tuple[int, int, Decimal]:
    """What makes two lines the same: which period, how much."""
    return line.year, line.period, line.amount


def void(case_id: int, lines: Sequence[FeeLine], *, on: date) -> None:
    """The standing invoice of a case is no longer owed; the money that covered it is free again."""
    Allocation.objects.standing().filter(line__in=[line.pk for line in lines]).update(reversed_on=on)
    FeeLine.objects.filter(pk__in=[line.pk for line in lines]).update(voided_on=on)
    Invoice.objects.filter(case_id=case_id, voided_on__isnull=True).update(voided_on=on)


def issue(
    case: Case, party: Party, lines: Sequence[Line], *, membership: Membership | None, record_id: int, on: date
) -> Invoice:
    """Write an invoice of these lines. ``membership`` is None where the fee comes before the membership."""
    invoice = Invoice.objects.create(
        number=next_number(on),
        party=party,
        case=case,
        account=bank_account(),
        memo=memo(party.number or party.name, year=lines[0].year, on=on),
        issued_on=on,
    )
    FeeLine.objects.bulk_create(
        FeeLine(
            invoice=invoice,
            membership=membership,
            year=line.year,
            period=line.period,
            cycle=line.cycle,
            amount=line.amount,
            annual=line.annual,
            months=line.months,
            formula=line.formula,
            due_on=line.due_on,
            due_event=line.due_event or "",
            provisional=line.provisional,
            counted=dict(line.counted) if line.counted and line.provisional else None,
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
