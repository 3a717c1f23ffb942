"""Badges and citations of the lines, each distinct one drawn once: a hundred lines have few of either."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template

from association.templatetags.huiji import citation, deadline_badge
from portal.desk.today.lines import Line, Section, Viewer


def drawn(viewer: Viewer, sections: Iterable[Section], request: HttpRequest) -> list[Section]:
    pen = _Pen(viewer, request)
    return [replace(section, lines=[pen.line(line) for line in section.lines]) for section in sections]


class _Pen:
    def __init__(self, viewer: Viewer, request: HttpRequest) -> None:
        self.on, self.context = viewer.on, {"request": request}
        self._badges: dict[Any, str] = {}
        self._cited: dict[str, str] = {}

    def line(self, line: Line) -> Line:
        return replace(line, badge=self._badge(line.due), cited=self._citation(line.sources))

    def _badge(self, due: Any) -> str:
        if due is None:
            return ""
        key = due.due_on, due.provisional
        if key not in self._badges:
            page = get_template("components/deadline.html")
            self._badges[key] = page.render(deadline_badge(due, self.on))
        return self._badges[key]

    def _citation(self, sources: Any) -> str:
        if not sources:
            return ""
        key = repr(sources)
        if key not in self._cited:
            found = citation(self.context, sources, word=False)  # type: ignore[arg-type]  # it asks for the request
            self._cited[key] = get_template("components/citation.html").render(found)
        return self._cited[key]
