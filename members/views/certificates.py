"""The member's certificate: as a page, as PDF, as a picture that a phone can keep."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from association import clock
from association.actions import audit
from association.files import keeping
from association.models import Job
from association.views.serving import private
from association.web import signed_in, user_of
from members.actions.registrations import RENDER
from members.certificates.facts import CertificateFacts
from members.certificates.rendering import certificate_picture
from members.models import Certificate
from members.models.certificate import CertificateStatus
from members.permissions import certificates_open_to, own_parties

TONES = {CertificateStatus.VALID: "done", CertificateStatus.SUSPENDED: "waiting", CertificateStatus.REVOKED: "stopped"}
PICTURE_WIDTH = 1240
"""Pixels: sharp on every phone, and 34 ms to draw."""


@require_safe
@signed_in
def certificate(request: HttpRequest, serial: str) -> HttpResponse:
    """The certificate with its status; while the worker is still making it, the page says so and asks again."""
    found = find(request, serial)
    status = found.status(clock.today())
    context = {
        "certificate": found,
        "facts": CertificateFacts.from_json(found.facts),
        "status": {"label": status.label, "tone": TONES.get(status, "neutral")},
        "stuck": found.file_id is None and is_stuck(found),
        "width": PICTURE_WIDTH,
    }
    return render(request, "members/certificate.html", context)


@require_safe
@signed_in
def file(request: HttpRequest, serial: str) -> HttpResponseBase:
    """The PDF to keep and print."""
    found = find(request, serial)
    if found.file is None:
        return redirect("certificate", found.serial)
    user = user_of(request)
    mine = own_parties(user, clock.today()).filter(party=found.membership.party_id).exists()
    audit.taken("certificate", found, user=user, own=mine)
    return private(
        keeping.read(found.file, by=user_of(request)),
        name=found.file.original_name,
        media_type="application/pdf",
        download=True,
    )


@require_safe
@signed_in
def picture(request: HttpRequest, serial: str) -> HttpResponseBase:
    """The same as a PNG, to be saved by a long press where a PDF cannot be downloaded."""
    found = find(request, serial)
    if found.file is None:
        return redirect("certificate", found.serial)
    document = keeping.read(found.file, by=user_of(request))
    name = found.file.original_name.removesuffix(".pdf") + ".png"
    return private(
        certificate_picture(document, width=PICTURE_WIDTH),
        name=name,
        media_type="image/png",
        download="download" in request.GET,
    )


def find(request: HttpRequest, serial: str) -> Certificate:
    mine = certificates_open_to(user_of(request), clock.today())
    return get_object_or_404(mine.select_related("membership__party", "superseded_by", "file"), serial=serial.upper())


def is_stuck(certificate: Certificate) -> bool:
    """Whether the worker has given up."""
    return Job.objects.filter(
        kind=RENDER, unique_key=f"certificate:{certificate.pk}", failed_at__isnull=False
    ).exists()
