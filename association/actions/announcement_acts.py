"""Under what an announcement is made, and the trail of what was done to it (经过)."""

from __future__ import annotations

from datetime import date

from association import queries
from association.actions import decisions
from association.actors import Actor
from association.decisions import Decision, Source, setting
from association.models import Announcement, AnnouncementAct, DecisionRecord
from association.models.announcement import ActKind
from association.rulebook.schema import AnnouncementRule


def rule_of(announcement: Announcement) -> AnnouncementRule | None:
    """The rule it was drafted after, in the version that it was decided under; None for what was written freely."""
    version_id = announcement.decision.version_id
    if version_id is None or announcement.own:
        return None
    rules = queries.rulebook_of(version_id).announcements
    return next((rule for rule in rules if rule.id == announcement.kind), None)


def sources_of(announcement: Announcement) -> tuple[Source, ...]:
    rule = rule_of(announcement)
    if rule is None or announcement.decision.version_id is None:
        return (setting("announcement"),)
    return rule.sources(queries.rulebook_of(announcement.decision.version_id).id)


def act(
    announcement: Announcement, what: ActKind, decision: Decision, *, note: str = "", by: Actor, on: date
) -> DecisionRecord:
    """Write down what is done to it, and under what."""
    version_id = announcement.decision.version_id
    record = decisions.record(decision, kind=f"announcement.{what}", version_id=version_id, by=by, on=on)
    write_act(announcement, what, record, note=note, on=on)
    return record


def write_act(announcement: Announcement, what: ActKind, record: DecisionRecord, *, note: str = "", on: date) -> None:
    AnnouncementAct.objects.create(announcement=announcement, what=what, on=on, note=note[:500], decision=record)
