"""What the association has made public."""

from __future__ import annotations

import uuid

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from association import clock
from association.files import keeping
from association.models import Announcement, AnnouncementFile

from .announcement_words import RELATED, kind_name, listed, publicity_words, relations, shown
from .serving import private

PER_PAGE = 20
LAST_PAGE = 500
LONGEST_QUERY = 80


def public(kind: str = "", asked: str = "") -> QuerySet[Announcement]:
    """What everybody may know of, the newest first. Of what was withdrawn the words are not searched."""
    rows = Announcement.objects.published().select_related(*RELATED)
    if kind:
        rows = rows.filter(kind=kind)
    if asked:
        rows = rows.filter(Q(title__icontains=asked) | Q(text__icontains=asked), withdrawn_on__isnull=True)
    return rows


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """The newest first, page by page, without a count."""
    typed = request.GET.get("page", "")
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1
    number = min(max(number, 1), LAST_PAGE)
    asked = "".join(char for char in request.GET.get("q", "") if char.isprintable()).strip()[:LONGEST_QUERY]
    known = list(Announcement.objects.published().order_by().values_list("kind", flat=True).distinct())
    kind = request.GET.get("kind", "")
    kind = kind if kind in known else ""
    first = (number - 1) * PER_PAGE
    rows = list(public(kind, asked)[first : first + PER_PAGE + 1])
    today = clock.today()
    return render(
        request,
        "association/announcements.html",
        {
            "rows": [listed(row, today) for row in rows[:PER_PAGE]],
            "page": {"number": number, "has_previous": number > 1, "has_next": len(rows) > PER_PAGE},
            "kinds": sorted(((one, kind_name(one)) for one in known), key=lambda pair: pair[1]),
            "kind": kind,
            "asked": asked,
        },
    )


@require_safe
def announcement(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What the rulebook's list allows or the secretariat wrote; a withdrawn one says when and why."""
    found = get_object_or_404(Announcement.objects.published().select_related(*RELATED, "refers_to"), key=key)
    context = {"announcement": found, "kind": kind_name(found.kind), "relations": relations(found)}
    if found.withdrawn_on is not None:
        return render(request, "association/announcement_withdrawn.html", context)
    context |= {"publicity": publicity_words(found, clock.today()), **shown(found)}
    context["attachments"] = found.attachments.select_related("file")
    return render(request, "association/announcement.html", context)


@require_safe
def attachment(request: HttpRequest, key: uuid.UUID, pk: int) -> HttpResponseBase:
    """What was published with it, while it stands."""
    standing = AnnouncementFile.objects.filter(
        announcement__key=key,
        announcement__published_on__isnull=False,
        announcement__withdrawn_on__isnull=True,
        published_on__isnull=False,
    )
    if not 0 < pk < 2**63:
        raise Http404
    file = get_object_or_404(standing.select_related("file"), pk=pk).file
    data = keeping.read(file, by=None)
    return private(data, name=file.original_name, media_type=file.media_type, download=True)
