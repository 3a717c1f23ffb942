"""Votes on what a meeting resolves: open ones by person, secret ones as counts; and who keeps out (表决、回避)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction

from association import queries
from association.actions import decisions
from association.actions.meetings import check_quorum_of, meeting_open, rulebook_of
from association.actors import Actor
from association.cases import engine
from association.decisions import Decision, Outcome, Reason, Refused, failed, passed, require, setting
from association.models import Attendee, Ballot, Case, CastVote, Meeting, Recusal, Resolution, ResolutionItem
from association.models.resolution import ItemOutcome
from association.models.vote import COUNTED, Choice
from association.rules import voting
from association.rules.voting import Count, VotingRule


def rule_of(resolution: Resolution) -> VotingRule:
    """What the vote needs, by the rules in force on the day of the meeting."""
    return voting.rule_for(resolution.decides, rulebook_of(resolution.meeting))


def voters(resolution: Resolution, item: ResolutionItem | None) -> list[Attendee]:
    """Who may vote on it: those who came, or sent a proxy, without those who keep out of the case."""
    return [one for one in called(resolution, item) if one.attendance in COUNTED]


def called(resolution: Resolution, item: ResolutionItem | None) -> list[Attendee]:
    """Everybody on the list of the meeting, without those who keep out of the case."""
    everyone = list(Attendee.objects.filter(meeting=resolution.meeting_id))
    return _without_recused(everyone, Recusal.objects.filter(case=item.case_id) if item else ())


def _without_recused(everyone: list[Attendee], recusals: Iterable[Recusal]) -> list[Attendee]:
    out = {(recusal.user_id, "" if recusal.user_id else recusal.name) for recusal in recusals}
    kept_out = {one.pk for one in everyone if (one.user_id, "" if one.user_id else one.name) in out}
    return [one for one in everyone if one.pk not in kept_out and one.proxy_id not in kept_out]


@transaction.atomic
def recuse(case: Case, attendee: Attendee, *, reason: str, by: Actor, on: date) -> Recusal:
    """Somebody keeps out of the case: no vote on it at any meeting, and its papers are closed to their account."""
    case = engine.locked(case)
    sources = engine.sources_of(case, engine.current_step(case))
    if not reason.strip():
        raise Refused(failed("recusal_reason_required", *sources))
    meeting_open(attendee.meeting)
    known = Recusal.objects.filter(case=case, user=attendee.user, name=attendee.name)
    if (known if attendee.user_id is None else Recusal.objects.filter(case=case, user=attendee.user)).exists():
        raise Refused(failed("recused_already", *sources, name=attendee.name))
    CastVote.objects.filter(attendee=attendee, ballot__item__case=case, ballot__resolution__passed_on=None).delete()
    record = decisions.record(
        passed("recused", *sources, name=attendee.name), kind="case.recused", version_id=case.version_id, by=by, on=on
    )
    return Recusal.objects.create(
        case=case, user=attendee.user, name=attendee.name, reason=reason.strip()[:300], decision=record
    )


def check_recordable(resolution: Resolution) -> Decision:
    """Whether votes can be recorded now: not passed, minutes not signed, and it is known who came."""
    source = setting("resolution")
    meeting = resolution.meeting
    if resolution.passed_on is not None:
        return failed("resolution_passed_already", source, number=resolution.number)
    if meeting.signed_on is not None:
        return failed("minutes_signed", source, on=meeting.signed_on.isoformat())
    if not Attendee.objects.filter(meeting=meeting).exclude(attendance="").exists():
        return failed("attendance_missing", source)
    return passed("votes_recordable", source)


@transaction.atomic
def record_open(resolution: Resolution, item: ResolutionItem | None, choices: Mapping[int, str]) -> Ballot:
    """Keep how each person voted, or their proxy for them; ``choices`` by key of the attendee.

    Recorded anew it replaces what was recorded.
    """
    resolution = _recordable(resolution)
    rule = rule_of(resolution)
    require(voting.check_secrecy(rule, secret=False))
    known = {one.pk: one for one in voters(resolution, item)}
    for key in choices:
        if key not in known:
            named = Attendee.objects.filter(meeting=resolution.meeting_id, pk=key).first()
            raise Refused(failed("not_a_voter", *rule.sources, name=named.name if named else str(key)))
    given = [Choice(choice) for choice in choices.values()]
    count = Count(given.count(Choice.YES), given.count(Choice.NO), given.count(Choice.ABSTAIN))
    require(voting.check_complete(rule, count, present=len(known)))
    ballot = _kept(resolution, item, count, secret=False)
    CastVote.objects.bulk_create(
        CastVote(ballot=ballot, attendee_id=key, choice=each) for key, each in choices.items()
    )
    return ballot


@transaction.atomic
def record_secret(resolution: Resolution, item: ResolutionItem | None, count: Count) -> Ballot:
    """Keep the counts of a secret vote. Who voted how is nowhere."""
    resolution = _recordable(resolution)
    require(voting.check_complete(rule_of(resolution), count, present=len(voters(resolution, item))))
    return _kept(resolution, item, count, secret=True)


def _recordable(resolution: Resolution) -> Resolution:
    """As it stands now, with its meeting: nobody signs the minutes while a vote is written down."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    resolution.meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("body").get(pk=resolution.meeting_id)
    )
    require(check_recordable(resolution))
    return resolution


