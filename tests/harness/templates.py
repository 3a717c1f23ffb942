"""An undefined variable in one of our templates fails the test that rendered it, and so does a form drawn in part.

Django prints nothing for it, or skips the loop. The templates of Django and of the packages rely on that, so only
those under the project's own folders are held to it. ``{% if name %}`` stays lenient, and ``|default:`` says that a
value may be missing.
"""

import re
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.forms import BaseForm
from django.template.backends.django import Template as Page
from django.template.base import FilterExpression, Origin, Parser, VariableDoesNotExist
from django.template.defaultfilters import default, default_if_none
from django.template.defaulttags import ForNode
from django.templatetags.i18n import BlockTranslateNode


class UndefinedVariable(AssertionError):
    """A template of ours used a name that its context does not have."""


class HalfDrawnForm(AssertionError):
    """A page shows some fields of a form and leaves others out: nobody could ever fill those in."""


class Resolved(NamedTuple):
    value: Any

    def resolve(self, context: Any) -> Any:
        return self.value


def is_ours(origin: Origin | None) -> bool:
    name = Path(getattr(origin, "name", None) or "/")
    return name.is_relative_to(settings.BASE_DIR) and ".venv" not in name.parts


class StrictExpression(FilterExpression):
    """A value in a template of ours; where it is printed or looped over, it must be there."""

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        self.origin = parser.origin
        self.is_sequence = False
        self.may_be_missing = any(function in (default, default_if_none) for function, _ in self.filters)

    def resolve(self, context: Any, ignore_failures: bool = False) -> Any:
        if not self.is_var or self.may_be_missing or (ignore_failures and not self.is_sequence):
            return super().resolve(context, ignore_failures)
        try:
            value = self.var.resolve(context)
        except VariableDoesNotExist as error:
            raise UndefinedVariable(f"{self.origin.name}: {self.token} is undefined") from error
        bound = copy(self)  # resolved once: a second time could send its query again
        bound.var = Resolved(value)
        return super(StrictExpression, bound).resolve(context, ignore_failures)


@pytest.fixture(autouse=True, scope="session")
def undefined_variables_fail() -> Iterator[None]:
    compile_filter, for_init, translate = Parser.compile_filter, ForNode.__init__, BlockTranslateNode.render

    def compile_strictly(self: Parser, token: str) -> FilterExpression:
        return StrictExpression(token, self) if is_ours(self.origin) else compile_filter(self, token)

    def mark_sequence(self: ForNode, loopvars: Any, sequence: Any, *args: Any) -> None:
        if isinstance(sequence, StrictExpression):
            sequence.is_sequence = True
        for_init(self, loopvars, sequence, *args)

    def translate_strictly(self: BlockTranslateNode, context: Any, nested: bool = False) -> str:
        if is_ours(self.origin):
            names = [
                name for tokens in (self.singular, self.plural or []) for name in self.render_token_list(tokens)[1]
            ]
            known = {*self.extra_context, self.countervar}
            for name in names:
                if name not in known and name not in context:
                    raise UndefinedVariable(f"{self.origin.name}: {name} is undefined in blocktranslate")
        return translate(self, context, nested)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Parser, "compile_filter", compile_strictly)
        patch.setattr(ForNode, "__init__", mark_sequence)
        patch.setattr(BlockTranslateNode, "render", translate_strictly)
        yield


def undrawn(form: BaseForm, html: str) -> list[str]:
    """The fields of the form that the page lacks, unless it lacks them all (somebody who may only read)."""
    drawn = {field.html_name for field in form if re.search(rf'name="{re.escape(field.html_name)}[_"]', html)}
    empty = {field.html_name for field in form if getattr(field.field, "choices", None) == []}
    return [name for name in form.fields if form.add_prefix(name) not in drawn | empty] if drawn else []


@pytest.fixture(autouse=True, scope="session")
def half_drawn_forms_fail() -> Iterator[None]:
    render = Page.render

    def render_whole(self: Page, context: Any = None, request: Any = None) -> Any:
        html = render(self, context, request)
        if is_ours(self.origin) and "<html" in html:
            for key, form in (context or {}).items():
                if isinstance(form, BaseForm) and (lost := undrawn(form, html)):
                    raise HalfDrawnForm(f"{self.origin.name}: {key} is drawn without {', '.join(lost)}")
        return html

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Page, "render", render_whole)
        yield
