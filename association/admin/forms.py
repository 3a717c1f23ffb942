"""What is typed at the desk about meetings and resolutions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association import clock
from association.actions.resolutions import Vote
from association.models import Body, Case, Meeting, ResolutionItem
from association.models.resolution import Deciding, ItemOutcome
from association.rules import counting
from association.values import long_date

VOTES = (
    (ItemOutcome.APPROVED, _("approve")),
    (ItemOutcome.REFUSED, _("refuse")),
    (ItemOutcome.DEFERRED, _("put off")),
)


FIRST_DAY = date(1949, 10, 1)
"""No meeting kept here was held before it; an earlier year is a slip of the pen."""


class DayInput(forms.DateInput):
    """The browser's own calendar. It wants ISO days whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MeetingForm(forms.ModelForm):
    class Meta:
        model = Meeting
        fields = ["body", "title", "held_on", "begins_at", "place"]
        widgets = {"held_on": DayInput, "begins_at": TimeInput}
        help_texts = {
            "title": _("As in the minutes, such as 第二届理事会第五次会议."),
            "held_on": _("What it resolves takes effect on this day."),
        }

    def clean_held_on(self) -> date:
        """Between 1949-10-01 and two years ahead, both included."""
        day, today = self.cleaned_data["held_on"], clock.today()
        last = counting.add(today, 2, "year")
        if not FIRST_DAY <= day <= last:
            facts = {"first": long_date(FIRST_DAY), "last": long_date(last)}
            raise forms.ValidationError(
                _("A meeting is held between %(first)s and %(last)s. Look at the year again.") % facts
            )
        return day


class ResolutionForm(forms.Form):
    """A resolution of one body: its meeting, number, title, and the cases it is to decide."""

    meeting = forms.ModelChoiceField(Meeting.objects.none(), label=_("meeting"))
    number = forms.CharField(label=_("number"), max_length=60, help_text=_("As on the paper; every number once."))
    title = forms.CharField(label=_("title"), max_length=200)
    decides = forms.ChoiceField(
        label=_("kind of decision"),
        choices=Deciding.choices,
        required=False,
        help_text=_("A fee standard is voted in secret, with two thirds present."),
    )
    text = forms.CharField(
        label=_("text"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is resolved, in the words of the paper."),
    )
    taken_from = forms.CharField(
        label=_("taken over from"),
        max_length=200,
        required=False,
        help_text=_(
            "Only for what was resolved on paper before meetings were kept here: where the signed paper lies. Then no "
            "roll and no vote is asked for."
        ),
    )
    cases = forms.MultipleChoiceField(
        label=_("cases to decide"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("All that wait for this body. Without any, the resolution decides something else, such as fees."),
    )

    def __init__(self, *args: Any, body: Body, waiting: Iterable[Case], **kwargs: Any) -> None:
        """``waiting``: the cases that may be put on it; of a draft, also those that stand on it."""
        super().__init__(*args, **kwargs)
        self.waiting = {str(case.pk): case for case in waiting}
        meeting: Any = self.fields["meeting"]
        meeting.queryset = Meeting.objects.filter(body=body)
        meeting.label_from_instance = lambda row: f"{row.title}（{row.held_on:%Y-%m-%d}）"
        cases: Any = self.fields["cases"]
        cases.choices = [(key, case_words(case)) for key, case in self.waiting.items()]

    def clean_decides(self) -> str:
        return str(self.cleaned_data["decides"] or Deciding.ORDINARY)

    def clean_cases(self) -> list[Case]:
        return [self.waiting[key] for key in self.cleaned_data["cases"]]


def case_words(case: Case) -> str:
    """The case with the day of its submission, before which no meeting can have dealt with it."""
    if case.submitted_on is None:
        return str(case)
    return gettext("%(case)s, submitted on %(day)s") % {"case": case, "day": long_date(case.submitted_on)}


class VotesForm(forms.Form):
    """How each item came out. Every one has to be said; a refusal gives its reason."""

    def __init__(self, *args: Any, items: Iterable[ResolutionItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"vote_{item.pk}"] = forms.ChoiceField(
                label=_("outcome"),
                choices=VOTES,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say how this item came out.")},
            )
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("reason"),
                required=False,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Needed for a refusal; the applicant reads it."),
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for item in self.items:
            if typed.get(f"vote_{item.pk}") == ItemOutcome.REFUSED and not typed.get(f"note_{item.pk}", "").strip():
                self.add_error(f"note_{item.pk}", _("Give the reason, in words that the applicant understands."))
        return typed

    def rows(self) -> list[tuple[ResolutionItem, forms.BoundField, forms.BoundField]]:
        return [(item, self[f"vote_{item.pk}"], self[f"note_{item.pk}"]) for item in self.items]

    def votes(self) -> dict[int, Vote]:
        typed = self.cleaned_data
        return {item.pk: Vote(typed[f"vote_{item.pk}"], typed[f"note_{item.pk}"].strip()) for item in self.items}


class ScanForm(forms.Form):
    file = forms.FileField(label=_("signed scan"))
