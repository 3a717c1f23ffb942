"""Begin memberships and give numbers (会籍、会员证号)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from association import queries
from association.decisions import Refused, failed, setting
from association.models import Association, Case, DecisionRecord
from members.actions import history
from members.actions.history import Entry
from members.models import Membership, Party, TierSpan
from members.rules import numbering
from members.rules.standing import EventKind


@transaction.atomic
def begin(
    party: Party,
    *,
    class_id: str,
    field: str,
    starts_on: date,
    case: Case | None,
    record: DecisionRecord,
) -> Membership:
    """Open a membership from ``starts_on``, give the party its number, and write «joined» into its file.

    A unit begins at the lowest tier of its class; higher ones are conferred by resolution (ACG-6.p2a).
    """
    party = Party.objects.select_for_update().get(pk=party.pk)
    if Membership.objects.filter(party=party, until__isnull=True).exists():
        raise Refused(failed("member_already", setting("membership"), number=party.number or ""))
    rulebook = queries.rulebook_of(record.version_id) if record.version_id else queries.rulebook_on(record.on)
    number = give_number(party, rulebook)
    tiers = rulebook.tiers_of(class_id)
    tier = tiers[0].id if tiers else ""
    membership = Membership.objects.create(
        party=party, class_id=class_id, field=field[:120], starts_on=starts_on, case=case
    )
    if tier:
        TierSpan.objects.create(membership=membership, tier=tier, from_on=starts_on)
    facts = {"class_id": class_id, "tier": tier, "number": number}
    history.append([Entry(membership, EventKind.JOINED, starts_on, record, facts)])
    return membership


def give_number(party: Party, rulebook: object) -> str:
    """The party's number: the one it has, or the next of the pattern. Numbers are never reused (ACG-13)."""
    if party.number:
        return party.number
    rule = getattr(rulebook, "numbering", None)
    if rule is None:
        return ""
    Association.objects.select_for_update().get(pk=1)  # one number at a time
    highest = Party.objects.exclude(number=None).aggregate(highest=Max("number_seq"))["highest"] or 0
    party.number_seq = highest + 1
    party.number = numbering.format_number(rule.pattern, party.number_seq)
    party.save(update_fields=["number", "number_seq"])
    return party.number
