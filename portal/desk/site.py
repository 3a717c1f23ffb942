"""The one admin site. Its login is allauth's, so that the second factor and the rate limits cover it."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

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


def navigation(request: HttpRequest) -> list[tuple[Any, str, bool]]:
    """(label, address, whether the page is under it), only what the person may do."""
    found = []
    for label, name, permission in NAVIGATION:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        if not permission or request.user.has_perm(permission):
            active = request.path == url if name == "admin:index" else request.path.startswith(url)
            found.append((label, url, active))
    return found


class DeskSite(admin.AdminSite):
    site_title = _("Desk")
    site_header = _("Desk")
    index_title = _("Today")
    login = secure_admin_login(admin.AdminSite.login)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return super().each_context(request) | {
            "desk_nav": navigation(request) if self.has_permission(request) else []
        }
