"""Periods of a case: started by an event, met by an act, recomputed when a calendar year is published."""

from __future__ import annotations

from datetime import date, timedelta

from association import queries
from association.decisions import Source, convention
from association.models import Case, Deadline
from association.rulebook.schema import Period, Step
from association.rules import counting


def steps_of(case: Case) -> tuple[Step, ...]:
    """The steps of the case's workflow in its pinned version, or its own; none before it is submitted."""
    if case.own_steps:
        return tuple(Step.model_validate(step) for step in case.own_steps)
    return workflow_steps(case.kind, case.version_id, case.member_class) if case.version_id else ()


def workflow_steps(kind: str, version_id: int, member_class: str) -> tuple[Step, ...]:
    rulebook = queries.rulebook_of(version_id)
    facts = {"class": member_class} if member_class else None
    return rulebook.workflow(kind, facts).steps if rulebook.has_workflow(kind) else ()


def start(case: Case, event: str, *, on: date) -> list[Deadline]:
    """Start every deadline of the workflow that counts from ``event``, which happened ``on``."""
    rulebook = queries.rulebook_of(case.version_id) if case.version_id else None
    if rulebook is None:
        return []
    started = []
    for step in steps_of(case):
        if step.deadline is not None and step.deadline.from_ == event:
            sources = (*step.sources(rulebook.id, step.deadline), convention("C-4"))
            started.append(set_deadline(case, step.id, step.deadline, body=step.actor, sources=sources, on=on))
    return started


def set_deadline(
    case: Case, code: str, period: Period, *, body: str, sources: tuple[Source, ...], on: date
) -> Deadline:
    """Start one deadline of ``period`` from ``on``; the same one twice is one."""
    due = counting.due(on, period, queries.calendar())
    deadline, _ = Deadline.objects.get_or_create(
        case=case,
        code=code,
        started_on=on,
        defaults={
            "body": body,
            "due_on": due.day,
            "provisional": due.provisional,
            "sources": [source.as_json() for source in sources],
            "watch_on": due.day + timedelta(days=1),
        },
    )
    return deadline


def meet(case: Case, code: str, *, on: date) -> None:
    """The act that the deadline waited for was done ``on``."""
    Deadline.objects.unmet().filter(case=case, code=code).update(met_on=on, watch_on=None)


def drop_one(case: Case, code: str, *, on: date) -> None:
    """What the deadline waited for is not to be done now."""
    Deadline.objects.unmet().filter(case=case, code=code).update(dropped_on=on, watch_on=None)


def drop(case: Case, *, on: date) -> None:
    """The case has ended: nothing of it is due any more."""
    Deadline.objects.unmet().filter(case=case).update(dropped_on=on, watch_on=None)
