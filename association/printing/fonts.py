"""The typeface of certificates and letters: where it lies, how it is built, what it can print.

It is cut once, at installation, from the system's Noto Serif CJK (package ``fonts-noto-cjk``) by ``typeface.py``.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import tempfile
import unicodedata
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

STYLES = {"Regular": 400, "Bold": 700}  # and their weights in CSS
SYSTEM_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
STAMP = "built.json"
SUBSET_LIBRARY = "libharfbuzz-subset.so.0"  # WeasyPrint opens it by this name


class FontsMissing(Exception):
    """The system's font is not installed. The message says which package brings it."""


def built(style: str) -> Path:
    """Where the built typeface of ``style`` (a key of :data:`STYLES`) lies, or would lie."""
    return Path(settings.FONTS_DIR) / f"huiji-serif-{style.lower()}.ttf"


@cache
def system_font(style: str) -> Path:
    """The system's Noto Serif CJK.

    :raises FontsMissing: when it is not installed.
    """
    for folder in SYSTEM_FOLDERS:
        for path in sorted(Path(folder).expanduser().rglob(f"NotoSerifCJK-{style}.ttc")):
            return path
    raise FontsMissing(
        _("The font Noto Serif CJK (%(style)s) is not installed. Install it with: apt-get install fonts-noto-cjk")
        % {"style": style}
    )


def is_built() -> bool:
    """Whether the typeface is there and belongs to today's system font and recipe."""
    try:
        stamp = json.loads((Path(settings.FONTS_DIR) / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return stamp == _stamp() and all(built(style).is_file() for style in STYLES)


def build(*, force: bool = False) -> bool:
    """Build the typeface unless it is there; return whether anything was done. About 15 s, then 1 ms.

    Two at once wait for each other; a killed one leaves no half file behind that anybody reads.

    :raises FontsMissing: when the system's font is not installed.
    """
    folder = Path(settings.FONTS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built() and not force:
            return False
        stamp = _stamp()
        with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as workshop:
            _cut_all(Path(workshop))
            draft = Path(workshop) / STAMP
            draft.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
            draft.replace(folder / STAMP)
        return True


def stylesheet() -> str:
    """The ``@font-face`` rules of the built typeface, with ``file:`` addresses; empty when it is not built.

    A sheet that names ``"Huiji Serif", "Noto Serif CJK SC"`` then prints what our cut lacks with the system's font.
    """
    if not is_built():
        return ""
    return "".join(
        f'@font-face {{ font-family: "Huiji Serif"; font-weight: {weight}; src: url("{built(style).as_uri()}") }}\n'
        for style, weight in STYLES.items()
    )


def missing_glyphs(text: str) -> str:
    """The characters of ``text`` that no certificate can show, each once, in their order; empty when all can.

    To be asked when a name is entered, not when its certificate is printed.

    :raises FontsMissing: when the system's font is not installed.
    """
    known = _code_points()
    return "".join(
        dict.fromkeys(char for char in text if ord(char) not in known and not _invisible(char) and not char.isspace())
    )


def problems() -> list[str]:
    """What this installation lacks to print well, each with the command that mends it; empty when nothing."""
    found = []
    try:
        for style in STYLES:
            system_font(style)
    except FontsMissing as missing:
        found.append(str(missing))
    else:
        if not is_built():
            found.append(_("The typeface of the certificates is not built. Build it with: manage.py build_fonts"))
    try:
        ctypes.CDLL(SUBSET_LIBRARY)
    except OSError:
        found.append(
            _(
                "The library libharfbuzz-subset0 is not installed; certificates would take ten seconds each. "
                "Install it with: apt-get install libharfbuzz-subset0"
            )
        )
    return found


def _stamp() -> dict[str, Any]:
    from association.printing import typeface  # fontTools takes 0.2 s to import; only builders need it

    sources = {style: system_font(style) for style in STYLES}
    return {
        "recipe": typeface.RECIPE,
        "sources": {style: [str(path), path.stat().st_size] for style, path in sources.items()},
    }


def _cut_all(workshop: Path) -> None:
    """Cut both styles, one on each core, and put them in place."""
    from association.printing import typeface

    drafts = {style: workshop / built(style).name for style in STYLES}
    with ProcessPoolExecutor(min(len(STYLES), os.cpu_count() or 1)) as pool:
        jobs = [pool.submit(typeface.cut, system_font(style), draft, style) for style, draft in drafts.items()]
        for job in jobs:
            job.result()
    for style, draft in drafts.items():
        draft.replace(built(style))


@cache
def _code_points() -> frozenset[int]:
    from association.printing import typeface

    with typeface.open_face(system_font("Regular")) as face:
        return frozenset(face.getBestCmap())


def _invisible(char: str) -> bool:
    """Joiners and variation selectors change how a neighbour looks and have no picture of their own."""
    return unicodedata.category(char) == "Cf" or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF
