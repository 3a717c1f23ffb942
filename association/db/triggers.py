"""Constraints that are triggers: what append-only rows and spans without overlap have in common.

They are declared in ``Meta.constraints``, so ``makemigrations`` adds and removes them. SQLite's schema editor rebuilds
a table for most changes, and its triggers go with the old one; created as deferred statements they follow the rebuild.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.backends.ddl_references import Statement, Table
from django.db.models.constraints import BaseConstraint

if TYPE_CHECKING:
    from django.db import models
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def statement(schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model], sql: str) -> Statement:
    """``sql`` with ``{table}`` for the table, which follows when the table is renamed."""
    template = sql.replace("%", "%%").replace("{table}", "%(table)s")
    return Statement(template, table=Table(model._meta.db_table, schema_editor.quote_name))


def column_of(model: type[models.Model], name: str) -> str:
    """The column of a field that has one."""
    return str(model._meta.get_field(name).column)  # type: ignore[union-attr]  # constraints name concrete fields


def quoted_columns(schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model], *names: str) -> list[str]:
    return [schema_editor.quote_name(column_of(model, name)) for name in names]


class TriggerConstraint(BaseConstraint):
    """A named constraint, made by statements after the table. Its violation is an ``IntegrityError`` of its name."""

    def postgresql_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        """One text, which may hold several statements; ``{table}`` stands for the table."""
        raise NotImplementedError

    def postgresql_removal_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        raise NotImplementedError

    def sqlite_triggers(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        """The name of each trigger with its text, ``{table}`` in place of the table."""
        raise NotImplementedError

    # The stubs let Django's own methods take None and give only str
    def constraint_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> None:
        if schema_editor.connection.vendor == "sqlite":
            texts = list(self.sqlite_triggers(model, schema_editor).values())
        else:
            texts = [self.postgresql_sql(model, schema_editor)]
        schema_editor.deferred_sql.extend(statement(schema_editor, model, text) for text in texts)

    def create_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> Statement:
        return statement(schema_editor, model, self.postgresql_sql(model, schema_editor))

    def remove_sql(  # type: ignore[override]
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor
    ) -> Statement:
        return statement(schema_editor, model, self.postgresql_removal_sql(schema_editor))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


def stale(connection: BaseDatabaseWrapper, models_: list[type[models.Model]] | None = None) -> list[str]:
    """Names of declared trigger constraints that this database lacks or, on SQLite, holds for other columns.

    SQLite adds a nullable column without rebuilding the table, so an older trigger does not know it: remove and add
    the constraint in that migration.
    """
    stored = _stored(connection)
    lost = []
    for model in apps.get_models() if models_ is None else models_:
        for constraint in model._meta.constraints:
            if isinstance(constraint, TriggerConstraint) and not _holds(connection, model, constraint, stored):
                lost.append(constraint.name)
    return lost


def _stored(connection: BaseDatabaseWrapper) -> dict[str, Any]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
                " UNION ALL SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE contype = 'x'"
            )
        return dict(cursor.fetchall())


def _holds(
    connection: BaseDatabaseWrapper, model: type[models.Model], constraint: TriggerConstraint, stored: dict[str, Any]
) -> bool:
    if connection.vendor != "sqlite":
        return constraint.name in stored
    schema_editor = connection.SchemaEditorClass(connection, collect_sql=True)
    wanted = constraint.sqlite_triggers(model, schema_editor)
    return all(stored.get(name) == str(statement(schema_editor, model, text)) for name, text in wanted.items())
