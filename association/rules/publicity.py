"""What may be published: no identity number, mobile number or bank card, whoever wrote it (C-22).

Finds them in free text and says where, masked. A unified social credit code and the association's own telephone are
public and pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from stdnum import luhn

from association.rules import identifiers
from association.rules.identifiers import IdentifierError

NEVER = frozenset(
    {
        "account",
        "address",
        "bank_account",
        "birth_date",
        "contact",
        "email",
        "id_no",
        "id_number",
        "identity_number",
        "mobile",
        "phone",
        "resident_id",
        "telephone",
    }
)
"""Names of facts that no whitelist lets out."""

_WIDE = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20}
_HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
_DASH = r"[ \u00a0\t\-\u2010-\u2015]"
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])", re.IGNORECASE)
_IDENTITY = re.compile(rf"(?<![0-9])[0-9]{{6}}{_DASH}?[0-9]{{8}}{_DASH}?[0-9]{{3}}[0-9X](?![0-9])", re.IGNORECASE)
_MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+?86|0086){_DASH}?)?(1[3-9][0-9]{_DASH}?[0-9]{{4}}{_DASH}?[0-9]{{4}})(?![0-9])"
)
_CARD = re.compile(
    rf"(?<![0-9A-Za-z])(?:[34569][0-9]{{15,18}}|[34569][0-9]{{3}}(?:{_DASH}[0-9]{{4}}){{3}}(?:{_DASH}?[0-9]{{1,3}})?)(?![0-9A-Za-z])"
)


class Private(StrEnum):
    """What kind of number must not be made public."""

    IDENTITY = "identity"
    MOBILE = "mobile"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Found:
    """One number: in which line (from 1) it begins, and masked, so that the place can be shown."""

    kind: Private
    line: int
    masked: str


def private_numbers(text: str, *, allowed: Collection[str] = ()) -> tuple[Found, ...]:
    """Every number in ``text`` that must not be published, in its order. ``allowed``: mobile numbers that may be."""
    narrow, places = _narrow(text)
    found: dict[int, tuple[Private, str]] = {}
    rest = list(narrow)

    def take(start: int, end: int) -> None:
        rest[start:end] = [" "] * (end - start)

    for match in _IDENTITY.finditer(narrow):
        if _is(identifiers.resident_id, match[0]):
            found[match.start()] = Private.IDENTITY, identifiers.mask_resident_id(_digits(match[0]))
            take(match.start(), match.end())
    for match in _CODE.finditer("".join(rest)):
        if _is(identifiers.uscc, match[0]):
            take(match.start(), match.end())
    for match in _CARD.finditer("".join(rest)):
        digits = _digits(match[0])
        if 16 <= len(digits) <= 19 and luhn.is_valid(digits):
            found[match.start()] = Private.CARD, f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"
            take(match.start(), match.end())
    for match in _MOBILE.finditer("".join(rest)):
        number = _digits(match[1])
        if number not in allowed:
            found[match.start()] = Private.MOBILE, identifiers.mask_mobile(number)
    return tuple(
        Found(kind, text.count("\n", 0, places[start]) + 1, masked) for start, (kind, masked) in sorted(found.items())
    )


def mobiles(text: str) -> frozenset[str]:
    """The mobile numbers that a text names: of the association's profile, those it publishes itself."""
    narrow, _places = _narrow(text)
    return frozenset(_digits(match[1]) for match in _MOBILE.finditer(narrow))


def _narrow(text: str) -> tuple[str, list[int]]:
    """Full-width made narrow, invisible marks dropped; for each character its place in ``text``."""
    kept = [(place, char) for place, char in enumerate(text) if char not in _HIDDEN]
    return "".join(char for _place, char in kept).translate(_WIDE), [place for place, _char in kept]


def _digits(text: str) -> str:
    return "".join(_of(text)).upper()


def _of(text: str) -> Iterator[str]:
    return (char for char in text if char.isalnum())


def _is(read: Callable[[str], object], number: str) -> bool:
    try:
        read(number)
    except IdentifierError:
        return False
    return True
