"""Before a letter to many goes out: how many each way reaches, and whom it does not, with a page of all of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from association import clock, ports
from association.actions import meetings, newsletters
from association.channels import reach
from association.channels.reach import Reached, Unreached, ways_of
from association.models import Meeting
from association.models.message import Channel
from association.ports import Addressee

SHOWN = 10
"""Names on the page that asks once more; the others have a page of their own."""
SEEING = "association.view_message"
LIST = "admin:association_message_unreached"


def members(
    parts: Sequence[str], ways: Sequence[str], *, newsletter: bool = False, meeting: Meeting | None = None
) -> tuple[Reached, str]:
    """How the members of these parts are reached, or those whom a meeting is called for; and the query for it."""
    if meeting is not None:
        return reach.reached(meetings.called(meeting), ways), urlencode({"meeting": meeting.pk})
    everyone = ports.audiences["members"].everyone(clock.today(), parts=parts)
    asked = [("part", part) for part in parts] + [("newsletter", "1")] * newsletter
    if not newsletter:
        return reach.reached(everyone, ways), urlencode(asked)
    rows = list(everyone)
    without = newsletters.without([one.user for one in rows if one.user is not None])
    return reach.reached(rows, ways, without=without), urlencode(asked)


def shown(request: HttpRequest, found: Reached, query: str) -> dict[str, Any]:
    """Context of the page that asks once more: ``ways`` as facts, and who is not reached by each."""
    may = request.user.has_perm(SEEING)
    return {
        "ways": [
            (_("Ways"), _(", ").join(f"{Channel(way).label} {count}" for way, count in found.counts.items())),
        ],
        "unreached": [
            {
                "title": title_of(way),
                "count": len(rows),
                "rows": list(lines(rows[:SHOWN])),
                "more": max(len(rows) - SHOWN, 0),
                "url": f"{reverse(LIST)}?way={way}&{query}" if may else "",
            }
            for way, rows in found.unreached.items()
            if rows
        ],
    }


def invitation(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """Context of the page that asks once more before people are invited."""
    known = set(meeting.attendees.values_list("user_id", flat=True))
    found, query = members([], ways_of("meeting", "meeting.invitation"), meeting=meeting)
    new = len(meetings.invited(meeting).keys() - known)
    context = shown(request, found, query)
    text = ngettext("%(n)s person is told who was not yet.", "%(n)s people are told who were not yet.", new)
    page = reverse("admin:association_meeting_change", args=[meeting.pk])
    return context | {
        "title": _("Invite to this meeting?"),
        "where": meeting.title,
        "where_url": page,
        "facts": [(_("Called for"), found.counts[Channel.PORTAL]), *context["ways"]],
        "effects": [{"text": text % {"n": new}}, {"text": _("Each gets a message in the portal and by mail, once.")}],
        "confirm": _("Invite"),
    }


def title_of(way: str) -> str:
    return _("Not reached by mail") if way == Channel.MAIL else _("Not reached by text message")


def lines(rows: Iterable[Unreached]) -> Iterator[dict[str, str]]:
    """Who, why, and the page with what is known of them."""
    for row in rows:
        yield {"name": row.one.name or str(row.one.user or ""), "why": row.why, "url": page_of(row.one)}


def page_of(one: Addressee) -> str:
    if one.page:
        return one.page
    return reverse("admin:association_user_change", args=[one.user.pk]) if one.user is not None else ""
