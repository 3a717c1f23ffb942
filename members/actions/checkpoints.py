"""Sign the heads of all chains once a day, and verify chains and checkpoints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from association import keys
from members.actions.history import link
from members.models import HistoryCheckpoint, Membership, MembershipEvent


@transaction.atomic
def make(*, on: date) -> HistoryCheckpoint:
    """Sign the heads as they stand, once a day, and write the checkpoint beside the data for off-site keeping."""
    known = HistoryCheckpoint.objects.filter(day=on).first()
    if known is not None:
        return known
    heads, chains, events = _heads()
    last = HistoryCheckpoint.objects.order_by("day").last()
    previous = last.digest if last else ""
    checkpoint = HistoryCheckpoint.objects.create(
        day=on,
        chains=chains,
        events=events,
        digest=heads,
        previous=previous,
        signature=keys.sign(_signed(on, chains, events, heads, previous)).hex(),
        public_key=keys.public_key_hex(),
    )
    transaction.on_commit(lambda: export(checkpoint))
    return checkpoint


def export(checkpoint: HistoryCheckpoint) -> Path:
    """Write the checkpoint as a file. Kept elsewhere, it proves later what the history was."""
    folder = Path(settings.DATA_DIR) / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{checkpoint.day.isoformat()}.json"
    content = {
        "day": checkpoint.day.isoformat(),
        "chains": checkpoint.chains,
        "events": checkpoint.events,
        "digest": checkpoint.digest,
        "previous": checkpoint.previous,
        "signature": checkpoint.signature,
        "public_key": checkpoint.public_key,
    }
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    return path


def faults() -> Iterator[str]:
    """Everything that is wrong with the history, in words for an operator; nothing if it is whole."""
    yield from _chain_faults()
    yield from _checkpoint_faults()


def _chain_faults() -> Iterator[str]:
    previous: dict[int, tuple[int, str]] = {}
    rows = MembershipEvent.objects.order_by("membership_id", "seq").values_list(
        "membership_id", "seq", "hashed", "previous", "hash", "kind", "effective_on"
    )
    for membership_id, seq, hashed, before, own, kind, effective_on in rows.iterator(chunk_size=5000):
        last_seq, last_hash = previous.get(membership_id, (0, ""))
        where = f"membership {membership_id}, event {seq}"
        if seq != last_seq + 1:
            yield f"{where}: event {last_seq + 1} is missing"
        if before != last_hash:
            yield f"{where}: does not follow the event before it"
        if link(hashed) != own:
            yield f"{where}: its text was changed"
        written = json.loads(hashed)
        if (written["kind"], written["effective_on"]) != (kind, effective_on.isoformat()):
            yield f"{where}: its columns differ from what was hashed"
        previous[membership_id] = (seq, own)
    for pk, seq, head in Membership.objects.values_list("pk", "head_seq", "head_hash").iterator(chunk_size=5000):
        if (seq, head) != previous.get(pk, (0, "")):
            yield f"membership {pk}: its head is not its last event"


def _checkpoint_faults() -> Iterator[str]:
    before = ""
    for checkpoint in HistoryCheckpoint.objects.order_by("day"):
        signed = _signed(checkpoint.day, checkpoint.chains, checkpoint.events, checkpoint.digest, checkpoint.previous)
        where = f"checkpoint of {checkpoint.day}"
        if checkpoint.previous != before:
            yield f"{where}: does not follow the checkpoint before it"
        if not keys.verify(signed, bytes.fromhex(checkpoint.signature)):
            yield f"{where}: the signature does not fit"
        digest, chains, events = _heads_at(checkpoint)
        if (digest, chains, events) != (checkpoint.digest, checkpoint.chains, checkpoint.events):
            yield f"{where}: the history that it signed is not there any more"
        before = checkpoint.digest


def _signed(day: date, chains: int, events: int, digest: str, previous: str) -> bytes:
    return f"{day.isoformat()}|{chains}|{events}|{digest}|{previous}".encode()


def _heads() -> tuple[str, int, int]:
    digest = hashlib.sha256()
    count = 0
    rows = Membership.objects.filter(head_seq__gt=0).order_by("pk").values_list("pk", "head_seq", "head_hash")
    for pk, seq, head in rows.iterator(chunk_size=5000):
        digest.update(f"{pk}:{seq}:{head}\n".encode())
        count += 1
    total = Membership.objects.aggregate(total=Sum("head_seq"))["total"] or 0
    return digest.hexdigest(), count, total


def _heads_at(checkpoint: HistoryCheckpoint) -> tuple[str, int, int]:
    """The heads as they were when the checkpoint was made: the last event of each chain recorded before it."""
    digest = hashlib.sha256()
    heads: dict[int, tuple[int, str]] = {}
    rows = MembershipEvent.objects.filter(recorded_at__lt=checkpoint.made_at).order_by("membership_id", "seq")
    for membership_id, seq, own in rows.values_list("membership_id", "seq", "hash").iterator(chunk_size=5000):
        heads[membership_id] = (seq, own)
    for pk in sorted(heads):
        seq, head = heads[pk]
        digest.update(f"{pk}:{seq}:{head}\n".encode())
    return digest.hexdigest(), len(heads), sum(seq for seq, _ in heads.values())
