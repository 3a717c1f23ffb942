"""The rule document, article by article, and one article beside the page that cites it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from association import clock, queries
from association.models import Adoption, RulebookVersion
from association.queries import Governing
from association.rulebook import Rulebook
from association.rulebook.labels import label as chinese_label
from association.rulebook.schema import WHOLE_DOCUMENT
from association.rulebook.schema.document import Article


@dataclass(frozen=True, slots=True)
class Entry:
    """A top article and the keys of its paragraphs and items, which are anchors inside its text."""

    article: Article
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    entries: tuple[Entry, ...]


@require_safe
def rules(request: HttpRequest, document: str = "") -> HttpResponse:
    """The document in force today; without ``document``, the one of membership."""
    if not document and not queries.adoptions():
        return render(request, "association/rules_none.html")
    governing, effective_from = _in_force(document, clock.today())
    adoption = (
        Adoption.objects.filter(version_id=governing.version_id, effective_from=effective_from)
        .select_related("resolution__meeting__body")
        .order_by("-pk")
        .first()
    )
    rulebook = governing.rulebook
    context = {
        "rulebook": rulebook,
        "title": title_parts(rulebook),
        "version": governing.label,
        "effective_from": effective_from,
        "resolution": adoption.resolution if adoption else None,
        "chapters": chapters(governing.version_id),
        "interpreter": queries.body_name(rulebook.meta.interpreted_by) if rulebook.meta.interpreted_by else "",
    }
    return render(request, "association/rules.html", context)


@require_safe
def article(request: HttpRequest, document: str, key: str) -> HttpResponse:
    """One article: a page, or with htmx only its text for the drawer. ``?version=`` is a stored version's label."""
    version = request.GET.get("version", "")
    rulebook = _version(document, version) if version else _citing(document, clock.today())
    context = {"rulebook": rulebook, "version": version, **_text(rulebook, document, key)}
    fragment = bool(getattr(request, "htmx", False))
    response = render(request, f"association/{'article_fragment' if fragment else 'article'}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def title_parts(rulebook: Rulebook) -> list[str]:
    """Where a narrow screen may break the title: after the association's name."""
    name = rulebook.association
    rest = rulebook.title.removeprefix(name)
    return [name, rest] if rest and rest != rulebook.title else [rulebook.title]


@lru_cache(maxsize=16)
def chapters(version_id: int) -> tuple[Chapter, ...]:
    """The articles of a stored version under their headings."""
    articles = list(queries.rulebook_of(version_id).articles.values())
    found: dict[str, list[Entry]] = {}
    for top in articles:
        if top.parent is None:
            parts = tuple(part.key for part in articles if part.key.startswith(f"{top.key}."))
            found.setdefault(top.chapter, []).append(Entry(top, parts))
    return tuple(Chapter(title, tuple(entries)) for title, entries in found.items())


def _in_force(document: str, on: date) -> tuple[Governing, date]:
    """The version of this document that governs today, and since when. 404 if none does."""
    for slot in queries.rulebook_slots():
        since = next(((day, pk) for day, pk in queries.adoptions(slot) if day <= on), None)
        if since is not None:
            governing = queries.governing_version(since[1])
            if document in (governing.rulebook.id, "") and (document or not slot):
                return governing, since[0]
    raise Http404


def _citing(document: str, on: date) -> Rulebook:
    """The rulebook in force that is this document, or that cites it."""
    for slot in queries.rulebook_slots():
        try:
            rulebook = queries.rulebook_on(on, slot)
        except queries.NoRulebook:
            continue
        if document == rulebook.id or document in rulebook.references:
            return rulebook
    raise Http404


def _version(document: str, label: str) -> Rulebook:
    """The stored version of this label (``acg/1-1``) or key."""
    if label.isascii() and label.isdecimal() and len(label) < 10:
        found = RulebookVersion.objects.filter(pk=int(label))
    else:
        name, dash, encoding = label.rpartition("-")
        if not dash or not (encoding.isascii() and encoding.isdecimal() and len(encoding) < 10) or "\x00" in name:
            raise Http404
        found = RulebookVersion.objects.filter(document_version=name, encoding=int(encoding))
    for pk in found.values_list("pk", flat=True):
        rulebook = queries.rulebook_of(pk)
        if document == rulebook.id or document in rulebook.references:
            return rulebook
    raise Http404


def _text(rulebook: Rulebook, document: str, key: str) -> dict[str, Any]:
    """The article, what it is a part of, and where it stands in the whole."""
    if document != rulebook.id:
        other = rulebook.references[document]
        known = key == WHOLE_DOCUMENT or key in other.articles or chinese_label(key) != key
        if not known:
            raise Http404
        label = "" if key == WHOLE_DOCUMENT else chinese_label(key)
        shown = {"title": other.title, "label": label, "text": other.articles.get(key, "")}
        return {"article": shown, "parent": None, "top": "", "is_reference": True}
    if key not in rulebook.articles:
        raise Http404
    found = rulebook.articles[key]
    top = found
    while top.parent is not None:
        top = rulebook.articles[top.parent]
    note = found.note or (top.note if top is not found else "")
    shown = {
        "title": rulebook.title,
        "label": found.label,
        "text": found.text,
        "erratum": found.erratum or top.erratum,
        "note": note,
    }
    return {"article": shown, "parent": top if top is not found else None, "top": top.key, "is_reference": False}
