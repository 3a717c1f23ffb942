"""Rows that may be edited until a day is set on them (a draft until it is published), and never after.

``constraints = [Frozen(since="published_on", allow_update=("closed_on",), name="…_frozen", …)]``
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS

from association.db.triggers import TriggerConstraint, column_of, quoted_columns

if TYPE_CHECKING:
    from django.db import models
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FUNCTION = """\
CREATE OR REPLACE FUNCTION huiji_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) -> TG_ARGV[1] = 'null'::jsonb THEN
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV[2:] = to_jsonb(OLD) - TG_ARGV[2:] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING
        ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
        MESSAGE = 'constraint failed: ' || TG_ARGV[0];
END $$;
"""


class Frozen(TriggerConstraint):
    """Once ``since`` is set, refuses DELETE and every UPDATE of a field other than those of ``allow_update``.

    An update that changes nothing passes.
    """

    def __init__(self, *, since: str, allow_update: Sequence[str] = (), name: str, **kwargs: Any) -> None:
        self.since, self.allow_update = since, tuple(allow_update)
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs["since"] = self.since
        if self.allow_update:
            kwargs["allow_update"] = self.allow_update
        return path, args, kwargs

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to compare an instance with: only the database knows what the row was."""

    def postgresql_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        columns = [column_of(model, name) for name in (self.since, *self.allow_update)]
        arguments = ", ".join(schema_editor.quote_value(text) for text in (self.name, *columns))
        name = schema_editor.quote_name(self.name)
        return (
            f"{FUNCTION}CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {{table}} "
            f"FOR EACH ROW EXECUTE FUNCTION huiji_frozen({arguments})"
        )

    def postgresql_removal_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        return f"DROP TRIGGER {schema_editor.quote_name(self.name)} ON {{table}}"

    def sqlite_triggers(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        held = sorted(f.name for f in model._meta.local_concrete_fields if f.name not in self.allow_update)
        changes = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in quoted_columns(schema_editor, model, *held))
        [since] = quoted_columns(schema_editor, model, self.since)
        refusal = f"BEGIN SELECT RAISE(ABORT, {schema_editor.quote_value(f'constraint failed: {self.name}')}); END"
        on_update, on_delete = self.name, f"{self.name}_delete"
        quote = schema_editor.quote_name
        return {
            on_update: (
                f"CREATE TRIGGER {quote(on_update)} BEFORE UPDATE ON {{table}} "
                f"WHEN OLD.{since} IS NOT NULL AND ({changes}) {refusal}"
            ),
            on_delete: (
                f"CREATE TRIGGER {quote(on_delete)} BEFORE DELETE ON {{table}} WHEN OLD.{since} IS NOT NULL {refusal}"
            ),
        }
