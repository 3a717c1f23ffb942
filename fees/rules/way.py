"""The way in (入会流程), before anybody applies: what is asked for, in which order, and by when at the latest.

Days are told only as far as the document's own periods reach: a step without a period ends the count, and what hangs
on it is told in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from association.decisions import Source
from association.rulebook.events import BRINGS
from association.rulebook.schema import Document, Period, Rule, Rulebook, Selector, Silent, Step, Workflow
from association.rulebook.schema.joining import WorkflowName
from association.rules.counting import Due, WorkCalendar
from association.rules.deadlines import deadline

JOINING: tuple[WorkflowName, ...] = ("admission", "registration_initial")
ENTERING: tuple[WorkflowName, ...] = ("registry_entry",)
UNASKED = ("deemed", "invitation")
"""Ways to become a member without an application of one's own."""

STAGES = ("application", "after_initial_review", "after_approval")

FORESEEN = {
    **BRINGS,
    "review": ("review.passed",),
    "decide": ("review.passed", "decision.approved"),
    "resolve": ("review.passed", "decision.approved"),
    "pay": (*BRINGS["pay"], "registration.accepted"),
}
"""What will have happened once a step of this action is done: what it brings about, and what it decides."""


@dataclass(frozen=True, slots=True)
class Condition:
    """For whom among this class a rule is: categories, legal forms, sizes; by id. Empty: for all of them."""

    category: tuple[str, ...] = ()
    legal_form: tuple[str, ...] = ()
    size: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A paper, a group of papers, a check or a text to accept. ``any_of``: alternatives, each of several parts."""

    name: str
    sources: tuple[Source, ...]
    stage: str = "application"
    any_of: tuple[tuple[str, ...], ...] = ()
    given_as: str = "upload"
    condition: Condition = Condition()
    required: bool = True
    copies: int = 0
    per_item: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A step. ``by``: its last day, where it can be told; ``period`` and ``publicity`` say it in the document's words.

    ``open_until``: the last day of the window that a workflow opens with this step.
    """

    id: str
    name: str
    actor: str
    action: str
    sources: tuple[Source, ...]
    period: Period | None = None
    by: Due | None = None
    publicity: Period | None = None
    shown_until: Due | None = None
    open_until: Due | None = None
    optional: bool = False
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Begins:
    """With which event membership begins, and on which day if every period is used up."""

    event: str
    day: Due | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """All that a rulebook asks of somebody of a class who hands in an application on a day."""

    checks: tuple[Asked, ...]
    papers: tuple[Asked, ...]
    accepted: tuple[Asked, ...]
    stops: tuple[Stop, ...]
    begins: Begins | None


def way(
    rulebook: Rulebook,
    *,
    class_id: str,
    tier: str | None,
    on: date,
    calendar: WorkCalendar,
    fee_due: date | str | None = None,
) -> Way:
    """The way in for an application of the day ``on``.

    ``fee_due``: the last day to pay the first fee, or the event it falls due with. It is the last day of the step
    that waits for the fee where this step has no period of its own.
    """
    facts = {"class": class_id, "tier": tier}
    if rulebook.member_class(class_id).joined_by in UNASKED:
        return Way((), (), _accepted(rulebook, class_id, named=True), (), None)
    known = {"application.submitted": Due(on), "application.completed": Due(on)}
    stops = tuple(_stops(rulebook, facts, known, calendar, fee_due))
    return Way(
        checks=_checks(rulebook, facts),
        papers=_papers(rulebook, facts),
        accepted=_accepted(rulebook, class_id),
        stops=stops,
        begins=_begins(rulebook, class_id, known),
    )


def condition(rulebook: Rulebook, selector: Selector, facts: Mapping[str, Any]) -> Condition | None:
    """For whom of this class and tier the selector is; ``None`` if for nobody of them."""
    asks = Selector(class_=selector.class_, tier=selector.tier, tier_at_least=selector.tier_at_least)
    if not rulebook.matches(asks, facts):
        return None
    offered = {one.id for one in rulebook.categories if not one.class_ or facts["class"] in one.class_}
    categories = tuple(id for id in selector.category if id in offered)
    if selector.category and not categories:
        return None
    return Condition(categories, tuple(selector.legal_form), tuple(selector.size))


def _concerning(rulebook: Rulebook, rules: Iterable[Any], facts: Mapping[str, Any]) -> Iterable[tuple[Any, Condition]]:
    for rule in rules:
        found = condition(rulebook, rule.selector, facts)
        if found is not None:
            yield rule, found


def _checks(rulebook: Rulebook, facts: Mapping[str, Any]) -> tuple[Asked, ...]:
    grouped = {id for rule in rulebook.eligibility if rule.kind in ("any_of", "all_of") for id in rule.params.ids}
    return tuple(
        Asked(rule.name or rule.message or rule.id, rule.sources(rulebook.id), condition=found)
        for rule, found in _concerning(rulebook, rulebook.eligibility, facts)
        if rule.id not in grouped
    )


