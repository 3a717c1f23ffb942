"""What every page knows: the association whose portal this is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from association import queries


def association(request: HttpRequest) -> dict[str, Any]:
    return {"association": SimpleLazyObject(queries.profile), "demo": settings.DEMO}
