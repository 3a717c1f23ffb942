"""What cannot wait for a meeting is decided at once, and ratified or revoked by the next one (闭会期间临时处理)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import permissions, ports, queries
from association.actions import decisions
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, Source, failed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Case, InterimDecision, Meeting, Resolution
from association.models.interim import Ratification
from association.rulebook.schema import Ratification as Rule


def rule_of(case: Case) -> Rule | None:
    """What the version pinned on the case says of interim decisions, if anything."""
    return queries.rulebook_of(case.version_id).ratification if case.version_id else None


def sources_of(case: Case) -> tuple[Source, ...]:
    rule = rule_of(case)
    return rule.sources(queries.rulebook_of(case.version_id or 0).id) if rule else (setting("ratification"),)


def check_decide(case: Case, *, urgency: str, by: Actor, on: date) -> Decision:
    """Whether this officer may decide the case now instead of the body whose step it is."""
    rule, sources, step = rule_of(case), sources_of(case), engine.current_step(case)
    if rule is None or case.kind not in rule.covers:
        return failed("interim_not_provided", *sources)
    if case.kind not in ports.effects or not ports.effects[case.kind].revocable:
        return failed("interim_not_revocable", *sources)
    awaits = engine.check_awaits_resolution(case)
    if not awaits.passed or step is None:
        return awaits
    if step.actor not in rule.ratify_by:
        return failed("interim_of_another_body", *sources, body=queries.body_name(step.actor))
    seated = (
        permissions.may_act_for(by.user, rule.interim_by, on=on, sources=sources, action=step.action, case=case)
        if by.user is not None
        else failed("not_your_body", *sources, body=rule.interim_by, name=queries.body_name(rule.interim_by))
    )
    if not seated.passed:
        return seated
    return _check_time(case, rule, urgency=urgency, on=on)


def _check_time(case: Case, rule: Rule, *, urgency: str, on: date) -> Decision:
    """Only while the ratifying bodies do not sit, only as urgent as the rules ask, and not before the case came."""
    sources = sources_of(case)
    meeting = Meeting.objects.filter(body__key__in=rule.ratify_by, held_on=on).first()
    if meeting is not None:
        return failed("interim_in_session", *sources, meeting=meeting.title)
    if rule.urgency_required and not urgency.strip():
        return failed("interim_needs_urgency", *sources)
    last = engine.last_passage(case)
    if last is not None and on < last.decision.on:
        return failed("interim_before_case", *sources, arrived_on=last.decision.on.isoformat())
    bodies = [queries.body_name(key) for key in rule.ratify_by]
    return Decision(Outcome.PASS, (Reason("interim_taken", sources, {"bodies": bodies}),))


@transaction.atomic
def decide(case: Case, *, step: str, urgency: str, note: str = "", by: Actor, on: date) -> InterimDecision:
    """Approve the case at once, with every effect; it waits for ratification. Raises :class:`Refused`."""
    case = engine.locked(case)
    decision = require(check_decide(case, urgency=urgency, by=by, on=on))
    rule, at = rule_of(case), engine.current_step(case)
    if rule is not None and at is not None:
        by = permissions.acting(by, rule.interim_by, on=on, action=at.action, case=case)
    passage = engine.resolve_interim(case, decision, step=step, note=note, by=by, on=on)
    row = InterimDecision.objects.create(
        case=case, taken_on=on, urgency=urgency.strip()[:500], decision=passage.decision
    )
    case.refresh_from_db()
    deadlines.start(case, "decision.approved", on=on)
    ports.effects[case.kind].execute(case, record=passage.decision, resolution=None, by=by, on=on)
    return row


def agenda(meeting: Meeting) -> list[InterimDecision]:
    """What this meeting has to ratify or revoke: every interim decision taken before it that waits for its body.

    What one meeting leaves open is on the agenda of the next, without anybody putting it there.
    """
    waiting = InterimDecision.objects.filter(outcome=Ratification.PENDING, taken_on__lt=meeting.held_on)
    return [row for row in waiting.select_related("case") if _ratifies(row.case, meeting.body.key)]


def _ratifies(case: Case, body: str) -> bool:
    rule = rule_of(case)
    return rule is not None and body in rule.ratify_by


def check_settle(row: InterimDecision, resolution: Resolution) -> Decision:
    """Whether this resolution can ratify or revoke it: passed, of a body that ratifies, at a meeting held later."""
    sources = sources_of(row.case)
    if row.outcome != Ratification.PENDING and row.resolution is not None:
        return failed("interim_settled_already", *sources, number=row.resolution.number)
    if resolution.passed_on is None:
        return failed("resolution_not_passed", *sources, number=resolution.number)
    meeting = resolution.meeting
    if not _ratifies(row.case, meeting.body.key):
        return failed("interim_of_another_body", *sources, body=str(meeting.body))
    if meeting.held_on <= row.taken_on:
        return failed("interim_after_meeting", *sources, taken_on=row.taken_on.isoformat())
    cited = (*sources, resolution_source(resolution.number))
    return Decision(Outcome.PASS, (Reason("interim_settled", cited, {"number": resolution.number}),))


def _held(row: InterimDecision) -> InterimDecision:
    # nothing joined: who waited for the row would not see the resolution that has settled it meanwhile
    return InterimDecision.objects.select_for_update().get(pk=row.pk)


@transaction.atomic
def ratify(row: InterimDecision, resolution: Resolution, *, by: Actor) -> InterimDecision:
    """The meeting approves afterwards what was done; its effects stand. The legal day is the meeting's."""
    row = _held(row)
    decision = require(check_settle(row, resolution))
    return _settle(row, Ratification.RATIFIED, resolution, decision, note="", by=by)


