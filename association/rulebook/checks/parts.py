"""What must stand together: a choice has choices, a table has columns, a step back names an earlier step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from association.rulebook.lines import Path
from association.rulebook.schema import Rulebook
from association.rulebook.schema.governance import Majority

from .finding import Finding
from .keys import each, names

ASKED = ("fields", "fields.columns")
KINDS: Mapping[str, tuple[str, ...]] = {
    "documents.rows": ("rows",),
    "documents.per_item_of": ("rows",),
    "eligibility.params.of": ("rows",),
    "fees.grade.field": ("choice",),
    "sizes.any.field": ("integer", "money", "year"),
    "sizes.all.field": ("integer", "money", "year"),
}
"""Of which kind the field must be that a key names."""

LONGEST_BODY = 60
"""Characters that are stored of a body's id."""

SEQ = re.compile(r"\{seq(?::0?\d{1,2}d?)?\}")
YEAR = re.compile(r"\{year\}")
PREFIX = re.compile(r"[0-9A-Z]{1,2}")


def check_parts(book: Rulebook) -> Iterator[Finding]:
    for check in (
        _sections,
        _bodies,
        _questions,
        _kinds,
        _documents,
        _checks,
        _steps,
        _admission,
        _registration,
        _reminders,
        _fees,
        _standing,
        _patterns,
    ):
        yield from check(book)


def _missing(path: Path, key: str) -> Finding:
    return Finding(path, "missing_key", {"key": key})


def _sections(book: Rulebook) -> Iterator[Finding]:
    wanted = ("classes", "membership") if book.kind == "membership" else ("registries",)
    yield from (_missing((), key) for key in wanted if not getattr(book, key))


def _bodies(book: Rulebook) -> Iterator[Finding]:
    for key in book.bodies:
        if len(key) > LONGEST_BODY:
            yield Finding(("bodies", key), "too_long", {"limit": LONGEST_BODY})


def _questions(book: Rulebook) -> Iterator[Finding]:
    for key in ASKED:
        for path, asked in each(book, key):
            goes_with: dict[str, tuple[str, ...]] = {"choices": ("choice", "choices")}
            if key == "fields":
                goes_with["columns"] = ("rows",)
            elif asked.kind == "rows":
                yield Finding((*path, "kind"), "rows_in_rows")
            for part, kinds in goes_with.items():
                given = getattr(asked, part)
                if asked.kind in kinds and not given:
                    yield _missing(path, part)
                elif given and asked.kind not in kinds:
                    yield Finding((*path, part), "idle_key", {"key": part, "kind": asked.kind})
            yield from _twice((*path, "choices"), asked.choices)


def _twice(path: Path, words: tuple[str, ...]) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, word in enumerate(words):
        if word in seen:
            yield Finding((*path, index), "word_twice", {"word": word})
        seen.add(word)


def _kinds(book: Rulebook) -> Iterator[Finding]:
    kinds = {field.id: field.kind for field in book.fields}
    for key, allowed in KINDS.items():
        for path, name in names(book, key):
            if name in kinds and kinds[name] not in allowed:
                yield _wrong_kind(path, name, kinds[name], allowed)
    for index, check in enumerate(book.eligibility):
        place: Path = ("eligibility", index, "params", "field")
        wanted: Mapping[str, tuple[str, ...]] = {"min_years": ("date", "year"), "covers": ("rows",)}
        if check.kind in ("min_years", "covers") and check.params.field in kinds:
            kind = kinds[check.params.field]
            if kind not in wanted[check.kind]:
                yield _wrong_kind(place, check.params.field, kind, wanted[check.kind])


def _wrong_kind(path: Path, name: str, kind: str, allowed: tuple[str, ...]) -> Finding:
    return Finding(path, "wrong_kind", {"id": name, "kind": kind, "allowed": "、".join(allowed)})


def _documents(book: Rulebook) -> Iterator[Finding]:
    for index, document in enumerate(book.documents):
        path: Path = ("documents", index)
        if document.given_as == "rows" and document.rows is None:
            yield _missing(path, "rows")
        for prefix, name in document.by_prefix.items():
            if not PREFIX.fullmatch(prefix):
                facts = {"value": prefix, "form": "信用代码开头的一至二位数字或大写字母"}
                yield Finding((*path, "by_prefix", prefix), "wrong_format", facts)
            if name not in document.any_of:
                yield Finding((*path, "by_prefix", prefix), "not_in_any_of", {"name": name})


def _checks(book: Rulebook) -> Iterator[Finding]:
    groups = {check.id for check in book.eligibility if check.kind in ("any_of", "all_of")}
    for index, check in enumerate(book.eligibility):
        path: Path = ("eligibility", index, "params")
        if check.kind in ("any_of", "all_of"):
            for n, id in enumerate(check.params.ids):
                if id in groups:
                    yield Finding((*path, "ids", n), "group_in_group", {"id": id})
            if not check.params.ids and not check.params.options:
                yield _missing(path, "options")
        elif check.kind == "min_count" and bool(check.params.column) != bool(check.params.values):
            yield _missing(path, "values" if check.params.column else "column")


def _steps(book: Rulebook) -> Iterator[Finding]:
    for path, workflow in each(book, "workflows"):
        order = {step.id: index for index, step in enumerate(workflow.steps)}
        for index, step in enumerate(workflow.steps):
            for n, refusal in enumerate(step.refusals):
                place = (*path, "steps", index, "refusals", n)
                if refusal.kind == "send_back" and refusal.to is None:
                    yield _missing(place, "to")
                elif refusal.kind != "send_back" and refusal.to is not None:
                    yield Finding((*place, "to"), "idle_key", {"key": "to", "kind": refusal.kind})
                elif order.get(refusal.to or "", -1) >= index:
                    yield Finding((*place, "to"), "forward_step", {"id": refusal.to})


