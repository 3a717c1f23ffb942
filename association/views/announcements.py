"""What the association has made public."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from association import queries
from association.models import Announcement
from association.values import long_date

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)
PER_PAGE = 20
LAST_PAGE = 500

LABELS = {
    "name": pgettext_lazy("announcement", "Member"),
    "number": pgettext_lazy("announcement", "Member number"),
    "class": pgettext_lazy("announcement", "Class"),
    "tier": pgettext_lazy("announcement", "Tier"),
    "field": pgettext_lazy("announcement", "Professional field"),
    "validity": pgettext_lazy("announcement", "Registration valid"),
    "reason": pgettext_lazy("announcement", "Reason"),
}


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """The newest first, page by page, without a count."""
    typed = request.GET.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
    number = min(max(number, 1), LAST_PAGE)
    first = (number - 1) * PER_PAGE
    rows = list(Announcement.objects.published()[first : first + PER_PAGE + 1])
    page = {"number": number, "has_previous": number > 1, "has_next": len(rows) > PER_PAGE}
    return render(request, "association/announcements.html", {"rows": rows[:PER_PAGE], "page": page})


@require_safe
def announcement(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One announcement: the fields that the rulebook's list allows, and the article that has them published."""
    found = get_object_or_404(Announcement.objects.published().select_related("decision"), key=key)
    return render(request, "association/announcement.html", {"announcement": found, **shown(found)})


def _dated(value: str) -> str:
    """The value with its days as people read them."""

    def read(found: re.Match[str]) -> str:
        try:
            return long_date(date.fromisoformat(found[0]))
        except ValueError:
            return found[0]

    return _DAY.sub(read, value)


def shown(found: Announcement) -> dict[str, Any]:
    """What the public reads of an announcement: only the list of the version it was decided under, in its order."""
    if found.decision.version_id is None:
        return {"facts": [], "sources": (), "rulebook": None}
    rulebook = queries.rulebook_of(found.decision.version_id)
    rule = next((rule for rule in rulebook.announcements if rule.id == found.kind), None)
    allowed = rule.fields if rule else ()
    facts = [(LABELS.get(name, name), _dated(found.fields[name])) for name in allowed if found.fields.get(name)]
    return {"facts": facts, "sources": rule.sources(rulebook.id) if rule else (), "rulebook": rulebook}
