"""What a kept document says, as far as a machine can read it; the rest is for the eye."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium_c

from association.printing import pdfium

PICTURE = 0.05
"""Share of a page from which on a picture on it may hold writing: a letterhead's seal is smaller, a card is not."""
UNREADABLE = 0.1
"""Share of signs without a meaning from which on the page's font hides what it says."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of each page, and how many pages hold something that only the eye reads."""

    pages: tuple[str, ...]
    by_eye: int


def read(data: bytes, media_type: str) -> Reading:
    """Read a cleaned document. A picture, a scan and what is no PDF have no text: each page is for the eye."""
    if media_type != "application/pdf":
        return Reading((), 1)
    with pdfium.opened(data) as document:
        found = [_read(sheet) for sheet in document]
    return Reading(tuple(text for text, _whole in found), sum(not whole for _text, whole in found))


def _read(sheet: pypdfium2.PdfPage) -> tuple[str, bool]:
    """The text of a page, and whether that is all there is to read on it."""
    words = sheet.get_textpage()
    text = words.get_text_bounded()
    words.close()
    across, down = sheet.get_size()
    whole = _legible(text) and not any(_covers(each, across * down) for each in _pictures(sheet))
    sheet.close()
    return text, whole


def _pictures(sheet: pypdfium2.PdfPage) -> list[pypdfium2.PdfObject]:
    return list(sheet.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]))


def _covers(picture: pypdfium2.PdfObject, page: float) -> bool:
    left, bottom, right, top = picture.get_bounds()
    return abs((right - left) * (top - bottom)) >= page * PICTURE


def _legible(text: str) -> bool:
    signs = [char for char in text if not char.isspace()]
    strange = sum(unicodedata.category(char) in ("Co", "Cn", "Cc") or char == "\ufffd" for char in signs)
    return bool(signs) and strange < len(signs) * UNREADABLE
