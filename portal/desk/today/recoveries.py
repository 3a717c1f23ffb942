"""Lost logins (找回登录) that wait to be looked at, or for the second person."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from association.actions import recovery
from association.admin.base import address
from association.models import RecoveryRequest
from association.values import long_date
from portal.desk.today.lines import Line, Section, Viewer, Words, capped


def recoveries(viewer: Viewer) -> Iterator[Section]:
    """To each the step that they may take; whoever proposed is not the second person. One query."""
    user = viewer.user
    proposes, confirms = user.has_perm(recovery.PROPOSING), user.has_perm(recovery.CONFIRMING)
    if not user.has_perm("association.view_recoveryrequest") or not (proposes or confirms):
        return
    found = RecoveryRequest.objects.none()
    if proposes:
        found = found | recovery.to_look_at() | recovery.expired(user, on=viewer.on)
    if confirms:
        found = found | recovery.to_confirm(user, on=viewer.on)
    rows, more = capped(found.order_by("received_on", "pk"))
    lines = [
        Line(
            str(each),
            _asked(each, viewer),
            address("admin:association_recoveryrequest_change", each.pk),
            note=_("asked on %(day)s") % {"day": long_date(each.received_on)},
        )
        for each in rows
    ]
    yield Section(_("Lost logins"), lines, more, address("admin:association_recoveryrequest_changelist"), "waiting")


def _asked(row: RecoveryRequest, viewer: Viewer) -> Words:
    if not recovery.check_open(row, on=viewer.on).passed:
        return _("Too old: refuse it, so that a new request can be made")
    if row.account_id is None:
        return _("Check who asks, and propose the account")
    return _("Look at the proposal as the second person")
