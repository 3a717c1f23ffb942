"""What a session has shown: a right of staff asks for the second factor in the very session that uses it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import middleware
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


class AuthenticationMiddleware(middleware.AuthenticationMiddleware):
    """Django's, whose account knows whether its session has shown the second factor."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: of_session(request))  # type: ignore[assignment]


def of_session(request: HttpRequest) -> Any:
    user: Any = middleware.get_user(request)
    if user.is_authenticated:
        user.second_factor_shown = any(
            record.get("method") == "mfa" for record in get_authentication_records(request, user)
        )
    return user


def connect() -> None:
    mfa.authenticator_added.connect(set_up, dispatch_uid="sessions")


def set_up(request: HttpRequest, user: Any, authenticator: Any, **_rest: Any) -> None:
    """Who has just typed the first code of the phone has shown it; sessions that began without it end."""
    if authenticator.type != Authenticator.Type.TOTP:
        return
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    for other in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        other.end()
