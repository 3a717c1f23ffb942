"""Pin every package with its hashes: requirements*.txt → requirements*.lock.

The locks name no package index: whoever installs uses his own.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")


def compile_lock(name: str, *options: str) -> None:
    command = [str(UV), "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate", "--no-header"]
    target = ["--python-version", "3.11", "--output-file", f"{name}.lock", f"{name}.txt"]
    subprocess.run([*command, *target, *options, *sys.argv[1:]], cwd=ROOT, check=True)


if __name__ == "__main__":
    compile_lock("requirements-uv")
    compile_lock("requirements")
    for extended in ("requirements-production", "requirements-dev"):
        compile_lock(extended, "--constraints", "requirements.lock")
