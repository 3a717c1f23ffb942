"""Where an application stands, and giving it up."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from admissions import queries as reads
from admissions.actions import applications, joining
from admissions.actions.notices import registration_of
from admissions.models import Application
from admissions.views.access import own_application
from admissions.views.form import returned_note
from admissions.views.progress import progress, state_of
from admissions.views.summary import summary
from association import clock
from association.cases import engine
from association.models import Case, Message
from association.models.message import Channel
from association.states import State, Verb
from association.web import applicant, attempt, sentences, signed_in, user_of
from fees.queries import statement
from members.models import Certificate, Registration


@signed_in
def application(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Where it stands, whose turn it is, until when, by which article; and what happened so far."""
    found = own_application(request, key)
    case = found.case
    if case.state == State.DRAFT:
        return redirect("application_form", key)
    registration = registration_of(case)
    shown = progress(found, registration) if case.submitted_on else None
    context = {
        "application": found,
        "case": case,
        "class": reads.governing(found, clock.today()).rulebook.member_class(case.member_class),
        "state": _state(case, registration),
        "progress": shown,
        "summary": summary(found, clock.today()) if case.submitted_on else [],
        "returned": returned_note(found),
        "refusal": _refusal(found),
        "notice": _notice(request, found),
        "registration": registration,
        "money": _money(registration.case if registration else case),
        "fee_unknown": joining.fee_unknown(found, on=clock.today()) if case.version_id else None,
        "membership": getattr(case, "membership", None),
        "certificate": _certificate(registration, case),
        "may_withdraw": engine.check_possible(case, Verb.WITHDRAW).passed,
    }
    return render(request, "admissions/application.html", context)


@signed_in
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask once more, then give the application up, or discard the draft."""
    found = own_application(request, key)
    if not engine.check_possible(found.case, Verb.WITHDRAW).passed:
        return redirect("application", key)
    words = _withdrawal() if found.case.submitted_on else _discarding()
    if request.method == "POST":
        by = applicant(request, found.case.subject)
        attempt(request, lambda: applications.withdraw(found, by=by, on=clock.today()), done=words.pop("done"))
        return redirect("apply") if found.case.submitted_on is None else redirect("application", key)
    back = reverse("application", args=[key])
    return render(
        request, "base_confirm.html", {**words, "question": found.case.subject, "cancel_url": back, "stop": True}
    )


def _withdrawal() -> dict[str, Any]:
    return {
        "title": _("Withdraw the application"),
        "effects": [
            _("The application ends. Nobody works on it any more."),
            _("What you wrote and uploaded stays readable to you and the association, and cannot be changed."),
            _("No disadvantage follows. You may apply again at any time; the day of application is then a new one."),
        ],
        "confirm": _("Withdraw it"),
        "done": _("The application is withdrawn. You may apply again at any time."),
    }


def _discarding() -> dict[str, Any]:
    return {
        "title": _("Discard the draft"),
        "effects": [
            _("What you have filled in and uploaded is no longer used."),
            _("You may begin a new application at any time."),
        ],
        "confirm": _("Discard it"),
        "done": _("The draft is discarded. You may begin a new one at any time."),
    }


def _state(case: Any, registration: Registration | None) -> dict[str, str]:
    if registration is not None and registration.completed_on is not None:
        return {"label": _("registered"), "tone": "done"}
    return state_of(case)


def _refusal(found: Application) -> dict[str, Any] | None:
    """The reasons of a refusal in words, and the articles that they rest on."""
    if found.case.state != State.REFUSED:
        return None
    passage = engine.last_passage(found.case)
    if passage is None:
        return None
    return {"note": passage.note, "record": passage.decision, "reasons": sentences(passage.decision.decision)}


def _notice(request: HttpRequest, found: Application) -> Message | None:
    """The notice as this account received it."""
    if found.case.state != State.APPROVED:
        return None
    return (
        Message.objects.filter(
            case=found.case,
            recipient=user_of(request),
            channel=Channel.PORTAL,
            unique_key__startswith=f"application:{found.pk}:notice",
        )
        .order_by("-pk")
        .first()
    )


def _money(billed: Case) -> dict[str, Any] | None:
    """The invoice of the registration, or of the application itself: what is owed, and what is still open."""
    if not billed.invoices.exists():
        return None
    state = statement(billed, clock.today())
    if state.invoice is None:
        return None
    return {"state": state, "url": _url("invoice", state.invoice.key)}


def _certificate(registration: Registration | None, case: Case) -> dict[str, Any] | None:
    """What the registration ended with, or what the way in brought without one."""
    membership = getattr(case, "membership", None)
    if membership is None or (registration is not None and registration.completed_on is None):
        return None
    row = Certificate.objects.filter(membership=membership, registration=registration).order_by("-pk").first()
    if row is None:
        return None
    return {"row": row, "url": _url("certificate", row.serial)}


def _url(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
