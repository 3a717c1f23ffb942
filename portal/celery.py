"""The Celery application. Tasks carry the key of a row and nothing else (design: rows are the truth)."""

import os
from pathlib import Path

from celery import Celery
from django.conf import settings

from portal import broker  # noqa: F401  # tells kombu of the folder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("huiji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

if not settings.REDIS_URL:
    for option in ("data_folder_in", "data_folder_out", "control_folder"):
        Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[option]).mkdir(parents=True, exist_ok=True)
