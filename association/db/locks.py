"""Hold a name, where there is no row yet that could be locked."""

from __future__ import annotations

from django.db import connection


def hold(*names: str) -> None:
    """Hold these until the transaction ends; another that wants one waits. SQLite has one writer at a time anyway."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
