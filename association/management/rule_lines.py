"""A rule read out in one line, so that a clerk can hold it against its article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import BaseModel

from association.key_words import BASES, BODY_KEYS, MEMBER_KEYS
from association.management.rule_vocabulary import KEYS, VALUES
from association.rule_words import event_words, period_words
from association.rulebook import Rulebook
from association.rulebook.checks.keys import attributes
from association.rulebook.schema.base import (
    Event,
    EventDate,
    FixedDate,
    Period,
    Rule,
    SpanDate,
    Threshold,
    Validity,
)
from association.values import long_date

UNSAID = frozenset({"id", "ref", "basis", "note", "schema"})
"""Keys that stand elsewhere: the place, the article, the lines below."""

NAMED = ("bodies", "classes", "tiers", "categories", "fields", "documents", "sizes", "roles", "eligibility")
"""Sections whose ids are said by their names."""

FREE = frozenset(
    {"name", "title", "text", "question", "message", "choices", "options", "values", "pattern", "version"}
)
"""Keys whose values are the file's own words, even where one looks like an id."""

EVENTS = frozenset(get_args(Event))
HEADINGS = ("name", "title", "question", "text")
WORDS_ONLY = frozenset({"kind", "action", "mode", "effects", "unit"})
MONTH_DAY = re.compile(r"\d\d-\d\d")


def at_place(book: Rulebook, place: str) -> BaseModel | None:
    """The table at a place as :func:`association.rulebook.citing.citing` spells it."""
    return dict(_tables(book, "")).get(place)


def _tables(value: Any, place: str) -> Iterator[tuple[str, BaseModel]]:
    if isinstance(value, BaseModel):
        yield place, value
        for key, name in attributes(type(value)).items():
            yield from _tables(getattr(value, name), f"{place}.{key}" if place else key)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _tables(inner, f"{place}.{key}")
    elif isinstance(value, tuple):
        for number, inner in enumerate(value, start=1):
            named = getattr(inner, "id", "") or (number if len(value) > 1 else "")
            yield from _tables(inner, f"{place}[{named}]" if named else place)


def line(rule: BaseModel, book: Rulebook) -> str:
    """«经办：秘书处；办理事项：审查；期限：自申请之日起 10 个工作日内»; rules inside it have lines of their own."""
    return _(";  ").join(_parts(rule, Names(book)))


class Names:
    """What ids of a rulebook are called. An id may be a body's and a tier's: the key tells which is meant."""

    def __init__(self, book: Rulebook) -> None:
        self.of = {section: dict(_named(getattr(book, section))) for section in NAMED}
        self.of["ladder"] = dict(_named(book.sanctions.ladder if book.sanctions else ()))
        self.of["workflows"] = {name: ways[0].name for name, ways in book.workflows.items() if ways[0].name}

    def __call__(self, key: str, id: str) -> str | None:
        first: tuple[str, ...] = ("bodies",) if key in BODY_KEYS or key.endswith("_by") else ()
        if key in MEMBER_KEYS or key == "by_class":
            first = ("classes", "tiers")
        elif key in ("effect", "workflow"):
            first = ("ladder", "workflows")
        elif key in WORDS_ONLY:
            return None
        sections = dict.fromkeys((*first, *self.of))
        return next((self.of[section][id] for section in sections if id in self.of[section]), None)


def _named(rules: Any) -> Iterator[tuple[str, str]]:
    given = rules.items() if isinstance(rules, Mapping) else ((rule.id, rule) for rule in rules)
    for id, rule in given:
        if name := getattr(rule, "name", ""):
            yield id, name


def _parts(rule: BaseModel, names: Names) -> Iterator[str]:
    title = next((words for key in HEADINGS if (words := getattr(rule, key, ""))), "")
    for key, name in attributes(type(rule)).items():
        value = getattr(rule, name)
        if key in UNSAID or name not in rule.model_fields_set or _is_rule(value):
            continue
        if key in HEADINGS and value == title:
            continue
        called = _("date") if key == "on" and isinstance(value, FixedDate) else KEYS.get(key, key)
        yield f"{called}{_(': ')}{said(key, value, names)}"


def _is_rule(value: Any) -> bool:
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else (value,)
    return any(isinstance(inner, Rule) for inner in inside)


def said(key: str, value: Any, names: Names) -> str:
    """A value in words: a period, a day, a yes, names instead of ids."""
    words = str(value)
    if isinstance(value, tuple):
        words = "、".join(said(key, inner, names) for inner in value)
    elif isinstance(value, Mapping):
        words = "、".join(f"{names(key, word) or word} {said(key, inner, names)}" for word, inner in value.items())
    elif isinstance(value, BaseModel):
        words = _table(value, names)
    elif isinstance(value, bool):
        words = str(VALUES["true" if value else "false"])
    elif isinstance(value, date):
        words = long_date(value)
    elif isinstance(value, str):
        words = _word(key, words, names)
    return words


def _word(key: str, value: str, names: Names) -> str:
    if key in FREE:
        return value
    if MONTH_DAY.fullmatch(value):
        return _month_day(*map(int, value.split("-")))
    if value in EVENTS:
        return event_words(value)
    if key == "fields":
        return str(KEYS.get(value, value))
    return names(key, value) or str(VALUES.get(value, value))


def _table(value: BaseModel, names: Names) -> str:
    match value:
        case Period():
            words = _period(value)
        case FixedDate():
            words = _fixed(value)
        case EventDate():
            words = _("on the day of %(event)s") % {"event": event_words(value.event)}
        case SpanDate():
            words = f"{_word('from', value.from_, names)} – {_word('until', value.until, names)}"
        case Validity():
            words = _validity(value)
        case Threshold():
            asked = getattr(value, "field", "")
            words = " ".join(part for part in (names("field", asked) or asked, value.op, str(value.value)) if part)
        case _:
            parts = list(_parts(value, names))
            words = _("(%(words)s)") % {"words": "，".join(parts)} if parts else str(VALUES["none"])
    return words


def _period(value: Period) -> str:
    more = [str(BASES.get(str(value.basis), value.basis))] if value.basis else []
    counted = [str(KEYS["count_first"])] if value.count_first else []
    return _with(period_words(value), [*counted, *_rolled(value), *more])


def _fixed(value: FixedDate) -> str:
    late = [] if value.inclusive else [_("the day itself is too late")]
    return _with(_month_day(value.month, value.day), [*late, *_rolled(value)])


def _rolled(value: Period | FixedDate) -> list[str]:
    return [str(VALUES["next_workday"])] if value.roll == "next_workday" else []


def _with(words: str, more: list[str]) -> str:
    return words + (_("(%(words)s)") % {"words": "，".join(more)} if more else "")


def _month_day(month: int, day: int) -> str:
    return _("%(month)d/%(day)d of every year") % {"month": month, "day": day}


def _validity(value: Validity) -> str:
    kinds = {
        "years": _("%(n)d years from %(event)s"),
        "paid_years": _("until the end of the last year paid for"),
        "term": _("until the end of the council's term"),
        "none": _("without an end"),
    }
    start = value.from_ or "registration.completed"
    event = _("the last expiry") if start == "previous_expiry" else event_words(start)
    return kinds[value.kind] % {"n": value.n, "event": event} if value.kind == "years" else kinds[value.kind]
