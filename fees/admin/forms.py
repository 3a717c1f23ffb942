"""What finance types: a bank line, why an entry was wrong, the amounts of a standard."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from association.admin.forms import DayInput
from association.models import Resolution
from association.rulebook.schema import Rulebook
from fees.models.payment import Method
from fees.rules.payers import prices

LARGEST = Decimal("99999999.99")
FORM = ("invalid", "max_decimal_places", "min_value")
UNITS = {
    "year": _("Yuan a year."),
    "half": _("Yuan a half-year."),
    "quarter": _("Yuan a quarter."),
    "month": _("Yuan a month."),
    "once": _("Yuan, once."),
}
SIZE = ("max_value", "max_digits", "max_whole_digits")


class YuanField(forms.DecimalField):
    """An amount in yuan, at most :data:`LARGEST`; one sentence for whatever is wrong with its form."""

    def __init__(self, *, least: Decimal, wrong: str | Promise, **options: Any) -> None:
        words: Any = {**dict.fromkeys(FORM, wrong), **dict.fromkeys(SIZE, _("Enter at most 99,999,999.99 yuan."))}
        super().__init__(
            max_digits=10, decimal_places=2, min_value=least, max_value=LARGEST, error_messages=words, **options
        )


class PaymentForm(forms.Form):
    """One line of the bank's statement, as it is."""

    method = forms.ChoiceField(label=_("method"), choices=Method.choices, initial=Method.CORPORATE_TRANSFER)
    amount = YuanField(
        label=_("amount (yuan)"),
        least=Decimal("0.01"),
        wrong=_("Enter an amount above zero with at most two decimals."),
    )
    value_date = forms.DateField(
        label=_("value date"), widget=DayInput, help_text=_("The day on which the bank credited the money.")
    )
    reference = forms.CharField(
        label=_("bank reference"), max_length=80, help_text=_("The serial number of the bank; every one once.")
    )
    payer = forms.CharField(label=_("payer"), max_length=160, required=False)
    memo = forms.CharField(label=_("memo"), max_length=160, required=False, help_text=_("As the bank shows it."))


class StrikeForm(forms.Form):
    reason = forms.CharField(
        label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("It stays readable.")
    )


class StandardForm(forms.Form):
    """A title, a first day, and the amount of every class, tier and grade of the rulebook; who is free stands as free.

    A class that one is only invited to may be left empty: then nothing can be billed to it.
    """

    title = forms.CharField(label=_("title"), max_length=120)
    effective_from = forms.DateField(label=_("in force from"), widget=DayInput)

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, tuple[str, str, str]] = {}
        for price in prices(rulebook):
            name = f"amount_{price.class_id}_{price.tier}" + (f"_{price.number}" if price.grade else "")
            if price.free:
                self.fields[name] = forms.CharField(
                    label=price.name, initial=_("free of fees"), disabled=True, required=False
                )
                continue
            self.keys[name] = (price.class_id, price.tier, price.grade)
            self.fields[name] = YuanField(
                label=price.name,
                least=Decimal(0),
                required=rulebook.member_class(price.class_id).applied_for,
                wrong=_("Enter an amount, zero or more, with at most two decimals."),
                help_text=UNITS[price.per],
            )

    def amounts(self) -> dict[tuple[str, str, str], Decimal]:
        typed = {key: self.cleaned_data[name] for name, key in self.keys.items()}
        return {key: amount for key, amount in typed.items() if amount is not None}


class ActivateForm(forms.Form):
    resolution = forms.ModelChoiceField(
        Resolution.objects.none(),
        label=_("resolution"),
        help_text=_("Only passed resolutions are listed."),
        error_messages={"required": _("Choose the resolution under which the standard takes effect.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["resolution"]
        field.queryset = Resolution.objects.filter(passed_on__isnull=False).select_related("meeting__body")
        field.label_from_instance = lambda row: f"{row.number} {row.title}（{row.meeting.body}）"
