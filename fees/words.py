"""Fee periods in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def period_name(year: int, period: int, cycle: str) -> str:
    """2026, 2026年下半年, 2026年第三季度, 2026年9月; a fee paid once says so."""
    if cycle == "once":
        return _("once (%(year)s)") % {"year": year}
    if cycle == "half":
        return (_("first half of %(year)s") if period == 1 else _("second half of %(year)s")) % {"year": year}
    if cycle == "quarter":
        return _("quarter %(number)s of %(year)s") % {"year": year, "number": period}
    if cycle == "month":
        return _("month %(number)s of %(year)s") % {"year": year, "number": period}
    return str(year)
