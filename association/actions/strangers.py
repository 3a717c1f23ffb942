"""Mail to an address of no account: somebody mistyped theirs. No message is kept of it, so a job carries it.

It is sealed, since the desk sees jobs, and it is ordered as quickly as a message is written: nobody can tell by the
answer whether an address has an account.
"""

from __future__ import annotations

import json
import smtplib
import uuid

from django.core.mail import EmailMessage

from association import keys
from association.actions import jobs
from association.models import Job

SEND = "association.write_to_stranger"


def order(address: str, *, subject: str, text: str) -> Job:
    """Have it sent, and tried again while the mail server is away."""
    key = str(uuid.uuid4())
    letter = json.dumps({"to": address, "subject": subject, "text": text})
    return jobs.order(SEND, f"stranger:{key}", key=key, letter=keys.encrypt_text(letter, _context(key)))


def send(key: str, letter: str) -> None:
    """What the worker does. An address that nobody has is done with."""
    held = json.loads(keys.decrypt_text(letter, _context(key)))
    message = EmailMessage(
        held["subject"], held["text"], to=[held["to"]], headers={"Auto-Submitted": "auto-generated"}
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        if any(code < 500 for code, _reply in error.recipients.values()):
            raise


def _context(key: str) -> str:
    return f"association.strangers:{key}"
