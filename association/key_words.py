"""What the parts of a rulebook file are called, at the desk and in the command. A key without words shows itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.rulebook import Rulebook

Words = str | Promise

STATUSES: dict[str, Words] = {
    "draft": pgettext_lazy("rulebook", "draft"),
    "trial": pgettext_lazy("rulebook", "on trial"),
    "in_force": pgettext_lazy("rulebook", "issued and in force"),
    "repealed": pgettext_lazy("rulebook", "repealed"),
    "template": pgettext_lazy("rulebook", "model text"),
}
AREAS: dict[str, Words] = {
    "members": pgettext_lazy("area of impact", "Members"),
    "fees": pgettext_lazy("area of impact", "Fees"),
    "cases": pgettext_lazy("area of impact", "Open cases"),
    "certificates": pgettext_lazy("area of impact", "Certificates"),
}
KINDS: dict[str, tuple[Words, str]] = {
    "added": (pgettext_lazy("difference", "new"), "done"),
    "removed": (pgettext_lazy("difference", "gone"), "stopped"),
    "changed": (pgettext_lazy("difference", "changed"), "waiting"),
}
KEYS: dict[str, Words] = {
    "n": pgettext_lazy("key of the rules", "number"),
    "unit": pgettext_lazy("key of the rules", "unit"),
    "from": pgettext_lazy("key of the rules", "counted from"),
    "on": pgettext_lazy("key of the rules", "event"),
    "ref": pgettext_lazy("key of the rules", "articles"),
    "basis": pgettext_lazy("key of the rules", "basis"),
    "note": pgettext_lazy("key of the rules", "note"),
    "erratum": pgettext_lazy("key of the rules", "erratum"),
    "label": pgettext_lazy("key of the rules", "number of the article"),
    "position": pgettext_lazy("key of the rules", "place"),
    "name": pgettext_lazy("key of the rules", "name"),
    "title": pgettext_lazy("key of the rules", "title"),
    "text": pgettext_lazy("key of the rules", "text"),
    "version": pgettext_lazy("key of the rules", "version"),
    "status": pgettext_lazy("key of the rules", "status"),
    "rank": pgettext_lazy("key of the rules", "rank"),
    "class": pgettext_lazy("key of the rules", "class"),
    "actor": pgettext_lazy("key of the rules", "whose turn"),
    "action": pgettext_lazy("key of the rules", "what is done"),
    "deadline": pgettext_lazy("key of the rules", "time limit"),
    "period": pgettext_lazy("key of the rules", "period"),
    "within": pgettext_lazy("key of the rules", "within"),
    "amount": pgettext_lazy("key of the rules", "amount"),
    "weight": pgettext_lazy("key of the rules", "weight"),
    "adopted_by": pgettext_lazy("key of the rules", "adopted by"),
    "adopted_on": pgettext_lazy("key of the rules", "adopted on"),
    "effective_on": pgettext_lazy("key of the rules", "effective on"),
    "repealed_on": pgettext_lazy("key of the rules", "repealed on"),
    "by_resolution_of": pgettext_lazy("key of the rules", "by resolution of"),
    "decided_by": pgettext_lazy("key of the rules", "decided by"),
    "validity": pgettext_lazy("key of the rules", "validity"),
    "selector": pgettext_lazy("key of the rules", "for whom"),
    "standard_by": pgettext_lazy("key of the rules", "standard set by"),
    "required": pgettext_lazy("key of the rules", "required"),
    "tier": pgettext_lazy("key of the rules", "tier"),
    "holder": pgettext_lazy("key of the rules", "who holds it"),
    "plaque": pgettext_lazy("key of the rules", "plaque"),
    "types": pgettext_lazy("key of the rules", "kinds"),
}
BASES: dict[str, Words] = {
    "text": pgettext_lazy("basis", "the article says so"),
    "interpretation": pgettext_lazy("basis", "reading of the article"),
    "gap": pgettext_lazy("basis", "the article is silent"),
}
BODY_KEYS = frozenset(
    {
        "actor", "adopted_by", "body", "by_resolution_of", "decided_by", "elected_by", "guided_by", "implemented_by",
        "interim_by", "interpreted_by", "parent", "ratify_by", "standard_by", "to",
    }
)  # fmt: skip
"""Keys whose values are ids of bodies."""
MEMBER_KEYS = frozenset(("tier", "class", "tier_at_least", "holder", "types", "excluded", "composed_of"))
"""Keys whose values are ids of tiers or classes."""
VALUES: dict[str, Words] = {
    "true": pgettext_lazy("value of the rules", "yes"),
    "false": pgettext_lazy("value of the rules", "no"),
    "same_day": pgettext_lazy("value of the rules", "the same day"),
    "workday": pgettext_lazy("value of the rules", "working days"),
    "day": pgettext_lazy("value of the rules", "days"),
    "month": pgettext_lazy("value of the rules", "months"),
    "year": pgettext_lazy("value of the rules", "years"),
}
NO_TIER = gettext_lazy("no tier (the class has none)")


def key_words(key: str) -> str:
    """«time limit: number» for ``deadline.n``; a part that has no words keeps its key."""
    colon = _(": ")
    return colon.join(str(KEYS.get(part, part)) for part in key.split("."))


def value_words(key: str, value: str | None, book: Rulebook) -> str:
    """A value of the file, ids of bodies, tiers and classes by their names; «—» where it gives none."""
    if value is None:
        return "—"
    last = key.rpartition(".")[2]
    if last == "basis":
        return str(BASES.get(value, value))
    if last in BODY_KEYS:
        return _named(value, {id: body.name for id, body in book.bodies.items()})
    if last in MEMBER_KEYS:
        classes = {rule.id: rule.name for rule in book.classes}
        return _named(value, classes | {tier.id: tier.name for tier in book.tiers})
    return str(VALUES.get(value, value)) if last == "unit" or value in ("true", "false") else value


def _named(value: str, names: Mapping[str, str]) -> str:
    return "、".join(names.get(id, id) for id in value.split("、"))
