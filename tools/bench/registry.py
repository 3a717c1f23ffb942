"""What a benchmark is, and how its two sides are timed."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

ROUNDS = 7  # at least five; the quickest counts

REGISTRY: dict[str, Benchmark] = {}


class Sides(NamedTuple):
    """One round of each side. ``calls`` is how often a round calls it: more for what takes less than a millisecond.

    ``measured``: a side returns what counts (bytes, say) instead of being timed.
    """

    ours: Callable[[], object]
    bare: Callable[[], object]
    calls: int = 20
    measured: bool = False


class Benchmark(NamedTuple):
    name: str
    prepare: Callable[[], Iterator[Sides]]
    at_most: float | None  # our time ÷ the bare time
    at_least: float | None  # our rate ÷ the bare rate

    def measure(self) -> str:
        """Run it and return its line."""
        with contextmanager(self.prepare)() as sides:
            ours, bare = timed(sides)
        if self.at_most is not None:
            ratio, target, met = ours / bare, f"≤{self.at_most:g}", ours / bare <= self.at_most
        else:
            ratio, target, met = bare / ours, f"≥{self.at_least:g}", bare / ours >= (self.at_least or 0)
        return f"{self.name} {ratio:.2f} {target} {'met' if met else 'missed'}"


def benchmark(
    name: str, *, at_most: float | None = None, at_least: float | None = None
) -> Callable[[Callable[[], Iterator[Sides]]], Benchmark]:
    """Register a generator function; give exactly one of ``at_most`` (times) and ``at_least`` (rates)."""
    if (at_most is None) == (at_least is None):
        raise TypeError("give at_most or at_least")

    def register(prepare: Callable[[], Iterator[Sides]]) -> Benchmark:
        REGISTRY[name] = Benchmark(name, prepare, at_most, at_least)
        return REGISTRY[name]

    return register


def timed(sides: Sides) -> tuple[float, float]:
    """Return the seconds of the quickest round of ours and of the bare side, after one round of each to warm up."""
    best = [float("inf"), float("inf")]
    gc.collect()
    for number in range(1 + (1 if sides.measured else ROUNDS)):
        for index, side in enumerate((sides.ours, sides.bare)):
            started = time.perf_counter()
            results = [side() for _ in range(sides.calls)]
            elapsed = time.perf_counter() - started
            if sides.measured:
                elapsed = max(float(str(result)) for result in results)
            if number:
                best[index] = min(best[index], elapsed)
    return best[0], best[1]
