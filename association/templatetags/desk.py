"""What Django's own lists need to read like ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()
CELL = re.compile(r"<(td|th)\b")
NOTHING = re.compile(r"(<t[dh][^>]*>)-(</t[dh]>)$")


@register.filter
def labelled(cells: Iterable[SafeString], headers: Iterable[Mapping[str, Any]]) -> Iterator[SafeString]:
    """Each cell of a stock list with the name of its column, which a phone shows beside it; icons say yes or no."""
    for number, (cell, header) in enumerate(zip(cells, headers, strict=False)):
        name = escape(str(header["text"])) if number and header.get("text") else ""
        said = cell.replace('alt="True"', f'alt="{_("yes")}"').replace('alt="False"', f'alt="{_("no")}"')
        said = NOTHING.sub(r"\1\2", said)
        yield mark_safe(CELL.sub(rf'<\1 data-label="{name}"', said, count=1) if name else said)  # noqa: S308
