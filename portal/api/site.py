"""The API itself: its address, its documentation, how it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from association.ratelimit import Limit

PER_MINUTE = 600
LIMIT = Limit("api", PER_MINUTE)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TEXTS = {"title", "summary", "description"}


class Renderer(BaseRenderer):
    """JSON in which Chinese stays readable."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return json.dumps(data, ensure_ascii=False, default=str, separators=(",", ":")).encode()


class Site(NinjaAPI):
    """Its description speaks the reader's language."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**kwargs)
        _translate(schema)
        return schema


def _translate(part: Any) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            if key in TEXTS and isinstance(value, str) and value:
                part[key] = gettext(value)
            else:
                _translate(value)
    elif isinstance(part, list):
        for value in part:
            _translate(value)


api = Site(
    title=_("Public interface of the membership portal"),
    version="1",
    description=_(
        "What joining costs, whether a certificate is valid, and the rules that say so. Nothing to log in to; "
        "every answer names its articles. At most 600 questions a minute from one address."
    ),
    urls_namespace="api",
    renderer=Renderer(),
)


def refused(request: HttpRequest, errors: list[tuple[str, str]]) -> HttpResponse:
    """422 that names each wrong parameter and says what to do."""
    wrong = [{"parameter": parameter, "message": message} for parameter, message in errors]
    return api.create_response(request, {"detail": errors[0][1], "errors": wrong}, status=422)


def missing(request: HttpRequest, detail: str) -> HttpResponse:
    return api.create_response(request, {"detail": detail}, status=404)


def read_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """405 in JSON for whatever is not a question."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in SAFE:
            return view(request, *args, **kwargs)
        detail = {"detail": gettext("This interface can only be read. Use GET.")}
        response = api.create_response(request, detail, status=405)
        response["Allow"] = "GET"
        return response

    return answer


@csrf_exempt  # there is nothing here to forge
def unknown(request: HttpRequest, *_rest: str) -> HttpResponse:
    """404 for every other address under the API's."""
    return missing(request, gettext("There is nothing at this address. The description is at /api/v1/docs."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refused(request, [(str(one["loc"][-1]), _words(one)) for one in error.errors])


def _words(error: dict[str, Any]) -> str:
    if error["type"] == "missing":
        return gettext("This parameter is required.")
    if error["type"] == "string_too_long":
        return gettext("This value is too long.")
    return gettext("Write the day as 2026-09-15.")


def throttled(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An operation that answers 429 to whoever asks too often."""

    @wraps(run)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if seconds := LIMIT.wait(request):
            detail = gettext("Too many questions. Ask again in %(seconds)s seconds.") % {"seconds": seconds}
            response = api.create_response(request, {"detail": detail}, status=429)
            response["Retry-After"] = str(seconds)
            return response
        return run(request, **kwargs)

    return answer
