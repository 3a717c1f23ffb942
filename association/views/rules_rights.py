"""Rights, duties and services by who holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import pgettext_lazy

from association.decisions import Source
from association.rulebook import Rulebook
from association.rulebook.schema.rights import Entitlement

from .rules_words import SEPARATOR

KINDS = {
    "right": pgettext_lazy("entitlement", "Rights"),
    "duty": pgettext_lazy("entitlement", "Duties"),
    "service": pgettext_lazy("entitlement", "Services"),
}


Texts = tuple[tuple[str, tuple[Source, ...]], ...]
"""What is held, in the document's words, and where it says so."""


@dataclass(frozen=True, slots=True)
class Holder:
    """``ids``: classes, tiers, roles or bodies that hold the very same. ``own`` is what the one below has not.

    ``counts`` are all of it, what is taken over included, in the order of ``kinds_of``.
    """

    ids: tuple[str, ...]
    name: str
    below: str
    sources: tuple[Source, ...]
    own: tuple[tuple[object, Texts], ...]
    inherited: tuple[tuple[object, Texts], ...]
    counts: tuple[int, ...]

    @property
    def anchor(self) -> str:
        return self.ids[0]


def kinds_of(book: Rulebook) -> list[object]:
    """The words of the kinds that the document has."""
    return [KINDS[kind] for kind in _kinds(book)]


def _kinds(book: Rulebook) -> list[str]:
    return [kind for kind in KINDS if any(one.kind == kind for one in book.entitlements)]


def holders(book: Rulebook) -> list[Holder]:
    """In the document's order. Those that hold the very same stand together (单位会员、个人会员)."""
    ids = dict.fromkeys(holder for one in book.entitlements for holder in one.holder)
    ids.update(dict.fromkeys(rung.holder for rung in book.inherits))
    alike: dict[tuple[frozenset[str], str], list[str]] = {}
    below = {rung.holder: rung.from_ for rung in book.inherits}
    for id in ids:
        held = frozenset(one.id for one in _all(book, id))
        alike.setdefault((held, below.get(id, "")), []).append(id)
    return [_holder(book, several) for several in alike.values()]


def _all(book: Rulebook, id: str) -> tuple[Entitlement, ...]:
    """A tier has what its class has, too."""
    tier = next((one for one in book.tiers if one.id == id), None)
    return book.entitlements_of(id, *(tier.class_ if tier and len(tier.class_) == 1 else ()))


def _holder(book: Rulebook, ids: list[str]) -> Holder:
    everything = _all(book, ids[0])
    own = {one.id for one in book.entitlements if set(ids) & set(one.holder)}
    rung = next((one for one in book.inherits if one.holder == ids[0]), None)
    kinds = _kinds(book)
    return Holder(
        tuple(ids),
        SEPARATOR.join(_name(book, id) for id in ids),
        _name(book, rung.from_) if rung else "",
        rung.sources(book.id) if rung else (),
        _grouped(book, (one for one in everything if one.id in own)),
        _grouped(book, (one for one in everything if one.id not in own)),
        tuple(sum(one.kind == kind for one in everything) for kind in kinds),
    )


def _grouped(book: Rulebook, several: Iterable[Entitlement]) -> tuple[tuple[object, Texts], ...]:
    found: dict[str, list[tuple[str, tuple[Source, ...]]]] = {}
    for one in several:
        found.setdefault(one.kind, []).append((one.text, one.sources(book.id)))
    return tuple((KINDS[kind], tuple(found[kind])) for kind in KINDS if kind in found)


def _name(book: Rulebook, id: str) -> str:
    """A tier and the body of its holders may share an id: the tier is meant."""
    known: tuple[Any, ...] = (*book.classes, *book.tiers, *book.roles, *book.categories, *book.levels)
    named = next((str(one.name) for one in known if one.id == id), "")
    return named or (book.bodies[id].name if id in book.bodies else id)
