"""Upload one paper. The answer is its slot anew, with what is wrong with the file if it was not kept."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from admissions import queries as reads
from admissions.actions import papers
from admissions.models import Application
from admissions.views import form
from admissions.views.access import own_application
from association import clock
from association.cases.documents import EDITABLE
from association.decisions import Refused
from association.files import phrases
from association.files.errors import Unacceptable
from association.web import is_script, sentences, signed_in, user_of

ENVELOPE = 64 * 1024
"""Bytes that a form adds to the file it carries."""
DRAINED = 128 * 1024 * 1024
"""Bytes of a body too large that are read and thrown away, so that the browser gets to read the answer."""


@csrf_exempt  # reading the token would read the whole body first; the inner view checks it
@require_POST
@signed_in(back="application_form")
def upload(request: HttpRequest, key: uuid.UUID, slot: str) -> HttpResponse:
    if length(request) > settings.UPLOAD_MAX_BYTES + ENVELOPE:
        drain(request)
        application = own_application(request, key)
        words = phrases.say("too_large", {"limit": settings.UPLOAD_MAX_BYTES})
        return _answer(request, application, slot, error=words, status=413)
    return _upload(request, key, slot)


@csrf_protect
def _upload(request: HttpRequest, key: uuid.UUID, slot: str) -> HttpResponse:
    application = own_application(request, key)
    if application.case.state not in EDITABLE and not is_script(request):
        return redirect("application", key)
    rule = _slot(application, slot).rule
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Unacceptable("empty")
        papers.upload(application, rule, sent, name=sent.name or "", by=user_of(request))
    except Unacceptable as error:
        return _answer(request, application, slot, error=phrases.say(error.code, error.facts), status=422)
    except Refused as refusal:
        return _answer(request, application, slot, error=" ".join(sentences(refusal.decision)), status=409)
    return _answer(request, application, slot)


def _answer(
    request: HttpRequest, application: Application, slot: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    """The slot for the script; the whole page, or the way back to it, without one."""
    if not is_script(request):
        if error:
            return form.page(request, application, refused={slot: error}, status=status)
        return redirect(f"{reverse('application_form', args=[application.case.key])}#slot-{slot}")
    on = clock.today()
    context = {
        "slot": form.slot_of(application, _slot(application, slot), error=error),
        "parts": form.parts(application, on),
    }
    return render(request, "admissions/_slot.html", context, status=status)


def _slot(application: Application, name: str) -> reads.Slot:
    found = next((slot for slot in reads.slots(application, clock.today()) if slot.rule.id == name), None)
    if found is None:
        raise Http404
    return found


def length(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared) if declared.isdigit() else 0


def drain(request: HttpRequest) -> None:
    left = min(length(request), DRAINED)
    while left > 0 and (chunk := request.read(min(ENVELOPE, left))):
        left -= len(chunk)
