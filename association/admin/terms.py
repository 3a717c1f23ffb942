"""Terms of office at the desk: entered once, ended by the changeover that an assembly resolved (届次、换届)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from association import clock
from association.actions import bodies, terms
from association.actions.terms import Changeover
from association.admin.base import DeskAdmin, against, find, typed_in
from association.admin.forms import DayInput
from association.models import Resolution, Seat, Term
from association.rules.voting import ELECTION
from association.values import long_date
from association.web import attempt, officer

CHANGE = "association.pass_resolution"
"""A changeover is what an assembly resolved."""


class TermForm(forms.ModelForm):
    class Meta:
        model = Term
        fields = ["body", "number", "from_on", "until", "changed_over_on"]
        widgets = {"from_on": DayInput, "until": DayInput, "changed_over_on": DayInput}
        help_texts = {
            "until": gettext_lazy("The day after the last one, as planned."),
            "changed_over_on": gettext_lazy("Only of an earlier term: the first day of the one that followed."),
        }


class ChangeoverForm(forms.Form):
    """Which resolution ends the term, how long the next one is planned, and who goes on."""

    resolution = forms.ModelChoiceField(
        Resolution.objects.none(),
        label=gettext_lazy("resolution of the election"),
        help_text=gettext_lazy("The changeover happens on the day of its meeting. Only elections are listed."),
    )
    until = forms.DateField(
        label=gettext_lazy("planned until (not included)"),
        widget=DayInput,
        help_text=gettext_lazy("The day after the last one of the new term."),
    )
    reelected = forms.MultipleChoiceField(
        label=gettext_lazy("who goes on"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("All other seats end on the day of the changeover."),
    )

    def __init__(self, *args: Any, term: Term, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys, _sources = terms.electors(term.body, clock.today())
        field: Any = self.fields["resolution"]
        found = Resolution.objects.filter(passed_on__gt=term.from_on, decides=ELECTION).select_related("meeting")
        field.queryset = found.filter(meeting__body__key__in=keys) if keys else found
        field.label_from_instance = lambda row: f"{row} ({long_date(row.meeting.held_on)})"
        reelected: Any = self.fields["reelected"]
        reelected.choices = [(str(seat.pk), seat.user.name or seat.user.email) for seat in seats]

    def keys(self) -> set[int]:
        return {int(key) for key in self.cleaned_data["reelected"]}


@admin.register(Term)
class TermAdmin(DeskAdmin):
    """Terms are entered once. What ends one is the recorded changeover."""

    form = TermForm
    list_display = ["body", "number", "from_on", "until", "changed_over_on"]
    list_select_related = ["body"]

    def get_urls(self) -> list[URLPattern]:
        return [self.route("<int:pk>/changeover/", self.changeover, "changeover"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Term, form: forms.ModelForm, change: bool) -> None:
        obj.pk = bodies.open_term(
            obj.body, obj.number, from_on=obj.from_on, until=obj.until, changed_over_on=obj.changed_over_on
        ).pk

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        term = find(Term.objects.select_related("body", "changeover", "resolution"), object_id)
        today = clock.today()
        return self.page(
            request,
            "desk/association/term.html",
            title=_("%(body)s, term %(number)s") % {"body": term.body, "number": term.number},
            where=_("Terms of office"),
            where_url=reverse("admin:association_term_changelist"),
            term=term,
            status=status_of(term, today),
            seats=list(term.seats.select_related("user")) or terms.seats_on(term.body, today),
            sitting=terms.sitting(term.body, today) if term.runs_on(today) else (),
            may_change=request.user.has_perm(CHANGE) and term.changed_over_on is None,
        )

    def changeover(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is typed, then every effect, then the record. A second click changes nothing."""
        self.require(request, CHANGE)
        term = find(Term.objects.select_related("body"), pk)
        back = reverse("admin:association_term_change", args=[term.pk])
        if term.changed_over_on is not None:
            facts = {"on": long_date(term.changed_over_on)}
            messages.warning(request, _("The changeover of this term is on record: %(on)s.") % facts)
            return redirect(back)
        form = ChangeoverForm(typed_in(request), term=term, seats=terms.seats_on(term.body, clock.today()))
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            allowed = terms.check_changeover(term, typed["resolution"], until=typed["until"])
            if "confirmed" not in request.POST or not allowed.passed:
                return self.confirm(request, term, form, against(allowed))
            following = attempt(
                request,
                lambda: terms.change_over(
                    term,
                    typed["resolution"],
                    until=typed["until"],
                    reelected=form.keys(),
                    by=officer(request),
                    on=clock.today(),
                ),
                done=_("The changeover is on record."),
            )
            return redirect("admin:association_term_change", following.pk if following else term.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Record the changeover"),
            where=str(term),
            where_url=back,
            form=form,
            lede=_("You will see everything that it changes before it is recorded."),
            submit=_("Look at the effects"),
            cancel_url=back,
        )

    def confirm(self, request: HttpRequest, term: Term, form: ChangeoverForm, reasons: list[str]) -> HttpResponse:
        day = form.cleaned_data["resolution"].meeting.held_on
        what = terms.outlook(term, reelected=form.keys(), day=day)
        return self.page(
            request,
            "desk/association/term_confirm.html",
            title=_("Record this changeover?"),
            where=str(term),
            where_url=reverse("admin:association_term_change", args=[term.pk]),
            cancel_url=reverse("admin:association_term_changeover", args=[term.pk]),
            what=what,
            resolution=form.cleaned_data["resolution"],
            lines=effects_of(what),
            reasons=reasons,
            typed=[
                (name, value) for name in ("resolution", "until", "reelected") for value in request.POST.getlist(name)
            ],
        )


def status_of(term: Term, today: Any) -> dict[str, Any]:
    if term.changed_over_on is not None and term.changed_over_on <= today:
        return {"label": pgettext("term of office", "over"), "tone": "neutral"}
    if term.until <= today:
        return {"label": pgettext("term of office", "changeover overdue"), "tone": "stopped"}
    return {"label": pgettext("term of office", "running"), "tone": "done"}


def effects_of(what: Changeover) -> list[dict[str, Any]]:
    """The changeover in sentences, as the ``effects`` tag takes them."""
    day = long_date(what.day)
    facts = {"body": what.term.body, "number": what.term.number, "next": what.term.number + 1, "day": day}
    lines = [_("Term %(number)s of %(body)s is over; term %(next)s begins on %(day)s.") % facts]
    count = len(what.ended)
    if count:
        words = ngettext("%(n)s seat ends: %(names)s.", "%(n)s seats end: %(names)s.", count)
        lines.append(words % {"n": count, "names": names_of(what.ended)})
    count = len(what.kept)
    if count:
        words = ngettext("%(n)s goes on: %(names)s.", "%(n)s go on: %(names)s.", count)
        lines.append(words % {"n": count, "names": names_of(what.kept)})
    count = len(what.sitting)
    if count:
        words = ngettext(
            "%(n)s member holds a tier that sits in the body. Nothing happens to it by itself: put it on a "
            "resolution.",
            "%(n)s members hold a tier that sits in the body. Nothing happens to them by itself: put them on a "
            "resolution.",
            count,
        )
        lines.append(words % {"n": count})
    return [{"text": line, "sources": ()} for line in lines]


def names_of(seats: tuple[Seat, ...]) -> str:
    return _(", ").join(seat.user.name or seat.user.email for seat in seats)
