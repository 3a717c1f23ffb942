"""What the desk's pages share: a frame, tabs, lists without a costly count, and rows that nobody edits by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from association.decisions import Decision
from association.models import Case, StoredFile
from association.web import sentences

PER_PAGE = 50
T = TypeVar("T")
M = TypeVar("M", bound=Model)
Tab = tuple[Any, str, str]
"""Label, address, permission that it needs (none where empty)."""


class DeskAdmin(admin.ModelAdmin):
    """A model at the desk. Own pages through :meth:`page`; ``tabs`` lead to the neighbours."""

    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = PER_PAGE
    change_list_template = "desk/association/change_list.html"
    change_form_template = "desk/association/change_form.html"
    tabs: Sequence[Tab] = ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, self.frame(request) | title | (extra_context or {}))

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ):
        context = self.frame(request) | {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def frame(self, request: HttpRequest) -> dict[str, Any]:
        return {"tabs": shown_tabs(self.tabs, request)}

    def page(self, request: HttpRequest, template: str, **context: Any) -> TemplateResponse:
        """One of our own pages inside the desk's frame. ``title`` is needed."""
        frame = {"where": "", "where_url": "", "opts": self.opts, "subtitle": None}
        context = self.admin_site.each_context(request) | self.frame(request) | frame | context
        return TemplateResponse(request, template, context)

    def route(self, address: str, view: Callable[..., Any], name: str) -> URLPattern:
        return path(
            address, self.admin_site.admin_view(view), name=f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        )

    def require(self, request: HttpRequest, permission: str) -> None:
        if not request.user.has_perm(permission):
            raise PermissionDenied

    def require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


class ReadOnlyAdmin(DeskAdmin):
    """Rows that only actions write: looked at, never added, edited or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def shown_tabs(tabs: Iterable[Tab], request: HttpRequest) -> list[dict[str, Any]]:
    """Only what the person may open; the one whose address is the page's is ``current``."""
    found = []
    for label, name, permission in tabs:
        url = address(name)
        if url and (not permission or request.user.has_perm(permission)):
            found.append({"label": label, "url": url, "current": request.path == url})
    return found


def address(name: str, *args: Any) -> str:
    """The address of a page, empty while the site has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


CASE_PAGES = {
    "admission": "admissions.view_application",
    "registration_initial": "members.view_registration",
    "tier_change": "members.view_membership",
    "publicity": "association.view_announcement",
}
"""What is needed to open the page of a case of this kind."""


def case_page(case: Case, user: Any = None) -> str:
    """The desk's page of a case, which each app names ``admin:case_<kind>``; empty where ``user`` may not open it."""
    needed = CASE_PAGES.get(case.kind)
    barred = needed is not None and user is not None and not user.has_perm(needed)
    return "" if barred else address(f"admin:case_{case.kind}", case.key)


def file_page(file: StoredFile | None) -> str:
    return address("file", file.key) if file else ""


def find(queryset: QuerySet[M], key: Any) -> M:
    """The row of this key. A key that is no number is no row."""
    try:
        number = int(key)
    except (TypeError, ValueError):
        raise Http404 from None
    if not 0 < number < 2**63:
        raise Http404
    return get_object_or_404(queryset, pk=number)


@dataclass(frozen=True)
class Page:
    """One page of a list, read with one row more than it shows so that nothing is counted."""

    rows: list[Any]
    number: int
    more: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.more

    @cached_property
    def empty(self) -> bool:
        return not self.rows


def page_of(request: HttpRequest, queryset: Any, *, size: int = PER_PAGE) -> Page:
    """The page that the address asks for; a number that is none is the first."""
    asked = request.GET.get("page", "1")
    number = max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < len("100000") else 1
    start = (number - 1) * size
    rows = list(queryset[start : start + size + 1])
    return Page(rows[:size], number, len(rows) > size)


def chosen(request: HttpRequest, name: str, allowed: Iterable[str], default: str) -> str:
    """A filter of the address, the default where it is none of ours."""
    value = request.GET.get(name, default)
    return value if value in set(allowed) else default


def filters(request: HttpRequest, name: str, choices: Iterable[tuple[str, Any]], current: str) -> list[dict[str, Any]]:
    """Links that keep the search and change one filter."""
    found = []
    for value, label in choices:
        query = request.GET.copy()
        query.pop("page", None)
        query[name] = value
        found.append({"label": label, "url": f"?{query.urlencode()}", "current": value == current})
    return found


def typed_in(request: HttpRequest) -> Any:
    """What was sent, for a form; ``None`` where the page is only looked at. An empty form is a form."""
    return request.POST if request.method == "POST" else None


def query_of(request: HttpRequest, *, length: int = 80) -> str:
    """What was typed into the search, without characters that no name has."""
    return "".join(char for char in request.GET.get("q", "") if char.isprintable()).strip()[:length]


def against(decision: Decision) -> list[str]:
    """Why a button is disabled: the reasons that the server would refuse with; empty where it would not."""
    return [] if decision.passed else sentences(decision)
