"""What only an operator reads stays in step with what the program needs."""

import re

import pytest
import yaml
from django.conf import settings

from tools.install import PACKAGES

ROOT = settings.BASE_DIR
SYSTEM = set(PACKAGES["run"]) - {"python3.11-venv"}  # the image brings its Python


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as pairs of instruction and arguments."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def procfile() -> dict[str, str]:
    return dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())


def test_dockerfile_installs_what_the_program_needs():
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "EXPOSE", "CMD"}
    assert {name for name, _ in instructions()} <= known
    (apt,) = [arguments for name, arguments in instructions() if name == "RUN" and "apt-get install" in arguments]
    assert set(apt.split()) >= SYSTEM


def test_guide_installs_what_the_program_needs():
    (line,) = re.findall(r"^    apt-get install (.+)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert set(line.split()) == set(PACKAGES["run"])


def test_compose_runs_the_programs_of_the_procfile():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert set(services) - {"database", "broker"} == set(procfile())
    assert "command" not in services["web"]  # the image's own
    for name in ("worker", "schedule"):
        assert services[name]["command"].split()[:4] == procfile()[name].split()[:4]
        assert services[name]["environment"]["HUIJI_ENV"] == "production"


def test_schedule_is_never_part_of_a_worker():
    commands = [
        *procfile().values(),
        (ROOT / "compose.yaml").read_text(),
        (ROOT / "portal" / "launcher.py").read_text(),
    ]
    assert not any(re.search(r"worker\b.*\s(-B|--beat)\b", command) for command in commands)


def test_guide_names_every_variable():
    read = re.findall(
        r"(?:env\.\w+|required|secret)\(\s*\"([A-Z][A-Z0-9_]+)\"", (ROOT / "portal/settings.py").read_text()
    )
    assert len(read) > 25
    guide = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in read if name not in guide and name not in {"RULEBOOK", "PAYMENT_SANDBOX"}] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-production", "requirements-uv"])
def test_lock_pins_what_is_required(name):
    lock = (ROOT / f"{name}.lock").read_text()
    assert "://" not in lock  # no package index
    for line in (ROOT / f"{name}.txt").read_text().splitlines():
        if wanted := re.match(r"([A-Za-z0-9_.-]+)(?:\[.*?\])?==([\w.]+)\s+# \w", line):
            assert f"{wanted[1].lower().replace('_', '-')}=={wanted[2]} " in lock
        else:
            assert not line or line.startswith(("#", "-r ")), f"{line}: pinned, and with a reason"
