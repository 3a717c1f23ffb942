"""What the benchmarks' gunicorn serves: ``ours`` is the site as it is, ``bare`` the benchmarks' own pages and nothing
around them. One process serves one of the two."""

import os
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


def __getattr__(name: str) -> Any:
    """Make the application that gunicorn asks for by name."""
    if name not in ("ours", "bare"):
        raise AttributeError(name)
    django.setup()
    if name == "bare":
        settings.MIDDLEWARE = []
        settings.ROOT_URLCONF = "tools.bench.urls"
    return WSGIHandler()
