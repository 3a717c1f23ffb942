"""What membership brings and what may happen to it: benefits, certificates, sanctions, bans, offices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .base import (
    EVERYONE,
    Condition,
    Count,
    Event,
    Exact,
    Flag,
    Id,
    Ids,
    OneOrMore,
    Part,
    Period,
    Rule,
    Selector,
    Validity,
    Window,
    Words,
)


class Size(Rule):
    """``[[sizes]]``: a size of enterprise. The rows are read in order, the first true one wins."""

    id: Id
    name: Words
    any: tuple[Condition, ...] = ()
    all: tuple[Condition, ...] = ()
    citation: str = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> Size:
        if bool(self.any) == bool(self.all):
            raise PydanticCustomError("any_or_all", "give either any or all")
        return self


class Entitlement(Rule):
    """``[[entitlements]]``: a right, duty or service in the document's words. ``holder``: class, tier or body id."""

    id: Id
    kind: Literal["right", "duty", "service"]
    text: Words
    holder: Ids
    blocked_when: tuple[Literal["suspended"], ...] = ()


class Inherits(Rule):
    """``[inherits]``: each holder has what the lower one has."""

    holders: Mapping[Id, Id]


class Benefit(Rule):
    """``[[benefits]]``: a service that is counted, priced or ordered. ``quantity`` by tier, ``rate`` a share."""

    id: Id
    name: str = ""
    selector: Selector = EVERYONE
    kind: Literal["pass", "discount", "priority", "free", "report", "request", "promotion", "call"]
    per: Literal["event", "year"] | None = None
    event_kinds: tuple[Words, ...] = ()
    quantity: Mapping[Id, Count] = {}
    rate: Exact | None = None
    blocked_when: tuple[Literal["suspended"], ...] = ("suspended",)


class Certificate(Rule):
    """``[[certificates]]``: a certificate, plaque, card or letter.

    ``validity`` is a list: the first whose registration and selector fit (see ``Rulebook.validity_for``).
    """

    id: Id
    name: Words
    kind: Literal["certificate", "plaque", "card", "letter"]
    selector: Selector = EVERYONE
    fields: tuple[Words, ...] = ()
    types: Ids = ()
    by: tuple[Literal["class", "field", "tier", "category"], ...] = ()
    trigger: Event
    deadline: Period | None = None
    validity: Annotated[tuple[Validity, ...], OneOrMore] = ()
    reissue_on: tuple[Event, ...] = ()
    stamps: Flag = False
    stamp_title: str = ""
    seal: str = ""
    duty_text: str = ""
    one_per: Literal["member"] | None = None
    physical: Flag = False


class Review(Rule):
    """``[[reviews]]``: a periodic look at a member."""

    id: Id
    name: str = ""
    window: Window | None = None
    parts: tuple[Words, ...] = ()
    result: Literal["stamp", "grade", "certificate"]


class Credit(Rule):
    """``[credit]``: grades from best to worst."""

    grades: tuple[Words, ...]
    default_text: str = ""
    bad: tuple[Words, ...] = ()


class Rung(Rule):
    """``[[sanctions.ladder]]``: a higher ``rank`` is graver. ``lists``: it goes with the dishonesty list."""

    id: Id
    name: Words
    rank: Count
    effects: tuple[Literal["none", "suspend_rights", "end_membership", "fine", "letter"], ...]
    period: Literal["none", "optional", "required"] = "optional"
    lists: Flag = False


class Ground(Rule):
    id: Id
    text: Words
    needs: tuple[Words, ...] = ()


class Automatic(Rule):
    """``[[sanctions.automatic]]``: a condition that opens a case; a person decides it (C-20)."""

    id: Id
    condition: Literal["unpaid", "inactive"]
    after: Period
    excuse: Flag = False
    inquiry: Period | None = None
    effect: Id
    requires_activity_held: Flag = False
    partly_paid_counts: Flag = False


