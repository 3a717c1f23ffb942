"""The words of codes. Rules and actions return codes; pages, letters and answers say them with these.

Later apps add their own with :func:`register` when they start. A code without words is a defect: a test walks the
code for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from association.decisions import Reason
from association.values import long_date

Words = str | Promise
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

SENTENCES: dict[str, Words] = {
    "possible": _("This can be done now."),
    "seated": _("You act for the body whose turn it is."),
    "resolved": _("Resolved by %(number)s."),
    "may_take_back": _("Nobody has acted on it yet: you may take it back."),
    "not_possible_now": _("This cannot be done any more: the case has moved on. Look at it again."),
    "step_passed": _("Somebody else has just acted on this case. Look at it again before you decide."),
    "not_your_body": _("It is the turn of %(name)s. You do not act for it."),
    "nobodys_turn": _("There is no step here that somebody is to take now."),
    "needs_resolution": _("This step is decided by a meeting: put the case on a resolution."),
    "step_needs_no_resolution": _("The case does not stand at a step that a resolution decides."),
    "resolution_not_passed": _("Resolution %(number)s has not been passed."),
    "resolution_of_another_body": _("This step belongs to another body than the one that met."),
    "resolution_passed_already": _("Resolution %(number)s has been passed already."),
    "items_undecided": _("Say of every item of %(number)s how it came out: approved, refused or put off."),
    "meeting_before_case": _(
        "The case came to this step on %(arrived_on)s only; a meeting of %(held_on)s cannot have decided it. Choose a "
        "later meeting."
    ),
    "meeting_not_held": _("The meeting is on %(held_on)s. Record the resolution once it was held."),
    "reasons_required": _("Give the reason, in words that the applicant understands."),
    "no_such_way": _("The rulebook does not provide for this at this step."),
    "nothing_to_take_back": _("There is nothing to take back: it has been acted on since."),
    "not_your_passage": _("Only the person who took this step can take it back."),
    "not_editable_now": _("The application has been submitted: it can be changed when it is returned to you."),
    "document_reason_required": _("Say what is wrong with the document, so that it can be mended."),
    "document_replaced": _("The applicant has replaced this document. Look at the new one."),
    "approved_by_resolution": _("Approved by resolution %(number)s of %(meeting)s."),
    "refused_by_resolution": _("Refused by resolution %(number)s of %(meeting)s."),
    "published_already": _("This was published on %(on)s already."),
    "job_done": _("This work is done already."),
    "seat_ended": _("This seat ended already: its first day without it is %(until)s."),
    "rulebook_not_adoptable": _("«%(title)s» is not in force any more and cannot be adopted."),
    "adoption_needs_resolution": _("A rulebook is adopted under a passed resolution of %(bodies)s."),
    "adoption_by_another_body": _("%(body)s cannot adopt this rulebook. Its own text asks for %(bodies)s."),
    "decisions_made_since": _(
        "There are decisions as late as %(latest)s. A new version can be adopted from the day after, not from "
        "%(since)s."
    ),
}


def register(sentences: Mapping[str, Words]) -> None:
    """Add the words of another app's codes. Two wordings of one code are an error."""
    for code, words in sentences.items():
        if SENTENCES.get(code, words) is not words:
            raise RuntimeError(f"two wordings of {code!r}")
        SENTENCES[code] = words


def sentence(reason: Reason) -> str:
    """The reason in words, in the language of the reader."""
    words = SENTENCES.get(reason.code)
    if words is None:
        return reason.code
    facts = {key: _said(value) for key, value in reason.facts.items()}
    try:
        return str(words) % facts
    except (KeyError, TypeError, ValueError):
        return str(words)


def _said(value: Any) -> Any:
    """A fact as a person reads it: facts are kept as JSON, so a day is a string there."""
    if isinstance(value, list | tuple):
        return gettext(", ").join(str(_said(each)) for each in value)
    if isinstance(value, str) and DAY.fullmatch(value):
        return long_date(date.fromisoformat(value))
    return value
