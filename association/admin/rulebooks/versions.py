"""A stored version: what it says, how it differs, what it would bring, and its adoption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _

from association import clock, queries
from association.actions import consultations, rulebooks, supplements
from association.admin.base import against, find, page_of
from association.admin.outgoing import outgoing
from association.admin.rulebooks.base import (
    ADOPTING,
    ADOPTION,
    CONSULTING,
    LIST,
    NOTING,
    TABS,
    UPLOADING,
    VERSION,
    NoteForm,
)
from association.admin.rulebooks.plan import Plan, resolution_words
from association.admin.rulebooks.shelf import (
    COMING,
    PRESENT,
    preset_rows,
    shelves,
    slot_title,
    spans_of,
    stamp,
    state_of,
)
from association.admin.rulebooks.uploads import Uploads, articles_of, toml_file
from association.key_words import KINDS, STATUSES, key_words, value_words
from association.letters import own
from association.models import Consultation, RulebookVersion, SupplementaryNote
from association.rulebook import Rulebook
from association.rulebook.difference import ArticleChange, KeyChange, RuleChange
from association.rulebook.marks import marked
from association.section_words import section_words
from association.values import long_date
from association.web import attempt, officer, sentences

LONG = 16
"""Characters from which a changed value is marked within."""


@admin.register(RulebookVersion)
class RulebookVersionAdmin(Uploads):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("upload/", self.upload, "upload"),
            self.route("preset/<str:id>/", self.preset, "preset"),
            self.route("preset/<str:id>/file/", self.preset_file, "preset_file"),
            self.route("<int:pk>/file/", self.file, "file"),
            self.route("<int:pk>/adopt/", self.adopt, "adopt"),
            self.route("<int:pk>/ask/", self.ask, "ask"),
            self.route("<int:pk>/note/", self.note, "note"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        page = page_of(request, RulebookVersion.objects.select_related("stored_by").order_by("slot", "-pk"))
        return self.page(
            request,
            "desk/association/rulebooks.html",
            title=_("Rules"),
            page=page,
            shelves=shelves(page.rows, clock.today()),
            presets=preset_rows() if page.number == 1 else [],
            may_store=request.user.has_perm(UPLOADING),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        return self.show(request, self.version(object_id))

    def version(self, key: Any) -> RulebookVersion:
        return find(RulebookVersion.objects.select_related("stored_by"), key)

    def show(self, request: HttpRequest, version: RulebookVersion, *, note: NoteForm | None = None) -> HttpResponse:
        plan = Plan.of(request, version)
        spans = spans_of(version)
        state = state_of(version, spans, plan.on)
        book = plan.book
        governs = state in (PRESENT, COMING)
        hearing = consultations.of(version)
        asked = consultations.needed(version, on=plan.on) if not governs else None
        return self.page(
            request,
            "desk/association/rulebook.html",
            title=version.title,
            where=_("Rules"),
            where_url=reverse(LIST),
            version=version,
            book=book,
            status=STATUSES[book.status],
            stamp=stamp(book.repealed_on) if book.repealed_on else "",
            state=state,
            slot=slot_title(version.slot),
            spans=spans,
            adoptions=version.adoptions.select_related("resolution__meeting__body").order_by("-effective_from", "-pk"),
            base=base_of(plan),
            difference=difference_of(plan),
            plan=plan,
            deciders=_(", ").join(plan.bodies[0].values()),
            decider_sources=plan.bodies[1],
            plans=not governs,
            may_adopt=request.user.has_perm(ADOPTING) and not governs,
            reasons=against(plan.check) if not governs else [],
            hearing=hearing,
            comments=hearing.comments.count() if hearing else 0,
            asked=asked,
            asked_sources=asked_sources(plan, asked),
            may_ask=bool(asked) and hearing is None and request.user.has_perm(CONSULTING),
            articles=articles_of(book),
            notes=notes_of(version),
            note_form=(note or NoteForm(book=book)) if request.user.has_perm(NOTING) and spans else None,
        )

    def file(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_view(request)
        version = self.version(pk)
        return toml_file(version.text, f"{version.rulebook}-{version.label}")

    def adopt(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asked once more with every effect, then adopted; a refusal leads back with all that was chosen."""
        self.require(request, ADOPTING)
        version = self.version(pk)
        page = reverse(VERSION, args=[version.pk])
        if request.method != "POST":
            return redirect(page)
        plan = Plan.of(request, version)
        if not plan.form.is_valid():
            return self.show(request, version)
        back = f"{page}?{plan.query()}#adopt"
        if "confirmed" not in request.POST:
            if not plan.check.passed:
                for line in sentences(plan.check):
                    messages.error(request, line)
                return redirect(back)
            return self.confirm(request, plan, back)
        adoption = attempt(
            request,
            lambda: rulebooks.adopt(
                version,
                effective_from=plan.day,
                resolution=plan.resolution,
                by=officer(request),
                on=plan.on,
                mapping=plan.mapping,
                seen=plan.form.cleaned_data["seen"],
            ),
            done=_("The version is adopted. It governs from %(day)s.") % {"day": long_date(plan.day)},
        )
        return redirect(ADOPTION, adoption.pk) if adoption else redirect(back)

    def confirm(self, request: HttpRequest, plan: Plan, back: str) -> HttpResponse:
        version, resolution = plan.version, plan.resolution
        day = {"day": long_date(plan.day)}
        facts = [
            (_("Rulebook"), version.title),
            (_("Version"), version.label),
            (_("In force from"), day["day"]),
            (
                _("Resolution"),
                resolution_words(resolution) if resolution else _("none needed: only the encoding is mended"),
            ),
        ]
        effects = [
            {"text": _("From %(day)s every new case, fee, time limit and ban follows this version.") % day},
            *({"text": row["text"], "sources": row["sources"]} for part in plan.by_area for row in rows_of(part)),
            {"text": _("What was decided before keeps the text that it was decided under.")},
            {"text": _("An adoption is not edited or taken back: another version is adopted after it.")},
        ]
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Adopt this version?"),
            where=version.title,
            where_url=back,
            facts=facts,
            effects=effects,
            typed=plan.hidden(),
            confirm=_("Adopt from %(day)s") % day,
            cancel_url=back,
        )

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put the draft before the members; asked once more, since a letter cannot be taken back."""
        self.require(request, CONSULTING)
        version = self.version(pk)
        page = reverse(VERSION, args=[version.pk])
        today = clock.today()
        check = consultations.check_open(version, on=today)
        if request.method == "POST" or not check.passed:
            attempt(
                request,
                lambda: consultations.open(version, by=officer(request), on=today),
                done=_("The members are asked. What they write is collected under «Consultations»."),
            )
            return redirect(f"{page}#consultation")
        until = consultations.closes(version, today, today)
        asked = Consultation(version=version, comments_until=until)
        effects: list[dict[str, Any]] = [
            {"text": _("Every member gets the notice with a link to the draft."), "to": _("all members")},
            {
                "text": _("Members may comment until %(day)s.") % {"day": long_date(until)}
                if until
                else _("Members may comment; the rules give no period."),
                "sources": check.sources,
            },
            {"text": _("Until then the version cannot be adopted.")},
        ]
        written = outgoing(request, "consultation.notice", own.draft(asked))
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Ask the members for their opinion?"),
            where=version.title,
            where_url=page,
            facts=[(_("Draft"), f"{version.title} {version.label}"), *written.pop("facts")],
            **written,
            effects=effects,
            confirm=_("Send the notice to all members"),
            cancel_url=page,
        )

    def note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add a supplementary note. It stays as written."""
        self.require(request, NOTING)
        version = self.version(pk)
        page = reverse(VERSION, args=[version.pk])
        if request.method != "POST":
            return redirect(page)
        form = NoteForm(request.POST, book=queries.rulebook_of(version.pk))
        if not form.is_valid():
            return self.show(request, version, note=form)
        typed = form.cleaned_data
        kept = attempt(
            request,
            lambda: supplements.add(
                version, article=typed["article"], text=typed["text"], by=officer(request), on=clock.today()
            ),
            done=_("The note is added to the public page of the rules."),
        )
        return redirect(f"{page}#notes") if kept else self.show(request, version, note=form)


