"""Feedback on an article of the rules, for everybody who reads them (试行中遇有问题，请向秘书处反馈)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from association import clock
from association.actions import feedback
from association.decisions import Refused
from association.models import RulebookVersion
from association.ratelimit import Limit
from association.rulebook.schema.document import Article
from association.web import applicant, sentences

from . import rules_found as found
from .rules_forms import FeedbackForm
from .rules_found import Shown
from .rules_words import body_words

LIMIT = Limit("feedback", 5)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, document: str, key: str) -> HttpResponse:
    """The form under the article; what was typed stays until it is taken."""
    shown, article = _asked(document, key)
    known = request.user.is_authenticated
    form = FeedbackForm(request.POST or None, known=known)
    status = 200
    if request.method == "POST":
        seconds = LIMIT.wait(request)
        if seconds:
            form.add_error(
                None, _("Too much has been sent from your network. Wait %d seconds, then send it.") % seconds
            )
            status = 429
        elif form.is_valid() and _sent(request, shown, article, form):
            return redirect("article_feedback_sent", shown.id, article.key)
        else:
            status = 422
    response = render(request, "association/article_feedback.html", _context(shown, article, form=form), status=status)
    if status == 429:
        response["Retry-After"] = str(seconds)
    return response


@require_safe
def sent(request: HttpRequest, document: str, key: str) -> HttpResponse:
    """What happens next."""
    shown, article = _asked(document, key)
    return render(request, "association/article_feedback_sent.html", _context(shown, article))


def _asked(document: str, key: str) -> tuple[Shown, Article]:
    """The article in force, of a document that asks for feedback. 404 for any other."""
    shown = found.find(document, "", clock.today())
    article = shown.rulebook.articles.get(key)
    if article is None or shown.state != "present" or shown.rulebook.feedback is None:
        raise Http404
    return shown, article


def _context(shown: Shown, article: Article, **more: Any) -> dict[str, Any]:
    rule = shown.rulebook.feedback
    assert rule is not None
    whole = found.entry_of(shown.rulebook, article.key)
    return {
        "shown": shown,
        "article": article,
        "top": whole.article.key,
        "to": body_words(shown.rulebook, rule.to),
        "sources": rule.sources(shown.id),
        **more,
    }


def _sent(request: HttpRequest, shown: Shown, article: Article, form: FeedbackForm) -> bool:
    """Whether it was taken; a refusal stands in the form."""
    send = partial(
        feedback.send,
        RulebookVersion.objects.get(pk=shown.version.version_id),
        article=article.key,
        text=form.cleaned_data["text"],
        name=form.cleaned_data.get("name", ""),
        contact=form.cleaned_data.get("contact", ""),
        on=clock.today(),
    )
    try:
        send(by=applicant(request) if request.user.is_authenticated else None)
    except Refused as refusal:
        for line in sentences(refusal.decision):
            form.add_error(None, line)
        return False
    return True
