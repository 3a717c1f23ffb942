"""Walk backup and restore once, on PostgreSQL and a folder, with the demo association: ``make drill``.

Demo → pg_dump and a copy of the files → an empty database and folder → every table and file compared, the history
verified. The steps are those of docs/operations.md.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from tools.services import postgres_program, services, stop_on_signals

ROOT = Path(__file__).resolve().parent.parent


def manage(environment: dict[str, str], *arguments: str) -> None:
    print(f"manage.py {' '.join(arguments)}", flush=True)
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | environment, check=True)


def postgres(name: str, *arguments: str) -> None:
    print(name, flush=True)
    subprocess.run([postgres_program(name), *arguments], check=True)


def tables(url: str) -> dict[str, tuple[int, str]]:
    """Return table → number of rows and a digest of all of them."""
    content = {}
    with psycopg.connect(url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            rows = sorted(repr(row) for row in connection.execute(f'SELECT * FROM "{name}"'))  # noqa: S608  own names
            content[name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return content


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def main() -> int:
    stop_on_signals()
    with services() as servers, tempfile.TemporaryDirectory(prefix="huiji-drill-") as name:
        before, after, dump = Path(name) / "before", Path(name) / "after", str(Path(name) / "huiji.dump")
        first = servers | {"HUIJI_ENV": "demo", "HUIJI_DATA_DIR": str(before)}
        (before / "files").mkdir(parents=True)
        manage(first, "migrate", "--no-input", "--verbosity", "0")
        manage(first, "build_fonts")
        manage(first, "demo")

        postgres("pg_dump", "--format=custom", f"--file={dump}", first["DATABASE_URL"])
        shutil.copytree(before / "files", after / "files")
        restored = first["DATABASE_URL"].rpartition("/")[0] + "/restored"
        postgres("psql", "--quiet", "--command=CREATE DATABASE restored", first["DATABASE_URL"])
        postgres("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={restored}", dump)

        second = first | {"DATABASE_URL": restored, "HUIJI_DATA_DIR": str(after)}
        manage(second, "migrate", "--no-input", "--verbosity", "0")
        manage(second, "check", "--database", "default")
        manage(second, "verify_history")
        then, now = tables(first["DATABASE_URL"]), tables(restored)
        rows = sum(count for count, _ in now.values())
        if then != now or files(before / "files") != files(after / "files"):
            print("The restored installation differs.", file=sys.stderr)
            return 1
        print(f"Restored and equal: {len(now)} tables, {rows} rows, {len(files(after / 'files'))} files.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
