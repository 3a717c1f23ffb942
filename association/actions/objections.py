"""Objections to what is on show (异议): received with a code, answered by a person; what follows, a person confirms.

Who objected is read at the desk only. Nothing follows from an objection by itself (C-20).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from django.db import transaction
from django.utils.crypto import salted_hmac

from association import keys
from association.actions import announcement_drafts as drafts
from association.actions import announcements, decisions, letters, publicities
from association.actions.announcement_acts import sources_of
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require
from association.files import keeping, storage
from association.letters import office, write
from association.models import Announcement, Objection, ObjectionFile, Publicity, Seat, StoredFile
from association.models.announcement import Objecting, Relation
from association.models.objection import ObjectionOutcome, Proposal

LONGEST = 4000
MOST_FILES = 3
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters that are not mistaken for one another


@dataclass(frozen=True, slots=True)
class Upload:
    stream: IO[bytes]
    name: str


def code_of(token: uuid.UUID) -> str:
    """80 bits that only this installation can tell from the form's token: a form sent twice shows the same receipt."""
    digest = salted_hmac("association.objection", str(token), algorithm="sha256").digest()[:10]
    number = int.from_bytes(digest)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(16))
    return "-".join(letters[i : i + 4] for i in range(0, 16, 4))


def find(code: str) -> Objection | None:
    """By the code of the receipt, however it is written."""
    if not 16 <= len(code.strip()) <= 40:
        return None
    try:
        index = keys.blind_index(code)
    except ValueError:
        return None
    return Objection.objects.select_related("publicity__announcement__decision").filter(code_index=index).first()


def check_object(announcement: Announcement, *, on: date) -> Decision:
    """Whether somebody may object now: it is on show, until the last day, and objections are asked for."""
    sources = sources_of(announcement)
    publicity = Publicity.objects.select_related("deadline").filter(announcement=announcement).first()
    if publicity is None or announcement.objections == Objecting.NONE:
        return failed("objections_not_asked", *sources)
    if announcement.withdrawn_on is not None:
        return failed("announcement_withdrawn_already", *sources, on=announcement.withdrawn_on.isoformat())
    last = publicity.deadline.due_on
    if publicity.closed_on is not None or on > last:
        return failed("objections_closed", *sources, until=last.isoformat())
    if on < publicity.started_on:
        return failed("objections_not_yet", *sources, since=publicity.started_on.isoformat())
    return passed("objection_possible", *sources)


@transaction.atomic
def make(
    announcement: Announcement,
    *,
    text: str,
    name: str = "",
    contact: str = "",
    files: Sequence[Upload] = (),
    token: uuid.UUID,
    on: date,
    at: datetime,
) -> Objection:
    """Receive an objection, once for each form. Raises ``Unacceptable`` for a file that is no document."""
    announcement = announcements.locked(announcement)
    known = Objection.objects.filter(token=token, publicity__announcement=announcement).first()
    if known is not None:
        return known
    decision = require(check_object(announcement, on=on))
    text, name, contact = text.replace("\r\n", "\n").strip(), name.strip(), contact.strip()
    if not text:
        raise Refused(failed("objection_text_missing", *decision.sources))
    if len(text) > LONGEST:
        raise Refused(failed("text_too_long", *decision.sources, longest=LONGEST, length=len(text)))
    if announcement.objections == Objecting.NAMED and not (name and contact):
        raise Refused(failed("name_and_contact_missing", *decision.sources))
    if len(files) > MOST_FILES:
        raise Refused(failed("announcement_files_too_many", *decision.sources, most=MOST_FILES))
    objection = Objection.objects.create(
        publicity=Publicity.objects.get(announcement=announcement),
        token=token,
        code_index=keys.blind_index(code_of(token)),
        text=text,
        name=name[:80],
        contact=contact[:120],
        sent_on=on,
        sent_at=at,
    )
    _keep(objection, files)
    _tell_desk(objection, announcement, on=on)
    return objection


def _keep(objection: Objection, files: Sequence[Upload]) -> None:
    kept: list[StoredFile] = []
    try:
        for upload in files:
            kept.append(keeping.keep_upload(upload.stream, name=upload.name, encrypt=True, by=None))
            ObjectionFile.objects.create(objection=objection, file=kept[-1])
    except BaseException:
        for file in kept:
            storage.delete(file.storage_key)
        raise


