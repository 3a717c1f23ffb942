"""Order background work and run it. The row is written in the business transaction; the broker only hints.

A task carries the key of a row, claims it by one conditional update and is idempotent. A lost hint, a lost broker or
a killed worker loses nothing: :func:`sweep` sends again what is due and unclaimed, or whose lease has lapsed.

A worker that lives keeps its lease, however long the work takes: a thread renews it (:class:`_Held`). A worker that
lost it all the same (the machine slept, the clock jumped) marks nothing any more: the row is whoever claimed it next.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.db import DatabaseError, connections, transaction
from django.db.models import F, Q, QuerySet

from association import clock
from association.decisions import Refused, failed, setting
from association.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
RENEW_AFTER = timedelta(seconds=75)
"""Several tries fit into a lease: one may find the database busy."""
SKEW = timedelta(minutes=10)
"""A lease that ends later than this beyond its length was set before the clock went back; it counts as lapsed."""
MAX_ATTEMPTS = 8


def order(kind: str, unique_key: str, *, run_after: datetime | None = None, **arguments: Any) -> Job:
    """Ask for work to be done after this transaction commits; the same occasion twice is one job."""
    job, created = Job.objects.get_or_create(
        kind=kind,
        unique_key=unique_key,
        defaults={"arguments": arguments, "run_after": run_after or clock.now()},
    )
    if created and run_after is None:
        transaction.on_commit(partial(hint, job))
    return job


def order_many(kind: str, wanted: Mapping[str, dict[str, Any]]) -> None:
    """:func:`order` for many: arguments by occasion, in one query; those that are ordered already stay one job."""
    now = clock.now()
    Job.objects.bulk_create(
        [Job(kind=kind, unique_key=key, arguments=arguments, run_after=now) for key, arguments in wanted.items()],
        ignore_conflicts=True,
        batch_size=500,
    )
    transaction.on_commit(partial(_hint_all, kind, tuple(wanted)))


def _hint_all(kind: str, keys: tuple[str, ...]) -> None:
    for job in waiting(clock.now()).filter(kind=kind, unique_key__in=keys):
        hint(job)


def hint(job: Job) -> None:
    """Tell the broker. If it does not listen, the sweep will."""
    try:
        current_app.send_task(job.kind, [job.pk], ignore_result=True)
    except Exception:  # the row stands; whatever ails the broker must not reach the person who clicked
        logger.warning("broker did not take job %s", job.pk, exc_info=True)


def waiting(now: datetime) -> Any:
    """Jobs that should run and that nobody works on."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE + SKEW)
    return Job.objects.filter(free, done_at__isnull=True, failed_at__isnull=True, run_after__lte=now)


def run(job_id: int, work: Callable[..., None]) -> bool:
    """Claim the row and do the work. False if somebody else has it, or it is done."""
    now = clock.now()
    claimed = waiting(now).filter(pk=job_id).update(lease_until=now + LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    job = Job.objects.get(pk=job_id)
    mine = Job.objects.filter(pk=job_id, attempts=job.attempts, done_at__isnull=True)
    try:
        with _Held(mine):
            work(**job.arguments)
    except Exception as error:
        logger.exception("job %s (%s) failed", job.pk, job.kind)
        later = clock.now()
        given_up = job.attempts >= MAX_ATTEMPTS
        mine.update(
            lease_until=None,
            error=f"{type(error).__name__}: {error}"[:2000],
            failed_at=later if given_up else None,
            run_after=later + timedelta(seconds=min(2**job.attempts * 5, 3600)),
        )
        return False
    if not mine.update(done_at=clock.now(), lease_until=None, failed_at=None, error=""):
        logger.warning("job %s (%s) was claimed by another worker meanwhile", job.pk, job.kind)
        return False
    return True


class _Held:
    """Renews the lease of a job from a thread of its own, until the work is done or the process dies."""

    def __init__(self, mine: QuerySet[Job]) -> None:
        self._mine = mine
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="job lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._done.wait(RENEW_AFTER.total_seconds()):
            try:
                if not self._mine.all().update(lease_until=clock.now() + LEASE):
                    return
            except DatabaseError:
                logger.warning("the lease of a job was not renewed", exc_info=True)
            finally:
                connections.close_all()


def sweep(limit: int = 500) -> int:
    """Hint again at what is waiting. Returns how many."""
    due = list(waiting(clock.now()).order_by("run_after")[:limit])
    for job in due:
        hint(job)
    return len(due)


@transaction.atomic
def retry(job: Job) -> Job:
    """Let work that failed run again now, with all its attempts. What is done stays done."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.done_at is not None:
        raise Refused(failed("job_done", setting("jobs"), kind=job.kind))
    if job.lease_until is not None and job.lease_until > clock.now():
        raise Refused(failed("job_running", setting("jobs"), kind=job.kind))
    job.failed_at, job.attempts, job.run_after = None, 0, clock.now()
    job.save(update_fields=["failed_at", "attempts", "run_after"])
    transaction.on_commit(partial(hint, job))
    return job
