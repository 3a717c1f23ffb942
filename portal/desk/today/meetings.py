"""Resolutions whose meeting was held: to be recorded."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from association.admin.base import address
from association.models import Resolution
from portal.desk.today.lines import Line, Section, Viewer, capped


def meetings(viewer: Viewer) -> Iterator[Section]:
    """Resolutions on paper whose meeting was held: to be recorded."""
    if not viewer.user.has_perm("association.pass_resolution"):
        return
    found = Resolution.objects.filter(passed_on__isnull=True, meeting__held_on__lte=viewer.on)
    rows, more = capped(found.select_related("meeting__body").order_by("meeting__held_on", "pk"))
    lines = [
        Line(
            f"{each.number} {each.title}",
            _("Record what the meeting resolved"),
            address("admin:association_resolution_change", each.pk),
            note=each.meeting.title,
        )
        for each in rows
    ]
    yield Section(_("Resolutions to record"), lines, more, address("admin:association_resolution_changelist"))
