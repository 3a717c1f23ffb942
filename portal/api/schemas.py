"""What the answers hold. Amounts are decimal strings, days ISO dates, the last day of a period is included."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema


class Citation(Schema):
    document: str = Field(description=_("Id of the rule document."), examples=["acg"])
    article: str = Field(description=_("Key of the article, paragraph or item."), examples=["30"])
    label: str = Field(examples=["第三十条"])
    text: str = Field(description=_("The article as it stands."))
    basis: Literal["text", "interpretation", "gap"] = Field(
        description=_("Whether the article states it, the association reads it so, or fills a hole.")
    )


class QuoteLine(Schema):
    year: int
    amount: str = Field(examples=["1666.67"])
    months: int = Field(description=_("Months of the year that are paid for."))
    formula: str = Field(examples=["5,000.00 × 4 / 12"])
    due_on: date | None = Field(description=_("Last day to pay, where it is a day."))
    due_event: str | None = Field(description=_("The event it is due with, where it is no day."))
    citations: list[Citation]
    period: int = Field(0, description=_("Number of the half-year, quarter or month, where a line is not for a year."))
    from_: date | None = Field(None, alias="from")
    until: date | None = Field(None, description=_("The last day of the period."))


class Begins(Schema):
    event: str = Field(examples=["application.submitted"])
    on: date | None = Field(description=_("The day, if every period is used up; null where the rules set none."))
    provisional: bool
    citations: list[Citation]


class Named(Schema):
    name: str
    citations: list[Citation]


class Paper(Schema):
    name: str
    stage: str = Field(examples=["application"])
    required: bool
    any_of: list[list[str]] = Field(description=_("Alternatives, each of papers that go together."))
    citations: list[Citation]


class Length(Schema):
    n: int
    unit: Literal["same_day", "workday", "day", "month", "year"]
    from_: str = Field(alias="from", description=_("The event it runs from."))


class QuoteStep(Schema):
    id: str
    name: str
    actor: str
    deadline: Length | None
    by: date | None = Field(description=_("The last day, where it can be told."))
    provisional: bool
    citations: list[Citation]


class QuoteAnswer(Schema):
    rulebook: str = Field(examples=["acg"])
    version: str = Field(description=_("The stored version that governs."), examples=["acg/1-1"])
    currency: Literal["CNY"]
    lines: list[QuoteLine]
    total: str | None = Field(description=_("Null where the association has not set the fee."), examples=["16666.67"])
    untold: list[str] = Field([], description=_("With details: why no fee can be told."))
    membership_begins: Begins | None = None
    conditions: list[Named] = []
    documents: list[Paper] = []
    steps: list[QuoteStep] = []


class Validity(Schema):
    from_: date = Field(alias="from")
    until: date | None = Field(description=_("The last day."))


class CertificateAnswer(Schema):
    serial: str
    status: Literal["valid", "suspended", "expired", "superseded", "revoked"]
    holder: str = Field(description=_("Of a person only the family name."), examples=["北京星野动画有限公司", "张*"])
    number: str = Field(description=_("The member's number."), examples=["BACCA-000001"])
    title: str = Field(examples=["会员登记证书"])
    issuer: str
    issued_on: date
    validity: Validity
    citations: list[Citation]


class Article(Schema):
    article: str
    label: str
    chapter: str
    parent: str | None = Field(description=_("Key of what it is a part of."))
    text: str
    erratum: str
    note: str = Field(description=_("How the association reads it."))


class RulebookAnswer(Schema):
    rulebook: str
    title: str
    association: str
    version: str
    effective_from: date = Field(description=_("In force from this day."))
    articles: list[Article]


class Wrong(Schema):
    parameter: str
    message: str


class WrongParameters(Schema):
    detail: str
    errors: list[Wrong]


class Problem(Schema):
    detail: str
