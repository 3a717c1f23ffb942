"""How the association governs itself by the document: roles, votes, attendance, amendments, appeals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .base import EVERYONE, Count, Flag, Id, Ids, OneOrMore, Period, Rule, Selector, Words
from .joining import StepAction


class Role(Rule):
    """``[[roles]]``: somebody with rights who is neither a class nor a tier (会员代表、专家、顾问律师、主管部门).

    ``elected_by``: the body, class or tier that elects; ``term_of``: the body whose term the role shares.
    """

    id: Id
    name: Words
    kind: Literal["delegate", "expert", "legal_adviser", "authority", "contact", "volunteer", "other"]
    selector: Selector = EVERYONE
    elected_by: Id | None = None
    term_of: Id | None = None
    read_only: Flag = False
    veto: Flag = False


ShareText = Annotated[str, Field(pattern=r"^(>=|>) [1-9][0-9]?/[1-9][0-9]?$")]
"""``">= 2/3"``: at least two thirds; ``"> 1/2"``: more than half (C-13)."""


class Majority(Rule):
    """``[[voting.decisions]]``: what a vote on this kind of matter needs. What is left out follows the law.

    ``quorum``: of those invited, who must be present; ``majority``: who must say yes, ``of`` those present or of all;
    ``by``: the bodies that decide it.
    """

    kind: Literal["ordinary", "fee_standard", "charter", "dissolution", "removal", "election"]
    quorum: ShareText | None = None
    majority: ShareText | None = None
    of: Literal["present", "all"] = "present"
    secret: Flag | None = None
    by: Ids = ()


class Voting(Rule):
    """``[voting]``: ``equal`` says that every member's vote counts the same; else ``weights`` by tier or class.

    ``electorate``: who votes; ``elects``: offices elected by it; ``excluded``: classes and tiers without a vote;
    ``proxies``: how many others one person may vote for; ``notice_days``: how long before a meeting it is called.
    """

    equal: Flag = True
    weights: Mapping[Id, Count] = {}
    electorate: Literal["members", "delegates"] = "members"
    elects: tuple[Words, ...] = ()
    excluded: Ids = ()
    proxies: Count = 1
    notice_days: Count | None = None
    decisions: tuple[Majority, ...] = ()


class Attendance(Rule):
    """``[[attendance]]``: what missing ``absences`` meetings of ``body`` leads to (届中缺席). Somebody decides it."""

    id: Id
    body: Id
    absences: Annotated[int, Field(strict=True, ge=1)]
    consecutive: Flag = True
    excuse: Flag = True
    effect: Literal["lose_seat", "lose_tier", "remind"]
    decided_by: Id | None = None


class Appeal(Rule):
    """``[[appeals]]``: who hears an objection to a decision, within which time it is raised and answered."""

    id: Id
    name: str = ""
    against: Annotated[
        tuple[Literal["rejection", "sanction", "expulsion", "loss", "removal", "grade", "any"], ...], OneOrMore
    ]
    body: Id
    within: Period | None = None
    answer: Period | None = None
    suspends: Flag = False
    final: Flag = True


class Amendment(Rule):
    """``[amendment]``: how the document itself is changed (修改程序).

    ``notice``: all members are told before; ``comment_period``: how long they may comment, from
    ``rulebook.notice_sent``. Adoption is refused until the period is over.
    """

    notice: Flag = False
    comment_period: Period | None = None
    decided_by: Ids = ()


class Distribution(Rule):
    """``[distribution]``: who is told of a new version. ``members``: every active member gets a message.

    ``to`` and ``reported_to`` are the addressees in the document's words (主送、报送).
    """

    members: Flag = False
    to: tuple[Words, ...] = ()
    reported_to: tuple[Words, ...] = ()


class Feedback(Rule):
    """``[feedback]``: readers may write to ``to`` about an article."""

    to: Id


WorkingDays = Annotated[int, Field(strict=True, ge=1, le=90)]


class ReminderRule(Rule):
    """``[[reminders]]``: when those whose turn it is are reminded, in working days around the last day (催办).

    ``actions``: the steps that it concerns, all where empty; the first that fits is taken. ``escalate_after``: on
    which working day after the last day ``escalate_to`` hears of it; 0 never.
    """

    id: Id
    actions: Annotated[tuple[StepAction, ...], OneOrMore] = ()
    before: Annotated[tuple[WorkingDays, ...], Field(max_length=5)] = (5, 1)
    on_day: Flag = True
    after: Annotated[tuple[WorkingDays, ...], Field(max_length=5)] = (1,)
    escalate_after: Annotated[int, Field(strict=True, ge=0, le=90)] = 3
    escalate_to: Id | None = None
