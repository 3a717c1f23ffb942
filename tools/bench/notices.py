"""10,000 notices: written to the outbox against the barest insert of the same rows, in bounded memory.

``notices``         telling 10,000 people, against one bulk insert of the same 20,000 rows that are ready in memory
``notices_memory``  the peak of memory while telling 10,000 people who come from an iterator, against 1,000
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

from django.db import transaction

from association import clock
from association.actions import messages
from association.models import Message, User
from association.models.message import Channel
from tools.bench.registry import Sides, benchmark

MANY, FEW = 10_000, 1_000
TEXT = "本会定于下周召开会员大会，请您准时出席。" * 20


@benchmark("notices", at_most=3)
def notices() -> Iterator[Sides]:
    people = _people(MANY)
    rows = [
        Message(unique_key=f"bench:{user.pk}", channel=way, recipient=user, subject="通知", text=TEXT, sent_at=sent)
        for user in people
        for way, sent in ((Channel.PORTAL, clock.now()), (Channel.MAIL, None))
    ]

    def ours() -> None:
        with transaction.atomic():
            _tell(MANY)
            transaction.set_rollback(True)

    def bare() -> None:
        for row in rows:
            row.pk = None
        with transaction.atomic():
            Message.objects.bulk_create(rows, batch_size=1000)
            transaction.set_rollback(True)

    with transaction.atomic():
        _tell(MANY)
        if Message.objects.count() != len(rows):
            raise RuntimeError("the two sides do not write the same rows")
        transaction.set_rollback(True)
    yield Sides(ours, bare, calls=1)


@benchmark("notices_memory", at_most=1.5)
def memory() -> Iterator[Sides]:
    """Python's own memory, as tracemalloc sees it."""
    _people(MANY)
    _peak(FEW)
    yield Sides(lambda: _peak(MANY), lambda: _peak(FEW), calls=1, measured=True)


def _people(number: int) -> list[User]:
    return User.objects.bulk_create(
        (User(email=f"member{n}@bench.example", password="!") for n in range(number)),  # noqa: S106  nobody's
        batch_size=1000,
    )


def _tell(number: int) -> None:
    found = User.objects.order_by("pk")[:number].iterator(chunk_size=500)
    messages.tell_many(((f"bench:{user.pk}", user) for user in found), subject="通知", text=TEXT)


def _peak(number: int) -> float:
    tracemalloc.start()
    try:
        with transaction.atomic():
            _tell(number)
            transaction.set_rollback(True)
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
