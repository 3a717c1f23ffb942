"""A meeting from the invitation to the signed minutes (会议)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from django.db import transaction

from association import ports, queries
from association.actions import decisions, letters
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Outcome, Reason, Refused, failed, passed, require, setting
from association.letters import own, write
from association.models import Attendee, Meeting, Resolution, Seat, StoredFile, User
from association.models.vote import COUNTED, Attendance
from association.ports import Addressee
from association.rulebook.schema import Rulebook
from association.rulebook.schema.document import Body as BodyRule
from association.rules import voting


def meeting_open(meeting: Meeting) -> Meeting:
    """The meeting, held until the transaction ends. Raises :class:`Refused` once its minutes are signed."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting.pk)
    if meeting.signed_on is not None:
        raise Refused(failed("minutes_signed", setting("meeting"), on=meeting.signed_on.isoformat()))
    return meeting


def rulebook_of(meeting: Meeting) -> Rulebook | None:
    """The rules in force on the day of the meeting, if any."""
    try:
        return queries.rulebook_on(meeting.held_on)
    except queries.NoRulebook:
        return None


def invited(meeting: Meeting) -> dict[int, User]:
    """Whom the meeting is called for, by account."""
    found: dict[int, User] = {}
    for one in called(meeting):
        if one.user is not None:
            found.setdefault(one.user.pk, one.user)
    return found


def called(meeting: Meeting) -> Iterator[Addressee]:
    """Whom the meeting is called for, with an account or without: who sits in the body on its day, and who holds what
    the rulebook composes the body of. An assembly that nobody composes is all members; one of delegates (代表) is who
    was seated in it, and never all members.
    """
    day, body, rulebook = meeting.held_on, meeting.body, rulebook_of(meeting)
    seats = Seat.objects.on(day).filter(body=body, user__is_active=True).select_related("user").order_by("pk")
    seated = [Addressee(seat.pk, seat.user, str(seat.user)) for seat in seats]
    yield from seated
    rule = rulebook.bodies.get(body.key) if rulebook else None
    members = ports.audiences["members"]
    roles = {role.id for role in rulebook.roles} if rulebook else set()
    if rule is not None and set(rule.composed_of) - roles:
        yield from members.holding(rule.composed_of, day)
    elif body.kind == voting.ASSEMBLY and not seated and rule is not None and not _of_delegates(rule, rulebook):
        yield from members.everyone(day)


def _of_delegates(rule: BodyRule, rulebook: Rulebook | None) -> bool:
    voting_rule = rulebook.voting if rulebook else None
    return bool(rule.composed_of) or (voting_rule is not None and voting_rule.electorate == "delegates")


def notice_days(meeting: Meeting) -> int:
    """How many days before it the meeting is called: the rulebook's, else the default."""
    own = _own_notice(meeting)
    return voting.NOTICE_DAYS if own is None else own


def notice_is_default(meeting: Meeting) -> bool:
    """Whether the rulebook leaves open when a meeting is called."""
    return _own_notice(meeting) is None


def _own_notice(meeting: Meeting) -> int | None:
    rulebook = rulebook_of(meeting)
    return rulebook.voting.notice_days if rulebook and rulebook.voting else None


@transaction.atomic
@in_letter_language
def invite(meeting: Meeting, *, on: date) -> list[Attendee]:
    """Put everybody whom the meeting is called for on its list, and tell them the day, the place and the agenda. Who
    was told is not told again; a second call reaches those who came later. Returns who is new.
    """
    meeting = meeting_open(meeting)
    called = invited(meeting)
    if not called and not meeting.attendees.exists():
        facts = {"body": str(meeting.body), "on": meeting.held_on.isoformat()}
        raise Refused(failed("nobody_to_invite", setting("seats"), **facts))
    known = set(meeting.attendees.values_list("user_id", flat=True))
    new = {key: user for key, user in called.items() if key not in known}
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
def take_attendance(
    meeting: Meeting, attendance: Mapping[int, str], proxies: Mapping[int, int] | None = None, *, on: date
) -> Meeting:
    """Record who came, by key of the attendee; ``proxies``: who votes for whom, key by key (委托). Not before the day,
    not after what was voted took effect, and not where it is said of nobody.
    """
    meeting = meeting_open(meeting)
    if meeting.held_on > on:
        raise Refused(failed("meeting_not_held", setting("meeting"), held_on=meeting.held_on.isoformat()))
    voted = Resolution.objects.filter(meeting=meeting, passed_on__isnull=False, ballots__isnull=False).first()
    if voted is not None:
        raise Refused(failed("resolution_passed_already", setting("resolution"), number=voted.number))
    rows = {row.pk: row for row in meeting.attendees.all()}
    for row in rows.values():
        row.attendance = Attendance(attendance.get(row.pk, row.attendance))
        if row.attendance != Attendance.PROXY:
            row.proxy_id = None
        elif proxies and row.pk in proxies:
            row.proxy_id = proxies[row.pk]
    if not any(row.attendance for row in rows.values()):
        raise Refused(failed("attendance_of_nobody", setting("meeting")))
    require(_check_proxies(meeting, rows))
    _check_decided(meeting, list(rows.values()))
    for row in rows.values():
        row.save(update_fields=["attendance", "proxy"])
    return meeting


