"""What a person reads when an upload is refused, and before: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

PHRASES = {
    "empty": _("The file is empty. Check that it opens on your own device, then upload it again."),
    "too_large": _(
        "The file is larger than %(limit)s. Scan it at a lower resolution (200 dpi is enough) or compress the "
        "pictures, then upload it again."
    ),
    "too_many_pages": _(
        "The document has %(pages)s pages; at most %(limit)s are accepted. Upload only the pages that are asked for."
    ),
    "renamed": _(
        "The name ends in .%(extension)s, but this is not such a file. Upload the original file; changing the ending "
        "of a name does not change the file."
    ),
    "unsupported": _("Files of this kind are not accepted here. Upload one of these: %(allowed)s."),
    "heic": _(
        "This is a HEIC photo, as iPhones take them, and cannot be read here. Open it on the phone, take a screenshot "
        "and upload that, or choose Settings > Camera > Formats > Most Compatible and take the photo again."
    ),
    "pdf_encrypted": _(
        "The PDF is protected by a password. Save it without a password (for example by printing it to a PDF), then "
        "upload it again."
    ),
    "pdf_broken": _(
        "The PDF cannot be read; it may be damaged or not completely downloaded. Save or scan it again and check that "
        "it opens, then upload it."
    ),
    "picture_broken": _(
        "The picture cannot be read; it may be damaged or not completely transferred. Take the photo again or choose "
        "another one."
    ),
    "ofd_broken": _(
        "The OFD file cannot be read. Download it again from where it was issued, or upload the document as a PDF or "
        "a photo."
    ),
    "bomb": _(
        "Unpacked, this file is far too big to be a document. Scan the paper again at 200 dpi, or take a photo of it "
        "at normal size."
    ),
}
"""By code of :class:`association.files.cleaning.Unacceptable`."""

KINDS = {"pdf": _("PDF"), "jpg": _("JPG photo"), "png": _("PNG picture"), "ofd": _("OFD")}


def size(count: int) -> str:
    """``20 MB``, ``512 KB``: as a person would say the limit, never rounded up."""
    mega = 1024 * 1024
    return f"{count // mega} MB" if count >= mega else f"{count // 1024} KB"


def kinds(allowed: Iterable[str]) -> str:
    """The kinds accepted, in their words."""
    return gettext(", ").join(str(words) for kind, words in KINDS.items() if kind in set(allowed))


def say(code: str, facts: Mapping[str, Any]) -> str:
    """The refusal in words. ``facts`` are those of the ``Unacceptable``."""
    words: dict[str, Any] = dict(facts)
    if code == "too_large":
        words["limit"] = size(facts["limit"])
    if "allowed" in facts:
        words["allowed"] = kinds(facts["allowed"])
    return str(PHRASES[code]) % words


def ask(document: str, *, allowed: Iterable[str], max_bytes: int) -> str:
    """What to upload, beside the button: 「请上传加盖公章的入会申请书（PDF、JPG 照片，20 MB 以内）」."""
    return gettext("Please upload %(document)s (%(kinds)s, up to %(limit)s)") % {
        "document": document,
        "kinds": kinds(allowed),
        "limit": size(max_bytes),
    }