def _kept(resolution: Resolution, item: ResolutionItem | None, count: Count, *, secret: bool) -> Ballot:
    Ballot.objects.filter(resolution=resolution, item=item).delete()
    return Ballot.objects.create(
        resolution=resolution, item=item, secret=secret, yes=count.yes, no=count.no, abstain=count.abstain
    )


def check_passing(resolution: Resolution, outcomes: Mapping[int, str]) -> Decision:
    """Whether the votes carry what is to be recorded. ``outcomes`` by key of the item; none for one without items.

    Where nobody is on the list of the meeting nothing is asked of an ordinary matter; where somebody is, it must be
    known who came. A matter with a vote of its own (a fee standard, the charter) needs the record. Of neither anything
    is asked that is taken from the signed paper of an earlier time. What was begun must be complete: everybody's
    attendance, a quorum, and, once one vote is recorded, all of them.
    """
    rule, body = rule_of(resolution), resolution.meeting.body
    assemblies = [each.key for each in queries.bodies().values() if each.kind == voting.ASSEMBLY]
    belongs = voting.check_body(rule, key=body.key, name=str(body), assemblies=assemblies)
    if not belongs.passed:
        return belongs
    everyone = list(Attendee.objects.filter(meeting=resolution.meeting_id))
    ballots = {ballot.item_id: ballot for ballot in resolution.ballots.prefetch_related("cast")}
    if not ballots and not any(one.attendance for one in everyone):
        return _check_unrecorded(resolution, rule, everyone)
    quorum = check_quorum_of(rule, everyone)
    if not quorum.passed:
        return quorum
    if not ballots and resolution.decides == voting.ORDINARY:
        return quorum
    items = {item.pk: item for item in resolution.items.select_related("case").prefetch_related("case__recusals")}
    found = [quorum]
    decided: list[tuple[int | None, str]] = [*outcomes.items()] or [(None, str(ItemOutcome.APPROVED))]
    for key, outcome in decided:
        if outcome == ItemOutcome.DEFERRED:
            continue
        item = items[key] if key is not None else None
        eligible = _without_recused(everyone, item.case.recusals.all() if item else ())
        decision = _check_ballot(rule, ballots.get(key), eligible, str(item.case if item else resolution), outcome)
        if not decision.passed:
            return decision
        found.append(decision)
    return Decision.all_of(found)


def _check_unrecorded(resolution: Resolution, rule: VotingRule, everyone: list[Attendee]) -> Decision:
    """Whether it may be passed although neither who came nor how they voted is recorded."""
    if resolution.decides == voting.ORDINARY:
        if everyone and not resolution.taken_from:
            return check_quorum_of(rule, everyone)
        return passed("possible", setting("resolution"))
    if resolution.taken_from:
        return passed("taken_from_paper", *rule.sources, paper=resolution.taken_from)
    return failed("vote_of_its_own", *rule.sources, matter=resolution.decides)


def _check_ballot(
    rule: VotingRule, ballot: Ballot | None, eligible: list[Attendee], name: str, outcome: str
) -> Decision:
    present = {one.pk for one in eligible if one.attendance in COUNTED}
    if ballot is None:
        return failed("vote_not_recorded", *rule.sources, item=name)
    count = Count(ballot.yes, ballot.no, ballot.abstain)
    checks = [
        voting.check_quorum(rule, invited=len(eligible), present=len(present)),
        voting.check_secrecy(rule, secret=ballot.secret),
        voting.check_complete(rule, count, present=len(present)),
    ]
    strangers = [vote for vote in ballot.cast.all() if vote.attendee_id not in present]
    if strangers:
        checks.append(failed("votes_too_many", *rule.sources, given=count.given, present=len(present)))
    against = next((check for check in checks if not check.passed), None)
    if against is not None:
        return against
    carried = voting.check_carried(rule, count, present=len(present), invited=len(eligible))
    if outcome == ItemOutcome.APPROVED:
        return carried
    if carried.passed:
        return failed("vote_carried_not_refused", *rule.sources, item=name)
    return Decision(Outcome.PASS, tuple(Reason(r.code, r.sources, r.facts) for r in carried.reasons))
