"""What the calendar did to days that people were told."""

from typing import Any

from django import template

from association import calendar_words

register = template.Library()


@register.filter
def changed(deadline: Any) -> str:
    """Old day and why, of a deadline read ``with_change()``."""
    return calendar_words.change_words(deadline)
