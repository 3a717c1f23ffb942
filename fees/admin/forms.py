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

LARGEST = Decimal("99999999.99")
FORM = ("invalid", "max_decimal_places", "min_value")
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
    """A title, a first day, and the yearly amount of each class and tier that can be applied for."""

    title = forms.CharField(label=_("title"), max_length=120)
    effective_from = forms.DateField(label=_("in force from"), widget=DayInput)

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys: dict[str, tuple[str, str]] = {}
        for one in rulebook.classes:
            if one.joined_by != "application":
                continue
            for tier_id, words in [(t.id, f"{one.name} · {t.name}") for t in rulebook.tiers_of(one.id)] or [
                ("", one.name)
            ]:
                name = f"amount_{one.id}_{tier_id}"
                self.keys[name] = (one.id, tier_id)
                self.fields[name] = YuanField(
                    label=words,
                    least=Decimal(0),
                    wrong=_("Enter an amount, zero or more, with at most two decimals."),
                    help_text=_("Yuan a year."),
                )

    def amounts(self) -> dict[tuple[str, str], Decimal]:
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}


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
