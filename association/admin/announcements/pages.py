"""Announcements: what waits for its release, what is on show, what was made public, and what can be done about it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import clock
from association.actions import announcements, publicities
from association.actions.announcement_drafts import check_edit
from association.admin.announcements.acts import Acts
from association.admin.announcements.cases import dues
from association.admin.base import address, against, case_page, chosen, filters, find, page_of, query_of
from association.admin.newsletters import TABS
from association.decisions import Decision
from association.files import keeping
from association.models import Announcement, AnnouncementFile, Publicity
from association.views.announcement_words import (
    RELATED,
    kind_name,
    publicity_of,
    publicity_words,
    relations,
    shown,
    state_of,
)
from association.views.serving import private
from association.web import user_of

STATES = (
    ("all", gettext_lazy("all")),
    ("draft", gettext_lazy("drafts")),
    ("shown", pgettext_lazy("announcement", "on show")),
    ("published", gettext_lazy("published")),
    ("withdrawn", pgettext_lazy("announcement", "withdrawn")),
)
WHERE = {
    "draft": Q(published_on__isnull=True, dropped_on__isnull=True),
    "shown": Q(publicity__closed_on__isnull=True, publicity__isnull=False),
    "published": Q(published_on__isnull=False, withdrawn_on__isnull=True),
    "withdrawn": Q(withdrawn_on__isnull=False),
}
PAGE_RELATED = (*RELATED, "case", "refers_to", "published_by", "withdrawn_by", "decision__actor", "decision__version")


@admin.register(Announcement)
class AnnouncementAdmin(Acts):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("cases/<uuid:key>/", view(self.by_case), name="case_publicity"),
            self.route("files/<int:pk>/", self.file, "file"),
            *self.act_routes(),
            *super().get_urls(),
        ]

    def by_case(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        self.require_view(request)
        return redirect(self.address_of(get_object_or_404(Publicity, case__key=key).announcement_id))

    def file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_view(request)
        kept = find(AnnouncementFile.objects.select_related("file"), pk).file
        data = keeping.read(kept, by=user_of(request))
        return private(data, name=kept.original_name, media_type=kept.media_type, download=True)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", [value for value, _words in STATES], "all"), query_of(request)
        rows = Announcement.objects.select_related(*RELATED, "case", "published_by").order_by("-pk")
        rows = rows.filter(WHERE.get(state, Q()))
        if asked:
            rows = rows.filter(title__icontains=asked)
        page = page_of(request, rows)
        due = dues([row.case_id for row in page.rows if row.published_on is None])
        today = clock.today()
        return self.page(
            request,
            "desk/association/announcements.html",
            title=_("Announcements"),
            page=page,
            rows=[
                {
                    "row": row,
                    "kind": kind_name(row.kind),
                    "state": state_of(row, today),
                    "due": due.get(row.case_id) if row.published_on is None else _running(row),
                }
                for row in page.rows
            ],
            filters=filters(request, "state", STATES, state),
            state=state,
            asked=asked,
            keep=[("state", state)],
            may_write=request.user.has_perm(self.WRITING),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row = find(Announcement.objects.select_related(*PAGE_RELATED), object_id)
        today = clock.today()
        draft = row.published_on is None and row.dropped_on is None
        buttons = self.buttons(request, row)
        return self.page(
            request,
            "desk/association/announcement.html",
            title=row.title,
            where=_("Announcements"),
            where_url=reverse("admin:association_announcement_changelist"),
            row=row,
            kind=kind_name(row.kind),
            state=state_of(row, today),
            paper=shown(row),
            attachments=row.attachments.select_related("file"),
            relations=relations(row),
            publicity=publicity_words(row, today),
            shown_on_release=publicities.counted(row, on=today) if draft else None,
            due=dues([row.case_id]).get(row.case_id) if draft else None,
            case_url=case_page(row.case, request.user) if row.case else "",
            public_url=address("announcement", row.key) if row.published_on else "",
            buttons=buttons,
            reasons=dict.fromkeys(reason for one in buttons for reason in one["reasons"]),
            objections=self.objections_of(request, row),
            entries=entries(row),
        )

    def buttons(self, request: HttpRequest, row: Announcement) -> list[dict[str, Any]]:
        """What can be done with it now, each with why not where the server would refuse."""
        today = clock.today()
        may_write, may_publish = request.user.has_perm(self.WRITING), request.user.has_perm(self.PUBLISHING)
        found = []

        def offer(name: str, label: str, check: Decision | None = None, *, tone: str = "") -> None:
            reasons = against(check) if check is not None else []
            found.append({"url": self.act_url(name, row), "label": label, "reasons": reasons, "tone": tone})

        if row.published_on is None and row.dropped_on is None:
            check = announcements.check_release(row, on=today)
            if may_publish:
                offer("release", _("Publish"), check, tone="main")
                if row.scheduled_for is None:
                    offer("schedule", _("Publish on a day"), check)
                else:
                    offer("unschedule", _("Take the day back"))
            if may_write and row.own:
                offer("edit", _("Edit"), check_edit(row))
            if may_write and (row.own or row.case is None or row.case.state in announcements.ENDED):
                offer("drop", _("Drop the draft"), tone="stop")
        elif row.published_on is not None and row.withdrawn_on is None:
            on_show = publicity_of(row)
            if may_publish and on_show is not None and on_show.closed_on is None:
                offer("close", _("Close the publicity"), publicities.check_close(on_show, on=today), tone="main")
                offer("extend", _("Extend the publicity"))
            if may_write:
                offer("correct", _("Correct"))
            if may_publish:
                offer("withdraw", _("Withdraw"), tone="stop")
        return found

    def objections_of(self, request: HttpRequest, row: Announcement) -> list[Any] | None:
        found = publicity_of(row)
        if found is None or not request.user.has_perm("association.view_objection"):
            return None
        return list(found.objections_made.order_by("sent_on", "pk"))


def _running(row: Announcement) -> Any:
    found = publicity_of(row)
    return found.deadline if found is not None and found.closed_on is None else None


def entries(row: Announcement) -> list[dict[str, Any]]:
    """The trail, the newest first."""
    return [
        {
            "on": act.on,
            "title": act.get_what_display(),
            "text": act.note if act.what not in ("scheduled", "closed") else "",
            "who": act.decision.actor_name,
            "sources": act.decision,
        }
        for act in row.acts.select_related("decision__actor", "decision__version").order_by("-pk")
    ]