def rows_of(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [*part["amounts"], *part["others"]]


def asked_sources(plan: Plan, rule: Any) -> Any:
    """The articles of the version in force that ask for the members' opinion."""
    return rule.sources(queries.governing(plan.on, plan.version.slot).rulebook.id) if rule else ()


def base_of(plan: Plan) -> dict[str, Any] | None:
    """The version that this one is shown beside, and whether it is the same document."""
    if not plan.base:
        return None
    governing = queries.governing_version(plan.base)
    return {
        "title": governing.rulebook.title,
        "label": governing.label,
        "url": reverse(VERSION, args=[plan.base]),
        "same": governing.rulebook.id == plan.book.id,
        "articles": len(articles_of(governing.rulebook)),
    }


def difference_of(plan: Plan) -> dict[str, Any] | None:
    found = plan.difference
    if found is None:
        return None
    return {
        "articles": [article_row(change, plan.book) for change in whole_articles(found.articles)],
        "rules": [rule_row(change, queries.rulebook_of(plan.base), plan.book) for change in found.rules],
    }


def whole_articles(changes: Iterable[ArticleChange]) -> list[ArticleChange]:
    """Without the items whose words are marked in the article that they stand in."""
    changes = list(changes)
    shown = {change.key for change in changes if change.old_text != change.new_text}
    return [change for change in changes if change.details or not any(up in shown for up in ancestors(change.key))]


def ancestors(key: str) -> Iterator[str]:
    while dot := key.rpartition(".")[0]:
        yield dot
        key = dot


def article_row(change: ArticleChange, book: Rulebook) -> dict[str, Any]:
    words, tone = KINDS[change.kind]
    return {
        "label": change.label,
        "was": change.old_label if change.old_label and change.old_label != change.label else "",
        "word": words,
        "tone": tone,
        "pieces": change.pieces if change.old_text != change.new_text else (),
        "keys": [key_row(key, book, book) for key in change.details],
    }


def rule_row(change: RuleChange, old: Rulebook, new: Rulebook) -> dict[str, Any]:
    words, tone = KINDS[change.kind]
    return {
        "section": section_words(change.section),
        "name": change.name,
        "place": change.place,
        "word": words,
        "tone": tone,
        "whole": change.kind != "changed",
        "keys": [key_row(key, old, new) for key in change.keys],
        "refs": change.new_ref or change.old_ref,
    }


def key_row(change: KeyChange, old: Rulebook, new: Rulebook) -> dict[str, Any]:
    """A value that changed: old and new beside each other, or marked within where both are long."""
    before, after = value_words(change.key, change.old, old), value_words(change.key, change.new, new)
    long = change.old is not None and change.new is not None and max(len(before), len(after)) > LONG
    return {
        "key": change.key,
        "words": key_words(change.key),
        "old": before,
        "new": after,
        "only": after if change.old is None else before,
        "pieces": marked(before, after) if long else (),
    }


def notes_of(version: RulebookVersion) -> list[dict[str, Any]]:
    book = queries.rulebook_of(version.pk)
    rows = SupplementaryNote.objects.of(version).select_related("noted_by").order_by("-noted_on", "-pk")
    return [{"row": row, "label": book.label(row.article) if row.article else _("the whole document")} for row in rows]
