"""Which rows of the requirements have a test: ``make rules``.

    python tools/rules.py RESULT [RESULT …]

Each RESULT is what one run of the suite wrote with ``--rules-report``. A row counts when at least one test marked with
its id ran and passed, and no test marked with it failed in any of these runs. Rows and kinds come from
docs/requirements.csv: A automated by the program, S shown by it, P a person's.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

RULES = Path(__file__).resolve().parent.parent / "docs" / "requirements.csv"


class Row(NamedTuple):
    id: str
    apps: str
    kind: str
    text: str


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [Row(**line) for line in csv.DictReader(lines)]


def by_row(results: Iterable[dict[str, dict]]) -> dict[str, list[str]]:
    """Return row id → the tests that show it; rows that a failed test is marked with are left out."""
    shown: dict[str, set[str]] = defaultdict(set)
    broken: set[str] = set()
    for result in results:
        for test, outcome in result.items():
            for row_id in outcome["rules"]:
                shown_by = test.partition("[")[0]  # one line for all examples of a parametrised test
                shown[row_id].add(shown_by)
                if not outcome["passed"]:
                    broken.add(row_id)
    return {row_id: sorted(tests) for row_id, tests in shown.items() if row_id not in broken}


def lines(rows: list[Row], tests: dict[str, list[str]]) -> list[str]:
    """Return one line for each row, ``ID apps kind tests``, and the count of those with a test."""

    def count(kind: str) -> str:
        of_kind = [row for row in rows if kind in row.kind]
        return f"{sum(row.id in tests for row in of_kind)} of {len(of_kind)}"

    table = [f"{row.id} {row.apps.replace(' ', ',')} {row.kind} {' '.join(tests.get(row.id, ['-']))}" for row in rows]
    return [*table, f"automated: {count('A')} rows tested, shown: {count('S')}"]


def main(paths: list[str]) -> None:
    results = [json.loads(Path(path).read_text(encoding="utf-8")) for path in paths]
    print("\n".join(lines(read_rows(RULES), by_row(results))))


if __name__ == "__main__":
    main(sys.argv[1:])
