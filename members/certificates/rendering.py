"""Facts to HTML to PDF to picture.

A certificate is a page that stays (the association, the labels, the frame) and texts that change (the member's). The
page is set once and kept as a stencil; a text that does not fit its line goes through the full render instead.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string

from association.printing import pdf, stencil
from association.printing.stencil import Bitmap, Stencil, Unsuitable
from members.certificates.facts import CertificateFacts
from members.certificates.wording import chinese_date, period

STYLESHEET = Path(settings.BASE_DIR) / "templates" / "certificates" / "registration.css"
REVIEW_BOXES = 5  # the years of the longest council term; a new term brings a new certificate (ACG-22.c)

# How many em of text fit one line; a longer text is set smaller, a still longer one takes more lines
HOLDER = {"short": 24.0, "long": 35.0}
VALUE = {"short": 19.5, "long": 23.0}
ROOMS = {"serial": 14.0, "issued_on": 12.0}
STAMP_ROOMS = {"seal": 5.5, "year": 3.0, "on": 8.0}

NO_INFO = {"Title": "", "Author": "", "Subject": ""}  # what a document is called; a stencil is none
QUIET = 2  # modules of white around the QR code, and the paper beyond
DARK_AND_LIGHT = bytes.maketrans(b"\x00\x01", b"10")


@dataclass(frozen=True)
class Page:
    """What stays: all that two certificates share when they are set alike. Hashable, the key of a stencil."""

    association: str
    title: str
    document: str
    articles: tuple[str, ...]
    issuing_body: str
    statement: str
    duty: str
    holder_size: str
    cells: tuple[tuple[str, str, str], ...]  # label, key of the text, size
    stamps: int
    reviews: bool

    @property
    def rooms(self) -> dict[str, float]:
        """The fields, and how many em of text each takes in one line."""
        values = {key: VALUE.get(size, 0) for _label, key, size in self.cells}
        reviews = {f"{key}{n}": room for n in range(self.stamps) for key, room in STAMP_ROOMS.items()}
        return {"holder": HOLDER.get(self.holder_size, 0), **values, **ROOMS, **reviews}


def render_certificate(facts: CertificateFacts) -> bytes:
    """The certificate as a PDF: one A4 page across, about 30 kB. The same facts give the same bytes.

    :raises association.printing.pdf.Unprintable: when a character has no glyph.
    """
    page, texts = page_of(facts), texts_of(facts)
    try:
        return _stencil(page).fill(texts, qr_bitmap(facts.verification_url), _info(facts))
    except Unsuitable:
        return pdf.render(certificate_html(facts), [STYLESHEET])


def certificate_picture(document: bytes, *, width: int = 1240) -> bytes:
    """The certificate's PDF as a PNG for a phone, ``width`` pixels wide."""
    return pdf.png(document, width=width)


def certificate_html(facts: CertificateFacts, *, picture: str = "") -> str:
    """The page before it is set, with the address of a picture of the QR code (ours unless given).

    Chinese in every language of the site: it is a legal document of the association.
    """
    return _html(page_of(facts), picture or qr_png(facts.verification_url), _info(facts), texts_of(facts))


def texts_of(facts: CertificateFacts) -> dict[str, str]:
    """What changes from member to member, by field; a field that is not there is empty."""
    rank = f"{facts.class_name}（{facts.tier_name}）" if facts.tier_name else facts.class_name
    texts = {
        "holder": facts.holder,
        "number": facts.number,
        "credit_code": facts.credit_code,
        "rank": rank,
        "field": facts.field,
        "member_since": chinese_date(facts.member_since),
        "validity": period(facts.valid_from, None if facts.valid_until == date.max else facts.valid_until),
        "serial": facts.serial,
        "issued_on": chinese_date(facts.issued_on),
    }
    for n, stamp in enumerate(facts.stamps[-REVIEW_BOXES:]):
        texts |= {f"seal{n}": stamp.seal, f"year{n}": str(stamp.year), f"on{n}": chinese_date(stamp.on)}
    return {key: " ".join(text.split()) for key, text in texts.items()}


