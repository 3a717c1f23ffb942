"""Whatever is done at the desk or leaves it as a file stands in the log: by its decision, or by an entry made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch

from association.actions import audit
from association.models.audit import AuditKind
from association.web import user_of

KEYS = ("pk", "object_id", "key")
"""What an address calls the row that it is about."""


def on_record(request: HttpRequest, answer: Callable[[], Any]) -> Any:
    """Answer a request of somebody whom the desk is open to. What wrote nothing of its own is written down."""
    with audit.watched() as written:
        response = answer()
    if takes_out(response):
        if AuditKind.EXPORT not in written:
            _note(AuditKind.EXPORT, request)
    elif acted(request, response) and not written:
        _note(AuditKind.CHANGE, request)
    return response


def takes_out(response: HttpResponseBase) -> bool:
    """Whether a file is handed over: to keep, or a PDF in the browser, which keeps it as well."""
    kept = response.headers.get("Content-Disposition", "").startswith("attachment")
    return response.status_code == 200 and (kept or "pdf" in response.headers.get("Content-Type", ""))


def acted(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether something was done: posted, not refused, and the reader is led on."""
    return (
        request.method == "POST" and 300 <= response.status_code < 400 and not getattr(request, "was_refused", False)
    )


def _note(kind: AuditKind, request: HttpRequest) -> None:
    what, target = what_of(request.resolver_match)
    audit.note(kind, what, user=user_of(request), target=target)


def what_of(match: ResolverMatch | None) -> tuple[str, str]:
    """``dossier`` of ``association.meeting:5``, from a page's name and keys; a page of no model by its name."""
    name = (match.url_name if match else None) or "desk"
    app, _line, rest = name.partition("_")
    model, _line, act = rest.partition("_")
    if app not in apps.app_configs or model not in apps.all_models[app]:
        return name, ""
    keys = [str(match.kwargs[key]) for key in KEYS if key in match.kwargs] if match else []
    return act, f"{app}.{model}:{keys[0]}" if keys else f"{app}.{model}"
