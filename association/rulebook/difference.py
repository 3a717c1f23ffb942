"""What one rulebook says otherwise than another, article by article and rule by rule.

Pure, and generic over the typed sections: a new section of the schema needs no code here. Keys, sections and kinds
are those of the file; their words are the edge's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, Literal

from pydantic import BaseModel

from .marks import Piece, inline, marked
from .order import merged, moved
from .schema import Rulebook
from .schema.base import Rule

Kind = Literal["added", "removed", "changed"]
Leaves = dict[str, tuple[str | None, bool]]
"""Key → the value in words, and whether it is what the key means where it is left out."""

POSITION = "position"
"""The key under which a rule or article that only changed its place says so: 1 is the first."""

TOLD = frozenset({"id", "ref"})
"""Keys of an added or removed rule that its change already has beside the keys."""

NO_SECTIONS = frozenset({"schema_number", "article_texts", "articles_meta"})
NAMES = ("name", "title", "question", "text")


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of a rule (``deadline.n``, ``stages[interview].weight``); ``None`` where the file gives no value."""

    key: str
    old: str | None
    new: str | None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return marked(self.old or "", self.new or "")


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """``details``: what changed beside the text: label, erratum, note, position."""

    kind: Kind
    key: str
    old_label: str
    new_label: str
    old_text: str
    new_text: str
    pieces: tuple[Piece, ...]
    details: tuple[KeyChange, ...] = ()

    @property
    def label(self) -> str:
        return self.new_label or self.old_label


@dataclass(frozen=True, slots=True)
class RuleChange:
    """``section``: the table (``bans``, ``workflows.admission.steps``); ``id``: which of it, empty for the only one.

    ``place`` is both as a problem report spells them (``bans[left]``). ``keys`` of an added or removed rule are all
    that it says. A rule inside a rule (a step, a ground) stands apart.
    """

    kind: Kind
    section: str
    id: str
    place: str
    name: str
    keys: tuple[KeyChange, ...]
    old_ref: tuple[str, ...]
    new_ref: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """``old`` and ``new`` are the versions compared. In the order of the file; what is gone stands where it stood."""

    old: str
    new: str
    articles: tuple[ArticleChange, ...]
    rules: tuple[RuleChange, ...]

    def __bool__(self) -> bool:
        return bool(self.articles or self.rules)

    @property
    def sections(self) -> tuple[str, ...]:
        """The top sections in which a rule differs, in the file's order."""
        return tuple(dict.fromkeys(rule.section.partition(".")[0].partition("[")[0] for rule in self.rules))


def compare(old: Rulebook, new: Rulebook) -> Difference:
    """Everything that differs. Of two different documents everything of one is removed, of the other added."""
    apart = old.id != new.id
    rules: list[RuleChange] = []
    for name, field in Rulebook.model_fields.items():
        if name in NO_SECTIONS:
            continue
        section, before, after = field.alias or name, getattr(old, name), getattr(new, name)
        pairs = [(before, None), (None, after)] if apart else [(before, after)]
        for one, other in pairs:
            rules += _section(one, other, section)
    return Difference(old.version, new.version, tuple(_articles(old, new, apart)), tuple(rules))


def _articles(old: Rulebook, new: Rulebook, apart: bool) -> Iterator[ArticleChange]:
    if apart:
        yield from (_article(old, None, key) for key in old.articles)
        yield from (_article(None, new, key) for key in new.articles)
        return
    before, after = list(old.articles), list(new.articles)
    moves = moved(before, after)
    for key in merged(before, after):
        change = _article(old if key in old.articles else None, new if key in new.articles else None, key, moves)
        if change.kind != "changed" or change.old_text != change.new_text or change.details:
            yield change


def _article(
    old: Rulebook | None, new: Rulebook | None, key: str, moves: Mapping[str, tuple[int, int]] | None = None
) -> ArticleChange:
    before, after = old.articles[key] if old else None, new.articles[key] if new else None
    details = [
        KeyChange(name, getattr(before, name, None) or None, getattr(after, name, None) or None)
        for name in ("label", "erratum", "note")
        if name != "label" or (before and after)
    ]
    old_text, new_text = before.text if before else "", after.text if after else ""
    return ArticleChange(
        _kind(before, after),
        key,
        before.label if before else "",
        after.label if after else "",
        old_text,
        new_text,
        marked(old_text, new_text),
        (*(change for change in details if change.old != change.new), *_position(key, moves)),
    )


