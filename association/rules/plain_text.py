"""Text that people write without a page editor: headings, paragraphs, lists, links. Pure.

``# `` begins a heading, ``- `` an item of a list, an empty line ends a paragraph; ``[words](https://…)`` and a bare
address are links. Everything else is what it is: there is no way to write HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

_LINK = re.compile(
    r"\[([^\[\]\n]{1,200})\]\(([^()\s]{1,500}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?)\)"
    r"|(https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]{1,500})"
)
_TRAILING = ".,;:!?'"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one go; with ``address`` they are a link."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """``kind`` is ``heading``, ``paragraph`` or ``list``; its ``lines``, each of runs."""

    kind: str
    lines: tuple[tuple[Run, ...], ...]


def blocks(text: str) -> tuple[Block, ...]:
    """The text as it is to be set."""
    return tuple(_blocks(text))


def in_words(text: str) -> str:
    """The same for a mail: links spelled out, headings on lines of their own."""
    shown = []
    for block in blocks(text):
        mark = "· " if block.kind == "list" else ""
        lines = [mark + "".join(_spelled(run) for run in line) for line in block.lines]
        shown.append("\n".join([f"【{lines[0]}】"] if block.kind == "heading" else lines))
    return "\n\n".join(shown)


def wrong_links(text: str) -> tuple[str, ...]:
    """Addresses of links that do not lead to a page of the web, each once."""
    written = (found[2] for found in _LINK.finditer(text) if found[2])
    return tuple(dict.fromkeys(address for address in written if not _leads_somewhere(address)))


def _blocks(text: str) -> Iterator[Block]:
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    for kind, group in groupby(lines, _kind):
        if kind == "heading":
            yield from (Block(kind, (_runs(line.lstrip("#").strip()),)) for line in group)
        elif kind == "list":
            yield Block(kind, tuple(_runs(line[2:].strip()) for line in group))
        elif kind:
            yield Block(kind, tuple(_runs(line) for line in group))


def _kind(line: str) -> str:
    if not line:
        return ""
    if re.match(r"#{1,3}\s+\S", line):
        return "heading"
    return "list" if re.match(r"[-*]\s+\S", line) else "paragraph"


def _runs(line: str) -> tuple[Run, ...]:
    found: list[Run] = []
    end = 0
    for link in _LINK.finditer(line):
        words, address, bare = link.groups()
        stop = link.end()
        if bare:
            address = words = bare.rstrip(_TRAILING)
            stop = link.start() + len(bare.rstrip(_TRAILING))
        if not _leads_somewhere(address):
            continue
        if link.start() > end:
            found.append(Run(line[end : link.start()]))
        found.append(Run(words, address))
        end = stop
    if end < len(line):
        found.append(Run(line[end:]))
    return tuple(found)


def _spelled(run: Run) -> str:
    return run.text if not run.address or run.address == run.text else f"{run.text}（{run.address}）"


def _leads_somewhere(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
