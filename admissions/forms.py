"""The questions of an application as fields: how they are drawn and how they are typed.

The form refuses nothing. What is typed is kept field by field, and what is wrong with it is said by
``admissions.answers``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from admissions.answers import LONG_TERM
from admissions.questions import Question

CODE, SHORT = "code", "short"
LOOKS = {
    "uscc": CODE,
    "id_no": CODE,
    "mobile": SHORT,
    "date": SHORT,
    "expiry": SHORT,
    "year": SHORT,
    "money": SHORT,
    "integer": SHORT,
}
"""How wide and in which type a kind of question is drawn, where not across the column."""

TYPED: dict[str, dict[str, str]] = {
    "uscc": {"inputmode": "text", "autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"},
    "id_no": {"inputmode": "text", "autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"},
    "mobile": {"type": "tel", "inputmode": "tel", "autocomplete": "tel"},
    "date": {"type": "date", "max": "9999-12-31"},
    "year": {"inputmode": "numeric"},
    "integer": {"inputmode": "numeric"},
    "money": {"inputmode": "decimal"},
}
"""Which keyboard a phone shows for a kind of question."""

KNOWN = {"contact_name": "name", "address": "street-address"}
"""What a browser may fill in by itself, by key."""


class ExpiryInput(forms.DateInput):
    """A last day, or «long-term»: two controls of one name."""

    template_name = "admissions/expiry_input.html"
    input_type = "date"

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        typed = data.getlist(name) if isinstance(data, MultiValueDict) else [data.get(name) or ""]
        return LONG_TERM if LONG_TERM in typed else next((value for value in typed if value), "")

    def format_value(self, value: Any) -> str:
        return str(value or "")

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"long_term": LONG_TERM}


class QuestionForm(forms.Form):
    """``asked`` as fields, holding ``answers``, marked with ``faults`` (words by key)."""

    def __init__(self, asked: Iterable[Question], answers: Mapping[str, Any], faults: Mapping[str, Any]) -> None:
        super().__init__(initial=dict(answers), use_required_attribute=False)
        for question in asked:
            self.fields[question.key] = field_of(question)
        if "name" in self.fields:
            self.fields["name"].widget.attrs["autocomplete"] = "organization" if "uscc" in self.fields else "name"
        self._errors = ErrorDict(
            {key: self.error_class([str(words)]) for key, words in faults.items() if key in self.fields}
        )


def field_of(question: Question) -> forms.Field:
    """The field of one question, with the keyboard that suits it."""
    common: dict[str, Any] = {"label": question.label, "required": question.required}
    if question.kind == "choices":
        return forms.MultipleChoiceField(choices=question.choices, widget=forms.CheckboxSelectMultiple, **common)
    if question.kind == "choice":
        return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **common)
    if question.kind == "expiry":
        return forms.CharField(widget=ExpiryInput, **common)
    attrs = {"maxlength": str(question.maximum), **TYPED.get(question.kind, {})}
    if question.key in KNOWN:
        attrs["autocomplete"] = KNOWN[question.key]
    widget = forms.Textarea(attrs) if question.kind == "long_text" else forms.TextInput(attrs)
    return forms.CharField(widget=widget, **common)


def typed(asked: Iterable[Question], data: MultiValueDict[str, Any], *, only: str = "") -> dict[str, Any]:
    """What was typed, by question: of the whole form, or of the question ``only`` (an empty box sends nothing)."""
    found = {}
    for question in asked:
        if only in ("", question.key):
            found[question.key] = field_of(question).widget.value_from_datadict(data, MultiValueDict(), question.key)
    return found
