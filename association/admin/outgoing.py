"""A letter to all members before it goes out: to how many, by which ways, how it reads, how many are left out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from association import channels, ports
from association.channels import Letter as Outgoing
from association.letters import Facts, write
from association.models.message import Channel


def outgoing(kind: str, facts: Facts, on: date) -> list[tuple[Any, Any]]:
    """Facts for the page that asks once more. The first member with an account is the one that it is shown for."""
    letter = write(kind, facts)
    sent = Outgoing(letter.subject, letter.text, letter.link, topic=letter.topic)
    writers = {name: channel.writer(sent) for name, channel in channels.ALL.items()}
    counted = dict.fromkeys(writers, 0)
    reached = unreached = 0
    first: Any = None
    for one in ports.audiences["members"].everyone(on):
        if one.user is None:
            unreached += 1
            continue
        reached += 1
        first = first or one.user
        for name, writer in writers.items():
            counted[name] += writer(one.user) is not None
    ways = [f"{Channel(name).label} {count}" for name, count in counted.items() if count]
    return [
        (_("Goes to"), _("%(count)s members") % {"count": reached}),
        (_("Without an account"), _("%(count)s members, who get nothing from here") % {"count": unreached}),
        (_("Ways"), _(", ").join(ways) or "—"),
        (_("Shown for"), str(first) if first else "—"),
        (pgettext("message", "Subject"), letter.subject),
        (_("Text"), letter.text),
    ]
