"""What robots and browsers ask for by name."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

CLOSED = (
    *("/accounts/", "/admin/", "/api/", "/applications/", "/apply/", "/certificates/", "/demo/", "/files/"),
    *("/invoices/", "/messages/", "/my/", "/sandbox/", "/styleguide/", "/verify/"),
)


@require_safe
@cache_control(public=True, max_age=86400)
def robots(request: HttpRequest) -> HttpResponse:
    """The rules and announcements may be found; what is a person's or answers a question may not."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86400)
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponsePermanentRedirect(static("img/icon.svg"))
