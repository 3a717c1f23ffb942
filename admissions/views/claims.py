"""Somebody else stands for the unit. The page names nobody, and is the same whoever it is."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from admissions import queries as reads
from admissions.actions import claims
from admissions.models import Application, Claim
from admissions.models.application import ClaimState
from admissions.views.access import own_application
from admissions.views.papers import ENVELOPE, drain, length
from association import clock
from association.cases.documents import EDITABLE
from association.decisions import Refused
from association.files import keeping, phrases
from association.files.errors import Unacceptable
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
    if application.case.state not in EDITABLE:
        return redirect("application", key)
    rulebook = reads.governing(application, clock.today()).rulebook
    if not reads.others(application, rulebook)[1]:
        return redirect("application_submit", key)
    if request.method != "POST":
        return _page(request, application)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Unacceptable("empty")
        letter = keeping.keep_upload(sent, name=sent.name or "", by=user_of(request))
        claims.make(application, letter, user=user_of(request), on=clock.today())
    except Unacceptable as error:
        return _page(request, application, error=phrases.say(error.code, error.facts), status=422)
    except Refused as refusal:
        return _page(request, application, error=" ".join(sentences(refusal.decision)), status=409)
    return redirect("application_claim", key)


def _page(request: HttpRequest, application: Application, *, error: str = "", status: int = 200) -> HttpResponse:
    target = claims.target_of(application)
    made = Claim.objects.filter(user=user_of(request), application=target).order_by("-pk").first() if target else None
    slot = {
        "key": "letter",
        "label": "",
        "state": "needed",
        "error": error,
        "upload_url": reverse("application_claim", args=[application.case.key]),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
    }
    context = {
        "application": application,
        "case": application.case,
        "slot": slot,
        "made": made,
        "waiting": made is not None and made.state == ClaimState.OPEN,
        "granted": target.case.key if made is not None and target and made.state == ClaimState.GRANTED else None,
    }
    return render(request, "admissions/claim.html", context, status=status)
