"""The difference between two texts, piece by piece. Chinese has no spaces: characters are compared, words are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

TOKEN = re.compile(r"[0-9A-Za-z.%]+|.", re.DOTALL)
SENTENCE = re.compile(r"[^。；;！？\n]*(?:[。；;！？\n]+|$)")
LIMIT = 1_000_000
"""Two texts are not compared within where the product of their lengths is larger: it would take too long."""

ALIKE = 0.3
"""Below this likeness two sentences are shown one after the other rather than as a mosaic."""

ISLAND = 2
"""Fewer common characters than this between two changes are no common ground."""


Kind = Literal["same", "removed", "added"]
KINDS: tuple[Kind, ...] = ("same", "removed", "added")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both have, or only the old one, or only the new one."""

    kind: Kind
    text: str


def marked(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in order: same and removed ones make up ``old``, same and added ones ``new``."""
    if old == new:
        return (Piece("same", old),) if old else ()
    return tuple(_joined(_by_sentence(old, new)))


def _by_sentence(old: str, new: str) -> Iterator[Piece]:
    before, after = (_split(SENTENCE, text) for text in (old, new))
    for code, a1, a2, b1, b2 in _opcodes(before, after):
        removed, added = "".join(before[a1:a2]), "".join(after[b1:b2])
        if code == "equal":
            yield Piece("same", removed)
        else:
            yield from _by_character(removed, added)


def _by_character(old: str, new: str) -> Iterator[Piece]:
    before, after = (_split(TOKEN, text) for text in (old, new))
    codes = _without_islands(_opcodes(before, after))
    same = sum(a2 - a1 for code, a1, a2, _, _ in codes if code == "equal")
    if 2 * same < ALIKE * (len(before) + len(after)):
        codes = [("replace", 0, len(before), 0, len(after))]
    for code, a1, a2, b1, b2 in codes:
        removed, added = "".join(before[a1:a2]), "".join(after[b1:b2])
        if code == "equal":
            yield Piece("same", removed)
        else:
            yield Piece("removed", removed)
            yield Piece("added", added)


Opcode = tuple[str, int, int, int, int]


def _opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """As difflib's, with the common beginning and end found first."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    found: list[Opcode] = [("equal", 0, start, 0, start)]
    if len(middle_old) * len(middle_new) > LIMIT:
        found.append(("replace", start, len(old) - end, start, len(new) - end))
    else:
        for code, a1, a2, b1, b2 in SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_opcodes():
            found.append((code, a1 + start, a2 + start, b1 + start, b2 + start))
    found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return [code for code in found if code[1] < code[2] or code[3] < code[4]]


def _without_islands(codes: Sequence[Opcode]) -> list[Opcode]:
    """Changes around a single common character are one change."""
    found: list[Opcode] = []
    for index, code in enumerate(codes):
        inside = 0 < index < len(codes) - 1
        kind = "replace" if code[0] == "equal" and inside and code[2] - code[1] < ISLAND else code[0]
        if found and kind != "equal" and found[-1][0] != "equal":
            last = found[-1]
            found[-1] = ("replace", last[1], code[2], last[3], code[4])
        else:
            found.append((kind, *code[1:]))
    return found


def _split(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found for found in pattern.findall(text) if found]


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece, within a change what is removed first."""
    waiting: dict[str, str] = {}
    for piece in pieces:
        if not piece.text:
            continue
        if waiting and (piece.kind == "same") != ("same" in waiting):
            yield from _flushed(waiting)
        waiting[piece.kind] = waiting.get(piece.kind, "") + piece.text
    yield from _flushed(waiting)


def _flushed(waiting: dict[str, str]) -> Iterator[Piece]:
    for kind in KINDS:
        if kind in waiting:
            yield Piece(kind, waiting[kind])
    waiting.clear()


def inline(pieces: Iterable[Piece]) -> str:
    """Marked text for a terminal: ``会费[-按年-]{+按季+}交纳``."""
    frames = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(frames[piece.kind].format(piece.text) for piece in pieces)
