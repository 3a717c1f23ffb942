"""Nothing stands above itself: bodies, categories, classes, what inherits from what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from association.rulebook.lines import Path
from association.rulebook.schema import Rulebook

from .finding import Finding
from .keys import at

ABOVE = (
    ("bodies", "parent"),
    ("bodies", "guided_by"),
    ("categories", "parent"),
    ("classes", "deemed_from"),
)
"""Which key of which section names what stands above."""


def check_circles(book: Rulebook) -> Iterator[Finding]:
    for section, key in ABOVE:
        upward = {_id_of(book, section, path): (path, name) for path, name in at(book, f"{section}.{key}")}
        yield from circles(
            {id: path for id, (path, _) in upward.items()}, {id: name for id, (_, name) in upward.items()}
        )
    rungs = book.inherits
    yield from circles(
        {rung.holder: ("inherits", index, "from") for index, rung in enumerate(rungs)},
        {rung.holder: rung.from_ for rung in rungs},
    )


def _id_of(book: Rulebook, section: str, path: Path) -> str:
    """Of a table of tables the key, of a list the id."""
    place = path[1]
    return place if isinstance(place, str) else getattr(book, section)[place].id


def circles(paths: Mapping[str, Path], above: Mapping[str, str | None]) -> Iterator[Finding]:
    """Each circle once. Every node is walked once, so a tree of any depth is checked in linear time."""
    settled: set[str] = set()
    for start in above:
        trail: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in settled and node not in trail:
            trail[node] = None
            node = above.get(node)
        if node in trail:
            chain = list(trail)
            circle = chain[chain.index(str(node)) :]
            yield Finding(paths[circle[0]], "cycle", {"chain": " → ".join([*circle, circle[0]])})
        settled.update(trail)
