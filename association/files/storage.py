"""Where the bytes lie: under random names in Django's default storage, a folder or S3, sealed if they must be."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from association import keys

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{40}")


class Missing(LookupError):
    """The storage holds nothing under this key."""


def put(data: bytes, *, encrypt: bool) -> str:
    """Keep ``data`` and return its key, which nobody can guess. It is there as a whole or not at all."""
    name = secrets.token_hex(20)
    key = f"{name[:2]}/{name[2:4]}/{name}"
    kept = keys.encrypt_bytes(data, _context(key)) if encrypt else data
    if isinstance(default_storage, FileSystemStorage):
        _write(Path(default_storage.path(key)), kept)
    else:  # S3: an upload is seen only when it is complete
        default_storage.save(key, ContentFile(kept))
    return key


def get(key: str, *, encrypted: bool) -> bytes:
    """What was put under the key.

    :raises Missing: when nothing is there.
    :raises association.keys.Undecryptable: when a sealed file does not open.
    """
    if not _KEY.fullmatch(key):
        raise Missing(key)
    try:
        with default_storage.open(key) as file:
            data: bytes = file.read()
    except FileNotFoundError as error:
        raise Missing(key) from error
    return keys.decrypt_bytes(data, _context(key)) if encrypted else data


def delete(key: str) -> None:
    """Remove what is there; nothing happens when nothing is."""
    if _KEY.fullmatch(key):
        default_storage.delete(key)


def _context(key: str) -> str:
    return f"file:{key}"


def _write(path: Path, data: bytes) -> None:
    """Beside its place first, onto the disk, then into its place in one step."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS or 0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as beside:
        try:
            beside.write(data)
            beside.flush()
            os.fsync(beside.fileno())
            Path(beside.name).chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o600)
            Path(beside.name).replace(path)
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
