"""The words every part of a rulebook is made of: rules with a source, periods, validities, selectors."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from association.decisions import Basis, Source, article

Event = Literal[
    "application.submitted",
    "application.completed",
    "review.passed",
    "decision.approved",
    "decision.rejected",
    "notice.sent",
    "notice.received",
    "fee.received",
    "registration.requested",
    "registration.accepted",
    "registration.completed",
    "document.originals_received",
    "announcement.published",
    "sanction.effective",
    "suspension.effective",
    "list.removed",
    "withdrawal.received",
    "membership.started",
    "membership.ended",
    "invoice.due",
    "activity.last_attended",
    "term.ends",
    "term.changed_over",
    "tier.changed",
    "category.changed",
    "member.info_changed",
    "assessment.published",
    "rectification.ordered",
    "cooperation.ends",
    "rulebook.notice_sent",
    "rulebook.adopted",
    "fee_period.started",
    "validity.ends",
    "result.publicised",
    "unit.established",
    "entry.exited",
]
Unit = Literal["same_day", "workday", "day", "month", "year"]
Op = Literal[">=", ">", "<=", "<", "=="]
LegalForm = Literal[
    "legal_person",
    "unincorporated",
    "partnership",
    "sole_proprietorship",
    "government_organ",
    "public_institution",
    "individual_business",
    "branch",
    "internal_org",
    "other",
]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
"""``"07-01"``: the first of July, of every year."""

Registration = Literal["initial", "renewal", "re_registration"]

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Words = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0)]
Flag = Annotated[bool, Field(strict=True)]

WHOLE_DOCUMENT = "*"


def _exact(value: Any) -> Any:
    if isinstance(value, float | bool):
        raise PydanticCustomError("float_amount", "write the amount as a string", {"value": str(value)})
    return value


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | Mapping | BaseModel) else value


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False)]
"""Money, rates, weights, scores: a decimal string. A float is an error."""

OneOrMore = BeforeValidator(_as_tuple)
"""A single value stands for a list of one."""

Ids = Annotated[tuple[Id, ...], OneOrMore]


class Part(BaseModel):
    """A table inside a rule. Frozen; an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def source_of(ref: str, document: str, basis: Basis, note: str) -> Source:
    """``"30"`` is an article of ``document``; ``"charter:5"`` of another one, ``"charter:*"`` all of it."""
    other, colon, key = ref.partition(":")
    return article(other, key, basis, note) if colon else article(document, ref, basis, note)


class Rule(Part):
    """A rule cannot be read without its source: the articles, and whether they say it (``basis``)."""

    ref: Annotated[tuple[Words, ...], Field(min_length=1)]
    basis: Basis = Basis.TEXT
    note: str = ""

    def sources(self, document: str, part: Period | None = None) -> tuple[Source, ...]:
        """The articles behind the rule, or behind ``part`` of it where the part names its own.

        ``document`` is the id of the rulebook that the rule stands in.
        """
        ref = part.ref if part and part.ref else self.ref
        basis = part.basis if part and part.basis else self.basis
        note = part.note if part and part.note else self.note
        return tuple(source_of(key, document, basis, note) for key in ref)


class Period(Part):
    """A length of time from an event. ``n`` may be negative: a window that opens before the event.

    ``count_first`` and ``roll`` left out follow the conventions: the first day is not counted (C-2), nothing rolls
    (C-6).
    ``ref``, ``basis`` and ``note`` are given only where they differ from those of the rule around it.
    """

    n: Whole
    unit: Unit
    from_: Event = Field(alias="from")
    roll: Literal["next_workday", "none"] = "none"
    count_first: Flag = False
    ref: tuple[Words, ...] = ()
    basis: Basis | None = None
    note: str = ""


class FixedDate(Part):
    """A day of every year; ``inclusive``: the day itself is in time (C-7)."""

    kind: Literal["fixed"]
    month: Annotated[int, Field(strict=True, ge=1, le=12)]
    day: Annotated[int, Field(strict=True, ge=1, le=31)]
    inclusive: Flag = True
    roll: Literal["next_workday", "none"] = "none"


class EventDate(Part):
    """On the day of an event."""

    kind: Literal["event"]
    event: Event


class PeriodDate(Period):
    """A period after an event."""

    kind: Literal["period"]


class SpanDate(Part):
    """Within these days of every year (在每年某月至某月间): ``until`` is the last day, counted."""

    kind: Literal["span"]
    from_: MonthDay = Field(alias="from")
    until: MonthDay
    roll: Literal["next_workday", "none"] = "none"


DateRule = Annotated[FixedDate | EventDate | PeriodDate | SpanDate, Field(discriminator="kind")]


class Selector(Part):
    """Whom a rule concerns: every given key must match, a list matches any of its values; empty means everyone.

    Read it with ``Rulebook.matches``: ``tier_at_least`` needs the order of the tiers.
    """

    class_: Ids = Field((), alias="class")
    tier: Ids = ()
    tier_at_least: Id | None = None
    category: Ids = ()
    size: Ids = ()
    legal_form: Annotated[tuple[LegalForm, ...], OneOrMore] = ()


EVERYONE = Selector()


class Validity(Part):
    """How long a document or a registration holds (C-3: its first day counts).

    ``paid_years`` ends on 31 December of the last fee year paid, ``term`` with the council's term of office,
    ``years`` after ``n`` years from ``from_``, ``none`` never. ``registration`` and ``selector`` say for which
    registration and whom; the first that fits is taken.
    """

    kind: Literal["years", "paid_years", "term", "none"]
    n: Count = 0
    from_: Event | Literal["previous_expiry"] | None = Field(None, alias="from")
    count_first: Flag = True
    registration: Registration | None = None
    selector: Selector = EVERYONE
    ref: tuple[Words, ...] = ()


class Threshold(Part):
    op: Op
    value: Exact


class Condition(Threshold):
    """A threshold on a named fact."""

    field: Id


def _at_once(value: Any) -> Any:
    return {"n": 0, "unit": "day", "from": value} if isinstance(value, str) else value


class Window(Part):
    """When something is accepted: from ``opens``; until the latest of ``closes`` (C-12); or a yearly campaign.

    In the file ``opens`` may be the name of an event: from its day on, a period of 0 days. ``from_`` and ``until``
    are days of every year, both counted (第四季度).
    """

    opens: Annotated[Period, BeforeValidator(_at_once)] | None = None
    closes: Annotated[tuple[Period, ...], OneOrMore] = ()
    campaign: Flag = False
    from_: MonthDay | None = Field(None, alias="from")
    until: MonthDay | None = None
    basis: Basis | None = None
    note: str = ""
