"""The site itself: settings, urls, worker, home page, public API. May import all; nobody imports it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
