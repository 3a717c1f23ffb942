"""Weights that add up to one, grades that do not overlap, numbers within their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from association.rulebook.lines import Path
from association.rulebook.schema import Rulebook
from association.rulebook.schema.base import Exact
from association.rulebook.schema.registry import Band

from .finding import Finding
from .keys import at, each, keys_where, mentions

WEIGHED = (
    "registries.selection.stages",
    "registries.assessment.components",
    "registries.assessment.components.items",
)
SHARE, PERCENT = (Decimal(0), Decimal(1)), (Decimal(0), Decimal(100))
WITHIN: Mapping[str, tuple[Decimal, Decimal]] = {
    **{f"{parts}.weight": SHARE for parts in WEIGHED},
    "benefits.rate": SHARE,
    "registries.satisfaction.trigger.value": PERCENT,
}
"""Keys with a least and a greatest value."""

EXACT = tuple(dict.fromkeys(keys_where(lambda annotation: mentions(annotation, Exact))))
LARGEST, SMALLEST = Decimal("1e15"), Decimal("1e-6")

LEAST_AND_MOST = ("categories", "category_policy")


def check_sums(book: Rulebook) -> Iterator[Finding]:
    for key in WEIGHED:
        for path, parts in at(book, key):
            yield from _weights(path, parts)
    for path, bands in at(book, "registries.assessment.bands"):
        yield from _bands(path, bands)
    yield from _bounds(book)
    for key in LEAST_AND_MOST:
        for path, rule in each(book, key):
            if rule.max is not None and rule.max < rule.min:
                yield Finding((*path, "max"), "more_than_most", {"min": rule.min, "max": rule.max})
    yield from _scores(book)
    yield from _ranks(book)


def _weights(path: Path, parts: Sequence[Any]) -> Iterator[Finding]:
    given = [part.weight for part in parts if part.weight is not None]
    total = sum(given)
    if given and (total != 1 or len(given) != len(parts)):
        yield Finding(path, "weights", {"total": str(total)})


def _bands(path: Path, bands: Sequence[Band]) -> Iterator[Finding]:
    for index, (better, worse) in enumerate(pairwise(bands), start=1):
        if better.value is None or (worse.value is not None and not _above(better.value, worse.value, better, worse)):
            yield Finding((*path, index), "bands_overlap", {"name": worse.name})


def _above(higher: Decimal, lower: Decimal, better: Band, worse: Band) -> bool:
    return higher > lower or (higher == lower and (better.op, worse.op) == (">", ">="))


def _bounds(book: Rulebook) -> Iterator[Finding]:
    for key in EXACT:
        for path, value in each(book, key):
            if value and not SMALLEST <= abs(value) <= LARGEST:
                yield _out_of_range(path, value, "在 0.000001 与 1000000000000000 之间")
    for key, (least, most) in WITHIN.items():
        for path, value in each(book, key):
            if not least <= value <= most:
                yield _out_of_range(path, value, f"在 {least} 与 {most} 之间")
    if book.fees and book.fees.quantum <= 0:
        yield _out_of_range(("fees", "quantum"), book.fees.quantum, "大于 0")


def _out_of_range(path: Path, value: Any, limit: str) -> Finding:
    return Finding(path, "out_of_range", {"value": str(value), "limit": limit})


def _scores(book: Rulebook) -> Iterator[Finding]:
    for path, assessment in each(book, "registries.assessment"):
        for index, band in enumerate(assessment.bands):
            if band.value is not None and not 0 <= band.value <= assessment.full_marks:
                place = (*path, "bands", index, "value")
                yield _out_of_range(place, band.value, f"在 0 与满分 {assessment.full_marks} 之间")
    for path, satisfaction in each(book, "registries.satisfaction"):
        if not 0 < satisfaction.satisfied <= satisfaction.scale:
            yield _out_of_range((*path, "satisfied"), satisfaction.satisfied, f"在 1 与 {satisfaction.scale} 之间")


def _ranks(book: Rulebook) -> Iterator[Finding]:
    """An office falls with the ranks of the ladder: from one that is there, below a higher one."""
    ranks = [rung.rank for rung in book.sanctions.ladder] if book.sanctions else []
    for index, rule in enumerate(book.officers):
        highest = max(ranks, default=0)
        if rule.sanction_rank_from > highest:
            limit = f"不大于处理种类的最高级别 {highest}"
            yield _out_of_range(("officers", index, "sanction_rank_from"), rule.sanction_rank_from, limit)
        below = rule.sanction_rank_below
        if below is not None and below <= rule.sanction_rank_from:
            limit = f"大于 sanction_rank_from（{rule.sanction_rank_from}）"
            yield _out_of_range(("officers", index, "sanction_rank_below"), below, limit)
