"""Numbers that name a unit or a person: 统一社会信用代码 (GB 32100), 公民身份号码 (GB 11643), mobile numbers.

Each reader returns a typed value or raises :class:`IdentifierError`, whose ``code`` the edge phrases (C-22, C-23).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"

AUTHORITIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监督管理",
    "A": "中央军委改革和编制",
    "N": "农业农村",
    "Y": "其他",
}
"""First character of a code → which administration registered the unit (GB 32100-2015, table 1)."""

KINDS = {
    "11": "government_organ",
    "12": "public_institution",
    "13": "mass_organisation",
    "31": "law_firm",
    "32": "notary_office",
    "33": "legal_service_office",
    "34": "forensic_institute",
    "35": "arbitration_commission",
    "51": "social_association",
    "52": "private_non_enterprise",
    "53": "foundation",
    "71": "religious_venue",
    "72": "religious_school",
    "81": "trade_union",
    "91": "enterprise",
    "92": "individual_business",
    "93": "farmers_cooperative",
    "A1": "military_institution",
    "N1": "rural_collective",
    "N2": "rural_collective",
    "N3": "rural_collective",
}
"""First two characters → kind of unit; any other pair is ``other``. Not a proof of legal personality (C-23)."""

PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
"""The first two digits of an identity number."""
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u200b-\u200f\u2060\ufeff]+")
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}


class IdentifierError(ValueError):
    """A number that is not what it should be. ``code`` is one of the codes each reader names."""

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Uscc:
    """A code whose check character is right. ``region`` is characters 3–8 (``110108`` = 北京市海淀区)."""

    number: str
    authority: str
    kind: str
    region: str

    def __str__(self) -> str:
        return self.number


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A number whose check digit is right. ``region`` is where it was first given, never where its holder lives.

    ``residence_permit``: the 居住证 of a person from Hong Kong, Macau or Taiwan, which has the same form.
    """

    number: str
    birth_date: date
    region: str

    @property
    def residence_permit(self) -> bool:
        return self.region[:2] in {"81", "82", "83"}

    def __str__(self) -> str:
        return self.number


def normalise(text: str) -> str:
    """Upper case, full-width characters made narrow, spaces, dashes and invisible marks removed."""
    return _SEPARATORS.sub("", text.translate(_FULL_WIDTH)).upper()


def uscc(text: str) -> Uscc:
    """Read a unified social credit code (C-23).

    Only the 18th character is checked, not the digit inside characters 9–17. Codes: ``uscc_empty``,
    ``uscc_length``, ``uscc_characters``, ``uscc_authority``, ``uscc_region``, ``uscc_check``.
    """
    number = normalise(text)
    if not number:
        raise IdentifierError("uscc_empty")
    if len(number) != 18:
        raise IdentifierError("uscc_length", length=len(number))
    wrong = "".join(sorted({character for character in number if character not in USCC_ALPHABET}))
    if wrong:
        raise IdentifierError("uscc_characters", characters=wrong)
    if number[0] not in AUTHORITIES:
        raise IdentifierError("uscc_authority", character=number[0])
    if not number[2:8].isdigit():
        raise IdentifierError("uscc_region", region=number[2:8])
    if stdnum_uscc.calc_check_digit(number) != number[17]:
        raise IdentifierError("uscc_check")
    return Uscc(number, number[0], KINDS.get(number[:2], "other"), number[2:8])


def resident_id(text: str) -> ResidentId:
    """Read a resident identity number (GB 11643-1999), birth date included.

    Codes: ``id_empty``, ``id_15_digits`` (first generation, invalid since 2013), ``id_length``,
    ``id_characters``, ``id_region``, ``id_birth_date``, ``id_check``.
    """
    number = normalise(text)
    if not number:
        raise IdentifierError("id_empty")
    if re.fullmatch(r"[0-9]{15}", number):
        raise IdentifierError("id_15_digits")
    if len(number) != 18:
        raise IdentifierError("id_length", length=len(number))
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentifierError("id_characters")
    if int(number[:2]) not in PROVINCES:
        raise IdentifierError("id_region")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentifierError("id_birth_date") from None
    if born.year < 1850:
        raise IdentifierError("id_birth_date")
    if ric.calc_check_digit(number) != number[17]:
        raise IdentifierError("id_check")
    return ResidentId(number, born, number[:6])


def mobile(text: str) -> str:
    """Read a mainland mobile number: 11 digits, 1[3-9]; ``+86`` and ``0086`` are dropped.

    Codes: ``mobile_empty``, ``mobile_form``.
    """
    number = normalise(text)
    if not number:
        raise IdentifierError("mobile_empty")
    number = re.sub(r"^(?:\+86|0086|86(?=[0-9]{11}$))", "", number)
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise IdentifierError("mobile_form")
    return number


def mask_resident_id(number: str) -> str:
    """``110105********002X`` (C-22). A number of another length shows at most its first and last character."""
    if len(number) == 18:
        return f"{number[:6]}{'*' * 8}{number[14:]}"
    if len(number) < 6:
        return "*" * len(number)
    return f"{number[0]}{'*' * (len(number) - 2)}{number[-1]}"


def mask_mobile(number: str) -> str:
    """``138****5678``; anything that is not 11 long is wholly masked."""
    return f"{number[:3]}****{number[7:]}" if len(number) == 11 else "*" * len(number)
