"""Facts to HTML to PDF."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string

from association.printing import pdf
from association.redhead.facts import LetterFacts
from association.rules.official_text import paragraphs

STYLESHEET = Path(settings.BASE_DIR) / "templates" / "redhead" / "letter.css"
QUIET = 2  # modules of white around the QR code


def render_letter(facts: LetterFacts) -> bytes:
    """The red-head letter as a PDF. The same facts give the same bytes.

    :raises association.printing.pdf.Unprintable: when a character has no glyph.
    """
    return pdf.render(letter_html(facts), [STYLESHEET])


def letter_html(facts: LetterFacts) -> str:
    """The page before it is set. Chinese in every language of the site: it is the association's own document."""
    context = {
        "facts": facts,
        "paragraphs": paragraphs(facts.text),
        "attachments": facts.attachments,
        "picture": qr_png(facts.url),
    }
    return render_to_string("redhead/letter.html", context)


def qr_png(url: str) -> str:
    """A QR code (level M) as a ``data:`` address of a 1-bit PNG, one pixel for each module."""
    output = BytesIO()
    segno.make_qr(url, error="m", boost_error=False).save(output, kind="png", border=QUIET)
    return "data:image/png;base64," + b64encode(output.getvalue()).decode()
