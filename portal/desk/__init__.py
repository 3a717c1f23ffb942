"""The secretariat's desk: Django's admin with our own site, pages and look."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "portal.desk.site.DeskSite"
