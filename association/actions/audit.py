"""Write the audit log, and seal it daily. What it says is keys and counts; the log itself has no way to be edited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from association import clock, keys
from association.models import AccessLog, AuditEvent, AuditSeal, DecisionRecord, User
from association.models.audit import AuditKind

SETTLED = timedelta(minutes=5)
"""Only rows as old as this are sealed: a transaction that began earlier may still write its own."""

SEALED: tuple[tuple[str, type[Model], str, tuple[str, ...]], ...] = (
    (
        "decisions_upto", DecisionRecord, "recorded_at",
        ("pk", "kind", "version", "outcome", "reasons", "on", "recorded_at", "actor_kind", "actor", "body",
         "on_behalf_of", "principal"),
    ),
    ("looks_upto", AccessLog, "at", ("pk", "user", "what", "target", "at")),
    ("events_upto", AuditEvent, "at", ("pk", "kind", "what", "user", "target", "facts", "at")),
)  # fmt: skip
"""The column of the seal, the table, its moment, and what is hashed of each row."""


def reference(row: Model) -> str:
    """``association.user:17``: which row, without a word of what it says."""
    return f"{row._meta.label_lower}:{row.pk}"


def note(kind: AuditKind, what: str, *, user: User | None, target: str = "", **facts: Any) -> AuditEvent:
    """One line of the log, in the caller's transaction."""
    written(kind)
    return AuditEvent.objects.create(kind=kind, what=what[:60], user=user, target=target[:120], facts=facts)


_written: ContextVar[list[str] | None] = ContextVar("audit_written", default=None)


def written(kind: str) -> None:
    """Tell whoever watches that this stands on record: an entry of the log by its kind, a decision as «decision»."""
    found = _written.get()
    if found is not None:
        found.append(str(kind))


@contextmanager
def watched() -> Iterator[list[str]]:
    """What is put on record inside, so that a page can see that what it did is."""
    found: list[str] = []
    token = _written.set(found)
    try:
        yield found
    finally:
        _written.reset(token)


def exported(what: str, *, user: User, rows: int) -> AuditEvent:
    """Somebody took rows out as a file."""
    return note(AuditKind.EXPORT, what, user=user, rows=rows)


def taken(what: str, row: Model, *, user: User, own: bool) -> None:
    """A file was opened to be kept: somebody else's, by a right of staff, stands in the log."""
    if not own:
        note(AuditKind.EXPORT, what, user=user, target=reference(row))


@transaction.atomic
def seal(*, on: date) -> AuditSeal:
    """Sign what was written since the seal before, once a day. Costs what was written, not what there is."""
    known = AuditSeal.objects.filter(day=on).first()
    if known is not None:
        return known
    last = AuditSeal.objects.order_by("day").last()
    before = clock.now() - SETTLED
    upto = {}
    for column, model, moment, _fields in SEALED:
        start = getattr(last, column) if last else 0
        found = model._default_manager.filter(pk__gt=start, **{f"{moment}__lt": before}).aggregate(top=Max("pk"))
        upto[column] = found["top"] or start
    digest, rows = _digest(last, upto)
    previous = last.digest if last else ""
    signature = keys.sign(_signed(on, upto, rows, digest, previous)).hex()
    return AuditSeal.objects.create(day=on, rows=rows, digest=digest, previous=previous, signature=signature, **upto)


def faults() -> Iterator[str]:
    """Everything that is wrong with the sealed part of the log, in words for an operator."""
    last: AuditSeal | None = None
    for one in AuditSeal.objects.order_by("day"):
        where = f"seal of {one.day}"
        upto = {column: getattr(one, column) for column, *_rest in SEALED}
        if one.previous != (last.digest if last else ""):
            yield f"{where}: does not follow the seal before it"
        if not keys.verify(_signed(one.day, upto, one.rows, one.digest, one.previous), bytes.fromhex(one.signature)):
            yield f"{where}: the signature does not fit"
        if _digest(last, upto) != (one.digest, one.rows):
            yield f"{where}: the rows that it signed are others now"
        last = one


def _digest(last: AuditSeal | None, upto: dict[str, int]) -> tuple[str, int]:
    digest, rows = hashlib.sha256(), 0
    for column, model, _moment, fields in SEALED:
        start = getattr(last, column) if last else 0
        found = model._default_manager.filter(pk__gt=start, pk__lte=upto[column]).order_by("pk").values_list(*fields)
        for row in found.iterator(chunk_size=5000):
            text = json.dumps([column, *row], sort_keys=True, ensure_ascii=False, default=str)
            digest.update(f"{text}\n".encode())
            rows += 1
    return digest.hexdigest(), rows


def _signed(day: date, upto: dict[str, int], rows: int, digest: str, previous: str) -> bytes:
    return "|".join(["audit", day.isoformat(), *(str(n) for n in upto.values()), str(rows), digest, previous]).encode()
