"""今天: what is due, what waits for me, what waits for others. A fixed number of queries, whatever there is.

A new kind of thing to do is one file beside this one, with a function that yields its sections for a viewer, named in
``SECTIONS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from association import clock
from association.web import user_of
from portal.desk.today.announcements import announcements
from portal.desk.today.claims import claims
from portal.desk.today.due import due
from portal.desk.today.interim import between_meetings
from portal.desk.today.lines import Section, Viewer
from portal.desk.today.meetings import meetings
from portal.desk.today.money import money
from portal.desk.today.outbox import outbox
from portal.desk.today.rules import rules
from portal.desk.today.standing_in import standing_in
from portal.desk.today.waiting import waiting

SECTIONS: tuple[Callable[[Viewer], Iterable[Section]], ...] = (
    due,
    standing_in,
    outbox,
    money,
    meetings,
    between_meetings,
    claims,
    announcements,
    rules,
    waiting,
)
"""In the order of the page. A section without lines is not shown."""


def today_page(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    viewer = Viewer.of(user_of(request), clock.today())
    return TemplateResponse(
        request,
        "desk/today.html",
        context
        | {
            "title": _("Today"),
            "today": viewer.on,
            "sections": [section for part in SECTIONS for section in part(viewer) if section.lines],
            "watches": viewer.watches,
        },
    )
