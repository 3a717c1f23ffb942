"""«Apply to join»: what one has begun, and what each class of member needs."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from admissions.actions import applications
from admissions.models import Application
from admissions.queries import governing
from admissions.views.progress import state_of
from association import clock, queries
from association.models import Case
from association.rulebook.schema import MemberClass, Rulebook
from association.web import attempt, user_of

NEWEST = 50
"""Applications of one account that are listed."""

BEGUN = "apply_begun"
"""Where the session keeps what a visitor asked for before the login: class and channel."""


def apply(request: HttpRequest) -> HttpResponse:
    """Public: what each class needs. With an account also what it has begun, which comes first.

    Who pressed the button before having an account has the draft begun on coming back from the login.
    """
    rulebook = _in_force()
    if request.method == "POST" and rulebook is not None:
        if not request.user.is_authenticated:
            request.session[BEGUN] = [request.POST.get("class", ""), request.GET.get("from", "")]
            return redirect_to_login(reverse("apply"))
        return _start(request, rulebook, request.POST.get("class", ""), request.GET.get("from", ""))
    if request.user.is_authenticated and BEGUN in request.session and rulebook is not None:
        return _start(request, rulebook, *request.session.pop(BEGUN))
    classes = rulebook.classes if rulebook else ()
    context = {
        "own": _own(request),
        "classes": [_offer(rulebook, each) for each in classes if rulebook and each.applied_for],
        "others": [(c, c.sources(rulebook.id)) for c in classes if rulebook and not c.applied_for],
        "rulebook": rulebook,
    }
    return render(request, "admissions/apply.html", context)


def _in_force() -> Rulebook | None:
    try:
        return queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        return None


def _start(request: HttpRequest, rulebook: Rulebook, wanted: str, channel: str) -> HttpResponse:
    if wanted not in {each.id for each in rulebook.classes}:
        return redirect("apply")
    begun = attempt(request, lambda: applications.start(user_of(request), wanted, channel=channel, on=clock.today()))
    return redirect("apply") if begun is None else redirect("application_form", begun.case.key)


def _own(request: HttpRequest) -> list[dict[str, Any]]:
    """What the account has begun or may follow, the newest first."""
    if not request.user.is_authenticated:
        return []
    visible = Case.objects.visible_to_applicant(user_of(request)).filter(kind="admission")
    rows = Application.objects.filter(case__in=visible).select_related("case").order_by("-pk")[:NEWEST]
    on = clock.today()
    return [
        {
            "application": row,
            "case": row.case,
            "state": state_of(row.case),
            "class": governing(row, on).rulebook.member_class(row.case.member_class),
        }
        for row in rows
    ]


def _offer(rulebook: Rulebook, each: MemberClass) -> dict[str, Any]:
    """One class: its conditions, papers and steps, each with its article."""
    steps = rulebook.workflow("admission", {"class": each.id}).steps if rulebook.has_workflow("admission") else ()
    return {
        "class": each,
        "sources": each.sources(rulebook.id),
        "conditions": [(rule.name, rule.sources(rulebook.id)) for rule in rulebook.eligibility_for(each.id)],
        "papers": [(rule, rule.sources(rulebook.id)) for rule in rulebook.documents_for(each.id)],
        "steps": [step.name for step in steps if step.action not in ("submit", "notify")],
    }
