"""Background tasks of the association layer. Each takes the key of a job row."""

from celery import shared_task

from association.actions import jobs, messages


@shared_task(name=messages.SEND)
def send_message(job_id: int) -> None:
    jobs.run(job_id, messages.send)


@shared_task(name="association.sweep_jobs")
def sweep_jobs() -> None:
    jobs.sweep()
