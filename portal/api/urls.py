"""Addresses of the public API."""

from django.urls import URLPattern, path, re_path

from portal.api import announcements, operations  # noqa: F401  the operations register themselves
from portal.api.site import api, read_only, unknown

mounted = api.urls
for route in mounted[0]:
    if isinstance(route, URLPattern):
        route.callback = read_only(route.callback)

urlpatterns = [re_path(r"^api/v1/?$", unknown), path("api/v1/", mounted), re_path(r"^api/v1/(.*)$", unknown)]
