"""An article's text as lines of a page: every item on a line of its own, at its depth, with its anchor.

Pure. No character is added, left out or moved: the lines one after the other are the text without its line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from association.rulebook import Rulebook
from association.rulebook.schema.document import Article

ITEM = re.compile(r"\s*[（(]?[一二三四五六七八九十百\d]{1,3}[）)、.．]")
"""How an item begins."""

DEEPEST = 4
"""Items deeper than this are not moved in any further: a phone has no room for them."""

MARGIN = 5
"""Characters of a label that stand in the margin beside the text."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line, and the keys that begin with it."""

    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    depth: int
    runs: tuple[Run, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for run in self.runs for key in run.keys)

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Entry:
    """A top article. ``apart``: parts with a text that does not stand in the article's own."""

    article: Article
    parts: tuple[Article, ...]
    lines: tuple[Line, ...]
    apart: tuple[Article, ...]

    @property
    def remarked(self) -> tuple[Article, ...]:
        """The article and the parts of it about which something is known beside the text."""
        return tuple(one for one in (self.article, *self.parts) if one.erratum or one.note)


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    entries: tuple[Entry, ...]


def chapters(rulebook: Rulebook) -> tuple[Chapter, ...]:
    """The whole document under its headings."""
    parts: dict[str, list[Article]] = {}
    top_of: dict[str, str] = {}
    for article in sorted(rulebook.articles.values(), key=lambda one: one.key.count(".")):
        top_of[article.key] = top_of[article.parent] if article.parent is not None else article.key
    for article in rulebook.articles.values():
        if article.parent is not None:
            parts.setdefault(top_of[article.key], []).append(article)
    found: dict[str, list[Entry]] = {}
    for article in rulebook.articles.values():
        if article.parent is None:
            found.setdefault(article.chapter, []).append(entry(article, parts.get(article.key, ())))
    return tuple(Chapter(title, tuple(entries)) for title, entries in found.items())


def are_headed(chapters: tuple[Chapter, ...]) -> bool:
    """Whether most articles have a title of their own (二、会员申请), which stands above the text."""
    wide = [len(entry.article.label) > MARGIN for chapter in chapters for entry in chapter.entries]
    return sum(wide) * 2 > len(wide)


def entry(top: Article, parts: Sequence[Article]) -> Entry:
    spans, depths = _located(top, parts)
    lines = tuple(_lines(top.text, spans, depths))
    return Entry(top, tuple(parts), lines, tuple(part for part in parts if part.key not in spans))


def plain(article: Article) -> tuple[Line, ...]:
    """A text that is shown without its parts."""
    return tuple(Line(0, (Run((), text),)) for text in article.text.split("\n") if text)


def _located(top: Article, parts: Sequence[Article]) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
    """Where each part stands in the text, and how deep it lies: what bears no number lies no deeper than its whole."""
    spans = {top.key: (0, len(top.text))}
    depths = {top.key: 0}
    after: dict[str, int] = {}
    for part in sorted(parts, key=lambda one: one.key.count(".")):
        parent = part.parent if part.parent in spans else top.key
        assert parent is not None
        depths[part.key] = depths[parent] + bool(ITEM.match(part.text))
        begin, end = spans[parent]
        text = part.text.strip()
        at = top.text.find(text, max(begin, after.get(parent, 0)), end)
        if at < 0:
            at = top.text.find(text, begin, end)
        if at < 0:  # gathered from several places: it begins where its first line stands
            text = text.partition("\n")[0]
            at = top.text.find(text, begin, end)
        if at >= 0:
            spans[part.key] = (at, at + len(text))
            after[parent] = at + len(text)
    return spans, depths


def _lines(text: str, spans: Mapping[str, tuple[int, int]], depths: Mapping[str, int]) -> Iterator[Line]:
    """Cut at every line break, at every item, and inside a line wherever something begins that has an anchor."""
    begins: dict[int, list[str]] = {}
    for key, (at, _end) in list(spans.items())[1:]:
        begins.setdefault(at, []).append(key)
    breaks = {0} | {found.end() for found in re.finditer("\n", text)}
    breaks |= {at for at, keys in begins.items() if keys and ITEM.match(text, at)}
    cuts = [*sorted(breaks | set(begins)), len(text)]
    waiting = sorted(spans, key=lambda key: (spans[key][0], -spans[key][1], depths[key]), reverse=True)
    inside: list[str] = []
    depth, runs = 0, list[Run]()
    for start, end in pairwise(cuts):
        while waiting and spans[waiting[-1]][0] <= start:
            inside.append(waiting.pop())
        while len(inside) > 1 and spans[inside[-1]][1] <= start:
            inside.pop()
        if start in breaks:
            if runs:
                yield Line(min(depth, DEEPEST), tuple(runs))
            depth, runs = depths[inside[-1]], []
        piece = text[start:end].strip("\n")
        if piece or start in begins:
            runs.append(Run(tuple(begins.get(start, ())), piece))
    if runs:
        yield Line(min(depth, DEEPEST), tuple(runs))
