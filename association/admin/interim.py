"""Decided between meetings, at the desk: taken with its urgency and every effect shown, then followed to its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, ports, queries
from association.actions import interim
from association.admin.base import ReadOnlyAdmin, address, against, case_page, page_of, typed_in
from association.admin.meetings import TABS
from association.cases import engine
from association.models import Case, InterimDecision
from association.web import attempt, officer

OUTCOME_TONES = {"": "waiting", "ratified": "done", "revoked": "stopped"}


class TakeForm(forms.Form):
    step = forms.CharField(widget=forms.HiddenInput, max_length=60)
    urgency = forms.CharField(
        label=gettext_lazy("why it cannot wait"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("The meeting that ratifies or revokes it reads this."),
    )
    note = forms.CharField(
        label=gettext_lazy("reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def take_page(case: Case) -> str:
    """The page on which this case can be decided between meetings; empty where the rules do not provide for it."""
    rule = interim.rule_of(case)
    step = engine.current_step(case)
    if rule is None or step is None or case.kind not in rule.covers or step.actor not in rule.ratify_by:
        return ""
    if not engine.check_awaits_resolution(case).passed:
        return ""
    return address("admin:association_interimdecision_take", case.key)


def ratifying(case: Case) -> list[str]:
    """Names of the bodies that ratify or revoke it."""
    rule = interim.rule_of(case)
    return [queries.body_name(key) for key in (rule.ratify_by if rule else ())]


@admin.register(InterimDecision)
class InterimAdmin(ReadOnlyAdmin):
    """Every interim decision with its outcome; those that wait come first."""

    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [self.route("take/<uuid:key>/", self.take, "take"), *super().get_urls()]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("association.view_meeting")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        found = InterimDecision.objects.select_related("case", "decision", "resolution__meeting")
        page = page_of(request, found.order_by("outcome", "-taken_on", "-pk"))
        rows = [
            {
                "row": row,
                "url": case_page(row.case, request.user),
                "tone": OUTCOME_TONES[row.outcome],
                "bodies": ratifying(row.case),
            }
            for row in page.rows
        ]
        return self.page(
            request, "desk/association/interim.html", title=_("Decided between meetings"), page=page, rows=rows
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        return redirect("admin:association_interimdecision_changelist")

    def take(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Say why it cannot wait, see every effect, decide. A second click changes nothing."""
        self.require_view(request)
        case = get_object_or_404(Case, key=key)
        back = case_page(case, request.user) or reverse("admin:association_interimdecision_changelist")
        if not take_page(case):
            messages.warning(request, _("This case is not decided between meetings now. Look at it again."))
            return redirect(back)
        by, today = officer(request), clock.today()
        form = TakeForm(typed_in(request), initial={"step": case.step})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            row = attempt(
                request,
                lambda: interim.decide(
                    case, step=typed["step"], urgency=typed["urgency"], note=typed["note"], by=by, on=today
                ),
                done=_("Decided, and in effect. It waits for the next meeting."),
            )
            if row is not None:
                return redirect(back)
        outlook = ports.effects[case.kind].outlook([case], on=today).get(case.pk)
        return self.page(
            request,
            "desk/association/interim_take.html",
            title=_("Decide between meetings"),
            where=str(case),
            where_url=back,
            case=case,
            form=form,
            facts=outlook.facts if outlook else (),
            lines=outlook.approved if outlook else (),
            bodies=ratifying(case),
            sources=interim.sources_of(case),
            reasons=against(interim.check_decide(case, urgency="-", by=by, on=today)),
        )
