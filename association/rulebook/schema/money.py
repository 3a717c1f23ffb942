"""What the document says about fees (会费). Amounts are no rules: the installation enters them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from .base import DateRule, Event, Exact, Flag, Id, Ids, Part, Rule, Selector, Words

Method = Literal["cash", "cheque", "corporate_transfer", "bank_remittance", "electronic", "other"]


class Proration(Rule):
    """``[fees.proration]``: the first year's share.

    ``months``: fee × months left / ``denominator``, the month of ``basis_event`` counted or not.
    ``lines_until``: whether years between the start and the registration are billed with it.
    """

    method: Literal["none", "months"] = "none"
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
    """``[fees]``: cycle, due dates, who issues and who duns."""

    cycle: Literal["year", "half", "quarter", "month", "once"]
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
    memo: Memo | None = None
    proration: Proration | None = None
    prepayment: Prepayment | None = None
    waivers: tuple[Waiver, ...] = ()
    receipt: Receipt | None = None
    report: FeeReport | None = None
    donations: Donation | None = None
