"""Official documents: whether one is ours, for anybody who has its serial; its paper, for those it was sent to."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from association import clock
from association.actions import official_notices
from association.models import OfficialNotice, User
from association.printing import pdf, pdfium
from association.ratelimit import Limit, limited
from association.rules.serials import read_serial
from association.views.serving import private
from association.web import signed_in, user_of

LIMIT = Limit("document", 60)
PICTURE_WIDTH = 1240
WORDS = {
    "issued": (_("Issued by us"), "done", _("This document was issued by the association and stands.")),
    "revoked": (_("Revoked"), "stopped", _("The association issued this document and has revoked it.")),
    "void": (_("Void"), "stopped", _("This document was declared void. Nothing follows from it.")),
}


def find(serial: str) -> OfficialNotice:
    """The issued document of this serial, however it was typed."""
    read = read_serial(serial)
    related = ("number", "series", "file", "revokes__number")
    found = OfficialNotice.objects.select_related(*related).filter(serial=read).first() if read else None
    if found is None:
        raise Http404
    return found


def may_read(user: User, notice: OfficialNotice) -> bool:
    """Those who were told of it, and the desk."""
    return user.is_active and (
        user.has_perm("association.view_officialnotice") or notice.recipients.filter(user=user).exists()
    )


@require_safe
@never_cache
@limited(LIMIT)
def document(request: HttpRequest, serial: str) -> HttpResponse:
    """Where the QR code and the mails lead: number, title, day, and whether it stands; the paper for its readers."""
    found = find(serial)
    later = official_notices.revocation_of(found)
    number = found.number
    assert number is not None
    state = "void" if number.voided_on else "revoked" if later else "issued"
    word, tone, means = WORDS[state]
    readable = request.user.is_authenticated and may_read(user_of(request), found)
    pages = 0
    if readable:
        official_notices.opened(found, user_of(request))
        pages = found.file.pages or 1 if found.file else _pages(official_notices.paper(found, on=clock.today()))
    context = {
        "notice": found,
        "facts": found.facts,
        "later": later,
        "word": word,
        "tone": tone,
        "means": means,
        "today": clock.today(),
        "readable": readable,
        "pages": range(1, pages + 1),
    }
    return render(request, "association/document.html", context)


@require_safe
@signed_in
def file(request: HttpRequest, serial: str) -> HttpResponseBase:
    """The PDF to keep and print."""
    found = _readable(request, serial)
    name = found.file.original_name if found.file else f"{found.serial}.pdf"
    data = official_notices.paper(found, on=clock.today())
    return private(data, name=name, media_type="application/pdf", download=True)


@require_safe
@signed_in
def page(request: HttpRequest, serial: str, number: int) -> HttpResponseBase:
    """One page as a picture, for a phone."""
    found = _readable(request, serial)
    try:
        data = pdf.png(official_notices.paper(found, on=clock.today()), number - 1, width=PICTURE_WIDTH)
    except IndexError:
        raise Http404 from None
    return private(data, name=f"{found.serial}-{number}.png", media_type="image/png", download=False)


def _readable(request: HttpRequest, serial: str) -> OfficialNotice:
    found = find(serial)
    if not may_read(user_of(request), found):
        raise Http404
    official_notices.opened(found, user_of(request))
    return found


def _pages(data: bytes) -> int:
    with pdfium.opened(data) as opened:
        return len(opened)
