"""The page of results: at the desk what the person's lists show, in public what is published."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from association import clock
from association.admin.base import query_of
from association.searching import Asked
from association.web import user_of
from portal.search.registry import DESK, MINE, PUBLIC, found, only_hit


def desk(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    asked = Asked(query_of(request), clock.today(), user_of(request))
    groups = found(asked, DESK)
    one = only_hit(groups)
    if one is not None:
        return redirect(one.url)
    shown = {"title": _("Search"), "groups": groups, "asked": asked.text, "desk_query": asked.text}
    return TemplateResponse(request, "desk/search.html", context | shown)


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What is published; for who is logged in, first what is their own. Nothing of other members or applicants."""
    user = user_of(request) if request.user.is_authenticated else None
    asked = Asked(query_of(request), clock.today(), user)
    groups = found(asked, (*MINE, *PUBLIC) if user else PUBLIC)
    one = only_hit(groups)
    if one is not None:
        return redirect(one.url)
    return render(request, "portal/search.html", {"groups": groups, "asked": asked.text})
