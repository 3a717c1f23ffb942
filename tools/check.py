"""Everything that can be said about the code without running it: ``make check``. Every part runs; all faults show."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

PARTS: dict[str, list[str]] = {
    "style": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy", "."],
    "import contracts": ["lint-imports", "--no-cache"],
    "system checks": ["python", "manage.py", "check", "--fail-level", "WARNING"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "translations": ["python", "-m", "tools.po", "check"],
    "templates": ["python", "-m", "tools.templates", "check"],
    "markup": ["djlint", "templates", "--lint", "--quiet"],
}


def main(names: list[str]) -> int:
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"HUIJI_ENV": "test", "HUIJI_DATA_DIR": folder, "DATABASE_URL": "sqlite://:memory:"}
        for name, (program, *arguments) in PARTS.items():
            if names and name not in names:
                continue
            done = subprocess.run(
                [str(BIN / program), *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
            )  # fmt: skip
            print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
