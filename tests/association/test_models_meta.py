"""What holds for every model of ours, the ones to come included."""

import re

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, F, Q
from django.db.models.constraints import BaseConstraint
from django.utils import translation

OURS = ["association", "members", "fees", "credit", "admissions", "servicepool", "portal"]
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]
CONSTRAINTS = [pytest.param(model, c, id=c.name) for model in MODELS for c in model._meta.constraints]
POSTGRESQL_NAME_LENGTH = 63


def names_in(expression) -> set[str]:
    """The fields that a condition speaks of."""
    if isinstance(expression, F):
        return {expression.name}
    if isinstance(expression, Q):
        return set().union(*(names_in(child) for child in expression.children))
    if isinstance(expression, tuple) and isinstance(expression[0], str):
        return {expression[0].split("__")[0]} | names_in(expression[1])
    sources = getattr(expression, "get_source_expressions", list)()
    return set().union(*(names_in(source) for source in sources if source is not None))


def test_there_are_models_to_look_at():
    assert len(MODELS) > 20
    assert len(CONSTRAINTS) > 20


@pytest.mark.parametrize(("model", "constraint"), CONSTRAINTS)
def test_constraint_speaks_to_people(model, constraint):
    """Its name says where it belongs, its message what to do, in Chinese too."""
    assert constraint.name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    assert len(constraint.name) <= POSTGRESQL_NAME_LENGTH
    assert constraint.violation_error_message != BaseConstraint.default_violation_error_message
    with translation.override("zh-hans"):
        assert re.search(r"[\u4e00-\u9fff]", str(constraint.violation_error_message))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_who_and_when_come_together(model):
    """Where ``x_by`` and ``x_on`` or ``x_at`` may both be empty, the database keeps them from being half filled."""
    fields = {field.name: field for field in model._meta.get_fields() if hasattr(field, "null")}
    paired = [names_in(c.condition) for c in model._meta.constraints if isinstance(c, CheckConstraint)]
    for name, field in fields.items():
        if not name.endswith("_by") or not field.null:
            continue
        for moment in (name.removesuffix("_by") + "_on", name.removesuffix("_by") + "_at"):
            if moment in fields and fields[moment].null:
                assert any({name, moment} <= names for names in paired), f"{name} and {moment} are not tied"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_model_and_fields_have_chinese_names(model):
    with translation.override("zh-hans"):
        own = [field for field in model._meta.local_fields if not field.primary_key]
        words = {"": str(model._meta.verbose_name)} | {field.name: str(field.verbose_name) for field in own}
        english = {name: word for name, word in words.items() if not re.search(r"[\u4e00-\u9fff]", word)}
    assert english == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_money_is_never_a_float(model):
    assert [field.name for field in model._meta.local_fields if field.get_internal_type() == "FloatField"] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_has_an_order_or_none_on_purpose(model):
    """An order by default must be total, or pages of a list may repeat rows: it ends in something unique."""
    ordering = list(model._meta.ordering)
    if not ordering:
        return
    last = ordering[-1]
    name = last.lstrip("-") if isinstance(last, str) else last.expression.name
    unique = [set(c.fields) for c in model._meta.total_unique_constraints]
    fields = {part.lstrip("-") for part in ordering if isinstance(part, str)}
    total = name in ("pk", "id") or model._meta.get_field(name).unique or any(group <= fields for group in unique)
    assert total, f"{ordering} does not end in something unique"
