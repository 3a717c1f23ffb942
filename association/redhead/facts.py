"""What a red-head letter says: frozen when it is issued, so that its PDF is the same for ever."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from association.rules.official_text import title_lines, width

TEMPLATE = "letter/1"
LETTERHEAD = {"": 9.0, "of-12": 12.0, "of-17": 17.0, "of-20": 20.0, "of-24": 24.0}
"""Characters of the letterhead that fit one line of a size; a longer one takes two lines."""
SEAL_INDENT = 4
"""Characters between the date and the right edge where a seal covers both (7.3.5.1)."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """Days are written out. ``signer`` only on a document to a superior body (上行文)."""

    letterhead: str
    number: str
    title: str
    addressees: str
    text: str
    attachments: tuple[str, ...]
    issuer: str
    dated: str
    copied_to: str
    printed_by: str
    printed: str
    serial: str
    url: str
    signer: str = ""
    draft: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"attachments": list(self.attachments)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> LetterFacts:
        return cls(**{**data, "attachments": tuple(data["attachments"])})

    @property
    def letterhead_size(self) -> str:
        long = width(self.letterhead)
        return next((size for size, room in LETTERHEAD.items() if long <= room), "longer")

    @property
    def title_lines(self) -> tuple[str, ...]:
        return title_lines(self.title)

    @property
    def indent(self) -> int:
        """By how many characters the signature stands off the right edge: less where the name is longer."""
        beyond = max(0.0, (width(self.issuer) - width(self.dated)) / 2)
        return max(0, SEAL_INDENT - round(beyond))
