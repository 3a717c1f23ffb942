"""Fees and the way in, in words."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association.rule_words import due_words, event_words, period_words
from association.rulebook.schema import Period, Rulebook
from association.rules.counting import Due
from association.values import long_date
from fees.rules.way import Asked, Begins, Condition, Stop

Words = str | Promise

LEGAL_FORMS: dict[str, Words] = {
    "legal_person": pgettext_lazy("legal form", "legal persons"),
    "unincorporated": pgettext_lazy("legal form", "unincorporated organisations"),
    "partnership": pgettext_lazy("legal form", "partnerships"),
    "sole_proprietorship": pgettext_lazy("legal form", "sole proprietorships"),
    "government_organ": pgettext_lazy("legal form", "government organs"),
    "public_institution": pgettext_lazy("legal form", "public institutions"),
    "individual_business": pgettext_lazy("legal form", "individual businesses"),
    "branch": pgettext_lazy("legal form", "branches"),
    "internal_org": pgettext_lazy("legal form", "departments of a unit"),
    "other": pgettext_lazy("legal form", "others"),
}
AFTERWARDS: dict[str, Words] = {
    "year": gettext_lazy("Afterwards ¥%(amount)s a year."),
    "half": gettext_lazy("Afterwards ¥%(amount)s a half-year."),
    "quarter": gettext_lazy("Afterwards ¥%(amount)s a quarter."),
    "month": gettext_lazy("Afterwards ¥%(amount)s a month."),
}
GIVEN_AS: dict[str, Words] = {
    "form": gettext_lazy("filled in online"),
    "acceptance": gettext_lazy("accepted online"),
    "text": gettext_lazy("written online"),
    "rows": gettext_lazy("a table, filled in online"),
    "read": gettext_lazy("to be read"),
    "commit": gettext_lazy("to be promised"),
}
STAGES: dict[str, Words] = {
    "after_initial_review": gettext_lazy("after the first review"),
    "after_approval": gettext_lazy("after the approval"),
}


def period_name(year: int, period: int, cycle: str) -> str:
    """2026, 2026年下半年, 2026年第3季度, 2026年9月; a fee paid once says so."""
    if cycle == "once":
        return _("once (%(year)s)") % {"year": year}
    if cycle == "half":
        return (_("first half of %(year)s") if period == 1 else _("second half of %(year)s")) % {"year": year}
    if cycle == "quarter":
        return _("quarter %(number)s of %(year)s") % {"year": year, "number": period}
    if cycle == "month":
        return _("month %(number)s of %(year)s") % {"year": year, "number": period}
    return str(year)


def day_words(due: Due) -> str:
    """2026年9月30日, or «2026年9月30日（暂定）» where a calendar is not published yet."""
    day = long_date(due.day)
    return _("%(day)s (provisional)") % {"day": day} if due.provisional else day


def stop_words(stop: Stop) -> str:
    """Until when a step is taken: the document's period, and the last day where it can be told."""
    said = []
    if stop.at_once:
        said.append(_("at once"))
    if stop.period is not None:
        said.append(period_words(stop.period))
    if stop.by is not None and not stop.at_once:
        said.append(_("at the latest on %(day)s") % {"day": day_words(stop.by)})
    if stop.publicity is not None:
        said.append(_("on show: %(period)s") % {"period": _within(stop.publicity, stop.shown_until)})
    if stop.open_until is not None:
        said.append(_("open until %(day)s at least") % {"day": day_words(stop.open_until)})
    if stop.optional:
        said.append(_("only where it is needed"))
    return _("; ").join(said)


def _within(period: Period, last: Due | None) -> str:
    words = period_words(period)
    return _("%(period)s, until %(day)s") % {"period": words, "day": day_words(last)} if last else words


def begins_words(begins: Begins, on: date) -> str:
    """When membership begins, as certain as it is."""
    event = event_words(begins.event)
    if begins.day is None:
        return _("Membership begins on the day of %(event)s.") % {"event": event}
    if begins.event == "application.submitted":
        return _("Membership begins on %(day)s, the day of %(event)s.") % {"day": long_date(on), "event": event}
    return _("Membership begins on the day of %(event)s: on %(day)s, if every period is used up.") % {
        "event": event,
        "day": day_words(begins.day),
    }


def whom(rulebook: Rulebook, condition: Condition) -> str:
    """For whom a paper or a check is, where it is not for all of the class; empty for all."""
    categories = {one.id: one.name for one in rulebook.categories}
    sizes = {one.id: one.name for one in rulebook.sizes}
    names = [
        *(categories[id] for id in condition.category),
        *(str(LEGAL_FORMS.get(id, id)) for id in condition.legal_form),
        *(sizes.get(id, id) for id in condition.size),
    ]
    return _("only: %(names)s") % {"names": _(", ").join(names)} if names else ""


def asked_words(rulebook: Rulebook, asked: Asked) -> list[str]:
    """What is to be known of a paper beside its name: when, how, for whom."""
    said = []
    if asked.any_of:
        sets = [_(" and ").join(each) for each in asked.any_of]
        said.append(_("one of: %(sets)s") % {"sets": _("; ").join(sets)} if len(sets) > 1 else sets[0])
    said += [str(words) for words in (STAGES.get(asked.stage), GIVEN_AS.get(asked.given_as)) if words]
    if asked.per_item:
        said.append(_("one for each"))
    if not asked.required:
        said.append(_("where it applies"))
    if about := whom(rulebook, asked.condition):
        said.append(about)
    return said


def due_said(rulebook: Rulebook, event: str) -> str:
    """«办理登记时», or «自接到通知之日起10个工作日内» where the fee's rule is a period from the event."""
    fees = rulebook.fees
    rules = (fees.first_due, fees.due) if fees else ()
    period = next((rule for rule in rules if isinstance(rule, Period) and rule.from_ == event), None)
    return period_words(period) if period else due_words(event)
