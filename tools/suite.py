"""The whole suite: on PostgreSQL and Redis, then the fast part on SQLite. ``make test``.

    python -m tools.suite [pytest options]

Both runs are made even when the first fails. What the tests marked with rows of the requirements did goes to
var/rules.json for ``make rules``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.services import ServiceFailed, run, services, stop_on_signals

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "var" / "rules.json"
PARTS = {"postgresql": [], "sqlite": ["-m", "not browser and not services"]}


def pytest(part: str, options: list[str], environment: dict[str, str]) -> int:
    print(f"\n—— {part} ——", flush=True)
    report = RESULTS.with_name(f"rules-{part}.json")
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-n", "2", "--rules-report", str(report), *PARTS[part], *options]
    return run(command, environment)


def merge_results() -> None:
    """A test passed if it passed in every run that it was in."""
    merged: dict[str, dict] = {}
    for part in PARTS:
        report = RESULTS.with_name(f"rules-{part}.json")
        for test, outcome in json.loads(report.read_text(encoding="utf-8")).items() if report.exists() else ():
            before = merged.get(test, outcome)
            merged[test] = outcome | {"passed": outcome["passed"] and before["passed"]}
    RESULTS.write_text(json.dumps(merged, ensure_ascii=False, indent=1), encoding="utf-8")


def main(options: list[str]) -> int:
    stop_on_signals()
    RESULTS.parent.mkdir(exist_ok=True)
    if run([sys.executable, "manage.py", "build_fonts"], {"HUIJI_ENV": "test"}):  # 15 s once; certificates need it
        return 1
    try:
        with services() as environment:
            on_postgresql = pytest("postgresql", options, environment)
        on_sqlite = pytest("sqlite", options, {"DATABASE_URL": "", "REDIS_URL": ""}) if on_postgresql in (0, 1) else 0
    except ServiceFailed as error:
        print(error, file=sys.stderr)
        return 1
    merge_results()
    return on_postgresql or on_sqlite


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
