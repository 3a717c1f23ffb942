"""Begin memberships and give numbers (会籍、会员证号)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max

from association import impacts, queries
from association.decisions import Refused, failed, setting
from association.models import Association, Case, DecisionRecord
from association.rules.comparing import Place, Unplaced
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
    grade: str = "",
    starts_on: date,
    case: Case | None,
    record: DecisionRecord,
) -> Membership:
    """Open a membership from ``starts_on``, give the party its number, and write «joined» into its file.

    A unit begins at the lowest tier of its class; higher ones are conferred by resolution (ACG-6.p2a). Where a later
    adoption has moved the members of that place, it begins where they are now. ``grade``: what the fee depends on.
    """
    party = Party.objects.select_for_update().get(pk=party.pk)
    if Membership.objects.filter(party=party, until__isnull=True).exists():
        raise Refused(failed("member_already", setting("membership"), number=party.number or ""))
    rulebook = queries.rulebook_of(record.version_id) if record.version_id else queries.rulebook_on(record.on)
    number = give_number(party, rulebook)
    tiers = rulebook.tiers_of(class_id)
    place = _place_now(Place(class_id, tiers[0].id if tiers else ""), record, day=max(starts_on, record.on))
    class_id, tier = place.class_id, place.tier
    membership = Membership.objects.create(
        party=party, class_id=class_id, field=field[:120], grade=grade[:120], starts_on=starts_on, case=case
    )
    if tier:
        TierSpan.objects.create(membership=membership, tier=tier, from_on=starts_on)
    facts = {"class_id": class_id, "tier": tier, "number": number}
    history.append([Entry(membership, EventKind.JOINED, starts_on, record, facts)])
    return membership


def _place_now(place: Place, record: DecisionRecord, *, day: date) -> Place:
    if record.version_id is None:
        return place
    now = impacts.place_now(place, version_id=record.version_id, day=day)
    if isinstance(now, Unplaced):
        raise Refused(failed("place_gone", setting("membership"), place=now.key))
    return now


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
