"""The papers of a meeting at the desk, printed when they are asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from association import papers
from association.admin.base import DeskAdmin, find
from association.models import Meeting, Resolution
from association.views.serving import private
from association.web import user_of

PDF = "application/pdf"


class Dossier(DeskAdmin):
    def dossier(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """For everybody, or for one on the list; never with items that the reader keeps out of."""
        self.require_view(request)
        meeting = find(Meeting.objects.select_related("body"), pk)
        asked = request.GET.get("for", "")
        person = find(meeting.attendees.all(), asked) if asked else None
        data = papers.dossier(meeting, reader=user_of(request), person=person)
        return private(data, name=f"{meeting.title}.pdf", media_type=PDF)


class Sheets(DeskAdmin):
    def ballot(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_view(request)
        resolution = find(Resolution.objects.select_related("meeting__body"), pk)
        return private(papers.ballot(resolution), name=f"{resolution.number}.pdf", media_type=PDF)

    def paper(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        self.require_view(request)
        resolution = find(Resolution.objects.select_related("meeting__body"), pk)
        return private(papers.resolution_paper(resolution), name=f"{resolution.number}.pdf", media_type=PDF)
