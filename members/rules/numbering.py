"""Member numbers (会员证号): made from the rulebook's pattern, read back, bound one to one (ACG-13)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from association.decisions import Decision, failed, passed
from association.rulebook.schema import Rulebook

_FIELD = re.compile(r"\{seq(?::0?(\d{1,2})d?)?\}")


@dataclass(frozen=True, slots=True)
class Number:
    """A number read back; ``entity`` is the suffix of one of a unit's several registrations, or ``None``."""

    seq: int
    entity: int | None = None


def format_number(pattern: str, seq: int) -> str:
    """``BACCA-{seq:06d}`` and 123 → ``BACCA-000123``. Raises ``ValueError`` for ``seq`` < 1 or a bad pattern."""
    if seq < 1:
        raise ValueError("numbers begin at 1")
    before, width, after = _split(pattern)
    return f"{before}{seq:0{width}d}{after}"


def parse_number(pattern: str, text: str, *, suffix: str = "-{n}") -> Number | None:
    """Read a number a visitor typed, in any case and with spaces around; ``None`` when it is none of ours."""
    before, width, after = _split(pattern)
    lead, mark, trail = suffix.partition("{n}")
    tail = f"(?:{re.escape(lead)}([1-9][0-9]{{0,5}}){re.escape(trail)})?" if mark else "()"
    digits = f"([0-9]{{{width},18}})"
    found = re.fullmatch(re.escape(before) + digits + re.escape(after) + tail, text.strip(), re.IGNORECASE | re.ASCII)
    if found is None:
        return None
    seq = int(found[1])
    if seq < 1 or len(found[1]) != max(width, len(str(seq))):
        return None
    return Number(seq, int(found[2]) if found[2] else None)


def entity_number(rulebook: Rulebook, number: str, entity: int, *, ever: int) -> str:
    """The number of a unit's ``entity``-th registration, ``ever`` being how many it has ever had (ACG-13.p2).

    With one registration the number stands alone; from the second on the main one is ``-1``. A suffix once given
    is never given again. Raises ``LookupError`` where the rulebook knows no sub-entities.
    """
    rule = rulebook.numbering.sub_entities if rulebook.numbering else None
    if rule is None:
        raise LookupError(f"{rulebook.id} numbers no sub-entities")
    is_main = entity == rule.from_
    if is_main and (ever < 2 or not rule.number_main_when_multiple):
        return number
    return number + rule.suffix.replace("{n}", str(entity))


def next_entity(rulebook: Rulebook, ever: Iterable[int], current: Iterable[int] = ()) -> int:
    """The suffix for a new registration: past every one ever given, or the lowest free where reuse is allowed."""
    rule = rulebook.numbering.sub_entities if rulebook.numbering else None
    if rule is None:
        raise LookupError(f"{rulebook.id} numbers no sub-entities")
    if not rule.reuse:
        return max(ever, default=rule.from_ - 1) + 1
    taken = set(current)
    entity = rule.from_
    while entity in taken:
        entity += 1
    return entity


def check_binding(rulebook: Rulebook, *, number: str, identifier: str, bound: Mapping[str, str]) -> Decision:
    """Whether a number may be bound to an identifier (USCC or identity number), one to one (ACG-13.p1).

    ``bound`` maps identifiers to the numbers they are bound to already. The reasons name numbers only.
    """
    if rulebook.numbering is None:
        raise LookupError(f"{rulebook.id} has no numbering")
    sources = rulebook.numbering.sources(rulebook.id)
    held = bound.get(identifier)
    if held is not None and held != number:
        return failed("identifier_bound", *sources, number=held)
    if any(other != identifier and taken == number for other, taken in bound.items()):
        return failed("number_taken", *sources, number=number)
    return passed("binding_free" if held is None else "binding_kept", *sources, number=number)


def _split(pattern: str) -> tuple[str, int, str]:
    fields = _FIELD.findall(pattern)
    before, _, after = _FIELD.sub("\0", pattern).partition("\0")
    if len(fields) != 1 or {"{", "}"} & set(before + after):
        raise ValueError(f"a pattern has one {{seq}}: {pattern!r}")
    return before, int(fields[0] or 1), after
