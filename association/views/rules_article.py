"""One article: beside the page that cites it, or a page with its history, the rules under it and what was added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from association import clock, queries
from association.queries import InForce
from association.rulebook.labels import label as chinese_label
from association.rulebook.marks import Piece, marked
from association.rulebook.schema import WHOLE_DOCUMENT
from association.rulebook.schema.document import Article

from . import rules_found as found
from .rules import notes_on
from .rules_found import Shown
from .rules_layout import entry, plain
from .rules_words import banner, rules_said, status


@dataclass(frozen=True, slots=True)
class Change:
    """From ``version`` on the article reads so. ``pieces``: beside the text before, empty for the first one."""

    version: InForce
    label: str
    text: str | None
    pieces: tuple[Piece, ...]
    is_shown: bool


@require_safe
def article(request: HttpRequest, document: str, key: str) -> HttpResponse:
    """A page, or with htmx only the text for the drawer. ``?version=`` is an adopted version's label or key."""
    label, today = request.GET.get("version", ""), clock.today()
    fragment = bool(getattr(request, "htmx", False))
    try:
        shown = found.find(document, label, today)
    except Http404:
        shown = found.citing_document(document, label, today)
        context = _reference(shown, document, key)
    else:
        context = _own(shown, key) | ({} if fragment else _around(shown, key))
    response = render(request, f"association/{'article_fragment' if fragment else 'article'}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _reference(shown: Shown, document: str, key: str) -> dict[str, Any]:
    """An article of another document (章程), as far as it is known."""
    other = shown.rulebook.references[document]
    if not (key == WHOLE_DOCUMENT or key in other.articles or chinese_label(key) != key):
        raise Http404
    label = "" if key == WHOLE_DOCUMENT else chinese_label(key)
    text = other.articles.get(key, "")
    lines = plain(Article(key, label, text)) if text else ()
    return {
        "shown": shown,
        "title": other.title,
        "key": key,
        "label": label,
        "lines": lines,
        "apart": (),
        "remarked": [],
        "above": None,
        "banner": None,
        "notes": [],
        "is_reference": True,
    }


def _own(shown: Shown, key: str) -> dict[str, Any]:
    """The text with its items, what is known about it, and the whole article that it is an item of."""
    known = shown.rulebook.articles.get(key)
    if known is None:
        raise Http404
    whole = found.entry_of(shown.rulebook, key)
    inside = tuple(part for part in whole.parts if part.key.startswith(f"{key}."))
    is_part = known is not whole.article
    laid = entry(replace(known, parent=None), inside) if is_part else whole
    return {
        "shown": shown,
        "title": shown.rulebook.title,
        "key": key,
        "label": known.label,
        "lines": laid.lines,
        "apart": laid.apart,
        "remarked": [one for one in (known, *inside) if one.erratum or one.note],
        "above": whole if is_part and whole.article.text != known.text else None,
        "top": whole.article.key,
        "banner": banner(shown, key),
        "notes": [],
        "is_reference": False,
    }


def _around(shown: Shown, key: str) -> dict[str, Any]:
    """What only the page shows."""
    book = shown.rulebook
    whole = found.entry_of(shown.rulebook, key)
    keys = [key, *(part.key for part in whole.parts if part.key.startswith(f"{key}."))]
    tops = [one for one in book.articles.values() if one.parent is None]
    at = tops.index(whole.article)
    wanted = set(keys) | ({whole.article.key} if key != whole.article.key else set())
    return {
        "status": status(shown),
        "notes": [note for note in notes_on(shown.version) if note.article in wanted],
        "history": history(shown, key),
        "rules": rules_said(found.cited_by(shown.rulebook, *keys)),
        "asks_feedback": book.feedback is not None and shown.state == "present",
        "before": tops[at - 1] if at else None,
        "after": tops[at + 1] if at + 1 < len(tops) else None,
    }


def history(shown: Shown, key: str) -> list[Change]:
    """Since when the article reads as it does, the latest first, each marked against the one before."""
    ours = [one for one in queries.article_history(shown.slot, key) if one.version.rulebook_id == shown.id]
    changes: list[Change] = []
    before: str | None = None
    for one in reversed(ours):
        pieces = marked(before or "", one.text or "") if changes else ()
        changes.append(Change(one.version, one.label, one.text, pieces, False))
        before = one.text
    changes.reverse()
    at = _index(changes, shown.version.effective_from)
    return [replace(change, is_shown=number == at) for number, change in enumerate(changes)]


def _index(changes: Iterable[Change], on: date) -> int:
    """Which of them reads as the version that began on the day does."""
    return next((number for number, change in enumerate(changes) if change.version.effective_from <= on), -1)
