"""Pictures of the pages of a cleaned document, for the desk beside the checklist and for phones."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from association.printing import pdfium

NARROWEST, WIDEST = 16, 3000
"""Pixels of width; what is asked for beyond is brought within."""
MAX_PIXELS = 24_000_000
"""Of one preview: a page of absurd height is shown narrower."""


def page_count(data: bytes, media_type: str) -> int | None:
    """Pages that :func:`page_png` can show; None for OFD, which has no preview.

    :raises pypdfium2.PdfiumError: for bytes that are no PDF.
    """
    if media_type == "application/pdf":
        with pdfium.opened(data) as document:
            return len(document)
    return 1 if media_type in {"image/jpeg", "image/png"} else None


def page_png(data: bytes, media_type: str, page: int, width: int) -> bytes | None:
    """Page number ``page``, counted from 1, as a PNG about ``width`` pixels wide; None for OFD.

    :raises IndexError: when there is no such page.
    """
    pages = page_count(data, media_type) if media_type != "application/pdf" else None
    width = max(NARROWEST, min(WIDEST, width))
    if media_type == "application/pdf":
        return _pdf_page(data, page, width)
    if pages is None:
        return None
    if page != 1:
        raise IndexError(f"no page {page} in a picture")
    return _picture(data, width)


def _pdf_page(data: bytes, page: int, width: int) -> bytes:
    with pdfium.opened(data) as document:
        if not 1 <= page <= len(document):
            raise IndexError(f"no page {page} in a document of {len(document)}")
        sheet = document[page - 1]
        try:
            across, down = sheet.get_size()
            scale = min(width / across, (MAX_PIXELS / (across * down)) ** 0.5)
            bitmap = sheet.render(scale=scale)
            try:
                return _png(bitmap.to_pil())
            finally:
                bitmap.close()
        finally:
            sheet.close()


def _picture(data: bytes, width: int) -> bytes:
    with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as picture:
        height = max(1, min(MAX_PIXELS // width, round(picture.height * width / picture.width)))
        picture.draft("RGB", (width, height))
        small = picture.resize((width, height)) if picture.width > width else picture
        return _png(small.convert("RGBA" if small.has_transparency_data else "RGB"))


def _png(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "PNG")
    return output.getvalue()
