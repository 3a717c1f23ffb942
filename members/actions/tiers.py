"""Tiers, conferred by resolution with a date (ACG-6.p2a)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import queries
from association.actors import Actor
from association.cases import engine
from association.decisions import Decision, Outcome, Reason, Refused, article, failed
from association.models import DecisionRecord
from association.rulebook.schema import Step
from association.states import State
from members.actions import history
from members.actions.history import Entry
from members.models import Membership, TierChange, TierSpan
from members.queries import tier_on
from members.rules.standing import EventKind

KIND = "tier_change"


@transaction.atomic
def propose(membership: Membership, tier: str, *, by: Actor, on: date) -> TierChange:
    """Open a case that a resolution may decide, of the body that the rulebook lets confer the tier."""
    governing = queries.governing(on)
    rule = governing.rulebook.tier(tier)
    sources = rule.sources(governing.rulebook.id)
    if membership.class_id not in rule.class_:
        raise Refused(failed("tier_of_another_class", *sources, tier=rule.name))
    if not rule.by_resolution_of:
        raise Refused(failed("tier_not_conferred", *sources, tier=rule.name))
    membership = Membership.objects.select_for_update(of=("self",)).select_related("party").get(pk=membership.pk)
    if tier_on(membership, on) == tier:
        raise Refused(failed("tier_held", *sources, tier=rule.name))
    if membership.tier_changes.filter(tier=tier, case__state=State.OPEN).exists():
        raise Refused(failed("tier_proposed_already", *sources, tier=rule.name))
    step = Step(
        id="confer",
        actor=rule.by_resolution_of[0],
        action="resolve",
        needs_resolution=True,
        ref=rule.ref,
        basis=rule.basis,
    )
    case = engine.open_case(
        KIND,
        member_class=membership.class_id,
        subject=f"{membership.party} · {rule.name}",
        own_steps=[step],
        on=on,
    )
    change = TierChange.objects.create(case=case, membership=membership, tier=tier)
    decision = Decision(Outcome.PASS, (Reason("tier_proposed", sources, {"tier": rule.name}),))
    engine.submit(case, decision, version_id=governing.version_id, by=by, on=on)
    case.refresh_from_db()
    return change


@transaction.atomic
def confer(change: TierChange, *, record: DecisionRecord, on: date) -> Membership:
    """Carry out what was resolved: from ``on``, or from the start of a membership that began later."""
    membership = Membership.objects.select_for_update().get(pk=change.membership_id)
    rulebook = queries.rulebook_on(on)
    from_on = max(on, membership.starts_on)
    if membership.until is not None and membership.until <= from_on:
        sources = [article(rulebook.id, key) for key in rulebook.tier(change.tier).ref]
        raise Refused(failed("membership_over", *sources, party=str(membership.party)))
    TierSpan.objects.filter(membership=membership, from_on=from_on).delete()
    TierSpan.objects.filter(membership=membership, until__isnull=True).update(until=from_on)
    TierSpan.objects.create(membership=membership, tier=change.tier, from_on=from_on)
    history.append([Entry(membership, EventKind.TIER_CHANGED, from_on, record, {"tier": change.tier})])
    return membership
