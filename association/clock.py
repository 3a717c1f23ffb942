"""The one place that asks what day it is. Only views, tasks and commands call it; everything below is told."""

from datetime import date, datetime, time

from django.utils import timezone


def today() -> date:
    """The legal day in the association's time zone (C-1)."""
    return timezone.localdate()


def local(moment: datetime) -> datetime:
    """A moment by the association's clock."""
    return timezone.localtime(moment)


def now() -> datetime:
    return timezone.now()


def time_of_day() -> time:
    """What the clock on the association's wall says (C-8)."""
    return timezone.localtime().time()
