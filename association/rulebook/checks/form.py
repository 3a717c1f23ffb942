"""The file as read: references to articles, the keys of articles, and the cleanliness of every text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from association.rulebook.lines import Path
from association.rulebook.schema.base import WHOLE_DOCUMENT

from .finding import Finding, unknown

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
TAG = re.compile(r"<[A-Za-z!/][^>]*>?")
ARTICLE_KEY = re.compile(r"\w[\w.-]{0,39}")
"""An article's key stands in references (``charter:5``), addresses and anchors."""

DEPTH = 24
"""The deepest key of the language stands at half of it."""


def too_deep(data: Any) -> Path | None:
    """Where tables and lists are nested deeper than any rulebook is, or ``None``."""
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if len(path) > DEPTH:
            return path
        if isinstance(value, Mapping):
            stack.extend(((*path, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            stack.extend(((*path, index), inner) for index, inner in enumerate(value))
    return None


def check_file(data: Mapping[str, Any]) -> Iterator[Finding]:
    """On the file as read, in its order."""
    articles = data.get("articles")
    keys = articles if isinstance(articles, Mapping) else {}
    references = data.get("references")
    others = references if isinstance(references, Mapping) else {}
    yield from (Finding(("articles", key), "article_key", {"key": key}) for key in keys if not _citable(key))
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(((*path, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            if path[-1] == "ref" and path[0] not in ("articles", "references"):
                yield from _refs(path, value, keys, others)
            stack.extend(((*path, index), value[index]) for index in reversed(range(len(value))))
        elif isinstance(value, str):
            yield from _clean(path, value)


def _citable(key: str) -> bool:
    return ARTICLE_KEY.fullmatch(key) is not None


def _refs(path: Path, refs: Sequence[Any], keys: Mapping[str, Any], others: Mapping[str, Any]) -> Iterator[Finding]:
    for index, ref in enumerate(refs):
        if not isinstance(ref, str):
            continue
        document, colon, key = ref.partition(":")
        if not colon:
            yield from unknown((*path, index), "article", ref, keys)
        elif document not in others:
            yield from unknown((*path, index), "reference", document, others)
        else:
            texts = others[document].get("articles") if isinstance(others[document], Mapping) else None
            if isinstance(texts, Mapping) and texts and key != WHOLE_DOCUMENT:
                yield from unknown((*path, index), "article", key, texts)


def _clean(path: Path, text: str) -> Iterator[Finding]:
    if found := INVISIBLE.search(text):
        yield Finding(path, "control_character", {"code": f"U+{ord(found[0]):04X}"})
    if found := TAG.search(text):
        yield Finding(path, "markup", {"tag": found[0][:20]})
    if text and not text.strip():
        yield Finding(path, "empty")
