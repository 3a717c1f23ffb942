"""OFD (GB/T 33190), the ZIP of XML in which Chinese authorities issue electronic certificates; rebuilt entry by entry.

The entries themselves stay byte for byte: the seal inside signs their digests.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from io import BytesIO
from xml.etree import ElementTree

from association.files.errors import Unacceptable

ROOT = "OFD.xml"
NAMESPACE = "http://www.ofdspec.org/2016"
MAX_ENTRIES = 3000
MAX_UNPACKED = 128 * 1024 * 1024
MAX_XML = 16 * 1024 * 1024
KEPT = re.compile(r"\.(xml|png|jpe?g|bmp|gif|tiff?|jb2|gbig2|ttf|otf|ttc|cff|esl|dat)$", re.IGNORECASE)
"""Pages, pictures, fonts, seals and signed values."""
DAY = (1980, 1, 1, 0, 0, 0)


def has_root(data: bytes) -> bool:
    """Whether the bytes are a ZIP with an ``OFD.xml`` at its top."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return ROOT in archive.namelist()
    except Exception:  # zipfile raises whatever a damaged directory leads it to
        return False


def rewrite(data: bytes, max_pages: int) -> tuple[bytes, int]:
    """The certificate in a new ZIP without foreign entries, and its number of pages.

    :raises Unacceptable: ``ofd_broken``, ``too_many_pages``, ``bomb``.
    """
    try:
        entries = _entries(data)
        pages = sum(_count_pages(entries, name) for name in _documents(entries))
    except Unacceptable:
        raise
    except Exception as error:  # zipfile and expat raise whatever a damaged byte leads them to
        raise Unacceptable("ofd_broken") from error
    if pages == 0:
        raise Unacceptable("ofd_broken")
    if pages > max_pages:
        raise Unacceptable("too_many_pages", {"pages": pages, "limit": max_pages})
    return _pack(entries), pages


def _entries(data: bytes) -> dict[str, bytes]:
    """Name → content of what an OFD may hold, unpacked within the limits."""
    kept: dict[str, bytes] = {}
    total = 0
    with zipfile.ZipFile(BytesIO(data)) as archive:
        listed = archive.infolist()
        if len(listed) > MAX_ENTRIES or sum(entry.file_size for entry in listed) > MAX_UNPACKED:
            raise Unacceptable("bomb")
        for entry in listed:
            if entry.is_dir() or not _belongs(entry.filename):
                continue
            if entry.filename in kept or entry.flag_bits & 0x1:
                raise Unacceptable("ofd_broken")
            with archive.open(entry) as packed:  # reads no more than the size it declares, and checks the CRC
                kept[entry.filename] = packed.read(MAX_UNPACKED - total + 1)
            total += len(kept[entry.filename])
            if total > MAX_UNPACKED:
                raise Unacceptable("bomb")
    return kept


def _belongs(name: str) -> bool:
    inside = name == posixpath.normpath(name) and not name.startswith(("/", "..")) and "\\" not in name
    return inside and name.isprintable() and KEPT.search(name) is not None


def _xml(content: bytes) -> ElementTree.Element:
    """Parse UTF-8 without a document type: entities are how XML explodes, and OFD needs none."""
    if len(content) > MAX_XML:
        raise Unacceptable("bomb")
    text = content.decode("utf-8-sig")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unacceptable("ofd_broken")
    return ElementTree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1))  # noqa: S314  no entities, see above


def _documents(entries: dict[str, bytes]) -> list[str]:
    root = _xml(entries[ROOT])
    if root.tag != f"{{{NAMESPACE}}}OFD":
        raise Unacceptable("ofd_broken")
    places = [(found.text or "").strip().lstrip("/") for found in root.iter(f"{{{NAMESPACE}}}DocRoot")]
    if not places or not set(places) <= entries.keys():
        raise Unacceptable("ofd_broken")
    return places


def _count_pages(entries: dict[str, bytes], place: str) -> int:
    """Pages that the document lists and the ZIP holds."""
    listed = _xml(entries[place]).findall(f"{{{NAMESPACE}}}Pages/{{{NAMESPACE}}}Page")
    for page in listed:
        location = page.get("BaseLoc", "")
        path = location.lstrip("/") if location.startswith("/") else posixpath.join(posixpath.dirname(place), location)
        if posixpath.normpath(path) not in entries:
            raise Unacceptable("ofd_broken")
    return len(listed)


def _pack(entries: dict[str, bytes]) -> bytes:
    output = BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(entries, key=lambda name: (name != ROOT, name)):
            entry = zipfile.ZipInfo(name, DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, entries[name])
    return output.getvalue()
