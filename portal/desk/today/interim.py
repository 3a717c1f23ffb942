"""Decided between meetings and not yet ratified or revoked."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from association import queries
from association.actions import interim
from association.admin.base import address
from association.models import InterimDecision
from association.values import long_date
from portal.desk.today.lines import Line, Section, Viewer, capped


def between_meetings(viewer: Viewer) -> Iterator[Section]:
    """Each waits for the next meeting of a body that ratifies."""
    if not viewer.user.has_perm("association.view_meeting"):
        return
    found = InterimDecision.objects.filter(outcome="").select_related("case")
    rows, more = capped(found.order_by("taken_on", "pk"))
    lines = []
    for row in rows:
        rule = interim.rule_of(row.case)
        bodies = _(", ").join(queries.body_name(key) for key in (rule.ratify_by if rule else ()))
        lines.append(
            Line(
                row.case.subject,
                _("Put before the next meeting: %(bodies)s") % {"bodies": bodies},
                address("admin:association_interimdecision_changelist"),
                sources=interim.sources_of(row.case),
                note=_("in effect since %(day)s") % {"day": long_date(row.taken_on)},
            )
        )
    yield Section(_("To be ratified"), lines, more, address("admin:association_interimdecision_changelist"))
