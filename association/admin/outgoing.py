"""A letter to all members before it goes out: to how many, how it reads, how many are left out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from association import clock, ports
from association.admin import reach
from association.channels.reach import ways_of
from association.letters import Facts, write
from association.models.message import Channel


def outgoing(request: HttpRequest, kind: str, facts: Facts) -> dict[str, Any]:
    """Facts for the page that asks once more, and who is not reached. Shown for the first member with an account."""
    letter = write(kind, facts)
    found, query = reach.members([], ways_of(letter.topic, letter.kind))
    everyone = ports.audiences["members"].everyone(clock.today())
    first = next((one.user for one in everyone if one.user is not None), None)
    context = reach.shown(request, found, query)
    unreached = sum(1 for one in next(iter(found.unreached.values())) if one.one.user is None)
    said = [
        (_("Goes to"), _("%(count)s members") % {"count": found.counts[Channel.PORTAL]}),
        (_("Without an account"), _("%(count)s members, who get nothing from here") % {"count": unreached}),
        *context.pop("ways"),
        (_("Shown for"), str(first) if first else "—"),
        (pgettext("message", "Subject"), letter.subject),
        (_("Text"), letter.text),
    ]
    return context | {"facts": said}
