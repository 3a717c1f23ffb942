"""Two orders of the same keys: how they are read together, and what moved."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The order of ``new``; what is gone follows what it followed."""
    kept = set(new)
    gone: dict[str | None, list[str]] = {}
    last: str | None = None
    for key in old:
        if key in kept:
            last = key
        else:
            gone.setdefault(last, []).append(key)
    found = list(gone.get(None, ()))
    for key in new:
        found += [key, *gone.get(key, ())]
    return found


def moved(old: Sequence[str], new: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The fewest keys whose move explains the new order of what both have, with their places in both, from 1."""
    places = {key: number for number, key in enumerate(old, start=1)}
    staying = _rising([places[key] for key in new if key in places])
    return {
        key: (places[key], number)
        for number, key in enumerate(new, start=1)
        if key in places and places[key] not in staying
    }


def _rising(numbers: Sequence[int]) -> set[int]:
    """A longest rising subsequence of different numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    node = ends[-1] if ends else None
    while node is not None:
        found.add(node)
        node = before[node]
    return found
