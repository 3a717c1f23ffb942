"""Sealed letters to be checked."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from admissions.models import Claim
from association.admin.base import address
from portal.desk.today.lines import FEWER, Line, Section, Viewer, capped


def claims(viewer: Viewer) -> Iterator[Section]:
    """Sealed letters to be checked."""
    if not viewer.user.has_perm("admissions.view_claim"):
        return
    found = Claim.objects.filter(state="open").select_related("application__case", "user").order_by("pk")
    rows, more = capped(found, FEWER)
    lines = [
        Line(
            each.application.case.subject,
            _("Check the sealed letter"),
            address("admin:admissions_claim_change", each.pk),
            note=_("claimed by %(user)s") % {"user": each.user},
        )
        for each in rows
    ]
    yield Section(_("Claims to decide"), lines, more, address("admin:admissions_claim_changelist"))
