"""What the benchmarks' gunicorn serves: ``ours`` is the site as it is, ``bare`` the benchmarks' own pages and nothing
around them. One process serves one of the two."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


def __getattr__(name: str) -> Any:
    """Make the application that gunicorn asks for by name."""
    if name == "bare":
        settings.MIDDLEWARE = []
        settings.ROOT_URLCONF = "tools.bench.urls"
    elif name != "ours":
        raise AttributeError(name)
    return get_wsgi_application()
