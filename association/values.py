"""Dates and money as people read them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext, pgettext

from association.rules.counting import Left
from association.rules.money import format_yuan

WEEKDAYS = "一二三四五六日"


def as_day(value: date | datetime) -> date:
    """The legal day of a moment."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def in_chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


def long_date(value: date | datetime) -> str:
    """2026年9月15日, in English 15 September 2026."""
    day = as_day(value)
    return f"{day.year}年{day.month}月{day.day}日" if in_chinese() else date_format(day, "j F Y")


def short_date(value: date | datetime) -> str:
    """9月30日, in English 30 Sep."""
    day = as_day(value)
    return f"{day.month}月{day.day}日" if in_chinese() else date_format(day, "j M")


def left_words(left: Left, *, today: bool) -> str:
    """«还剩 3 个工作日», «今天到期», «已逾期 2 个工作日»; no number where only rest days lie between."""
    n = left.workdays
    if left.overdue and n:
        return ngettext("%(n)s working day overdue", "%(n)s working days overdue", n) % {"n": n}
    if left.overdue:
        return gettext("Overdue")
    if today:
        return gettext("Due today")
    if n:
        return ngettext("%(n)s working day left", "%(n)s working days left", n) % {"n": n}
    return pgettext("deadline", "Ends on a rest day")


def weekday_date(value: date | datetime) -> str:
    """2026年9月30日（星期三）."""
    day = as_day(value)
    if in_chinese():
        return f"{long_date(day)}（星期{WEEKDAYS[day.weekday()]}）"
    return date_format(day, "l, j F Y")


def yuan(amount: Decimal | int) -> str:
    """¥1,666.67; a negative amount as −¥1,666.67."""
    sign = "−" if amount < 0 else ""
    return f"{sign}¥{format_yuan(-amount if amount < 0 else amount)}"
