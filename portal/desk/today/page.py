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
from association.admin.base import chosen, filters
from association.web import user_of
from portal.desk.today.announcements import announcements
from portal.desk.today.claims import claims
from portal.desk.today.documents import documents
from portal.desk.today.drawing import drawn
from portal.desk.today.due import due
from portal.desk.today.grouping import grouped
from portal.desk.today.interim import between_meetings
from portal.desk.today.lines import ALL, BY_ARTICLE, BY_DAY, BY_PERSON, MINE, Section, Viewer
from portal.desk.today.meetings import meetings
from portal.desk.today.money import money
from portal.desk.today.outbox import outbox
from portal.desk.today.recoveries import recoveries
from portal.desk.today.rules import rules
from portal.desk.today.standing_in import standing_in
from portal.desk.today.waiting import waiting

SECTIONS: tuple[Callable[[Viewer], Iterable[Section]], ...] = (
    due,
    standing_in,
    outbox,
    money,
    documents,
    recoveries,
    meetings,
    between_meetings,
    claims,
    announcements,
    rules,
    waiting,
)
"""In the order of the page. A section without lines is not shown."""


CASES = frozenset({due, waiting})
"""Those whose lines are grouped by article or by person where the reader asks for it."""


def sections_of(viewer: Viewer) -> list[Section]:
    if viewer.by == BY_DAY:
        return [section for part in SECTIONS for section in part(viewer) if section.lines]
    cases = [section for part in SECTIONS if part in CASES for section in part(viewer)]
    rest = (section for part in SECTIONS if part not in CASES for section in part(viewer))
    return [*grouped(viewer, cases), *(section for section in rest if section.lines)]


def today_page(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    by = chosen(request, "by", (BY_DAY, BY_ARTICLE, BY_PERSON), BY_DAY)
    viewer = Viewer.of(user_of(request), clock.today(), by=by, who=chosen(request, "who", (MINE, ALL), MINE))
    orders = ((BY_DAY, _("By day")), (BY_ARTICLE, _("By article")), (BY_PERSON, _("By person")))
    whose = ((MINE, _("Mine")), (ALL, _("Everybody's")))
    return TemplateResponse(
        request,
        "desk/today.html",
        context
        | {
            "title": _("Today"),
            "today": viewer.on,
            "sections": drawn(viewer, sections_of(viewer), request),
            "orders": filters(request, "by", orders, by),
            "whose": [] if viewer.watches else filters(request, "who", whose, viewer.who),
            "watches": viewer.watches,
        },
    )
