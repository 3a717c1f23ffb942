"""Objections to answer, publicities to close, drafts that wait for somebody to publish them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from association.admin.base import address
from association.models import Announcement, Objection, Publicity
from association.models.objection import Proposal
from association.values import long_date
from association.views.announcement_words import kind_name
from portal.desk.today.lines import FEWER, Line, Section, Viewer, capped


def announcements(viewer: Viewer) -> Iterator[Section]:
    """For those who answer objections, and for those who publish."""
    if viewer.user.has_perm("association.change_objection"):
        yield _objections()
    if viewer.user.has_perm("association.publish_announcement"):
        yield _shown(viewer)
        yield _drafts()


def _objections() -> Section:
    undone = Q(followed_on__isnull=True) & ~Q(proposal=Proposal.NONE)
    found = Objection.objects.filter(Q(answered_on__isnull=True) | undone).order_by("sent_on", "pk")
    rows, more = capped(found.select_related("publicity__announcement", "publicity__deadline"))
    lines = [
        Line(
            each.publicity.announcement.title,
            _("Answer the objection") if each.answered_on is None else _("Confirm what follows from the objection"),
            address("admin:association_objection_change", each.pk),
            each.publicity.deadline if each.publicity.closed_on is None else None,
            note=long_date(each.sent_on),
        )
        for each in rows
    ]
    return Section(_("Objections"), lines, more, address("admin:association_objection_changelist"), "waiting")


def _shown(viewer: Viewer) -> Section:
    """What is on show, the one that ends first above; what is over is to be closed."""
    found = Publicity.objects.filter(closed_on__isnull=True).select_related("announcement", "deadline")
    rows, more = capped(found.order_by("deadline__due_on", "pk"), FEWER)
    lines = [
        Line(
            each.announcement.title,
            _("On show") if viewer.on <= each.deadline.due_on else _("Close the publicity"),
            address("admin:association_announcement_change", each.announcement_id),
            each.deadline,
            each.deadline.sources,
        )
        for each in rows
    ]
    url = f"{address('admin:association_announcement_changelist')}?state=shown"
    return Section(_("On show"), lines, more, url)


def _drafts() -> Section:
    """What the secretariat wrote itself; drafts of cases wait at their case's step."""
    found = Announcement.objects.drafts().filter(case__isnull=True).order_by("scheduled_for", "pk")
    rows, more = capped(found, FEWER)
    lines = [
        Line(
            each.title,
            _("Publish"),
            address("admin:association_announcement_change", each.pk),
            note=_("by itself on %(day)s") % {"day": long_date(each.scheduled_for)}
            if each.scheduled_for
            else kind_name(each.kind),
        )
        for each in rows
    ]
    url = f"{address('admin:association_announcement_changelist')}?state=draft"
    return Section(_("Announcements to publish"), lines, more, url)
