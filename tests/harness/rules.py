"""Tie tests to the rows of docs/requirements.csv.

A test marked ``@pytest.mark.rule("ACG-30", "ACG-31")`` shows these rows. A mark with an id that the file does not have
fails the collection. With ``--rules-report FILE`` the outcome of each marked test is written there for ``make rules``.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.rules import RULES, Row, read_rows

PROPERTY = "rule"
WRONG = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rules-report", type=Path, help="write here which marked tests ran and how they ended")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("rules_report") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Report(config.getoption("rules_report")), "huiji-rules-report")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    rows = {row.id: row for row in read_rows(RULES)}
    wrong = [message for item in items for message in _attach(item, rows)]
    if wrong and not hasattr(config, "workerinput"):
        raise pytest.UsageError("\n".join(wrong))
    config.stash[WRONG] = wrong


def pytest_runtest_setup(item: pytest.Item) -> None:
    """In a worker of xdist, which cannot end the collection with a message: every test says what is wrong."""
    if wrong := item.config.stash[WRONG]:
        pytest.fail("\n".join(wrong), pytrace=False)


def _attach(item: pytest.Item, rows: dict[str, Row]) -> Iterator[str]:
    for mark in item.iter_markers(PROPERTY):
        if not mark.args or mark.kwargs:
            yield f"{item.nodeid}: @pytest.mark.rule takes one id or several"
        for row_id in mark.args:
            if row_id not in rows:
                yield f"{item.nodeid}: {row_id!r} is not an id of docs/requirements.csv"
            item.user_properties.append((PROPERTY, row_id))


class Report:
    """Gathers the outcomes, from every worker where there are several."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rules: dict[str, list[str]] = {}
        self.passed: dict[str, bool] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        ids = [value for name, value in report.user_properties if name == PROPERTY]
        if not ids:
            return
        self.rules[report.nodeid] = sorted(set(ids))
        before = self.passed.get(report.nodeid, True)
        self.passed[report.nodeid] = before and report.passed and not hasattr(report, "wasxfail")

    def pytest_sessionfinish(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        tests = {test: {"rules": ids, "passed": self.passed[test]} for test, ids in sorted(self.rules.items())}
        self.path.write_text(json.dumps(tests, ensure_ascii=False, indent=1), encoding="utf-8")
