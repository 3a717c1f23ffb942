"""What fees has to do when a case of a lower app is decided: bill the tier that was conferred (ACG-31.c)."""

from __future__ import annotations

from datetime import date

from association.actors import SYSTEM, Actor
from association.decisions import Decision, Outcome, Reason
from association.models import Case, DecisionRecord, Resolution
from fees.actions import invoices, payments
from fees.queries import ZERO, statement
from members.actions import registrations, tiers
from members.models import Registration


class TierChangeEffects:
    """Confer the tier; where the member is not registered yet, owe what the new tier owes."""

    def execute(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None:
        membership = tiers.confer(case.tier_change, record=record, on=on)
        pending = Registration.objects.filter(membership=membership, completed_on__isnull=True).select_related("case")
        for registration in pending:
            rebill(registration, record=record, on=on)

    def refused(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None:
        """Nothing changes: the member keeps the tier it has."""


def rebill(registration: Registration, *, record: DecisionRecord, on: date) -> None:
    """Bill again; if more is owed than was accepted, the registration waits for the fee again."""
    if registration.accepted_on is not None:
        before = statement(registration.case, on)
        invoices.bill_registration(registration, by=SYSTEM, on=on)
        payments.allocate(registration.case, on=on)
        after = statement(registration.case, on)
        if after.outstanding > ZERO and after.status.owed != before.status.owed:
            decision = Decision(
                Outcome.REFER, (Reason("more_owed", record.sources, {"owed": str(after.status.owed)}),)
            )
            registrations.reopen_payment(registration, decision, note=str(after.status.owed), by=SYSTEM, on=on)
        return
    payments.settle(registration.case, by=SYSTEM, on=on)
