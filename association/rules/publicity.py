"""What may be published: no identity number, mobile number or bank card, whoever wrote it (C-22).

Finds them in free text and says where, masked, however their digits are set: full-width, in groups, over two lines. A
unified social credit code and the association's own telephone are public and pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
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
_DASH = r"[ \u00a0\u2002-\u200a\t.\-\u2010-\u2015\u2212\u00b7]"
_GAP = rf"(?:{_DASH}|\r?\n)?"
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])", re.IGNORECASE)
_IDENTITY = re.compile(rf"(?<![0-9])(?=([0-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9X])(?![0-9]))", re.IGNORECASE)
"""Looked for wherever a number may begin, since one that is none may run into one that is. Its check digit decides."""
_OLD_IDENTITY = re.compile(rf"(?<![0-9])([1-8][0-9]{{5}}{_DASH}?[0-9]{{6}}{_DASH}?[0-9]{{3}})(?![0-9])")
_OF_SOMETHING_ELSE = re.compile(
    r"(?:注册号|登记证?号|执照号|许可证号|[账帐][号户]|流水号|凭证号|订单号|合同号)码?[为是:：]?[ \t]{0,4}$"
)
"""What a number of fifteen digits is, which has no check digit, where the word before it says so."""
_GROUPS = ((11,), (3, 4, 4), (4, 3, 4), (4, 4, 3), (3, 3, 5), (3, 8), (7, 4), (5, 6), (1,) * 11)
_MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+?86|0086){_DASH}?)?(?P<number>(?=1{_DASH}?[3-9])(?:"
    + "|".join(_DASH.join(f"[0-9]{{{length}}}" for length in groups) for groups in _GROUPS)
    + "))(?![0-9])"
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
        if _is(identifiers.resident_id, _digits(match[1])):
            found[match.start()] = Private.IDENTITY, identifiers.mask_resident_id(_digits(match[1]))
            take(match.start(1), match.end(1))
    for match in _CODE.finditer("".join(rest)):
        if _is(identifiers.uscc, match[0]):
            take(match.start(), match.end())
    for match in _CARD.finditer("".join(rest)):
        digits = _digits(match[0])
        if 16 <= len(digits) <= 19 and luhn.is_valid(digits):
            found[match.start()] = Private.CARD, f"{digits[:4]}{'*' * (len(digits) - 8)}{digits[-4:]}"
            take(match.start(), match.end())
    for match in _OLD_IDENTITY.finditer("".join(rest)):
        number = _digits(match[1])
        if _old_identity(number) and not _OF_SOMETHING_ELSE.search(narrow[: match.start()]):
            found[match.start()] = Private.IDENTITY, identifiers.mask_resident_id(number)
            take(match.start(), match.end())
    for match in _MOBILE.finditer("".join(rest)):
        number = _digits(match["number"])
        if number not in allowed:
            found[match.start()] = Private.MOBILE, identifiers.mask_mobile(number)
    return tuple(
        Found(kind, text.count("\n", 0, places[start]) + 1, masked) for start, (kind, masked) in sorted(found.items())
    )


def mobiles(text: str) -> frozenset[str]:
    """The mobile numbers that a text names: of the association's profile, those it publishes itself."""
    narrow, _places = _narrow(text)
    return frozenset(_digits(match["number"]) for match in _MOBILE.finditer(narrow))


def _narrow(text: str) -> tuple[str, list[int]]:
    """Full-width and every other kind of digit made narrow, invisible marks dropped; for each character its place."""
    kept = [(place, char) for place, char in enumerate(text) if char not in _HIDDEN]
    plain = "".join(char if char.isascii() else _digit(char) for _place, char in kept)
    return plain.translate(_WIDE), [place for place, _char in kept]


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _old_identity(number: str) -> bool:
    """Whether it can be a number of the first generation: a province, and a birth date in two-digit years."""
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return int(number[:2]) in identifiers.PROVINCES


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
