"""The harness has teeth: each of its refusals is provoked once."""

import os
import socket
import subprocess
import sys
from datetime import date

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Engine, Origin, Template
from django.utils import timezone

from tests.harness.network import NetworkUsed
from tests.harness.rules import Report
from tests.harness.templates import UndefinedVariable, undrawn
from tools.rules import Row, by_row, lines

OURS = Origin(str(settings.BASE_DIR / "templates" / "page.html"))


def render(source: str, origin: Origin | None = OURS, **context: object) -> str:
    return Template(source, origin=origin, engine=Engine.get_default()).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ nobody }}",
        "{{ member.surname }}",
        "{% for line in nothing %}{% endfor %}",
        "{% load i18n %}{% blocktranslate %}Dear {{ nobody }}{% endblocktranslate %}",
        "{% with name=nobody %}{% endwith %}",
    ],
)
def test_undefined_variable_fails(source: str):
    with pytest.raises(UndefinedVariable):
        render(source, member={"name": "京南科技"})


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ member.name }}", "京南科技"),
        ("{{ member.name|cut:'南' }}", "京科技"),
        ("{{ nobody|default:'—' }}", "—"),
        ("{% if nobody %}yes{% else %}no{% endif %}", "no"),
        (
            "{% load i18n %}{% blocktranslate with n=member.name %}Hello, {{ n }}{% endblocktranslate %}",
            "Hello, 京南科技",
        ),
    ],
)
def test_defined_variable_is_rendered(source: str, text: str):
    assert render(source, member={"name": "京南科技"}) == text


class Draft(forms.Form):
    number = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    cases = forms.MultipleChoiceField(choices=[])


@pytest.mark.parametrize(
    ("html", "lost"),
    [
        ('<input name="number"><input name="kind">', []),
        ('<input name="number">', ["kind"]),
        ('<input name="number2"><input name="kind">', ["number"]),
        ("", []),
    ],
    ids=["whole", "in part", "another name", "not at all"],
)
def test_form_is_drawn_whole_or_not_at_all(html: str, lost: list[str]):
    assert undrawn(Draft(), html) == lost


def test_value_is_resolved_once():
    asked = []
    assert render("{{ value }}", value=lambda: asked.append(1) or "x") == "x"
    assert asked == [1]


def test_other_peoples_templates_stay_lenient():
    assert render("{{ nobody }}", origin=Origin("/usr/lib/python3/admin/base.html")) == ""


def test_network_is_closed():
    with socket.socket() as outside, pytest.raises(NetworkUsed):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkUsed):
        socket.getaddrinfo("example.org", 80)


def test_clock_stands_where_it_is_put(clock):
    clock("2026-09-15")
    assert timezone.localdate() == date(2026, 9, 15)
    clock("2026-12-31 23:59")
    assert timezone.localdate() == date(2026, 12, 31)


def test_row_counts_when_its_test_passed(tmp_path):
    report = Report(tmp_path / "rules.json")
    for nodeid, row, when, outcome in [
        ("t::passes", "ACG-1", "call", "passed"),
        ("t::fails", "ACG-2", "call", "failed"),
        ("t::dies_later", "ACG-3", "teardown", "failed"),
        ("t::skipped", "ACG-4", "setup", "skipped"),
    ]:
        report.pytest_runtest_logreport(
            pytest.TestReport(nodeid, ("t", 1, ""), {}, outcome, None, when, user_properties=[("rule", row)])
        )
    result = {test: {"rules": ids, "passed": report.passed[test]} for test, ids in report.rules.items()}
    tests = by_row([result])
    assert tests == {"ACG-1": ["t::passes"]}
    rows = [Row("ACG-1", "fees", "A", "…"), Row("ACG-2", "fees members", "AS", "…")]
    assert lines(rows, tests) == [
        "ACG-1 fees A t::passes",
        "ACG-2 fees,members AS -",
        "automated: 1 of 2 rows tested, shown: 0 of 1",
    ]


def test_unknown_row_fails_the_collection(tmp_path):
    test = tmp_path / "test_it.py"
    test.write_text('import pytest\n@pytest.mark.rule("ACG-999")\ndef test_it(): assert True\n')
    command = [sys.executable, "-m", "pytest", "-c", str(settings.BASE_DIR / "pyproject.toml"), str(test)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    answer = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert answer.returncode == pytest.ExitCode.USAGE_ERROR
    assert "'ACG-999' is not an id of docs/requirements.csv" in answer.stderr
