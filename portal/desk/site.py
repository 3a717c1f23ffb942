"""The one admin site. Its login is allauth's, so that the second factor and the rate limits cover it."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class DeskSite(admin.AdminSite):
    site_title = _("Desk")
    site_header = _("Desk")
    index_title = _("Today")
    login = secure_admin_login(admin.AdminSite.login)
