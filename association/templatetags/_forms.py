"""What a form field needs to be drawn."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils.text import capfirst
from django.utils.translation import gettext_noop, ngettext_lazy

from association.values import in_chinese

DJANGO_WORDS = (
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a number."),
    gettext_noop("Enter a whole number."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    gettext_noop("You must type the same password each time."),
)
"""What Django and allauth say of a field, listed so that our catalogue can say it more kindly."""


def field_context(
    bound: BoundField,
    *,
    label: str,
    help_text: str,
    why: str,
    example: str,
    kind: str,
    sources: Any,
    save_url: str,
    attrs: dict[str, str],
) -> dict[str, Any]:
    """The field's control with everything that a reader or a browser should know of it, and its parts."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    parts = {"helptext": help_text or bound.help_text, "example": example, "error": bound.errors or save_url}
    described = " ".join(f"{bound.auto_id}_{name}" for name, present in parts.items() if present)
    if not grouped:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if save_url:
        attrs |= saving(bound, save_url)
    return {
        "field": bound,
        "label": label or capfirst(bound.label),
        "control": bound.as_widget(attrs={name: value for name, value in attrs.items() if value}),
        "help_text": help_text or bound.help_text,
        "why": why,
        "example": example,
        "kind": kind,
        "sources": sources,
        "saves": bool(save_url),
        "grouped": grouped,
        "described": described,
        "single": isinstance(widget, CheckboxInput) and not grouped,
        "hidden": bound.is_hidden,
    }


def saving(bound: BoundField, url: str) -> dict[str, str]:
    """Attributes with which a field posts its one name by itself, on leaving it or after a pause in typing."""
    return {
        "hx-post": url,
        "hx-trigger": "change, input changed delay:1200ms",
        "hx-params": bound.html_name,
        "hx-swap": "none",
        "hx-sync": "this:replace",
        "data-autosave": "1",
    }


def error_lines(form: BaseForm) -> list[dict[str, str]]:
    """Each error as ``text`` and the id to jump to (``target``); of radio buttons the first one."""
    lines = [{"text": str(text), "target": ""} for text in form.non_field_errors()]
    colon = "：" if in_chinese() else ": "
    for bound in form:
        target = bound.id_for_label or f"{bound.auto_id}_0"
        lines += [{"text": f"{capfirst(bound.label)}{colon}{text}", "target": target} for text in bound.errors]
    return lines
