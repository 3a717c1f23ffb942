"""The one admin site. Its login is allauth's, so that the second factor and the rate limits cover it."""

from functools import update_wrapper
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from association import clock, roles
from association.permissions import seats
from portal.desk.record import on_record

NAVIGATION: tuple[tuple[Any, str, str], ...] = (
    (_("Today"), "admin:index", ""),
    (_("Applications"), "admin:admissions_application_changelist", "admissions.view_application"),
    (_("Members"), "admin:members_membership_changelist", "members.view_membership"),
    (_("Fees"), "admin:fees_invoice_changelist", "fees.view_invoice"),
    (_("Credit"), "admin:credit_ban_changelist", "credit.view_ban"),
    (_("Registries"), "admin:servicepool_registry_changelist", "servicepool.view_registry"),
    (_("Meetings"), "admin:association_meeting_changelist", "association.view_meeting"),
    (_("Announcements"), "admin:association_announcement_changelist", "association.view_announcement"),
    (_("Rules"), "admin:association_rulebookversion_changelist", "association.view_rulebookversion"),
    (_("Settings"), "admin:association_association_changelist", "association.view_association"),
)
"""Label, address, permission that it needs. What is not there, or not allowed, is not shown."""

SECTIONS: dict[str, tuple[str, ...]] = {
    "admin:admissions_application_changelist": ("admissions/",),
    "admin:members_membership_changelist": ("members/",),
    "admin:fees_invoice_changelist": ("fees/",),
    "admin:credit_ban_changelist": ("credit/",),
    "admin:association_meeting_changelist": tuple(
        f"association/{name}/" for name in ("meeting", "resolution", "delegation")
    ),
    "admin:association_announcement_changelist": tuple(
        f"association/{name}/"
        for name in (
            "objection", "newsletterissue", "newsletteroptout", "officialnotice", "documentseries", "documentnumber",
        )
    ),
    "admin:association_rulebookversion_changelist": tuple(
        f"association/{name}/" for name in ("rulebookversion", "adoption", "consultation", "articlefeedback")
    ),
    "admin:association_association_changelist": tuple(
        f"association/{name}/"
        for name in (
            "association", "seat", "absence", "body", "term", "user", "rolegrant", "recoveryrequest",
            "calendaroverride", "calendaryear", "message", "messagetemplate", "deadaddress", "smstopic", "job",
            "decisionrecord", "accesslog", "auditevent",
        )
    ),
}  # fmt: skip
"""Which pages lie under an entry beside its own."""


def navigation(request: HttpRequest) -> list[tuple[Any, str, bool]]:
    """(label, address, whether the page is under it), only what the person may do."""
    found = []
    for label, name, permission in NAVIGATION:
        if permission and not request.user.has_perm(permission):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        active = request.path == url if name == "admin:index" else request.path.startswith(under(name, url))
        found.append((label, url, active))
    return found


def under(name: str, url: str) -> tuple[str, ...]:
    """The beginnings of the addresses that lie under an entry."""
    return (url, *(f"{reverse('admin:index')}{part}" for part in SECTIONS.get(name, ())))


class DeskSite(admin.AdminSite):
    """Opens only to staff with a second factor; its first page is *today*."""

    site_title = _("Desk")
    site_header = _("Desk")
    index_title = _("Today")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff whose roles and seats have all ended find the desk closed; those who have yet to set up the second
        factor have no rights before, and are led there."""
        user: Any = request.user
        if not super().has_permission(request):
            return False
        if user.is_superuser or user.get_all_permissions():
            return True
        today = clock.today()
        return bool(roles.grants_on(user, today).exists() or seats(user, today))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return secure_admin_login(super().login)(request, extra_context)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Only our own pages: those of other people's apps change logins and rights past the actions and records."""
        from association.admin.base import DeskAdmin  # the models are loaded after the site

        if isinstance(admin_class, type) and issubclass(admin_class, DeskAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Staff who log in with a password alone are led to set up the second factor first."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            user: Any = request.user
            if self.has_permission(request) and not user.is_trusted():
                if user.has_second_factor():
                    messages.warning(request, _("Type the code of your phone: the desk asks for it in every session."))
                    return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
                messages.warning(request, _("The desk asks for a second step at login. Set it up now, once."))
                return redirect("mfa_activate_totp")
            if not self.has_permission(request):
                return inner(request, *args, **kwargs)
            return on_record(request, lambda: inner(request, *args, **kwargs))

        return update_wrapper(guarded, inner)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the desk knows. The list of all models is made only where a stock page asks for it."""
        allowed = self.has_permission(request)
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": allowed,
            "available_apps": SimpleLazyObject(lambda: self.get_app_list(request)),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
            "log_entries": SimpleLazyObject(lambda: self.get_log_entries(request)),
            "desk_nav": navigation(request) if allowed else [],
            "desk_search_url": reverse("admin:search") if allowed else "",
            "desk_query": "",
        }

    def get_urls(self) -> list[Any]:
        return [path("search/", self.admin_view(self.search), name="search"), *super().get_urls()]

    def search(self, request: HttpRequest) -> HttpResponse:
        from portal.search.views import desk  # the models are loaded after the site

        return desk(request, self.each_context(request))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from portal.desk.today.page import today_page  # the models are loaded after the site

        return today_page(request, self.each_context(request) | (extra_context or {}))