def _kind(old: Any, new: Any) -> Kind:
    if old is None:
        return "added"
    return "removed" if new is None else "changed"


def _position(key: str, moves: Mapping[str, tuple[int, int]] | None) -> tuple[KeyChange, ...]:
    if not moves or key not in moves:
        return ()
    before, after = moves[key]
    return (KeyChange(POSITION, str(before), str(after)),)


# sections


@dataclass(frozen=True, slots=True)
class _Where:
    section: str
    id: str = ""
    spelled: str = ""
    moved: tuple[KeyChange, ...] = ()

    @property
    def place(self) -> str:
        return self.spelled or (f"{self.section}[{self.id}]" if self.id else self.section)


def _section(old: Any, new: Any, section: str) -> Iterator[RuleChange]:
    """``old`` and ``new`` are what stands under one name: a table, a list of tables, a mapping of them."""
    given = new if new is not None else old
    if isinstance(given, BaseModel):
        yield from _rule(old, new, _Where(section))
    elif isinstance(given, Mapping):
        before, after = old or {}, new or {}
        for id in merged(list(before), list(after)):
            yield from _named(before.get(id), after.get(id), section, id)
    elif isinstance(given, tuple):
        yield from _list(old or (), new or (), section)


def _named(old: Any, new: Any, section: str, id: str) -> Iterator[RuleChange]:
    """An entry of a mapping: a table (``bodies.council``) or a list of tables (``workflows.admission``)."""
    if isinstance(new if new is not None else old, tuple):
        yield from _list(old or (), new or (), f"{section}.{id}")
    else:
        yield from _rule(old, new, _Where(section, id, f"{section}.{id}"))


def _list(old: Sequence[Any], new: Sequence[Any], section: str) -> Iterator[RuleChange]:
    if not (_identified(old) and _identified(new)):
        yield from _unnamed(old, new, section)
        return
    before, after = {rule.id: rule for rule in old}, {rule.id: rule for rule in new}
    moves = moved(list(before), list(after))
    for id in merged(list(before), list(after)):
        where = _Where(section, id, moved=_position(id, moves))
        yield from _rule(before.get(id), after.get(id), where)


def _identified(rules: Sequence[Any]) -> bool:
    ids = [getattr(rule, "id", "") for rule in rules]
    return all(ids) and len(set(ids)) == len(ids)


def _unnamed(old: Sequence[Any], new: Sequence[Any], section: str) -> Iterator[RuleChange]:
    """Tables without ids are told apart by what they say; what stands between equal ones is paired in order."""
    only = len(old) <= 1 and len(new) <= 1
    before, after = ([_stamp(rule) for rule in rules] for rules in (old, new))
    for code, a1, a2, b1, b2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if code == "equal":
            continue
        for a, b in zip_longest(range(a1, a2), range(b1, b2)):
            number = (b if b is not None else a) + 1
            where = _Where(section, "" if only else str(number))
            yield from _rule(old[a] if a is not None else None, new[b] if b is not None else None, where)


def _stamp(rule: Any) -> str:
    return rule.model_dump_json() if isinstance(rule, BaseModel) else repr(rule)


def _rule(old: Any, new: Any, where: _Where) -> Iterator[RuleChange]:
    """One table, then the rules inside it."""
    if old == new and not where.moved:
        return
    given = old if new is None else new
    keys = (*_changes(_leaves(old), _leaves(new)), *where.moved)
    if old is None or new is None:
        keys = tuple(change for change in keys if change.key not in TOLD)
    if keys or old is None or new is None:
        refs = [tuple(getattr(rule, "ref", ())) for rule in (old, new)]
        yield RuleChange(_kind(old, new), where.section, where.id, where.place, _name(given), keys, refs[0], refs[1])
    for name in _inner(old, new):
        section = f"{where.place}.{_key(given, name)}"
        yield from _section(getattr(old, name, None), getattr(new, name, None), section)


