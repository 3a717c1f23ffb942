"""Answers that are the same for everybody, kept as bytes in this process.

A middleware, like Django's own cache: what it knows leaves before sessions, languages and forms are looked at. It
reads one row by its key to know that what it holds is still true.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from association import queries
from portal.api.site import LIMIT

PATHS = frozenset({"/api/v1/quote"})
MANY = 1024
"""Answers that are kept at most; the one asked for longest ago goes first."""


def answer(content: bytes) -> HttpResponse:
    length = str(len(content))
    return HttpResponse(content, content_type="application/json; charset=utf-8", headers={"Content-Length": length})


class KeptAnswers:
    """Answer the same question under the same revision without asking again.

    Every change of rules, fees, calendar or term replaces the revision: an answer is never older than the last commit,
    whichever process made it. Who asks too often goes the long way and is refused there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[int, str], bytes] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info not in PATHS or request.method != "GET":
            return self.get_response(request)
        key = (queries.revision_now(), f"{request.path_info}?{request.META['QUERY_STRING']}")
        content = self._find(key)
        if content is not None and not LIMIT.wait(request):
            return answer(content)
        response = self.get_response(request)
        if response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        self._keep(key, response.content)
        return answer(response.content)

    def _find(self, key: tuple[int, str]) -> bytes | None:
        with self._lock:
            content = self._answers.get(key)
            if content is not None:
                self._answers.move_to_end(key)
            return content

    def _keep(self, key: tuple[int, str], content: bytes) -> None:
        with self._lock:
            self._answers[key] = content
            while len(self._answers) > MANY:
                self._answers.popitem(last=False)
