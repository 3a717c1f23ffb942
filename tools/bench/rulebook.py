"""Rulebooks: reading the largest preset against tomllib alone, a tree of categories by its depth, asking what governs.

``rulebook`` loads and validates the preset with the most text; the bare side only parses its TOML. ``rulebook_tree``
loads a file whose categories stand one below the other, ten times as deep as the bare side, which is loaded ten times:
above 1 is what the depth itself costs. ``rulebook_on`` asks in a transaction of its own, in a process that has read
the rulebook before; the bare side reads one row by its key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from association import queries
from association.models import Association
from association.rulebook import load, preset_text, presets
from portal.demo import loader
from portal.demo.plans import ACG
from tools.bench.registry import Sides, benchmark

DAY = date(2026, 9, 15)
DEPTH, TIMES = 2_000, 10
CATEGORY = '[[categories]]\nid = "level{0}"\nname = "第{0}层"\n{1}ref = ["1"]\n'


@benchmark("rulebook", at_most=20)
def reading() -> Iterator[Sides]:
    text = max(map(preset_text, presets()), key=len)
    yield Sides(lambda: load(text), lambda: tomllib.loads(text))


@benchmark("rulebook_tree", at_most=1.5)
def deep() -> Iterator[Sides]:
    deep, shallow = _tree(DEPTH), _tree(DEPTH // TIMES)
    yield Sides(lambda: load(deep), lambda: [load(shallow) for _ in range(TIMES)], calls=1)


def _tree(depth: int) -> str:
    levels = (CATEGORY.format(n, f'parent = "level{n - 1}"\n' if n else "") for n in range(depth))
    return preset_text("gen4") + "".join(levels)


@benchmark("rulebook_on", at_most=1.5)
def asking() -> Iterator[Sides]:
    loader.found(ACG)
    _ask()
    with CaptureQueriesContext(connection) as asked:
        _ask()
    read = [query["sql"] for query in asked.captured_queries if query["sql"].startswith("SELECT")]
    if len(read) != 1 or '"id" = 1' not in read[0]:
        raise RuntimeError(f"a warm question is one read by key, not {read}")
    yield Sides(_ask, _read, calls=200)


def _ask() -> None:
    with transaction.atomic():
        queries.rulebook_on(DAY)


def _read() -> None:
    with transaction.atomic():
        Association.objects.filter(pk=1).first()
