"""Announcements: what was made public, and drafts that wait for release on their case's page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, queries
from association.admin.base import ReadOnlyAdmin, address, case_page, chosen, filters, find, page_of, query_of
from association.admin.newsletters import TABS
from association.models import Announcement, Deadline
from association.views.announcements import shown

STATES = (("all", gettext_lazy("all")), ("draft", gettext_lazy("drafts")), ("published", gettext_lazy("published")))


def kind_names() -> dict[str, str]:
    """What the rulebook of today calls each kind of announcement."""
    try:
        rulebook = queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        return {}
    return {rule.id: rule.name for rule in rulebook.announcements}


@admin.register(Announcement)
class AnnouncementAdmin(ReadOnlyAdmin):
    tabs = TABS

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", [value for value, _words in STATES], "all"), query_of(request)
        rows = Announcement.objects.select_related("case", "published_by").order_by("-pk")
        if state != "all":
            rows = rows.filter(published_on__isnull=state == "draft")
        if asked:
            rows = rows.filter(title__icontains=asked)
        page = page_of(request, rows)
        due = dues([row.case_id for row in page.rows])
        names = kind_names()
        return self.page(
            request,
            "desk/association/announcements.html",
            title=_("Announcements"),
            page=page,
            rows=[
                {"row": row, "kind": names.get(row.kind, row.kind), "due": due.get(row.case_id)} for row in page.rows
            ],
            filters=filters(request, "state", STATES, state),
            state=state,
            asked=asked,
            keep=[("state", state)],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        related = ("case", "published_by", "decision__actor", "decision__version")
        row = find(Announcement.objects.select_related(*related), object_id)
        return self.page(
            request,
            "desk/association/announcement.html",
            title=row.title,
            where=_("Announcements"),
            where_url=reverse("admin:association_announcement_changelist"),
            row=row,
            kind=kind_names().get(row.kind, row.kind),
            paper=shown(row),
            due=dues([row.case_id]).get(row.case_id),
            case_url=case_page(row.case, request.user) if row.case else "",
            public_url=address("announcement", row.key) if row.published_on else "",
        )


def dues(cases: list[int | None]) -> dict[int | None, Deadline]:
    """The open deadline of each case, the nearest one."""
    rows = Deadline.objects.unmet().filter(case__in=[key for key in cases if key]).order_by("-due_on")
    return {row.case_id: row for row in rows}
