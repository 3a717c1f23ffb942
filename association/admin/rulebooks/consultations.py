"""Consultations before the rules change, and what members wrote."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from association import clock, queries
from association.admin.base import ReadOnlyAdmin, find, page_of
from association.admin.rulebooks.base import TABS, VERSION
from association.models import Consultation

ROW = ("version", "opened_by", "decision__version")


@admin.register(Consultation)
class ConsultationAdmin(ReadOnlyAdmin):
    tabs = TABS

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        today = clock.today()
        page = page_of(request, Consultation.objects.select_related(*ROW).annotate(number=Count("comments")))
        return self.page(
            request,
            "desk/association/rulebook_consultations.html",
            title=_("Consultations"),
            page=page,
            rows=[{"row": row, "state": state(row, today)} for row in page.rows],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row = find(Consultation.objects.select_related(*ROW), object_id)
        book = queries.rulebook_of(row.version_id)
        comments = page_of(request, row.comments.select_related("author").order_by("article", "made_on", "pk"))
        return self.page(
            request,
            "desk/association/rulebook_consultation.html",
            title=row.version.title,
            where=_("Consultations"),
            where_url=reverse("admin:association_consultation_changelist"),
            row=row,
            state=state(row, clock.today()),
            version_url=reverse(VERSION, args=[row.version_id]),
            comments=comments,
            groups=grouped(comments.rows, book),
        )


def state(row: Consultation, on: date) -> dict[str, str]:
    if not row.is_open(on):
        return {"label": pgettext("consultation", "over"), "tone": "done"}
    return {"label": pgettext("consultation", "running"), "tone": "waiting"}


def grouped(comments: list[Any], book: Any) -> list[dict[str, Any]]:
    """By article, in the document's order; what concerns the whole of it first."""
    order = {key: number for number, key in enumerate(["", *book.articles])}
    found: dict[str, list[Any]] = {}
    for comment in sorted(comments, key=lambda one: (order.get(one.article, len(order)), one.made_on, one.pk)):
        found.setdefault(comment.article, []).append(comment)
    return [
        {"label": book.label(key) if key else _("the whole document"), "comments": rows} for key, rows in found.items()
    ]
