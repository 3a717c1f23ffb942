"""Spans [from, until) of one key that do not overlap: seats, standards, standings. ``until = NULL`` is open.

``constraints = [NoOverlap(key=("body", "user"), name="association_seat_no_overlap", …)]``
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Q
from django.db.models.sql import Query

from association.db.triggers import TriggerConstraint, quoted_columns

if TYPE_CHECKING:
    from django.db import models
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NEVER = "'9999-12-31~'"
"""Sorts after every ISO date of SQLite."""


class NoOverlap(TriggerConstraint):
    """No two rows with equal ``key`` fields have a day in common; rows outside ``condition`` do not count.

    ``span`` names the two ``DateField`` columns. An empty span (``from = until``) overlaps nothing; a reversed one is
    for a ``CheckConstraint`` beside it to refuse. PostgreSQL: an exclusion constraint (it creates btree_gist, which
    the owner of a database may); SQLite: triggers.
    """

    def __init__(
        self,
        *,
        key: Sequence[str],
        span: tuple[str, str] = ("from_on", "until"),
        condition: Q | None = None,
        name: str,
        **kwargs: Any,
    ) -> None:
        if not key:
            raise ValueError("NoOverlap needs at least one key field")
        self.key, self.span, self.condition = tuple(key), tuple(span), condition
        super().__init__(name=name, **kwargs)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs |= {"key": self.key, "span": self.span}
        if self.condition is not None:
            kwargs["condition"] = self.condition
        return path, args, kwargs

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Say it at the form field by field; the database has the last word."""
        start, until = self.span
        if exclude and {*self.key, *self.span} & set(exclude):
            return
        first, last = getattr(instance, start), getattr(instance, until)
        own_key = {name: getattr(instance, model._meta.get_field(name).attname) for name in self.key}  # type: ignore[union-attr]
        if None in own_key.values() or (first is not None and last is not None and first >= last):
            return
        if self.condition is not None and not self.condition.check(_values(model, instance, exclude), using=using):
            return
        rows = model._default_manager.using(using).filter(self.condition or Q(), **own_key).exclude(pk=instance.pk)
        rows = rows.exclude(**{start: F(until)})
        if first is not None:
            rows = rows.filter(Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": first}))
        if last is not None:
            rows = rows.filter(Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lt": last}))
        if rows.exists():
            raise ValidationError(self.get_violation_error_message(), code=self.violation_error_code)

    def postgresql_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        start, until = quoted_columns(schema_editor, model, *self.span)
        keys = "".join(f"{column} WITH =, " for column in quoted_columns(schema_editor, model, *self.key))
        condition = self._condition_sql(model, schema_editor)
        return (
            f"CREATE EXTENSION IF NOT EXISTS btree_gist; "
            f"ALTER TABLE {{table}} ADD CONSTRAINT {schema_editor.quote_name(self.name)} "
            f"EXCLUDE USING gist ({keys}daterange({start}, {until}, '[)') WITH &&)"
            f"{f' WHERE ({condition})' if condition else ''}"
        )

    def postgresql_removal_sql(self, schema_editor: BaseDatabaseSchemaEditor) -> str:
        return f"ALTER TABLE {{table}} DROP CONSTRAINT {schema_editor.quote_name(self.name)}"

    def sqlite_triggers(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str]:
        start, until = quoted_columns(schema_editor, model, *self.span)
        key = quoted_columns(schema_editor, model, *self.key)
        condition = self._condition_sql(model, schema_editor)
        counts = f" AND ({condition})" if condition else ""
        same_key = " AND ".join(f"other.{column} = mine.{column}" for column in key)
        overlap = " AND ".join(
            f"coalesce({a}.{start}, '') < coalesce({b}.{until}, {NEVER})"
            for a in ("mine", "other")
            for b in ("mine", "other")
        )
        body = (  # the names are quoted, the condition is compiled by Django
            f"WHEN EXISTS (SELECT 1 FROM (SELECT * FROM {{table}} WHERE rowid = NEW.rowid{counts}) AS mine "  # noqa: S608
            f"JOIN (SELECT * FROM {{table}} WHERE rowid <> NEW.rowid{counts}) AS other ON {same_key} AND {overlap}) "
            f"BEGIN SELECT RAISE(ABORT, {schema_editor.quote_value(f'constraint failed: {self.name}')}); END"
        )
        on_insert, on_update = self.name, f"{self.name}_update"
        quote = schema_editor.quote_name
        return {
            on_insert: f"CREATE TRIGGER {quote(on_insert)} AFTER INSERT ON {{table}} {body}",
            on_update: f"CREATE TRIGGER {quote(on_update)} AFTER UPDATE ON {{table}} {body}",
        }

    def _condition_sql(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        if self.condition is None:
            return ""
        query = Query(model=model, alias_cols=False)
        compiler = query.get_compiler(connection=schema_editor.connection)
        sql, parameters = query.build_where(self.condition).as_sql(compiler, schema_editor.connection)
        return sql % tuple(schema_editor.quote_value(value) for value in parameters)


def _values(model: type[models.Model], instance: models.Model, exclude: Collection[str] | None) -> dict[str, Any]:
    return instance._get_field_expression_map(meta=model._meta, exclude=exclude or ())  # type: ignore[attr-defined]
