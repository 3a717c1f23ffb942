"""What the public learns of a member, as the rulebook's announcements say (ACG-25, PROP-6.6)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from association.actions import announcements
from association.actors import Actor
from association.models import Announcement, Case, DecisionRecord
from association.rulebook.schema import AnnouncementRule, Rulebook
from members.models import Membership
from members.models.party import PartyKind
from members.queries import tier_on

JOINING = ("membership.started", "fee.received", "decision.approved", "registration.completed")
"""Events of an admission on which a rulebook may make the new member public."""


def rule_on(rulebook: Rulebook, events: Collection[str]) -> AnnouncementRule | None:
    return next((rule for rule in rulebook.announcements if rule.on in events), None)


def draft(
    membership: Membership,
    rule: AnnouncementRule,
    rulebook: Rulebook,
    *,
    title: str = "",
    validity: str = "",
    case: Case,
    record: DecisionRecord,
    on: date,
) -> Announcement:
    """An announcement of this member with the facts that the rule makes public."""
    tier = tier_on(membership, on)
    facts = {
        "name": membership.party.name,
        "number": membership.party.number or "",
        "class": rulebook.member_class(membership.class_id).name,
        "tier": rulebook.tier(tier).name if tier else "",
        "field": membership.field,
        "validity": validity,
    }
    return announcements.draft(
        rule,
        facts,
        title=f"{title or rule.name or '会员公告'}：{membership.party.name}",
        person=membership.party.kind == PartyKind.PERSON,
        case=case,
        record=record,
        on=on,
    )


def announce_joining(
    membership: Membership, rulebook: Rulebook, *, case: Case, record: DecisionRecord, by: Actor, on: date
) -> Announcement | None:
    """Publish that somebody has joined, where the rulebook has it announced."""
    rule = rule_on(rulebook, JOINING)
    if rule is None:
        return None
    return announcements.publish(draft(membership, rule, rulebook, case=case, record=record, on=on), by=by, on=on)
