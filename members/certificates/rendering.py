"""Facts to HTML to PDF to picture."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string

from association.printing import pdf
from members.certificates.facts import CertificateFacts

STYLESHEET = Path(settings.BASE_DIR) / "templates" / "certificates" / "registration.css"
REVIEW_BOXES = 5  # the years of the longest council term; a new term brings a new certificate (ACG-22.c)
LONG = 24  # full-width characters of a holder's name that fit one line in the large size
VERY_LONG = 35  # … and in the middle one; a longer name takes two lines
LONG_VALUE = 20  # full-width characters that fit half the table's width


def render_certificate(facts: CertificateFacts) -> bytes:
    """The certificate as a PDF: one A4 page across, about 20 kB and 20 ms. The same facts give the same bytes.

    :raises association.printing.pdf.Unprintable: when a character has no glyph.
    """
    return pdf.render(certificate_html(facts), [STYLESHEET])


def certificate_picture(document: bytes, *, width: int = 1240) -> bytes:
    """The certificate's PDF as a PNG for a phone, ``width`` pixels wide."""
    return pdf.png(document, width=width)


def certificate_html(facts: CertificateFacts) -> str:
    """The page before it is set. Chinese in every language: it is a legal document of the association."""
    return render_to_string("certificates/registration.html", _words(facts))


def qr_png(url: str) -> str:
    """A QR code (level M, quiet zone of 2) as a ``data:`` address of a 1-bit PNG, one pixel for each module.

    A picture embeds five milliseconds faster than the path of an SVG and looks the same.
    """
    output = BytesIO()
    qr_code(url).save(output, kind="png", border=2)
    return "data:image/png;base64," + b64encode(output.getvalue()).decode()


def qr_code(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m", boost_error=False)


def chinese_date(day: date) -> str:
    """``2026年9月15日``"""
    return f"{day.year}年{day.month}月{day.day}日"


def _words(facts: CertificateFacts) -> dict[str, Any]:
    stamps = facts.stamps[-REVIEW_BOXES:]
    return {
        "facts": facts,
        "articles": "、".join(facts.articles),
        "holder_size": _size(facts.holder, LONG, VERY_LONG),
        "rows": list(_rows(facts)),
        "issued_on": chinese_date(facts.issued_on),
        "created": facts.issued_on.isoformat(),
        "stamps": [{"year": s.year, "seal": s.seal, "on": chinese_date(s.on)} for s in stamps],
        "blanks": range(REVIEW_BOXES - len(stamps)),
        "qr": qr_png(facts.verification_url),
    }


def _rows(facts: CertificateFacts) -> Iterator[list[dict[str, str]]]:
    """The table: what is known, two to a row."""
    rank = f"{facts.class_name}（{facts.tier_name}）" if facts.tier_name else facts.class_name
    pairs = [
        ("会员证号", facts.number),
        ("统一社会信用代码", facts.credit_code),
        ("会员类型", rank),
        ("专业领域", facts.field),
        ("入会日期", chinese_date(facts.member_since)),
        ("登记有效期", f"{chinese_date(facts.valid_from)}至{chinese_date(facts.valid_until)}"),
    ]
    cells = [
        {"label": label, "value": value, "size": _size(value, LONG_VALUE, 2 * LONG_VALUE)}
        for label, value in pairs
        if value
    ]
    for start in range(0, len(cells), 2):
        yield cells[start : start + 2]


def _size(text: str, long: int, very_long: int) -> str:
    """The class of a line by its width in full-width characters: long text is set smaller rather than cut."""
    width = sum(1 if ord(char) > 0x2E7F else 0.55 for char in text)
    if width > very_long:
        return "very-long"
    return "long" if width > long else "short"
