"""The home of the person who is logged in, and the file of a membership they act for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from association import clock
from association.actions import addresses
from association.views.newsletters import newsletter_name
from association.web import signed_in, user_of
from members.permissions import own_memberships
from portal.queries import history_of, home_of


@require_safe
@signed_in
def my(request: HttpRequest) -> HttpResponse:
    """What is to be done now, memberships, applications, messages."""
    user, today = user_of(request), clock.today()
    context = {
        "home": home_of(user, today),
        "newsletter": newsletter_name(today),
        "dead_addresses": addresses.dead_now(user),
    }
    return render(request, "portal/my.html", context)


@require_safe
@signed_in
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The member's file (档案), as the member sees it."""
    mine = own_memberships(user_of(request), clock.today()).select_related("party")
    membership = get_object_or_404(mine, pk=pk)
    return render(request, "portal/history.html", {"membership": membership, "entries": history_of(membership)})
