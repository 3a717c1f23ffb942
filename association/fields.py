"""Model fields of our own: money in whole fen, and text that the database sees only sealed."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import lookups
from django.db.models.expressions import Combinable, Value, register_combinable_fields
from django.utils.translation import gettext_lazy as _

from association import keys
from association.rules.money import from_fen, round_money, to_fen

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    MoneyBase = models.Field[Decimal | int | str, Decimal]
    TextBase = models.TextField[str, str]
else:
    MoneyBase, TextBase = models.Field, models.TextField

MONEY_LIMIT = Decimal(10) ** 15
"""Yuan; amounts lie strictly between its negative and it."""


def refuse_foreign(expression: Any, kind: type[models.Field[Any, Any]]) -> None:
    """Stop an expression of another type on its way into a column or comparison, where it would be taken as raw.

    :raises FieldError: naming both types; also when the expression mixes them.
    """
    field = getattr(expression, "_output_field_or_none", None)
    if field is not None and not isinstance(field, kind):
        raise FieldError(
            f"{kind.__name__} met an expression of type {type(field).__name__}; "
            f"give it output_field={kind.__name__}() so that it is converted."
        )


class MoneyField(MoneyBase):
    """Yuan as ``Decimal`` with exactly two places here, fen as ``bigint`` in the database (ACG-32; C-14).

    Accepts ``Decimal``, ``int`` and decimal strings below :data:`MONEY_LIMIT`; a float, or part of a fen, is a
    ``ValidationError``. ``F("paid") + F("due")``, ``F("due") * 2``, ``Sum`` and ``Max`` stay money; ``Avg`` is
    rounded to the fen; money added to a bare ``Decimal`` in SQL is a ``FieldError``: write ``money(amount)``.
    """

    description = _("Amount in yuan")
    default_error_messages = {
        "float": _("“%(value)s” is a float; give the amount as a decimal, so that no fen is lost."),
        "invalid": _("“%(value)s” is not an amount; enter yuan, such as 1666.67."),
        "places": _("“%(value)s” has more than two decimal places; enter yuan and fen, such as 1666.67."),
        "range": _("“%(value)s” is larger than any amount kept here; check the number of digits."),
    }

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return connection.data_types["BigIntegerField"]

    def to_python(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, bool | float):
            raise self._error("float" if isinstance(value, float) else "invalid", value)
        try:
            amount = Decimal(value.strip() if isinstance(value, str) else value)
        except (InvalidOperation, TypeError, ValueError) as error:
            raise self._error("invalid", value) from error
        if not amount.is_finite():
            raise self._error("invalid", value)
        if abs(amount) >= MONEY_LIMIT:
            raise self._error("range", value)
        try:
            return from_fen(to_fen(amount))
        except ValueError as error:
            raise self._error("places", value) from error

    def _error(self, code: str, value: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params={"value": str(value)[:40]})

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if hasattr(value, "resolve_expression"):
            return value
        amount = self.to_python(value)
        return None if amount is None else to_fen(amount)

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        refuse_foreign(value, MoneyField)
        return super().get_db_prep_save(value, connection)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Leave on the instance what is stored: after ``save()`` an amount given as text is a ``Decimal`` too."""
        value = super().pre_save(model_instance, add)
        if not hasattr(value, "resolve_expression"):
            value = self.to_python(value)
            setattr(model_instance, self.attname, value)
        return value

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        if value is None or isinstance(value, int):
            return None if value is None else from_fen(value)
        return round_money(Fraction(value) / 100)  # PostgreSQL sums to numeric; Avg gives numeric or float

    def value_to_string(self, obj: models.Model) -> str:
        amount = self.to_python(self.value_from_object(obj))
        return "" if amount is None else str(amount)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": forms.DecimalField, "max_digits": 17, "decimal_places": 2, **kwargs})


def money(amount: Decimal | int | str) -> Value:
    """A literal amount in a database expression: ``F("balance") + money("12.50")``."""
    return Value(amount, output_field=MoneyField())


_ARITHMETIC: list[tuple[type[models.Field[Any, Any]], str, type[models.Field[Any, Any]]]] = [
    (MoneyField, Combinable.ADD, MoneyField),
    (MoneyField, Combinable.SUB, MoneyField),
    (MoneyField, Combinable.MUL, models.IntegerField),
    (models.IntegerField, Combinable.MUL, MoneyField),
]
for _lhs, _connector, _rhs in _ARITHMETIC:
    register_combinable_fields(_lhs, _connector, _rhs, MoneyField)


class ComparesMoney:
    """A comparison whose other side must be money too."""

    rhs: Any

    def get_prep_lookup(self) -> Any:
        for side in self.rhs if isinstance(self.rhs, list | tuple | set) else [self.rhs]:
            refuse_foreign(side, MoneyField)
        return super().get_prep_lookup()  # type: ignore[misc]  # mixed into a Lookup below


for _lookup in (
    lookups.Exact,
    lookups.GreaterThan,
    lookups.GreaterThanOrEqual,
    lookups.LessThan,
    lookups.LessThanOrEqual,
    lookups.In,
    lookups.Range,
):
    MoneyField.register_lookup(type(f"Money{_lookup.__name__}", (ComparesMoney, _lookup), {}))


class EncryptedTextField(TextBase):
    """Text stored as ``kid$base64(nonce ‖ ciphertext)``, AES-256-GCM, authenticated with ``app.Model.field``.

    ``NULL`` stays ``NULL``; an empty string is sealed like any other. Only ``isnull`` can be asked of it: to find a
    value, keep :func:`association.keys.blind_index` in a column beside it. It is not serialised. ``context`` keeps
    what was sealed readable after the model or the field was renamed: give it the old ``app.Model.field``.

    Reading raises :class:`association.keys.Undecryptable` rather than hand out a ciphertext.
    """

    description = _("Encrypted text")

    def __init__(self, *args: Any, context: str = "", **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.context:
            kwargs["context"] = self.context
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if self.unique or self.db_index:  # type: ignore[attr-defined]  # the stubs forget db_index
            errors.append(
                checks.Error(
                    "An encrypted column cannot be unique or indexed: each value is sealed anew.",
                    hint="Index a column of association.keys.blind_index() values instead.",
                    obj=self,
                    id="association.E001",
                )
            )
        return errors

    def _context(self) -> str:
        return self.context or f"{self.model._meta.label}.{self.name}"

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        return None if value is None else keys.decrypt_text(value, self._context())

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        value = super().get_db_prep_value(value, connection, prepared)
        return keys.encrypt_text(value, self._context()) if isinstance(value, str) else value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        refuse_foreign(value, EncryptedTextField)
        return super().get_db_prep_save(value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(
            f"{self} is encrypted and cannot be searched by {lookup_name!r}; "
            f"search a column of association.keys.blind_index() values."
        )

    def get_transform(self, lookup_name: str) -> Any:
        return self.get_lookup(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self} is encrypted and is not exported; back up the database and the keys instead.")
