"""Photos and scans, decoded and encoded anew: upright, without EXIF (place, device, time) or an appended file."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from association.files.errors import Unacceptable

MAX_PIXELS = 80_000_000
"""Of the file as it claims to be; an A3 sheet scanned at 600 dpi has 70 million."""
MAX_SIDE = 5000
"""Pixels of the longer side kept: A4 at 400 dpi."""
JPEG_QUALITY = 88


def rewrite_jpeg(data: bytes, max_pages: int) -> tuple[bytes, int]:
    """The photo as a clean JPEG, and 1 page. :raises Unacceptable: ``picture_broken``, ``bomb``."""
    return _rewrite(data, "JPEG")


def rewrite_png(data: bytes, max_pages: int) -> tuple[bytes, int]:
    """The picture as a clean PNG, its first frame, and 1 page. :raises Unacceptable: ``picture_broken``, ``bomb``."""
    return _rewrite(data, "PNG")


def _rewrite(data: bytes, encoding: str) -> tuple[bytes, int]:
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, turns it on for the whole process
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "MPO"] if encoding == "JPEG" else ["PNG"]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Unacceptable("bomb")
            opened.draft("RGB", (MAX_SIDE, MAX_SIDE))  # lets a JPEG of a large photo be decoded smaller
            upright = ImageOps.exif_transpose(opened)
        return _encode(upright, encoding), 1
    except Unacceptable:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unacceptable("bomb") from error
    except Exception as error:  # the decoders raise whatever a damaged byte leads them to
        raise Unacceptable("picture_broken") from error


def _encode(image: Image.Image, encoding: str) -> bytes:
    plain = image.convert(_mode(image, encoding))
    plain.thumbnail((MAX_SIDE, MAX_SIDE))
    plain.info.clear()
    output = BytesIO()
    if encoding == "JPEG":
        plain.save(output, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        plain.save(output, "PNG", optimize=False)
    return output.getvalue()


def _mode(image: Image.Image, encoding: str) -> str:
    if image.mode in {"1", "L"} and "transparency" not in image.info:
        return "L"
    if encoding == "PNG" and image.has_transparency_data:
        return "RGBA"
    return "RGB"