def _check_decided(meeting: Meeting, everyone: list[Attendee]) -> None:
    """Who came does not take the quorum from what was recorded as passed without saying who came."""
    for resolution in meeting.resolutions.filter(passed_on__isnull=False):
        quorum = check_quorum_of(voting.rule_for(resolution.decides, rulebook_of(meeting)), everyone)
        reason = quorum.reasons[0]
        if reason.code == "quorum_missing":
            facts = {**reason.facts, "number": resolution.number}
            raise Refused(failed("quorum_denied_afterwards", *reason.sources, **facts))


def _check_proxies(meeting: Meeting, rows: Mapping[int, Attendee]) -> Decision:
    """Each proxy is somebody else who came, and votes for no more than the rules allow; one where they are silent.
    Every line in error is named (``attendee``).
    """
    rulebook = rulebook_of(meeting)
    rule = rulebook.voting if rulebook else None
    most = rule.proxies if rule else 1
    sources = rule.sources(rulebook.id) if rule and rulebook else (setting("voting.proxies"),)
    held: Counter[int] = Counter()
    found = [passed("possible", *sources)]
    for row in rows.values():
        if row.attendance != Attendance.PROXY:
            continue
        proxy = rows.get(row.proxy_id or 0)
        if proxy is None or proxy.attendance != Attendance.PRESENT:
            found.append(failed("proxy_not_present", *sources, name=row.name, attendee=row.pk))
            continue
        held[proxy.pk] += 1
        if held[proxy.pk] > most:
            found.append(failed("proxy_of_too_many", *sources, name=proxy.name, most=most, attendee=row.pk))
    against = [decision for decision in found if not decision.passed]
    return Decision.all_of(against or found)


def check_missed(meeting: Meeting, *, on: date) -> Decision:
    """Whether it can be put on record that the meeting had no quorum: held, everybody's attendance known, too few."""
    source = setting("meeting")
    if meeting.signed_on is not None:
        return failed("minutes_signed", source, on=meeting.signed_on.isoformat())
    if meeting.held_on > on:
        return failed("meeting_not_held", source, held_on=meeting.held_on.isoformat())
    passed_one = meeting.resolutions.filter(passed_on__isnull=False).first()
    if passed_one is not None:
        return failed("resolution_passed_already", source, number=passed_one.number)
    everyone = list(meeting.attendees.all())
    quorum = check_quorum_of(voting.rule_for(voting.ORDINARY, rulebook_of(meeting)), everyone)
    if quorum.passed:
        return failed("quorum_there", *quorum.sources)
    if quorum.reasons[0].code != "quorum_missing":
        return quorum
    reason = quorum.reasons[0]
    return Decision(Outcome.PASS, (Reason("no_quorum_recorded", reason.sources, reason.facts),))


@transaction.atomic
def record_missed(meeting: Meeting, minutes: str, *, by: Actor, on: date) -> Meeting:
    """Keep on record that no quorum was reached (流会). Nothing was decided, and nothing can be any more."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting.pk)
    decision = require(check_missed(meeting, on=on))
    meeting.without_quorum = True
    return _signed(meeting, minutes, decision, kind="meeting.without_quorum", by=by, on=on)


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
        quorum = check_quorum_of(voting.rule_for(voting.ORDINARY, rulebook_of(meeting)), everyone)
        if not quorum.passed:
            return quorum
    return passed("minutes_signable", source)


@transaction.atomic
def sign_minutes(meeting: Meeting, minutes: str, *, by: Actor, on: date) -> Meeting:
    """Keep the minutes as signed. From then on nothing of the meeting changes. Raises :class:`Refused`."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=meeting.pk)
    return _signed(meeting, minutes, require(check_sign(meeting, on=on)), kind="meeting.signed", by=by, on=on)


def _signed(meeting: Meeting, minutes: str, decision: Decision, *, kind: str, by: Actor, on: date) -> Meeting:
    if not minutes.strip():
        raise Refused(failed("minutes_missing", setting("meeting")))
    meeting.minutes, meeting.signed_on = minutes.strip(), on
    meeting.signing = decisions.record(decision, kind=kind, version_id=None, by=by, on=on)
    meeting.save(update_fields=["minutes", "signed_on", "signing", "without_quorum"])
    return meeting


@transaction.atomic
def attach_scan(meeting: Meeting, scan: StoredFile) -> Meeting:
    """Keep the signed paper of the minutes. What was kept before stays in the store."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.signed_on is None:
        raise Refused(failed("minutes_not_signed", setting("meeting")))
    meeting.scan = scan
    meeting.save(update_fields=["scan"])
    return meeting


def check_quorum_of(rule: voting.VotingRule, everyone: list[Attendee]) -> Decision:
    """Whether it is known of everybody whether they came, and enough did."""
    unknown = sum(not one.attendance for one in everyone)
    if unknown:
        return failed("attendance_unknown", *rule.sources, unknown=unknown)
    present = sum(one.attendance in COUNTED for one in everyone)
    return voting.check_quorum(rule, invited=len(everyone), present=present)
