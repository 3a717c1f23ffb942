"""Addresses of the public API."""

from django.urls import path

from portal.api import operations  # noqa: F401  the operations register themselves
from portal.api.site import api

urlpatterns = [path("api/v1/", api.urls)]
