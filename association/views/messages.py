"""What the account was told, in the portal."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from association import clock
from association.models import Message
from association.models.message import Channel
from association.web import signed_in, user_of

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
    return render(request, "messages/inbox.html", {"rows": rows[:PER_PAGE], "page": page})


@require_safe
@signed_in
def message(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One message; opening it marks it read."""
    found = get_object_or_404(Message, recipient=user_of(request), channel=Channel.PORTAL, key=key)
    if found.read_at is None:
        found.read_at = clock.now()
        found.save(update_fields=["read_at"])
    return render(request, "messages/message.html", {"message_shown": found})
