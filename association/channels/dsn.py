"""What comes back: delivery status notifications (RFC 3464) of our own mails."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message as Part

from association.channels.mail import DEAD, one_line

OURS = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")
ENVELOPE = re.compile(r"\+([0-9a-f]{32})@")
ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True, slots=True)
class Report:
    """That a message did not arrive. ``dead``: the address itself does not work."""

    key: uuid.UUID
    said: str
    dead: bool


def read(content: bytes) -> Report | None:
    """The failure that a mail reports about one of ours; None for any other mail, and for mere delays."""
    mail = message_from_bytes(content, policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return None
    failures = [block for block in _blocks(mail) if (block.get("Action") or "").strip().lower() == "failed"]
    key = _key(mail)
    if not failures or key is None:
        return None
    status = (failures[0].get("Status") or "").strip()
    diagnosis = one_line(str(failures[0].get("Diagnostic-Code") or ""))
    dead = bool(DEAD.search(status.encode("ascii", "replace")))
    return Report(key, one_line(f"{status} {diagnosis}")[:300] or "came back", dead)


def _blocks(mail: Part) -> Iterator[Part]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            payload = part.get_payload()
            yield from (block for block in payload if isinstance(block, Part)) if isinstance(payload, list) else ()


def _key(mail: Part) -> uuid.UUID | None:
    """From the address that the report was sent to, else from the headers of the mail that it returns."""
    for name in ADDRESSED:
        for value in mail.get_all(name, []):
            if found := ENVELOPE.search(str(value)):
                return uuid.UUID(found[1])
    for part in mail.walk():
        if part is mail:
            continue
        text = str(part.get("Message-ID") or "")
        if part.get_content_type() == "text/rfc822-headers":
            payload = part.get_payload(decode=True)
            text = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
        if found := OURS.search(text):
            return uuid.UUID(found[1])
    return None