def _papers(rulebook: Rulebook, facts: Mapping[str, Any]) -> tuple[Asked, ...]:
    """The papers in the order of their stages; those of a group stand in the group, where one combination suffices."""
    names = {document.id: document.name for document in rulebook.documents}
    groups = list(_concerning(rulebook, rulebook.document_groups, facts))
    grouped = {id for rule, _found in groups for combination in rule.any_of for id in combination}
    found = [
        _paper(rulebook, document, who)
        for document, who in _concerning(rulebook, rulebook.documents, facts)
        if document.id not in grouped and document.stage in STAGES
    ]
    found += [
        Asked(
            rule.name,
            rule.sources(rulebook.id),
            any_of=tuple(tuple(names.get(id, id) for id in combination) for combination in rule.any_of),
            condition=who,
        )
        for rule, who in groups
    ]
    return tuple(sorted(found, key=lambda paper: STAGES.index(paper.stage)))


def _paper(rulebook: Rulebook, document: Document, who: Condition) -> Asked:
    return Asked(
        document.name,
        document.sources(rulebook.id),
        stage=document.stage,
        any_of=tuple((name,) for name in document.any_of),
        given_as=document.given_as,
        condition=who,
        required=document.required,
        copies=document.paper_copies,
        per_item=document.per_item_of is not None,
    )


def _accepted(rulebook: Rulebook, class_id: str, *, named: bool = False) -> tuple[Asked, ...]:
    """What this class reads or promises; ``named``: only where the rule names the class."""
    rules = [rule for rule in rulebook.acceptances if class_id in rule.classes or (not rule.classes and not named)]
    return tuple(
        Asked(rule.title, rule.sources(rulebook.id), stage=rule.at, given_as=rule.kind)
        for rule in rules
        if rule.at != "after_admission"
    )


def _stops(
    rulebook: Rulebook,
    facts: Mapping[str, Any],
    known: dict[str, Due],
    calendar: WorkCalendar,
    fee_due: date | str | None,
) -> Iterable[Stop]:
    """The steps in order; what each brings about is written into ``known`` where its last day is known."""
    for name in ENTERING if rulebook.kind == "registry" else JOINING:
        try:
            workflow = rulebook.workflow(name, facts)
        except Silent:
            continue
        opened = _window(rulebook, workflow, known, calendar)
        for step in workflow.steps:
            by = _last(rulebook, step, step.deadline, known, calendar)
            at_once = workflow.mode == "register" and step.action == "register" and step.deadline is None
            if at_once:
                by = known["application.submitted"]
            elif step.action == "pay" and step.deadline is None:
                by = Due(fee_due) if isinstance(fee_due, date) else known.get(fee_due or "")
            if by is not None and not step.optional:
                known.update(dict.fromkeys(FORESEEN.get(step.action, ()), by))
            stop = _stop(rulebook, step, by, _last(rulebook, step, step.publicity, known, calendar))
            yield replace(stop, at_once=at_once, open_until=opened if step is workflow.first else None)


def _stop(rulebook: Rulebook, step: Step, by: Due | None, shown_until: Due | None) -> Stop:
    sources = step.sources(rulebook.id)
    if step.deadline is not None:
        sources = tuple(dict.fromkeys((*sources, *step.sources(rulebook.id, step.deadline))))
    return Stop(
        id=step.id,
        name=step.name or step.id,
        actor=_actor(rulebook, step.actor),
        action=step.action,
        sources=sources,
        period=step.deadline,
        by=by,
        publicity=step.publicity,
        shown_until=shown_until,
        optional=step.optional,
    )


def _actor(rulebook: Rulebook, actor: str) -> str:
    if actor in rulebook.bodies:
        return rulebook.bodies[actor].name
    return next((role.name for role in rulebook.roles if role.id == actor), actor)


def _last(
    rulebook: Rulebook, rule: Rule, period: Period | None, known: Mapping[str, Due], calendar: WorkCalendar
) -> Due | None:
    """The last day of a period, provisional if it rests on a provisional day; ``None`` while its event has no day."""
    if period is None:
        return None
    events = {event: last.day for event, last in known.items()}
    found = deadline(rulebook, rule, period, events=events, calendar=calendar)
    if not found.passed:
        return None
    return Due(found.value.day, found.value.provisional or known[period.from_].provisional)


def _window(rulebook: Rulebook, workflow: Workflow, known: Mapping[str, Due], calendar: WorkCalendar) -> Due | None:
    """The last day on which the procedure is open, as far as it can be told: the latest of its ends (C-12)."""
    if workflow.window is None:
        return None
    ends = [_last(rulebook, workflow, period, known, calendar) for period in workflow.window.closes]
    return max((end for end in ends if end), key=lambda end: end.day, default=None)


def _begins(rulebook: Rulebook, class_id: str, known: Mapping[str, Due]) -> Begins | None:
    if rulebook.membership is None:
        return None
    event = rulebook.starts_on(class_id)
    return Begins(event, known.get(event), rulebook.membership.sources(rulebook.id))
