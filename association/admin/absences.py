"""Standing in at the desk: name somebody before going away, accept or decline, end it; the superior's way too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from association import clock, queries
from association.actions import absences
from association.admin.base import ReadOnlyAdmin, against, chosen, filters, find, page_of, typed_in
from association.admin.forms import DayInput
from association.models import Absence, User
from association.permissions import seats
from association.values import long_date
from association.web import attempt, officer, sentences, user_of

LIST = "admin:association_absence_changelist"
PAGE = "admin:association_absence_change"
VIEWS = (("now", pgettext_lazy("standing in", "Now and to come")), ("all", pgettext_lazy("standing in", "All")))
STEPS = {
    "review": gettext_lazy("reviewing"),
    "score": gettext_lazy("scoring"),
    "interview": gettext_lazy("interviewing"),
    "onsite": gettext_lazy("looking on site"),
    "decide": gettext_lazy("deciding"),
    "resolve": gettext_lazy("deciding between meetings"),
    "notify": gettext_lazy("sending notices"),
    "sign": gettext_lazy("signing"),
    "receive_originals": gettext_lazy("receiving originals"),
    "register": gettext_lazy("registering"),
    "issue": gettext_lazy("issuing"),
    "publish": gettext_lazy("publishing"),
    "file": gettext_lazy("filing"),
}
"""Kinds of step that somebody at the desk takes; a kind without words shows its own key."""


class NameForm(forms.Form):
    """Who is away, who stands in, from which day to which last day, for which kinds of step."""

    absent = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("person away"),
        help_text=gettext_lazy("Yourself, or a colleague who cannot do it, for instance because of illness."),
    )
    stand_in = forms.ModelChoiceField(
        User.objects.none(),
        label=gettext_lazy("stand-in"),
        help_text=gettext_lazy("A colleague with the same roles. Rights of a role are not passed on."),
    )
    from_on = forms.DateField(label=gettext_lazy("first day"), widget=DayInput)
    last_on = forms.DateField(label=gettext_lazy("last day"), widget=DayInput)
    actions = forms.MultipleChoiceField(
        label=gettext_lazy("kinds of step"),
        choices=list(STEPS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all of them."),
    )
    note = forms.CharField(label=gettext_lazy("reason"), max_length=200, required=False)

    def __init__(self, *args: Any, people: QuerySet[User], chief: bool, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        absent: Any = self.fields["absent"]
        absent.queryset = people if chief else people.filter(pk=user.pk)
        absent.empty_label = None if not chief else absent.empty_label
        stand_in: Any = self.fields["stand_in"]
        stand_in.queryset = people if chief else people.exclude(pk=user.pk)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("from_on"), typed.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day is not before the first one."))
        if last and last > date.max - timedelta(366):
            self.add_error("last_on", _("Choose an earlier day."))
        return typed


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    """Whoever may open the desk names their own stand-in; who may look at all of them sees all."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Absence]:
        rows = Absence.objects.select_related("absent", "stand_in", "decision__actor", "answer", "ending__actor")
        user = user_of(request)
        if user.has_perm("association.view_absence"):
            return rows
        return rows.filter(Q(absent=user) | Q(stand_in=user))

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("name/", self.name_one, "name"),
            self.route("<int:pk>/answer/", self.answer, "answer"),
            self.route("<int:pk>/end/", self.end, "end"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        today = clock.today()
        view = chosen(request, "view", (value for value, _words in VIEWS), "now")
        rows = self.get_queryset(request)
        if view == "now":
            rows = rows.touching(today, date.max)  # type: ignore[attr-defined]
        page = page_of(request, rows)
        return self.page(
            request,
            "desk/association/absences.html",
            title=_("Standing in"),
            lede=_("Who acts for whom while they are away. Every act then names both."),
            page=page,
            filters=filters(request, "view", VIEWS, view),
            rows=[{"row": row, "state": state(row, today), "steps": steps_of(row)} for row in page.rows],
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        row = find(self.get_queryset(request), object_id)
        today = clock.today()
        by = officer(request)
        return self.page(
            request,
            "desk/association/absence.html",
            title=_("%(stand_in)s for %(absent)s") % {"stand_in": row.stand_in, "absent": row.absent},
            where=_("Standing in"),
            where_url=reverse(LIST),
            row=row,
            steps=steps_of(row),
            status=state(row, today),
            said=sentences(row.decision.decision),
            bodies=[queries.body_name(key) for key in sorted(seats(row.absent, max(today, row.from_on)))],
            may_answer=absences.check_answer(row, by, on=today).passed,
            may_end=absences.check_end(row, by, on=today).passed,
        )

    def name_one(self, request: HttpRequest) -> HttpResponse:
        self.require_view(request)
        today = clock.today()
        user = user_of(request)
        people = User.objects.filter(is_staff=True, is_active=True).order_by("name", "pk")
        form = NameForm(
            typed_in(request),
            people=people,
            chief=absences.may_name_others(user, on=today),
            user=user,
            initial={"absent": user.pk, "from_on": today},
        )
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            made = attempt(
                request,
                lambda: absences.name(
                    typed["absent"],
                    typed["stand_in"],
                    from_on=typed["from_on"],
                    until=typed["last_on"] + timedelta(1),
                    actions=typed["actions"],
                    note=typed["note"],
                    by=officer(request),
                    on=today,
                ),
                done=_("The stand-in is named, and told."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Name a stand-in"),
            where=_("Standing in"),
            where_url=reverse(LIST),
            form=form,
            effects=[
                {"text": _("The stand-in acts for your bodies from the first day to the last, both included.")},
                {"text": _("Reminders of these days go to both of you.")},
                {"text": _("Every act in your place names both of you, and it ends at once when your seat ends.")},
            ],
            submit=_("Name the stand-in"),
            cancel_url=reverse(LIST),
        )

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_view(request)
        row = find(self.get_queryset(request), pk)
        if request.method == "POST":
            accept = request.POST.get("answer") == "accept"
            done = _("You stand in. What waits stands on the page «Today».") if accept else _("You have declined.")
            attempt(
                request,
                lambda: absences.answer(row, accept=accept, by=officer(request), on=clock.today()),
                done=done,
            )
        return redirect(PAGE, row.pk)

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require_view(request)
        row = find(self.get_queryset(request), pk)
        back = reverse(PAGE, args=[row.pk])
        today = clock.today()
        if request.method == "POST":
            attempt(
                request,
                lambda: absences.end(row, by=officer(request), on=today),
                done=_("Standing in has ended."),
            )
            return redirect(back)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("End this now?"),
            where=_("Standing in"),
            where_url=reverse(LIST),
            lede=str(row),
            effects=[
                {"text": _("From now on %(stand_in)s does not act for %(absent)s.") % vars_of(row)},
                {"text": _("What was done until now stands.")},
            ],
            reasons=against(absences.check_end(row, officer(request), on=today)),
            confirm=_("End it"),
            stop=True,
            cancel_url=back,
        )


def vars_of(row: Absence) -> dict[str, Any]:
    return {"stand_in": row.stand_in, "absent": row.absent}


def steps_of(row: Absence) -> str:
    if not row.actions:
        return _("all kinds of step")
    return _(", ").join(str(STEPS.get(action, action)) for action in row.actions)


def state(row: Absence, on: date) -> dict[str, str]:
    if row.declined_on is not None:
        return {"label": pgettext("standing in", "declined"), "tone": "stopped"}
    if row.end <= on:
        return {"label": pgettext("standing in", "over"), "tone": "neutral"}
    if row.accepted_on is None:
        return {"label": pgettext("standing in", "not answered yet"), "tone": "waiting"}
    if row.from_on > on:
        return {
            "label": pgettext("standing in", "begins on %(day)s") % {"day": long_date(row.from_on)},
            "tone": "waiting",
        }
    return {"label": pgettext("standing in", "in force"), "tone": "done"}
