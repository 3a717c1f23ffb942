"""The desk in tests: a client of a member of staff who has the second factor."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client

from association.models import User
from tests import world
from tests.harness.login import show_second_factor


def client_of(user: User) -> Client:
    Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    fresh_login(client, user)
    return client


def fresh_login(client: Client, user: User) -> None:
    """As after a login this moment: what is sensitive asks nobody who has just shown who they are."""
    show_second_factor(client, user, at=time.time())


def desk(body: str = "secretariat", *roles: str) -> Client:
    """A client of somebody who sits in the body and has the roles."""
    return client_of(world.seated(body, roles=roles or ("secretariat",)))


def finance() -> Client:
    return desk("secretariat", "finance")


def auditor() -> Client:
    user = world.user(is_staff=True, name="审计")
    world.give(user, "auditor")
    return client_of(user)


def told(response: Any) -> str:
    """Everything that the page's messages say."""
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def staff(*roles: str) -> Client:
    """A client of somebody who has the roles and sits in no body."""
    user = world.user(is_staff=True, name="、".join(roles))
    world.give(user, *roles)
    return client_of(user)
