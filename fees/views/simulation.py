"""What the page of «入会试算» shows of a quote, worded: the fee, whom it concerns, what is asked, how it goes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from association import queries
from association.decisions import Source, convention
from association.rule_words import period_words
from association.rulebook import Rulebook
from association.rulebook.schema.joining import MemberClass
from association.rules.money import format_yuan, round_money
from association.web import sentences
from fees.quotes import Quote
from fees.rules.dues import Line
from fees.rules.periods import MONTHS, YEAR
from fees.rules.way import UNASKED, Asked, Stop, Way
from fees.words import AFTERWARDS, asked_words, begins_words, due_said, period_name, stop_words

MINE = ("pay", "submit", "sign")

Said = tuple[str, tuple[Source, ...]]


def shown(found: Quote) -> dict[str, Any]:
    """Everything beneath the form."""
    rulebook = found.governing.rulebook
    way = found.way()
    return {
        "rulebook": rulebook,
        "version": found.governing.label,
        "kind": _kind(found),
        "lines": [_line(line) for line in found.lines],
        "due": list(dict.fromkeys(_due(rulebook, line) for line in found.lines if line.due_event)),
        "untold": [] if found.told else sentences(found.decision),
        "nothing": (sentences(found.decision), found.decision.sources) if found.told and not found.lines else None,
        "fee_notes": list(_fee_notes(found)),
        "member_notes": [*_member_notes(found), *_begins(found, way)],
        "checks": [_asked(rulebook, check) for check in way.checks],
        "papers": [_asked(rulebook, paper) for paper in (*way.papers, *way.accepted)],
        "steps": [_step(stop) for stop in way.stops],
        "stages": _stages(rulebook),
        "apply_url": _apply_url(rulebook, rulebook.member_class(found.class_id)),
    }


def _kind(found: Quote) -> str:
    rulebook = found.governing.rulebook
    tier = rulebook.tier(found.tier).name if found.tier else ""
    return tier or rulebook.member_class(found.class_id).name


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": period_name(line.year, line.period, line.cycle),
        "months": line.months if line.cycle != "once" else "",
        "formula": line.formula,
        "sources": line.sources,
        "amount": line.amount,
        "due_from": line.due_from,
        "due_on": line.due_on,
        "provisional": line.provisional,
    }


def _due(rulebook: Rulebook, line: Line) -> str:
    return due_said(rulebook, line.due_event or "")


def _fee_notes(found: Quote) -> Iterator[Said]:
    """What else the document says about this member's fee."""
    rulebook = found.governing.rulebook
    fees = rulebook.fees
    if fees is None or (found.told and not found.lines):
        return
    sources = fees.sources(rulebook.id)
    facts = {"class": found.class_id, "tier": found.tier}
    if found.lines:
        yield from _afterwards(found)
    if fees.before_review:
        yield _("The fee is paid with the application, before it is reviewed."), sources
    if fees.refund_on_rejection == "full":
        yield _("If the application is refused, it is paid back in full."), sources
    if fees.lapse_after is not None:
        late = _("Where it is not paid in time, the association decides what follows; nothing lapses by itself.")
        yield late, fees.sources(rulebook.id, fees.lapse_after)
    if fees.free_items:
        yield _("Free of charge: %(items)s.") % {"items": "、".join(fees.free_items)}, sources
    for waiver in fees.waivers:
        if rulebook.matches(waiver.selector, facts):
            words = _("Not owed for a year in which the employer has paid its own fee; what was paid goes back.")
            yield words, waiver.sources(rulebook.id)
    for exemption in fees.exemptions:
        if rulebook.matches(exemption.selector, facts):
            facts_said = {"name": exemption.name, "body": _body(rulebook, exemption.decided_by)}
            yield _("%(name)s: on application, decided by %(body)s.") % facts_said, exemption.sources(rulebook.id)


def _afterwards(found: Quote) -> Iterator[Said]:
    """What each following period costs, by what its line cites; and a year of them where rounding moves it (C-14)."""
    last = found.lines[-1]
    if last.cycle == "once":
        return
    every = YEAR // MONTHS[last.cycle]
    each = round_money(last.annual / every)
    yield str(AFTERWARDS[last.cycle]) % {"amount": format_yuan(each)}, ()
    summed = found.decision.reasons[-1].facts.get("year_sum")
    if summed:
        facts = {"sum": format_yuan(Decimal(summed)), "annual": format_yuan(last.annual)}
        words = _("Each period is rounded by itself: a year of them comes to ¥%(sum)s, by the standard ¥%(annual)s.")
        yield words % facts, (convention("C-14"),)


def _member_notes(found: Quote) -> Iterator[Said]:
    """How one becomes this kind of member, where it is not simply by an application."""
    rulebook = found.governing.rulebook
    one = rulebook.member_class(found.class_id)
    sources = one.sources(rulebook.id)
    if one.joined_by == "register":
        yield _("%(name)s register; nobody decides on it.") % {"name": one.name}, sources
    elif one.joined_by == "invitation":
        yield _("%(name)s are invited by the association; one does not apply.") % {"name": one.name}, sources
    elif one.joined_by == "deemed":
        through = rulebook.member_class(one.deemed_from).name if one.deemed_from else ""
        words = _("%(name)s need no application: it comes with «%(through)s».")
        yield words % {"name": one.name, "through": through}, sources
    elif one.joined_by == "obligation":
        yield _("%(name)s have to apply.") % {"name": one.name}, sources
        if one.apply_within is not None:
            within = one.sources(rulebook.id, one.apply_within)
            yield _("Apply %(period)s.") % {"period": period_words(one.apply_within)}, within
        if not one.refusable:
            yield _("The application is not refused; only papers can be asked for."), sources
    tier = rulebook.tier(found.tier) if found.tier else None
    if tier is not None and tier.by_resolution_of:
        bodies = "、".join(_body(rulebook, body) for body in tier.by_resolution_of)
        words = _("«%(tier)s» is conferred by a resolution of %(bodies)s.")
        yield words % {"tier": tier.name, "bodies": bodies}, tier.sources(rulebook.id)


def _begins(found: Quote, way: Way) -> Iterator[Said]:
    if way.begins is not None:
        yield begins_words(way.begins, found.starts_on), way.begins.sources


def _asked(rulebook: Rulebook, asked: Asked) -> dict[str, Any]:
    return {"name": asked.name, "more": asked_words(rulebook, asked), "sources": asked.sources}


def _step(stop: Stop) -> dict[str, Any]:
    return {
        "label": stop.name,
        "state": "next",
        "who": _("You") if stop.action in MINE else stop.actor,
        "when": stop_words(stop),
        "sources": stop.sources,
    }


def _stages(rulebook: Rulebook) -> list[dict[str, Any]]:
    """The stages of the selections of a registry, with their weights where the document gives them."""
    return [
        {
            "name": stage.name,
            "weight": f"{stage.weight * 100:.0f}%" if stage.weight is not None else "",
            "focus": "、".join(stage.focus),
            "sources": selection.sources(rulebook.id),
        }
        for registry in rulebook.registries
        if (selection := registry.selection)
        for stage in selection.stages
    ]


def _apply_url(rulebook: Rulebook, one: MemberClass) -> str:
    return "" if rulebook.kind == "registry" or one.joined_by in UNASKED else reverse("apply")


def _body(rulebook: Rulebook, key: str) -> str:
    return rulebook.bodies[key].name if key in rulebook.bodies else queries.body_name(key)
