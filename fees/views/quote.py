"""«入会试算»: what joining would cost, which papers it needs and how it goes, by any adopted rulebook. No account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from association import clock, queries
from association.decisions import Refused
from association.ratelimit import Limit, limited
from association.rulebook import Rulebook
from association.web import sentences
from fees.quotes import Quote, Unquotable, quote, slot_of
from fees.rules.payers import grades
from fees.views.simulation import shown

LIMIT = Limit("quote", 120)
FIELDS = {"class": "member", "tier": "member"}  # parameters of the API, and the field that asks for them here
OF_THE_DAY = ("term_unknown", "term_over")
"""What another day mends."""


class QuoteForm(forms.Form):
    """Who joins and when. ``member`` is a class, or a class and a tier: ``person``, ``unit.council``."""

    member = forms.ChoiceField(
        label=_("Joins as"), error_messages={"invalid_choice": _("Choose one of the kinds of members below.")}
    )
    grade = forms.ChoiceField(
        label=_("Grade"), required=False, error_messages={"invalid_choice": _("Choose one of the grades below.")}
    )
    starts_on = forms.DateField(
        label=_("Day of the application"),
        help_text=_("Periods and fees are counted from this day."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as 2026-09-15.")},
    )

    def __init__(self, data: dict[str, str], *, rulebook: Rulebook) -> None:
        super().__init__(data)
        self.fields["member"].choices = members(rulebook)  # type: ignore[attr-defined]  # a ChoiceField
        if rulebook.kind == "registry":
            self.fields["member"].label = _("Enters as")
        asked = grade_field(rulebook)
        if asked is None:
            del self.fields["grade"]
            return
        name, choices = asked
        self.fields["grade"].label = name
        self.fields["grade"].choices = [(choice, choice) for choice in choices]  # type: ignore[attr-defined]


def members(rulebook: Rulebook) -> list[tuple[str, str]]:
    """Every kind of member, from the lowest tier to the highest; who needs no application comes last."""
    found: list[tuple[str, str]] = []
    for known in sorted(rulebook.classes, key=lambda known: known.joined_by == "deemed"):
        tiers = rulebook.tiers_of(known.id)
        shared = any(set(tier.class_) != {known.id} for tier in tiers)
        found += [(f"{known.id}.{t.id}", f"{known.name} · {t.name}" if shared else t.name) for t in tiers]
        if not tiers:
            found.append((known.id, known.name))
    return found


def grade_field(rulebook: Rulebook) -> tuple[str, tuple[str, ...]] | None:
    """The name and the choices of what the fee also depends on (资质等级)."""
    rule = rulebook.fees.grade if rulebook.fees else None
    if rule is None:
        return None
    return next(((field.name, field.choices) for field in rulebook.fields if field.id == rule.field), None)


@require_safe
@limited(LIMIT)
def quote_page(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    books = adopted(today)
    asked = request.GET.get("rulebook", "")
    try:
        rulebook = queries.rulebook_on(today, slot_of(asked))
    except (queries.NoRulebook, Refused):
        if asked or not books:
            return render(request, "fees/quote_none.html", {"books": books}, status=404 if asked else 200)
        rulebook = books[0]
    form = QuoteForm(_typed(request.GET, rulebook, today), rulebook=rulebook)
    found = _quote(form, rulebook) if form.is_valid() else None
    context = {
        "form": form,
        "quote": found,
        "book": rulebook,
        "books": books if len(books) > 1 else [],
        **(shown(found) if found else {}),
    }
    return render(request, "fees/quote.html", context)


def adopted(today: date) -> list[Rulebook]:
    """The rulebooks in force, the membership's first."""
    found = []
    for slot in queries.rulebook_slots():
        try:
            found.append(queries.rulebook_on(today, slot))
        except queries.NoRulebook:
            continue
    return found


def _typed(data: QueryDict, rulebook: Rulebook, today: date) -> dict[str, str]:
    """What the address says; the parameters of the API are understood as well. At first: the lowest tier, today."""
    member = data.get("member") or ".".join(filter(None, (data.get("class"), data.get("tier"))))
    kinds = members(rulebook)
    asked = grade_field(rulebook)
    return {
        "member": member or (kinds[0][0] if kinds else ""),
        "grade": data.get("grade", asked[1][0] if asked and asked[1] else ""),
        "starts_on": data.get("starts_on", today.isoformat()),
    }


def _quote(form: QuoteForm, rulebook: Rulebook) -> Quote | None:
    class_id, _dot, tier = form.cleaned_data["member"].partition(".")
    asked: dict[str, Any] = {"rulebook": rulebook.id, "untold": True}
    try:
        if grades(rulebook, {"class": class_id, "tier": tier or None}) is not None:
            asked["grade"] = form.cleaned_data.get("grade")
        found = quote(class_id, tier, form.cleaned_data["starts_on"], **asked)
        if not found.told and found.decision.reasons[0].code in OF_THE_DAY:
            form.add_error("starts_on", sentences(found.decision)[0])
        return found
    except Unquotable as problem:
        for line in sentences(problem.decision):
            field = FIELDS.get(problem.parameter, problem.parameter)
            form.add_error(field if field in form.fields else None, line)
        return None
