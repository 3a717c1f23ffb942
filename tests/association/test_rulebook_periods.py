"""Every period of the language, and what becomes of it: counted today, or by which feature later.

A new key that holds a length of time or a day fails here until somebody says what reads it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from association.rulebook import preset, presets
from association.rulebook.checks.keys import keys_of
from association.rulebook.schema.base import EventDate, FixedDate, Period, SpanDate, Validity, Window

TIMES = (Period, FixedDate, EventDate, SpanDate, Validity, Window)

DEADLINE = "a Deadline row with reminders, started by its event"
KINDS = {
    "workflows.steps.deadline": DEADLINE,
    "workflows.steps.refusals.deadline": DEADLINE,  # of a rejection: within which time the applicant is told
    "amendment.comment_period": "the consultation keeps its last day; a reading section on today names it when over",
    "workflows.window": "the registration keeps its last day, counted again with the calendar",
    "workflows.window.opens": "the registration's window",
    "workflows.window.closes": "the registration's window, the latest of several (C-12)",
    "certificates.deadline": "the workflow's step of action issue has the same deadline",
    "announcements.deadline": "the workflow's step of action publish has the same deadline",
    "announcements.publicity": "the announcement keeps the last day of its publicity",
    "certificates.validity": "the certificate keeps its last day",
    "documents.max_age": "asked of each paper at submission; nobody has to do anything by then",
    "fees.due": "the fee line keeps its last day",
    "fees.first_due": "the fee line keeps its last day",
    "fees.lapse_after": "later, with fees that lapse (PROP-6.5)",
    "fees.exemptions.apply_by": "later, with exemptions on application",
    "appeals.within": "later, with appeals",
    "appeals.answer": "later, with appeals",
    "classes.apply_within": "later, with classes that must apply",
    "workflows.steps.publicity": "later, with registries; an announcement's own publicity is kept with it",
    "benefits.deadline": "later, with benefits",
    "reviews.window": "later, with annual reviews",
    "reviews.window.opens": "later, with annual reviews",
    "reviews.window.closes": "later, with annual reviews",
    "sanctions.automatic.after": "later, with sanctions",
    "sanctions.automatic.on": "later, with sanctions",
    "sanctions.automatic.inquiry": "later, with sanctions",
    "sanctions.suspension.restorable": "later, with suspensions",
    "restorations.within": "later, with restoration",
    "restorations.back_dues_after": "later, with restoration",
    "renewals.opens": "later, with renewal",
    "renewals.grace": "later, with renewal",
    "registries.publicity": "later, with registries",
    "registries.assessment.window": "later, with registries",
    "registries.assessment.window.opens": "later, with registries",
    "registries.assessment.window.closes": "later, with registries",
    "registries.satisfaction.rectification": "later, with registries",
}
"""Key of the language → what reads it."""


def of_the_language() -> set[str]:
    return {key for kind in TIMES for key in keys_of(kind)}


def walked(value: Any, key: str = "") -> Iterator[str]:
    """The keys under which a rulebook holds a time; the name of a workflow is none."""
    if isinstance(value, TIMES):
        yield key
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            below = f"{key}.{field.alias or name}" if key else field.alias or name
            yield from walked(getattr(value, name), below)
    elif isinstance(value, tuple):
        for one in value:
            yield from walked(one, key)
    elif hasattr(value, "items"):
        for one in value.values():
            yield from walked(one, key)


def test_every_period_of_the_language_says_what_reads_it() -> None:
    assert of_the_language() - KINDS.keys() == set()
    assert KINDS.keys() - of_the_language() == set()


def test_every_period_of_the_fourteen_documents_is_known() -> None:
    found = Counter(key for name in presets() for key in walked(preset(name)))
    assert len(presets()) == 14
    assert set(found) - KINDS.keys() == set()
    assert found["workflows.steps.deadline"] >= 15
    assert found["fees.first_due"] == 4


@pytest.mark.parametrize("name", presets())
def test_what_a_certificate_or_an_announcement_of_joining_has_is_a_steps_too(name: str) -> None:
    """Their deadlines get no row of their own: the step that issues or publishes has the same one."""
    book = preset(name)
    steps = {
        (step.action, step.deadline.n, step.deadline.unit)
        for ways in book.workflows.values()
        for way in ways
        for step in way.steps
        if step.deadline is not None
    }
    for rule in book.certificates:
        if rule.deadline is not None:
            ways = {(action, rule.deadline.n, rule.deadline.unit) for action in ("issue", "register", "pay")}
            assert ways & steps, rule.id
    for rule in book.announcements:
        if rule.deadline is not None:
            assert ("publish", rule.deadline.n, rule.deadline.unit) in steps, rule.id
