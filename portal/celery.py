"""The Celery application. Tasks carry the key of a row and nothing else (design: rows are the truth)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("huiji")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