@transaction.atomic
def revoke(row: InterimDecision, resolution: Resolution, *, note: str, by: Actor) -> InterimDecision:
    """The meeting finds it wrong: the case is void and every effect is undone, all of it or nothing.

    By the rulebook from the day it was taken, or from the meeting on. Raises :class:`Refused`, also where something
    else builds on an effect: the app that owns it names what.
    """
    row = _held(row)
    decision = require(check_settle(row, resolution))
    if not note.strip():
        raise Refused(failed("interim_reason_required", *sources_of(row.case)))
    day = resolution.meeting.held_on
    row = _settle(row, Ratification.REVOKED, resolution, decision, note=note.strip()[:500], by=by)
    case = engine.locked(row.case)
    acting = Actor(by.kind, by.user, resolution.meeting.body.key)
    passage = engine.void(case, decision, note=row.note, by=acting, on=day)
    ports.effects[case.kind].undo(
        case,
        record=passage.decision,
        resolution=resolution,
        since=row.taken_on if from_start(row) else day,
        by=acting,
        on=day,
    )
    return row


def from_start(row: InterimDecision) -> bool:
    """Whether a revocation voids it from its first day, or from the meeting on."""
    rule = rule_of(row.case)
    return rule is not None and rule.revoke == "void_from_start"


class _Tried(Exception):
    """Nothing stood in the way: take the trial back."""


def check_revoke(row: InterimDecision, resolution: Resolution, *, note: str, by: Actor) -> Decision:
    """Whether a revocation would go through, by trying it and taking all of it back."""
    try:
        with transaction.atomic():
            revoke(row, resolution, note=note, by=by)
            raise _Tried
    except Refused as refusal:
        return refusal.decision
    except _Tried:
        return Decision(Outcome.PASS, (Reason("possible", sources_of(row.case)),))


def _settle(
    row: InterimDecision, outcome: Ratification, resolution: Resolution, decision: Decision, *, note: str, by: Actor
) -> InterimDecision:
    acting = Actor(by.kind, by.user, resolution.meeting.body.key)
    row.outcome, row.resolution, row.note = outcome, resolution, note
    row.settled = decisions.record(
        decision,
        kind=f"interim.{outcome}",
        version_id=row.case.version_id,
        by=acting,
        on=resolution.meeting.held_on,
    )
    row.save(update_fields=["outcome", "resolution", "settled", "note"])
    return row
