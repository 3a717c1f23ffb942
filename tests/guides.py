"""The guides for writers of rulebooks, and what they show in them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from association.rulebook import Rulebook, load

DOCS = Path(__file__).resolve().parents[1] / "docs"
GUIDES = {"en": DOCS / "rulebooks.md", "zh": DOCS / "rulebooks.zh-hans.md"}
FENCE = re.compile(r"<!-- (complete|insert[^>]*|from: \w+) -->\n```toml\n(.*?)```", re.DOTALL)
"""A rulebook, a fragment to insert into it, an example from a preset."""


HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@cache
def guide(language: str) -> str:
    return GUIDES[language].read_text(encoding="utf-8")


def sections(language: str, kind: str) -> dict[str, str]:
    """What follows ``<!-- kind: name -->`` up to the next heading, by name."""
    found = {}
    for mark in re.finditer(rf"^<!-- {kind}: (\S+) -->$", guide(language), re.MULTILINE):
        following = HEADING.search(guide(language), mark.end())
        found[mark[1]] = guide(language)[mark.end() : following.start() if following else None]
    return found


def rows(section: str) -> dict[str, list[str]]:
    """The cells of the section's first table by key. An escaped bar is part of a cell."""
    first = section.partition("<!-- params -->")[0]
    lines = [line for line in first.split("\n") if line.startswith("| `")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return {row[0].strip("`"): row for row in cells}


FRAGMENTS = FENCE.findall(guide("en"))
SMALL = next(text for kind, text in FRAGMENTS if kind == "complete")
INSERTED = [(kind, text) for kind, text in FRAGMENTS if kind.startswith("insert")]


def chunks(text: str) -> list[tuple[str, list[str]]]:
    """The file's tables in order: the header as it stands, empty for the beginning, and its lines."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in text.strip().split("\n"):
        if re.fullmatch(r"\[.*\]", line):
            found.append((line, []))
        else:
            found[-1][1].append(line)
    return found


def inserted(fragment: str, replaces: tuple[str, ...]) -> str:
    """The small rulebook with the fragment, as the guide tells the reader to put it in."""
    book = [
        (header, lines)
        for header, lines in chunks(SMALL)
        if not any(f"{header.strip('[]')}.".startswith(f"{path}.") for path in replaces)
    ]
    by_header = {header: lines for header, lines in book if not header.startswith("[[")}
    for header, lines in chunks(fragment):
        if header not in by_header:
            book.append((header, lines))
            continue
        keys = {line.split(" = ")[0] for line in lines if " = " in line}
        kept = [line for line in by_header[header] if line.split(" = ")[0] not in keys]
        by_header[header][:] = [*kept, *lines]
    return "\n".join(line for header, lines in book for line in (header, *lines))


def replaced(kind: str) -> tuple[str, ...]:
    found = re.search(r"replaces: (.*)", kind)
    return tuple(found[1].strip().split(", ")) if found else ()


def text_of(title: str) -> tuple[str, tuple[str, ...]]:
    """The fragment under this heading, and what it replaces."""
    found = FENCE.search(guide("en"), guide("en").index(f"### {title}\n"))
    assert found
    return found[2], replaced(found[1])


def said(title: str) -> Rulebook:
    """The small rulebook with the fragment under this heading."""
    return load(inserted(*text_of(title)))
