"""The document itself: what it is, its articles, the calendar it counts by, the bodies it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .base import Count, Flag, Id, Ids, MonthDay, OneOrMore, Part, Rule, Words

Status = Literal["draft", "trial", "in_force", "repealed", "template"]


class Meta(Rule):
    """``[rulebook]``: title, version, who may adopt it. Dates left out are entered at adoption.

    ``issuer``, ``published_on``, ``level`` and ``topic`` are what the document prints of itself (制定机关、公布日期、
    效力等级、主题分类); ``resolution`` is the meeting that passed it, in its words. ``items``: how an item is cited,
    ``ordinal`` 第八条第一项第五目 or ``bracket`` 第八条（一）5.
    """

    id: Annotated[Id, Field(max_length=40)]
    title: Annotated[Words, Field(max_length=200)]
    association: str = ""
    version: Annotated[Words, Field(max_length=40)]
    kind: Literal["membership", "registry"]
    status: Status
    adoptable: Flag = True
    adopted_by: Ids = ()
    implemented_by: Id | None = None
    interpreted_by: Id | None = None
    adopted_on: date | None = None
    effective_on: date | None = None
    repealed_on: date | None = None
    based_on: tuple[Words, ...] = ()
    document_no: str = ""
    issuer: str = ""
    published_on: date | None = None
    level: str = ""
    topic: str = ""
    resolution: str = ""
    items: Literal["ordinal", "bracket"] = "ordinal"
    source: str = ""
    replaced_by: str = ""


class Profile(Part):
    """``[profile]``: the association as its own document names it (page footer, letterhead)."""

    name: Words
    short_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    website: str = ""
    icp: str = ""
    copyright: str = ""
    supervising_unit: str = ""
    registration_authority: str = ""


class Reference(Part):
    """``[references.ID]``: another document that rules cite (``"charter:5"``), with its text where it is known."""

    title: Words
    articles: Mapping[str, str] = {}


class Chapter(Part):
    """``[[chapters]]``: a heading, and the key of the first article under it."""

    title: Words
    first: Words


class ArticleMeta(Part):
    """``[articles_meta."9"]``: what is known about an article beside its text."""

    label: str = ""
    erratum: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article, paragraph or item with its verbatim text. ``parent`` is the key of what it is a part of."""

    key: str
    label: str
    text: str
    chapter: str = ""
    parent: str | None = None
    erratum: str = ""
    note: str = ""


class Calendar(Rule):
    """``[calendar]``: how days are counted (C-1 to C-9). ``fixed_holidays`` are ``MM-DD``."""

    timezone: Literal["Asia/Shanghai"] = "Asia/Shanghai"
    workdays: Literal["chinesecalendar"] = "chinesecalendar"
    missing_year: Literal["weekdays_provisional", "error"] = "weekdays_provisional"
    fixed_holidays: tuple[MonthDay, ...] = ()
    count_first_day: Flag = False
    month_end: Literal["clamp"] = "clamp"
    cutoff: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None


class Body(Rule):
    """``[bodies.ID]``: who reviews, decides, resolves. ``composed_of``: roles and tiers who sit in it."""

    name: Annotated[Words, Field(max_length=80)]
    kind: Literal[
        "assembly",
        "council",
        "standing_council",
        "president_meeting",
        "secretariat",
        "department",
        "committee",
        "office",
        "panel",
        "working_group",
        "branch",
        "external",
    ]
    parent: Id | None = None
    guided_by: Id | None = None
    elected: Flag = False
    elected_by: Id | None = None
    composed_of: Ids = ()
    term_years: Count | None = None


class Ratification(Rule):
    """``[ratification]``: interim decisions between meetings, and what their revocation does."""

    interim_by: Id
    ratify_by: Annotated[tuple[Id, ...], OneOrMore]
    covers: tuple[Literal["sanction", "withdrawal", "admission", "restoration", "tier_change"], ...] = (
        "sanction",
        "withdrawal",
    )
    urgency_required: Flag = False
    revoke: Literal["void_from_start", "from_now"] = "void_from_start"
