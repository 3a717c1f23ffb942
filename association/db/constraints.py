"""From a refusal of the database to the words of the constraint that refused."""

from __future__ import annotations

import re

from django.apps import apps
from django.db import IntegrityError
from django.db.models import UniqueConstraint
from django.db.models.constraints import BaseConstraint

from association.db.triggers import column_of

_NAMED = re.compile(r"constraint failed: (?:index ')?(?P<name>\w+)'?$")
_COLUMNS = re.compile(r"UNIQUE constraint failed: (?P<columns>\w+\.\w+(?:, \w+\.\w+)*)$")


def violated(error: IntegrityError) -> BaseConstraint | None:
    """The constraint of one of our models that the error names, if any.

    SQLite names the columns of a plain unique constraint, not the constraint; where two share their columns the
    answer is None rather than a guess.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None:
        return _by_name(diagnosis.constraint_name or "")
    text = str(error)
    if found := _COLUMNS.search(text):
        return _by_columns(found["columns"].split(", "))
    found = _NAMED.search(text)
    return _by_name(found["name"]) if found else None


def violation_message(error: IntegrityError) -> str | None:
    """What the violated constraint tells a person to do; None when it has no words of its own."""
    constraint = violated(error)
    if constraint is None or constraint.violation_error_message == BaseConstraint.default_violation_error_message:
        return None
    return str(constraint.get_violation_error_message())


def _by_name(name: str) -> BaseConstraint | None:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return constraint
    return None


def _by_columns(qualified: list[str]) -> BaseConstraint | None:
    found = []
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                columns = [column_of(model, name) for name in constraint.fields]
                if [f"{model._meta.db_table}.{column}" for column in columns] == qualified:
                    found.append(constraint)
    return found[0] if len(found) == 1 else None
