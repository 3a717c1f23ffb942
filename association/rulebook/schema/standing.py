"""What membership brings and what may happen to it: benefits, certificates, sanctions, bans, offices."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .base import (
    EVERYONE,
    Condition,
    Count,
    Event,
    FixedDate,
    Flag,
    Id,
    Ids,
    OneOrMore,
    Period,
    Rule,
    Selector,
    Validity,
    Window,
    Words,
)

Channel = Literal["website", "wechat", "notice_board", "mail", "briefing", "media", "douyin", "video"]


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


PRINTED_KINDS = ("certificate", "card")
PRINTED = frozenset({"name", "number", "class", "tier", "field", "issued_on", "valid_from", "valid_until"})
"""Of which kinds certificates the program prints without a registration, and what on them; others are made by hand."""


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
    requires: tuple[Words, ...] = ()
    one_per: Literal["member"] | None = None
    physical: Flag = False


class Review(Rule):
    """``[[reviews]]``: a periodic look at a member. ``scale``: the document that the grades come from."""

    id: Id
    name: str = ""
    window: Window | None = None
    parts: tuple[Words, ...] = ()
    result: Literal["stamp", "grade", "certificate", "renewal"]
    selector: Selector = EVERYONE
    per: Literal["year", "term", "cooperation_period"] = "year"
    scale: str = ""


class Credit(Rule):
    """``[credit]``: grades from best to worst."""

    grades: tuple[Words, ...]
    default_text: str = ""
    bad: tuple[Words, ...] = ()


class Rung(Rule):
    """``[[sanctions.ladder]]``: a higher ``rank`` is graver. ``lists``: it goes with the dishonesty list.

    ``enabled = false``: in the document, but not used until the association decides so (罚款).
    """

    id: Id
    name: Words
    rank: Count
    effects: tuple[Literal["none", "suspend_rights", "end_membership", "fine", "letter"], ...]
    period: Literal["none", "optional", "required"] = "optional"
    lists: Flag = False
    letter: Flag = False
    enabled: Flag = True


class Ground(Rule):
    """``[[sanctions.grounds]]``: why a sanction may be imposed; ``needs``: what must be on file before."""

    id: Id
    text: Words
    needs: tuple[Words, ...] = ()
    verified_complaint: Flag = False
    mandatory: Flag = False


class Automatic(Rule):
    """``[[sanctions.automatic]]``: a condition that opens a case; a person decides it (C-20).

    Either ``after`` a period, or on a fixed day of the year (``on``, 每年某日仍未交纳的). ``years``: so many
    consecutive fee years unpaid. ``effect``: a rung of the ladder, ``withdrawal`` (视为退会) or ``loss`` (丧失资格).
    ``confirm = false``: what the document itself says happens by itself, the end of a term that ran out.
    """

    id: Id
    condition: Literal["unpaid", "inactive"]
    after: Period | None = None
    on: FixedDate | None = None
    years: Annotated[int, Field(strict=True, ge=1)] | None = None
    excuse: Flag = False
    inquiry: Period | None = None
    effect: Id | Literal["withdrawal", "loss"]
    confirm: Flag = True
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
    """``[sanctions]``: who decides, the ladder of measures, the grounds, and what opens a case by itself."""

    decided_by: Id
    handled_by: Id | None = None
    extensible: Flag = False
    count_first_day: Flag = True
    police_report: Flag = False
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


class Restoration(Rule):
    """``[[restorations]]``: the way back (恢复会籍) of those ``of`` whom membership or rights were taken.

    ``within`` a period, ``by`` payment, application or resolution. ``back_dues``: which fees of the time between are
    owed: none, those that were open, or all years. ``back_dues_after``: all of them once this period is over.
    """

    id: Id
    of: Annotated[tuple[Literal["suspended", "withdrawn", "lost", "deemed_withdrawn"], ...], OneOrMore]
    within: Period | None = None
    by: Literal["payment", "application", "resolution"]
    decided_by: Id | None = None
    back_dues: Literal["none", "open", "all"] = "open"
    back_dues_after: Period | None = None


class Renewal(Rule):
    """``[[renewals]]``: how a membership that was paid or agreed for a time goes on (续费、续约).

    ``ends`` says whose end it is. ``opens`` before it (a negative period from ``validity.ends``), ``grace`` after it.
    ``on_lapse``: the membership ends, is reviewed, or its rights rest; ``confirm``: a person confirms.
    """

    id: Id
    name: str = ""
    selector: Selector = EVERYONE
    ends: Literal["paid_period", "cooperation_period", "validity"]
    opens: Period | None = None
    grace: Period | None = None
    on_lapse: Literal["end", "review", "suspend"]
    confirm: Flag = True


class Withdrawal(Rule):
    """``[withdrawal]``: how a member leaves. ``ends_on`` ends the membership.

    ``approval``: ``approved_by`` must agree. ``acknowledge``: staff record it, there is nothing to decide.
    ``handover``: what the member gives back or hands over beside ``hand_back``.
    """

    ends_on: Event = "withdrawal.received"
    written: Flag = True
    hand_back: tuple[Words, ...] = ()
    handover: tuple[Words, ...] = ()
    hand_back_on: tuple[Literal["withdrawal", "expulsion"], ...] = ("withdrawal",)
    approval: Flag = False
    approved_by: Id | None = None
    acknowledge: Flag = True
    warn_of_ban: Flag = False
    refund_prepaid: Literal["none", "propose_unstarted_years"] = "none"


class AnnouncementRule(Rule):
    """``[[announcements]]``: what is made public, and only these fields of it. ``person_fields``: of a person.

    ``publicity``: how long it is on show before what it announces holds (公示期); without it, as long as the step that
    publishes it says. ``objections``: whether one objects by name only, or without a name too.
    """

    id: Id
    on: Event
    name: str = ""
    deadline: Period | None = None
    fields: tuple[Words, ...]
    person_fields: tuple[Words, ...] = ()
    channels: tuple[Channel, ...] = ("website",)
    published_by: Id | None = None
    publicity: Period | None = None
    objections: Literal["named", "anonymous"] = "named"


class Directory(Rule):
    """``[directory]``: what the public list shows, how it is ordered and grouped, and what stands beside it."""

    fields: tuple[Words, ...] = ()
    order: tuple[Words, ...] = ()
    group_by: Literal["category", "tier", "class"] | None = None
    disclaimers: tuple[Words, ...] = ()
    contact_disclaimer: str = ""
    export: tuple[Literal["pdf", "csv"], ...] = ()
    channels: tuple[Channel, ...] = ("website",)
