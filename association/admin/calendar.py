"""The working calendar at the desk: a year comes in as a file, own days, and what both did to deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats

from association import clock
from association.actions import calendars
from association.actions.calendars import Moved, Plan
from association.admin.base import DeskAdmin, ReadOnlyAdmin, case_page, find, page_of
from association.calendar_words import kept_words, sentence
from association.cases import deadlines
from association.decisions import Decision
from association.letters.own import step_name
from association.models import CalendarOverride, CalendarYear, Case, DeadlineChange
from association.resources import CalendarOverrideResource
from association.rules import calendar_file
from association.rules.calendar_file import Problem, YearFile
from association.values import long_date
from association.web import attempt, officer, sentences

LOADING = "association.add_calendaryear"
LIST = "admin:association_calendaryear_changelist"
PREVIEW = 20
"""Deadlines that the preview names."""
CODES = {"registration.closes": gettext_lazy("Accepted until")}


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem in words, beside its line (0: the file as a whole) and what stands there."""

    line: int
    text: str
    row: str


class YearForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("year"), min_value=2000, max_value=2200)
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("Number of the State Council's notice, such as 国办发明电〔2026〕7号."),
    )


@admin.register(CalendarYear)
class CalendarYearAdmin(DeskAdmin):
    """Years beyond those of the program. Loaded as a file, looked at, loaded anew; never edited by hand."""

    list_display = ["year", "source"]
    ordering = ["-year"]

    def get_urls(self) -> list[URLPattern]:
        return [self.route("template.csv", self.template, "template"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The file, its problems by line, the preview, and the deed: nothing is stored before it was looked at."""
        self.require(request, LOADING)
        if request.method != "POST":
            start = {"year": request.GET.get("year", "") or calendars.next_year()}
            return self._ask(request, YearForm(initial=start))
        form = YearForm(request.POST)
        text = read_file(request)
        if isinstance(text, Problem):
            return self._ask(request, form, faults=[Fault(0, sentence(text), "")])
        if not text:
            form.add_error(None, _("Choose a file, or put its lines below."))
        if form.is_valid() and not (check := calendars.check_year(form.cleaned_data["year"])).passed:
            for line in sentences(check):
                form.add_error("year", line)
        return self._checked(request, form, text) if form.is_valid() else self._ask(request, form, text=text)

    def _checked(self, request: HttpRequest, form: YearForm, text: str) -> HttpResponse:
        """The form is in order: the lines are read, and put before the person before they are stored."""
        file = calendar_file.read(text, form.cleaned_data["year"])
        if file.problems:
            return self._ask(request, form, text=text, faults=faults(file, text))
        if "confirmed" not in request.POST:
            return self._preview(request, form, file, text)
        return self._load(request, form, file, text)

    def _load(self, request: HttpRequest, form: YearForm, file: YearFile, text: str) -> HttpResponse:
        source, seen = form.cleaned_data["source"], request.POST.get("seen", "")
        loaded = attempt(
            request,
            lambda: calendars.load_year(file, source=source, seen=seen, by=officer(request), on=clock.today()),
        )
        if loaded is None:
            return self._preview(request, form, file, text)
        messages.success(request, _("The calendar of %(year)s is loaded.") % {"year": file.year})
        count = DeadlineChange.objects.filter(decision=loaded.decision).count()
        if count:
            words = ngettext("%(n)s deadline was counted again.", "%(n)s deadlines were counted again.", count)
            messages.info(request, words % {"n": count})
        return redirect("admin:association_calendaryear_change", loaded.pk)

    def _ask(
        self, request: HttpRequest, form: YearForm, *, text: str = "", faults: list[Fault] | None = None
    ) -> HttpResponse:
        return self.page(
            request,
            "desk/association/calendar_load.html",
            title=_("Load a calendar year"),
            where=_("Calendar years"),
            where_url=reverse(LIST),
            form=form,
            text=text,
            faults=faults or [],
        )

    def _preview(self, request: HttpRequest, form: YearForm, file: YearFile, text: str) -> HttpResponse:
        plan = calendars.plan(file)
        title = _("Replace the calendar of %(year)s?") if plan.replaces else _("Load the calendar of %(year)s?")
        return self.page(
            request,
            "desk/association/calendar_preview.html",
            title=title % {"year": file.year},
            where=_("Calendar years"),
            where_url=reverse(LIST),
            file=file,
            plan=plan,
            source=form.cleaned_data["source"],
            text=text,
            spans=spans(file),
            changes=[(one.day, day_words(one.before), day_words(one.after)) for one in plan.days],
            same=plan.replaces and not plan.days,
            doubts=[sentence(one) for one in file.doubts],
            effects=effects_of(plan),
            moved=[moved_words(one) for one in plan.moved if one.old_on != one.counted_on][:PREVIEW],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        """The year as it is stored, by whom, and the deadlines that it moved."""
        self.require_view(request)
        year = find(CalendarYear.objects.select_related("decision__actor"), object_id)
        found = (
            DeadlineChange.objects.filter(decision=year.decision) if year.decision else DeadlineChange.objects.none()
        )
        page = page_of(request, found.select_related("case", "deadline").order_by("pk"))
        days = tuple(calendar_file.NamedDay(row.day, row.is_workday, row.name) for row in year.days.all())
        return self.page(
            request,
            "desk/association/calendar_year.html",
            title=_("Calendar of %(year)s") % {"year": year.year},
            where=_("Calendar years"),
            where_url=reverse(LIST),
            year=year,
            record=year.decision,
            spans=spans(YearFile(year.year, days)),
            rows=[change_words(row, request.user) for row in page.rows],
            page=page,
            may_load=request.user.has_perm(LOADING),
        )

    def template(self, request: HttpRequest) -> HttpResponse:
        """The year before as a file, to be changed: what the columns mean needs no explanation then."""
        self.require_view(request)
        headers = {"Content-Disposition": 'attachment; filename="calendar-2026.csv"'}
        return HttpResponse("\ufeff" + EXAMPLE, content_type="text/csv; charset=utf-8", headers=headers)


EXAMPLE = """日期,安排,节日
2026-01-01至2026-01-03,放假,元旦
2026-01-04,上班,元旦
2026-02-14,上班,春节
2026-02-15至2026-02-23,放假,春节
2026-02-28,上班,春节
2026-04-04至2026-04-06,放假,清明节
2026-05-01至2026-05-05,放假,劳动节
2026-05-09,上班,劳动节
2026-06-19至2026-06-21,放假,端午节
2026-09-20,上班,国庆节
2026-09-25至2026-09-27,放假,中秋节
2026-10-01至2026-10-07,放假,国庆节
2026-10-10,上班,国庆节
"""
"""2026 as the State Council published it."""


def read_file(request: HttpRequest) -> str | Problem:
    """The text of the upload or of the box; empty where there is neither."""
    upload = request.FILES.get("file")
    if upload is None:
        text = request.POST.get("text", "")
        if len(text.encode()) > calendar_file.MAX_BYTES:
            return Problem(0, "too_large", {"limit": calendar_file.MAX_BYTES // 1024})
        return text if text.strip() else ""
    if (upload.size or 0) > calendar_file.MAX_BYTES:
        return Problem(0, "too_large", {"limit": calendar_file.MAX_BYTES // 1024})
    found = calendar_file.decode(upload.read())
    return Problem(0, "unreadable") if found is None else found


def faults(file: YearFile, text: str) -> list[Fault]:
    rows = text.splitlines()
    return [
        Fault(one.line, sentence(one), rows[one.line - 1][:120] if 0 < one.line <= len(rows) else "")
        for one in file.problems
    ]


def spans(file: YearFile) -> list[dict[str, Any]]:
    """The days as the notice speaks: runs of one holiday, at rest or worked."""
    found: list[dict[str, Any]] = []
    for one in file.days:
        last = found[-1] if found else None
        follows = last is not None and (one.day - last["last"]).days == 1
        if last is not None and follows and (last["name"], last["is_workday"]) == (one.name, one.is_workday):
            last["last"], last["n"] = one.day, last["n"] + 1
        else:
            found.append({"name": one.name, "is_workday": one.is_workday, "first": one.day, "last": one.day, "n": 1})
    return found


def day_words(one: calendar_file.NamedDay | None) -> str:
    if one is None:
        return _("as the weekday says")
    return (
        _("worked (%(name)s)") % {"name": one.name} if one.is_workday else _("at rest (%(name)s)") % {"name": one.name}
    )


def effects_of(plan: Plan) -> list[str]:
    """What happens to deadlines, in numbers."""
    lines = []
    for rows, one, many in (
        (plan.later, _("%(n)s provisional deadline moves to a later day."),
         _("%(n)s provisional deadlines move to a later day.")),
        (plan.kept, _("%(n)s deadline would end earlier; it stays as people were told."),
         _("%(n)s deadlines would end earlier; they stay as people were told.")),
        (plan.firm, _("%(n)s deadline keeps its day and is provisional no more."),
         _("%(n)s deadlines keep their day and are provisional no more.")),
    ):  # fmt: skip
        if rows:
            lines.append((one if len(rows) == 1 else many) % {"n": len(rows)})
    return lines or [_("No deadline changes.")]


def moved_words(one: Moved) -> dict[str, Any]:
    row = one.deadline
    return {
        "case": row.case,
        "step": step_name(row, deadlines.step_of(row.case, row.code)),
        "old_on": one.old_on,
        "new_on": one.new_on,
        "note": kept_words(one.counted_on) if one.kept else _("Counted again by the new calendar."),
    }


def change_words(row: DeadlineChange, user: Any) -> dict[str, Any]:
    return {
        "case": row.case,
        "url": case_page(row.case, user),
        "step": what_words(row.case, row.code),
        "old_on": row.old_on,
        "new_on": row.new_on,
        "note": why_words(row),
    }


def what_words(case: Case, code: str) -> str:
    step = deadlines.step_of(case, code)
    return (step.name or step.id) if step else str(CODES.get(code, code))


def why_words(row: DeadlineChange) -> str:
    """Why the day is what it is now."""
    if row.kept:
        return kept_words(row.counted_on)
    if row.new_on > row.old_on:
        return _("Counted again by the new calendar.")
    return _("Still provisional.") if row.provisional else _("Confirmed by the new calendar.")


@admin.register(CalendarOverride)
class CalendarOverrideAdmin(ImportExportMixin, DeskAdmin):
    resource_classes = [CalendarOverrideResource]
    formats = [base_formats.XLSX, base_formats.CSV]
    import_export_change_list_template = "desk/association/change_list_import_export.html"
    import_template_name = "desk/association/import.html"
    skip_export_form = True  # the whole list as a file at once: there is nothing to choose
    list_display = ["day", "is_workday", "note"]
    list_filter = ["is_workday"]
    search_fields = ["note"]
    date_hierarchy = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An own word on a day can be withdrawn: the official calendar speaks again."""
        return admin.ModelAdmin.has_delete_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: CalendarOverride, form: ModelForm, change: bool) -> None:
        calendars.save_override(obj, by=officer(request), on=clock.today())

    def delete_model(self, request: HttpRequest, obj: CalendarOverride) -> None:
        calendars.delete_override(obj, by=officer(request), on=clock.today())

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(DeadlineChange)
class DeadlineChangeAdmin(ReadOnlyAdmin):
    """What calendars did to days that people had been told: old day, new day, why."""

    list_display = ["case", "what", "old_on", "new_on", "why", "cause"]
    list_select_related = ["case", "deadline", "decision"]
    search_fields = ["case__subject"]
    list_display_links = None

    @admin.display(description=gettext_lazy("what is due"))
    def what(self, obj: DeadlineChange) -> str:
        return what_words(obj.case, obj.code)

    @admin.display(description=gettext_lazy("why"))
    def why(self, obj: DeadlineChange) -> str:
        return why_words(obj)

    @admin.display(description=gettext_lazy("decision"))
    def cause(self, obj: DeadlineChange) -> str:
        return f"{long_date(obj.decision.on)} {' '.join(sentences(first_of(obj.decision.decision)))}"


def first_of(decision: Decision) -> Decision:
    return Decision(decision.outcome, decision.reasons[:1])
