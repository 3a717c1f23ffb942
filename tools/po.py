"""Keep the Chinese translation complete.

    python tools/po.py add < pairs.json     {"English source": "中文", …}; a context goes as "context|source"
    python tools/po.py missing              sources in code and templates without a translation
    python tools/po.py check                the same, and whether the .mo file says what the .po file says
    python tools/po.py tidy                 drop what nobody says any more
    python tools/po.py compile              write the .mo file

The .mo file is committed, so that a machine without gettext shows Chinese.
"""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def load() -> polib.POFile:
    if PO.exists():
        return polib.pofile(str(PO), wrapwidth=119)
    po = polib.POFile(wrapwidth=119)
    po.metadata = {
        "Language": "zh_Hans",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return po


def split(key: str) -> tuple[str | None, str]:
    context, bar, source = key.partition("|")
    return (context, source) if bar and context else (None, key)


def add(pairs: dict[str, str]) -> None:
    with (PO.parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        po = load()
        for key, text in pairs.items():
            context, source = split(key)
            entry = po.find(source, by="msgid", msgctxt=context)
            if entry is None:
                entry = polib.POEntry(msgid=source, msgctxt=context)
                po.append(entry)
            if entry.msgid_plural:
                entry.msgstr_plural = {0: text}
            else:
                entry.msgstr = text
            entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        po.sort(key=lambda e: (e.msgid, e.msgctxt or ""))
        po.save(str(PO))
        po.save_as_mofile(str(PO.with_suffix(".mo")))


def extract() -> polib.POFile:
    """Every source string in the code and the templates, by Django's own makemessages."""
    with tempfile.TemporaryDirectory() as folder:
        listing = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard", "--", "*.py", "*.html", "*.txt"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for name in listing:
            if name.startswith(("tests/", "tools/")) or "/migrations/" in name or not (ROOT / name).exists():
                continue
            target = Path(folder) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
        (Path(folder) / "locale" / "zh_Hans" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap"],
            cwd=folder,
            check=True,
            capture_output=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ""},
        )
        return polib.pofile(str(Path(folder) / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))


def missing() -> list[str]:
    have = {
        (e.msgctxt, e.msgid) for e in load() if (e.msgstr or all(e.msgstr_plural.values() or [""])) and not e.fuzzy
    }
    return [f"{e.msgctxt}|{e.msgid}" if e.msgctxt else e.msgid for e in extract() if (e.msgctxt, e.msgid) not in have]


def is_compiled() -> bool:
    """Whether the .mo file holds exactly what the .po file says."""

    def texts(entries: polib.POFile | polib.MOFile) -> dict[tuple[str | None, str], object]:
        found = {(e.msgctxt, e.msgid): e.msgstr_plural or e.msgstr for e in entries if e.msgid}
        return {key: text for key, text in found.items() if text}

    mo = PO.with_suffix(".mo")
    return mo.exists() and texts(polib.mofile(str(mo))) == texts(load())


def tidy() -> None:
    """Take over plural forms from the sources and drop what nobody says any more."""
    po, sources = load(), {(e.msgctxt, e.msgid): e for e in extract()}
    for entry in list(po):
        source = sources.get((entry.msgctxt, entry.msgid))
        if source is None:
            po.remove(entry)
        elif source.msgid_plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural, entry.msgstr = source.msgid_plural, {0: entry.msgstr}, ""
        if source is not None:
            entry.flags = [flag for flag in source.flags if flag != "fuzzy"]
    po.save(str(PO))
    po.save_as_mofile(str(PO.with_suffix(".mo")))


if __name__ == "__main__":
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb == "add":
        add(json.load(sys.stdin))
    elif verb == "missing":
        lines = missing()
        print("\n".join(lines))
        sys.exit(1 if lines else 0)
    elif verb == "check":
        lines = missing()
        if not is_compiled():
            lines.append("The .mo file is not in step with the .po file: python tools/po.py compile")
        print("\n".join(lines))
        sys.exit(1 if lines else 0)
    elif verb == "tidy":
        tidy()
    elif verb == "compile":
        load().save_as_mofile(str(PO.with_suffix(".mo")))
    else:
        sys.exit(__doc__)
