"""A meeting from the invitation to the signed minutes (会议)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from association.actions import decisions, letters
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.letters import own, write
from association.models import Attendee, Meeting, Resolution, Seat
from association.models.vote import Attendance
from association.rules import voting


def meeting_open(meeting: Meeting) -> Meeting:
    """The meeting, held until the transaction ends. Raises :class:`Refused` once its minutes are signed."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting.pk)
    if meeting.signed_on is not None:
        raise Refused(failed("minutes_signed", setting("meeting"), on=meeting.signed_on.isoformat()))
    return meeting


@transaction.atomic
@in_letter_language
def invite(meeting: Meeting, *, on: date) -> list[Attendee]:
    """Put everybody who sits in the body on the day of the meeting on its list, and tell them. Who was told is not
    told again. Returns who is new.
    """
    meeting = meeting_open(meeting)
    seats = Seat.objects.on(meeting.held_on).filter(body=meeting.body, user__is_active=True).select_related("user")
    if not seats and not meeting.attendees.exists():
        facts = {"body": str(meeting.body), "on": meeting.held_on.isoformat()}
        raise Refused(failed("nobody_to_invite", setting("seats"), **facts))
    known = set(meeting.attendees.values_list("user_id", flat=True))
    new = {seat.user_id: seat.user for seat in seats.order_by("pk") if seat.user_id not in known}
    rows = Attendee.objects.bulk_create(
        Attendee(meeting=meeting, user=user, name=user.name or user.email, invited_on=on) for user in new.values()
    )
    letters.tell_many(
        {f"invited:{meeting.pk}:{key}": user for key, user in new.items()},
        write("meeting.invitation", own.invitation(meeting)),
    )
    return rows


@transaction.atomic
def add_person(meeting: Meeting, name: str) -> Attendee:
    """Somebody with a vote who has no account here."""
    return Attendee.objects.create(meeting=meeting_open(meeting), name=name.strip()[:80])


@transaction.atomic
def take_attendance(meeting: Meeting, attendance: Mapping[int, str], *, on: date) -> Meeting:
    """Record who came, by key of the attendee. Not before the day, and not after what was voted took effect."""
    meeting = meeting_open(meeting)
    if meeting.held_on > on:
        raise Refused(failed("meeting_not_held", setting("meeting"), held_on=meeting.held_on.isoformat()))
    voted = Resolution.objects.filter(meeting=meeting, passed_on__isnull=False, ballots__isnull=False).first()
    if voted is not None:
        raise Refused(failed("resolution_passed_already", setting("resolution"), number=voted.number))
    for row in meeting.attendees.all():
        row.attendance = Attendance(attendance.get(row.pk, row.attendance))
        row.save(update_fields=["attendance"])
    return meeting


def check_sign(meeting: Meeting, *, on: date) -> Decision:
    """Whether the minutes can be signed: the meeting was held, and with a quorum where it is recorded who came.

    Of an older meeting nothing may be recorded: then nothing is asked.
    """
    source = setting("meeting")
    if meeting.signed_on is not None:
        return failed("minutes_signed", source, on=meeting.signed_on.isoformat())
    if meeting.held_on > on:
        return failed("meeting_not_held", source, held_on=meeting.held_on.isoformat())
    everyone = list(meeting.attendees.all())
    if everyone:
        quorum = check_quorum_of(voting.RULES[voting.ORDINARY], everyone)
        if not quorum.passed:
            return quorum
    return passed("minutes_signable", source)


@transaction.atomic
def sign_minutes(meeting: Meeting, minutes: str, *, by: Actor, on: date) -> Meeting:
    """Keep the minutes as signed. From then on nothing of the meeting changes. Raises :class:`Refused`."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting.pk)
    decision = require(check_sign(meeting, on=on))
    if not minutes.strip():
        raise Refused(failed("minutes_missing", setting("meeting")))
    meeting.minutes, meeting.signed_on = minutes.strip(), on
    meeting.signing = decisions.record(decision, kind="meeting.signed", version_id=None, by=by, on=on)
    meeting.save(update_fields=["minutes", "signed_on", "signing"])
    return meeting


def check_quorum_of(rule: voting.VotingRule, everyone: list[Attendee]) -> Decision:
    """Whether it is known of everybody whether they came, and enough did."""
    unknown = sum(not one.attendance for one in everyone)
    if unknown:
        return failed("attendance_unknown", *rule.sources, unknown=unknown)
    present = sum(one.attendance == Attendance.PRESENT for one in everyone)
    return voting.check_quorum(rule, invited=len(everyone), present=present)
