"""The serial of a certificate or an official document as people type it."""

from __future__ import annotations

import re
import unicodedata

LENGTH = 16
LONGEST = 64  # characters that are looked at; a serial in fours with spaces around has far fewer


def read_serial(typed: str) -> str | None:
    """``abcd efgh2345ＷＸＹＺ`` → ``ABCD-EFGH-2345-WXYZ``: any case, with or without dashes; None if it is none."""
    if len(typed) > LONGEST:
        return None
    letters = re.sub(r"[\s\-‐‑‒–—―_.·]", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(letters) != LENGTH or not re.fullmatch(r"[0-9A-Z]+", letters, re.ASCII):
        return None
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))
