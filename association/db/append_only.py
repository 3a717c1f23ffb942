"""Rows that are written once: history, decisions, money (history is corrected by counter-entries, never edited).

``constraints = [AppendOnly(name="members_event_append_only", allow_update=("voided_by",), …)]``
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS

from association.db.triggers import TriggerConstraint, column_of, quoted_columns

if TYPE_CHECKING:
    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FUNCTION = """\
CREATE OR REPLACE FUNCTION huiji_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV[1:] = to_jsonb(OLD) - TG_ARGV[1:] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
        MESSAGE = 'constraint failed: ' || TG_ARGV[0];
END $$;
"""


class AppendOnly(TriggerConstraint):
    """Refuses DELETE, and every UPDATE that changes a field other than those of ``allow_update``.

    An update that changes nothing passes. TRUNCATE is left to PostgreSQL's own privileges.
    """

    def __init__(self, *, allow_update: Sequence[str] = (), name: str, **kwargs: Any) -> None:
        self.allow_update = tuple(allow_update)
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        if self.allow_update:
            kwargs["allow_update"] = self.allow_update
        return path, args, kwargs

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to compare an instance with: only the database knows what the row was."""

    def postgresql_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        columns = [column_of(model, name) for name in self.allow_update]
        arguments = ", ".join(schema_editor.quote_value(text) for text in (self.name, *columns))
        name = schema_editor.quote_name(self.name)
        return (
            f"{FUNCTION}CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {{table}} "
            f"FOR EACH ROW EXECUTE FUNCTION huiji_append_only({arguments})"
        )

    def postgresql_removal_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        return f"DROP TRIGGER {schema_editor.quote_name(self.name)} ON {{table}}"

    def sqlite_triggers(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        held = sorted(f.name for f in model._meta.local_concrete_fields if f.name not in self.allow_update)
        changes = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in quoted_columns(schema_editor, model, *held))
        refusal = f"BEGIN SELECT RAISE(ABORT, {schema_editor.quote_value(f'constraint failed: {self.name}')}); END"
        on_update, on_delete = self.name, f"{self.name}_delete"
        quote = schema_editor.quote_name
        return {
            on_update: f"CREATE TRIGGER {quote(on_update)} BEFORE UPDATE ON {{table}} WHEN {changes} {refusal}",
            on_delete: f"CREATE TRIGGER {quote(on_delete)} BEFORE DELETE ON {{table}} {refusal}",
        }


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """For flushing a SQLite test database, which Django does by DELETE: its append-only triggers, gone and back.

    PostgreSQL is flushed by TRUNCATE, which no row trigger sees.
    """
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '% BEFORE DELETE ON %'"
        )
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for _name, sql in triggers:
                cursor.execute(sql)
