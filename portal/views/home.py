"""The front page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from association import clock, queries
from association.models import Announcement
from association.rulebook import Rulebook
from association.rulebook.schema.joining import MemberClass
from association.views.announcement_words import RELATED, listed

NEWEST = 3

DOORS = (
    ("rules", _("Membership rules"), _("Every article as it was adopted, with the association's reading of it.")),
    ("quote", _("What joining costs"), _("The fee to the fen, the papers, the steps and their deadlines.")),
    ("apply", _("Apply to join"), _("The form saves itself; from then on one page shows where it stands.")),
    ("verify", _("Verify a certificate"), _("Scan the QR code or type the serial: whether it holds today.")),
    ("announcements", _("Announcements"), _("Registrations and other facts that the rules have made public.")),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here, who may join, what is new."""
    try:
        rulebook: Rulebook | None = queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        rulebook = None
    newest = Announcement.objects.standing().select_related(*RELATED)
    return render(
        request,
        "portal/home.html",
        {
            "rulebook": rulebook,
            "doors": [{"url": reverse(name), "title": title, "text": text} for name, title, text in DOORS],
            "classes": who_may_join(rulebook) if rulebook else [],
            "announcements": [listed(row) for row in newest[:NEWEST]],
        },
    )


def who_may_join(rulebook: Rulebook) -> list[dict[str, Any]]:
    """For each class that one applies to: the sentence of its most telling article, in the document's own words."""
    applied = [known for known in rulebook.classes if known.joined_by != "deemed"]
    return [
        {"name": known.name, "text": _sentence(rulebook, known), "sources": known.sources(rulebook.id)}
        for known in applied
    ]


def _sentence(rulebook: Rulebook, known: MemberClass) -> str:
    """The first sentence that names the class in the last of its articles: the one that defines it."""
    article = rulebook.articles.get(known.ref[-1])
    return article.text.split("\n")[0] if article else ""
