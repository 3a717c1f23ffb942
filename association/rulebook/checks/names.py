"""Every name is known: a table of which key names which kind of thing, and one loop over it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from association.rulebook.schema import Rulebook
from association.rulebook.schema.base import Selector

from .finding import Finding, unknown
from .keys import at, each, keys_of, keys_where, mentions, models_in, names

SELECTORS = keys_of(Selector)

NAMED: Mapping[str, tuple[str, ...]] = {
    "article": ("chapters.first", "articles_meta"),
    "body": (
        "rulebook.adopted_by",
        "rulebook.implemented_by",
        "rulebook.interpreted_by",
        "bodies.parent",
        "bodies.guided_by",
        "roles.term_of",
        "attendance.body",
        "attendance.decided_by",
        "appeals.body",
        "amendment.decided_by",
        "feedback.to",
        "tiers.by_resolution_of",
        "workflows.steps.actor",
        "workflows.steps.delegated_by",
        "workflows.steps.escalate_to",
        "reminders.escalate_to",
        "fees.issued_by",
        "fees.dunning_by",
        "fees.standard_by",
        "fees.exemptions.decided_by",
        "fees.report.to",
        "benefits.handled_by",
        "benefits.needs_resolution_of",
        "sanctions.decided_by",
        "sanctions.handled_by",
        "sanctions.suspension.restore_by",
        "dishonesty.removal_by",
        "dishonesty.handled_by",
        "officers.confirm_by",
        "withdrawal.approved_by",
        "restorations.decided_by",
        "awards.decided_by",
        "voting.decisions.by",
        "ratification.interim_by",
        "ratification.ratify_by",
        "announcements.published_by",
        "registries.operator",
        "registries.call.reopened_by",
        "registries.selection.decided_by",
        "registries.assessment.assessed_by",
        "registries.exit.decided_by",
    ),
    "class": (
        "classes.deemed_from",
        "tiers.class",
        "categories.class",
        "category_policy.class",
        "acceptances.classes",
        "membership.by_class",
        "fees.cycles",
        "registries.entries",
        *(f"{selector}.class" for selector in SELECTORS),
    ),
    "tier": (
        "eligibility.params.tier",
        "benefits.quantity",
        "benefits.target",
        "certificates.types",
        "officers.min_office",
        *(f"{selector}.{key}" for selector in SELECTORS for key in ("tier", "tier_at_least")),
    ),
    "voter": ("voting.weights", "voting.excluded"),
    "elector": ("bodies.elected_by", "roles.elected_by"),
    "holder": ("entitlements.holder", "inherits.holder", "inherits.from", "bodies.composed_of", "benefits.holders"),
    "adviser": ("registries.exit.opinion_of",),
    "role": ("eligibility.params.role",),
    "category": (
        "categories.parent",
        "categories.exclusive_with",
        "branches.kinds",
        *(f"{selector}.category" for selector in SELECTORS),
    ),
    "size": tuple(f"{selector}.size" for selector in SELECTORS),
    "document": ("categories.extra_documents", "document_groups.any_of", "eligibility.params.document"),
    "field": (
        "documents.per_item_of",
        "documents.rows",
        "eligibility.params.field",
        "eligibility.params.of",
        "sizes.any.field",
        "sizes.all.field",
        "fees.grade.field",
        "registries.selection.stages.interviewee",
    ),
    "check": ("eligibility.params.ids", "registries.standing"),
    "workflow": ("registrations.workflow",),
    "effect": ("sanctions.automatic.effect",),
    "paper": ("acceptances.document",),
}
"""Which keys name which kind of thing. A test holds every key of type ``Id`` against it."""


def ids(rules: Iterable[Any]) -> set[str]:
    return {rule.id for rule in rules}


def _union(*kinds: str) -> Callable[[Rulebook], set[str]]:
    return lambda book: {id for kind in kinds for id in KNOWN[kind](book)}


KNOWN: Mapping[str, Callable[[Rulebook], Collection[str]]] = {
    "article": lambda book: book.article_texts,
    "body": lambda book: book.bodies,
    "class": lambda book: ids(book.classes),
    "tier": lambda book: ids(book.tiers),
    "voter": _union("class", "tier"),
    "elector": _union("class", "tier", "body"),
    "holder": _union("class", "tier", "body", "role"),
    "adviser": _union("body", "role"),
    "role": lambda book: ids(book.roles),
    "category": lambda book: ids(book.categories),
    "size": lambda book: ids(book.sizes),
    "document": lambda book: ids(book.documents),
    "field": lambda book: ids(book.fields),
    "check": lambda book: ids(book.eligibility),
    "workflow": lambda book: book.workflows,
    "effect": lambda book: {"withdrawal", "loss", *(ids(book.sanctions.ladder) if book.sanctions else ())},
    "paper": lambda book: {book.id, *book.references, *ids(book.documents)},
}

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
IN_WORDS = ("paper",)
"""Kinds that may also be given in the document's own words: only what looks like an id must be known."""

