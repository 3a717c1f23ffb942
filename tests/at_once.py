"""Several acts at the same moment, each with a connection of its own (PostgreSQL: mark the test ``services``)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connections

from association.decisions import Outcome, Refused

PAUSE = 0.7
"""Seconds in which another act could slip in between a check and what follows from it, if it were let."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned; of a refusal its codes, of another fault the exception itself."""
    ready = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            ready.wait(30)
            outcomes[number] = act()
        except Refused as refusal:
            against = (reason.code for reason in refusal.decision.reasons if reason.outcome is not Outcome.PASS)
            outcomes[number] = "+".join(against)
        except Exception as fault:
            outcomes[number] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def meet_after(patch: pytest.MonkeyPatch, module: Any, name: str, many: int) -> None:
    """After the function each act waits for the others: acts that do not keep each other out all pass it."""
    inner, barrier = getattr(module, name), threading.Barrier(many)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        found = inner(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            barrier.wait(PAUSE)
        return found

    patch.setattr(module, name, wrapped)


def kinds(outcomes: Sequence[Any]) -> list[str]:
    """Refusals by their codes, successes as «done», faults by name; in order."""
    return sorted(
        each if isinstance(each, str) else type(each).__name__ if isinstance(each, Exception) else "done"
        for each in outcomes
    )
