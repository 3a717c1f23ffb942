"""Draft and publish announcements. Only the fields on the rulebook's whitelist can get in (C-22, ACG-25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from association.actors import Actor
from association.decisions import Refused, failed, setting
from association.models import Announcement, Case, DecisionRecord
from association.rulebook.schema import AnnouncementRule


def draft(
    rule: AnnouncementRule,
    facts: Mapping[str, str],
    *,
    title: str,
    person: bool,
    case: Case | None,
    record: DecisionRecord,
    on: date,
) -> Announcement:
    """Draft what ``rule`` makes public of ``facts``. A fact that is not on the list is left out, whatever it is."""
    allowed = rule.person_fields if person and rule.person_fields else rule.fields
    fields = {name: str(facts[name]) for name in allowed if facts.get(name)}
    return Announcement.objects.create(
        kind=rule.id, title=title[:200], fields=fields, case=case, decision=record, drafted_on=on
    )


@transaction.atomic
def publish(announcement: Announcement, *, by: Actor, on: date) -> Announcement:
    """Release a draft to the public, once."""
    announcement = Announcement.objects.select_for_update().get(pk=announcement.pk)
    if announcement.published_on is not None:
        raise Refused(failed("published_already", setting("announcement"), on=announcement.published_on.isoformat()))
    announcement.published_on, announcement.published_by = on, by.user
    announcement.save(update_fields=["published_on", "published_by"])
    return announcement
