"""What is known of an applicant when the checks run: plain values, no rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from credit.rules.bans import BanSpan, Listing

EMPTY: Mapping[str, Any] = MappingProxyType({})

NO_EMPLOYER = "no_employer"
PENDING = "pending"


@dataclass(frozen=True, slots=True)
class Penalty:
    """A penalty on record, of the rulebook's ``records`` kinds. A ``revoked`` one does not count."""

    kind: str
    decided_on: date
    revoked: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's answer to a referral. Without a note it settles nothing (C-24)."""

    satisfied: bool
    note: str


@dataclass(frozen=True)
class Facts:
    """What is known of an applicant; ``None`` is not known, an empty tuple is known to be none.

    ``registrar_region``: first digits of the region of the certificate's 登记机关 (``11``); ``registrar``: its name.
    ``documents``: document id → last valid day, ``date.max`` for 长期. ``declarations`` and ``judgements`` by check
    id; ``ticked``: statements ticked, by check id. ``employer``: a standing, ``pending`` or ``no_employer``.
    ``since``: start of an experience, ``counts``: what ``min_count`` asks for, by check id; ``rows``: the rows of a
    field that is a table, each by column.
    """

    class_id: str
    tier: str | None = None
    uscc: str | None = None
    legal_form: str | None = None
    registrar_region: str | None = None
    registrar: str | None = None
    id_no: str | None = None
    documents: Mapping[str, date] = field(default_factory=lambda: EMPTY)
    declarations: Mapping[str, bool] = field(default_factory=lambda: EMPTY)
    ticked: Mapping[str, frozenset[str]] = field(default_factory=lambda: EMPTY)
    penalties: tuple[Penalty, ...] | None = None
    employer: str | None = None
    bans: tuple[BanSpan, ...] = ()
    listings: tuple[Listing, ...] = ()
    judgements: Mapping[str, Judgement] = field(default_factory=lambda: EMPTY)
    since: Mapping[str, date] = field(default_factory=lambda: EMPTY)
    counts: Mapping[str, int] = field(default_factory=lambda: EMPTY)
    rows: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=lambda: EMPTY)
    roles: frozenset[str] | None = None
    institution_type: str | None = None
    size: str | None = None
    categories: tuple[str, ...] = ()

    def for_selector(self) -> dict[str, Any]:
        return {
            "class": self.class_id,
            "tier": self.tier,
            "category": self.categories,
            "size": self.size,
            "legal_form": self.legal_form,
        }
