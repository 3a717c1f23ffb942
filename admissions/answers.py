"""Read answers: what a person typed into what a rule can use, or what is wrong with it, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from admissions.questions import Question
from association.rules import identifiers
from association.rules.identifiers import IdentifierError

LONG_TERM = "long_term"
NONE_WORDS = frozenset({"无", "無", "没有", "none", "NONE", "-"})

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u2028-\u202e\ufeff]")

IDENTIFIER_WORDS: dict[str, str | Promise] = {
    "uscc_empty": _("Enter the unified social credit code."),
    "uscc_length": _("The code has 18 characters; there are %(length)s here. Compare it with the certificate."),
    "uscc_characters": _("The code never contains %(characters)s. Compare it with the certificate: 0 and O, 1 and I."),
    "uscc_authority": _("No code begins with %(character)s. Compare it with the certificate."),
    "uscc_region": _("Characters 3 to 8 of the code are digits. Compare it with the certificate."),
    "uscc_check": _(
        "The check character does not fit: at least one character is mistyped. Compare it with the certificate."
    ),
    "id_empty": _("Enter the identity number."),
    "id_15_digits": _("Numbers of 15 digits are no longer valid. Enter the 18 characters of the current card."),
    "id_length": _("The number has 18 characters; there are %(length)s here."),
    "id_characters": _("The number has 17 digits, then a digit or X."),
    "id_region": _("The first digits of the number are no region. Compare it with the card."),
    "id_birth_date": _("Digits 7 to 14 are no date of birth. Compare them with the card."),
    "id_check": _("The check digit does not fit: at least one digit is mistyped. Compare it with the card."),
    "mobile_empty": _("Enter a mobile number."),
    "mobile_form": _("Enter a mobile number of 11 digits."),
}


class Wrong(ValueError):
    """An answer that cannot be used. ``words`` tell the applicant what to do."""

    def __init__(self, words: str | Promise) -> None:
        self.words = words
        super().__init__(str(words))


def tidy(value: Any, question: Question) -> Any:
    """What is kept of a typed value: strings without control characters, cut at the question's maximum."""
    if question.kind == "choices":
        allowed = [key for key, _label in question.choices]
        values = value if isinstance(value, list | tuple) else [value]
        return [each for each in allowed if each in values]
    text = _CONTROL.sub("", str(value or "")).strip()[: question.maximum]
    if question.kind == "choice" and text not in {key for key, _label in question.choices}:
        return ""
    return text


def read(question: Question, value: Any) -> Any:
    """The answer as a value; ``None`` where nothing was answered. Raises :class:`Wrong`."""
    if value in ("", None, []):
        if question.required:
            raise Wrong(_missing(question))
        return None
    reader = _READERS.get(question.kind)
    found = reader(str(value)) if reader else value
    if question.latest is not None and found > question.latest:
        raise Wrong(_("No later than %(latest)s, please.") % {"latest": question.latest})
    return found


def faults(questions: tuple[Question, ...], answers: Mapping[str, Any]) -> dict[str, str | Promise]:
    """What is still missing or wrong, by question, in the form's order."""
    found: dict[str, str | Promise] = {}
    for question in questions:
        if question.asked(answers):
            try:
                read(question, answers.get(question.key))
            except Wrong as wrong:
                found[question.key] = wrong.words
    return found


def _missing(question: Question) -> str | Promise:
    if question.kind in ("choice", "choices"):
        return _("Choose an answer to «%(label)s».") % {"label": question.label}
    return _("Fill in «%(label)s».") % {"label": question.label}


def _identifier(reader: Any) -> Any:
    def read_one(text: str) -> str:
        try:
            return str(reader(text))
        except IdentifierError as error:
            raise Wrong(IDENTIFIER_WORDS[error.code] % error.facts) from None

    return read_one


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(_("Enter a date, such as 2026-09-15.")) from None


def _expiry(text: str) -> date:
    return date.max if text == LONG_TERM else _date(text)


def _integer(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise Wrong(_("Enter a whole number, zero or more."))
    return int(text)


def _money(text: str) -> Decimal:
    try:
        amount = Decimal(text.replace(",", "").replace("，", ""))
        fits = amount.is_finite() and amount >= 0 and amount == amount.quantize(Decimal("0.01"))
    except InvalidOperation:
        raise Wrong(_("Enter an amount in yuan, such as 1200000.")) from None
    if not fits:
        raise Wrong(_("Enter an amount in yuan, such as 1200000."))
    return amount


def _year(text: str) -> int:
    if not re.fullmatch(r"(19|20)[0-9]{2}", text):
        raise Wrong(_("Enter a year, such as 2025."))
    return int(text)


_READERS: dict[str, Any] = {
    "uscc": _identifier(identifiers.uscc),
    "id_no": _identifier(identifiers.resident_id),
    "mobile": _identifier(identifiers.mobile),
    "date": _date,
    "expiry": _expiry,
    "integer": _integer,
    "money": _money,
    "year": _year,
}
