"""Uploaded files, for those who may read them. For all others there is no such file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from association import clock
from association.actions import audit
from association.files import keeping, preview
from association.models import StoredFile
from association.permissions import own_files, readable_files
from association.views.serving import private
from association.web import signed_in, user_of

WIDTH = 1240
"""Pixels across a picture of a page: 150 to the inch of an A4 sheet."""

SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""Media types that have pictures of their pages."""


def _readable(request: HttpRequest, key: uuid.UUID) -> StoredFile:
    return get_object_or_404(readable_files(user_of(request), on=clock.today()), key=key)


@require_safe
@signed_in
def file(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file as it was kept, to be saved: a browser never opens it as a page of ours."""
    found = _readable(request, key)
    data = keeping.read(found, by=user_of(request))
    audit.taken("file", found, user=user_of(request), own=own_files(user_of(request)).filter(pk=found.pk).exists())
    return private(data, name=found.original_name, media_type=found.media_type, download=True)


@require_safe
@signed_in
def page(request: HttpRequest, key: uuid.UUID, number: int) -> HttpResponseBase:
    """One page as a picture."""
    found = _readable(request, key)
    try:
        png = preview.page_png(keeping.read(found, by=user_of(request)), found.media_type, number, WIDTH)
    except IndexError:
        png = None
    if png is None:
        raise Http404
    return private(png, name=f"{number}.png", media_type="image/png")


@require_safe
@signed_in
def pages(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Every page below the other: what a phone can show that cannot open a PDF."""
    found = _readable(request, key)
    numbers = range(1, (found.pages or 0) + 1) if found.media_type in SHOWN else range(0)
    return render(request, "files/pages.html", {"file": found, "numbers": numbers})
