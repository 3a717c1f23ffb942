"""What a decision is about: the case, announcement or document that it names, by its title."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q

from association.admin.audit_words import said
from association.models import AnnouncementAct, DecisionRecord, Objection, OfficialNotice, Passage

OBJECTION_TITLE = "publicity__announcement__title"
NAMED: tuple[tuple[str, type[Model], str, str], ...] = (
    ("", Passage, "decision", "case__subject"),
    ("announcement.", AnnouncementAct, "decision", "announcement__title"),
    ("document.", OfficialNotice, "signing", "title"),
    ("objection.", Objection, "decision", OBJECTION_TITLE),
)
"""Rows that point at a decision: how its kind begins, the table, its column, and where the title of the thing is."""
BY_FACT: dict[str, tuple[type[Model], str]] = {
    "notice": (OfficialNotice, "title"),
    "objection": (Objection, OBJECTION_TITLE),
}
"""Facts that hold the key of a thing, where no row of it points at the decision (any more)."""
NUMBERED = {"account": "association.user", "request": "association.recoveryrequest"}
"""Facts that hold the key of what is shown by its number alone: a person, or what one asked."""
MOST = 200


def objects_of(rows: Collection[DecisionRecord]) -> dict[int, str]:
    """The titles of what these decisions are about, by key. One costs as many queries as thousands."""
    found: dict[int, str] = {}
    for kind, model, column, title in NAMED:
        keys = [row.pk for row in rows if row.kind.startswith(kind)]
        if keys:
            pairs = model._default_manager.filter(**{f"{column}__in": keys}).values_list(column, title)
            found |= {key: _line(text) for key, text in pairs}
    rest = [row for row in rows if row.pk not in found]
    for name, (model, title) in BY_FACT.items():
        named = {row.pk: key for row in rest if (key := _fact(row, name)) is not None}
        if named:
            titles = dict(model._default_manager.filter(pk__in=set(named.values())).values_list("pk", title))
            found |= {pk: _line(titles[key]) for pk, key in named.items() if key in titles}
    for row in rest:
        for name, label in NUMBERED.items():
            if row.pk not in found and (key := _fact(row, name)) is not None:
                found[row.pk] = said(f"{label}:{key}")
    return found


def about(text: str) -> Q:
    """Decisions about a thing whose title holds the text."""
    found = Q()
    for _kind, model, column, title in NAMED:
        rows = model._default_manager.filter(**{column: OuterRef("pk"), f"{title}__icontains": text})
        found |= Q(Exists(rows))
    for name, (model, title) in BY_FACT.items():
        named = model._default_manager.filter(**{f"{title}__icontains": text}).order_by("-pk")
        found |= Q(**{f"reasons__0__facts__{name}__in": list(named.values_list("pk", flat=True)[:MOST])})
    return found


def _fact(row: DecisionRecord, name: str) -> int | None:
    facts: Iterable[Any] = (reason.get("facts", {}).get(name) for reason in row.reasons)
    return next((value for value in facts if isinstance(value, int)), None)


def _line(text: str) -> str:
    return "".join(part.strip() for part in text.splitlines())
