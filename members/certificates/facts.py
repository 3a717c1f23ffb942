"""What a certificate says: plain facts, frozen when it is issued. Pure: no Django."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

TEMPLATE = "registration/2"  # raised when the same facts would look different; stored beside them

DUTY = "会员登记证书应当妥善保管，不得涂改、出借、出租或转让。"  # ACG-23

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)")


@dataclass(frozen=True, slots=True)
class ReviewStamp:
    """One passed review (会员资格审查, ACG-22.b): the year, the seal of the council's term, the day."""

    year: int
    seal: str
    on: date


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """The facts of one certificate.

    ``valid_until`` is the last day it is valid. ``credit_code`` (统一社会信用代码) is for units only; a person's
    identity number appears nowhere (C-22). ``articles`` are labels (``第二十二条``) of the rule document.
    ``valid_until`` is ``date.max`` where there is no end. ``registered``: it ends a registration (登记) and takes
    review stamps. ``number`` is empty under rules that number nobody.

    :raises ValueError: when a person's certificate would carry a credit code or an identity number, when the last
        day lies before the first, or when a name is empty.
    """

    association: str
    title: str
    holder: str
    is_person: bool
    class_name: str
    number: str
    serial: str
    member_since: date
    valid_from: date
    valid_until: date
    issued_on: date
    issuing_body: str
    verification_url: str
    document: str
    articles: tuple[str, ...]
    tier_name: str = ""
    field: str = ""
    credit_code: str = ""
    duty: str = DUTY
    stamps: tuple[ReviewStamp, ...] = ()
    registered: bool = True

    def __post_init__(self) -> None:
        for name in ("association", "title", "holder", "class_name", "serial", "verification_url"):
            if not getattr(self, name).strip():
                raise ValueError(f"a certificate without {name}")
        if self.valid_until < self.valid_from:
            raise ValueError(f"valid from {self.valid_from} until {self.valid_until}")
        if self.is_person and (self.credit_code or _IDENTITY_NUMBER.search(f"{self.holder} {self.field}")):
            raise ValueError("a person's certificate may not show an identity number")

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, dates as ISO text; :meth:`from_json` reads them back."""
        data = asdict(self)
        for name, value in data.items():
            if isinstance(value, date):
                data[name] = value.isoformat()
        data["articles"] = list(self.articles)
        data["stamps"] = [{"year": s.year, "seal": s.seal, "on": s.on.isoformat()} for s in self.stamps]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CertificateFacts:
        values = dict(data)
        for item in fields(cls):
            if item.type == "date":
                values[item.name] = date.fromisoformat(values[item.name])
        values["articles"] = tuple(values["articles"])
        values["stamps"] = tuple(
            ReviewStamp(stamp["year"], stamp["seal"], date.fromisoformat(stamp["on"])) for stamp in values["stamps"]
        )
        return cls(**values)
