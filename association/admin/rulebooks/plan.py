"""An adoption as it is being planned: the day, the resolution, where members go; what it brings, what stands against
it. The same for the page that shows it, the one that asks once more, and the act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, impacts, queries
from association.actions import rulebooks
from association.admin.forms import DayInput
from association.decisions import Decision, Source
from association.impacts import Impact
from association.key_words import AREAS, NO_TIER
from association.models import Resolution, RulebookVersion
from association.phrases import sentence
from association.rulebook import Rulebook
from association.rulebook.difference import Difference, compare
from association.values import long_date

EARLIEST = date(1949, 10, 1)
AHEAD = timedelta(days=3653)
"""How far ahead a version may be planned: ten years."""
MOST = 50
"""Resolutions offered, the newest."""
NONE = "-"
"""What a select sends for «no tier», which is an answer; the empty choice is none."""
BEFORE_AND_AFTER = frozenset({"members_pay_more", "members_pay_less", "newcomers_pay_otherwise"})
Mapped = dict[str, dict[str, str]]


class PlanForm(forms.Form):
    """``places``: what members hold and the version does not have, as (kind, key), each with a select."""

    effective_from = forms.DateField(
        label=gettext_lazy("in force from"),
        widget=DayInput,
        help_text=gettext_lazy(
            "A first adoption may lie in the past; a later one comes after the last decision made."
        ),
    )
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(), label=gettext_lazy("resolution"), required=False, empty_label=gettext_lazy("choose")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**62)

    def __init__(self, *args: Any, offered: list[Resolution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["resolution"]
        field.queryset = Resolution.objects.select_related("meeting__body")  # the rules refuse, not the form
        field.widget.choices = [("", field.empty_label), *((row.pk, resolution_words(row)) for row in offered)]

    def clean_effective_from(self) -> date:
        day: date = self.cleaned_data["effective_from"]
        latest = clock.today() + AHEAD
        if not EARLIEST <= day <= latest:
            words = _("Choose a day between %(first)s and %(last)s.")
            raise forms.ValidationError(words % {"first": long_date(EARLIEST), "last": long_date(latest)})
        return day


def resolution_words(row: Resolution) -> str:
    day = long_date(row.passed_on) if row.passed_on else _("not passed")
    return f"{row.number} {row.title}（{row.meeting.body.name}，{day}）"


def field_name(kind: str, key: str) -> str:
    return f"map-{kind}-{key}"


@dataclass
class Plan:
    """``typed``: what the address or the form says; ``acts``: it was sent to be done, not to be looked at.

    Everything is computed once for each request.
    """

    version: RulebookVersion
    typed: QueryDict
    on: date
    acts: bool = False

    @classmethod
    def of(cls, request: HttpRequest, version: RulebookVersion) -> Plan:
        typed = request.POST if request.method == "POST" else request.GET
        return cls(version, typed, clock.today(), request.method == "POST")

    @property
    def book(self) -> Rulebook:
        return queries.rulebook_of(self.version.pk)

    @cached_property
    def bodies(self) -> tuple[dict[str, str], tuple[Source, ...]]:
        """Who may adopt it, by key, and the articles that say so; empty: any body."""
        return rulebooks.deciders(self.version)

    @cached_property
    def offered(self) -> list[Resolution]:
        """Passed resolutions of the bodies that may."""
        passed = Resolution.objects.filter(passed_on__isnull=False).select_related("meeting__body")
        allowed, _sources = self.bodies
        return list((passed.filter(meeting__body__key__in=allowed) if allowed else passed).order_by("-pk")[:MOST])

    @cached_property
    def newest(self) -> int:
        return queries.newest_adoption(self.version.slot)

    @cached_property
    def form(self) -> PlanForm:
        asked = "effective_from" in self.typed
        start = {"effective_from": self.usual_day, "seen": self.newest}
        data = self.typed.copy() if asked else None
        if data is not None and not self.acts:
            data["seen"] = str(self.newest)  # what the page shows from now on
        form = PlanForm(data, initial=start, offered=self.offered)
        for kind, key in self.places:
            form.fields[field_name(kind, key)] = forms.ChoiceField(
                label=self.place_words(kind, key),
                required=False,
                choices=[("", gettext_lazy("choose")), *self.targets(kind, key)],
            )
        if form.is_bound:
            form.full_clean()
        mends = rulebooks.mends(self.version)
        for name, field in form.fields.items():  # asked for in the end; the rules say so, not the form
            field.required = name != "resolution" or not mends
        return form

    @property
    def usual_day(self) -> date:
        """The document's own day where it is the first, or to come; else tomorrow."""
        own = self.book.effective_on
        first = not queries.adoptions(self.version.slot)
        return own if own and (first or own > self.on) else self.on + timedelta(days=1)

    @cached_property
    def day(self) -> date:
        """From which the version would govern; the usual day where none, or no such day, was typed."""
        if "effective_from" not in self.typed:
            return self.usual_day
        form = PlanForm({"effective_from": self.typed["effective_from"]}, offered=[])
        return form.cleaned_data["effective_from"] if form.is_valid() else self.usual_day

    @property
    def resolution(self) -> Resolution | None:
        return self.form.cleaned_data.get("resolution") if self.form.is_bound and self.form.is_valid() else None

    @cached_property
    def answers(self) -> Mapped:
        """Every mapping that was typed, whether somebody needs it or not."""
        found: Mapped = {"classes": {}, "tiers": {}}
        for name, value in self.typed.items():
            prefix, _dash, rest = name.partition("-")
            kind, _dash, key = rest.partition("-")
            if prefix == "map" and kind in found and value:
                found[kind][key] = "" if value == NONE else str(value)
        return found

    @cached_property
    def places(self) -> list[tuple[str, str]]:
        """What has to be mapped; a class that goes elsewhere may ask for its tiers too."""
        classes = {"classes": self.answers["classes"]}
        found = [
            one for mapping in ({}, classes) for one in impacts.impact(self.version, on=self.day, mapping=mapping)
        ]
        return list(dict.fromkeys(one.must_map for one in found if one.must_map is not None))

    @property
    def mapping(self) -> Mapped:
        """The answers to what is asked."""
        wanted = set(self.places)
        return {
            kind: {key: value for key, value in pairs.items() if (kind, key) in wanted}
            for kind, pairs in self.answers.items()
        }

    def place_words(self, kind: str, key: str) -> str:
        change = impacts.change_to(self.book, on=self.day)
        class_id, _slash, tier = key.partition("/")
        return change.name(impacts.Place(class_id, tier if kind == "tiers" else ""))

    def targets(self, kind: str, key: str) -> list[tuple[str, str]]:
        """Classes of the version, or the tiers of the class that the members of ``key`` are in then."""
        if kind == "classes":
            return [(rule.id, rule.name) for rule in self.book.classes]
        class_id = key.partition("/")[0]
        class_id = self.answers["classes"].get(class_id, class_id)
        return [(tier.id, tier.name) for tier in self.book.tiers_of(class_id)] or [(NONE, str(NO_TIER))]

    @cached_property
    def brings(self) -> list[Impact]:
        return impacts.impact(self.version, on=self.day, mapping=self.mapping)

    @property
    def by_area(self) -> list[dict[str, Any]]:
        """The impacts in words, and as a table where an amount changes."""
        found = []
        for area, words in AREAS.items():
            own = [one for one in self.brings if one.area == area]
            rows = [said(one) for one in own]
            if own:
                found.append(
                    {
                        "words": words,
                        "amounts": [row for row in rows if row["amounts"]],
                        "others": [row for row in rows if not row["amounts"]],
                    }
                )
        return found

    @cached_property
    def check(self) -> Decision:
        """Whether it can be adopted so; the first reason why not."""
        seen = self.form.cleaned_data.get("seen") if self.form.is_bound and self.form.is_valid() else None
        return rulebooks.check_adoption(
            self.version,
            effective_from=self.day,
            resolution=self.resolution,
            on=self.on,
            mapping=self.mapping,
            seen=seen,
        )

    @cached_property
    def base(self) -> int:
        """Key of the version that this one is shown beside: what was in force before it, 0 where it is the first."""
        own = [one for one in queries.versions(self.version.slot) if one.version_id == self.version.pk]
        if own:
            before = (
                one.version_id
                for one in queries.versions(self.version.slot)
                if one.effective_from < own[-1].effective_from and one.version_id != self.version.pk
            )
            return next(before, 0)
        present = impacts.in_force(self.day, self.version.slot)
        return present.version_id if present else 0

    @cached_property
    def difference(self) -> Difference | None:
        """Against ``base``; None where there is none, or it is another document."""
        if not self.base:
            return None
        old = queries.rulebook_of(self.base)
        return compare(old, self.book) if old.id == self.book.id else None

    def query(self) -> str:
        """What was typed, for the address of the page: a refusal loses nothing. Not what was seen."""
        kept = QueryDict(mutable=True)
        for name, value in self.typed.items():
            if name in ("effective_from", "resolution") or name.startswith("map-"):
                kept[name] = str(value)
        return kept.urlencode()

    def hidden(self) -> list[tuple[str, str]]:
        """What the confirming page sends again."""
        return [(name, str(self.typed.get(name, ""))) for name in self.form.fields]


def said(one: Impact) -> dict[str, Any]:
    facts: Mapping[str, Any] = one.reason.facts
    return {
        "text": sentence(one.reason),
        "sources": one.reason.sources,
        "amounts": one.reason.code in BEFORE_AND_AFTER,
        "code": one.reason.code,
        "facts": facts,
        "count": one.count,
        "must_map": one.must_map,
    }