@in_letter_language
def _tell_desk(objection: Objection, announcement: Announcement, *, on: date) -> None:
    """Those of the body that has it on show. Without a word of the objection, or of who sent it."""
    body = objection.publicity.deadline.body
    seated = Seat.objects.on(on).filter(body__key=body, user__is_active=True).select_related("user").order_by("pk")
    letters.tell_many(
        {f"objection:{objection.pk}:{seat.user_id}": seat.user for seat in seated},
        write("objection.received", office.objection(objection)),
    )


# the answer


def check_answer(objection: Objection) -> Decision:
    sources = sources_of(objection.publicity.announcement)
    if objection.answered_on is not None:
        return failed("objection_answered", *sources, on=objection.answered_on.isoformat())
    return passed("objection_answerable", *sources)


@transaction.atomic
def answer(
    objection: Objection, *, outcome: str, text: str, proposal: str = Proposal.NONE, by: Actor, on: date
) -> Objection:
    """Say whether it is upheld, why, and what is to follow from it. Once."""
    objection = _locked(objection)
    sources = require(check_answer(objection)).sources
    text = text.strip()
    if by.user is None or outcome not in (ObjectionOutcome.UPHELD, ObjectionOutcome.NOT_UPHELD):
        raise Refused(failed("objection_outcome_missing", *sources))
    if not text:
        raise Refused(failed("objection_answer_missing", *sources))
    if len(text) > LONGEST:
        raise Refused(failed("text_too_long", *sources, longest=LONGEST, length=len(text)))
    if outcome == ObjectionOutcome.UPHELD and proposal == Proposal.NONE:
        raise Refused(failed("objection_needs_proposal", *sources))
    announcement = objection.publicity.announcement
    if proposal == Proposal.RETURN_CASE and announcement.case is None:
        raise Refused(failed("objection_without_case", *sources))
    code = "objection_upheld" if outcome == ObjectionOutcome.UPHELD else "objection_not_upheld"
    objection.decision = decisions.record(
        passed(code, *sources, objection=objection.pk),
        kind="objection.answered",
        version_id=announcement.decision.version_id,
        by=by,
        on=on,
    )
    objection.outcome, objection.answer, objection.proposal = outcome, text, proposal
    objection.answered_on, objection.answered_by = on, by.user
    objection.save(update_fields=["decision", "outcome", "answer", "proposal", "answered_on", "answered_by"])
    return objection


def _locked(objection: Objection) -> Objection:
    related = ("publicity__announcement__decision", "publicity__announcement__case", "publicity__deadline")
    Objection.objects.select_for_update().get(pk=objection.pk)
    return Objection.objects.select_related(*related).get(pk=objection.pk)


# what follows


def check_follow(objection: Objection) -> Decision:
    """Whether what was proposed can be confirmed now."""
    sources = sources_of(objection.publicity.announcement)
    if objection.answered_on is None or objection.proposal == Proposal.NONE:
        return failed("objection_without_proposal", *sources)
    if objection.followed_on is not None:
        return failed("objection_followed", *sources, on=objection.followed_on.isoformat())
    return passed("objection_followable", *sources)


@transaction.atomic
def follow(objection: Objection, *, reason: str, days: int = 0, by: Actor, on: date) -> Announcement:
    """Confirm what was proposed, and do it. Returns the announcement to look at next."""
    objection = _locked(objection)
    decision = require(check_follow(objection))
    found = announcement = objection.publicity.announcement
    if not reason.strip():
        raise Refused(failed("follow_up_reason_required", *decision.sources))
    if objection.proposal == Proposal.EXTEND:
        publicities.extend(objection.publicity, days=days, reason=reason, by=by, on=on)
    elif objection.proposal == Proposal.WITHDRAW and announcement.withdrawn_on is None:
        announcements.withdraw(announcement, reason=reason, by=by, on=on)
    elif objection.proposal == Proposal.REPEAT:
        found = drafts.again(announcement, Relation.REPEATS, by=by, on=on)
    decisions.record(
        passed("objection_followed_now", *decision.sources, objection=objection.pk, proposal=objection.proposal),
        kind="objection.followed",
        version_id=announcement.decision.version_id,
        by=by,
        on=on,
    )
    objection.followed_on, objection.followed_by = on, by.user
    objection.save(update_fields=["followed_on", "followed_by"])
    return found
