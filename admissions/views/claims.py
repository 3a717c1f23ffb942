"""Somebody else stands for the unit. The page names nobody, and is the same whoever it is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from admissions import queries as reads
from admissions.actions import claims, papers
from admissions.models import Application, Claim
from admissions.models.application import ClaimState
from admissions.views.access import own_application
from admissions.views.papers import ENVELOPE, drain, length
from association import clock
from association.cases.documents import EDITABLE
from association.decisions import Refused
from association.files import keeping, phrases
from association.files.errors import Unacceptable
from association.states import State
from association.web import sentences, signed_in, user_of


@csrf_exempt  # as for papers: the length is looked at before the body is read
@signed_in
def claim(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if request.method == "POST" and length(request) > settings.UPLOAD_MAX_BYTES + ENVELOPE:
        drain(request)
        words = phrases.say("too_large", {"limit": settings.UPLOAD_MAX_BYTES})
        return _page(request, own_application(request, key), error=words, status=413)
    return _claim(request, key)


@csrf_protect
def _claim(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Ask for the sealed letter; afterwards say that it was received."""
    application = own_application(request, key)
    if elsewhere := _no_claim(application):
        return redirect(*elsewhere)
    if request.method != "POST" or _made(request, application, ClaimState.OPEN):
        return _page(request, application)
    try:
        _hand_in(request, application)
    except Unacceptable as error:
        return _page(request, application, error=phrases.say(error.code, error.facts), status=422)
    except Refused as refusal:
        return _page(request, application, error=" ".join(sentences(refusal.decision)), status=409)
    return redirect("application_claim", key)


def _no_claim(application: Application) -> tuple[str, uuid.UUID] | None:
    """Where to go instead, if there is nothing to claim."""
    if application.case.state not in EDITABLE:
        return "application", application.case.key
    own, foreign = reads.others(application, reads.governing(application, clock.today()).rulebook)
    if own is not None and own.case.state != State.DRAFT:
        return "application", own.case.key  # an accepted letter leads here
    return None if foreign else ("application_submit", application.case.key)


def _hand_in(request: HttpRequest, application: Application) -> None:
    sent = request.FILES.get("file")
    if sent is None:
        raise Unacceptable("empty")
    letter = keeping.keep_upload(sent, name=sent.name or "", by=user_of(request))
    try:
        claims.make(application, letter, user=user_of(request), on=clock.today())
    except Refused:
        papers.discard(letter)
        raise


def _made(request: HttpRequest, application: Application, *states: str) -> Claim | None:
    """The newest claim of this account to what stands in the way."""
    target = claims.target_of(application)
    made = Claim.objects.filter(user=user_of(request), application=target, state__in=states).select_related("letter")
    return made.order_by("-pk").first() if target else None


def _page(request: HttpRequest, application: Application, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "application": application,
        "case": application.case,
        "waiting": _made(request, application, ClaimState.OPEN),
        "refused": _made(request, application, ClaimState.REFUSED),
        "error": error,
    }
    return render(request, "admissions/claim.html", context, status=status)