def page_of(facts: CertificateFacts) -> Page:
    texts = texts_of(facts)
    labels = {
        "number": "会员证号",
        "credit_code": "统一社会信用代码",
        "rank": "会员类型",
        "field": "专业领域",
        "member_since": "入会日期",
        "validity": "登记有效期" if facts.registered else "有效期",
    }
    return Page(
        association=facts.association,
        title=facts.title,
        document=facts.document,
        articles=facts.articles,
        issuing_body=facts.issuing_body,
        statement="完成会员登记，特发此证。" if facts.registered else "成为本会会员，特发此证。",
        duty=facts.duty,
        holder_size=_size(texts["holder"], HOLDER),
        cells=tuple((label, key, _size(texts[key], VALUE)) for key, label in labels.items() if texts[key]),
        stamps=len(facts.stamps[-REVIEW_BOXES:]),
        reviews=facts.registered,
    )


def qr_code(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m", boost_error=False)


def qr_png(url: str) -> str:
    """A QR code (level M) as a ``data:`` address of a 1-bit PNG, one pixel for each module."""
    output = BytesIO()
    qr_code(url).save(output, kind="png", border=QUIET)
    return "data:image/png;base64," + b64encode(output.getvalue()).decode()


def qr_bitmap(url: str) -> Bitmap:
    """The same picture as :func:`qr_png`, as bits."""
    matrix = qr_code(url).matrix
    side = len(matrix) + 2 * QUIET
    padding = -side % 8
    blank, edge = "1" * side + "0" * padding, "1" * QUIET
    rows = [edge + row.translate(DARK_AND_LIGHT).decode() + edge + "0" * padding for row in matrix]
    bits = "".join([blank] * QUIET + rows + [blank] * QUIET)
    return Bitmap(side, side, int(bits, 2).to_bytes(len(bits) // 8, "big"))


_cutting = threading.Lock()


def _stencil(page: Page) -> Stencil:
    with _cutting:  # two threads that start together cut it once
        found = _cut(page)
    if isinstance(found, Unsuitable):
        raise found
    return found


@lru_cache(maxsize=64)  # an association has a dozen pages in use: classes, sizes, numbers of stamps
def _cut(page: Page) -> Stencil | Unsuitable:
    """The stencil of a page, or why there is none (kept too, not to try it for every certificate)."""
    try:
        return stencil.cut(partial(_html, page, qr_png("any"), NO_INFO), page.rooms, [STYLESHEET])
    except (Unsuitable, pdf.NotPrinted) as reason:
        return Unsuitable(str(reason))


def _html(page: Page, picture: str, info: Mapping[str, str], texts: Mapping[str, str]) -> str:
    cells = [{"label": label, "text": texts[key], "size": size} for label, key, size in page.cells]
    stamps = [{key: texts[f"{key}{n}"] for key in STAMP_ROOMS} for n in range(page.stamps)]
    context = {
        "page": page,
        "texts": texts,
        "articles": "、".join(page.articles),
        "rows": [cells[start : start + 2] for start in range(0, len(cells), 2)],
        "stamps": stamps,
        "blanks": range(REVIEW_BOXES - page.stamps if page.reviews else 0),
        "picture": picture,
        "info": info,
    }
    return render_to_string("certificates/registration.html", context)


def _info(facts: CertificateFacts) -> dict[str, str]:
    return {"Title": f"{facts.title} {facts.number}".strip(), "Author": facts.association, "Subject": facts.holder}


def _size(text: str, sizes: Mapping[str, float]) -> str:
    """The first of ``sizes`` whose line takes the text, or ``very-long``; a Latin letter counts as 0.6 em."""
    width = sum(1 if ord(char) > 0x2E7F else 0.6 for char in text)
    return next((size for size, room in sizes.items() if width <= room), "very-long")
