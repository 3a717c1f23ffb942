"""Numbers of official documents (发文字号): 京消协〔2026〕5号. Pure.

GB/T 9704-2012, 7.2.5: 代字, the year in full within 〔〕, the running number without leading noughts and without 第,
then 号. Numbers run without gaps within a series and a year.
"""

from __future__ import annotations

import re
from string import Formatter

from association.decisions import Decision, failed, passed, setting

SOURCE = setting("document_series")
YEAR, SEQ = "{year}", "{seq}"


def fields(form: str) -> list[str] | None:
    """The names in braces, None where the braces make no sense."""
    try:
        return [name for _text, name, _spec, _how in Formatter().parse(form) if name is not None]
    except ValueError:
        return None


def check_form(form: str) -> Decision:
    """Whether a form makes numbers as the standard has them."""
    names = fields(form)
    if names is None or not set(names) <= {"year", "seq"}:
        return failed("number_form_unknown", SOURCE, form=form)
    for name in ("year", "seq"):
        if names.count(name) != 1:
            return failed("number_form_needs", SOURCE, name="{" + name + "}")
    if f"〔{YEAR}〕" not in form:
        return failed("number_form_brackets", SOURCE)
    before, _year, after = form.partition(f"〔{YEAR}〕")
    if not before.strip() or SEQ not in after:
        return failed("number_form_order", SOURCE)
    if re.search(r"第\s*\{seq\}", form) or not form.endswith(f"{SEQ}号"):
        return failed("number_form_ending", SOURCE)
    return passed("number_form_right", SOURCE, example=number(form, year=2026, seq=1))


def number(form: str, *, year: int, seq: int) -> str:
    """The number in full: without leading noughts, 1 is never 01."""
    return form.replace(YEAR, str(year)).replace(SEQ, str(seq))


def next_seq(last: int | None, *, first: int = 1) -> int:
    """The next running number of a year; ``first`` where the portal took over numbers that are on paper."""
    return first if last is None else max(last + 1, first)
