"""A draft that the members are asked about: what it changes, the whole text, a comment on each article."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from association import clock, impacts, queries
from association.actions import consultations
from association.actors import Actor
from association.decisions import Decision
from association.models import Comment, Consultation
from association.rulebook.difference import ArticleChange, compare
from association.web import applicant, attempt, sentences, signed_in, user_of

from . import rules_found as found
from .rules_forms import WordsForm
from .rules_layout import are_headed
from .rules_words import title_parts

ANONYMOUS = Actor("applicant")


@require_safe
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody may read it; members comment."""
    asked = _found(pk)
    today, chapters = clock.today(), found.chapters_of(queries.rulebook_of(asked.version_id))
    can = _can(request, asked)
    present = impacts.in_force(asked.opened_on, asked.version.slot)
    context = _context(asked) | {
        "chapters": chapters,
        "are_headed": are_headed(chapters),
        "changes": top_changes(asked, present.rulebook) if present else [],
        "may_comment": can.passed,
        "why_not": [] if can.passed else sentences(can),
        "own": _own_comments(request, asked),
        "is_open": asked.is_open(today),
        "deadline": SimpleNamespace(due_on=asked.comments_until, provisional=False, met_on=None),
    }
    return render(request, "association/consultation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def comment(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """On one article, or without ``key`` on the whole draft."""
    asked = _found(pk)
    rulebook = queries.rulebook_of(asked.version_id)
    article = rulebook.articles.get(key)
    if key and article is None:
        raise Http404
    can = _can(request, asked)
    if not can.passed:
        return render(
            request, "association/consultation_closed.html", _context(asked) | {"why_not": sentences(can)}, status=403
        )
    form = WordsForm(request.POST or None, label=_("Your opinion"))
    if request.method == "POST" and form.is_valid():
        by = applicant(request)
        text = form.cleaned_data["text"]

        def act() -> Comment:
            return consultations.comment(asked, article=key, text=text, by=by, on=clock.today())

        if attempt(request, act, done=_("Your comment is kept. The secretariat puts it before those who decide.")):
            return redirect("consultation", asked.pk)
    status = 422 if request.method == "POST" else 200
    context = _context(asked) | {
        "form": form,
        "article": article,
        "entry": found.entry_of(rulebook, key) if article else None,
    }
    return render(request, "association/consultation_comment.html", context, status=status)


def _found(pk: int) -> Consultation:
    return get_object_or_404(Consultation.objects.select_related("version", "decision"), pk=pk)


def _can(request: HttpRequest, asked: Consultation) -> Decision:
    by = applicant(request) if request.user.is_authenticated else ANONYMOUS
    return consultations.check_comment(asked, by, on=clock.today())


def _own_comments(request: HttpRequest, asked: Consultation) -> list[tuple[str, Comment]]:
    """What the reader has said so far. Nobody else's is shown."""
    if not request.user.is_authenticated:
        return []
    rulebook = queries.rulebook_of(asked.version_id)
    return [
        (rulebook.label(one.article) if one.article else "", one)
        for one in asked.comments.filter(author=user_of(request))
    ]


def _context(asked: Consultation) -> dict[str, Any]:
    rulebook = queries.rulebook_of(asked.version_id)
    return {"asked": asked, "rulebook": rulebook, "title": title_parts(rulebook)}


def top_changes(asked: Consultation, present: Any) -> list[ArticleChange]:
    """Article by article, items within their article."""
    draft = queries.rulebook_of(asked.version_id)
    tops = {one.key for book in (draft, present) for one in book.articles.values() if one.parent is None}
    return [one for one in compare(present, draft).articles if one.key in tops]
