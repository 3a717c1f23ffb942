"""Where a value stands in a TOML file. tomllib tells no lines, so a small scanner finds them when one is needed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]

OPENING, CLOSING = "[{", "]}"
FENCES = ('"""', "'''")


class Lines:
    """The line of each table and key of ``text``; ``repeated`` are the keys written twice, with both lines."""

    def __init__(self, text: str) -> None:
        self.of: dict[Path, int] = {(): 1}
        self.repeated: list[tuple[Path, int, int]] = []
        self._arrays: dict[Path, int] = {}
        table: Path = ()
        for number, line in _statements(text):
            if line.startswith("[["):
                table = self._enter_array(_keys(line[2:].split("]]", 1)[0]), number)
            elif line.startswith("["):
                table = self._enter(_keys(_header(line)), number)
            else:
                self._note(table + _keys(_left_of_equals(line)), number)

    def at(self, path: Path) -> int:
        """The line of ``path``, or of the nearest table around it."""
        while path not in self.of:
            path = path[:-1]
        return self.of[path]

    def _resolve(self, keys: Path) -> Path:
        """``keys`` with the index of the running element behind each array of tables."""
        path: Path = ()
        for key in keys:
            path += (key,)
            if path in self._arrays:
                path += (self._arrays[path],)
        return path

    def _enter_array(self, keys: Path, line: int) -> Path:
        path = self._resolve(keys[:-1]) + keys[-1:]
        index = self._arrays[path] = self._arrays.get(path, -1) + 1
        self.of.setdefault(path, line)
        self.of[(*path, index)] = line
        return (*path, index)

    def _enter(self, keys: Path, line: int) -> Path:
        path = self._resolve(keys)
        self._note(path, line)
        return path

    def _note(self, path: Path, line: int) -> None:
        if path in self.of:
            self.repeated.append((path, self.of[path], line))
        else:
            self.of[path] = line


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or assignment with its line; lines inside a value that runs on are passed over."""
    depth, fence = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not depth and not fence:
            stripped = line.strip()
            if not stripped or stripped.startswith("#"):
                continue
            yield number, stripped
            if stripped.startswith("["):
                continue
            value = line[len(_left_of_equals(line)) :]
        else:
            value = line
        depth, fence = _scan(value, depth, fence)


def _scan(line: str, depth: int, fence: str) -> tuple[int, str]:
    """Brackets left open and the quotes still running at the end of ``line``."""
    position = 0
    while position < len(line):
        if fence:
            position, fence = _inside(line, position, fence)
            continue
        here = line[position]
        if here == "#":
            break
        if here in "\"'":
            fence = line[position : position + 3] if line.startswith(FENCES, position) else here
            position += len(fence)
            continue
        depth += (here in OPENING) - (here in CLOSING)
        position += 1
    return max(depth, 0), fence if len(fence) == 3 else ""


def _inside(line: str, position: int, fence: str) -> tuple[int, str]:
    if line.startswith(fence, position):
        return position + len(fence), ""
    escaped = line[position] == "\\" and fence[0] == '"'
    return position + (2 if escaped else 1), fence


def _outside_quotes(line: str, stop: str) -> int:
    quote = ""
    for position, here in enumerate(line):
        if quote:
            quote = "" if here == quote else quote
        elif here in "\"'":
            quote = here
        elif here == stop:
            return position
    return len(line)


def _left_of_equals(line: str) -> str:
    return line[: _outside_quotes(line, "=")]


def _header(line: str) -> str:
    return line[1 : _outside_quotes(line, "]")]


def _keys(dotted: str) -> Path:
    """``a."b.c".d`` → ``("a", "b.c", "d")``; a key that TOML cannot read stays as it is."""
    try:
        tree: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted.strip(),)
    keys: list[str] = []
    while isinstance(tree, Mapping):
        key, tree = next(iter(tree.items()))
        keys.append(key)
    return tuple(keys)


def settle(data: Any, location: Sequence[str | int]) -> Path:
    """The path in ``data`` that a location in the typed model stands for.

    A location may hold the tag of a union, an index where the file has a single table, or a key that is missing.
    """
    path: list[str | int] = []
    for step in location:
        if isinstance(data, Mapping) and step in data:
            data = data[str(step)]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            continue
        path.append(step)
    return tuple(path)