class Suspension(Rule):
    """``[sanctions.suspension]``: what it blocks, how long rights can be restored, and by whom."""

    restorable: Period
    after: Literal["lose_membership", "none"] = "none"
    pending_stops: Flag = False
    restore_by: Id | None = None
    require_paid: Flag = False
    blocks: tuple[Literal["vote", "candidate", "services"], ...] = ("vote", "candidate")
    fees_due: Flag = True


class Sanctions(Rule):
    decided_by: Id
    handled_by: Id | None = None
    extensible: Flag = False
    count_first_day: Flag = True
    ladder: tuple[Rung, ...] = ()
    grounds: tuple[Ground, ...] = ()
    automatic: tuple[Automatic, ...] = ()
    suspension: Suspension | None = None


class Ban(Rule):
    """``[[bans]]``: no re-entry for ``n`` units from an event. Bans do not roll (C-6)."""

    id: Id
    on: Annotated[
        tuple[Literal["withdrawal", "loss", "expulsion", "registry_exit", "list_removal"], ...],
        OneOrMore,
    ]
    from_: Event = Field(alias="from")
    n: Count
    unit: Literal["day", "month", "year"] = "year"
    enabled: Flag = True

    @property
    def period(self) -> Period:
        return Period(n=self.n, unit=self.unit, from_=self.from_)


class BansPolicy(Rule):
    combine: Literal["latest"] = "latest"
    identity: tuple[Literal["uscc", "id_no"], ...] = ("uscc", "id_no")
    sub_entities: Flag = True


class Dishonesty(Rule):
    """``[dishonesty]``: the association's own list (失信名录)."""

    blocks_admission: Flag = True
    planned_end_removes: Flag = False
    removal_by: Id | None = None
    handled_by: Id | None = None


class OfficerRule(Rule):
    """``[[officers]]``: what a sanction of these ranks does to an office (``sanction_rank_below`` excluded)."""

    min_office: Id
    sanction_rank_from: Count
    sanction_rank_below: Count | None = None
    effect: Literal["suspend_duty", "disqualify"]
    until: Literal["sanction_end"] | None = None
    confirm_by: Id | None = None
    announce: Flag = False
    count_automatic: Flag = False


class Withdrawal(Rule):
    """``[withdrawal]``: how a member leaves. ``ends_on`` ends the membership."""

    ends_on: Event = "withdrawal.received"
    written: Flag = True
    hand_back: tuple[Words, ...] = ()
    approval: Flag = False
    warn_of_ban: Flag = False
    refund_prepaid: Literal["none", "propose_unstarted_years"] = "none"


class AnnouncementRule(Rule):
    """``[[announcements]]``: what is made public, and only these fields of it. ``person_fields``: of a person."""

    id: Id
    on: Event
    name: str = ""
    deadline: Period | None = None
    fields: tuple[Words, ...]
    person_fields: tuple[Words, ...] = ()
    channels: tuple[Literal["website", "wechat", "notice_board", "mail"], ...] = ("website",)
    published_by: Id | None = None


class Directory(Rule):
    fields: tuple[Words, ...] = ()
    order: tuple[Words, ...] = ()
    disclaimers: tuple[Words, ...] = ()


class Stage(Part):
    """A stage of a selection, with its weight in the total."""

    id: Id
    name: Words
    weight: Exact
    method: str = ""


class Selection(Rule):
    """``[registries.selection]``: the weights of the stages add up to 1."""

    stages: tuple[Stage, ...]
    quota: Count | None = None
    tie: str = ""


class Band(Part):
    """A grade: the total meets ``op`` ``value``. Bands stand from best to worst, the last may have none."""

    name: Words
    op: Literal[">=", ">"] = ">="
    value: Exact | None = None


class Component(Part):
    id: Id
    name: Words
    weight: Exact


class Assessment(Rule):
    """``[registries.assessment]``: weighted parts and the grades of their total."""

    components: tuple[Component, ...] = ()
    bands: tuple[Band, ...] = ()
    window: Window | None = None
    round_before_grading: Flag = False
    consecutive_fail: Count | None = None


class Registry(Rule):
    """``[[registries]]``: a list of providers that the association keeps."""

    id: Id
    name: Words
    selection: Selection | None = None
    assessment: Assessment | None = None
