"""Lists of providers that the association keeps (名录、服务机构库): selection, assessment, satisfaction, exit."""

from __future__ import annotations

from typing import Annotated, Literal

from .base import Count, Exact, Flag, Id, Ids, OneOrMore, Part, Period, Rule, Threshold, Window, Words
from .standing import Ground


class Call(Rule):
    """``[registries.call]``: entries come by public calls (征集、遴选), whose closing day the operator chooses."""

    closes_inclusive: Flag = True
    reopened_by: Id | None = None
    contact: Flag = True


class Stage(Part):
    """A stage of a selection, with its weight in the total. All stages have a weight or none: then it is entered.

    ``mean``: of at least ``panel`` experts' scores. ``interviewee``: the field that names who must come.
    """

    id: Id
    name: Words
    weight: Exact | None = None
    method: Literal["score", "mean", "pass"] = "score"
    panel: Count = 0
    interviewee: Id | None = None
    focus: tuple[Words, ...] = ()
    ref: tuple[Words, ...] = ()


class Selection(Rule):
    """``[registries.selection]``: the weights of the stages add up to 1; ``quota`` left out is entered per call.

    ``tie``: stages by which a tie is looked at, in order; a tie at the border is always flagged.
    """

    stages: tuple[Stage, ...]
    quota: Count | None = None
    tie: Annotated[Ids, OneOrMore] = ()
    decided_by: Id | None = None


class Band(Part):
    """A grade: the total meets ``op`` ``value``. Bands stand from best to worst, the last may have none."""

    name: Words
    op: Literal[">=", ">"] = ">="
    value: Exact | None = None


class Item(Part):
    """A thing looked at within a component; without weights the items count alike."""

    id: Id
    name: Words
    weight: Exact | None = None
    ref: tuple[Words, ...] = ()


class Component(Part):
    """A part of the assessment with its weight in the total."""

    id: Id
    name: Words
    weight: Exact
    items: tuple[Item, ...] = ()
    ref: tuple[Words, ...] = ()


class Assessment(Rule):
    """``[registries.assessment]``: weighted parts and the grades of their total.

    ``recommends`` and ``opens_exit`` name bands. ``ranking``: published, equal totals share a rank (1, 1, 3).
    """

    components: tuple[Component, ...] = ()
    bands: tuple[Band, ...] = ()
    window: Window | None = None
    round_before_grading: Flag = False
    recommends: tuple[Words, ...] = ()
    new_recommended: Flag = False
    opens_exit: tuple[Words, ...] = ()
    consecutive_fail: Count | None = None
    ranking: Flag = False
    full_marks: Count = 100
    assessed_by: Id | None = None


class Satisfaction(Rule):
    """``[registries.satisfaction]``: the share (percent) of ratings of at least ``satisfied`` out of ``scale``.

    ``trigger`` met, with ``min_ratings`` in the year: rectification is ordered; whoever then still fails is removed.
    """

    satisfied: Count = 4
    scale: Count = 5
    trigger: Threshold
    min_ratings: Count = 0
    per: Literal["calendar_year"] = "calendar_year"
    rectification: Period | None = None


class Exit(Rule):
    """``[registries.exit]``: how an entry leaves. ``triggers`` open a case by themselves; a person decides."""

    grounds: tuple[Ground, ...] = ()
    triggers: tuple[
        Literal["voluntary", "tier_lost", "membership_ended", "failed", "failed_twice", "dissatisfaction"], ...
    ] = ()
    decided_by: Id | None = None
    opinion_of: Id | None = None
    outcomes: tuple[Literal["rectify", "exit", "dismiss"], ...] = ("exit", "dismiss")
    announced: Flag = True
    voluntary_wording: str = ""


class Registry(Rule):
    """``[[registries]]``: a list of providers. ``standing``: checks that must hold as long as the entry is listed.

    ``third_party``: an entry is never engaged by itself. ``matching``: members' needs are matched by category.
    """

    id: Id
    name: Words
    operator: Id | None = None
    entries: Ids = ()
    numbering: str = ""
    call: Call | None = None
    selection: Selection | None = None
    assessment: Assessment | None = None
    satisfaction: Satisfaction | None = None
    exit: Exit | None = None
    standing: Ids = ()
    publicity: Period | None = None
    certificate: Flag = False
    matching: Flag = False
    third_party: Flag = False