def _name(rule: Any) -> str:
    return next((str(value) for name in NAMES if (value := getattr(rule, name, ""))), "")


def _key(model: BaseModel, name: str) -> str:
    """The key as the file writes it (``from``, not ``from_``)."""
    field = type(model).model_fields.get(name)
    return field.alias or name if field else name


def _fields(model: Any) -> Iterable[str]:
    return type(model).model_fields if isinstance(model, BaseModel) else ()


def _inner(old: Any, new: Any) -> list[str]:
    """The keys under which rules of their own stand."""
    names = dict.fromkeys((*_fields(new), *_fields(old)))
    return [name for name in names if _holds_rules(getattr(old, name, None)) or _holds_rules(getattr(new, name, None))]


def _holds_rules(value: Any) -> bool:
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return any(isinstance(inner, Rule) for inner in value)
    return isinstance(value, Rule)


# keys and values


def _changes(old: Leaves, new: Leaves) -> Iterator[KeyChange]:
    for key in merged(list(old), list(new)):
        (before, plain_before), (after, plain_after) = old.get(key, (None, True)), new.get(key, (None, True))
        told = key in old and key in new
        if before != after and (told or not (plain_before and plain_after)):
            yield KeyChange(key, before, after)


def _leaves(model: Any) -> Leaves:
    """Every key of the table and of the tables inside it that are no rules of their own."""
    found: Leaves = {}
    for name in _fields(model):
        value = getattr(model, name)
        if not _holds_rules(value):
            _leaf(_key(model, name), value, value == type(model).model_fields[name].get_default(), found)
    return found


def _leaf(key: str, value: Any, plain: bool, found: Leaves) -> None:
    if isinstance(value, BaseModel):
        for inner, (words, default) in _leaves(value).items():
            found[f"{key}.{inner}"] = (words, plain or default)
    elif isinstance(value, Mapping):
        for inner, content in value.items():
            _leaf(f"{key}.{inner}", content, plain, found)
    elif isinstance(value, tuple) and any(isinstance(one, BaseModel) for one in value):
        for name, one in zip(_part_names(value), value, strict=True):
            _leaf(f"{key}[{name}]", one, plain, found)
    else:
        found[key] = (_words(value), plain)


def _part_names(parts: Sequence[Any]) -> list[str]:
    for attribute in ("id", "name"):
        names = [str(getattr(part, attribute, "") or "") for part in parts]
        if all(names) and len(set(names)) == len(names):
            return names
    return [str(number) for number in range(1, len(parts) + 1)]


def _words(value: Any) -> str | None:
    """A value as the file gives it, lists with 、 between; ``None`` where it says nothing."""
    if value is None or value in ("", ()):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return "、".join(_words(one) or "" for one in value)
    return str(value)


# for a command line


SIGNS: Mapping[str, str] = {"added": "+", "removed": "-", "changed": "~"}


def lines(difference: Difference) -> Iterator[str]:
    """The difference as plain text: ``+``, ``-`` and ``~``, with ``[-…-]`` and ``{+…+}`` inside a text."""
    yield f"--- {difference.old}"
    yield f"+++ {difference.new}"
    for article in difference.articles:
        yield f"{SIGNS[article.kind]} articles[{article.key}] {article.label}"
        if article.old_text != article.new_text:
            yield from (f"    {line}" for line in inline(article.pieces).split("\n"))
        yield from _key_lines(article.details, article.kind != "changed")
    for rule in difference.rules:
        cited = ", ".join(rule.new_ref or rule.old_ref)
        yield " ".join(
            part for part in (SIGNS[rule.kind], rule.place, rule.name, f"({cited})" if cited else "") if part
        )
        yield from _key_lines(rule.keys, rule.kind != "changed")


def _key_lines(keys: Iterable[KeyChange], whole: bool) -> Iterator[str]:
    for change in keys:
        if whole:
            yield f"    {change.key} = {change.new if change.old is None else change.old}"
        else:
            yield f"    {change.key}: {change.old or '-'} -> {change.new or '-'}"
