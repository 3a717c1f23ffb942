"""What is typed at the desk about members."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class TierForm(forms.Form):
    """``choices``: tiers that the rulebook lets a body confer, with the body's name."""

    tier = forms.ChoiceField(
        label=_("tier to confer"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a tier.")},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tier: Any = self.fields["tier"]
        tier.choices = choices
