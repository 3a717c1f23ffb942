"""Which keys the language has, and what stands at them in a rulebook. A key is spelled as in the file.

``fees.exemptions.decided_by`` is the key of every exemption: lists and tables of tables are walked through. A check
that asks for all keys of a type covers those that the language gains later, without being told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from association.rulebook.lines import Path
from association.rulebook.schema import Rulebook


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a value of this annotation may be or hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def mentions(annotation: Any, wanted: Any) -> bool:
    """Whether the annotation is made of ``wanted``: ``Id`` in ``tuple[Id, ...] | None``."""
    return annotation == wanted or any(mentions(inner, wanted) for inner in get_args(annotation))


@cache
def attributes(model: type[BaseModel]) -> Mapping[str, str]:
    """The attribute of each key: ``class`` is ``class_``."""
    return {info.alias or name: name for name, info in model.model_fields.items()}


def keys_where(fits: Callable[[Any], bool], model: type[BaseModel] = Rulebook, before: str = "") -> Iterator[str]:
    """Every key whose annotation fits, in the language's order. The key of a checked union's member may come twice."""
    hints = get_type_hints(model, include_extras=True)
    for spelled, name in attributes(model).items():
        key = f"{before}{spelled}"
        if fits(hints[name]):
            yield key
        for inner in models_in(hints[name]):
            yield from keys_where(fits, inner, f"{key}.")


def keys_of(wanted: type[BaseModel]) -> tuple[str, ...]:
    """Every key that holds a model of this type, or of a kind of it."""
    found = keys_where(lambda hint: any(issubclass(model, wanted) for model in models_in(hint)))
    return tuple(dict.fromkeys(found))


def at(value: Any, key: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What stands at the key, with its path; a list or a table as one value."""
    return _at(value, tuple(key.split(".")), path)


def _at(value: Any, keys: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if value is None:
        return
    if not keys:
        yield path, value
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _at(inner, keys, (*path, index))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _at(inner, keys, (*path, name))
    elif name := attributes(value.__class__).get(keys[0]):
        yield from _at(getattr(value, name), keys[1:], (*path, keys[0]))


def each(value: Any, key: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What stands at the key, one by one: the elements of a list, the values of a table."""
    for place, found in at(value, key, path):
        yield from _one_by_one(found, place)


def _one_by_one(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, tuple | Mapping):
        inside = value.items() if isinstance(value, Mapping) else enumerate(value)
        for step, inner in inside:
            yield from _one_by_one(inner, (*path, step))
    else:
        yield path, value


def names(value: Any, key: str, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The names at the key: a text, the texts of a list, the keys of a table."""
    for place, found in at(value, key, path):
        if isinstance(found, Mapping):
            yield from (((*place, name), name) for name in found)
        else:
            yield from _one_by_one(found, place)
