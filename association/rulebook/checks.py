"""What a rulebook must satisfy beyond its form: every name is known, nothing turns in a circle, sums are right."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

from .lines import Path
from .schema import Rulebook
from .schema.base import WHOLE_DOCUMENT, Selector
from .schema.joining import Workflow
from .schema.registry import Band

INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
TAG = re.compile(r"<[A-Za-z!/][^>]*>?")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its line is known. ``path`` is a location in the typed model."""

    path: Path
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def guess(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` was probably meant to be, or empty."""
    return next(iter(get_close_matches(word, list(known), n=1)), "")


def unknown(path: Path, kind: str, name: str | None, known: Iterable[str]) -> Iterator[Finding]:
    known = tuple(known)
    if name is not None and name not in known:
        yield Finding(path, f"unknown_{kind}", {"id": name, "guess": guess(name, known)})


def check_file(data: Mapping[str, Any]) -> Iterator[Finding]:
    """On the file as read: references to articles, and the cleanliness of every text."""
    articles = data.get("articles")
    keys = tuple(articles) if isinstance(articles, Mapping) else ()
    references = data.get("references")
    others = references if isinstance(references, Mapping) else {}
    stack: list[tuple[Path, Any]] = [((), data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, Mapping):
            stack.extend(((*path, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            if path[-1] == "ref" and path[0] not in ("articles", "references"):
                yield from _refs(path, value, keys, others)
            stack.extend(((*path, index), inner) for index, inner in enumerate(value))
        elif isinstance(value, str):
            yield from _clean(path, value)


def _refs(path: Path, refs: Sequence[Any], keys: Sequence[str], others: Mapping[str, Any]) -> Iterator[Finding]:
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
            if texts and key != WHOLE_DOCUMENT:
                yield from unknown((*path, index), "article", key, texts)


def _clean(path: Path, text: str) -> Iterator[Finding]:
    if found := INVISIBLE.search(text):
        yield Finding(path, "control_character", {"code": f"U+{ord(found[0]):04X}"})
    if found := TAG.search(text):
        yield Finding(path, "markup", {"tag": found[0][:20]})


def check_rulebook(book: Rulebook) -> Iterator[Finding]:
    """On the typed rulebook."""
    for check in (_dates, _duplicates, _cycles, _names_of_bodies, _names, _workflows, _selectors, _sums, _required):
        yield from check(book)


def _required(book: Rulebook) -> Iterator[Finding]:
    if book.kind == "membership":
        wanted = {"classes": book.classes, "membership": book.membership}
        yield from (Finding((), "missing_key", {"key": key}) for key, given in wanted.items() if not given)
    if book.kind == "registry" and not book.registries:
        yield Finding((), "missing_key", {"key": "registries"})


def _dates(book: Rulebook) -> Iterator[Finding]:
    meta = book.meta
    pairs = (("adopted_on", "effective_on"), ("effective_on", "repealed_on"), ("adopted_on", "repealed_on"))
    for earlier, later in pairs:
        first, second = getattr(meta, earlier), getattr(meta, later)
        if first and second and second < first:
            facts = {"earlier": earlier, "later": later, "first": str(first), "second": str(second)}
            yield Finding(("rulebook", later), "dates_backwards", facts)
    if meta.status == "repealed" and (meta.adoptable or meta.repealed_on is None):
        yield Finding(("rulebook", "status"), "repealed")
    for index, day in enumerate(book.calendar.fixed_holidays):
        yield from _day(("calendar", "fixed_holidays", index), int(day[:2]), int(day[3:]))
    for path, rule in _each_date_rule(book):
        if rule is not None and rule.kind == "fixed":
            yield from _day((*path, "day"), rule.month, rule.day)
        elif rule is not None and rule.kind == "span":
            yield from _month_days(path, rule.from_, rule.until)
    if book.fees and book.fees.proration:
        shares = book.fees.proration.shares
        for index, share in enumerate(shares):
            yield from _day(("fees", "proration", "shares", index, "from"), *_numbers(share.from_))
        for index, (first, second) in enumerate(pairwise(shares), start=1):
            if second.from_ <= first.from_:
                facts = {"earlier": first.from_, "later": second.from_}
                yield Finding(("fees", "proration", "shares", index, "from"), "shares_unordered", facts)


def _each_date_rule(book: Rulebook) -> Iterator[tuple[Path, Any]]:
    if book.fees:
        yield ("fees", "due"), book.fees.due
        yield ("fees", "first_due"), book.fees.first_due
        for index, exemption in enumerate(book.fees.exemptions):
            yield ("fees", "exemptions", index, "apply_by"), exemption.apply_by
    for index, automatic in enumerate(book.sanctions.automatic if book.sanctions else ()):
        yield ("sanctions", "automatic", index, "on"), automatic.on


def _month_days(path: Path, first: str, last: str) -> Iterator[Finding]:
    for key, day in (("from", first), ("until", last)):
        yield from _day((*path, key), *_numbers(day))
    if last < first:
        facts = {"earlier": "from", "later": "until", "first": first, "second": last}
        yield Finding((*path, "until"), "dates_backwards", facts)


def _numbers(month_day: str) -> tuple[int, int]:
    return int(month_day[:2]), int(month_day[3:])


def _day(path: Path, month: int, day: int) -> Iterator[Finding]:
    if day > calendar.monthrange(2000, month)[1]:
        yield Finding(path, "no_such_day", {"month": month, "day": day})


IDENTIFIED = (
    "roles",
    "attendance",
    "appeals",
    "document_groups",
    "restorations",
    "renewals",
    "awards",
    "surveys",
    "levels",
    "checklists",
    "classes",
    "tiers",
    "categories",
    "acceptances",
    "fields",
    "documents",
    "eligibility",
    "registrations",
    "choices",
    "sizes",
    "entitlements",
    "benefits",
    "certificates",
    "reviews",
    "bans",
    "announcements",
    "registries",
)


def _duplicates(book: Rulebook) -> Iterator[Finding]:
    lists: list[tuple[Path, Sequence[Any]]] = [((name,), getattr(book, name)) for name in IDENTIFIED]
    if book.sanctions:
        lists += [(("sanctions", name), getattr(book.sanctions, name)) for name in ("ladder", "grounds", "automatic")]
    if book.fees:
        lists += [(("fees", name), getattr(book.fees, name)) for name in ("free", "exemptions")]
    lists += [((*path, "steps"), workflow.steps) for path, workflow in _each_workflow(book)]
    lists += [(("fields", index, "columns"), field.columns) for index, field in enumerate(book.fields)]
    for path, rules in lists:
        seen: set[str] = set()
        for index, rule in enumerate(rules):
            if rule.id in seen:
                yield Finding((*path, index, "id"), "duplicate_id", {"id": rule.id})
            seen.add(rule.id)


def _cycles(book: Rulebook) -> Iterator[Finding]:
    bodies, categories = book.bodies, book.categories
    graphs: list[tuple[dict[str, Path], Mapping[str, str | None]]] = [
        ({id: ("bodies", id, "parent") for id in bodies}, {id: body.parent for id, body in bodies.items()}),
        ({id: ("bodies", id, "guided_by") for id in bodies}, {id: body.guided_by for id, body in bodies.items()}),
        (
            {category.id: ("categories", index, "parent") for index, category in enumerate(categories)},
            {category.id: category.parent for category in categories},
        ),
        (
            {rule.id: ("classes", index, "deemed_from") for index, rule in enumerate(book.classes)},
            {rule.id: rule.deemed_from for rule in book.classes},
        ),
    ]
    rungs = book.inherits
    graphs.append(
        (
            {rung.holder: ("inherits", index, "from") for index, rung in enumerate(rungs)},
            {rung.holder: rung.from_ for rung in rungs},
        )
    )
    for paths, above in graphs:
        yield from _circles(paths, above)


def _circles(paths: Mapping[str, Path], above: Mapping[str, str | None]) -> Iterator[Finding]:
    """Each circle once. Every node is walked once, so a tree of any depth is checked in linear time."""
    settled: set[str] = set()
    for start in above:
        trail: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in settled and node not in trail:
            trail[node] = None
            node = above.get(node)
        if node in trail:
            chain = list(trail)
            circle = chain[chain.index(str(node)) :]
            yield Finding(paths[circle[0]], "cycle", {"chain": " → ".join([*circle, circle[0]])})
        settled |= trail.keys()


BODIES_NAMED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("attendance", ("body", "decided_by")),
    ("appeals", ("body",)),
    ("restorations", ("decided_by",)),
    ("awards", ("decided_by",)),
    ("benefits", ("handled_by", "needs_resolution_of")),
    ("registries", ("operator",)),
)
"""Sections with keys that name one body each."""


def _names_of_bodies(book: Rulebook) -> Iterator[Finding]:
    named: list[tuple[Path, str | None]] = [
        *((("rulebook", "adopted_by", index), id) for index, id in enumerate(book.adopted_by)),
        (("rulebook", "implemented_by"), book.meta.implemented_by),
        (("rulebook", "interpreted_by"), book.meta.interpreted_by),
    ]
    for id, body in book.bodies.items():
        named += [(("bodies", id, "parent"), body.parent), (("bodies", id, "guided_by"), body.guided_by)]
        named.append((("bodies", id, "elected_by"), body.elected_by))
    for index, tier in enumerate(book.tiers):
        named += [(("tiers", index, "by_resolution_of", n), id) for n, id in enumerate(tier.by_resolution_of)]
    for index, rule in enumerate(book.officers):
        named.append((("officers", index, "confirm_by"), rule.confirm_by))
    for index, announcement in enumerate(book.announcements):
        named.append((("announcements", index, "published_by"), announcement.published_by))
    for section, keys in BODIES_NAMED:
        for index, rule in enumerate(getattr(book, section)):
            named += [((section, index, key), getattr(rule, key)) for key in keys]
    named += _bodies_of_sections(book)
    for path, name in named:
        yield from unknown(path, "body", name, book.bodies)


def _bodies_of_sections(book: Rulebook) -> Iterator[tuple[Path, str | None]]:
    fees, sanctions, ratification, dishonesty = book.fees, book.sanctions, book.ratification, book.dishonesty
    if fees:
        yield ("fees", "issued_by"), fees.issued_by
        yield ("fees", "standard_by"), fees.standard_by
        yield from ((("fees", "dunning_by", index), id) for index, id in enumerate(fees.dunning_by))
        for index, exemption in enumerate(fees.exemptions):
            yield ("fees", "exemptions", index, "decided_by"), exemption.decided_by
        if fees.report:
            yield from ((("fees", "report", "to", index), id) for index, id in enumerate(fees.report.to))
    if sanctions:
        yield ("sanctions", "decided_by"), sanctions.decided_by
        yield ("sanctions", "handled_by"), sanctions.handled_by
        if sanctions.suspension:
            yield ("sanctions", "suspension", "restore_by"), sanctions.suspension.restore_by
    if ratification:
        yield ("ratification", "interim_by"), ratification.interim_by
        yield from ((("ratification", "ratify_by", index), id) for index, id in enumerate(ratification.ratify_by))
    if book.feedback:
        yield ("feedback", "to"), book.feedback.to
    if book.amendment:
        yield from ((("amendment", "decided_by", n), id) for n, id in enumerate(book.amendment.decided_by))
    if book.withdrawal:
        yield ("withdrawal", "approved_by"), book.withdrawal.approved_by
    for index, registry in enumerate(book.registries):
        here: Path = ("registries", index)
        if registry.selection:
            yield (*here, "selection", "decided_by"), registry.selection.decided_by
        if registry.assessment:
            yield (*here, "assessment", "assessed_by"), registry.assessment.assessed_by
        if registry.exit:
            yield (*here, "exit", "decided_by"), registry.exit.decided_by
        if registry.call:
            yield (*here, "call", "reopened_by"), registry.call.reopened_by
    if dishonesty:
        yield ("dishonesty", "removal_by"), dishonesty.removal_by
        yield ("dishonesty", "handled_by"), dishonesty.handled_by


def _names(book: Rulebook) -> Iterator[Finding]:
    classes, tiers = [rule.id for rule in book.classes], [rule.id for rule in book.tiers]
    documents, categories = [rule.id for rule in book.documents], [rule.id for rule in book.categories]
    yield from _names_of_classes(book, classes)
    for index, category in enumerate(book.categories):
        yield from unknown(("categories", index, "parent"), "category", category.parent, categories)
        for id in category.extra_documents:
            yield from unknown(("categories", index, "extra_documents"), "document", id, documents)
        for id in category.exclusive_with:
            yield from unknown(("categories", index, "exclusive_with"), "category", id, categories)
    for index, benefit in enumerate(book.benefits):
        for id in benefit.quantity:
            yield from unknown(("benefits", index, "quantity", id), "tier", id, tiers)
    for index, certificate in enumerate(book.certificates):
        for id in certificate.types:
            yield from unknown(("certificates", index, "types"), "tier", id, tiers)
    asked = {question.id: question for question in book.fields}
    for index, group in enumerate(book.document_groups):
        for n, combination in enumerate(group.any_of):
            for id in combination:
                yield from unknown(("document_groups", index, "any_of", n), "document", id, documents)
    for index, document in enumerate(book.documents):
        yield from unknown(("documents", index, "per_item_of"), "field", document.per_item_of, asked)
        yield from unknown(("documents", index, "rows"), "field", document.rows, asked)
    if book.fees and book.fees.grade:
        yield from unknown(("fees", "grade", "field"), "field", book.fees.grade.field, asked)
    for index, registration in enumerate(book.registrations):
        yield from unknown(("registrations", index, "workflow"), "workflow", registration.workflow, book.workflows)
    yield from _names_of_checks(book, documents)
    yield from _names_of_standing(book, classes, tiers)


def _names_of_classes(book: Rulebook, classes: Sequence[str]) -> Iterator[Finding]:
    for index, member_class in enumerate(book.classes):
        yield from unknown(("classes", index, "deemed_from"), "class", member_class.deemed_from, classes)
    for index, tier in enumerate(book.tiers):
        for id in tier.class_:
            yield from unknown(("tiers", index, "class"), "class", id, classes)
    for index, acceptance in enumerate(book.acceptances):
        for id in acceptance.classes:
            yield from unknown(("acceptances", index, "classes"), "class", id, classes)


def _names_of_checks(book: Rulebook, documents: Sequence[str]) -> Iterator[Finding]:
    checks = [check.id for check in book.eligibility]
    asked = [question.id for question in book.fields]
    for index, check in enumerate(book.eligibility):
        path: Path = ("eligibility", index, "params")
        if check.kind == "document_valid":
            yield from unknown((*path, "document"), "document", check.params.document, documents)
        elif check.kind == "min_years":
            yield from unknown((*path, "field"), "field", check.params.field, asked)
        elif check.kind in ("any_of", "all_of"):
            for id in check.params.ids:
                yield from unknown((*path, "ids"), "check", id, checks)
    for index, size in enumerate(book.sizes):
        for part in ("any", "all"):
            for n, condition in enumerate(getattr(size, part)):
                yield from unknown(("sizes", index, part, n, "field"), "field", condition.field, asked)


def _names_of_standing(book: Rulebook, classes: Sequence[str], tiers: Sequence[str]) -> Iterator[Finding]:
    holders = {*classes, *tiers, *book.bodies, *(role.id for role in book.roles)}
    for index, rung in enumerate(book.inherits):
        yield from unknown(("inherits", index, "holder"), "holder", rung.holder, holders)
        yield from unknown(("inherits", index, "from"), "holder", rung.from_, holders)
    for key, body in book.bodies.items():
        for id in body.composed_of:
            yield from unknown(("bodies", key, "composed_of"), "holder", id, holders)
    for index, benefit in enumerate(book.benefits):
        for id in benefit.holders:
            yield from unknown(("benefits", index, "holders"), "holder", id, holders)
        for id in benefit.target:
            yield from unknown(("benefits", index, "target"), "tier", id, tiers)
    for index, entitlement in enumerate(book.entitlements):
        for id in entitlement.holder:
            yield from unknown(("entitlements", index, "holder"), "holder", id, holders)
    for index, officer in enumerate(book.officers):
        yield from unknown(("officers", index, "min_office"), "tier", officer.min_office, tiers)
    if book.sanctions:
        rungs = [rung.id for rung in book.sanctions.ladder]
        for index, rule in enumerate(book.sanctions.automatic):
            if rule.effect not in ("withdrawal", "loss"):
                yield from unknown(("sanctions", "automatic", index, "effect"), "rung", rule.effect, rungs)
            if rule.after is None and rule.on is None and rule.years is None:
                yield Finding(("sanctions", "automatic", index), "when_missing")


def _each_workflow(book: Rulebook) -> Iterator[tuple[Path, Workflow]]:
    for name, workflows in book.workflows.items():
        for index, workflow in enumerate(workflows):
            yield ("workflows", name, index), workflow


def _workflows(book: Rulebook) -> Iterator[Finding]:
    for path, workflow in _each_workflow(book):
        steps = [step.id for step in workflow.steps]
        for index, step in enumerate(workflow.steps):
            here: Path = (*path, "steps", index)
            yield from unknown((*here, "actor"), "body", step.actor, book.bodies)
            yield from unknown((*here, "delegated_by"), "body", step.delegated_by, book.bodies)
            for n, refusal in enumerate(step.refusals):
                yield from unknown((*here, "refusals", n, "to"), "step", refusal.to, steps)


SELECTING = (
    "roles",
    "fields",
    "documents",
    "document_groups",
    "eligibility",
    "benefits",
    "certificates",
    "reviews",
    "renewals",
    "surveys",
    "levels",
)


def _each_selector(book: Rulebook) -> Iterator[tuple[Path, Selector]]:
    for name in SELECTING:
        for index, rule in enumerate(getattr(book, name)):
            yield (name, index, "selector"), rule.selector
    for index, certificate in enumerate(book.certificates):
        for n, validity in enumerate(certificate.validity):
            yield ("certificates", index, "validity", n, "selector"), validity.selector
    for path, workflow in _each_workflow(book):
        yield (*path, "selector"), workflow.selector
    if book.fees:
        for name in ("waivers", "free", "exemptions"):
            for index, rule in enumerate(getattr(book.fees, name)):
                yield ("fees", name, index, "selector"), rule.selector
        if book.fees.prepayment and book.fees.prepayment.mandatory_for:
            yield ("fees", "prepayment", "mandatory_for"), book.fees.prepayment.mandatory_for


def _selectors(book: Rulebook) -> Iterator[Finding]:
    known = {
        "class": {rule.id for rule in book.classes},
        "tier": {rule.id for rule in book.tiers},
        "category": {rule.id for rule in book.categories},
        "size": {rule.id for rule in book.sizes},
    }
    # a registry leans on the classes and tiers of the membership rulebook beside it
    skipped = ("class", "tier") if book.kind == "registry" else ()
    for path, selector in _each_selector(book):
        named = {
            "class": selector.class_,
            "tier": selector.tier,
            "category": selector.category,
            "size": selector.size,
        }
        for kind, ids in named.items():
            for id in ids if kind not in skipped else ():
                yield from unknown((*path, kind), kind, id, known[kind])
        if "tier" not in skipped:
            yield from unknown((*path, "tier_at_least"), "tier", selector.tier_at_least, known["tier"])


def _sums(book: Rulebook) -> Iterator[Finding]:
    for index, registry in enumerate(book.registries):
        path: Path = ("registries", index)
        if registry.selection:
            yield from _weights((*path, "selection", "stages"), registry.selection.stages)
        if registry.assessment:
            yield from _weights((*path, "assessment", "components"), registry.assessment.components)
            for n, component in enumerate(registry.assessment.components):
                yield from _weights((*path, "assessment", "components", n, "items"), component.items)
            named = {band.name for band in registry.assessment.bands}
            for key in ("recommends", "opens_exit"):
                for name in getattr(registry.assessment, key):
                    yield from unknown((*path, "assessment", key), "band", name, named)
            yield from _bands((*path, "assessment", "bands"), registry.assessment.bands)


def _weights(path: Path, parts: Sequence[Any]) -> Iterator[Finding]:
    given = [part.weight for part in parts if part.weight is not None]
    total = sum(given)
    if given and (total != 1 or len(given) != len(parts)):
        yield Finding(path, "weights", {"total": str(total)})


def _bands(path: Path, bands: Sequence[Band]) -> Iterator[Finding]:
    for index, (better, worse) in enumerate(pairwise(bands), start=1):
        if better.value is None or (worse.value is not None and not _above(better, worse)):
            yield Finding((*path, index), "bands_overlap", {"name": worse.name})


def _above(better: Band, worse: Band) -> bool:
    assert better.value is not None
    assert worse.value is not None
    touching = better.value == worse.value and (better.op, worse.op) == (">", ">=")
    return better.value > worse.value or touching
