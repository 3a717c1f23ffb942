"""Whether a certificate or a member number is valid, for anyone who asks (ACG-14, C-22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django import forms
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from association import clock, queries
from association.models import OfficialNotice
from association.ratelimit import Limit, limited
from association.rules.serials import read_serial
from members.models import Certificate, Membership, Party
from members.models.certificate import CertificateStatus
from members.models.membership import Standing
from members.models.party import PartyKind
from members.queries import certificate
from members.rules.masking import mask_name
from members.rules.numbering import format_number, parse_number

LIMIT = Limit("verify", 120)

Words = str | Promise

CERTIFICATES: dict[str, tuple[Words, str, Words]] = {  # word, tone, what it means
    CertificateStatus.VALID: (_("Valid"), "done", _("This certificate was issued by us and is valid today.")),
    CertificateStatus.SUSPENDED: (
        _("Member's rights suspended"),
        "waiting",
        _("This certificate was issued by us. Its holder may not exercise a member's rights at present."),
    ),
    CertificateStatus.EXPIRED: (
        _("Registration expired"),
        "neutral",
        _("This certificate was issued by us. Its period is over; ask the holder for the renewed one."),
    ),
    CertificateStatus.SUPERSEDED: (
        _("Replaced by a newer certificate"),
        "neutral",
        _("This certificate was issued by us, and a newer one has taken its place. Ask the holder for that one."),
    ),
    CertificateStatus.REVOKED: (
        _("Void"),
        "stopped",
        _("This certificate was issued by us and does not hold any more."),
    ),
}
STANDINGS: dict[str, tuple[Words, str, Words]] = {
    Standing.ACTIVE: (_("Member, registration pending"), "waiting", _("Admitted; the registration is under way.")),
    Standing.REGISTERED: (
        _("Registered member"),
        "done",
        _("This number belongs to a member who is registered today."),
    ),
    Standing.SUSPENDED: (
        _("Member's rights suspended"),
        "waiting",
        _("This number belongs to a member who may not exercise a member's rights at present."),
    ),
    Standing.ENDED: (_("No longer a member"), "stopped", _("The membership under this number has ended.")),
}
EXPIRED = (
    _("Registration expired"),
    "neutral",
    _("This number belongs to a member whose registration is to be renewed."),
)
SHOWN = {Standing.REGISTERED, Standing.SUSPENDED}
"""Standings with which the name is in the public register already (ACG-25)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a number stands for today; no name before the registration is public."""

    number: str
    word: Words
    tone: str
    means: Words
    holder: str = ""


class VerifyForm(forms.Form):
    q = forms.CharField(
        label=_("Serial or member number"),
        help_text=_("The serial stands below the QR code of the certificate."),
    )


@require_safe
@never_cache
@limited(LIMIT)
def verify(request: HttpRequest) -> HttpResponse:
    """One field: a serial leads to its certificate, a member number to the standing."""
    typed = request.GET.get("q", "").strip()
    if not typed:
        return render(request, "members/verify.html", {"form": VerifyForm()})
    today = clock.today()
    if answer := standing_of(typed, today):
        return render(request, "members/verify_number.html", {"answer": answer, "today": today})
    if serial := read_serial(typed):
        if certificate(serial):
            return redirect("verify_certificate", serial=serial)
        if OfficialNotice.objects.filter(serial=serial).exists():
            return redirect("document", serial=serial)
    return _unknown(request, typed)


@require_safe
@never_cache
@limited(LIMIT)
def verify_certificate(request: HttpRequest, serial: str) -> HttpResponse:
    """Where the QR code leads."""
    found = certificate(serial)
    if found is None:
        return _unknown(request, serial)
    today = clock.today()
    word, tone, means = CERTIFICATES[found.status(today)]
    context = {
        "certificate": found,
        "facts": found.facts,
        "holder": _holder(found),
        "word": word,
        "tone": tone,
        "means": means,
        "last_day": found.valid_until - timedelta(days=1) if found.valid_until else None,
        "today": today,
    }
    return render(request, "members/verify_certificate.html", context)


def standing_of(typed: str, on: date) -> Answer | None:
    """The standing of a member number on the day; ``None`` where it is nobody's number."""
    number = _number(typed, on)
    party = Party.objects.filter(number=number).first() if number else None
    if party is None or number is None:
        return None
    membership = (
        Membership.objects.standing(on)
        .filter(party=party, starts_on__lte=on)
        .exclude(until=F("starts_on"))
        .order_by("-starts_on", "-pk")
        .first()
    )
    if membership is None:
        return None
    standing, until = membership.standing, membership.registered_until  # type: ignore[attr-defined]  # annotated
    word, tone, means = STANDINGS[standing]
    if standing == Standing.REGISTERED and until is not None and until <= on:
        word, tone, means = EXPIRED
    name = mask_name(party.name) if party.kind == PartyKind.PERSON else party.name
    return Answer(number, word, tone, means, name if standing in SHOWN else "")


def _number(typed: str, on: date) -> str | None:
    """The number as it is stored, without the suffix of one of several registrations."""
    try:
        rule = queries.rulebook_on(on).numbering
    except queries.NoRulebook:
        return None
    if rule is None or len(typed) > 64:
        return None
    read = parse_number(rule.pattern, "".join(typed.split()))
    return format_number(rule.pattern, read.seq) if read else None


def _holder(found: Certificate) -> str:
    name = str(found.facts["holder"])
    return mask_name(name) if found.facts["is_person"] else name


def _unknown(request: HttpRequest, typed: str) -> HttpResponse:
    form = VerifyForm({"q": typed[:64]})
    return render(request, "members/verify_unknown.html", {"form": form, "typed": typed[:64]}, status=404)
