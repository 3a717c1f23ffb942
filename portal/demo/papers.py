"""Papers for the demo's applications: plain PDFs that say what they are."""

from __future__ import annotations

from functools import lru_cache
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


def sample(title: str) -> BytesIO:
    """A paper of nobody in particular, drawn once for each title: a demo has hundreds."""
    return BytesIO(_drawn(title))


@lru_cache(maxsize=64)
def _drawn(title: str) -> bytes:
    return paper(title, "演示申请人").getvalue()
