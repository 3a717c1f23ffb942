"""Make this machine ready: system packages, virtual environment, Python packages. Only what is missing.

    python3.11 tools/install.py run      what the demo needs
    python3.11 tools/install.py test     what the tests and checks need on top

Needs Python 3.11 and nothing else. System packages come through apt where that is allowed (as root, or by a sudo that
asks for no password); otherwise the one command to run is printed.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}  # the second holds all of the first


def has_module(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def has_font(name: str) -> bool:
    folders = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
    return any(True for folder in folders for _ in folder.rglob(name))


def has_program(name: str) -> bool:
    return shutil.which(name) is not None


def has_postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or has_program("initdb")


# Debian package → how to see that what it brings is there, wherever it came from
PACKAGES = {
    "run": {
        "python3.11-venv": lambda: has_module("ensurepip"),
        "libpango-1.0-0": lambda: has_library("libpango-1.0.so.0"),
        "libpangoft2-1.0-0": lambda: has_library("libpangoft2-1.0.so.0"),
        "libharfbuzz-subset0": lambda: has_library("libharfbuzz-subset.so.0"),
        "fontconfig": lambda: has_program("fc-match"),
        "fonts-noto-cjk": lambda: has_font("NotoSerifCJK-Regular.ttc"),
    },
    "test": {
        "postgresql-15": has_postgresql,
        "redis-server": lambda: has_program("redis-server"),
        "chromium": lambda: has_program("chromium"),
        "poppler-utils": lambda: has_program("pdftotext"),
        "gettext": lambda: has_program("msgfmt"),
        "git": lambda: has_program("git"),
    },
}


def missing_packages(profile: str) -> list[str]:
    wanted = PACKAGES["run"] if profile == "run" else PACKAGES["run"] | PACKAGES["test"]
    return [package for package, is_there in wanted.items() if not is_there()]


def install_packages(packages: list[str]) -> None:
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    allowed = not prefix or (
        has_program("sudo") and subprocess.run(["sudo", "-n", "true"], check=False).returncode == 0
    )
    may = has_program("apt-get") and allowed
    if not may:
        sys.exit(
            "缺少系统软件包，请先运行下面这条命令，再重新执行 make：\n"
            "System packages are missing. Run this one command, then make again:\n\n"
            f"    sudo apt-get update && sudo {' '.join(command)}\n"
        )
    print(f"正在安装系统软件包 / Installing system packages: {' '.join(packages)}", flush=True)
    patient = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-qq"]
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    for line in (["apt-get", *patient, "update"], [command[0], *patient, *command[1:]]):
        done = subprocess.run([*environment, *line], stdin=subprocess.DEVNULL, check=False)
        if done.returncode:
            sys.exit(f"apt-get 失败，请查看上方输出 / apt-get failed, see above: {' '.join(line)}")


def make_venv() -> None:
    answer = [str(PYTHON), "-c", "import sys, pip; print(sys.version_info[:2])"]
    if PYTHON.exists() and subprocess.run(answer, capture_output=True, text=True, check=False).stdout == "(3, 11)\n":
        return
    print("正在创建 .venv / Creating .venv …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)


def install_lock(profile: str) -> None:
    """Install what the lock names, by uv; by pip where uv cannot be had or does not know this machine's index."""
    lock = ROOT / LOCKS[profile]
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = VENV / f"{profile}.installed"
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("正在安装 Python 软件包 / Installing Python packages …", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r"]
    by_uv = run([*pip, str(ROOT / "requirements-uv.lock")]) and run([*uv, str(lock)])
    if not by_uv and not run([*pip, str(lock)]):
        sys.exit("Python 软件包未能安装，请查看上方输出 / the Python packages could not be installed, see above")
    stamp.write_text(digest)


def run(command: list[str]) -> bool:
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode == 0


def main(profile: str) -> None:
    if sys.version_info[:2] != (3, 11):
        sys.exit(
            f"需要 Python 3.11 / Python 3.11 is needed; this is {sys.version.split()[0]}: make PYTHON=python3.11 …"
        )
    if packages := missing_packages(profile):
        install_packages(packages)
        if "python3.11-venv" in packages:  # this process looked for it before it was there
            importlib.invalidate_caches()
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / ".install.lock").open("w") as lock:  # `make run` and `make test` may start together
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_venv()
        install_lock(profile)


if __name__ == "__main__":
    if sys.argv[1:] not in (["run"], ["test"]):
        sys.exit(__doc__)
    main(sys.argv[1])
