"""What readers write about the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from association.actions.consultations import LONGEST
from association.models import ArticleFeedback


class WordsForm(forms.Form):
    """One text, as long as the action takes it. A browser sends two characters for a line break; one is counted."""

    text = forms.CharField(
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write something first.")},
    )

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(
                _("Please write %(longest)s characters at most; these are %(length)s."),
                params={"longest": LONGEST, "length": len(text)},
            )
        return text


class FeedbackForm(WordsForm):
    """A visitor says who writes and how to answer; who is logged in is known."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=ArticleFeedback._meta.get_field("name").max_length,
        error_messages={"required": _("Give your name.")},
    )
    contact = forms.CharField(
        label=_("Telephone or e-mail"),
        max_length=ArticleFeedback._meta.get_field("contact").max_length,
        error_messages={"required": _("Give a telephone number or an e-mail address for the answer.")},
    )

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, label=str(_("What you want to say")), **kwargs)
        if known:
            del self.fields["name"], self.fields["contact"]