def _admission(book: Rulebook) -> Iterator[Finding]:
    """Whoever can apply has a way in."""
    if book.kind != "membership" or book.status == "repealed":
        return
    for index, rule in enumerate(book.classes):
        ways = [way for way in book.workflows.get("admission", ()) if book.matches(way.selector, {"class": rule.id})]
        if rule.applied_for and not any(way.steps for way in ways):
            yield Finding(("classes", index), "no_way_in", {"name": rule.name})


def _registration(book: Rulebook) -> Iterator[Finding]:
    """A registration of its own (登记) needs the notice, its steps, and the certificate that it ends with."""
    for index, rule in enumerate(book.registrations):
        if rule.id == "initial":
            steps = {step.action for way in book.workflows.get("registration_initial", ()) for step in way.steps}
            notified = {step.action for way in book.workflows.get("admission", ()) for step in way.steps}
            printed = any(c.trigger == "registration.completed" and c.validity for c in book.certificates)
            missing = [
                *([] if "notify" in notified else ['workflows.admission：action = "notify" 的步骤']),
                *(
                    f'workflows.registration_initial：action = "{action}" 的步骤'
                    for action in ("pay", "register", "publish")
                    if action not in steps
                ),
                *([] if printed else ['certificates：trigger = "registration.completed" 并写明 validity 的证书']),
            ]
            if missing:
                yield Finding(("registrations", index), "registration_incomplete", {"missing": "；".join(missing)})


def _reminders(book: Rulebook) -> Iterator[Finding]:
    """Each stage and each kind of step once; one that escalates to somebody does it at some time."""
    seen: set[str] = set()
    general = ""
    for index, rule in enumerate(book.reminders):
        path: Path = ("reminders", index)
        for key in ("before", "after"):
            yield from _twice((*path, key), tuple(str(n) for n in getattr(rule, key)))
        if rule.escalate_to and not rule.escalate_after:
            yield Finding((*path, "escalate_to"), "idle_key", {"key": "escalate_to", "kind": "escalate_after = 0"})
        if general:
            yield Finding(path, "reminder_unreached", {"id": general})
        for n, action in enumerate(rule.actions):
            if action in seen:
                yield Finding((*path, "actions", n), "word_twice", {"word": action})
            seen.add(action)
        general = general or ("" if rule.actions else rule.id)


def _fees(book: Rulebook) -> Iterator[Finding]:
    fees = book.fees
    proration = fees.proration if fees else None
    if fees and fees.cycle not in ("year", "once"):
        for key, rule in (("proration", proration and proration.method == "shares"), ("prepayment", fees.prepayment)):
            if rule:
                yield Finding(("fees", key), "yearly_only", {"key": key, "cycle": fees.cycle})
    if proration and proration.method == "shares" and not proration.shares:
        yield _missing(("fees", "proration"), "shares")
    elif proration and proration.shares and proration.method != "shares":
        path: Path = ("fees", "proration", "shares")
        yield Finding(path, "idle_key", {"key": "shares", "kind": proration.method})


def _standing(book: Rulebook) -> Iterator[Finding]:
    for index, rule in enumerate(book.sanctions.automatic if book.sanctions else ()):
        if rule.after is None and rule.on is None and rule.years is None:
            yield Finding(("sanctions", "automatic", index), "when_missing")
    if book.voting and book.voting.weights and book.voting.equal:
        yield Finding(("voting", "weights"), "votes_equal")
    for index, vote in enumerate(book.voting.decisions if book.voting else ()):
        yield from _majority(("voting", "decisions", index), vote)


def _majority(path: Path, rule: Majority) -> Iterator[Finding]:
    """Shares of at most one, and of a fee standard no less than the law asks for."""
    for key in ("quorum", "majority"):
        value = getattr(rule, key)
        part, _slash, whole = value.partition(" ")[2].partition("/") if value else ("0", "", "1")
        if int(part) > int(whole) or (part == whole and value.startswith("> ")):
            yield Finding((*path, key), "share", {"value": value})
    if rule.kind == "fee_standard":
        low = {"quorum": (rule.quorum, Fraction(2, 3), ">="), "majority": (rule.majority, Fraction(1, 2), ">")}
        for key, (value, least, sign) in low.items():
            if value and (Fraction(value.partition(" ")[2]), value[:2] == "> ") < (least, sign == ">"):
                yield Finding((*path, key), "below_law", {"value": value, "least": f"{sign} {least}"})
        if rule.secret is False:
            yield Finding((*path, "secret"), "below_law", {"value": "false", "least": "true"})


def _patterns(book: Rulebook) -> Iterator[Finding]:
    """Numbers are counted by exactly one ``{seq}``; a suffix has its ``{n}``."""
    if book.numbering:
        yield from _pattern(("numbering", "pattern"), book.numbering.pattern, SEQ)
        sub = book.numbering.sub_entities
        if sub and sub.suffix.count("{n}") != 1:
            yield Finding(("numbering", "sub_entities", "suffix"), "suffix", {"value": sub.suffix})
    for index, registry in enumerate(book.registries):
        if registry.numbering:
            yield from _pattern(("registries", index, "numbering"), registry.numbering, SEQ, YEAR)


def _pattern(path: Path, pattern: str, seq: re.Pattern[str], *others: re.Pattern[str]) -> Iterator[Finding]:
    rest: Any = pattern
    for other in (seq, *others):
        rest = other.sub("", rest)
    if len(seq.findall(pattern)) != 1 or "{" in rest or "}" in rest:
        yield Finding(path, "pattern", {"value": pattern})
