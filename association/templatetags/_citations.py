"""What a citation chip says and where it leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from association import clock, queries
from association.decisions import Basis, Source, SourceKind
from association.rulebook import Rulebook
from association.rulebook.labels import label as chinese_label

BASIS_WORDS = {
    Basis.INTERPRETATION: pgettext_lazy("citation", "our reading"),
    Basis.GAP: pgettext_lazy("citation", "custom"),
}
KIND_WORDS = {
    SourceKind.RESOLUTION: pgettext_lazy("citation", "resolution"),
    SourceKind.CONVENTION: pgettext_lazy("citation", "convention"),
    SourceKind.SETTING: pgettext_lazy("citation", "set by the association"),
}
CONVENTION_WORDS = {
    "C-1": _("days are Beijing days"),
    "C-2": _("the first day does not count"),
    "C-2b": _("a sanction counts its first day"),
    "C-3": _("validity counts its first day"),
    "C-3b": _("seniority counts its first day"),
    "C-4": _("counted in working days"),
    "C-5": _("calendar of that year not yet published"),
    "C-6": _("moved to the next working day"),
    "C-7": _("the day named is in time"),
    "C-8": _("the same working day"),
    "C-9": _("months counted back"),
    "C-10": _("the last years"),
    "C-12": _("the latest of several"),
    "C-13": _("the number itself is included"),
    "C-14": _("rounded to the fen, line by line"),
    "C-15": _("scores are not rounded"),
    "C-16": _("percentages are exact"),
    "C-18": _("says what it rests on"),
    "C-19": _("the version in force on the day"),
    "C-20": _("confirmed by a person"),
    "C-21": _("what the rules do not say does not apply"),
    "C-22": _("personal data stay private"),
    "C-23": _("check digits of the code"),
    "C-24": _("left to a person's judgement"),
    "C-25": _("last day of the membership"),
}

SEEN = ("word", "label", "title", "basis")
"""What tells two chips apart for a reader."""


def chips(sources: Any, *, rulebook: Rulebook | None = None, version: str = "") -> list[dict[str, Any]]:
    """One dict for each source: ``word``, ``label``, ``text``, ``title``, ``basis``, ``note``, ``url``.

    Sources that look the same to a reader are one chip, such as two rules of one article.

    ``sources`` is one :class:`Source`, several, their JSON, or a thing with ``.sources`` (a Decision, or a
    DecisionRecord, which is read by the version it was made under).
    """
    if sources is None or sources == "":
        return []
    if version_id := getattr(sources, "version_id", None):
        governing = queries.governing_version(version_id)
        rulebook, version = governing.rulebook, version or governing.label
    if not isinstance(sources, Source):
        sources = getattr(sources, "sources", sources)
    several: Iterable[Any] = [sources] if isinstance(sources, Source | Mapping) else sources
    books = [rulebook] if rulebook else _in_force()
    found = (_chip(source if isinstance(source, Source) else _read(source), books, version) for source in several)
    once: dict[tuple[str, ...], dict[str, Any]] = {}
    for chip in found:
        once.setdefault(tuple(str(chip[part]) for part in SEEN), chip)
    return list(once.values())


def _read(data: Mapping[str, str]) -> Source:
    """A source from its own JSON, or from a citation of the API (``document``, ``article``)."""
    if "article" in data:
        kinds = {kind.value for kind in SourceKind}
        kind = data["document"] if data["document"] in kinds else SourceKind.ARTICLE.value
        document = data["document"] if kind == SourceKind.ARTICLE else ""
        return Source(
            SourceKind(kind), data["article"], document, Basis(data.get("basis", "text")), data.get("note", "")
        )
    return Source.from_json(data)


def _in_force() -> list[Rulebook]:
    """The rulebooks of today, the membership's first; none on a fresh installation."""
    today = clock.today()
    found = []
    for slot in queries.rulebook_slots():
        try:
            found.append(queries.rulebook_on(today, slot))
        except queries.NoRulebook:
            continue
    return found


def _chip(source: Source, books: list[Rulebook], version: str) -> dict[str, Any]:
    if source.kind is not SourceKind.ARTICLE:
        words = CONVENTION_WORDS.get(source.key, source.key) if source.kind is SourceKind.CONVENTION else source.key
        bare = source.kind is SourceKind.SETTING
        label = source.note if bare else words
        word = "" if bare and source.note else KIND_WORDS[source.kind]
        return _blank(source) | {"word": word, "label": label, "code": source.key}
    shown = _citation(source, books)
    return _blank(source) | {
        "label": shown["label"] or shown["title"],
        "title": shown["title"],
        "text": shown["text"],
        "basis": BASIS_WORDS.get(source.basis, ""),
        "url": article_url(source.document, source.key, version),
    }


def _blank(source: Source) -> dict[str, Any]:
    return {"word": "", "label": "", "title": "", "text": "", "basis": "", "note": source.note, "url": "", "code": ""}


def _citation(source: Source, books: list[Rulebook]) -> Mapping[str, str]:
    for book in books:
        if source.document == book.id or source.document in book.references:
            return book.citation(source)
    return {"label": chinese_label(source.key), "title": "", "text": ""}


def article_url(document: str, key: str, version: str = "") -> str:
    """The article's page, empty while the site has none."""
    try:
        url = reverse("article", kwargs={"document": document, "key": key})
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode({'version': version})}" if version else url
