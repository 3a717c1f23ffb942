"""The one lock before PDFium, which may be used by one thread at a time, and the one way to open a PDF with it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pypdfium2

_lock = threading.Lock()


def _forget_lock() -> None:
    """A forked child must not wait for a thread that only its parent has."""
    global _lock  # noqa: PLW0603 - one lock for each process
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forget_lock)


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF ``data`` as a document of PDFium, held under the lock: do not nest, do not keep its pages.

    :raises pypdfium2.PdfiumError: when it is no PDF, or needs a password.
    """
    with _lock:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()


def picture(document: pypdfium2.PdfDocument, page: int, *, width: int) -> bytes:
    """One page, counted from 0, of an opened document as a PNG ``width`` pixels wide.

    :raises IndexError: when there is no such page.
    """
    if not 0 <= page < len(document):
        raise IndexError(f"no page {page} in a document of {len(document)}")
    sheet = document[page]
    bitmap = sheet.render(scale=width / sheet.get_width())
    output = BytesIO()
    bitmap.to_pil().save(output, format="PNG")
    bitmap.close()
    sheet.close()
    return output.getvalue()


def text(document: pypdfium2.PdfDocument) -> str:
    """The text of all pages of an opened document, as a reader would copy it."""
    parts = []
    for sheet in document:
        words = sheet.get_textpage()
        parts.append(words.get_text_bounded())
        words.close()
        sheet.close()
    return "\n".join(parts)
