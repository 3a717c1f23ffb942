"""PostgreSQL and Redis for tests and benchmarks: own ones, on free ports, in a temporary folder, gone at the end.

    python tools/services.py run -- CMD …      CMD gets DATABASE_URL, REDIS_URL and HUIJI_ENV=test

Nothing that already runs on this machine is touched. PostgreSQL refuses to run as root: there it runs as the user
``postgres`` that Debian's package makes.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30
PR_SET_PDEATHSIG = 1


class ServiceFailed(RuntimeError):
    """A server is not installed or did not come up; the text says which and why."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent() -> None:
    """Run between fork and exec: the server gets SIGTERM if this process is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def postgres_program(name: str) -> str:
    """Return the path of one of PostgreSQL's own programs, of the newest version that is installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    found = shutil.which(name, path=str(folders[-1])) if folders else shutil.which(name)
    if not found:
        raise ServiceFailed(f"{name} is not installed: apt-get install postgresql-15")
    return found


def wait_until_up(server: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise ServiceFailed(f"{server.args!r} did not come up:\n{log.read_text(errors='replace')[-2000:]}")


def stop(server: subprocess.Popen, with_signal: signal.Signals) -> None:
    if server.poll() is None:
        server.send_signal(with_signal)
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Yield the URL of an empty database ``huiji``; without fsync, since nothing here outlives the run."""
    as_user: list[str] = []
    if os.geteuid() == 0:
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig", "INT"]
        shutil.chown(folder, "postgres", "postgres")
    data, log, port, password = folder / "data", folder / "log", free_port(), secrets.token_hex(16)
    password_file = folder / "password"
    password_file.write_text(password)
    if as_user:
        shutil.chown(password_file, "postgres")
    initdb = [postgres_program("initdb"), "-D", str(data), "-U", "huiji", f"--pwfile={password_file}"]
    options = ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run([*as_user, *initdb, *options], cwd=folder, capture_output=True, text=True, check=False)
    if made.returncode:
        raise ServiceFailed(made.stderr)
    settings = {
        "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off",
        "synchronous_commit": "off", "full_page_writes": "off", "max_connections": 200, "timezone": "UTC",
    }  # fmt: skip
    command = [*as_user, postgres_program("postgres"), "-D", str(data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        wait_until_up(server, port, log)
        create = [postgres_program("createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "huiji", "huiji"]
        for _ in range(100):  # the port opens a moment before the server takes log-ins
            made = subprocess.run(
                create, env=os.environ | {"PGPASSWORD": password}, capture_output=True, text=True, check=False
            )
            if not made.returncode:
                break
            time.sleep(0.1)
        else:
            raise ServiceFailed(made.stderr)
        yield f"postgres://huiji:{password}@127.0.0.1:{port}/huiji"
    finally:
        stop(server, signal.SIGINT)  # PostgreSQL's fast shutdown


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Yield the URL of an empty Redis that keeps nothing."""
    program = shutil.which("redis-server")
    if not program:
        raise ServiceFailed("redis-server is not installed: apt-get install redis-server")
    port, log = free_port(), folder / "redis.log"
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [program, *options], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            preexec_fn=die_with_parent,
        )  # fmt: skip
    try:
        wait_until_up(server, port, log)
        yield f"redis://127.0.0.1:{port}"
    finally:
        stop(server, signal.SIGTERM)


@contextmanager
def services() -> Iterator[dict[str, str]]:
    """Start both and yield the environment that a program needs to use them."""
    # in /tmp itself: the user postgres must reach it, whatever TMPDIR says
    with tempfile.TemporaryDirectory(prefix="huiji-services-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "postgres").mkdir()
        with postgres(folder / "postgres") as database_url, redis(folder) as redis_url:
            yield {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "HUIJI_ENV": "test"}


def stop_on_signals() -> None:
    """Turn SIGTERM and SIGHUP into an ordinary end, so that every ``finally`` runs."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run a command to its end and return its exit status; if this process is told to stop, so is the command."""
    child = subprocess.Popen(command, env=os.environ | environment, preexec_fn=die_with_parent)
    try:
        return child.wait()
    except KeyboardInterrupt:
        child.wait(timeout=30)  # the terminal sent it the same signal
        return 130
    finally:
        stop(child, signal.SIGTERM)


def main(arguments: list[str]) -> int:
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        sys.exit(__doc__)
    stop_on_signals()
    try:
        with services() as environment:
            return run(arguments[2:], environment)
    except ServiceFailed as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
