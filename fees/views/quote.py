"""«入会试算»: what joining would cost, which papers it needs and how it goes. No account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from association import clock, queries
from association.ratelimit import Limit, limited
from association.rule_words import due_words, period_words
from association.rulebook import Rulebook, Silent
from association.rulebook.schema.joining import Step
from association.web import sentences
from fees.quotes import Quote, Unquotable, quote

LIMIT = Limit("quote", 120)
WORKFLOWS = ("admission", "registration_initial")
FIELDS = {"class": "member", "tier": "member"}  # parameters of the API, and the field that asks for them here


class QuoteForm(forms.Form):
    """Who joins and when. ``member`` is a class, or a class and a tier: ``person``, ``unit.council``."""

    member = forms.ChoiceField(
        label=_("Joins as"), error_messages={"invalid_choice": _("Choose one of the kinds of members below.")}
    )
    starts_on = forms.DateField(
        label=_("Day of the application"),
        help_text=_("Membership begins on this day once the application is approved."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as 2026-09-15.")},
    )

    def __init__(self, data: dict[str, str], *, rulebook: Rulebook) -> None:
        super().__init__(data)
        self.fields["member"].choices = members(rulebook)  # type: ignore[attr-defined]  # a ChoiceField


def members(rulebook: Rulebook) -> list[tuple[str, str]]:
    """Every kind of member that joins by itself, from the lowest tier to the highest."""
    found: list[tuple[str, str]] = []
    for known in rulebook.classes:
        if known.joined_by == "deemed":
            continue
        tiers = rulebook.tiers_of(known.id)
        found += [(f"{known.id}.{tier.id}", tier.name) for tier in tiers if not tier.closed]
        if not tiers:
            found.append((known.id, known.name))
    return found


@require_safe
@limited(LIMIT)
def quote_page(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    try:
        rulebook = queries.rulebook_on(today)
    except queries.NoRulebook:
        return render(request, "fees/quote_none.html")
    form = QuoteForm(_typed(request.GET, rulebook, today), rulebook=rulebook)
    found = _quote(form) if form.is_valid() else None
    context = {"form": form, "quote": found, **(_shown(found) if found else {})}
    return render(request, "fees/quote.html", context)


def _typed(data: QueryDict, rulebook: Rulebook, today: date) -> dict[str, str]:
    """What the address says; the parameters of the API are understood as well. At first: the lowest tier, today."""
    member = data.get("member") or ".".join(filter(None, (data.get("class"), data.get("tier"))))
    kinds = members(rulebook)
    return {
        "member": member or (kinds[0][0] if kinds else ""),
        "starts_on": data.get("starts_on", today.isoformat()),
    }


def _quote(form: QuoteForm) -> Quote | None:
    class_id, _dot, tier = form.cleaned_data["member"].partition(".")
    try:
        return quote(class_id, tier, form.cleaned_data["starts_on"])
    except Unquotable as problem:
        for line in sentences(problem.decision):
            form.add_error(FIELDS.get(problem.parameter, problem.parameter), line)
        return None


def _shown(found: Quote) -> dict[str, Any]:
    """The lines, the papers and the steps, each with its articles."""
    rulebook = found.governing.rulebook
    facts = {"class": found.class_id, "tier": found.tier}
    events = {line.due_event for line in found.lines if line.due_event}
    papers = rulebook.documents_for(found.class_id, "application", facts)
    return {
        "rulebook": rulebook,
        "version": found.governing.label,
        "kind": rulebook.tier(found.tier).name if found.tier else rulebook.member_class(found.class_id).name,
        "due": [due_words(event) for event in sorted(events)],
        "papers": [{"name": d.name, "any_of": d.any_of, "sources": d.sources(rulebook.id)} for d in papers],
        "checks": [
            {"name": check.name, "sources": check.sources(rulebook.id)}
            for check in rulebook.eligibility_for(found.class_id, facts)
        ],
        "steps": steps(rulebook, facts),
    }


def steps(rulebook: Rulebook, facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from the application to the published registration: who, what, until when."""
    found = []
    for name in WORKFLOWS:
        try:
            workflow = rulebook.workflow(name, facts)
        except Silent:
            continue
        found += [_step(rulebook, step) for step in workflow.steps]
    return found


def _step(rulebook: Rulebook, step: Step) -> dict[str, Any]:
    sources = step.sources(rulebook.id)
    if step.deadline is not None:
        sources = tuple(dict.fromkeys((*sources, *step.sources(rulebook.id, step.deadline))))
    mine = step.action in ("pay", "submit", "sign")
    return {
        "label": step.name or step.id,
        "state": "next",
        "who": str(_("You")) if mine else rulebook.body(step.actor).name,
        "when": period_words(step.deadline) if step.deadline else "",
        "sources": sources,
    }
