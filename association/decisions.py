"""What a rule answers: an outcome, and for each reason the source it follows.

Pure: no Django. Rules build :class:`Decision` values; actions store them; pages phrase them
(``association/phrases.py``). A reason without a source cannot be made, nor a decision without a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Outcome(StrEnum):
    """What came out. ``REFER`` leaves the judgement to a person (C-24)."""

    PASS = "pass"  # noqa: S105  an outcome
    FAIL = "fail"
    REFER = "refer"


class Basis(StrEnum):
    """Whether the source states it, or the association reads it so, or fills a hole (C-18)."""

    TEXT = "text"
    INTERPRETATION = "interpretation"
    GAP = "gap"


class SourceKind(StrEnum):
    ARTICLE = "article"
    RESOLUTION = "resolution"
    CONVENTION = "convention"
    SETTING = "setting"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reason comes from (依据).

    ``document`` is the rulebook id (``acg``) or another document (``charter``) for an article, empty otherwise;
    ``key`` the article key (``30``, ``27.11``), the resolution's key, the convention (``C-4``) or the setting's name.
    """

    kind: SourceKind
    key: str
    document: str = ""
    basis: Basis = Basis.TEXT
    note: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "kind": str(self.kind),
            "document": self.document,
            "key": self.key,
            "basis": str(self.basis),
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Source:
        return cls(
            SourceKind(data["kind"]),
            data["key"],
            data.get("document", ""),
            Basis(data.get("basis", "text")),
            data.get("note", ""),
        )


def article(document: str, key: str, basis: Basis | str = Basis.TEXT, note: str = "") -> Source:
    return Source(SourceKind.ARTICLE, key, document, Basis(basis), note)


def convention(key: str) -> Source:
    """A counting convention, ``C-1`` … ``C-25``."""
    return Source(SourceKind.CONVENTION, key, "", Basis.GAP)


def setting(key: str) -> Source:
    """A value that the installation entered (a fee amount, a term of office)."""
    return Source(SourceKind.SETTING, key)


def resolution(key: str) -> Source:
    """A resolution (决议), by its number."""
    return Source(SourceKind.RESOLUTION, key)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code that ``phrases.py`` turns into words, the facts it was judged on, and its sources.

    ``outcome`` is this reason's own weight in the decision; a failing check among passing ones stays readable.
    ``facts`` hold plain JSON values, personal data by reference only.
    """

    code: str
    sources: tuple[Source, ...]
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    outcome: Outcome = Outcome.PASS

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"reason {self.code!r} names no source")

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "outcome": str(self.outcome),
            "facts": dict(self.facts),
            "sources": [source.as_json() for source in self.sources],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reason:
        return cls(
            data["code"],
            tuple(Source.from_json(source) for source in data["sources"]),
            MappingProxyType(dict(data.get("facts", {}))),
            Outcome(data.get("outcome", "pass")),
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """An outcome and why. ``value`` carries what a rule computed (a date, an amount, lines)."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    value: Any = None

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError("a decision without a reason")

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASS

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of all reasons, each once, in order."""
        return tuple(dict.fromkeys(source for reason in self.reasons for source in reason.sources))

    @classmethod
    def all_of(cls, decisions: Iterable[Decision]) -> Decision:
        """Every one must pass: a fail outweighs a referral, a referral outweighs a pass."""
        parts = tuple(decisions)
        outcomes = {part.outcome for part in parts}
        worst = next((o for o in (Outcome.FAIL, Outcome.REFER) if o in outcomes), Outcome.PASS)
        return cls(worst, tuple(reason for part in parts for reason in part.reasons))


def passed(code: str, *sources: Source, value: Any = None, **facts: Any) -> Decision:
    return Decision(Outcome.PASS, (Reason(code, sources, facts, Outcome.PASS),), value)


def failed(code: str, *sources: Source, value: Any = None, **facts: Any) -> Decision:
    return Decision(Outcome.FAIL, (Reason(code, sources, facts, Outcome.FAIL),), value)


def referred(code: str, *sources: Source, value: Any = None, **facts: Any) -> Decision:
    return Decision(Outcome.REFER, (Reason(code, sources, facts, Outcome.REFER),), value)


class Refused(Exception):
    """An action that the rules do not allow now. Carries the decision, so that the page can say why."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__("; ".join(reason.code for reason in decision.reasons))


def require(decision: Decision) -> Decision:
    """Return a passing decision; raise :class:`Refused` with any other."""
    if not decision.passed:
        raise Refused(decision)
    return decision
