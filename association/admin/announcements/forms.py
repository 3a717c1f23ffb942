"""What is typed at the desk about announcements and objections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from association.actions.announcement_drafts import Written
from association.actions.publicities import LONGEST
from association.admin.forms import DayInput
from association.models import Announcement, Objection
from association.models.announcement import Objecting, OwnKind
from association.models.objection import ObjectionOutcome, Proposal

WORKDAYS = 5
"""As a beginning; the secretariat says how many."""


class WriteForm(forms.Form):
    """A general announcement. What is not asked of its kind is left out."""

    kind = forms.ChoiceField(label=_("kind"), choices=OwnKind.choices)
    title = forms.CharField(label=_("title"), max_length=200, error_messages={"required": _("Give it a title.")})
    text = forms.CharField(
        label=_("text"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("An empty line begins a paragraph. No identity numbers, mobile numbers or bank cards."),
    )
    days = forms.IntegerField(
        label=_("working days on show"),
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text=_("Only of a publicity."),
    )
    objections = forms.ChoiceField(
        label=_("who may object"),
        choices=Objecting.choices,
        required=False,
        help_text=_("Only of a publicity."),
    )

    @classmethod
    def of(cls, row: Announcement, data: Any) -> WriteForm:
        days = (row.period or {}).get("n")
        initial = {"kind": row.kind, "title": row.title, "text": row.text, "days": days, "objections": row.objections}
        return cls(data, initial=initial)

    def written(self) -> Written:
        typed = self.cleaned_data
        shown = typed["kind"] == OwnKind.PUBLICITY
        return Written(
            kind=typed["kind"],
            title=typed["title"],
            text=typed["text"],
            days=(typed["days"] or 0) if shown else 0,
            objections=typed["objections"] if shown else Objecting.NONE,
        )


class AttachForm(forms.Form):
    file = forms.FileField(
        label=_("attachment"),
        help_text=_("PDF or picture, 20 MB at most. Everybody can read it once it is published."),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class DayForm(forms.Form):
    day = forms.DateField(label=_("to be published on"), widget=DayInput)


class ExtendForm(ReasonForm):
    days = forms.IntegerField(label=_("working days more"), min_value=1, max_value=LONGEST, initial=WORKDAYS)
    field_order = ("days", "reason")


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("outcome"),
        choices=[(one.value, one.label) for one in (ObjectionOutcome.NOT_UPHELD, ObjectionOutcome.UPHELD)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the objection is upheld.")},
    )
    text = forms.CharField(
        label=_("reasons"),
        max_length=Objection._meta.get_field("answer").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The person who objected reads this with the code of the receipt."),
        error_messages={"required": _("Write the reasons; the person who objected reads them.")},
    )
    proposal = forms.ChoiceField(
        label=_("what is to follow"),
        choices=Proposal.choices,
        required=False,
        help_text=_("Proposed only: it is confirmed as a step of its own."),
    )
