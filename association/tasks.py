"""Background tasks of the association layer. Each takes the key of a job row, or a channel of the outbox."""

from functools import partial

from celery import shared_task

from association import clock
from association.actions import (
    announcements,
    audit,
    calendars,
    consultations,
    jobs,
    mobiles,
    newsletters,
    official_notices,
    outbox,
    recovery,
    reminders,
    rulebooks,
    strangers,
)


@shared_task(name=outbox.SEND)
def send_messages(channel: str) -> None:
    outbox.send(channel)


@shared_task(name="association.sweep_jobs")
def sweep_jobs() -> None:
    """What the broker lost, and what waits for its time."""
    jobs.sweep()
    outbox.sweep()


@shared_task(name="association.daily_duties")
def daily_duties() -> None:
    """What the calendar brings: the day is asked once, whatever the clock does meanwhile."""
    on = clock.today()
    calendars.catch_up(on=on)
    announcements.release_due(on=on)
    reminders.remind(on=on)


@shared_task(name="association.seal_audit")
def seal_audit() -> None:
    audit.seal(on=clock.today())


@shared_task(name=rulebooks.CARRY_OVER)
def carry_over(job_id: int) -> None:
    jobs.run(job_id, partial(rulebooks.carry_over, on=clock.today()))


@shared_task(name=rulebooks.SEND_OUT)
def send_out_rulebook(job_id: int) -> None:
    jobs.run(job_id, rulebooks.send_out)


@shared_task(name=consultations.SEND_NOTICES)
def send_consultation_notices(job_id: int) -> None:
    jobs.run(job_id, partial(consultations.send_notices, on=clock.today()))


@shared_task(name=recovery.RELEASE)
def release_recovery(job_id: int) -> None:
    jobs.run(job_id, recovery.release)


@shared_task(name=mobiles.SEND)
def send_code(job_id: int) -> None:
    jobs.run(job_id, mobiles.send)


@shared_task(name=strangers.SEND)
def write_to_stranger(job_id: int) -> None:
    jobs.run(job_id, strangers.send)


@shared_task(name=newsletters.SEND)
def send_newsletter(job_id: int) -> None:
    jobs.run(job_id, newsletters.write)


@shared_task(name=official_notices.RENDER)
def render_notice(job_id: int) -> None:
    jobs.run(job_id, official_notices.render)


@shared_task(name=official_notices.SEND)
def send_notice(job_id: int) -> None:
    jobs.run(job_id, official_notices.write)
