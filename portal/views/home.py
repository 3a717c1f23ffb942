"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from association import clock, queries
from association.models import Announcement
from association.rulebook import Rulebook

NEWEST = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here, who may join, what is new."""
    try:
        rulebook: Rulebook | None = queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        rulebook = None
    return render(
        request,
        "portal/home.html",
        {
            "rulebook": rulebook,
            "classes": [known for known in rulebook.classes if known.joined_by != "deemed"] if rulebook else [],
            "announcements": Announcement.objects.published()[:NEWEST],
        },
    )
