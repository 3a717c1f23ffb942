"""The name of an upload: shown to people and offered at download, never used as a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST_STEM = 80
"""Characters kept before the extension."""

_UNWRITABLE = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def safe_name(name: str) -> str:
    """``name`` without folders, control and direction characters; Chinese is kept. Never empty, never a dot file."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    name = re.sub(" +", " ", _UNWRITABLE.sub("_", name)).strip(" .")
    found = _EXTENSION.search(name)
    stem, suffix = (name[: found.start()], found[0].lower()) if found else (name, "")
    stem = stem[:LONGEST_STEM].strip(" .") or "document"
    return f"_{stem}{suffix}" if _RESERVED.fullmatch(stem) else stem + suffix


def extension(name: str) -> str:
    """The extension of a safe name, lower case without its dot, ``jpeg`` as ``jpg``; empty if there is none."""
    found = _EXTENSION.search(name)
    return (
        "" if found is None else {"jpeg": "jpg", "jpe": "jpg", "jfif": "jpg"}.get(found[1].lower(), found[1].lower())
    )


def with_extension(name: str, kind: str) -> str:
    """A safe name that ends as its content says."""
    if name.endswith(f".{kind}"):
        return name
    return f"{_EXTENSION.sub('', name)}.{kind}"