ELSEWHERE = ("class", "tier")
"""What a registry may leave to the membership rulebook beside it: where it has none of its own, all are taken."""


class Within(NamedTuple):
    """Names of things that are known only inside one table: the steps of this workflow."""

    around: str
    keys: tuple[str, ...]
    kind: str
    known: Callable[[Any, Rulebook], Collection[str] | None]


def _columns(params: Any, book: Rulebook) -> Collection[str] | None:
    asked = getattr(params, "of", None) or getattr(params, "field", None)
    columns = next((field.columns for field in book.fields if field.id == asked), ())
    return ids(columns) or None


def _options(params: Any, book: Rulebook) -> Collection[str] | None:
    """The choices of the column whose values are looked for; ``None`` where anything may stand in it."""
    asked = getattr(params, "of", None) or getattr(params, "field", None)
    columns = next((field.columns for field in book.fields if field.id == asked), ())
    wanted = getattr(params, "column", None)
    return next((column.choices for column in columns if column.id == wanted), ()) or None


WITHIN = (
    Within("workflows", ("steps.refusals.to",), "step", lambda workflow, _: ids(workflow.steps)),
    Within("registries.selection", ("tie",), "stage", lambda selection, _: ids(selection.stages)),
    Within(
        "registries.assessment",
        ("recommends", "opens_exit"),
        "band",
        lambda assessment, _: {band.name for band in assessment.bands},
    ),
    Within("credit", ("bad",), "grade", lambda credit, _: credit.grades),
    Within("choices", ("default",), "option", lambda choice, _: choice.options),
    Within("eligibility.params", ("column", "distinct"), "column", _columns),
    Within("eligibility.params", ("values",), "option", _options),
)


def check_names(book: Rulebook) -> Iterator[Finding]:
    for kind, keys in NAMED.items():
        known = KNOWN[kind](book)
        if book.kind == "registry" and kind in ELSEWHERE and not known:
            continue
        for key in keys:
            for path, name in names(book, key):
                if kind not in IN_WORDS or IDENTIFIER.fullmatch(name):
                    yield from unknown(path, kind, name, known)
    for within in WITHIN:
        yield from _inside(book, within)
    yield from _repeated(book)


def _inside(book: Rulebook, within: Within) -> Iterator[Finding]:
    for place, table in each(book, within.around):
        known = within.known(table, book)
        for key in within.keys if known is not None else ():
            for path, name in names(table, key, place):
                yield from unknown(path, within.kind, name, known or ())


def _lists_of_the_identified() -> tuple[str, ...]:
    """Every key that holds a list of things with an id."""

    def fits(annotation: Any) -> bool:
        models = tuple(models_in(annotation))
        return bool(models) and all("id" in model.model_fields for model in models) and _is_list(annotation)

    return tuple(dict.fromkeys(keys_where(fits)))


def _is_list(annotation: Any) -> bool:
    return mentions(annotation, ...)


IDENTIFIED = _lists_of_the_identified()
UNIQUE: Mapping[str, tuple[str, ...]] = {
    "id": IDENTIFIED,
    "holder": ("inherits",),
    "name": ("registries.assessment.bands",),
    "first": ("chapters",),
}
"""What no two elements of one list may share."""


def _repeated(book: Rulebook) -> Iterator[Finding]:
    for key, lists in UNIQUE.items():
        for path, rules in (found for name in lists for found in at(book, name)):
            seen: set[str] = set()
            for index, rule in enumerate(rules):
                named = getattr(rule, key)
                if named in seen:
                    yield Finding((*path, index, key), "duplicate_id", {"id": named})
                if named:
                    seen.add(named)
