"""Loaded before the settings are: every worker gets its own folder and its own Redis database.

``pytest`` alone runs on SQLite; ``python tools/services.py run -- pytest`` gives it PostgreSQL and Redis.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

os.environ["HUIJI_ENV"] = "test"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the main thread
if WORKER:
    os.environ["HUIJI_DATA_DIR"] = str(Path(os.environ["HUIJI_DATA_DIR"]) / WORKER)
    if os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] += f"/{int(WORKER.removeprefix('gw')) + 1}"
else:
    folder = tempfile.mkdtemp(prefix="huiji-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["HUIJI_DATA_DIR"] = folder
os.environ["STATIC_ROOT"] = str(Path(os.environ["HUIJI_DATA_DIR"]) / "static")
Path(os.environ["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
