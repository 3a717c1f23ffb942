"""What a member has by the document: rights, duties, services, honours, levels and points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from .base import EVERYONE, Count, Exact, Flag, Id, Ids, OneOrMore, Period, Rule, Selector, Words


class Entitlement(Rule):
    """``[[entitlements]]``: a right, duty or service in the document's words. ``holder``: class, tier or body id."""

    id: Id
    kind: Literal["right", "duty", "service"]
    text: Words
    holder: Ids
    blocked_when: tuple[Literal["suspended"], ...] = ()


class Inheritance(Rule):
    """``[[inherits]]``: ``holder`` has what the one in ``from`` has, and more of its own (在…的基础上)."""

    holder: Id
    from_: Id = Field(alias="from")


class Benefit(Rule):
    """``[[benefits]]``: a service that is counted, priced or ordered. ``quantity`` by tier, ``rate`` a share.

    ``holders``: roles that have it beside ``selector``. ``target``: tiers it is directed at (走访普通会员单位).
    ``deadline``: until when the association answers. ``needs_resolution_of``: held only under such a resolution.
    """

    id: Id
    name: str = ""
    selector: Selector = EVERYONE
    kind: Literal[
        "pass",
        "discount",
        "priority",
        "free",
        "report",
        "request",
        "promotion",
        "call",
        "library",
        "event",
        "newsletter",
        "survey",
        "visit",
        "mentoring",
        "return",
        "contact",
        "link",
        "post",
        "recommendation",
    ]
    audience: Literal["members", "public"] = "members"
    needs_approval: Flag = False
    holders: Ids = ()
    target: Ids = ()
    fields: tuple[Words, ...] = ()
    deadline: Period | None = None
    handled_by: Id | None = None
    needs_resolution_of: Id | None = None
    opt_out: Flag = False
    per: Literal["event", "year"] | None = None
    event_kinds: tuple[Words, ...] = ()
    quantity: Mapping[Id, Count] = {}
    rate: Exact | None = None
    blocked_when: tuple[Literal["suspended"], ...] = ("suspended",)


class Award(Rule):
    """``[[awards]]``: what the association honours members with (表彰). ``certificate``: a document is issued."""

    id: Id
    name: Words
    per: Literal["year", "none"] = "none"
    certificate: Flag = False
    titles: tuple[Words, ...] = ()
    decided_by: Id | None = None
    public: Flag = True


class Survey(Rule):
    """``[[surveys]]``: members are asked; one answer each, a second one replaces the first."""

    id: Id
    name: Words
    per: Literal["year", "none"] = "none"
    selector: Selector = EVERYONE


class Newsletter(Rule):
    """``[newsletter]``: 会员通讯. ``opt_out``: a member may do without it."""

    name: Words
    regular: Flag = True
    opt_out: Flag = True


class Level(Rule):
    """``[[levels]]``: a level that is computed from what a member did (等级), thresholds inclusive (C-13).

    ``metric``: 消费额, 活跃度 or 合作业绩. A ``threshold`` that the document does not give is the association's to
    enter. ``confirm``: a person confirms the proposal.
    """

    id: Id
    name: Words
    selector: Selector = EVERYONE
    metric: Literal["spending", "activity", "results"]
    threshold: Exact | None = None
    rank: Count
    confirm: Flag = True


class Points(Rule):
    """``[points]``: 积分, earned by yuan spent and by visit, redeemed for ``redeem``; never below zero."""

    earn: Annotated[tuple[Literal["spending", "visit"], ...], OneOrMore]
    per_yuan: Exact | None = None
    per_visit: Exact | None = None
    redeem: tuple[Words, ...] = ()
    rounding: Literal["down"] = "down"


class Checklist(Rule):
    """``[[checklists]]``: items that the document enumerates, in its order, for something outside the portal."""

    id: Id
    name: Words
    items: tuple[Words, ...]
