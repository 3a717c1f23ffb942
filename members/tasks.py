"""Background tasks of members. Each takes the key of a job row."""

from celery import shared_task

from association import clock
from association.actions import jobs
from members.actions import checkpoints, registrations


@shared_task(name=registrations.RENDER)
def render_certificate(job_id: int) -> None:
    jobs.run(job_id, registrations.render)


@shared_task(name="members.make_checkpoint")
def make_checkpoint() -> None:
    checkpoints.make(on=clock.today())
