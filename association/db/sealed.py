"""Columns that no longer change once a fact stands: what a message said when it had been sent.

``constraints = [Sealed(by="sent_at", fields=("sent_at", "sent_as"), name="association_message_sealed", …)]``
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
CREATE OR REPLACE FUNCTION huiji_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY TG_ARGV[1:] LOOP
        IF to_jsonb(NEW) -> name IS DISTINCT FROM to_jsonb(OLD) -> name THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0], TABLE = TG_TABLE_NAME,
                MESSAGE = 'constraint failed: ' || TG_ARGV[0];
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""


class Sealed(TriggerConstraint):
    """Refuses an UPDATE that changes one of ``fields`` where ``by`` is not NULL already."""

    def __init__(self, *, by: str, fields: Sequence[str], name: str, **kwargs: Any) -> None:
        self.by, self.fields = by, tuple(fields)
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, kwargs | {"by": self.by, "fields": self.fields}

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = DEFAULT_DB_ALIAS) -> None:
        """Nothing to compare an instance with: only the database knows what the row was."""

    def postgresql_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        columns = [column_of(model, name) for name in self.fields]
        arguments = ", ".join(schema_editor.quote_value(text) for text in (self.name, *columns))
        (by,) = quoted_columns(schema_editor, model, self.by)
        return (
            f"{FUNCTION}CREATE TRIGGER {schema_editor.quote_name(self.name)} BEFORE UPDATE ON {{table}} "
            f"FOR EACH ROW WHEN (OLD.{by} IS NOT NULL) EXECUTE FUNCTION huiji_sealed({arguments})"
        )

    def postgresql_removal_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        return f"DROP TRIGGER {schema_editor.quote_name(self.name)} ON {{table}}"

    def sqlite_triggers(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        (by,) = quoted_columns(schema_editor, model, self.by)
        changes = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in quoted_columns(schema_editor, model, *self.fields))
        refusal = f"BEGIN SELECT RAISE(ABORT, {schema_editor.quote_value(f'constraint failed: {self.name}')}); END"
        name = schema_editor.quote_name(self.name)
        return {
            self.name: f"CREATE TRIGGER {name} BEFORE UPDATE ON {{table}} "
            f"WHEN OLD.{by} IS NOT NULL AND ({changes}) {refusal}"
        }
