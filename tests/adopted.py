"""Rulebooks under way: stored, resolved, adopted; texts that differ from a preset; members in a place."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from association import queries
from association.actions import bodies, decisions, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Refused, passed, setting
from association.models import Adoption, Body, Resolution, RulebookVersion
from association.phrases import sentence
from association.rulebook import load, preset_text
from members.actions import history
from members.actions.history import Entry
from members.models import Membership, MembershipEvent, Party, PartyAccess, TierSpan
from members.rules.standing import Event, EventKind, Standing, standing

FIRST = date(2024, 5, 20)
NEXT = date(2027, 1, 1)
EVE = NEXT - timedelta(1)
BEFORE = date(2026, 12, 1)

_numbers = count(1)


def named(text: str, version: str) -> str:
    """The same document as a later version."""
    old = load(text).version
    return text.replace(f'version = "{old}"', f'version = "{version}"')


def swapped(text: str, *pairs: tuple[str, str]) -> str:
    """With each piece replaced; a piece that is not there is a mistake of the test."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def with_deputies(text: str = "") -> str:
    """acg/2: the tier ``vice_president`` is gone, ``deputy`` is new."""
    return named(swapped(text or preset_text("acg"), ("vice_president", "deputy")), "acg/2")


def with_individuals(text: str = "") -> str:
    """acg/2: the class ``person`` is gone, ``individual`` is new."""
    changed = swapped(
        text or preset_text("acg"), ('"person"', '"individual"'), ('kind = "individual"', 'kind = "person"')
    )
    return named(changed, "acg/2")


def stored(text: str) -> RulebookVersion:
    return rulebooks.store(text, by=SYSTEM)


def elected(body: str = "members_assembly", on: date = FIRST) -> Resolution:
    """An election, taken over from its signed paper."""
    return resolved(body, on, decides="election", taken_from="档案室会议卷")


def resolved(body: str = "council", on: date = FIRST, **more: str) -> Resolution:
    meeting = resolutions.hold_meeting(Body.objects.get(key=body), "会议", held_on=on)
    drafted = resolutions.draft(meeting, f"决{next(_numbers)}号", "关于办法的决议", by=SYSTEM, **more)
    return resolutions.pass_bare(drafted, on=on)


def founded(id: str = "acg", body: str = "council", on: date = FIRST) -> Adoption:
    """An association with this preset in force."""
    text = preset_text(id)
    profile.set_up(load(text).association or "某协会")
    bodies.sync(load(text))
    return adopted(stored(text), body=body, effective_from=on, on=on)


def adopted(
    version: RulebookVersion,
    *,
    body: str = "council",
    effective_from: date = NEXT,
    on: date = BEFORE,
    **more: Any,
) -> Adoption:
    resolution = more.pop("resolution", None) or resolved(body, on)
    return rulebooks.adopt(version, effective_from=effective_from, resolution=resolution, by=SYSTEM, on=on, **more)


def member(class_id: str = "unit", tier: str = "", *, since: date = date(2025, 3, 1), user: Any = None) -> Membership:
    """A member in a place, with the file that says so."""
    number = next(_numbers)
    party = Party.objects.create(kind=class_id if class_id == "unit" else "person", name=f"会员{number}")
    membership = Membership.objects.create(party=party, class_id=class_id, starts_on=since)
    if tier:
        TierSpan.objects.create(membership=membership, tier=tier, from_on=since)
    if user is not None:
        PartyAccess.objects.create(party=party, user=user, from_on=since)
    governing = queries.governing(since)
    record = decisions.record(
        passed("possible", setting("test")), kind="test", version_id=governing.version_id, by=SYSTEM, on=since
    )
    history.append([Entry(membership, EventKind.JOINED, since, record, {"class_id": class_id, "tier": tier})])
    return membership


def told(membership: Membership, on: date) -> Standing:
    """What the member's file says of the day."""
    events = MembershipEvent.objects.filter(membership=membership).select_related("voids")
    return standing(
        (
            Event(
                kind=EventKind(event.kind),
                effective_on=event.effective_on,
                seq=event.seq,
                class_id=event.facts.get("class_id", ""),
                tier=event.facts.get("tier"),
            )
            for event in events
        ),
        on,
    )


def kept(membership: Membership, on: date) -> tuple[str, str]:
    """Class and tier as lists show them on the day."""
    row = Membership.objects.standing(on).get(pk=membership.pk)
    return row.class_id, row.tier or ""


def refused(version, **asked) -> list:
    """Codes of the reasons for which it is not adopted; the check says the same as the act."""
    asked = {"effective_from": NEXT, "resolution": None, "on": BEFORE, **asked}
    decision = rulebooks.check_adoption(version, **asked)
    with pytest.raises(Refused) as refusal:
        rulebooks.adopt(version, by=SYSTEM, **asked)
    assert [r.code for r in refusal.value.decision.reasons] == [r.code for r in decision.reasons]
    for reason in decision.reasons:
        assert "%(" not in sentence(reason)
        assert sentence(reason) != reason.code
    return [reason.code for reason in refusal.value.decision.reasons]


def reasons(version, **asked):
    asked = {"effective_from": NEXT, "on": BEFORE, **asked}
    if "resolution" not in asked:
        asked["resolution"] = resolved(on=BEFORE)
    return rulebooks.check_adoption(version, **asked).reasons
