"""Keep templates in one form, without touching what a browser would show.

    python -m tools.templates check     name the files that are not in this form
    python -m tools.templates write     bring them into it

djlint's own formatter is not used: it breaks lines inside sentences, and in Chinese a line break between two
characters shows as a gap; several of our components are one line for that reason. Its linter runs beside this.
The form: no tabs, no trailing blanks, one newline at the end, no two blank lines together, one
blank inside ``{{ }}`` and ``{% %}``, indentation by two.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    r"<[^>]*\sstyle=": "an inline style: the content security policy refuses it",
    r"<[^>]*\son[a-z]+=": "an inline event handler: the content security policy refuses it",
    r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")": "an inline script: it is refused too",
    r"(?:\ssrc|<link[^>]*\shref)=\"(?:https?:)?//": "something from elsewhere: every file is served from here",
}


def formatted(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\t", "  ")
    text = re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text)
    text = re.sub(r"\{([{%])-?[ ]*([^\s{}%].*?)[ ]*([%}])\}", r"{\1 \2 \3}", text)
    return text.strip("\n") + "\n"


def faults(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT)
    if formatted(text) != text:
        yield f"{name}: not in form; run «make format»"
    for number, line in enumerate(text.splitlines(), 1):
        if (len(line) - len(line.lstrip(" "))) % 2:
            yield f"{name}:{number}: indented by an odd number of blanks"
    if path.suffix == ".html" and not _is_for_print_or_mail(path):
        for pattern, fault in FORBIDDEN.items():
            for match in re.finditer(pattern, text):
                yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {fault}"


def _is_for_print_or_mail(path: Path) -> bool:
    """Pages that no browser loads: certificates are printed, mail is read elsewhere."""
    return bool({"certificates", "email", "mail", "print"} & set(path.parts))


def templates() -> list[Path]:
    folders = [ROOT / "templates", *ROOT.glob("*/templates")]
    return sorted(
        {path for folder in folders for path in folder.rglob("*") if path.suffix in (".html", ".txt", ".svg")}
    )


def main(verb: str) -> int:
    if verb == "write":
        for path in templates():
            text = path.read_text(encoding="utf-8")
            if text != formatted(text):
                path.write_text(formatted(text), encoding="utf-8")
    found = [fault for path in templates() for fault in faults(path)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["check"], ["write"]):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
