"""What fees has to do when a case of a lower app is decided: bill the tier that was conferred (ACG-31.c)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from association import queries
from association.actions.messages import in_letter_language
from association.actors import SYSTEM, Actor
from association.decisions import Decision, Outcome, Reason, Source
from association.letters import write
from association.models import Case, DecisionRecord, Resolution
from association.ports import Outlook
from fees.actions import invoices, payments
from fees.letters import tier_revoked
from fees.queries import ZERO, statement
from members.actions import history, parties, registrations, tiers, undoing
from members.actions.history import Entry
from members.models import Membership, MembershipEvent, Registration, TierChange
from members.rules.standing import EventKind, in_force


class TierChangeEffects:
    """Confer the tier; where the member is not registered yet, owe what the new tier owes."""

    revocable = True

    def outlook(self, cases: Sequence[Case], *, on: date) -> dict[int, Outlook]:
        """Which tier from when, and whether the fee is billed anew (ACG-6.p2a, 31.c)."""
        changes = TierChange.objects.filter(case__in=cases).select_related("membership__party", "case")
        pending = set(
            Registration.objects.filter(
                membership__tier_changes__case__in=cases, completed_on__isnull=True
            ).values_list("membership_id", flat=True)
        )
        return {change.case_id: outlook(change, billed=change.membership_id in pending, on=on) for change in changes}

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

    def undo(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution, since: date, by: Actor, on: date
    ) -> None:
        """The tier goes back to what it was; certificates that named it are replaced; the fee is billed anew."""
        change = TierChange.objects.select_related("membership__party", "case").get(case=case)
        membership = change.membership
        conferred = membership.events.get(decision__passages__case=case, kind=EventKind.TIER_CHANGED)
        undoing.require_free(
            [
                *undoing.built_by_people(membership, since=conferred.effective_on),
                *undoing.built_by_events(membership, own=[conferred.pk, *registered_since(membership, conferred)]),
                *undoing.built_by_proposals(membership, but=case),
            ],
            record,
        )
        before = tier_before(membership, conferred)
        if since <= conferred.effective_on:
            undoing.strike(membership, [conferred], record, on=on)
        else:
            entry = Entry(membership, EventKind.TIER_CHANGED, since, record, {"tier": before})
            history.append([entry])
            undoing.reproject(membership)
        name = queries.rulebook_of(case.version_id or 0).tier(change.tier).name
        undoing.replace_certificates(membership, name, record, since=conferred.effective_on, on=on)
        pending = Registration.objects.filter(membership=membership, completed_on__isnull=True).select_related("case")
        for registration in pending:
            rebill(registration, record=record, on=on)
        tell_undone(change, record=record, on=on)

    def settled(
        self, case: Case, *, sources: Sequence[Source], owed: Decimal, received_on: date, by: Actor, on: date
    ) -> None:
        """A change of tier is billed on the registration, never on its own case."""


def registered_since(membership: Membership, event: MembershipEvent) -> list[int]:
    """Registrations after the tier was conferred stand without it: their certificates are replaced."""
    kinds = [EventKind.REGISTERED, EventKind.RENEWED, EventKind.REGISTERED_AGAIN]
    return list(membership.events.filter(pk__gt=event.pk, kind__in=kinds).values_list("pk", flat=True))


def tier_before(membership: Membership, event: MembershipEvent) -> str:
    """The tier that stood before the event."""
    earlier = [one for one in in_force(undoing.rules_events(membership)) if one.seq < event.seq and one.tier]
    return earlier[-1].tier or "" if earlier else ""


@in_letter_language
def tell_undone(change: TierChange, *, record: DecisionRecord, on: date) -> None:
    said = write("tier_change.revoked", tier_revoked(change, under=record))
    parties.tell_accounts(
        change.membership.party, said, occasion=f"tier_change:{change.pk}:revoked", case=change.case, on=on
    )


def outlook(change: TierChange, *, billed: bool, on: date) -> Outlook:
    """What a vote on this change of tier would bring."""
    rulebook = queries.rulebook_of(change.case.version_id or 0)
    tier, membership = rulebook.tier(change.tier), change.membership
    sources = tier.sources(rulebook.id)
    day = date_format(max(on, membership.starts_on))
    lines: list[dict] = [{"text": _("%(tier)s from %(day)s on") % {"tier": tier.name, "day": day}, "sources": sources}]  # type: ignore[type-arg]
    prepay = rulebook.fees.prepayment if rulebook.fees else None
    if billed:
        text = _("The fee is billed anew for the new tier; what was paid counts.")
        lines.append({"text": text, "sources": prepay.sources(rulebook.id) if prepay else sources})
    facts = (
        (_("Member"), f"{membership.party.name} {membership.party.number or ''}".strip()),
        (_("Tier proposed"), tier.name),
        (_("Member since"), date_format(membership.starts_on)),
    )
    refused = ({"text": _("The member keeps the tier it has."), "sources": sources},)
    return Outlook(facts, approved=tuple(lines), refused=refused)


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
