"""``force_login`` is a login with all that the account asks for: who has a second factor has shown it, long ago."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.internal.flows import login as methods
from django.test import Client

KEY, OWNER = methods.AUTHENTICATION_METHODS_SESSION_KEY, methods._AUTHENTICATION_METHODS_USER_SESSION_KEY
_force_login = Client.force_login


def show_second_factor(client: Client, user: Any, *, at: float = 0.0) -> None:
    """The session of this client has shown the second factor at the moment."""
    session = client.session
    session[KEY] = [{"method": "mfa", "type": "totp", "at": at}]
    session[OWNER] = str(user.pk)
    session.save()


@pytest.fixture(autouse=True, scope="session")
def logged_in_with_all_factors() -> Iterator[None]:
    def force_login(client: Client, user: Any, backend: str | None = None) -> None:
        _force_login(client, user, backend)
        if user.has_second_factor():
            show_second_factor(client, user)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "force_login", force_login)
        yield
