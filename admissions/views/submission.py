"""Check the application once more, and submit it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from admissions import queries as reads
from admissions.actions import applications
from admissions.models import Application
from admissions.rules.eligibility import Check
from admissions.views.access import own_application
from admissions.views.summary import summary
from association import clock, queries
from association.cases import deadlines
from association.cases.documents import EDITABLE
from association.decisions import Decision, Outcome, Refused
from association.rulebook.schema import Rulebook
from association.web import applicant, sentences, signed_in

TONES = {Outcome.PASS: "done", Outcome.FAIL: "stopped", Outcome.REFER: "waiting"}


@signed_in
def submit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What is missing, what the checks say, what will happen; then the one click. A second one changes nothing."""
    application = own_application(request, key)
    if application.case.state not in EDITABLE:
        return redirect("application", key)
    if request.method != "POST":
        return _page(request, application)
    try:
        applications.submit(
            application,
            at=clock.time_of_day(),
            by=applicant(request, application.case.subject),
            on=clock.today(),
        )
    except applications.Incomplete as incomplete:
        return _page(request, application, faults=incomplete.faults, status=422)
    except applications.TakenElsewhere:
        return redirect("application_claim", key)
    except Refused as refusal:
        return _refused(request, application, refusal.decision)
    return redirect("application", key)


def _refused(request: HttpRequest, application: Application, decision: Decision) -> HttpResponse:
    """To the first application of this unit; to the status page if a first click did it already; else the reasons."""
    codes = {reason.code: reason for reason in decision.reasons}
    if earlier := codes.get("applied_already"):
        messages.info(request, _("You have applied for this unit already. This is that application."))
        return redirect("application", earlier.facts["key"])
    if "not_editable_now" in codes:
        return redirect("application", application.case.key)
    return _page(request, application, refused=decision, status=422)


def _page(
    request: HttpRequest,
    application: Application,
    *,
    faults: Mapping[str, Any] | None = None,
    refused: Decision | None = None,
    status: int = 200,
) -> HttpResponse:
    on = clock.today()
    missing = applications.missing(application, on) if faults is None else faults
    rulebook = reads.governing(application, on).rulebook
    checks = [_shown(check) for check in reads.checks(application, on)]
    failing = [check for check in checks if check["fails"]]
    context = {
        "application": application,
        "case": application.case,
        "class": rulebook.member_class(application.case.member_class),
        "faults": _lines(application, missing),
        "complete": not missing,
        "summary": summary(application, on),
        "checks": checks,
        "failing": failing,
        "refused": sentences(refused) if refused and not failing else [],
        "effects": _effects(application, rulebook, on),
        "again": application.case.submitted_on is not None,
    }
    return render(request, "admissions/submit.html", context, status=status)


def _lines(application: Application, faults: Mapping[str, Any]) -> list[dict[str, str]]:
    """Each fault with the place in the form where it is mended."""
    form = reverse("application_form", args=[application.case.key])

    def place(key: str) -> str:
        return f"slot-{key.removeprefix('document_')}" if key.startswith("document_") else f"ask-{key}"

    return [{"text": str(words), "url": f"{form}#{place(key)}"} for key, words in faults.items()]


def _shown(check: Check) -> dict[str, Any]:
    """One condition: whether it is met, in a word, and why. What is not filled in yet is neither met nor not."""
    outcome = check.decision.outcome
    if any(reason.code.endswith("_missing") for reason in check.decision.reasons):
        return _condition(check, _("not yet known"), "neutral", known=False)
    words = {
        Outcome.PASS: _("met"),
        Outcome.FAIL: _("not met"),
        Outcome.REFER: _("the association judges"),
    }
    return _condition(check, words[outcome], TONES[outcome], known=True)


def _condition(check: Check, word: str, tone: str, *, known: bool) -> dict[str, Any]:
    fails = known and check.decision.outcome is Outcome.FAIL
    return {
        "title": check.title,
        "fails": fails,
        "word": word,
        "tone": tone,
        "reasons": sentences(check.decision),
        "message": check.message if fails else "",
        "sources": check.decision.sources,
    }


def _effects(application: Application, rulebook: Rulebook, on: date) -> list[dict[str, Any]]:
    """What submitting does: whose turn it is then, until when, and from which day the membership would count."""
    case = application.case
    version_id = reads.governing(application, on).version_id
    steps = deadlines.steps_of(case) or deadlines.workflow_steps(case.kind, version_id, case.member_class)
    steps = tuple(step for step in steps if step.action != "submit")
    after = next((step for step in steps if step.id == case.step), steps[0] if steps else None)
    found: list[dict[str, Any]] = []
    if after is not None:
        body = queries.body_name(after.actor)
        found.append(
            {
                "text": _("%(body)s takes it up: %(step)s.") % {"body": body, "step": after.name},
                "sources": after.sources(rulebook.id),
            }
        )
    found.append({"text": _("You can follow it here. It can be changed again only if it is returned to you.")})
    if rulebook.membership and rulebook.membership.starts_on == "application.submitted":
        text = (
            _("The day of your first submission stays: once accepted, you are a member from that day.")
            if case.submitted_on
            else _("Once accepted, you are a member from today, the day of the application.")
        )
        found.append({"text": text, "sources": rulebook.membership.sources(rulebook.id)})
    return found
