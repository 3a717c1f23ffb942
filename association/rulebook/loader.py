"""Read a rulebook file: TOML in, a typed and checked :class:`Rulebook` out, or every problem with its line."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from .checks import Finding, check_file, check_rulebook
from .checks.form import too_deep
from .faults import findings_of, syntax_detail
from .labels import label
from .lines import Lines, Path, settle
from .problems import Problem, RulebookInvalid
from .schema import Rulebook

MAX_BYTES = 1_000_000
MAX_PROBLEMS = 200
PART = r"""(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)"""
DOTTED = re.compile(rf"""(?<![\w"'-]){PART}(?:[ \t]*+\.[ \t]*+{PART}){{32}}""", re.ASCII)
"""A key of more parts than any rulebook's: tomllib reads such ones in quadratic time."""
PRESETS = FilePath(__file__).resolve().parent.parent / "rulebooks"


def load(text: str | bytes) -> Rulebook:
    """The rulebook in a file of at most 1 MB. Raises :class:`RulebookInvalid` with all that was found wrong."""
    text = decode(text)
    data = _parse(text)
    findings = list(islice(check_file(data), MAX_PROBLEMS))
    book, faults = _validate(data)
    findings += faults
    if book:
        findings += islice(check_rulebook(book), MAX_PROBLEMS)
    if findings or book is None:
        raise RulebookInvalid(list(_located(findings, data, text)))
    book._digest = digest(text)
    return book


def digest(text: str) -> str:
    """SHA-256 of a rulebook's text in UTF-8, hexadecimal: which encoding of which version it is."""
    return hashlib.sha256(text.encode()).hexdigest()


def presets() -> list[str]:
    """The ids of the rulebooks that come with the program."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def preset_text(id: str) -> str:
    """The file of a preset; ``LookupError`` if there is none of this id."""
    if id not in presets():
        raise LookupError(f"no preset {id!r}")
    return (PRESETS / f"{id}.toml").read_text(encoding="utf-8")


@lru_cache(maxsize=32)
def preset(id: str) -> Rulebook:
    """A preset, read once per process."""
    return load(preset_text(id))


def decode(text: str | bytes) -> str:
    """A file's text: UTF-8, with or without a mark. Raises :class:`RulebookInvalid` for what is none, or too large."""
    raw = text.encode() if isinstance(text, str) else text
    if len(raw) > MAX_BYTES:
        raise RulebookInvalid([Problem(1, "", "", "too_large", {"size": len(raw), "limit": MAX_BYTES})])
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RulebookInvalid([Problem(line, "", "", "not_utf8", {"position": error.start})]) from None


def _parse(text: str) -> dict[str, Any]:
    if found := DOTTED.search(text):
        raise RulebookInvalid([Problem(text.count("\n", 0, found.start()) + 1, "", "", "too_deep")])
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise RulebookInvalid([Problem(1, "", "", "too_deep")]) from None
    except tomllib.TOMLDecodeError as error:
        raise RulebookInvalid(list(_syntax(text, str(error)))) from None
    except ValueError:  # Python reads no number of more than 4300 digits
        line = next(n for n, row in enumerate(text.split("\n"), start=1) if re.search(r"[\d_]{4300}", row))
        raise RulebookInvalid([Problem(line, "", "", "number_too_long")]) from None
    if path := too_deep(data):
        raise RulebookInvalid([Problem(Lines(text).at(path), spell(data, path[:2]), "", "too_deep")])
    return data


def _syntax(text: str, message: str) -> Iterator[Problem]:
    """tomllib stops at its first error; a key written twice is said with both places."""
    found = re.search(r"\(at (?:line (\d+), column (\d+)|end of document)\)", message)
    line = int(found[1]) if found and found[1] else text.count("\n") + 1
    column = int(found[2]) if found and found[2] else 1
    repeated = [twice for twice in Lines(text).repeated if line >= twice[2]]
    same_key = repeated and not any(isinstance(path[-1], int) for path, _first, _second in repeated)
    if re.search(r"overwrite|twice", message, re.IGNORECASE) and same_key:
        for path, first, second in repeated:
            yield _repeated(path, first, second)
        return
    detail = message[: found.start()].strip() if found else message
    yield Problem(line, "", "", "syntax", {"detail": syntax_detail(detail, text, line, column)})


def _repeated(path: Path, first: int, second: int) -> Problem:
    key = str(path[-1])
    if path[0] == "articles" and len(path) == 2:
        facts = {"key": key, "label": label(key), "first": first}
        return Problem(second, spell({}, path), key, "duplicate_article", facts)
    return Problem(second, spell({}, path), "", "duplicate_key", {"key": key, "first": first})


def _validate(data: dict[str, Any]) -> tuple[Rulebook | None, list[Finding]]:
    """The typed rulebook and the faults of its form. Keys that nobody knows are set aside, so that
    what else is wrong is found in the same reading."""
    try:
        return Rulebook.model_validate(data), []
    except ValidationError as error:
        errors = error.errors(include_url=False)[: MAX_PROBLEMS + 1]
    faults = findings_of(errors)
    if any(fault["type"] != "extra_forbidden" for fault in errors):
        return None, faults
    for fault in errors:
        _remove(data, fault["loc"])
    try:
        return Rulebook.model_validate(data), faults
    except ValidationError as error:
        return None, faults + findings_of(error.errors(include_url=False)[: MAX_PROBLEMS + 1])


def _remove(data: Any, location: Sequence[str | int]) -> None:
    path = settle(data, location)
    for step in path[:-1]:
        data = data[step]
    if path:
        data.pop(path[-1], None)


def _located(findings: Sequence[Finding], data: Mapping[str, Any], text: str) -> Iterator[Problem]:
    data = tomllib.loads(text)  # keys set aside while validating are back, with their place
    lines = Lines(text)
    seen = set()
    for finding in findings[:MAX_PROBLEMS]:
        path = settle(data, finding.path)
        spelled = spell(data, path)
        if (spelled, finding.code, str(finding.facts)) in seen:
            continue
        seen.add((spelled, finding.code, str(finding.facts)))
        yield Problem(lines.at(path), spelled, article_of(data, path), finding.code, finding.facts)
    if len(findings) > MAX_PROBLEMS:
        yield Problem(text.count("\n") + 1, "", "", "too_many", {"limit": MAX_PROBLEMS})


def spell(data: Any, path: Path) -> str:
    """``bans[left].n``: an element of a list by its id, without one by its number from 1."""
    words = ""
    for step in path:
        data = data[step] if _holds(data, step) else None
        if isinstance(step, int):
            name = data.get("id") if isinstance(data, Mapping) else None
            words += f"[{name or step + 1}]"
        else:
            words += f".{step}" if words else step
    return words


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, Mapping):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def article_of(data: Any, path: Path) -> str:
    """The first article cited by the innermost rule around ``path``, or the article itself."""
    if path and path[0] in ("articles", "articles_meta") and len(path) > 1:
        return str(path[1])
    found = ""
    for step in path:
        data = data[step]
        if isinstance(data, Mapping) and isinstance(data.get("ref"), list) and data["ref"]:
            found = str(data["ref"][0])
    return found
