"""An upload is read to its limit, opened for real, and written anew; only what we wrote is kept.

A file that satisfies two readers at once (a PDF that is also a ZIP) passes every test of its first bytes; written
anew, it is one thing. What cannot be cleaned is :class:`Unacceptable`, with a code that ``phrases`` puts into words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import IO, Any

import filetype

from association.files import names, ofd, pdf, picture
from association.files.errors import Unacceptable
from association.files.names import safe_name

__all__ = ["Cleaned", "Unacceptable", "clean", "safe_name"]

CHUNK = 64 * 1024
HEAD = 1024
"""Bytes in which a PDF's mark may stand: some scanners write a few of their own before it."""

MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png", "ofd": "application/ofd"}
PICTURES = {"jpg", "png"}
PHONE_PHOTOS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

_CLEANERS: dict[str, Callable[[bytes, int], tuple[bytes, int]]] = {
    "pdf": pdf.rewrite,
    "jpg": picture.rewrite_jpeg,
    "png": picture.rewrite_png,
    "ofd": ofd.rewrite,
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What may be kept: ``sha256`` is of ``data``, ``extension`` has no dot, a picture has one page."""

    data: bytes
    media_type: str
    extension: str
    pages: int
    sha256: str
    safe_name: str


def clean(
    stream: IO[bytes], *, declared_name: str, max_bytes: int, max_pages: int, allowed: Collection[str]
) -> Cleaned:
    """Read ``stream`` and return it written anew. ``allowed`` are extensions out of pdf, jpg, png and ofd.

    Reads at most ``max_bytes`` and one byte more. A picture may bear the other picture's extension, as phones do it;
    the result bears its own.

    :raises Unacceptable: codes as in :data:`association.files.phrases.PHRASES`.
    """
    data = _read(stream, max_bytes)
    name = safe_name(declared_name)
    kind = _kind(data, declared=names.extension(name), allowed=allowed)
    written, pages = _CLEANERS[kind](data, max_pages)
    return Cleaned(
        data=written,
        media_type=MEDIA_TYPES[kind],
        extension=kind,
        pages=pages,
        sha256=hashlib.sha256(written).hexdigest(),
        safe_name=names.with_extension(name, kind),
    )


def _read(stream: IO[bytes], max_bytes: int) -> bytes:
    data = bytearray()
    while chunk := stream.read(min(CHUNK, max_bytes + 1 - len(data))):
        data += chunk
        if len(data) > max_bytes:
            raise Unacceptable("too_large", {"limit": max_bytes})
    if not data:
        raise Unacceptable("empty")
    return bytes(data)


def _kind(data: bytes, *, declared: str, allowed: Collection[str]) -> str:
    """The kind that the bytes are, if it is allowed and the name does not say otherwise."""
    kind = _sniff(data)
    accepted = {"jpg" if wanted == "jpeg" else wanted for wanted in allowed}
    if kind == "heic":
        raise Unacceptable("heic")
    agrees = not declared or kind == declared or {kind, declared} <= PICTURES
    if not agrees and declared in MEDIA_TYPES:
        if declared in accepted and not kind:  # nothing else either: a damaged one of its kind
            raise Unacceptable(_broken(declared))
        raise Unacceptable("renamed", {"extension": declared, "found": kind})
    if kind not in accepted or kind not in MEDIA_TYPES:
        raise Unacceptable("unsupported", {"found": kind or declared, "allowed": sorted(accepted & set(MEDIA_TYPES))})
    if not agrees:
        raise Unacceptable("renamed", {"extension": declared, "found": kind})
    return kind


def _broken(kind: str) -> str:
    return "picture_broken" if kind in PICTURES else f"{kind}_broken"


def _sniff(data: bytes) -> str:
    """What the first bytes say: one of our kinds, ``heic``, another extension, or nothing."""
    if data.startswith(b"PK\x03\x04") and ofd.has_root(data):
        return "ofd"
    if data[4:8] == b"ftyp" and data[8:12] in PHONE_PHOTOS:
        return "heic"
    found: Any = filetype.guess(data[: 8 * HEAD])
    if found is not None:
        return str(found.extension)
    return "pdf" if b"%PDF-" in data[:HEAD] else ""
