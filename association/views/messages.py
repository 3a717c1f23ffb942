"""What the account was told, in the portal."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from association import clock
from association.actions import addresses
from association.actors import Actor
from association.models import DeadAddress, Message
from association.models.message import Channel
from association.web import attempt, signed_in, user_of

PER_PAGE = 20


@require_safe
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest first."""
    received = Message.objects.filter(recipient=user_of(request), channel=Channel.PORTAL)
    number = request.GET.get("page", "1")
    first = (max(1, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1) - 1) * PER_PAGE
    rows = list(received.only("key", "subject", "created_at", "read_at")[first : first + PER_PAGE + 1])
    page = {"number": first // PER_PAGE + 1, "has_previous": first > 0, "has_next": len(rows) > PER_PAGE}
    dead = addresses.dead_now(user_of(request))
    return render(request, "messages/inbox.html", {"rows": rows[:PER_PAGE], "page": page, "dead_addresses": dead})


@require_safe
@signed_in
def message(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One message; opening it marks it read."""
    found = get_object_or_404(Message, recipient=user_of(request), channel=Channel.PORTAL, key=key)
    if found.read_at is None:
        found.read_at = clock.now()
        found.save(update_fields=["read_at"])
    return render(request, "messages/message.html", {"message_shown": found})


@require_POST
@signed_in
def address_works(request: HttpRequest, pk: int) -> HttpResponse:
    """The person says that the own address works again."""
    dead = get_object_or_404(DeadAddress, user=user_of(request), pk=pk)
    attempt(
        request,
        lambda: addresses.lift(dead, by=Actor.applicant(user_of(request))),
        done=_("Thank you. Messages go to %(address)s again.") % {"address": dead.address},
    )
    return redirect("inbox")
