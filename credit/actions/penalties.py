"""Penalties by public authorities, as somebody found them (ACG-7.p2). The eligibility check reads these very rows."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import queries
from association.actors import Actor
from association.decisions import Decision, Source, failed, passed, require, setting
from credit.models import PenaltyRecord
from members.models import Party


def sources_of(on: date) -> tuple[Source, ...]:
    """The articles that make a penalty count, of every class of members."""
    rulebook = queries.rulebook_on(on)
    rules = [rule for rule in rulebook.eligibility if rule.kind == "clean_record"]
    found = tuple(dict.fromkeys(source for rule in rules for source in rule.sources(rulebook.id)))
    return found or (setting("penalties"),)


def check_record(*, authority: str, source: str, decided_on: date, on: date) -> Decision:
    """Whether this can be put on record: it says who decided, where it was found, and lies not ahead."""
    sources = sources_of(on)
    if not authority.strip() or not source.strip():
        return failed("penalty_needs_source", *sources)
    if decided_on > on:
        return failed("penalty_ahead", *sources, decided_on=decided_on.isoformat())
    return passed("penalty_recorded", *sources, decided_on=decided_on.isoformat())


@transaction.atomic
def record(
    party: Party, *, kind: str, authority: str, document: str = "", decided_on: date, source: str, by: Actor, on: date
) -> PenaltyRecord:
    """Put a penalty on record. The same decision of the same authority twice is one row."""
    require(check_record(authority=authority, source=source, decided_on=decided_on, on=on))
    Party.objects.select_for_update().get(pk=party.pk)
    row, _created = PenaltyRecord.objects.get_or_create(
        party=party,
        kind=kind,
        authority=authority.strip(),
        document=document.strip(),
        decided_on=decided_on,
        revoked_on=None,
        defaults={"source": source.strip(), "recorded_by": by.user, "recorded_on": on},
    )
    return row


def check_revocation(penalty: PenaltyRecord, *, revoked_on: date, on: date) -> Decision:
    """Whether the revocation can be noted: once, after the decision, not ahead."""
    sources = sources_of(on)
    if penalty.revoked_on is not None:
        return failed("penalty_revoked_already", *sources, revoked_on=penalty.revoked_on.isoformat())
    if not penalty.decided_on <= revoked_on <= on:
        return failed("revocation_day_wrong", *sources, decided_on=penalty.decided_on.isoformat(), on=on.isoformat())
    return passed("penalty_revoked", *sources, revoked_on=revoked_on.isoformat())


@transaction.atomic
def revoke(penalty: PenaltyRecord, *, revoked_on: date, by: Actor, on: date) -> PenaltyRecord:
    """Note that the authority, or a court, has revoked it. It does not count any more, and stays readable."""
    penalty = PenaltyRecord.objects.select_for_update().get(pk=penalty.pk)
    require(check_revocation(penalty, revoked_on=revoked_on, on=on))
    penalty.revoked_on = revoked_on
    penalty.save(update_fields=["revoked_on"])
    return penalty
