"""Change what processes keep in memory."""

import secrets
from typing import Any

from association import queries
from association.models import Association


def touch() -> None:
    """Tell every process, at commit, to forget what it kept. A token, not a count: a rolled-back one never returns."""
    Association.objects.filter(pk=1).update(revision=secrets.randbits(62))
    queries.forget()


def set_up(name: str, **fields: Any) -> Association:
    """Create or change the association's profile."""
    profile, _created = Association.objects.update_or_create(
        pk=1, defaults={"name": name, "revision": secrets.randbits(62), **fields}
    )
    queries.forget()
    return profile
