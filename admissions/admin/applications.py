"""The desk for applications: the queue, its table and what is done with several at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX

from admissions.admin import bulk, queue, steps
from admissions.admin.pages import CASE, CLAIMS, QUEUE, CasePages
from admissions.models import Application
from admissions.resources import ApplicationResource
from association import clock
from association.actions import audit
from association.admin.base import address, filters
from association.permissions import turns
from association.web import user_of

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@admin.register(Application)
class ApplicationAdmin(CasePages):
    """Nothing is edited as a row: every change is one of the actions."""

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("export/", self.export, "export"),
            self.route("bulk/", self.bulk, "bulk"),
            path("<uuid:key>/", self.admin_site.admin_view(self.case_page), name="case_admission"),
            self.route("<uuid:key>/presence/", self.presence, "presence"),
            self.route("<uuid:key>/papers/<int:paper>/", self.verdict, "paper"),
            self.route("<uuid:key>/checks/<slug:check>/", self.judge, "check"),
            self.route("<uuid:key>/facts/<slug:fact>/", self.correct, "fact"),
            self.route("<uuid:key>/<slug:move>/", self.move, "move"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        on = clock.today()
        bodies = turns(user_of(request), on)
        asked = queue.Filters.read(request, bodies)
        late = filters(request, "late", [("", ""), ("1", "")], "1" if asked.late else "")
        query = request.GET.copy()
        query.pop("page", None)
        return self.page(
            request,
            "desk/admissions/queue.html",
            title=_("Applications"),
            page=queue.queue_page(request, queue.chosen_cases(asked, bodies, on), on, may_act=bool(bodies)),
            views=filters(request, "view", queue.VIEWS, asked.view),
            step_filters=filters(request, "step", [("", _("Every step")), *steps.names().items()], asked.step),
            late_filter={
                "label": _("Overdue only"),
                "url": late[0 if asked.late else 1]["url"],
                "current": asked.late,
            },
            may_act=bool(bodies),
            bulk_actions=bulk.choices(request),
            bulk_url=address("admin:admissions_application_bulk"),
            export_url=f"{address('admin:admissions_application_export')}?{query.urlencode()}",
            clear_url=reverse(QUEUE),
            claims_url=address(CLAIMS) if request.user.has_perm("admissions.view_claim") else "",
            desk_query=asked.q,
            empty=queue.nothing_here(asked),
        )

    def export(self, request: HttpRequest) -> HttpResponse:
        """What the filters leave, as a table without identity numbers."""
        self.require_view(request)
        on = clock.today()
        bodies = turns(user_of(request), on)
        found = queue.chosen_cases(queue.Filters.read(request, bodies), bodies, on)
        table = ApplicationResource().export(found)
        audit.exported("applications", user=user_of(request), rows=len(table))
        as_csv = request.GET.get("format") == "csv"
        data = (CSV() if as_csv else XLSX()).export_data(table)  # formulas are taken for text
        if as_csv:
            data = f"\ufeff{data}".encode()  # without the mark Excel takes it for another encoding
        response = HttpResponse(data, content_type="text/csv; charset=utf-8" if as_csv else XLSX_TYPE)
        name = f"applications-{on.isoformat()}.{'csv' if as_csv else 'xlsx'}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def bulk(self, request: HttpRequest) -> HttpResponse:
        """Several applications at once: what would follow, then the act."""
        self.require_view(request)
        asked = bulk.Asked.read(request)
        if not asked.cases or asked.action not in bulk.ACTIONS:
            return redirect(QUEUE)
        if request.method == "POST" and asked.action == bulk.PASS:
            bulk.pass_all(request, asked, clock.today())
            return redirect(QUEUE)
        return self.page(
            request,
            "desk/admissions/bulk.html",
            title=bulk.title(asked),
            where=_("Applications"),
            where_url=reverse(QUEUE),
            **bulk.outlook(request, asked, clock.today()),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """The stock address of a row leads to its case."""
        self.require_view(request)
        if not object_id.isascii() or not object_id.isdigit() or len(object_id) > 18:
            raise Http404
        return redirect(CASE, get_object_or_404(queue.applications(), application__pk=object_id).key)
