"""The messages of the association layer itself: rules, meetings, deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import queries
from association.actions import interim
from association.cases import deadlines
from association.decisions import Source
from association.letters.kinds import Examples, Facts, Kind, Variable
from association.models import (
    Adoption,
    ArticleFeedback,
    Case,
    Consultation,
    Deadline,
    DeadlineChange,
    Meeting,
)
from association.models.rulebook import MEMBERSHIP
from association.rulebook.schema import Rulebook, Step
from association.rules.counting import workdays_left
from association.values import left_words, long_date, weekday_date

BY_APPLICANT = frozenset({"pay"})
"""Actions that the applicant takes, whichever body books them."""
NAMED = {"registration.closes": gettext_lazy("Registration")}
"""Deadlines that no step sets."""

TITLE = Variable("title", pgettext_lazy("letter variable", "document"), gettext_lazy("Sample Rules"), required=True)


def rules_link(slot: str) -> str:
    """The public page of the rulebook in force in a slot."""
    return reverse("rules") if slot == MEMBERSHIP else reverse("rules_of", args=[slot])


def adopted(adoption: Adoption, on: date | None = None) -> Facts:
    """A document that is in force."""
    values = {"title": adoption.version.title, "day": adoption.effective_from}
    return Facts(values, link=rules_link(adoption.slot))


def draft(consultation: Consultation, on: date | None = None) -> Facts:
    """A draft that the members may comment on."""
    values = {"title": consultation.version.title, "until": consultation.comments_until}
    return Facts(values, link=reverse("consultation", args=[consultation.pk]) if consultation.pk else "")


def reply(feedback: ArticleFeedback, on: date | None = None) -> Facts | None:
    """The answer to what somebody wrote on an article."""
    if not feedback.reply:
        return None
    rulebook = queries.rulebook_of(feedback.version_id)
    place = rulebook.label(feedback.article) if feedback.article else ""
    values = {"title": rulebook.title, "article": place, "reply": feedback.reply}
    link = reverse("article", args=[rulebook.id, feedback.article]) if feedback.article else reverse("rules")
    return Facts(values, link=link)


def invitation(meeting: Meeting, on: date | None = None) -> Facts:
    """A meeting to come to."""
    at = f" {meeting.begins_at:%H:%M}" if meeting.begins_at else ""
    values = {
        "title": meeting.title,
        "body": meeting.body.name,
        "day": long_date(meeting.held_on) + at,
        "place": meeting.place,
        "agenda": "\n".join(f"{n}. {line}" for n, line in enumerate(agenda_of(meeting), 1)),
    }
    return Facts(values)


def agenda_of(meeting: Meeting) -> list[str]:
    """What the meeting is to decide: its drafted resolutions, and interim decisions that wait for it."""
    drafted = [resolution.title for resolution in meeting.resolutions.order_by("pk")]
    waiting = [_("Decided between meetings: %(case)s") % {"case": row.case} for row in interim.agenda(meeting)]
    return drafted + waiting


def reminder(row: Deadline, step: Step | None, on: date, *, late: str = "", body: str = "") -> Facts:
    """What is due. ``late``: whose turn it is, where it is brought before another ``body``."""
    left = workdays_left(on, row.due_on, queries.calendar())
    values = {
        "state": left_words(left, today=on == row.due_on),
        "step": step_name(row, step),
        "case": row.case.subject,
        "day": weekday_date(row.due_on),
        "provisional": row.provisional,
        "late": late,
    }
    page = "my" if waits_for_applicant(row, step) and not body else f"admin:case_{row.case.kind}"
    name = queries.body_name(body) if body else row.case.subject
    return Facts(values, name=name, under=_under(row), link=_page(page, row.case))


def moved(change: DeadlineChange, step: Step | None) -> Facts:
    """A day that is later than people were told."""
    row = change.deadline
    assert row is not None
    values = {
        "step": step_name(row, step),
        "case": row.case.subject,
        "old": long_date(change.old_on),
        "new": weekday_date(change.new_on),
    }
    own = waits_for_applicant(row, step)
    name = row.case.subject if own else queries.body_name(row.body)
    page = "my" if own else f"admin:case_{row.case.kind}"
    return Facts(values, name=name, under=_under(row), link=_page(page, row.case))


def waits_for_applicant(row: Deadline, step: Step | None) -> bool:
    return not row.body or (step is not None and step.action in BY_APPLICANT)


def step_name(row: Deadline, step: Step | None) -> str:
    return (step.name or step.id) if step else str(NAMED.get(row.code, row.code))


def _under(row: Deadline) -> Any:
    sources = tuple(Source.from_json(source) for source in row.sources)
    return SimpleNamespace(sources=sources, version_id=row.case.version_id)


def _page(page: str, case: Case) -> str:
    for arguments in ([case.key], []):
        try:
            return reverse(page, args=arguments)
        except NoReverseMatch:
            continue
    return ""


def _reminder_example(row: Deadline, on: date) -> Facts:
    step = deadlines.step_of(row.case, row.code)
    return reminder(row, step, on, body="" if waits_for_applicant(row, step) else row.body)


def _moved_example(change: DeadlineChange, on: date) -> Facts | None:
    row = change.deadline
    return moved(change, deadlines.step_of(row.case, row.code)) if row is not None else None


def _asking(book: Rulebook) -> Iterator[Source]:
    if book.amendment is not None:
        yield from book.amendment.sources(book.id)


def _sending_out(book: Rulebook) -> Iterator[Source]:
    if book.distribution is not None:
        yield from book.distribution.sources(book.id)


def _answering(book: Rulebook) -> Iterator[Source]:
    if book.feedback is not None:
        yield from book.feedback.sources(book.id)


DAY = pgettext_lazy("letter variable", "day")
CASE = Variable("case", pgettext_lazy("letter variable", "case"), gettext_lazy("Sample Culture Media Ltd."))
STEP = Variable("step", pgettext_lazy("letter variable", "step"), gettext_lazy("Review by the council"), required=True)

KINDS = (
    Kind(
        key="rulebook.in_force",
        title=gettext_lazy("New rules are in force"),
        event=gettext_lazy("The secretariat sends an adopted document out, where the rules ask for that."),
        readers=gettext_lazy("every member"),
        subject=gettext_lazy("{{ title }} is in force"),
        text=gettext_lazy(
            "{{ title }} applies from {{ day }}. You can read every article in the portal.\n\n{{ signature }}"
        ),
        sms=gettext_lazy("{{ title }} applies from {{ day }}. You can read every article in the portal."),
        variables=(TITLE, Variable("day", DAY, gettext_lazy("1 January 2027"), required=True)),
        greets=False,
        mass=True,
        sources=_sending_out,
        examples=Examples(
            rows=lambda: Adoption.objects.select_related("version").order_by("-pk"),
            search=("version__title__icontains",),
            facts=adopted,
            permission="association.view_adoption",
        ),
    ),
    Kind(
        key="consultation.notice",
        title=gettext_lazy("The members are asked about a draft"),
        event=gettext_lazy("The secretariat opens a consultation on new rules."),
        readers=gettext_lazy("every member"),
        subject=gettext_lazy("Your opinion on the draft of {{ title }}"),
        text=gettext_lazy(
            "{{ title }} is to be changed. Please read the draft and tell us{% if until %} by {{ until }}{% endif %} "
            "what you think of it.\n\n{{ signature }}"
        ),
        sms=gettext_lazy("Please read the draft of {{ title }}{% if until %} and comment by {{ until }}{% endif %}."),
        variables=(
            TITLE,
            Variable("until", pgettext_lazy("letter variable", "comments until"), gettext_lazy("31 January 2027"),
                     required=True),
        ),
        greets=False,
        mass=True,
        sources=_asking,
        examples=Examples(
            rows=lambda: Consultation.objects.select_related("version").order_by("-pk"),
            search=("version__title__icontains",),
            facts=draft,
            permission="association.view_consultation",
        ),
    ),
    Kind(
        key="feedback.reply",
        title=gettext_lazy("Reply to feedback on the rules"),
        event=gettext_lazy("The secretariat answers what somebody wrote on an article."),
        readers=gettext_lazy("who wrote it"),
        subject=gettext_lazy("Reply to your feedback on {{ title }} {{ article }}"),
        text=gettext_lazy("{{ reply }}\n\n{{ signature }}"),
        variables=(
            Variable("title", pgettext_lazy("letter variable", "document"), gettext_lazy("Sample Rules")),
            Variable("article", pgettext_lazy("letter variable", "article"), gettext_lazy("Article 1")),
            Variable("reply", pgettext_lazy("letter variable", "reply"), gettext_lazy("Thank you for your letter."),
                     required=True, lines=True),
        ),
        greets=False,
        sources=_answering,
        examples=Examples(
            rows=lambda: ArticleFeedback.objects.exclude(reply="").select_related("version").order_by("-pk"),
            search=("text__icontains", "reply__icontains"),
            facts=reply,
            permission="association.view_articlefeedback",
        ),
    ),
    Kind(
        key="meeting.invitation",
        title=gettext_lazy("Invitation to a meeting"),
        event=gettext_lazy("A meeting is called."),
        readers=gettext_lazy("who sits in the body"),
        topic="meeting",
        subject=gettext_lazy("Invitation: {{ title }}"),
        text=gettext_lazy(
            "You are invited to «{{ title }}» of the {{ body }} on {{ day }}.\n\n"
            "{% if place %}Place: {{ place }}{% endif %}\n\n"
            "{% if agenda %}Agenda:\n{{ agenda }}{% endif %}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("You are invited to «{{ title }}» on {{ day }}{% if place %}, {{ place }}{% endif %}."),
        variables=(
            Variable("title", pgettext_lazy("letter variable", "meeting"), gettext_lazy("Fifth meeting"),
                     required=True),
            Variable("body", pgettext_lazy("letter variable", "body"), gettext_lazy("council")),
            Variable("day", DAY, gettext_lazy("1 January 2027"), required=True),
            Variable("place", pgettext_lazy("letter variable", "place"), gettext_lazy("Meeting room of the office"),
                     required=True),
            Variable("agenda", pgettext_lazy("letter variable", "agenda"),
                     gettext_lazy("1. On the admission of members"), required=True, lines=True),
        ),
        greets=False,
        mass=True,
        examples=Examples(
            rows=lambda: Meeting.objects.select_related("body").order_by("-held_on", "-pk"),
            search=("title__icontains",),
            facts=invitation,
            permission="association.view_meeting",
        ),
    ),
    Kind(
        key="deadline.reminder",
        title=gettext_lazy("Reminder of a deadline"),
        event=gettext_lazy("A deadline comes near or has passed; at stages, each once."),
        readers=gettext_lazy("whose turn it is; the body above where it is late"),
        topic="deadline",
        subject=gettext_lazy("{{ state }}: {{ step }}, {{ case }}"),
        text=gettext_lazy(
            "{{ name }}:\n\n{{ step }} for {{ case }} is due on {{ day }}: {{ state }}.\n\n"
            "{% if provisional %}The day is provisional: the calendar of that year is not published yet.{% endif %}"
            "\n\n{% if late %}It is the turn of {{ late }}. This is brought before you because it is late.{% endif %}"
            "\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy(
            "{{ step }} for {{ case }} is due on {{ day }}{% if provisional %} (provisional){% endif %}: {{ state }}."
            "{% if late %} It is the turn of {{ late }}. This is brought before you because it is late.{% endif %}"
        ),
        cites=True,
        variables=(
            Variable("state", pgettext_lazy("letter variable", "how long"), gettext_lazy("1 working day left")),
            STEP,
            CASE,
            Variable("day", pgettext_lazy("letter variable", "due day"), gettext_lazy("1 January 2027"),
                     required=True),
            Variable("provisional", pgettext_lazy("letter variable", "provisional"), ""),
            Variable("late", pgettext_lazy("letter variable", "late body"), ""),
        ),
        examples=Examples(
            rows=lambda: Deadline.objects.unmet().select_related("case").order_by("-pk"),
            search=("case__subject__icontains",),
            facts=_reminder_example,
            permission="association.view_deadline",
            case="case",
        ),
    ),
    Kind(
        key="deadline.moved",
        title=gettext_lazy("A deadline is later than people were told"),
        event=gettext_lazy("A calendar year is loaded and moves a day of which somebody was reminded."),
        readers=gettext_lazy("who was reminded of it"),
        topic="deadline",
        subject=gettext_lazy("Later than you were told: {{ step }}, {{ case }}"),
        text=gettext_lazy(
            "{{ name }}:\n\nThe calendar of the year has been loaded. {{ step }} for {{ case }} is due on {{ new }}, "
            "not on {{ old }}.\n\n{{ basis }}\n\n{{ signature }}"
        ),
        sms=gettext_lazy("{{ step }} for {{ case }} is due on {{ new }}, not on {{ old }}."),
        cites=True,
        variables=(
            STEP,
            CASE,
            Variable("old", pgettext_lazy("letter variable", "old day"), gettext_lazy("1 January 2027")),
            Variable("new", pgettext_lazy("letter variable", "new day"), gettext_lazy("4 January 2027"),
                     required=True),
        ),
        examples=Examples(
            rows=lambda: DeadlineChange.objects.select_related("case", "deadline__case").order_by("-pk"),
            search=("case__subject__icontains",),
            facts=_moved_example,
            permission="association.view_deadlinechange",
            case="case",
        ),
    ),
    Kind(
        key="deadline.digest",
        title=gettext_lazy("Everything of a day in one mail"),
        event=gettext_lazy("Somebody is reminded of several matters on one day; each line is a short message."),
        readers=gettext_lazy("whose turn it is; the body above where it is late"),
        topic="deadline",
        subject=gettext_lazy("{{ count }} matters, the first: {{ first }}"),
        text=gettext_lazy("{{ name }}:\n\nThis is due, or is late:\n\n{{ matters }}\n\n{{ signature }}"),
        variables=(
            Variable("count", pgettext_lazy("letter variable", "number of matters"), "2"),
            Variable("first", pgettext_lazy("letter variable", "first matter"), gettext_lazy("Review by the council")),
            Variable("matters", pgettext_lazy("letter variable", "matters"),
                     gettext_lazy("1. Review by the council\n\n2. Review by the council"), required=True, lines=True),
        ),
    ),
)  # fmt: skip
