"""What the document says about fees (会费). Amounts are no rules: the installation enters them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from .base import DateRule, Event, Exact, Flag, Id, Ids, MonthDay, Part, Period, Rule, Selector, Words

Method = Literal["cash", "cheque", "corporate_transfer", "bank_remittance", "electronic", "other"]


Cycle = Literal["year", "half", "quarter", "month", "once"]


class Share(Part):
    """From this day of the year on, a new member pays this share of the year's fee (7月1日后入会的减半)."""

    from_: MonthDay = Field(alias="from")
    rate: Annotated[Exact, Field(ge=0, le=1)]


class Proration(Rule):
    """``[fees.proration]``: the share of the fee period in which membership begins.

    ``months``: fee × months left / ``denominator``, the month of ``basis_event`` counted or not; in a cycle shorter
    than the year, months left of the period / months of the period. ``quarters``: quarters left / 4, the current one
    counted. ``shares``: the last of ``shares`` whose day has come, the whole fee before the first; by the year only.
    ``lines_until``: whether periods between the start and the registration are billed with it.
    """

    method: Literal["none", "months", "quarters", "shares"] = "none"
    shares: tuple[Share, ...] = ()
    include_join_month: Flag = True
    basis_event: Event = "membership.started"
    denominator: Annotated[int, Field(strict=True, ge=1)] = 12
    lines_until: Literal["start_year", "registration_year"] = "registration_year"


class Prepayment(Rule):
    """``[fees.prepayment]``: paying the rest of the term at once; ``mandatory_for`` some."""

    allowed: Literal["remaining_term", "none"] = "none"
    all_or_nothing: Flag = True
    mandatory_for: Selector | None = None
    term_end_year: Literal["full", "prorated", "excluded"] = "full"


class Waiver(Rule):
    """``[[fees.waivers]]``: when a fee is not owed, and whether what was paid goes back."""

    id: str = ""
    when: Literal["employer_paid_same_year"]
    scope: Literal["current_year", "all_years"] = "current_year"
    refund: Literal["original_channel", "none"] = "none"
    full: Flag = True
    selector: Selector = Selector()


class Free(Rule):
    """``[[fees.free]]``: who owes no fee (名誉会员、学生会员免交会费)."""

    id: Id
    selector: Selector


class Exemption(Rule):
    """``[[fees.exemptions]]``: a fee lowered or not owed on application (申请减免), decided by ``decided_by``.

    ``rate``: the share that is still owed, ``"0"`` none; left out where the decision says how much.
    """

    id: Id
    name: Words
    selector: Selector = Selector()
    grounds: tuple[Words, ...] = ()
    rate: Annotated[Exact, Field(ge=0, le=1)] | None = None
    decided_by: Id
    apply_by: DateRule | None = None
    scope: Literal["current_year", "until_revoked"] = "current_year"


class Grade(Rule):
    """``[fees.grade]``: the fee also depends on a choice of the form (按资质等级交纳): one amount for each choice."""

    field: Id
    selector: Selector = Selector()


class Receipt(Rule):
    """``[fees.receipt]``: the voucher and the event after which it may be issued."""

    name: Words
    after: Event = "fee.received"


class FeeReport(Part):
    to: Ids
    ref: tuple[Words, ...]


class Memo(Rule):
    """``[fees.memo]``: the words that a transfer's purpose must contain, for which methods."""

    contains: Words
    methods: tuple[Method, ...]


class Donation(Rule):
    """``[fees.donations]``: voluntary support is recorded apart from fees."""

    separate: Flag = True


class Fees(Rule):
    """``[fees]``: cycle, due dates, who issues and who duns.

    ``amounts``: for what one amount stands in the fee standard, a year or a period of the ``cycle``.
    ``cycles``: classes with a cycle of their own. ``before_review``: the fee comes with the application, and
    ``refund_on_rejection`` says what becomes of it.
    ``lapse_after``: how long after its due day an unpaid first fee leaves the admission to the staff.
    """

    cycle: Cycle
    cycles: Mapping[Id, Cycle] = {}
    amounts: Literal["year", "period"] = "year"
    issued_by: Id
    dunning_by: Ids = ()
    standard_by: Id | None = None
    due: DateRule | None = None
    first_due: DateRule | None = None
    rounding: Literal["half_up"] = "half_up"
    quantum: Exact = Decimal("0.01")
    per_line: Flag = True
    partial_allowed: Flag = False
    methods: tuple[Method, ...] = ()
    free_items: tuple[Words, ...] = ()
    before_review: Flag = False
    refund_on_rejection: Literal["full", "none"] | None = None
    lapse_after: Period | None = None
    memo: Memo | None = None
    proration: Proration | None = None
    prepayment: Prepayment | None = None
    grade: Grade | None = None
    free: tuple[Free, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    receipt: Receipt | None = None
    report: FeeReport | None = None
    donations: Donation | None = None
