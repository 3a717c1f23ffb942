"""What the secretariat writes itself: general announcements, corrections, their attachments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import IO

from django.db import transaction

from association import queries
from association.actions import announcement_content as content
from association.actions import decisions, publicities
from association.actions.announcement_acts import act, sources_of, write_act
from association.actions.announcements import ENDED, locked
from association.actors import Actor, person
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.files import keeping
from association.models import Announcement, AnnouncementFile
from association.models.announcement import ActKind, Objecting, OwnKind, Relation

SOURCE = setting("announcement")
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Written:
    """What is typed. ``days``: working days on show; 0 where it is only announced."""

    kind: str
    title: str
    text: str
    days: int = 0
    objections: str = Objecting.NONE


def check_written(written: Written) -> Decision:
    """Whether the parts fit together."""
    if written.kind not in OwnKind.values:
        return failed("announcement_kind_unknown", SOURCE)
    if not written.title.strip():
        return failed("announcement_title_missing", SOURCE)
    if written.kind == OwnKind.PUBLICITY and not 1 <= written.days <= publicities.LONGEST:
        return failed("publicity_days_out_of_range", SOURCE, longest=publicities.LONGEST)
    if written.kind != OwnKind.PUBLICITY and (written.days or written.objections):
        return failed("publicity_of_another_kind", SOURCE)
    return passed("announcement_drafted", SOURCE)


@transaction.atomic
def write(
    written: Written,
    *,
    refers_to: Announcement | None = None,
    relation: str = Relation.NONE,
    by: Actor,
    on: date,
) -> Announcement:
    """A new draft. ``refers_to``: the published one that it corrects or shows again."""
    decision = require(check_written(written))
    if refers_to is not None:
        require(check_refer(refers_to))
    record = decisions.record(decision, kind="announcement.drafted", version_id=_version(on), by=by, on=on)
    announcement = Announcement.objects.create(
        **_columns(written), fields={}, refers_to=refers_to, relation=relation, decision=record, drafted_on=on
    )
    write_act(announcement, ActKind.DRAFTED, record, on=on)
    return announcement


def _version(on: date) -> int | None:
    try:
        return queries.governing(on).version_id
    except queries.NoRulebook:
        return None


def _columns(written: Written) -> dict[str, object]:
    period = publicities.period_of(written.days) if written.days else None
    return {
        "kind": written.kind,
        "title": written.title.strip()[:200],
        "text": written.text.replace("\r\n", "\n").strip(),
        "period": period.model_dump(mode="json", by_alias=True) if period else None,
        "objections": written.objections,
    }


def check_refer(announcement: Announcement) -> Decision:
    """Whether a correction of it can be written: it is out and stands."""
    if announcement.published_on is None:
        return failed("announcement_not_published", *sources_of(announcement))
    if announcement.withdrawn_on is not None:
        on = announcement.withdrawn_on.isoformat()
        return failed("announcement_withdrawn_already", *sources_of(announcement), on=on)
    return passed("announcement_drafted", *sources_of(announcement))


def again(announcement: Announcement, relation: Relation, *, by: Actor, on: date) -> Announcement:
    """A draft that corrects a published one, or shows it again; its words are there to be changed."""
    shown = relation == Relation.REPEATS or announcement.kind == OwnKind.PUBLICITY
    period = announcement.period or {}
    days = period.get("n", 0) if period.get("unit") == "workday" else 0
    written = Written(
        kind=OwnKind.PUBLICITY if shown else announcement.kind if announcement.own else OwnKind.ANNOUNCEMENT,
        title=announcement.title,
        text=announcement.text or "\n".join(str(value) for value in announcement.fields.values()),
        days=min(max(days, 1), publicities.LONGEST) if shown else 0,
        objections=announcement.objections if shown else Objecting.NONE,
    )
    return write(written, refers_to=announcement, relation=relation, by=by, on=on)


def check_edit(announcement: Announcement) -> Decision:
    """Whether its text can be changed here: a draft that somebody wrote, whose day is not set."""
    sources = sources_of(announcement)
    if announcement.published_on is not None:
        return failed("published_already", *sources, on=announcement.published_on.isoformat())
    if announcement.dropped_on is not None:
        return failed("announcement_dropped", *sources, on=announcement.dropped_on.isoformat())
    if announcement.scheduled_for is not None:
        return failed("announcement_day_set", *sources, on=announcement.scheduled_for.isoformat())
    if not announcement.own:
        return failed("announcement_of_a_rule", *sources)
    return passed("announcement_drafted", *sources)


@transaction.atomic
def edit(announcement: Announcement, written: Written, *, by: Actor, on: date) -> Announcement:
    announcement = locked(announcement)
    require(check_edit(announcement))
    decision = require(check_written(written))
    for name, value in _columns(written).items():
        setattr(announcement, name, value)
    announcement.save()
    act(announcement, ActKind.DRAFTED, decision, by=by, on=on)
    return announcement


@transaction.atomic
def attach(announcement: Announcement, stream: IO[bytes], *, name: str, by: Actor, on: date) -> AnnouncementFile:
    """Keep a file that the public is to read, and read it for what must stay private.

    Raises ``Unacceptable`` for what is no document.
    """
    announcement = locked(announcement)
    decision = require(check_edit(announcement))
    if announcement.attachments.count() >= MOST_FILES:
        raise Refused(failed("announcement_files_too_many", *decision.sources, most=MOST_FILES))
    file = keeping.keep_upload(stream, name=name, by=by.user)
    found, by_eye = content.read_through(file)
    return AnnouncementFile.objects.create(announcement=announcement, file=file, found=found, by_eye=by_eye)


@transaction.atomic
def look_through(attached: AnnouncementFile, *, by: Actor, on: date) -> AnnouncementFile:
    """A person confirms that what no machine can read in it holds nothing private. Recorded with name and day."""
    announcement = locked(attached.announcement)
    attached = announcement.attachments.select_related("file").get(pk=attached.pk)
    require(check_edit(announcement))
    if attached.to_look_at:
        decision = passed("attachment_looked_at", content.PRIVATE, name=attached.file.original_name)
        act(announcement, ActKind.LOOKED, decision, note=attached.file.original_name, by=by, on=on)
        attached.looked_on, attached.looked_by = on, person(by)
        attached.save(update_fields=["looked_on", "looked_by"])
    return attached


@transaction.atomic
def detach(attached: AnnouncementFile, *, by: Actor, on: date) -> None:
    """Take a file off a draft."""
    require(check_edit(locked(attached.announcement)))
    file = attached.file
    attached.delete()
    keeping.discard(file)


@transaction.atomic
def drop(announcement: Announcement, *, reason: str, by: Actor, on: date) -> Announcement:
    """A draft that is not to be published. It stays on record."""
    announcement = locked(announcement)
    sources = sources_of(announcement)
    if announcement.published_on is not None:
        raise Refused(failed("published_already", *sources, on=announcement.published_on.isoformat()))
    if announcement.dropped_on is not None:
        raise Refused(failed("announcement_dropped", *sources, on=announcement.dropped_on.isoformat()))
    if not announcement.own and announcement.case is not None and announcement.case.state not in ENDED:
        raise Refused(failed("announcement_of_a_running_case", *sources))
    if not reason.strip():
        raise Refused(failed("drop_reason_required", *sources))
    act(announcement, ActKind.DROPPED, passed("announcement_dropped_now", *sources), note=reason.strip(), by=by, on=on)
    announcement.dropped_on, announcement.dropped_by = on, by.user
    announcement.save(update_fields=["dropped_on", "dropped_by"])
    return announcement
