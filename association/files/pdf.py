"""PDF documents, opened by qpdf and written anew without scripts, attachments, actions and traces of their author."""

from __future__ import annotations

import logging
import zlib
from io import BytesIO
from typing import Any

import pikepdf

from association.files.errors import Unacceptable
from association.files.picture import MAX_PIXELS
from association.printing import pdfium

MEGA = 1024 * 1024
MAX_STREAM = 64 * MEGA
"""Bytes that qpdf may unpack of one stream while it reads the file (its tables of objects are streams)."""
MAX_UNPACKED = 256 * MEGA
"""Bytes of all streams together that are not pictures: drawing instructions, fonts."""

TAIL = 2048
"""Bytes in which the mark of a PDF's end may stand."""

ROOT_KEYS = (
    "/OpenAction", "/AA", "/Names", "/AcroForm", "/AF", "/Outlines", "/Threads", "/Collection", "/URI", "/Perms",
    "/DSS", "/Metadata", "/PieceInfo", "/SpiderInfo", "/Extensions", "/Requirements", "/Dests",
)  # fmt: skip
PAGE_KEYS = ("/AA", "/AF", "/Metadata", "/PieceInfo", "/B", "/Thumb", "/PresSteps")
ACTIVE_ANNOTATIONS = {
    "/Link", "/Widget", "/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/Popup",
    "/TrapNet", "/PrinterMark", "/Projection",
}  # fmt: skip
ACTIVE_KEYS = ("/A", "/AA", "/PA", "/AF", "/Dest", "/Popup", "/FS", "/NM")

# What a hostile file makes qpdf complain of is answered to its sender, not logged as our error
logging.getLogger("pikepdf").setLevel(logging.CRITICAL)

# Process-wide by nature of qpdf: set once, before any thread reads
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_STREAM,
    run_length_max_memory=MAX_STREAM,
    png_max_memory=MAX_STREAM,
    tiff_max_memory=MAX_STREAM,
    parser_max_nesting=100,
    max_stream_filters=4,
    doc_max_warnings=200,
)


def rewrite(data: bytes, max_pages: int) -> tuple[bytes, int]:
    """The document as a clean PDF, and its number of pages. Filled-in forms and seals stay visible, as drawings.

    :raises Unacceptable: ``pdf_encrypted``, ``pdf_broken``, ``too_many_pages``, ``bomb``.
    """
    try:
        with pikepdf.open(BytesIO(data)) as document:
            pages = len(document.pages)
            if pages == 0 or _cut_off(data, document):
                raise Unacceptable("pdf_broken")
            if pages > max_pages:
                raise Unacceptable("too_many_pages", {"pages": pages, "limit": max_pages})
            _weigh(document)
            _flatten(document)
            _strip(document)
            output = BytesIO()
            document.save(
                output,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,  # unpacks nothing
            )
        written = output.getvalue()
        with pdfium.opened(written) as shown:  # what PDFium cannot open cannot be previewed
            if len(shown) != pages:
                raise Unacceptable("pdf_broken")
    except Unacceptable:
        raise
    except pikepdf.PasswordError as error:
        raise Unacceptable("pdf_encrypted") from error
    except Exception as error:  # qpdf raises whatever a damaged object leads it to
        raise Unacceptable("pdf_broken") from error
    return written, pages


def _cut_off(data: bytes, document: pikepdf.Pdf) -> bool:
    """Whether the end is missing, so that qpdf's repair has lost pages; other damage it mends without loss."""
    return b"%%EOF" not in data[-TAIL:] and any("reconstruct" in warning for warning in document.get_warnings())


def _weigh(document: pikepdf.Pdf) -> None:
    """Refuse pictures of absurd size and streams that unpack to more than any document needs."""
    unpacked = 0
    for thing in document.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        if thing.get("/Subtype") == "/Image":
            if int(thing.get("/Width", 0)) * int(thing.get("/Height", 0)) > MAX_PIXELS:
                raise Unacceptable("bomb")
        elif "/FlateDecode" in _filters(thing):
            unpacked += _unpacked_size(thing.read_raw_bytes(), MAX_STREAM)
            if unpacked > MAX_UNPACKED:
                raise Unacceptable("bomb")


def _filters(stream: pikepdf.Stream) -> list[str]:
    """The stream's filters. More than one packing on top of another is a bomb, no document."""
    names: Any = stream.get("/Filter", [])
    filters = [str(names)] if isinstance(names, pikepdf.Name) else [str(name) for name in names]
    if filters.count("/FlateDecode") > 1 or filters.count("/LZWDecode") > 1:
        raise Unacceptable("bomb")
    return filters


def _unpacked_size(packed: bytes, limit: int) -> int:
    inflater, size = zlib.decompressobj(), 0
    try:
        while packed and not inflater.eof:
            size += len(inflater.decompress(packed, MEGA))
            packed = inflater.unconsumed_tail
            if size > limit:
                raise Unacceptable("bomb")
    except zlib.error:  # another filter came first, or it is damaged: qpdf and PDFium hold their own limits
        return size
    return size


def _flatten(document: pikepdf.Pdf) -> None:
    """Draw form fields and seals onto their pages; what draws nothing is left to :func:`_strip`."""
    form = document.Root.get("/AcroForm")
    if form is None:
        return
    if form.get("/NeedAppearances"):
        document.generate_appearance_streams()
    document.flatten_annotations("screen")


def _strip(document: pikepdf.Pdf) -> None:
    for key in ROOT_KEYS:
        if key in document.Root:
            del document.Root[key]
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    for page in document.pages:
        for key in PAGE_KEYS:
            if key in page.obj:
                del page.obj[key]
        kept = [note for note in page.obj.get("/Annots", []) if _harmless(note)]
        if kept:
            page.obj["/Annots"] = document.make_indirect(pikepdf.Array(kept))
        elif "/Annots" in page.obj:
            del page.obj["/Annots"]


def _harmless(note: Any) -> bool:
    """Whether a remark may stay (a stamp, a highlight). What could act is taken off it, or the whole of it."""
    if not isinstance(note, pikepdf.Dictionary) or str(note.get("/Subtype", "")) in {"", *ACTIVE_ANNOTATIONS}:
        return False
    for key in ACTIVE_KEYS:
        if key in note:
            del note[key]
    return True
