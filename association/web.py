"""What views share: who is asking, and how a refusal reaches the reader."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from association import clock
from association.actors import Actor
from association.db.constraints import violation_message
from association.decisions import Decision, Outcome, Refused
from association.models import User
from association.phrases import sentence

T = TypeVar("T")
View = Callable[..., HttpResponseBase]


def user_of(request: HttpRequest) -> User:
    """The account that is logged in. Only behind a login check."""
    return cast(User, request.user)


def signed_in(view: View | None = None, *, back: str = "") -> Any:
    """Only for those who are logged in. The others come back after the login: to this page, or to the page named
    ``back`` (with the same key) where the address only takes posts. A script gets a 401, so that it can say so; who
    sent a form reads that it was not kept."""
    if view is None:
        return lambda inner: signed_in(inner, back=back)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if is_script(request):
            words = _("Your login has expired. Log in again: what was saved is not lost.")
            return HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")
        if request.method == "POST":
            messages.warning(
                request,
                _(
                    "Your login had expired, so what you just sent was not kept. Log in, then fill in again what is "
                    "missing; what was saved before is still there."
                ),
            )
        known = {"key": kwargs["key"]} if "key" in kwargs else {}
        return redirect_to_login(reverse(back, kwargs=known) if back else request.get_full_path())

    return guarded


def require_fresh_login(request: HttpRequest) -> None:
    """Before something sensitive: whoever logged in a while ago shows once more that it is them, then comes back."""
    if not logged_in_lately(request):
        raise ReauthenticationRequired


def logged_in_lately(request: HttpRequest) -> bool:
    shown = [record["at"] for record in get_authentication_records(request, user_of(request))]
    return bool(shown) and clock.now().timestamp() - max(shown) <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def is_script(request: HttpRequest) -> bool:
    """Whether htmx or the upload script asks, not a browser that goes to another page."""
    return "HX-Request" in request.headers or request.headers.get("X-Requested-With") == "XMLHttpRequest"


def officer(request: HttpRequest, body: str = "") -> Actor:
    return Actor.officer(user_of(request), body=body)


def applicant(request: HttpRequest, on_behalf_of: str = "") -> Actor:
    return Actor.applicant(user_of(request), on_behalf_of=on_behalf_of)


def sentences(decision: Decision) -> list[str]:
    """The reasons that stand in the way, in words, each once; all of them where nothing stands in the way."""
    for outcome in (Outcome.FAIL, Outcome.REFER):
        against = [reason for reason in decision.reasons if reason.outcome is outcome]
        if against:
            break
    else:
        against = list(decision.reasons)
    return list(dict.fromkeys(sentence(reason) for reason in against))


def attempt(request: HttpRequest, act: Callable[[], T], *, done: str = "") -> T | None:
    """Do one action and tell the reader: what was done, or why not, in the words the rules refuse with.

    Returns ``None`` after a refusal; nothing was changed then. A violated constraint speaks with its own message.
    """
    try:
        result = act()
    except Refused as refusal:
        request.was_refused = True  # type: ignore[attr-defined]
        for line in sentences(refusal.decision):
            messages.error(request, line)
        return None
    except IntegrityError as error:
        words = violation_message(error)
        if words is None:
            raise
        request.was_refused = True  # type: ignore[attr-defined]
        messages.error(request, words)
        return None
    if done:
        messages.success(request, done)
    return result
