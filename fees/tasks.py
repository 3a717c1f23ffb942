"""Background tasks of fees."""

from celery import shared_task

from association import clock
from fees.actions import payments


@shared_task(name="fees.reconcile_awaited")
def reconcile_awaited() -> None:
    payments.reconcile_awaited(on=clock.today())
