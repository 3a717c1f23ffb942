"""What views share: who is asking, and how a refusal reaches the reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest

from association.actors import Actor
from association.db.constraints import violation_message
from association.decisions import Decision, Outcome, Refused
from association.models import User
from association.phrases import sentence

T = TypeVar("T")


def user_of(request: HttpRequest) -> User:
    """The account that is logged in. Only behind a login check."""
    return cast(User, request.user)


def officer(request: HttpRequest, body: str = "") -> Actor:
    return Actor.officer(user_of(request), body=body)


def applicant(request: HttpRequest, on_behalf_of: str = "") -> Actor:
    return Actor.applicant(user_of(request), on_behalf_of=on_behalf_of)


def sentences(decision: Decision) -> list[str]:
    """The reasons that stand in the way, in words, each once; all of them where nothing stands in the way."""
    against = [reason for reason in decision.reasons if reason.outcome is not Outcome.PASS] or decision.reasons
    return list(dict.fromkeys(sentence(reason) for reason in against))


def attempt(request: HttpRequest, act: Callable[[], T], *, done: str = "") -> T | None:
    """Do one action and tell the reader: what was done, or why not, in the words the rules refuse with.

    Returns ``None`` after a refusal; nothing was changed then. A violated constraint speaks with its own message.
    """
    try:
        result = act()
    except Refused as refusal:
        for line in sentences(refusal.decision):
            messages.error(request, line)
        return None
    except IntegrityError as error:
        words = violation_message(error)
        if words is None:
            raise
        messages.error(request, words)
        return None
    if done:
        messages.success(request, done)
    return result
