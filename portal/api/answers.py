"""Answers that are the same for everybody, kept as bytes in this process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from association import queries

KEPT = 1024
"""Answers that are kept at most; the one asked for longest ago goes first."""


class Kept:
    """Decorate an operation's run: the same question under the same revision is answered without asking again.

    The revision is the one row that is read; every change of rules, fees, calendar or term replaces it, so an answer
    of another process is never older than that process's last commit.
    """

    def __init__(self, limit: int = KEPT) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._answers: OrderedDict[tuple[int, str], bytes] = OrderedDict()

    def __call__(self, run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(run)
        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            key = (queries.revision(), request.get_full_path())
            body = self._find(key)
            if body is None:
                response = run(request, **kwargs)
                if response.status_code == 200:
                    self._keep(key, response.content)
                return response
            return HttpResponse(body, content_type="application/json; charset=utf-8")

        return answer

    def _find(self, key: tuple[int, str]) -> bytes | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def _keep(self, key: tuple[int, str], body: bytes) -> None:
        with self._lock:
            self._answers[key] = body
            while len(self._answers) > self._limit:
                self._answers.popitem(last=False)
