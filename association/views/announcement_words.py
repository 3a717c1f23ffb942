"""What people read of an announcement: its kind, its state, its facts, how long it is on show."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from association import clock, queries
from association.actions.announcement_acts import rule_of
from association.models import Announcement, Publicity
from association.models.announcement import Objecting, OwnKind, Relation
from association.models.objection import ResultKind
from association.models.rulebook import MEMBERSHIP
from association.values import long_date

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)

LABELS = {
    "name": pgettext_lazy("announcement", "Member"),
    "number": pgettext_lazy("announcement", "Member number"),
    "class": pgettext_lazy("announcement", "Class"),
    "tier": pgettext_lazy("announcement", "Tier"),
    "field": pgettext_lazy("announcement", "Professional field"),
    "validity": pgettext_lazy("announcement", "Registration valid"),
    "reason": pgettext_lazy("announcement", "Reason"),
    "category": pgettext_lazy("announcement", "Category"),
    "grade": pgettext_lazy("announcement", "Grade"),
    "rank": pgettext_lazy("announcement", "Rank"),
}

RELATED = ("decision", "publicity__deadline")


def kind_name(kind: str) -> str:
    """As the newest rulebook calls it that has it; the secretariat's own by their label."""
    if kind in OwnKind.values:
        return str(OwnKind(kind).label)
    return queries.kept("announcement-kinds", _rule_kinds).get(kind, "") or _("Announcement")


def _rule_kinds() -> dict[str, str]:
    names: dict[str, str] = {}
    for slot in dict.fromkeys((MEMBERSHIP, *queries.rulebook_slots())):
        for _day, version_id in queries.adoptions(slot):
            for rule in queries.rulebook_of(version_id).announcements:
                if rule.name:
                    names.setdefault(rule.id, rule.name)
    return names


def publicity_of(row: Announcement) -> Publicity | None:
    """Read with the row where it was selected."""
    return getattr(row, "publicity", None)


def state_of(row: Announcement, on: date) -> dict[str, str]:
    """Where it stands, as a word and its tone."""
    if row.withdrawn_on is not None:
        return _word(pgettext("announcement", "withdrawn"), "stopped")
    if row.dropped_on is not None:
        return _word(pgettext("announcement", "dropped"), "neutral")
    if row.published_on is None:
        return _word(_draft_words(row), "waiting")
    shown = publicity_of(row)
    return _shown_state(shown, on) if shown else _word(pgettext("announcement", "published"), "done")


def _draft_words(row: Announcement) -> str:
    if row.scheduled_for is None:
        return pgettext("announcement", "draft")
    return pgettext("announcement", "to be published on %(day)s") % {"day": long_date(row.scheduled_for)}


def _shown_state(shown: Publicity, on: date) -> dict[str, str]:
    if shown.closed_on is not None:
        return _word(result_words(shown), "stopped" if shown.result == ResultKind.UPHELD else "done")
    if on <= shown.deadline.due_on:
        return _word(pgettext("announcement", "on show"), "waiting")
    return _word(pgettext("announcement", "on show no longer, result open"), "waiting")


def _word(label: str, tone: str) -> dict[str, str]:
    return {"label": label, "tone": tone}


def result_words(shown: Publicity) -> str:
    return str(ResultKind(shown.result).label)


def title_of(row: Announcement) -> str:
    """What lists and feeds call it; of a withdrawn one its kind alone."""
    if row.withdrawn_on is None:
        return row.title
    return _("%(kind)s (withdrawn)") % {"kind": kind_name(row.kind)}


def shown(found: Announcement) -> dict[str, Any]:
    """What the public reads of its facts: only the list of the version it was decided under, in its order."""
    rule = rule_of(found)
    if rule is None or found.decision.version_id is None:
        return {"facts": [], "sources": (), "rulebook": None}
    rulebook = queries.rulebook_of(found.decision.version_id)
    allowed = dict.fromkeys((*rule.fields, *rule.person_fields))
    facts = [(LABELS.get(name, name), _dated(found.fields[name])) for name in allowed if found.fields.get(name)]
    return {"facts": facts, "sources": rule.sources(rulebook.id), "rulebook": rulebook}


def publicity_words(found: Announcement, on: date) -> dict[str, Any] | None:
    """How long it is on show, and what can be done about it today."""
    row = publicity_of(found)
    if row is None:
        return None
    last = row.deadline.due_on
    running = row.closed_on is None and on <= last
    return {
        "first": row.started_on,
        "last": last,
        "deadline": row.deadline,
        "running": running,
        "provisional": row.deadline.provisional and row.closed_on is None,
        "over": row.closed_on is None and not running,
        "result": result_words(row) if row.closed_on else "",
        "closed_on": row.closed_on,
        "may_object": running and found.objections != Objecting.NONE,
        "named": found.objections == Objecting.NAMED,
    }


def relations(found: Announcement) -> list[dict[str, Any]]:
    """The announcement that it refers to, and those that refer to it and stand."""
    links: list[dict[str, Any]] = []

    def add(words: str, row: Announcement) -> None:
        links.append({"words": words, "title": title_of(row), "url": reverse("announcement", args=[row.key])})

    if found.refers_to is not None and found.refers_to.published_on is not None:
        add(_("Corrects") if found.relation == Relation.CORRECTS else _("Shows again"), found.refers_to)
    if found.published_on is None or found.withdrawn_on is not None:
        return links
    for row in Announcement.objects.standing().filter(refers_to=found).order_by("published_on", "pk"):
        add(_("Corrected by") if row.relation == Relation.CORRECTS else _("Shown again by"), row)
    return links


def listed(row: Announcement, on: date | None = None) -> dict[str, Any]:
    """One line of a list."""
    state = state_of(row, on or clock.today())
    plain = row.withdrawn_on is None and publicity_of(row) is None
    return {
        "key": row.key,
        "title": title_of(row),
        "kind": kind_name(row.kind),
        "published_on": row.published_on,
        "state": None if plain else state,
        "due": publicity_due(row),
    }


def publicity_due(row: Announcement) -> Any:
    """The deadline to show as a badge: while it is on show."""
    found = publicity_of(row)
    return found.deadline if found is not None and found.closed_on is None else None


def _dated(value: str) -> str:
    """The value with its days as people read them."""

    def read(found: re.Match[str]) -> str:
        try:
            return long_date(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return _DAY.sub(read, value)
