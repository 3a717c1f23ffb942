"""Announcements as a feed (Atom), for those who follow them with a reader."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from association import queries
from association.models import Announcement

from .announcement_words import kind_name, shown, title_of
from .announcements import public

NEWEST = 30
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Announcements(Feed):
    """The newest ones. A withdrawn one keeps its place, without its content."""

    feed_type = Atom1Feed
    language = settings.LANGUAGE_CODE

    def title(self) -> str:
        profile = queries.profile()
        return _("Announcements of %(name)s") % {"name": profile.name} if profile else _("Announcements")

    def link(self) -> str:
        return reverse("announcements")

    def subtitle(self) -> str:
        return _("What the association has made public.")

    def feed_guid(self) -> str:
        return f"{settings.SITE_URL}{reverse('announcements_feed')}"

    def items(self) -> QuerySet[Announcement]:
        return public()[:NEWEST]

    def item_title(self, item: Any) -> str:
        return title_of(item)

    def item_description(self, item: Announcement) -> str:
        if item.withdrawn_on is not None:
            return _("Withdrawn: %(reason)s") % {"reason": item.withdrawal_reason}
        facts = [f"{label}：{value}" for label, value in shown(item)["facts"]]
        return "\n".join([*facts, item.text]).strip()

    def item_link(self, item: Announcement) -> str:
        return reverse("announcement", args=[item.key])

    def item_guid(self, item: Announcement) -> str:
        return f"urn:uuid:{item.key}"

    def item_categories(self, item: Announcement) -> tuple[str, ...]:
        return (kind_name(item.kind),)

    def item_pubdate(self, item: Announcement) -> datetime | None:
        return _at(item.published_on)

    def item_updateddate(self, item: Announcement) -> datetime | None:
        return _at(item.withdrawn_on or item.published_on)


def _at(day: Any) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None
