"""Where this layer must run a later app's step, it looks the step up here by name.

Three tables, no more. Each app fills them when it starts (``apps.py``); two handlers for one name, or none, stop the
start (``portal/checks.py``). A handler runs in the caller's transaction and may refuse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from association.actors import Actor
    from association.decisions import Source
    from association.impacts import Impacts
    from association.models import Case, DecisionRecord, Resolution, User

T = TypeVar("T")


class Table(Generic[T]):
    """Handlers by name: exactly one for each name that is expected."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: dict[str, T] = {}
        self._expected: set[str] = set()

    def expect(self, *names: str) -> None:
        self._expected.update(names)

    def register(self, name: str, handler: T) -> None:
        if name in self._handlers and self._handlers[name] is not handler:
            raise RuntimeError(f"two handlers for {name!r} in the table of {self.name}")
        self._handlers[name] = handler

    def __getitem__(self, name: str) -> T:
        try:
            return self._handlers[name]
        except KeyError:
            raise RuntimeError(f"no handler for {name!r} in the table of {self.name}") from None

    def __contains__(self, name: str) -> bool:
        return name in self._handlers

    def missing(self) -> Iterator[str]:
        return iter(sorted(self._expected - self._handlers.keys()))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What people read of a case before they decide it: facts, and what each vote would bring.

    ``approved`` and ``refused`` hold what the ``effects`` tag takes: ``text``, ``to``, ``sources``.
    """

    facts: tuple[tuple[Any, Any], ...] = ()
    approved: tuple[dict[str, Any], ...] = ()
    refused: tuple[dict[str, Any], ...] = ()


class Effects(Protocol):
    """What the decision of a case changes in the app that owns the procedure.

    ``revocable``: whether :meth:`undo` can take back what :meth:`execute` did; what cannot be taken back is not
    decided between meetings.
    """

    revocable: bool

    def outlook(self, cases: Sequence[Case], *, on: date) -> dict[int, Outlook]:
        """By case key, if they were decided ``on``; reads in a constant number of queries, changes nothing."""
        ...

    def execute(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None: ...

    def refused(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None: ...

    def undo(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution, since: date, by: Actor, on: date
    ) -> None:
        """Take back everything that ``execute`` brought about, as of ``since``; the record of it stays.

        Raises :class:`~association.decisions.Refused` with ``built_upon`` and what it is, where something else that
        happened meanwhile rests on it. Then nothing is undone.
        """
        ...

    def settled(
        self, case: Case, *, sources: Sequence[Source], owed: Decimal, received_on: date, by: Actor, on: date
    ) -> None:
        """All that the case owes has come in, the last of it on ``received_on`` (value date)."""
        ...


effects: Table[Effects] = Table("effects by case kind")
effects.expect("admission", "tier_change")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody of an audience: the key of what makes them one (a membership), and the account to write to, if any.

    ``name`` is said where the audience is read by people, ``page`` leads to what the desk knows of them.
    """

    key: int
    user: User | None
    name: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an audience that can be addressed alone: its key (``class:unit``) and what it is called."""

    key: str
    name: str


class Audience(Protocol):
    """Who is addressed together, such as all members."""

    def everyone(self, on: date, *, parts: Sequence[str] = (), after: int = 0) -> Iterator[Addressee]:
        """By rising key, in a number of queries that does not depend on how many they are.

        ``parts``: only who belongs to one of them, where several of one sort are named, and to each sort named;
        ``after``: only those whose key is higher.
        """
        ...

    def parts(self, on: date) -> Sequence[tuple[str, Sequence[Part]]]:
        """What it can be narrowed to, each sort (classes, tiers) with its name."""
        ...

    def holding(self, ids: Collection[str], on: date) -> Iterator[Addressee]:
        """Those whose class or tier on the day is one of ``ids``, with their names."""
        ...

    def includes(self, user: User, on: date) -> bool: ...


audiences: Table[Audience] = Table("audiences")
audiences.expect("members")
impacts: Table[Impacts] = Table("impacts of a new rulebook")
impacts.expect("members", "fees", "cases", "certificates")
