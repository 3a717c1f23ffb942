"""Answers as people read them, on the desk and on the applicant's pages alike."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from admissions import answers as reading
from admissions.questions import Question
from association.rules.identifiers import mask_resident_id
from association.templatetags.huiji import yuan, zh_date


def said(question: Question, value: Any) -> str:
    """An answer as a person reads it; empty where nothing was answered, an identity number masked (C-22)."""
    if value in ("", None, []):
        return ""
    if question.secret:
        return mask_resident_id(str(value))
    if question.choices:
        words = {key: str(label) for key, label in question.choices}
        values = value if isinstance(value, list) else [value]
        return _(", ").join(words.get(each, str(each)) for each in values)
    return _value(question, str(value))


def _value(question: Question, text: str) -> str:
    try:
        read = reading.read(question, text)
    except reading.Wrong:
        return text
    if isinstance(read, date):
        return _("long-term") if read == date.max else zh_date(read)
    return yuan(read) if question.kind == "money" else str(read)
