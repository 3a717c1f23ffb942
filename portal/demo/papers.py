"""Papers for the demo's applications: plain PDFs that say what they are."""

from __future__ import annotations

from io import BytesIO

from django.conf import settings
from django.utils.html import escape

from association.printing import pdf

SHEET = settings.BASE_DIR / "templates" / "demo" / "paper.css"


def paper(title: str, holder: str) -> BytesIO:
    """One page with a heading, a holder and the word that it is a sample."""
    html = (
        f"<html lang='zh-Hans'><head><title>{escape(title)}</title></head><body>"
        f"<h1>{escape(title)}</h1><p>{escape(holder)}</p><p>演示材料，仅供试用。</p></body></html>"
    )
    return BytesIO(pdf.render(html, [SHEET]))
