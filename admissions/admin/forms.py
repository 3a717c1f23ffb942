"""What is typed at the desk about an application. Whether it may be done is asked of the actions, not here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from admissions.questions import Question
from association.phrases import SENTENCES


def required(code: str) -> dict[str, Any]:
    """A field that is left empty says what the action would refuse with."""
    return {"required": SENTENCES[code]}


class MoveForm(forms.Form):
    """``step`` is where the case stood when the page was opened: who comes second is told so."""

    step = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class NoteForm(MoveForm):
    note = forms.CharField(
        label=_("Note for the file"),
        help_text=_("Seen at the desk only."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
    )


class ReasonForm(MoveForm):
    """The rule that asks for reasons is the action's; the field says the same words before the act is tried."""

    note = forms.CharField(
        label=_("Reasons"),
        help_text=_("In words that the applicant understands: what is wrong, and what is to be done."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages=required("reasons_required"),
        max_length=2000,
    )


class RejectForm(ReasonForm):
    """``citable`` are the articles that the rejection can rest on."""

    rules = forms.MultipleChoiceField(
        label=_("Articles that it rests on"),
        help_text=_("At least one. The applicant reads it with the reasons."),
        widget=forms.CheckboxSelectMultiple,
        error_messages=required("rejection_cites_nothing"),
    )

    field_order = ["rules", "note"]

    def __init__(self, *args: Any, citable: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each["key"], f"{each['label']}　{shortened(each['text'])}") for each in citable]
        self.fields["rules"].choices = choices  # type: ignore[attr-defined]  # a MultipleChoiceField


class JudgementForm(forms.Form):
    satisfied = forms.TypedChoiceField(
        choices=[("yes", _("met")), ("no", _("not met"))], coerce=lambda value: value == "yes", empty_value=None
    )
    note = forms.CharField(required=False, max_length=500)


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("accepted", ""), ("returned", "")])
    note = forms.CharField(required=False, max_length=500)


class FactForm(forms.Form):
    """The right value of one answer, asked as the application form asks it."""

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = _control(question)
        self.fields["note"] = forms.CharField(
            label=_("Source and note"),
            help_text=_("Where you found it: the paper and page, the register, a call with whom and when."),
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages=required("correction_needs_note"),
            max_length=500,
        )


def _control(question: Question) -> forms.Field:
    common: dict[str, Any] = {"label": _("Right value"), "required": question.required, "help_text": question.help}
    if question.kind == "choices":
        return forms.MultipleChoiceField(choices=list(question.choices), widget=forms.CheckboxSelectMultiple, **common)
    if question.choices:
        return forms.ChoiceField(choices=[("", _("Choose")), *question.choices], **common)
    widget = forms.Textarea if question.kind == "long_text" else forms.TextInput
    return forms.CharField(max_length=question.maximum, widget=widget, **common)


class ClaimForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        help_text=_("Needed for a refusal; the claimant reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=500,
    )


def shortened(text: str, length: int = 60) -> str:
    """The beginning of an article, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + "…"
