"""What was announced, as the public pages say it: of what was withdrawn only that, when and why."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Field, Path, Query, Schema
from ninja.decorators import decorate_view

from association import clock
from association.models import Announcement
from association.views.announcement_words import LABELS, RELATED, kind_name, publicity_of, shown
from association.views.announcements import LAST_PAGE, LONGEST_QUERY, PER_PAGE, public
from portal.api.operations import citations
from portal.api.schemas import Citation, Problem
from portal.api.site import api, missing, throttled


class Fact(Schema):
    name: str = Field(description=_("Name of the field in the rule document."), examples=["number"])
    label: str
    value: str


class Attached(Schema):
    name: str
    url: str
    media_type: str
    size: int


class OnShow(Schema):
    from_: date = Field(alias="from")
    until: date = Field(description=_("The last day."))
    provisional: bool = Field(description=_("The calendar of that year is not loaded; the day may become later."))
    running: bool
    objections: str = Field(description=_("Empty, named or anonymous."))
    result: str = Field(description=_("Empty until it is closed."), examples=["no_objection"])
    closed_on: date | None


class Withdrawn(Schema):
    on: date
    reason: str


class AnnouncementAnswer(Schema):
    key: uuid.UUID
    url: str
    kind: str = Field(examples=["member_registry", "own:publicity"])
    kind_name: str
    published_on: date
    title: str | None = Field(description=_("Null where it was withdrawn."))
    text: str
    facts: list[Fact]
    attachments: list[Attached]
    publicity: OnShow | None
    corrects: uuid.UUID | None = Field(description=_("Key of the announcement that this one corrects or shows again."))
    withdrawn: Withdrawn | None
    citations: list[Citation]


class AnnouncementsAnswer(Schema):
    page: int
    more: bool = Field(description=_("Whether there is another page."))
    announcements: list[AnnouncementAnswer]


@api.get(
    "/announcements",
    response={200: AnnouncementsAnswer, 429: Problem},
    summary=_("What was announced"),
    description=_("The newest first, 20 a page. What was withdrawn stands there without its content."),
    tags=["v1"],
    operation_id="announcements",
    by_alias=True,
)
@decorate_view(throttled)
def announcements(
    request: HttpRequest,
    *,
    kind: Annotated[str, Query(max_length=64)] = "",
    q: Annotated[str, Query(max_length=LONGEST_QUERY, description=_("Words of the title or the text."))] = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
) -> Any:
    asked = "".join(char for char in q if char.isprintable()).strip()
    found = public(kind.replace("\0", ""), asked).select_related(*RELATED, "refers_to")
    first = (page - 1) * PER_PAGE
    rows = list(found.prefetch_related("attachments__file")[first : first + PER_PAGE + 1])
    return {
        "page": page,
        "more": len(rows) > PER_PAGE,
        "announcements": [answer(row, clock.today()) for row in rows[:PER_PAGE]],
    }


@api.get(
    "/announcements/{uuid:key}",
    response={200: AnnouncementAnswer, 404: Problem, 429: Problem},
    summary=_("One announcement"),
    description=_("By its key, as in the address of its page."),
    tags=["v1"],
    operation_id="announcement",
    by_alias=True,
)
@decorate_view(throttled)
def announcement(request: HttpRequest, key: Annotated[uuid.UUID, Path()]) -> Any:
    found = (
        public().select_related(*RELATED, "refers_to").prefetch_related("attachments__file").filter(key=key).first()
    )
    if found is None:
        return missing(request, gettext("There is no announcement of this key."))
    return answer(found, clock.today())


def answer(row: Announcement, on: date) -> dict[str, Any]:
    withdrawn = row.withdrawn_on is not None
    paper = shown(row) if not withdrawn else {"facts": [], "sources": (), "rulebook": None}
    labels = {str(label): name for name, label in _labels(row)}
    return {
        "key": row.key,
        "url": _absolute("announcement", row.key),
        "kind": row.kind,
        "kind_name": kind_name(row.kind),
        "published_on": row.published_on,
        "title": None if withdrawn else row.title,
        "text": "" if withdrawn else row.text,
        "facts": [
            {"name": labels.get(str(label), str(label)), "label": str(label), "value": value}
            for label, value in paper["facts"]
        ],
        "attachments": [] if withdrawn else [_attached(row, one) for one in row.attachments.all()],
        "publicity": None if withdrawn else _on_show(row, on),
        "corrects": row.refers_to.key if row.refers_to is not None and not withdrawn else None,
        "withdrawn": {"on": row.withdrawn_on, "reason": row.withdrawal_reason} if withdrawn else None,
        "citations": citations(paper["rulebook"], paper["sources"]) if paper["rulebook"] else [],
    }


def _labels(row: Announcement) -> list[tuple[str, Any]]:
    return [(name, LABELS.get(name, name)) for name in row.fields]


def _attached(row: Announcement, one: Any) -> dict[str, Any]:
    return {
        "name": one.file.original_name,
        "url": _absolute("announcement_file", row.key, one.pk),
        "media_type": one.file.media_type,
        "size": one.file.size,
    }


def _on_show(row: Announcement, on: date) -> dict[str, Any] | None:
    found = publicity_of(row)
    if found is None:
        return None
    return {
        "from": found.started_on,
        "until": found.deadline.due_on,
        "provisional": found.deadline.provisional and found.closed_on is None,
        "running": found.closed_on is None and on <= found.deadline.due_on,
        "objections": row.objections,
        "result": found.result,
        "closed_on": found.closed_on,
    }


def _absolute(name: str, *arguments: Any) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"
