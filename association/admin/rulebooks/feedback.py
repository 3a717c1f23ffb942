"""Feedback of readers on articles: the queue and the replies (条款反馈)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import clock, queries
from association.actions import feedback
from association.admin.base import ReadOnlyAdmin, chosen, filters, find, page_of
from association.admin.rulebooks.base import REPLYING, TABS, WordsForm
from association.models import ArticleFeedback
from association.web import attempt, officer

VIEWS = (
    ("waiting", pgettext_lazy("feedback", "Waiting")),
    ("answered", pgettext_lazy("feedback", "Answered")),
)
BEGINNING = 60


class ReplyForm(WordsForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = gettext_lazy("reply")


@admin.register(ArticleFeedback)
class ArticleFeedbackAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/reply/", self.reply, "reply"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        view = chosen(request, "view", (value for value, _words in VIEWS), "waiting")
        rows = ArticleFeedback.objects.select_related("version", "author", "handled_by")
        if view == "waiting":
            rows = rows.waiting()
        else:
            rows = rows.filter(handled_on__isnull=False).order_by("-handled_on", "-pk")
        page = page_of(request, rows)
        return self.page(
            request,
            "desk/association/rulebook_feedback_list.html",
            title=_("Feedback on articles"),
            page=page,
            view=view,
            filters=filters(request, "view", VIEWS, view),
            rows=[{"row": row, "label": label_of(row), "beginning": beginning(row.text)} for row in page.rows],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row = find(ArticleFeedback.objects.select_related("version", "author", "handled_by"), object_id)
        return self.show(request, row, ReplyForm())

    def reply(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, REPLYING)
        row = find(ArticleFeedback.objects.select_related("version", "author", "handled_by"), pk)
        page = reverse("admin:association_articlefeedback_change", args=[row.pk])
        if request.method != "POST":
            return redirect(page)
        form = ReplyForm(request.POST)
        if not form.is_valid():
            return self.show(request, row, form)
        told = (
            _("The reply is sent to the writer's account.")
            if row.author_id
            else _("The reply is kept. The writer has no account: send it to %(contact)s yourself.")
            % {"contact": row.contact}
        )
        kept = attempt(
            request,
            lambda: feedback.reply(row, text=form.cleaned_data["text"], by=officer(request), on=clock.today()),
            done=told,
        )
        return redirect(page) if kept else self.show(request, row, form)

    def show(self, request: HttpRequest, row: ArticleFeedback, form: ReplyForm) -> HttpResponse:
        book = queries.rulebook_of(row.version_id)
        article = book.articles.get(row.article) if row.article else None
        return self.page(
            request,
            "desk/association/rulebook_feedback.html",
            title=_("Feedback on %(article)s") % {"article": label_of(row)},
            where=_("Feedback on articles"),
            where_url=reverse("admin:association_articlefeedback_changelist"),
            row=row,
            article=article,
            form=form,
            may_reply=request.user.has_perm(REPLYING) and row.handled_on is None,
        )


def label_of(row: ArticleFeedback) -> str:
    return queries.rulebook_of(row.version_id).label(row.article) if row.article else _("the whole document")


def beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= BEGINNING else f"{line[:BEGINNING]}…"
