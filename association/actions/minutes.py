"""A draft of the minutes (会议记录) from what is recorded: who came, what was decided, how it was voted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from association.actions.messages import in_letter_language
from association.models import Attendee, Meeting
from association.models.vote import COUNTED, Attendance
from association.values import long_date


@in_letter_language
def draft(meeting: Meeting) -> str:
    """Lines that the secretary corrects and completes; empty while nothing is recorded."""
    everyone = list(meeting.attendees.select_related("proxy"))
    if not any(one.attendance for one in everyone):
        return ""
    lines = [f"{meeting.title}，{long_date(meeting.held_on)}{'，' + meeting.place if meeting.place else ''}"]
    counted = sum(one.attendance in COUNTED for one in everyone)
    facts = {"called": len(everyone), "present": counted}
    lines.append(_("%(called)s were called, %(present)s were present.") % facts)
    lines += [_("%(what)s: %(names)s") % row for row in _by_attendance(everyone)]
    for number, resolution in enumerate(meeting.resolutions.order_by("pk"), 1):
        lines.append(f"{number}. {resolution.number} {resolution.title}")
        lines += [line for line in (resolution.text,) if line]
        for ballot in resolution.ballots.select_related("item__case").order_by("pk"):
            voted = {"yes": ballot.yes, "no": ballot.no, "abstain": ballot.abstain}
            what = str(ballot.item.case) if ballot.item else resolution.title
            lines.append(what + "：" + _("For %(yes)s, against %(no)s, abstentions %(abstain)s") % voted)
        for item in resolution.items.select_related("case").exclude(outcome="").order_by("pk"):
            lines.append(f"{item.case}：{item.get_outcome_display()}{'（' + item.note + '）' if item.note else ''}")
            lines += [
                _("%(name)s keeps out: %(reason)s") % {"name": one.name, "reason": one.reason}
                for one in item.case.recusals.all()
            ]
    return "\n".join(lines)


def _by_attendance(everyone: list[Attendee]) -> list[dict[str, str]]:
    found = []
    for value in (Attendance.PRESENT, Attendance.PROXY, Attendance.EXCUSED, Attendance.ABSENT):
        names = [
            f"{one.name}（{one.proxy.name}）" if one.proxy else one.name for one in everyone if one.attendance == value
        ]
        if names:
            found.append({"what": str(value.label), "names": "、".join(names)})
    return found
