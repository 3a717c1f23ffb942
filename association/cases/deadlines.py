"""Periods of a case: started by an event, met by an act, recomputed when a calendar year is published."""

from __future__ import annotations

from datetime import date, time

from association import queries
from association.decisions import Source, SourceKind, require
from association.models import Case, Deadline
from association.rulebook.schema import Period, ReminderRule, Rulebook, Step
from association.rules import deadlines as rules
from association.rules.counting import Due, WorkCalendar
from association.rules.reminders import Stage, first_look, stages

MOVED = ("due_on", "provisional", "sources", "watch_on")
"""What :func:`move` changes."""


def steps_of(case: Case) -> tuple[Step, ...]:
    """The steps of the case's workflow in its pinned version, or its own; none before it is submitted."""
    if case.own_steps:
        return tuple(Step.model_validate(step) for step in case.own_steps)
    return workflow_steps(case.kind, case.version_id, case.member_class) if case.version_id else ()


def workflow_steps(kind: str, version_id: int, member_class: str) -> tuple[Step, ...]:
    rulebook = queries.rulebook_of(version_id)
    facts = {"class": member_class} if member_class else None
    return rulebook.workflow(kind, facts).steps if rulebook.has_workflow(kind) else ()


def step_of(case: Case, code: str) -> Step | None:
    """The step that a deadline of the case belongs to; None for one that no step sets."""
    return next((step for step in steps_of(case) if step.id == code), None)


def rulebook_of(case: Case) -> Rulebook | None:
    return queries.rulebook_of(case.version_id) if case.version_id else None


def reminder_rule(case: Case, step: Step | None) -> ReminderRule | None:
    """When the pinned version has people reminded of this step; None where it leaves that to us."""
    rulebook = rulebook_of(case)
    return rulebook.reminder_for(step.action if step else "") if rulebook else None


def stages_of(case: Case, step: Step | None) -> tuple[Stage, ...]:
    return stages(step.escalate_to if step else None, reminder_rule(case, step))


def start(case: Case, event: str, *, at: time | None = None, on: date) -> list[Deadline]:
    """Start every deadline of the workflow that counts from ``event``, which happened ``on``.

    ``at``: the time of day, where the rulebook has an hour after which «当天» is the next working day (C-8).
    Refused where the rulebook wants no provisional day and the year's calendar is not loaded (``missing_year``).
    """
    rulebook = rulebook_of(case)
    if rulebook is None:
        return []
    started = []
    for step in steps_of(case):
        if step.deadline is not None and step.deadline.from_ == event:
            counted = require(
                rules.deadline(
                    rulebook, step, step.deadline, events={event: on}, calendar=queries.calendar(rulebook), at=at
                )
            )
            started.append(
                _started(
                    case, step.id, step.deadline, due=counted.value, sources=counted.sources, body=step.actor, on=on
                )
            )
    return started


def start_refusal(case: Case, step: Step, *, on: date) -> Deadline | None:
    """The time within which somebody who was refused at ``step`` is told, where the rulebook sets one."""
    rulebook, way = rulebook_of(case), step.refusal("reject")
    if rulebook is None or way is None or way.deadline is None or way.deadline.from_ != "decision.rejected":
        return None
    sources = way.sources(rulebook.id, way.deadline)
    return set_deadline(case, f"{step.id}.reject", way.deadline, body=step.actor, sources=sources, on=on)


def set_deadline(
    case: Case, code: str, period: Period, *, body: str, sources: tuple[Source, ...], on: date
) -> Deadline:
    """Start one deadline of ``period`` from ``on``; the same one twice is one.

    ``sources`` are the articles that set it; the conventions by which it is counted are added.
    """
    due, conventions = rules.counted(on, period, queries.calendar(rulebook_of(case)))
    return _started(case, code, period, due=due, sources=(*sources, *conventions), body=body, on=on)


def set_last_day(case: Case, code: str, due: Due, *, body: str, sources: tuple[Source, ...], on: date) -> Deadline:
    """Start one deadline whose last day the caller has counted, and counts again when a calendar comes.

    One that is over already when it is given (``on``) is overdue from its last day.
    """
    return _started(case, code, None, due=due, sources=sources, body=body, on=min(on, due.day))


def _started(
    case: Case, code: str, period: Period | None, *, due: Due, sources: tuple[Source, ...], body: str, on: date
) -> Deadline:
    """``body`` is empty where it is the applicant's turn."""
    known = stages_of(case, step_of(case, code))
    deadline, _ = Deadline.objects.get_or_create(
        case=case,
        code=code,
        started_on=on,
        defaults={
            "body": body,
            "due_on": due.day,
            "provisional": due.provisional,
            "sources": [source.as_json() for source in dict.fromkeys(sources)],
            "period": period.model_dump(mode="json", by_alias=True) if period else None,
            "watch_on": first_look(known, started_on=on, due_on=due.day, calendar=queries.calendar()),
        },
    )
    return deadline


def counted_again(deadline: Deadline, calendar: WorkCalendar) -> tuple[Due, tuple[Source, ...]] | None:
    """Its last day by another calendar, with what it rests on; None where its period is not known any more."""
    if deadline.period is not None:
        period: Period | None = Period.model_validate(deadline.period)
    else:
        step = step_of(deadline.case, deadline.code)
        period = step.deadline if step else None
    if period is None:
        return None
    rulebook = rulebook_of(deadline.case)
    due, conventions = rules.counted(
        deadline.started_on, period, queries.by_rulebook(calendar, rulebook) if rulebook else calendar
    )
    stated = (Source.from_json(source) for source in deadline.sources)
    return due, (*(one for one in stated if one.kind is not SourceKind.CONVENTION), *conventions)


def move(deadline: Deadline, due: Due, sources: tuple[Source, ...], calendar: WorkCalendar) -> None:
    """Another last day, by a calendar that was loaded; never an earlier one (C-5). The caller saves ``MOVED``."""
    deadline.due_on, deadline.provisional = max(deadline.due_on, due.day), due.provisional
    deadline.sources = [source.as_json() for source in dict.fromkeys(sources)]
    if deadline.watch_on is not None:
        deadline.watch_on = _first_look(deadline, calendar)


def _first_look(deadline: Deadline, calendar: WorkCalendar) -> date | None:
    known = stages_of(deadline.case, step_of(deadline.case, deadline.code))
    return first_look(known, started_on=deadline.started_on, due_on=deadline.due_on, calendar=calendar)


def meet(case: Case, code: str, *, on: date) -> None:
    """The act that the deadline waited for was done ``on``."""
    Deadline.objects.unmet().filter(case=case, code=code).update(met_on=on, watch_on=None)


def reopen(case: Case, code: str) -> None:
    """What the deadline waited for was undone: it runs again to the same last day."""
    for deadline in Deadline.objects.filter(case=case, code=code, met_on__isnull=False, dropped_on__isnull=True):
        deadline.met_on, deadline.watch_on = None, _first_look(deadline, queries.calendar())
        deadline.save(update_fields=["met_on", "watch_on"])


def drop_one(case: Case, code: str, *, on: date) -> None:
    """What the deadline waited for is not to be done now."""
    Deadline.objects.unmet().filter(case=case, code=code).update(dropped_on=on, watch_on=None)


def drop(case: Case, *, on: date) -> None:
    """The case has ended: nothing of it is due any more."""
    Deadline.objects.unmet().filter(case=case).update(dropped_on=on, watch_on=None)
