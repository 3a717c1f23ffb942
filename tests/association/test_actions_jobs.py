"""Background work is claimed by one worker, which keeps it as long as it lives and no longer."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections

from association.actions import jobs
from association.clock import now
from association.decisions import Refused
from association.models import Job

pytestmark = pytest.mark.django_db

KIND = "test.work"


@pytest.fixture
def job():
    return Job.objects.create(kind=KIND, unique_key="once", run_after=now())


def lease(job):
    job.refresh_from_db()
    return job.lease_until


def codes(refusal):
    return [reason.code for reason in refusal.value.decision.reasons]


def test_what_a_worker_has_nobody_else_takes(job):
    def work():
        assert not jobs.run(job.pk, lambda: pytest.fail("claimed twice"))
        assert not jobs.waiting(now()).exists()

    assert jobs.run(job.pk, work)
    job.refresh_from_db()
    assert (job.attempts, job.lease_until) == (1, None)
    assert job.done_at is not None
    assert not jobs.run(job.pk, lambda: pytest.fail("done already"))


@pytest.mark.parametrize(
    ("after", "free"),
    [
        (timedelta(0), False),
        (jobs.LEASE, False),
        (jobs.LEASE + timedelta(seconds=1), True),
        (-jobs.SKEW, False),  # the clock of another machine is late
        (-timedelta(days=1), True),  # the clock has gone back a day
    ],
)
def test_a_lease_lasts_five_minutes_by_a_clock_that_may_go_back(job, clock, after, free):
    clock("2026-09-15 10:00")
    moment = now()
    Job.objects.update(lease_until=moment + jobs.LEASE, run_after=moment - timedelta(days=2))

    assert jobs.waiting(moment + after).exists() is free


def test_a_worker_that_lost_its_lease_marks_nothing(job, caplog):
    """It slept too long, another one has taken over and is at it: the second one marks what is done."""

    def work():
        Job.objects.update(lease_until=now() - timedelta(seconds=1))
        assert jobs.run(job.pk, second)

    def second():
        assert lease(job) > now()

    assert not jobs.run(job.pk, work)

    job.refresh_from_db()
    assert job.attempts == 2
    assert job.done_at is not None
    assert "claimed by another worker" in caplog.text


def test_a_worker_that_lost_its_lease_and_fails_frees_nobody_elses(job):
    claimed = now() + jobs.LEASE

    def work():
        Job.objects.update(lease_until=claimed, attempts=2)  # another one has taken over
        raise ValueError("too late")

    assert not jobs.run(job.pk, work)

    assert lease(job) == claimed
    assert job.error == ""


def test_what_is_running_is_not_ordered_again(job):
    def work():
        with pytest.raises(Refused) as refusal:
            jobs.retry(job)
        assert codes(refusal) == ["job_running"]

    assert jobs.run(job.pk, work)


def test_what_a_dead_worker_left_may_be_ordered_again(job):
    Job.objects.update(lease_until=now() - timedelta(seconds=1), attempts=8, failed_at=now())

    jobs.retry(job)

    job.refresh_from_db()
    assert (job.attempts, job.failed_at) == (0, None)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_lease_of_long_work_is_renewed(job, monkeypatch):
    monkeypatch.setattr(jobs, "RENEW_AFTER", timedelta(seconds=0.05))
    seen = []

    def work():
        first = lease(job)
        until = time.monotonic() + 20
        while not seen and time.monotonic() < until:
            time.sleep(0.02)
            seen.extend([job.lease_until] if lease(job) > first else [])

    assert jobs.run(job.pk, work)
    assert seen


@pytest.mark.parametrize("error", [None, DatabaseError("busy")])
def test_a_renewal_that_fails_is_tried_again_until_the_lease_is_lost(monkeypatch, caplog, error):
    """The renewal ends when the row is somebody else's, and a busy database does not end it."""
    monkeypatch.setattr(jobs, "RENEW_AFTER", timedelta(seconds=0.001))
    monkeypatch.setattr(connections, "close_all", lambda: None)
    answers = [error or 1, 1, 0]

    class Row:
        def all(self):
            return self

        def update(self, **_fields):
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer

    held = jobs._Held(Row())
    with held:
        held._thread.join(20)

    assert answers == []
    assert ("not renewed" in caplog.text) is (error is not None)


WORKER = """
import os, signal, sys, time
sys.path.insert(0, os.getcwd())
import django
django.setup()
from datetime import timedelta
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
from association.actions import jobs
jobs.LEASE, jobs.RENEW_AFTER, jobs.SKEW = timedelta(seconds=2), timedelta(seconds=0.3), timedelta(minutes=10)
def work():
    print("begun", flush=True)
    time.sleep(float(sys.argv[2]))
print(jobs.run(int(sys.argv[1]), work), flush=True)
"""


def worker(job, seconds):
    script = WORKER.format(name=connection.settings_dict["NAME"])
    return subprocess.Popen(
        [sys.executable, "-c", script, str(job.pk), str(seconds)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
    )


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_work_longer_than_its_lease_is_not_begun_by_another_process(job):
    """Two real processes: the second one comes when the lease that was first set is long over, and finds it taken."""
    first = worker(job, 8)
    assert first.stdout.readline() == "begun\n"
    began = lease(job)
    until = time.monotonic() + 60
    while now() < began + timedelta(seconds=1) and time.monotonic() < until:
        time.sleep(0.1)

    second, _ = worker(job, 0).communicate(timeout=60)

    assert second == "False\n"
    assert first.communicate(timeout=60)[0] == "True\n"
    job.refresh_from_db()
    assert job.attempts == 1
    assert job.done_at is not None


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_lease_of_a_killed_process_lapses(job):
    first = worker(job, 600)
    assert first.stdout.readline() == "begun\n"
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=60)
    until = time.monotonic() + 60
    while lease(job) > now() and time.monotonic() < until:
        time.sleep(0.1)

    assert worker(job, 0).communicate(timeout=60)[0] == "begun\nTrue\n"
    job.refresh_from_db()
    assert job.attempts == 2
