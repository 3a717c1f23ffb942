"""One quote over HTTP against a bare JSON view of the same bytes.

Ours asks which rules are in force, counts the question against the limit, and goes through all the middleware; the
bare view hands out bytes that it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import path

from fees import quotes
from portal.api.operations import quote_answer
from portal.api.site import api
from portal.demo import loader
from portal.demo.plans import ACG
from tools.bench.registry import Sides, benchmark
from tools.bench.web import site

CALLS = 60
"""In a round; all rounds together stay below what one address may ask in a minute."""

ADDRESS = "/api/v1/quote?class=unit&tier=council&starts_on=2026-09-15"


@cache
def answer() -> bytes:
    found = quotes.quote("unit", "council", date(2026, 9, 15))
    return api.renderer.render(HttpRequest(), quote_answer(found), response_status=200)


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(answer(), content_type="application/json; charset=utf-8")


urlpatterns = [path("bench/quote", bare)]


@benchmark("quote", at_most=1.5)
def quote() -> Iterator[Sides]:
    loader.found(ACG)
    with site() as ours, site(bare=True) as theirs:
        same = ours.get(ADDRESS) == theirs.get("/bench/quote")
        if not same:
            raise RuntimeError("the two sides answer differently")
        yield Sides(lambda: ours.get(ADDRESS), lambda: theirs.get("/bench/quote"), CALLS)
