"""What does not reach people: a channel that is out of order, messages that came back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from association.actions.outbox import out_of_order
from association.admin.base import address
from association.admin.messages import outages
from association.models import Message
from association.models.message import Failure
from portal.desk.today.lines import FEWER, Line, Section, Viewer, capped

LATELY = timedelta(days=7)


def outbox(viewer: Viewer) -> Iterator[Section]:
    """For those who may send again. What failed more than a week ago is on the messages' own page."""
    if not viewer.user.has_perm("association.change_message"):
        return
    page = address("admin:association_message_failed")
    down = out_of_order()
    lines = [Line(str(outlet), said, page) for outlet, said in zip(down, outages() if down else (), strict=True)]
    since = timezone.make_aware(datetime.combine(viewer.on - LATELY, time()))
    found = (
        Message.objects.filter(failed_at__gte=since)
        .exclude(failure=Failure.CANCELLED)
        .select_related("recipient")
        .order_by("-failed_at", "-pk")
    )
    rows, more = capped(found, FEWER)
    lines += [
        Line(
            str(message.recipient),
            str(message.get_failure_display()),
            address("admin:association_message_change", message.pk),
            note=message.subject,
        )
        for message in rows
    ]
    yield Section(_("Messages that do not arrive"), lines, more, page, "stopped")
