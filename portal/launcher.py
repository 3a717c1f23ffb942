"""The demo in one command: prepare what is missing, then run web, worker and schedule as children until told to stop.

``make run`` comes here through ``manage.py launch``. The children die with this process, however it dies.
"""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from association.printing import fonts

START_SECONDS = 60
STOP_SECONDS = 15
RESTARTS, WITHIN_SECONDS = 5, 60  # a program that dies more often than this is not started again
PR_SET_PDEATHSIG = 1

Say = Callable[[str], object]


class LaunchFailed(Exception):
    """The demo cannot start, or cannot go on. The text says why and what to do."""


class Program(NamedTuple):
    name: str
    command: list[str]


def programs() -> list[Program]:
    """Web, worker and schedule. The schedule is a program of its own: inside the worker it would survive its death."""
    quiet = "ignore:You're running the worker with superuser"  # a demo in a container often is
    celery = [sys.executable, "-W", quiet, "-m", "celery", "-A", "portal", "--quiet"]
    schedule = str(settings.DATA_DIR / "schedule" / "beat")
    return [
        Program("web", [sys.executable, "-m", "gunicorn", "portal.wsgi", "--log-level", "warning"]),
        Program(
            "worker", [*celery, "worker", "-P", "threads", "-c", "2", "--loglevel", "WARNING", "--without-mingle"]
        ),
        Program("schedule", [*celery, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"]),
    ]


# Preparing


def check_port(host: str, port: int) -> None:
    """:raises LaunchFailed: when another program listens there, or this one may not."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LaunchFailed(
                f"端口 {port} 无法使用（{error.strerror}）。请换一个端口：make run PORT={port + 1}\n"
                f"Cannot listen on {host}:{port} ({error.strerror}). Take another port: make run PORT={port + 1}"
            ) from error


def prepare(say: Say) -> None:
    """Folders, font, tables, demo data: whatever is not there yet. Safe to run again after it was interrupted."""
    own = (settings.FILES_DIR, settings.MAIL_DIR, settings.STATIC_ROOT, settings.DATA_DIR / "schedule")
    for folder in (*own, *_broker_folders()):
        folder.mkdir(parents=True, exist_ok=True)
    if not fonts.is_built():
        say("正在制作证书字体，约需 20 秒 / Building the typeface of the certificates, about 20 seconds …")
        call_command("build_fonts", verbosity=0, stdout=StringIO())
    if has_pending_migrations():
        say("正在准备数据库 / Preparing the database …")
        call_command("migrate", verbosity=0)
    call_command("check", databases=["default"], stdout=StringIO())
    loaded = settings.DATA_DIR / "demo-loaded"
    if not loaded.exists():
        say(f"正在装入演示协会 / Loading the demo association “{settings.RULEBOOK}” …")
        call_command("demo")
        loaded.touch()


def _broker_folders() -> list[Path]:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return [Path(value) for name, value in options.items() if name in ("data_folder_in", "control_folder")]


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


# Running


class Child:
    """A program that runs; started again when it dies, but not for ever."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.deaths: deque[float] = deque(maxlen=RESTARTS + 1)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own programs
            self.program.command,
            stdin=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops them in order
            preexec_fn=_die_with_parent,  # noqa: PLW1509  no threads here
        )

    def revive(self, say: Say) -> None:
        """:raises LaunchFailed: when it died too often."""
        status = self.process.returncode
        self.deaths.append(time.monotonic())
        if len(self.deaths) > RESTARTS and self.deaths[-1] - self.deaths[0] < WITHIN_SECONDS:
            raise LaunchFailed(
                f"“{self.program.name}” 在一分钟内反复退出（状态 {status}），系统已停止；原因见上方输出。\n"
                f"“{self.program.name}” kept ending (status {status}); everything was stopped. The reason is above."
            )
        say(f"“{self.program.name}” 意外退出，正在重新启动 / ended with status {status}, starting it again")
        self.start()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Stopped(BaseException):
    """Somebody asked the launcher to end."""


def _on_signal(number: int, frame: FrameType | None) -> None:
    raise Stopped


def run(say: Say, greet: Callable[[], object]) -> None:
    """Run the programs until a signal; ``greet`` once the first page is served.

    :raises LaunchFailed: when a program cannot be kept alive.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, _on_signal) for number in signals}
    children: list[Child] = []
    try:
        connections.close_all()
        web, *others = programs()
        children.append(Child(web))
        wait_until_served(children[0])  # the others would only slow down the first page
        children.extend(Child(program) for program in others)
        greet()
        while True:
            time.sleep(0.2)
            for child in children:
                if child.process.poll() is not None:
                    child.revive(say)
    except Stopped:
        say("\n正在停止 / Stopping …")
    finally:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)
        stop(children)
        for number, handler in before.items():
            signal.signal(number, handler)


def wait_until_served(web: Child) -> None:
    """:raises LaunchFailed: when no page comes, or the program ends before one did."""
    host = "127.0.0.1" if settings.HOST == "0.0.0.0" else settings.HOST  # noqa: S104  compared, not bound
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if web.process.poll() is not None:
            raise LaunchFailed("网站未能启动，原因见上方输出。\nThe web process did not start; the reason is above.")
        page = http.client.HTTPConnection(host, settings.PORT, timeout=START_SECONDS)
        try:
            page.request("GET", "/")
            page.getresponse()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            page.close()
    raise LaunchFailed(
        f"网站在 {START_SECONDS} 秒内没有应答。\nThe web process did not answer within {START_SECONDS} seconds."
    )


def stop(children: list[Child]) -> None:
    """End them all: politely, then after ``STOP_SECONDS`` for good."""
    for child in children:
        if child.process.poll() is None:
            child.process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
