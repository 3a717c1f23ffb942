"""Is it alive, is it ready: for whoever watches the service."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from association import clock
from association.actions.jobs import waiting
from association.printing import fonts

QUEUE_AGE = timedelta(minutes=15)
"""Work that has waited longer means that no worker runs."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether people can be served: 503 names what is missing. No details, anyone may ask."""
    checks = {"database": database(), "cache": shared_cache(), "queue": False, "font": fonts.is_built()}
    checks["queue"] = checks["database"] and queue()
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except Error:
        return False


def shared_cache() -> bool:
    try:
        cache.set("readyz", 1, 10)
        return bool(cache.get("readyz") == 1)
    except Exception:  # whatever the cache's own client raises: it is not there
        return False


def queue() -> bool:
    """Whether no job has been waiting longer than :data:`QUEUE_AGE`."""
    return not waiting(clock.now() - QUEUE_AGE).exists()
