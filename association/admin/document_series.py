"""Series of document numbers and their register at the desk: opened, looked at, closed, taken up again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from association import clock, queries
from association.actions import document_series
from association.admin.base import DeskAdmin, ReadOnlyAdmin, against, find, page_of, typed_in
from association.admin.newsletters import TABS
from association.models import Body, DocumentNumber, DocumentSeries, OfficialNotice
from association.rules import document_number
from association.web import attempt, officer, sentences

OPENING = "association.add_documentseries"
DOCUMENTS = "admin:association_officialnotice_changelist"
LIST = "admin:association_documentseries_changelist"
PAGE = "admin:association_documentseries_change"


class SeriesForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    form = forms.CharField(
        label=gettext_lazy("form of the number"),
        max_length=40,
        initial="〔{year}〕{seq}号",
        help_text=gettext_lazy(
            "Such as 京消协〔{year}〕{seq}号: the sign of your association in front; {year} becomes the year, {seq} "
            "the number."
        ),
    )
    letterhead = forms.CharField(label=gettext_lazy("letterhead"), max_length=60)
    signed_by_body = forms.ModelChoiceField(
        Body.objects.all(),
        label=pgettext_lazy("series", "signed by"),
        help_text=gettext_lazy("Whoever acts for this body signs."),
    )
    first_seq = forms.IntegerField(
        label=gettext_lazy("next number this year"),
        min_value=1,
        max_value=100_000,
        initial=1,
        help_text=gettext_lazy("Higher than 1 where this year's earlier documents are on paper."),
    )

    def clean_form(self) -> str:
        typed = "".join(str(self.cleaned_data["form"]).split())
        decision = document_number.check_form(typed)
        if not decision.passed:
            raise forms.ValidationError(sentences(decision))
        return typed


@admin.register(DocumentSeries)
class DocumentSeriesAdmin(DeskAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/close/", self.close, "close"),
            self.route("<int:pk>/reopen/", self.reopen, "reopen"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        page = page_of(request, DocumentSeries.objects.select_related("signed_by_body"))
        return self.page(
            request,
            "desk/association/series_list.html",
            title=_("Series of documents"),
            where=_("Official documents"),
            where_url=reverse(DOCUMENTS),
            page=page,
            rows=[{"row": row, "state": state(row)} for row in page.rows],
            may_open=request.user.has_perm(OPENING),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        """What it is, its next number, how many it gave, and the way to close it."""
        self.require_view(request)
        row, today = self.find(object_id), clock.today()
        return self.page(
            request,
            "desk/association/series.html",
            title=row.name,
            where=_("Series of documents"),
            where_url=reverse(LIST),
            row=row,
            state=state(row),
            next_number="" if row.closed else document_series.next_number(row, on=today),
            given=row.numbers.count(),
            waiting=unissued(row),
            register_url=f"{reverse('admin:association_documentnumber_changelist')}?series__id__exact={row.pk}",
            may_register=request.user.has_perm("association.view_documentnumber"),
            may_close=request.user.has_perm(OPENING),
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(request, OPENING)
        profile = queries.profile()
        start = {"letterhead": f"{profile.name if profile else ''}文件"}
        form = SeriesForm(typed_in(request), initial=start)
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: document_series.open_series(**form.cleaned_data, first_year=clock.today().year),
                done=_("The series is open."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("New series of documents"),
            where=_("Series of documents"),
            where_url=reverse(LIST),
            form=form,
            submit=_("Open the series"),
            cancel_url=reverse(LIST),
        )

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, OPENING)
        row = self.find(pk)
        if request.method == "POST":
            attempt(
                request,
                lambda: document_series.close_series(row, by=officer(request), on=clock.today()),
                done=_("The series is closed. What was numbered in it stays."),
            )
            return redirect(PAGE, row.pk)
        waiting = unissued(row)
        effects = [
            {"text": _("No document gets a number in it any more; what was numbered stays.")},
            {"text": _("It can be opened again; the numbers then go on after the last one.")},
        ]
        if waiting:
            words = ngettext(
                "%(count)d document that is not issued yet stands in it: give it another series.",
                "%(count)d documents that are not issued yet stand in it: give them another series.",
                waiting,
            )
            effects.append({"text": words % {"count": waiting}})
        return self.confirm(
            request,
            row,
            title=_("Close this series?"),
            effects=effects,
            confirm=_("Close the series"),
            stop=True,
            reasons=against(document_series.check_close(row)),
        )

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, OPENING)
        row, today = self.find(pk), clock.today()
        if request.method == "POST":
            attempt(
                request,
                lambda: document_series.reopen_series(row, by=officer(request), on=today),
                done=_("The series is open again."),
            )
            return redirect(PAGE, row.pk)
        words = _("Documents can be numbered in it again; the next one is %(number)s.")
        return self.confirm(
            request,
            row,
            title=_("Open this series again?"),
            effects=[{"text": words % {"number": document_series.next_number(row, on=today)}}],
            confirm=_("Open it again"),
            reasons=against(document_series.check_reopen(row)),
        )

    def confirm(self, request: HttpRequest, row: DocumentSeries, **context: Any) -> HttpResponse:
        return self.page(
            request,
            "desk/association/confirm.html",
            where=_("Series of documents"),
            where_url=reverse(LIST),
            lede=f"{row.name} · {row.form}",
            cancel_url=reverse(PAGE, args=[row.pk]),
            **context,
        )

    def find(self, key: Any) -> DocumentSeries:
        return find(DocumentSeries.objects.select_related("signed_by_body"), key)


def state(row: DocumentSeries) -> dict[str, str]:
    if row.closed:
        return {"label": pgettext("series", "closed"), "tone": "neutral"}
    return {"label": pgettext("series", "in use"), "tone": "done"}


def unissued(row: DocumentSeries) -> int:
    """Drafts and signed documents of the series that have no number yet."""
    return OfficialNotice.objects.filter(series=row, issued_on__isnull=True).count()


@admin.register(DocumentNumber)
class DocumentNumberAdmin(ReadOnlyAdmin):
    """The register of numbers (发文登记簿), void ones with their reasons."""

    tabs = TABS
    list_display = ("text", "given_on", "title", "voided_on", "void_reason")
    list_select_related = ("notice", "series")
    list_filter = ("series", "year")
    search_fields = ("text",)

    @admin.display(description=gettext_lazy("title"))
    def title(self, row: DocumentNumber) -> str:
        return row.notice.plain_title if hasattr(row, "notice") else ""
