"""What is on show (公示): from its publication until its last day, then closed by a person with its result.

Its last day is a :class:`~association.models.Deadline`: counted in working days (C-4), provisional where a year's
calendar is missing, counted again when it is loaded, never shortened.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import queries
from association.actions.announcement_acts import act, rule_of, sources_of
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Refused, Source, failed, passed, require, setting
from association.models import Announcement, DecisionRecord, Publicity
from association.models.announcement import ActKind
from association.models.objection import ObjectionOutcome, Proposal, ResultKind
from association.queries import NoRulebook
from association.rulebook.schema import Period, Rulebook, Step
from association.rules import deadlines as rules
from association.rules.counting import Due

KIND = "publicity"
STEP = "publicity"
LONGEST = 60
"""Working days that something is on show at most, as a person enters them."""


def period_of(n: int) -> Period:
    """``n`` working days from publication."""
    return Period.model_validate({"n": n, "unit": "workday", "from": "announcement.published"})


def counted(announcement: Announcement, *, on: date) -> Due | None:
    """Its last day if it were published ``on``."""
    if announcement.period is None:
        return None
    due, _conventions = rules.counted(on, Period.model_validate(announcement.period), queries.calendar())
    return due


def check_start(announcement: Announcement, *, on: date) -> Decision:
    """Whether it can go on show: there are rules to show it under, and its last day can be counted."""
    sources = sources_of(announcement)
    try:
        version_id = _version(announcement, on)
    except NoRulebook:
        return failed("publicity_without_rulebook", *sources)
    due = counted(announcement, on=on)
    assert due is not None
    if due.day <= on:
        return failed("publicity_too_short", *sources)
    if due.provisional and queries.rulebook_of(version_id).calendar.missing_year == "error":
        return failed("calendar_year_unknown", *sources, year=due.day.year)
    return passed("publicity_can_start", *sources)


def start(announcement: Announcement, *, record: DecisionRecord, by: Actor, on: date) -> Publicity:
    """Put it on show from ``on``. Part of its publication."""
    version_id = _version(announcement, on)
    rulebook = queries.rulebook_of(version_id)
    period = Period.model_validate(announcement.period)
    sources = _sources(announcement, period)
    body = _body(announcement)
    case = engine.open_case(KIND, subject=announcement.title, own_steps=[_step(announcement, rulebook, body)], on=on)
    engine.submit(case, passed("publicity_started", *sources), version_id=version_id, by=by, on=on)
    case.refresh_from_db()
    deadline = deadlines.set_deadline(case, STEP, period, body=body, sources=sources, on=on)
    return Publicity.objects.create(announcement=announcement, case=case, deadline=deadline, started_on=on)


def _version(announcement: Announcement, on: date) -> int:
    return announcement.decision.version_id or queries.governing(on).version_id


def _sources(announcement: Announcement, period: Period) -> tuple[Source, ...]:
    rule, version_id = rule_of(announcement), announcement.decision.version_id
    if rule is None or version_id is None:
        return (setting("publicity"),)
    return rule.sources(queries.rulebook_of(version_id).id, period)


def _body(announcement: Announcement) -> str:
    rule = rule_of(announcement)
    return (rule.published_by if rule else None) or "secretariat"


def _step(announcement: Announcement, rulebook: Rulebook, body: str) -> Step:
    """The one step of its case. Where no article sets the period, the whole document is named, as a gap."""
    rule = rule_of(announcement)
    if rule is not None:
        return Step(id=STEP, name="公示", actor=body, action="publish", ref=rule.ref, basis=rule.basis, note=rule.note)
    note = "公示的期限由秘书处确定"
    return Step(id=STEP, name="公示", actor=body, action="publish", ref=rulebook.meta.ref, basis="gap", note=note)


# longer


def check_extend(publicity: Publicity, *, days: int) -> Decision:
    sources = sources_of(publicity.announcement)
    if publicity.closed_on is not None:
        return failed("publicity_closed", *sources, on=publicity.closed_on.isoformat())
    if not 1 <= days <= LONGEST:
        return failed("publicity_days_out_of_range", *sources, longest=LONGEST)
    return passed("publicity_extendable", *sources)


@transaction.atomic
def extend(publicity: Publicity, *, days: int, reason: str, by: Actor, on: date) -> Publicity:
    """Keep it on show for ``days`` working days more: after its last day, or after today where that is over."""
    publicity = locked(publicity)
    require(check_extend(publicity, days=days))
    announcement, case, old = publicity.announcement, publicity.case, publicity.deadline
    sources = sources_of(announcement)
    if not reason.strip():
        raise Refused(failed("extension_reason_required", *sources))
    since = max(old.due_on, on)
    deadlines.drop_one(case, STEP, on=on)
    period = period_of(days)
    body = old.body
    publicity.deadline = deadlines.set_deadline(case, STEP, period, body=body, sources=sources, on=since)
    publicity.save(update_fields=["deadline"])
    decision = passed(
        "publicity_extended", *sources, days=days, until=publicity.deadline.due_on.isoformat(), since=since.isoformat()
    )
    act(announcement, ActKind.EXTENDED, decision, note=reason.strip(), by=by, on=on)
    return publicity


# the end


def check_close(publicity: Publicity, *, on: date) -> Decision:
    """Whether it is over: its last day has passed for certain, every objection is answered, what follows is done."""
    sources = sources_of(publicity.announcement)
    due = publicity.deadline
    if publicity.closed_on is not None:
        return failed("publicity_closed", *sources, on=publicity.closed_on.isoformat())
    if on <= due.due_on:
        return failed("publicity_running", *sources, until=due.due_on.isoformat())
    if due.provisional:
        return failed("publicity_provisional", *sources, year=due.due_on.year, until=due.due_on.isoformat())
    waiting = publicity.objections_made.waiting().count()
    if waiting:
        return failed("objections_open", *sources, n=waiting)
    undone = publicity.objections_made.filter(followed_on__isnull=True).exclude(proposal=Proposal.NONE)
    if undone.exists():
        return failed("objection_follow_up_open", *sources, n=undone.count())
    return passed("publicity_closable", *sources)


def result_of(publicity: Publicity) -> ResultKind:
    """What the objections and their answers make of it."""
    outcomes = set(publicity.objections_made.values_list("outcome", flat=True))
    if not outcomes:
        return ResultKind.NO_OBJECTION
    return ResultKind.UPHELD if ObjectionOutcome.UPHELD in outcomes else ResultKind.NOT_UPHELD


@transaction.atomic
def close(publicity: Publicity, *, by: Actor, on: date) -> Publicity:
    """Write down how it ended. A case that waits for it may go on, unless an objection was upheld."""
    publicity = locked(publicity)
    require(check_close(publicity, on=on))
    result = result_of(publicity)
    decision = passed(f"publicity_{result}", *sources_of(publicity.announcement))
    engine.pass_by_fact(publicity.case, decision, step=STEP, by=by, on=on)
    act(publicity.announcement, ActKind.CLOSED, decision, note=result.value, by=by, on=on)
    _closed(publicity, result, by=by, on=on)
    return publicity


def stop(announcement: Announcement, decision: Decision, *, by: Actor, on: date) -> None:
    """The announcement is withdrawn: it is on show no longer."""
    found = Publicity.objects.filter(announcement=announcement, closed_on__isnull=True).first()
    if found is None:
        return
    publicity = locked(found)
    engine.withdraw(publicity.case, decision, note=announcement.withdrawal_reason, by=by, on=on)
    _closed(publicity, ResultKind.WITHDRAWN, by=by, on=on)


def _closed(publicity: Publicity, result: ResultKind, *, by: Actor, on: date) -> None:
    publicity.closed_on, publicity.closed_by, publicity.result = on, by.user, result
    publicity.save(update_fields=["closed_on", "closed_by", "result"])


def locked(publicity: Publicity) -> Publicity:
    """As it stands now, held until the transaction ends; what it names is read after the wait, not before."""
    Publicity.objects.select_for_update().get(pk=publicity.pk)
    related = ("case", "deadline", "announcement__decision", "announcement__case")
    return Publicity.objects.select_related(*related).get(pk=publicity.pk)
