"""Keep files: an upload cleaned first, a rendering as it is. One row, one stored object."""

from __future__ import annotations

import hashlib
from typing import IO

from django.conf import settings
from django.db import transaction

from association.files import cleaning, storage
from association.models import AccessLog, StoredFile, User

KINDS = ("pdf", "jpg", "png")  # what is accepted where the rulebook names no formats


def keep_upload(
    stream: IO[bytes], *, name: str, allowed: tuple[str, ...] = KINDS, encrypt: bool = False, by: User | None
) -> StoredFile:
    """Clean an upload and keep it. Raises :class:`association.files.errors.Unacceptable` with what is wrong."""
    cleaned = cleaning.clean(
        stream,
        declared_name=name,
        max_bytes=settings.UPLOAD_MAX_BYTES,
        max_pages=settings.UPLOAD_MAX_PAGES,
        allowed=allowed,
    )
    return _keep(
        cleaned.data,
        name=cleaned.safe_name,
        media_type=cleaned.media_type,
        pages=cleaned.pages,
        encrypt=encrypt,
        by=by,
    )


def keep_rendered(data: bytes, *, name: str, media_type: str, pages: int) -> StoredFile:
    """Keep what Huiji itself has made."""
    return _keep(data, name=name, media_type=media_type, pages=pages, encrypt=False, by=None)


def _keep(data: bytes, *, name: str, media_type: str, pages: int, encrypt: bool, by: User | None) -> StoredFile:
    key = storage.put(data, encrypt=encrypt)
    try:
        with transaction.atomic():
            return StoredFile.objects.create(
                storage_key=key,
                original_name=name[:160],
                media_type=media_type,
                size=len(data),
                pages=pages,
                sha256=hashlib.sha256(data).hexdigest(),
                encrypted=encrypt,
                uploaded_by=by,
            )
    except BaseException:
        storage.delete(key)
        raise


def read(file: StoredFile, *, by: User | None) -> bytes:
    """The bytes of a file. Reading an identity paper leaves a line in the access log."""
    if file.encrypted and by is not None:
        AccessLog.objects.create(user=by, what="identity_paper", target=str(file.key))
    return storage.get(file.storage_key, encrypted=file.encrypted)


def discard(file: StoredFile) -> None:
    """Throw away a file that nothing refers to: the row now, the object once the transaction holds."""
    key = file.storage_key
    file.delete()
    transaction.on_commit(lambda: storage.delete(key))
