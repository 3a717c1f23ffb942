"""When somebody is reminded of a deadline (催办): stages in working days around its last day.

Pure: told the day, the calendar and which stages are done, it says which one to send and which to skip, and why.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from association.rulebook.schema import ReminderRule
from association.rules.counting import WorkCalendar, workdays_after

TOO_SHORT = "too_short"
"""The period began later than the day of the stage."""
OVERTAKEN = "overtaken"
"""A later stage was reached before the duty ran: only the newest is sent."""
NOBODY = "nobody"
"""There is no account to write to."""


@dataclass(frozen=True, slots=True)
class Stage:
    """``offset``: working days after the last day, negative before it. ``escalates``: a higher body is told too."""

    code: str
    offset: int
    escalates: bool = False


BEFORE_5, BEFORE_1, ON_DAY = Stage("before_5", -5), Stage("before_1", -1), Stage("on_day", 0)
OVERDUE = Stage("overdue_1", 1)
ESCALATION = "escalation"

DEFAULT = (BEFORE_5, BEFORE_1, ON_DAY, OVERDUE, Stage(ESCALATION, 3, escalates=True))
"""Where the rulebook says nothing: the secretary-general hears of it on the third working day."""
NAMED = (BEFORE_5, BEFORE_1, ON_DAY, Stage(ESCALATION, 1, escalates=True))
"""Where an article names who hears of what is late: at once, with those whose turn it is."""


@dataclass(frozen=True, slots=True)
class Planned:
    stage: Stage
    on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done on a day: at most one stage is sent; ``next_on`` is the next day to look, None for never."""

    send: Planned | None
    skip: tuple[tuple[Planned, str], ...]
    next_on: date | None


def stages(escalate_to: str | None, rule: ReminderRule | None = None) -> tuple[Stage, ...]:
    """The stages of a step; ``escalate_to`` is the body that the step's own rule names, ``rule`` the document's."""
    if rule is None:
        return NAMED if escalate_to else DEFAULT
    before = (Stage(f"before_{n}", -n) for n in sorted(rule.before, reverse=True))
    after = (Stage(f"overdue_{n}", n) for n in sorted(rule.after) if n != rule.escalate_after)
    above = (Stage(ESCALATION, rule.escalate_after, escalates=True),) if rule.escalate_after else ()
    return (*before, *((ON_DAY,) if rule.on_day else ()), *after, *above)


def planned(of: Collection[Stage], due_on: date, calendar: WorkCalendar) -> tuple[Planned, ...]:
    """The stages by their days, the first one first."""
    days = (Planned(one, workdays_after(due_on, one.offset, calendar).day) for one in of)
    return tuple(sorted(days, key=lambda one: (one.on, one.stage.offset)))


def too_short(one: Planned, started_on: date) -> bool:
    """Whether the stage lies before the period: who was given it on that day needs no reminder on it."""
    return one.on < started_on or (one.on == started_on and one.stage.offset < 0)


def verdict(
    of: Collection[Stage], *, started_on: date, due_on: date, done: Collection[str], calendar: WorkCalendar, on: date
) -> Verdict:
    """What is due on or before ``on`` and not done: the newest is sent, the others are skipped, each with a reason.

    What is older than a stage that is done is never sent any more.
    """
    all_stages = planned(of, due_on, calendar)
    last_done = max((n for n, one in enumerate(all_stages) if one.stage.code in done), default=-1)
    reached = [(n, one) for n, one in enumerate(all_stages) if one.on <= on and one.stage.code not in done]
    sendable = [n for n, one in reached if not too_short(one, started_on) and n > last_done]
    newest = sendable[-1] if sendable else None
    return Verdict(
        all_stages[newest] if newest is not None else None,
        tuple((one, TOO_SHORT if too_short(one, started_on) else OVERTAKEN) for n, one in reached if n != newest),
        min((one.on for one in all_stages if one.on > on), default=None),
    )


def first_look(of: Collection[Stage], *, started_on: date, due_on: date, calendar: WorkCalendar) -> date | None:
    """The first day on which there is a stage to send; None where there never is."""
    found = (one.on for one in planned(of, due_on, calendar) if not too_short(one, started_on))
    return min(found, default=None)
