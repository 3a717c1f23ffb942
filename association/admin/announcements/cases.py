"""What the pages of cases show of their announcements."""

from __future__ import annotations

from association import clock, queries
from association.models import Deadline


def kind_names() -> dict[str, str]:
    """What the rulebook of today calls each kind of announcement."""
    try:
        rulebook = queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        return {}
    return {rule.id: rule.name for rule in rulebook.announcements}


def dues(cases: list[int | None]) -> dict[int | None, Deadline]:
    """The open deadline of each case, the nearest one."""
    rows = Deadline.objects.unmet().filter(case__in=[key for key in cases if key]).order_by("-due_on")
    return {row.case_id: row for row in rows}
