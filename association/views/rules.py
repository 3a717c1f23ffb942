"""The rules of the association: what is adopted, a whole document, and the rights and duties in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from association import clock, queries
from association.models import Consultation, SupplementaryNote
from association.queries import InForce

from . import rules_found as found
from .rules_found import Shown
from .rules_layout import MARGIN, are_headed
from .rules_rights import holders, kinds_of
from .rules_words import banner, facts, status, title_parts


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every document in force, the membership's first; where there is only one, that document."""
    today = clock.today()
    present, coming = found.in_force(today), found.coming(today)
    if not present and not coming:
        return render(request, "association/rules_none.html", {"consultations": consultations(today)})
    if len(present) == 1 and not coming:
        return render(request, "association/rules.html", _document(present[0], today))
    context = {
        "books": [_card(shown) for shown in present],
        "coming": [_card(shown) for shown in coming],
        "consultations": consultations(today),
    }
    return render(request, "association/rules_index.html", context)


@require_safe
def document(request: HttpRequest, document: str) -> HttpResponse:
    """A whole document: the version in force, or with ``?version=`` another one that was adopted."""
    today = clock.today()
    shown = found.find(document, request.GET.get("version", ""), today)
    return render(request, "association/rules.html", _document(shown, today))


@require_safe
def rights(request: HttpRequest, document: str) -> HttpResponse:
    """Who has which rights, duties and services, with what is taken over from the rung below."""
    shown = found.find(document, request.GET.get("version", ""), clock.today())
    context = {"shown": shown, "holders": holders(shown.rulebook), "kinds": kinds_of(shown.rulebook)}
    return render(request, "association/rules_rights.html", context)


def consultations(today: date) -> list[Consultation]:
    """The drafts that members may comment on today. What has been adopted since is none any more."""
    adopted = {
        (version.rulebook_id, version.document_version)
        for slot in queries.rulebook_slots()
        for version in queries.versions(slot)
    }
    running = Consultation.objects.open_on(today).select_related("version").defer("version__text")
    return [one for one in running if (one.rulebook, one.document_version) not in adopted]


def _card(shown: Shown) -> dict[str, Any]:
    return {
        "shown": shown,
        "title": title_parts(shown.rulebook, shown.association),
        "status": status(shown),
        "facts": facts(shown),
    }


def _document(shown: Shown, today: date) -> dict[str, Any]:
    chapters = found.chapters_of(shown.rulebook)
    notes: dict[str, list[SupplementaryNote]] = {}
    for note in notes_on(shown.version):
        notes.setdefault(note.article, []).append(note)
    return {
        **_card(shown),
        "banner": banner(shown),
        "chapters": [(chapter.title, [_article(entry, notes) for entry in chapter.entries]) for chapter in chapters],
        "are_headed": are_headed(chapters),
        "notes": notes.get("", []),
        "changes": _changes(shown.slot, queries.versions(shown.slot)),
        "coming": [one for one in found.coming(today) if one.slot == shown.slot and one.version != shown.version],
        "consultations": [one for one in consultations(today) if one.version.slot == shown.slot],
        "has_rights": bool(shown.rulebook.entitlements),
        "asks_feedback": shown.rulebook.feedback is not None and shown.state == "present",
    }


def _article(entry: found.Entry, notes: dict[str, list[SupplementaryNote]]) -> dict[str, Any]:
    """An article as it is laid out, with what practice has added to it or to an item of it."""
    keys = [entry.article.key, *(part.key for part in entry.parts)] if notes else []
    added = [note for key in keys for note in notes.get(key, ())]
    return {"entry": entry, "notes": added, "is_headed": len(entry.article.label) > MARGIN + 1}


def notes_on(version: InForce) -> list[SupplementaryNote]:
    """What practice has added to the document version, whichever encoding it was written beside."""
    return list(
        SupplementaryNote.objects.filter(
            version__rulebook=version.rulebook_id, version__document_version=version.document_version
        )
    )


def _changes(slot: str, versions: tuple[InForce, ...]) -> list[tuple[InForce, tuple[tuple[str, str], ...], str]]:
    """Each version, the latest first, with (key, label) of the articles that read otherwise than in the one before.

    The last is the document's id where another document took over from it.
    """
    if len(versions) < 2:
        return []
    older = (*versions[1:], None)
    return [
        (
            version,
            _changed(version.version_id, before.version_id) if before else (),
            version.rulebook_id if before and before.rulebook_id != version.rulebook_id else "",
        )
        for version, before in zip(versions, older, strict=True)
    ]


def _changed(new_id: int, old_id: int) -> tuple[tuple[str, str], ...]:
    """The articles that read otherwise, new or gone; of another document none: all of it is new."""
    new, old = queries.rulebook_of(new_id), queries.rulebook_of(old_id)
    if new.id != old.id:
        return ()
    keys = dict.fromkeys((*new.articles, *old.articles))
    return tuple(
        (key, (new if key in new.articles else old).label(key))
        for key in keys
        if new.article_texts.get(key) != old.article_texts.get(key)
        and (new if key in new.articles else old).articles[key].parent is None
    )
