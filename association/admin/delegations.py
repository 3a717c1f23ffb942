"""Delegations: which body decides for which other one, from when until when, under which resolution."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from association import clock, queries
from association.actions import delegations
from association.actions.delegations import Wanted
from association.admin.base import ReadOnlyAdmin, against, case_page, chosen, filters, find, page_of, typed_in
from association.admin.forms import DayInput
from association.admin.meetings import TABS
from association.models import Body, Case, Delegation, Resolution
from association.states import State
from association.values import long_date
from association.web import attempt, officer, sentences

GRANTING = "association.add_delegation"
REVOKING = "association.change_delegation"
ROW = ("from_body", "to_body", "resolution", "case", "decision__version", "revocation")
LIST = "admin:association_delegation_changelist"
PAGE = "admin:association_delegation_change"
VIEWS = (("now", pgettext_lazy("delegation", "In force")), ("all", pgettext_lazy("delegation", "All")))


class GrantForm(forms.Form):
    """What is delegated, under which resolution, from which day to which last day."""

    what = forms.ChoiceField(
        label=gettext_lazy("what is delegated"),
        help_text=gettext_lazy("What the rules in force let one body decide for another."),
    )
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(),
        label=gettext_lazy("resolution"),
        help_text=gettext_lazy("A passed one of the body that delegates. Record its meeting first."),
    )
    from_on = forms.DateField(label=gettext_lazy("first day"), widget=DayInput)
    last_on = forms.DateField(
        label=gettext_lazy("last day"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("Empty: until it is revoked."),
    )
    case = forms.ModelChoiceField(
        Case.objects.none(),
        label=gettext_lazy("single case"),
        required=False,
        help_text=gettext_lazy("Only where the resolution delegates this one case and no other."),
    )

    def __init__(self, *args: Any, wanted: tuple[Wanted, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = {f"{each.from_body}.{each.to_body}.{each.kind}": each for each in wanted}
        what: Any = self.fields["what"]
        what.choices = [(key, words_of(each)) for key, each in self.wanted.items()]
        givers = {each.from_body for each in wanted}
        resolution: Any = self.fields["resolution"]
        resolution.queryset = Resolution.objects.filter(passed_on__isnull=False, meeting__body__key__in=givers)
        case: Any = self.fields["case"]
        kinds = {each.kind for each in wanted}
        case.queryset = Case.objects.filter(kind__in=kinds, state__in=[State.OPEN, State.RETURNED])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("from_on"), typed.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day is not before the first one."))
        return typed


class RevokeForm(forms.Form):
    until = forms.DateField(label=gettext_lazy("first day without it"), widget=DayInput)
    note = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), required=True
    )


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("grant/", self.grant, "grant"),
            self.route("<int:pk>/revoke/", self.revoke, "revoke"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        today = clock.today()
        view = chosen(request, "view", (value for value, _words in VIEWS), "now")
        rows = Delegation.objects.select_related(*ROW)
        page = page_of(request, rows.on(today) if view == "now" else rows)
        return self.page(
            request,
            "desk/association/delegations.html",
            title=_("Delegations"),
            page=page,
            view=view,
            filters=filters(request, "view", VIEWS, view),
            rows=[
                {"row": row, "name": name_of(row), "last": last_day(row), "state": state(row, today)}
                for row in page.rows
            ],
            missing=[words_of(each) for each in missing_on(today)],
            may_grant=request.user.has_perm(GRANTING),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row = find(Delegation.objects.select_related(*ROW), object_id)
        today = clock.today()
        revocable = delegations.check_revoke(row, until=max(today, row.from_on))
        return self.page(
            request,
            "desk/association/delegation.html",
            title=_("%(to)s decides for %(from)s") % {"to": row.to_body, "from": row.from_body},
            where=_("Delegations"),
            where_url=reverse(LIST),
            row=row,
            name=name_of(row),
            last=last_day(row),
            status=state(row, today),
            case_url=case_page(row.case, request.user) if row.case else "",
            said=sentences(row.decision.decision),
            note=row.revocation.decision.reasons[0].facts.get("note", "") if row.revocation else "",
            may_revoke=request.user.has_perm(REVOKING),
            reasons=against(revocable),
        )

    def grant(self, request: HttpRequest) -> HttpResponse:
        self.require(request, GRANTING)
        today = clock.today()
        form = GrantForm(typed_in(request), wanted=delegations.wanted_on(today), initial={"from_on": today})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            what = form.wanted[typed["what"]]
            made = attempt(
                request,
                lambda: delegations.grant(
                    typed["resolution"],
                    from_body=Body.objects.get(key=what.from_body),
                    to_body=Body.objects.get(key=what.to_body),
                    kind=what.kind,
                    case=typed["case"],
                    from_on=typed["from_on"],
                    until=typed["last_on"] and typed["last_on"] + timedelta(1),
                    by=officer(request),
                    on=today,
                ),
                done=_("The delegation is on record."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Record a delegation"),
            where=_("Delegations"),
            where_url=reverse(LIST),
            lede="" if form.wanted else _("The rules in force let no body decide for another one."),
            form=form,
            submit=_("Record the delegation"),
            cancel_url=reverse(LIST),
        )

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, REVOKING)
        row = find(Delegation.objects.select_related(*ROW), pk)
        back = reverse(PAGE, args=[row.pk])
        today = clock.today()
        form = RevokeForm(typed_in(request), initial={"until": max(today, row.from_on)})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            done = attempt(
                request,
                lambda: delegations.revoke(
                    row, until=typed["until"], note=typed["note"], by=officer(request), on=today
                ),
                done=_("The delegation is revoked."),
            )
            if done is not None:
                return redirect(back)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Revoke this delegation?"),
            where=_("Delegations"),
            where_url=reverse(LIST),
            lede=str(row),
            effects=[
                {"text": _("From that day on %(to)s cannot decide these cases any more.") % {"to": row.to_body}},
                {"text": _("What was decided before stands.")},
            ],
            form=form,
            reasons=against(delegations.check_revoke(row, until=max(today, row.from_on))),
            confirm=_("Revoke"),
            stop=True,
            cancel_url=back,
        )


def missing_on(day: date) -> list[Wanted]:
    """What the rules ask for and nobody has delegated on the day: these cases cannot be decided."""
    held = set(
        Delegation.objects.on(day).filter(case__isnull=True).values_list("from_body__key", "to_body__key", "kind")
    )
    return [each for each in delegations.wanted_on(day) if (each.from_body, each.to_body, each.kind) not in held]


def words_of(wanted: Wanted) -> str:
    giver, taker = queries.body_name(wanted.from_body), queries.body_name(wanted.to_body)
    return _("%(name)s: %(to)s decides for %(from)s") % {"name": wanted.name, "to": taker, "from": giver}


def name_of(row: Delegation) -> str:
    """What is delegated, by the rules in force when it began."""
    named = delegations.wanted(row.from_body, row.to_body, row.kind, row.from_on)
    return named.name if named else row.kind


def last_day(row: Delegation) -> date | None:
    """The last day on which it holds, None while no end is known."""
    ends = [day for day in (row.until, row.revoked_from) if day is not None]
    return min(ends) - timedelta(1) if ends else None


def state(row: Delegation, on: date) -> dict[str, str]:
    last = last_day(row)
    if row.revoked_from is not None and row.revoked_from <= on:
        return {"label": pgettext("delegation", "revoked"), "tone": "stopped"}
    if last is not None and last < on:
        return {"label": pgettext("delegation", "over"), "tone": "neutral"}
    if row.from_on > on:
        return {
            "label": pgettext("delegation", "begins on %(day)s") % {"day": long_date(row.from_on)},
            "tone": "waiting",
        }
    return {"label": pgettext("delegation", "in force"), "tone": "done"}
