"""How gunicorn serves Huiji, in the demo and in production. It reads this file by itself."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60  # seconds; long work is done by the worker, not here
graceful_timeout = 10


def on_starting(server: Any) -> None:
    """In production, refuse to serve what the checks call an error."""
    if os.environ.get("HUIJI_ENV") == "production":
        command = [sys.executable, "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "ERROR"]
        if subprocess.run(command, cwd=Path(__file__).parent, check=False).returncode:  # noqa: S603  our own command
            sys.exit("Huiji does not start before the errors above are mended.")
