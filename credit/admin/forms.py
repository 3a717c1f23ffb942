"""What is typed at the desk about penalties on record."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from association import keys
from association.admin.forms import DayInput
from credit.models.record import PenaltyKind
from members.models import Party


class PenaltyForm(forms.Form):
    """``who`` is a credit code, a member number or the full name; it must name exactly one party."""

    who = forms.CharField(
        label=_("against whom"),
        max_length=160,
        help_text=_("The whole credit code, the member number, or the full name. Applicants are known too."),
    )
    kind = forms.ChoiceField(label=_("kind"), choices=PenaltyKind.choices)
    authority = forms.CharField(label=_("authority"), max_length=120)
    document = forms.CharField(label=_("document number"), max_length=120, required=False)
    decided_on = forms.DateField(label=_("decided on"), widget=DayInput)
    source = forms.CharField(
        label=_("where it was found"),
        max_length=200,
        help_text=_("Such as 国家企业信用信息公示系统, with the day you looked."),
    )

    def clean_who(self) -> Party:
        typed = self.cleaned_data["who"].strip()
        named = Q(number__iexact=typed) | Q(name=typed) | Q(identifiers__index=keys.blind_index(typed.upper()))
        found = list(Party.objects.filter(named).distinct()[:2])
        if not found:
            raise forms.ValidationError(
                _("Nobody of this code, number or name is known here. Check it; parties are known once they apply.")
            )
        if len(found) > 1:
            raise forms.ValidationError(_("Several have this name. Enter the credit code or the member number."))
        return found[0]


class RevocationForm(forms.Form):
    revoked_on = forms.DateField(label=_("revoked on"), widget=DayInput)
