"""Answers that are the same for everybody, kept as bytes in this process.

A middleware, like Django's own cache: what it knows leaves before sessions, languages and forms are looked at. It
reads one row by its key to know that what it holds is still true.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from association import queries
from portal.api.site import LIMIT

PATHS = frozenset({"/api/v1/quote"})
MANY = 1024
"""Answers that are kept at most; the one asked for longest ago goes first."""


class Kept(NamedTuple):
    content: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> HttpResponse:
        answer = HttpResponse(self.content)
        for name, value in self.headers:
            answer.headers[name] = value
        return answer


class KeptAnswers:
    """Answer the same question under the same revision without asking again.

    Every change of rules, fees, calendar or term replaces the revision: an answer is never older than the last commit,
    whichever process made it. Who asks too often goes the long way and is refused there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[int, str], Kept] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PATHS or request.method != "GET":
            return self.get_response(request)
        key = (queries.revision_now(), f"{request.path_info}?{request.META['QUERY_STRING']}")
        kept = self._find(key)
        if kept is not None and not LIMIT.wait(request):
            return kept.response()
        response = self.get_response(request)
        if response.status_code == 200 and isinstance(response, HttpResponse) and not response.cookies:
            self._keep(key, Kept(response.content, tuple(response.headers.items())))
        return response

    def _find(self, key: tuple[int, str]) -> Kept | None:
        with self._lock:
            kept = self._answers.get(key)
            if kept is not None:
                self._answers.move_to_end(key)
            return kept

    def _keep(self, key: tuple[int, str], kept: Kept) -> None:
        with self._lock:
            self._answers[key] = kept
            while len(self._answers) > MANY:
                self._answers.popitem(last=False)
