"""What the reader alone may see: kept sealed until the mail has gone out, with a mark in its place in the text."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from association import clock, keys
from association.channels.base import Undeliverable
from association.models import Message
from association.models.message import Failure

GONE = "-"
"""What was sealed and is erased."""
ERASED = Case(When(secret="", then=Value("")), default=Value(GONE))
"""For the update by which a message went out or was given up."""


def seal(key: uuid.UUID, secrets: Mapping[str, str], until: datetime | None = None) -> str:
    """``secrets`` by their marks, for the message of this key; no use after ``until``."""
    if not secrets:
        return ""
    held = {"marks": dict(secrets), "until": until.isoformat() if until else None}
    return keys.encrypt_text(json.dumps(held), _context(key))


def filled(message: Message, text: str) -> str:
    """The text with what was sealed. Raises :class:`Undeliverable` where that is erased or of no use any more."""
    if not message.secret:
        return text
    if message.secret == GONE:
        raise Undeliverable(Failure.FAULTY, _("the link in it is not kept: a new one has to be asked for"))
    try:
        held = json.loads(keys.decrypt_text(message.secret, _context(message.key)))
    except keys.Undecryptable as error:
        raise Undeliverable(Failure.FAULTY, str(error)) from error
    if held["until"] and clock.now() >= datetime.fromisoformat(held["until"]):
        raise Undeliverable(Failure.EXPIRED, _("the link in it has expired: a new one has to be asked for"))
    for mark, secret in held["marks"].items():
        text = text.replace(mark, secret)
    return text


def _context(key: uuid.UUID) -> str:
    return f"association.Message.secret:{key}"
