"""Mail and text messages as files, for the demo: one file each, named by the message, written whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


def keep(folder: Path, name: str, content: bytes) -> bool:
    """Write the file if there is none of this name; on disk when this returns. False if it was there already."""
    folder.mkdir(parents=True, exist_ok=True)
    number, path = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(path, folder / name)
    except FileExistsError:
        return False
    finally:
        Path(path).unlink()
    return True


def file_name(message_id: str) -> str:
    """The name of the file for a ``Message-ID``."""
    return f"{re.sub(r'[^A-Za-z0-9.-]', '_', message_id.strip('<>').partition('@')[0])[:100]}.log"


class EmailBackend(BaseEmailBackend):
    """Each message once, however often it is handed over: so a crash leaves nothing in doubt."""

    def __init__(self, *, file_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            content = message.message()
            keep(self.folder, file_name(str(content["Message-ID"])), content.as_bytes())
        return len(email_messages)

    def arrived(self, message_id: str) -> bool:
        return (self.folder / file_name(message_id)).exists()
