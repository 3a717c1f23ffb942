"""Background tasks of admissions."""

from celery import shared_task

from admissions.actions import joining
from association import clock


@shared_task(name="admissions.await_fees")
def await_fees() -> None:
    joining.await_fees(on=clock.today())
