"""Announcements in every state, reached by what the secretariat does."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from association import clock
from association.actions import announcement_drafts as drafts
from association.actions import announcements, objections
from association.actions.announcement_drafts import Written
from association.actors import Actor
from association.models import Announcement, Objection, Publicity
from association.models.announcement import Objecting, OwnKind
from association.models.objection import ObjectionOutcome, Proposal
from tests import world

WRITTEN = date(2026, 9, 14)
SHOWN = date(2026, 9, 15)
LAST = date(2026, 9, 21)
"""Five working days after a Tuesday; 20 September 2026 is a Sunday that is worked."""
OVER = date(2026, 9, 22)
TITLE = "关于增补理事人选的公示"
TEXT = "经理事会推荐，拟增补北京星野文化传媒有限公司为理事单位，现予公示。\n公示期间如有异议，请向秘书处提出。"


def secretary() -> Actor:
    return world.officer("secretariat")


def drafted(
    *,
    kind: str = OwnKind.ANNOUNCEMENT,
    title: str = "关于召开年会的公告",
    text: str = "本会定于十月召开年会。",
    days: int = 0,
    objecting: str = Objecting.NONE,
    on: date = WRITTEN,
    **more: Any,
) -> Announcement:
    return drafts.write(Written(kind, title, text, days, objecting), by=secretary(), on=on, **more)


def published(*, on: date = SHOWN, **typed: Any) -> Announcement:
    return announcements.release(drafted(on=min(on, WRITTEN), **typed), by=secretary(), on=on)


def to_show(*, title: str = TITLE, days: int = 5, objecting: str = Objecting.ANONYMOUS, on: date = WRITTEN):
    return drafted(kind=OwnKind.PUBLICITY, title=title, text=TEXT, days=days, objecting=objecting, on=on)


def shown(*, on: date = SHOWN, **typed: Any) -> Publicity:
    """On show from ``on``."""
    announcement = announcements.release(to_show(on=min(on, WRITTEN), **typed), by=secretary(), on=on)
    return Publicity.objects.select_related("announcement__decision", "deadline", "case").get(
        announcement=announcement
    )


def objection(
    publicity: Publicity, *, text: str = "该单位未参加过活动。", on: date = SHOWN, **typed: Any
) -> Objection:
    token = typed.pop("token", None) or uuid.uuid4()
    return objections.make(publicity.announcement, text=text, token=token, on=on, at=clock.now(), **typed)


def answered(
    made: Objection, outcome: str = ObjectionOutcome.NOT_UPHELD, proposal: str = Proposal.NONE, *, on: date = SHOWN
) -> Objection:
    text = "经核对活动签到记录，情况属实。"
    return objections.answer(made, outcome=outcome, text=text, proposal=proposal, by=secretary(), on=on)
