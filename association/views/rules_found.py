"""Which stored version an address means, and how it stands today: in force, not yet, not any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import TypeVar

from django.http import Http404

from association import queries
from association.models import RulebookVersion
from association.queries import InForce
from association.rulebook import Rulebook
from association.rulebook.citing import Cited, citing

from .rules_layout import Entry, chapters

T = TypeVar("T")
MANY = 32
"""Texts that are kept laid out; more than an association ever has in use."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A version with its time in force. ``present`` is what governs its slot today, None where nothing does.

    ``state``: ``present``, ``coming``, ``past`` or ``repealed``.
    """

    rulebook: Rulebook
    version: InForce
    slot: str
    state: str
    present: InForce | None

    @property
    def id(self) -> str:
        return self.rulebook.id

    @property
    def asked(self) -> str:
        """What an address of this text says in ``version``; empty for what governs today."""
        return "" if self.state == "present" else self.version.label

    @property
    def is_same_text(self) -> bool:
        """Whether today's version is the same document, only read more exactly (a mended encoding)."""
        present = self.present
        return present is not None and (present.rulebook_id, present.document_version) == (
            self.version.rulebook_id,
            self.version.document_version,
        )

    @property
    def is_past(self) -> bool:
        """Whether a reader has to be told that something else governs."""
        return self.state in ("past", "repealed") and not self.is_same_text

    @property
    def association(self) -> str:
        return self.rulebook.association or self.version.association


def in_force(on: date) -> list[Shown]:
    """What governs on the day, the membership's first."""
    found = [(slot, _present(slot, on)) for slot in queries.rulebook_slots()]
    return [_shown(slot, version, on) for slot, version in found if version is not None]


def coming(on: date) -> list[Shown]:
    """What has been adopted for a later day."""
    return [
        _shown(slot, version, on)
        for slot in queries.rulebook_slots()
        for version in reversed(queries.versions(slot))
        if version.effective_from > on
    ]


def find(document: str, label: str, on: date) -> Shown:
    """The version that a page shows: the one in force of this document or slot, or the one of ``label``.

    A document that does not govern any more is still found, and one that does not govern yet. 404 for what was never
    adopted: a draft is nobody's to read but the desk's.
    """
    if label:
        return _labelled(document, label, on)
    slots = queries.rulebook_slots()
    presents = {slot: _present(slot, on) for slot in slots}
    for slot, present in presents.items():
        if present is not None and present.rulebook_id == document:
            return _shown(slot, present, on)
    for slot, version in _all(slots):
        if version.rulebook_id == document and version.effective_from <= on:
            return _shown(slot, version, on)
    for slot, version in _all(slots):
        if version.rulebook_id == document:
            return _shown(slot, version, on)
    named = presents.get(document) if document else None
    if named is not None:
        return _shown(document, named, on)
    raise Http404


def citing_document(document: str, label: str, on: date) -> Shown:
    """The version that cites another document (``charter``)."""
    for shown in _labels(label, on) if label else in_force(on):
        if document in shown.rulebook.references:
            return shown
    raise Http404


def _present(slot: str, on: date) -> InForce | None:
    """None also from the day of a repeal."""
    found = next((version for version in queries.versions(slot) if version.effective_from <= on), None)
    return None if found is None or (found.until is not None and found.until <= on) else found


def _all(slots: tuple[str, ...]) -> Iterator[tuple[str, InForce]]:
    return ((slot, version) for slot in slots for version in queries.versions(slot))


def _shown(slot: str, version: InForce, on: date) -> Shown:
    rulebook = queries.rulebook_of(version.version_id)
    present = _present(slot, on)
    if version.effective_from > on:
        state = "coming"
    elif version.until is None or version.until > on:
        state = "present"
    else:
        state = "repealed" if version.until == rulebook.repealed_on else "past"
    return Shown(rulebook, version, slot, state, present)


def _labelled(document: str, label: str, on: date) -> Shown:
    for shown in _labels(label, on):
        if shown.id == document:
            return shown
    raise Http404


def _labels(label: str, on: date) -> Iterator[Shown]:
    """Adopted versions by label (``acg/1-1``) or key, those that govern or governed before those that will."""
    key = int(label) if label.isascii() and label.isdecimal() and len(label) < 10 else 0
    known = [
        (slot, version)
        for slot, version in _all(queries.rulebook_slots())
        if label == version.label or key == version.version_id
    ]
    known.sort(key=lambda one: one[1].effective_from > on)
    yield from (_shown(slot, version, on) for slot, version in known)
    if not known:
        yield from _replaced_at_once(label, key, on)


def _replaced_at_once(label: str, key: int, on: date) -> Iterator[Shown]:
    """A version that another one replaced on its own first day: it never governed, but something may name it."""
    document_version, dash, encoding = label.rpartition("-")
    if not key and not (dash and encoding.isascii() and encoding.isdecimal() and len(encoding) < 10):
        return
    if "\x00" in document_version:
        return
    named = {"pk": key} if key else {"document_version": document_version, "encoding": int(encoding)}
    for row in RulebookVersion.objects.filter(adoptions__isnull=False, **named).distinct():
        adoption = row.adoptions.order_by("-effective_from", "-pk").first()
        assert adoption is not None
        day = adoption.effective_from
        version = InForce(
            adoption.pk,
            row.pk,
            row.label,
            row.rulebook,
            row.title,
            row.document_version,
            day,
            day,
            adoption.resolved_on,
            "",
            "",
            adoption.association,
        )
        yield Shown(queries.rulebook_of(row.pk), version, row.slot, "past", _present(row.slot, on))


def _once(build: Callable[[Rulebook], T]) -> Callable[[Rulebook], T]:
    """Keep what is made of a text, by its digest: a text never changes."""
    kept: dict[str, T] = {}

    @wraps(build)
    def once(rulebook: Rulebook) -> T:
        if rulebook.digest not in kept:
            if len(kept) >= MANY:
                kept.clear()
            kept[rulebook.digest] = build(rulebook)
        return kept[rulebook.digest]

    return once


chapters_of = _once(chapters)
"""The articles of a rulebook as they are laid out."""


def entry_of(rulebook: Rulebook, key: str) -> Entry:
    """The top article that is this article or has it as a part. ``KeyError`` if there is none."""
    return _entries(rulebook)[key]


@_once
def _entries(rulebook: Rulebook) -> dict[str, Entry]:
    entries = [entry for chapter in chapters_of(rulebook) for entry in chapter.entries]
    return {article.key: entry for entry in entries for article in (entry.article, *entry.parts)}


@_once
def _cited(rulebook: Rulebook) -> dict[str, tuple[Cited, ...]]:
    found: dict[str, list[Cited]] = {}
    for cited in citing(rulebook):
        for ref in cited.refs:
            found.setdefault(ref, []).append(cited)
    return {ref: tuple(several) for ref, several in found.items()}


def cited_by(rulebook: Rulebook, *keys: str) -> list[Cited]:
    """The rules that cite any of these articles, each once."""
    known = _cited(rulebook)
    found = {cited.place: cited for key in keys for cited in known.get(key, ()) if cited.is_rule}
    return list(found.values())
