"""The launcher keeps its programs alive, and leaves none behind however it ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from portal import launcher
from tools.services import free_port

# A launcher with three small programs in place of ours; the web one serves a folder
DRIVER = """
import django, sys
django.setup()
from portal import launcher
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
web = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "{port}"]
commands = {{"web": web, "worker": {worker}, "schedule": sleeper}}
launcher.programs = lambda: [launcher.Program(*item) for item in commands.items()]
try:
    launcher.run(lambda text: print(text, flush=True), lambda: print("served", flush=True))
except launcher.LaunchFailed as error:
    sys.exit(str(error))
"""


@pytest.fixture
def start(tmp_path):
    """Return ``start(worker)``: a launcher whose worker is this expression; ended with the test."""
    started = []

    def start(worker: str = "sleeper") -> subprocess.Popen:
        port = free_port()
        script = tmp_path / "driver.py"
        script.write_text(DRIVER.format(port=port, worker=worker))
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings", "PORT": str(port), "PYTHONPATH": str(settings.BASE_DIR),
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, str(script)], env=environment, cwd=tmp_path, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def children(process: subprocess.Popen) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(happens) -> None:
    deadline = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def read_until(process: subprocess.Popen, word: str) -> None:
    for line in process.stdout:
        if word in line:
            return
    pytest.fail(f"the launcher ended without saying {word}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_everything(start, number):
    process = start()
    read_until(process, "served")
    pids = children(process)
    assert len(pids) == 3
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert not any(is_running(pid) for pid in pids)


def test_killed_launcher_takes_its_programs_along(start):
    process = start()
    read_until(process, "served")
    pids = children(process)
    process.kill()
    wait_for(lambda: not any(is_running(pid) for pid in pids))


def test_dead_program_is_started_again(start):
    process = start()
    read_until(process, "served")
    before = children(process)
    os.kill(before[1], signal.SIGKILL)
    read_until(process, "worker")
    wait_for(lambda: len(children(process)) == 3)
    after = children(process)
    assert before[1] not in after
    assert {before[0], before[2]} < set(after)


def test_program_that_keeps_dying_is_given_up(start):
    process = start('[sys.executable, "-c", "import time; time.sleep(0.8); raise SystemExit(3)"]')
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert output.count("starting it again") == launcher.RESTARTS
    assert "kept ending (status 3)" in output


def test_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(launcher.LaunchFailed) as stop:
            launcher.check_port("127.0.0.1", port)
    assert f"make run PORT={port + 1}" in str(stop.value)


def test_free_port_is_taken():
    launcher.check_port("127.0.0.1", free_port())
