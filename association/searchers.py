"""What can be found of the association layer: meetings, resolutions, documents, announcements, articles, accounts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from association import queries
from association.models import Announcement, Meeting, Message, OfficialNotice, Resolution, User
from association.models.message import Channel
from association.searching import SHOWN, Asked, Hit, Searcher, articles_named, names_kind
from association.values import long_date

MANY = SHOWN + 1
LONGEST = 60
"""Characters of an article's text beside its name."""


def listed(name: str, **more: str) -> str:
    return f"{reverse(name)}?{urlencode(more)}"


def meetings(asked: Asked) -> Iterator[Hit]:
    for row in (
        Meeting.objects.filter(title__says=asked.text).select_related("body").order_by("-held_on", "-pk")[:MANY]
    ):
        url = reverse("admin:association_meeting_change", args=[row.pk])
        yield Hit(row.title, url, f"{row.body} {long_date(row.held_on)}")


def resolutions(asked: Asked) -> Iterator[Hit]:
    found = Resolution.objects.filter(Q(number__says=asked.text) | Q(title__says=asked.text))
    for row in found.order_by("-pk")[:MANY]:
        yield Hit(row.number, reverse("admin:association_resolution_change", args=[row.pk]), row.title)


def documents(asked: Asked) -> Iterator[Hit]:
    """Official documents by number or title, from the draft on."""
    found = OfficialNotice.objects.filter(Q(title__says=asked.text) | Q(number__text__says=asked.text))
    for row in found.select_related("number").defer("text", "facts").order_by("-pk")[:MANY]:
        told = row.number.text if row.number else str(_("draft"))
        yield Hit(row.plain_title, reverse("admin:association_officialnotice_change", args=[row.pk]), told)


def announcements(asked: Asked) -> Iterator[Hit]:
    for row in Announcement.objects.filter(title__says=asked.text).order_by("-pk")[:MANY]:
        day = long_date(row.published_on) if row.published_on else str(_("draft"))
        yield Hit(row.title, reverse("admin:association_announcement_change", args=[row.pk]), day)


def published(asked: Asked) -> Iterator[Hit]:
    for row in Announcement.objects.published().filter(title__says=asked.text)[:MANY]:
        day = long_date(row.published_on) if row.published_on else ""
        yield Hit(row.title, reverse("announcement", args=[row.key]), day)


def articles(asked: Asked) -> Iterator[Hit]:
    """By their number, or by words of their text; of what is in force."""
    yield from islice(_articles(asked), MANY)


def _articles(asked: Asked) -> Iterator[Hit]:
    named = list(articles_named(asked.text, asked.on))
    for slot in queries.rulebook_slots():
        try:
            rulebook = queries.governing(asked.on, slot).rulebook
        except queries.NoRulebook:
            continue
        for key, article in rulebook.articles.items():
            says = len(asked.text) > 1 and asked.text in article.text
            if (rulebook.id, key) in named or (not named and says):
                title = f"《{rulebook.title}》{rulebook.label(key)}"
                yield Hit(title, reverse("article", args=[rulebook.id, key]), _around(article.text, asked.text))


def _around(text: str, word: str) -> str:
    at = max(text.find(word) - LONGEST // 3, 0)
    return f"{'…' if at else ''}{text[at : at + LONGEST]}{'…' if at + LONGEST < len(text) else ''}".replace("\n", " ")


def accounts(asked: Asked) -> Iterator[Hit]:
    exact = User.objects.alias(address=Lower("email")).filter(address=asked.text.strip().lower())
    for row in [*exact, *User.objects.filter(name__says=asked.text).order_by("pk")[:MANY]][:MANY]:
        yield Hit(str(row), reverse("admin:association_user_change", args=[row.pk]), row.email)


def own_messages(asked: Asked) -> Iterator[Hit]:
    """What the account was told in the portal."""
    rows = Message.objects.filter(recipient=asked.user, channel=Channel.PORTAL)
    if not names_kind(asked, MESSAGES):
        rows = rows.filter(Q(subject__says=asked.text) | Q(text__icontains=asked.text.strip()))
    for row in rows.order_by("-pk").only("key", "subject", "created_at")[:MANY]:
        yield Hit(row.subject, reverse("message", args=[row.key]), long_date(timezone.localdate(row.created_at)))


def own_documents(asked: Asked) -> Iterator[Hit]:
    """Official documents that the account was told of."""
    rows = OfficialNotice.objects.filter(recipients__user=asked.user).select_related("number")
    if not names_kind(asked, DOCUMENTS):
        rows = rows.filter(Q(title__says=asked.text) | Q(number__text__says=asked.text))
    for row in rows.order_by("-pk")[:MANY]:
        yield Hit(row.plain_title, reverse("document", args=[row.serial]), str(row.number))


MESSAGES, DOCUMENTS = _("Messages"), _("Official documents")
DESK = (
    Searcher("meetings", _("Meetings"), "association.view_meeting", meetings,
             lambda q: listed("admin:association_meeting_changelist", q=q)),
    Searcher("resolutions", _("Resolutions"), "association.view_resolution", resolutions,
             lambda q: listed("admin:association_resolution_changelist", q=q)),
    Searcher("documents", DOCUMENTS, "association.view_officialnotice", documents,
             lambda q: listed("admin:association_officialnotice_changelist", q=q)),
    Searcher("announcements", _("Announcements"), "association.view_announcement", announcements,
             lambda q: listed("admin:association_announcement_changelist", q=q)),
    Searcher("articles", _("Articles"), "", articles, lambda q: reverse("rules")),
    Searcher("accounts", _("Accounts"), "association.view_user", accounts,
             lambda q: listed("admin:association_user_changelist", q=q)),
)  # fmt: skip
MINE = (
    Searcher("messages", MESSAGES, "", own_messages, lambda q: reverse("inbox")),
    Searcher("documents", DOCUMENTS, "", own_documents, lambda q: reverse("inbox")),
)
PUBLIC = (
    Searcher("articles", _("Articles"), "", articles, lambda q: reverse("rules")),
    Searcher("announcements", _("Announcements"), "", published, lambda q: reverse("announcements")),
)
