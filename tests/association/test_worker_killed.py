"""A worker is killed while it sends 10,000 notices: nothing lost, nothing sent twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from association import clock
from association.actions import messages, outbox
from association.models import Message, User
from association.models.message import Failure
from tests.sinks import MailServer, serving

NOTICES = 10_000
KILLED_AFTER = 3_000
PATIENCE = 240
"""Seconds, on a machine that does much else."""


def command(*options):
    quiet = "ignore:You're running the worker with superuser"
    return [sys.executable, "-W", quiet, "-m", "celery", "-A", "portal", "--quiet", "worker", *options]


@contextmanager
def worker(environment, *options):
    """A worker of our own in a group of its own, dead at the end."""
    process = subprocess.Popen(
        [*command(*options), "--loglevel", "WARNING", "--without-mingle"],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(holds, process):
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker does not get there"
        time.sleep(0.02)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def write_notices():
    users = User.objects.bulk_create(
        (User(email=f"member{n}@test.example", password="!") for n in range(NOTICES)), batch_size=1000
    )
    messages.tell_many(((f"notice:{user.pk}", user) for user in users), subject="通知", text="本会定于下周换届。")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_on_postgresql_and_redis_over_smtp():
    server = MailServer()
    mails = Message.objects.filter(channel="mail")
    environment = {
        "DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": server.url,
        "HUIJI_DATA_DIR": str(settings.DATA_DIR),
        "PYTEST_XDIST_WORKER": "",
    }
    with serving(server):
        with worker(environment, "-P", "prefork", "-c", "2") as first:
            write_notices()
            wait_until(lambda: len(server.accepted) >= KILLED_AFTER, first)
            kill(first)
        before = len(server.accepted)
        assert before < NOTICES
        taken = mails.filter(sent_at=None, begun_at__isnull=False)
        assert taken.count() <= 2  # one for each process of the worker
        taken.update(lease_until=clock.now() - timedelta(seconds=1))  # a quarter of an hour later
        with worker(environment, "-P", "prefork", "-c", "2") as second:
            outbox.sweep()
            wait_until(lambda: not mails.filter(sent_at=None, failed_at=None).exists(), second)

            doubtful = mails.filter(failed_at__isnull=False)
            assert set(doubtful.values_list("failure", flat=True)) <= {Failure.IN_DOUBT}
            assert doubtful.count() <= 2
            log = "".join(f"message-id=<{key}@host>\n" for key in server.accepted)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(sys, "stdin", StringIO(log))
                call_command("settle_messages", send_others=True)
            wait_until(lambda: not mails.filter(sent_at=None).exists(), second)

    arrived = Counter(server.accepted)
    assert set(arrived.values()) == {1}
    assert set(arrived) == {str(key) for key in mails.values_list("key", flat=True)}
    assert len(arrived) == NOTICES


EMBEDDED = """
import os, sys
sys.path.insert(0, os.getcwd())
import django
django.setup()
from datetime import timedelta
from association import clock
from association.actions import outbox
from association.models import Message
if sys.argv[1] == "write":
    from tests.association.test_worker_killed import write_notices
    write_notices()
elif sys.argv[1] == "sweep":
    taken = Message.objects.filter(channel="mail", sent_at=None, begun_at__isnull=False)
    print(taken.update(lease_until=clock.now() - timedelta(seconds=1)))
    outbox.sweep()
else:
    mails = Message.objects.filter(channel="mail")
    print(mails.count(), mails.exclude(sent_at=None).count(), mails.exclude(failed_at=None).count())
"""


@pytest.mark.django_db(transaction=True)
def test_on_the_embedded_default_into_files(tmp_path):
    """SQLite and a broker of files, as ``make run`` has them. A folder knows what arrived: nothing stays in doubt."""
    environment = {
        "HUIJI_ENV": "demo", "HUIJI_DATA_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": "", "EMAIL_URL": "",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }  # fmt: skip
    folder = tmp_path / "mail"

    def do(what):
        made = subprocess.run(
            [sys.executable, "-c", EMBEDDED, what],
            cwd=settings.BASE_DIR, env=os.environ | environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        return made.stdout.split()

    def arrived():
        return [entry.name for entry in os.scandir(folder) if entry.name.endswith(".log")] if folder.exists() else []

    if connection.vendor == "sqlite":  # the tables are made already
        connection.cursor().execute(f"VACUUM INTO '{tmp_path / 'db.sqlite3'}'")
    else:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=settings.BASE_DIR, env=os.environ | environment, check=True,
        )  # fmt: skip
    do("write")
    with worker(environment, "-P", "threads", "-c", "2") as first:
        wait_until(lambda: len(arrived()) >= KILLED_AFTER, first)
        kill(first)
    before = len(arrived())
    assert before < NOTICES
    (taken,) = do("sweep")
    assert int(taken) <= 2
    with worker(environment, "-P", "threads", "-c", "2") as second:
        wait_until(lambda: len(arrived()) == NOTICES, second)
        wait_until(lambda: do("count") == [str(NOTICES), str(NOTICES), "0"], second)

    assert len(arrived()) == NOTICES
    assert all(Path(folder, name).stat().st_size for name in arrived()[:100])
    assert not list(folder.glob("*.part")) or int(taken) > 0
