"""Append to members' files (档案). Each member has a chain of its own; its head is on the membership row.

What is hashed is stored as written: keys and days, no personal data, so that a name can be erased and the chain
still stands. Appending costs the same however long the table is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from association import clock
from association.models import DecisionRecord
from members.models import Membership, MembershipEvent
from members.rules.standing import EventKind


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to write: ``facts`` hold keys and days (class_id, tier, number, until as ISO text)."""

    membership: Membership
    kind: EventKind
    effective_on: date
    record: DecisionRecord
    facts: dict[str, Any] = field(default_factory=dict)
    voids: MembershipEvent | None = None


@transaction.atomic
def append(entries: Sequence[Entry]) -> list[MembershipEvent]:
    """Write events, in the given order for each member. The single event is a batch of one."""
    ids = sorted({entry.membership.pk for entry in entries})
    held = {m.pk: m for m in Membership.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    moment = clock.now()
    events = []
    for entry in entries:
        membership = held[entry.membership.pk]
        text = canonical(entry, seq=membership.head_seq + 1, previous=membership.head_hash, recorded_at=moment)
        digest = link(text)
        events.append(
            MembershipEvent(
                membership=membership,
                seq=membership.head_seq + 1,
                kind=entry.kind,
                effective_on=entry.effective_on,
                recorded_at=moment,
                facts=entry.facts,
                decision=entry.record,
                voids=entry.voids,
                hashed=text,
                previous=membership.head_hash,
                hash=digest,
            )
        )
        membership.head_seq += 1
        membership.head_hash = digest
    MembershipEvent.objects.bulk_create(events)
    Membership.objects.bulk_update(held.values(), ["head_seq", "head_hash"], batch_size=200)
    for entry in entries:
        entry.membership.head_seq = held[entry.membership.pk].head_seq
        entry.membership.head_hash = held[entry.membership.pk].head_hash
    return events


def canonical(entry: Entry, *, seq: int, previous: str, recorded_at: datetime) -> str:
    """The text of one link: sorted keys, no spaces, UTC moment."""
    return json.dumps(
        {
            "membership": entry.membership.pk,
            "seq": seq,
            "kind": str(entry.kind),
            "effective_on": entry.effective_on.isoformat(),
            "recorded_at": recorded_at.isoformat(timespec="microseconds"),
            "facts": entry.facts,
            "decision": entry.record.pk,
            "voids": entry.voids.seq if entry.voids else None,
            "previous": previous,
        },
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )


def link(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
