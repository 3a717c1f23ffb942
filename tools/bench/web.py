"""The sides that are pages: gunicorn on a free port, asked over one connection that stays open."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from allauth.account.internal.flows import login
from django.conf import settings
from django.db import connection
from django.test import Client

from tools.services import die_with_parent, free_port, stop, wait_until_up


class Site:
    """One web process and one connection to it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def log_in(self, user: Any) -> None:
        """Ask from now on as this user, the second factor shown."""
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    def get(self, path: str) -> bytes:
        """Return the page.

        :raises RuntimeError: when the answer is not a 200: a benchmark of an error page proves nothing.
        """
        self.connection.request("GET", path, headers={"Cookie": self.cookie} if self.cookie else {})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
        return body


@contextmanager
def site(*, bare: bool = False) -> Iterator[Site]:
    """Serve the database of this benchmark; ``bare`` without middleware and with only the benchmarks' own pages."""
    port = free_port()
    database = connection.settings_dict
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    environment = os.environ | {"DATABASE_URL": url, "HOST": "127.0.0.1", "PORT": str(port)}
    environment["DATABASE_CONN_MAX_AGE"] = "60"  # as in production; the test environment closes each
    entry = "tools.bench.wsgi:bare" if bare else "tools.bench.wsgi:ours"
    command = [sys.executable, "-m", "gunicorn", entry, "--threads", "1", "--keep-alive", "60", "--log-level", "error"]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,
            )
        try:
            wait_until_up(server, port, log)
            served = Site(port)
            yield served
            served.connection.close()
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            error.add_note(log.read_text(errors="replace")[-3000:])
            raise
        finally:
            stop(server, signal.SIGTERM)
