"""Official documents that wait to be checked (核稿), signed (签发), or numbered and issued (编号印发)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from association import permissions
from association.actions import notice_hands as hands
from association.admin.base import address
from association.admin.official_notices import CHECKING, DRAFTING, ISSUING
from association.models import OfficialNotice
from association.values import long_date
from portal.desk.today.lines import Line, Section, Viewer, Words, capped


def documents(viewer: Viewer) -> Iterator[Section]:
    """To each the step that they may take, and what came back to them. One query."""
    user = viewer.user
    if not user.has_perm("association.view_officialnotice"):
        return
    found = hands.to_sign(viewer.bodies | permissions.covered(viewer.standing, hands.STEP), on=viewer.on)
    if user.has_perm(CHECKING):
        found = found | hands.to_check(user, on=viewer.on)
    if user.has_perm(ISSUING):
        found = found | hands.to_issue()
    if user.has_perm(DRAFTING):
        found = found | hands.to_mend(user)
    rows, more = capped(found.select_related("drafted_by").defer("text", "facts").order_by("drafted_on", "pk"))
    lines = [
        Line(
            each.plain_title,
            _asked(each),
            address("admin:association_officialnotice_change", each.pk),
            note=_("written by %(who)s on %(day)s") % {"who": each.drafted_by, "day": long_date(each.drafted_on)},
        )
        for each in rows
    ]
    url = f"{address('admin:association_officialnotice_changelist')}?state=open"
    yield Section(_("Official documents"), lines, more, url, "waiting")


def _asked(row: OfficialNotice) -> Words:
    if row.signed_on:
        return _("Number and issue the document")
    if row.checked_on:
        return _("Sign the document")
    return _("Mend the draft that was sent back") if row.returned_note else _("Check the draft")
