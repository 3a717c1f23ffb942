"""The queue of applications: who waits, at which step, until when. A fixed number of queries, no count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from admissions.actions.applications import KIND
from admissions.admin import steps
from association import keys, queries
from association.admin.base import PER_PAGE, chosen, page_of, query_of
from association.cases.places import standing_at
from association.models import Case, Deadline, Passage
from association.rules import identifiers
from association.states import State, Verb
from association.templatetags.huiji import deadline_badge, zh_date

Words = str | Promise

VIEWS: tuple[tuple[str, Words], ...] = (
    ("mine", _("My turn")),
    ("running", _("Under way")),
    ("returned", _("With the applicant")),
    ("accepted", _("Accepted")),
    ("closed", _("Not accepted or withdrawn")),
    ("all", _("All applications")),
)
CLOSED = (State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID)


def applications() -> QuerySet[Case]:
    """Every application that was submitted: what the list shows, what a page opens, what is exported.

    A draft is its author's alone.
    """
    return Case.objects.filter(kind=KIND, submitted_on__isnull=False, application__isnull=False)


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown is the default."""

    view: str
    step: str
    late: bool
    q: str

    @classmethod
    def read(cls, request: HttpRequest, bodies: frozenset[str]) -> Filters:
        q = query_of(request)
        default = "all" if q else "mine" if steps.of_bodies(bodies) else "running"
        return cls(
            view=chosen(request, "view", [key for key, _label in VIEWS], default),
            step=chosen(request, "step", steps.names(), ""),
            late=request.GET.get("late") == "1",
            q=q,
        )


def chosen_cases(filters: Filters, bodies: frozenset[str], on: date) -> QuerySet[Case]:
    """The cases that the filters leave, whoever has waited longest first; what is closed, newest first."""
    found = applications().filter(_view(filters.view, bodies))
    if filters.step:
        found = found.filter(step=filters.step)
    if filters.late:
        found = found.filter(Exists(Deadline.objects.overdue(on).filter(case=OuterRef("pk"))))
    if filters.q:
        found = found.filter(_named(filters.q))
    waiting = filters.view in ("mine", "running", "returned")
    return found.order_by("submitted_on", "pk") if waiting else found.order_by("-submitted_on", "-pk")


def _view(view: str, bodies: frozenset[str]) -> Q:
    if view == "mine":
        return standing_at(steps.of_bodies(bodies))
    return {
        "running": Q(state=State.OPEN) | Q(state=State.APPROVED) & ~Q(step=""),
        "returned": Q(state=State.RETURNED),
        "accepted": Q(state=State.APPROVED),
        "closed": Q(state__in=CLOSED),
    }.get(view, Q())


def _named(q: str) -> Q:
    """By a part of the name, or by the whole code or identity number through its keyed hash."""
    for read in (identifiers.uscc, identifiers.resident_id):
        try:
            return Q(application__identity_index=keys.blind_index(str(read(q))))
        except identifiers.IdentifierError:
            continue
    return Q(subject__icontains=q)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the queue, its words and its badge made once."""

    pk: int
    key: UUID
    name: str
    class_name: str
    status: Words
    tone: str
    submitted: str
    due: SafeString
    channel: str
    returned: int

    def cells(self) -> dict[str, str]:
        """The values that the line's template leaves open, escaped."""
        return {
            "pk": str(self.pk),
            "key": str(self.key),
            "name": escape(self.name),
            "class_name": escape(self.class_name),
            "status": escape(self.status),
            "tone": self.tone,
            "submitted": self.submitted,
            "due": self.due,
            "channel": escape(self.channel),
            "returned": str(self.returned) if self.returned else "",
        }


@dataclass(frozen=True)
class QueuePage:
    """One page of rows, read with one row more than it shows so that nothing is counted."""

    rows: list[Row]
    number: int
    has_next: bool
    may_act: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    def lines(self) -> SafeString:
        """Every row as HTML. The template of a line is rendered once, with its values left open: a loop over fifty
        rows of ten values each would cost more than the rest of the page."""
        pattern = _pattern(self.may_act)
        return SafeString("".join(pattern % row.cells() for row in self.rows))


def _pattern(may_act: bool) -> str:
    """The line's template in the reader's language, ``%(name)s`` where a value goes."""
    kept: dict[tuple[str | None, bool], str] = queries.kept("admissions.queue.lines", dict)
    key = (get_language(), may_act)
    if key not in kept:
        open_values = {name: SafeString(f"%({name})s") for name in Row.__dataclass_fields__}
        context = {"row": open_values, "may_act": may_act, "base_url": reverse(QUEUE)}
        kept[key] = render_to_string("desk/admissions/queue_row.html", context)
    return kept[key]


QUEUE = "admin:admissions_application_changelist"
COLUMNS = ("pk", "key", "subject", "version_id", "member_class", "state", "step", "submitted_on")


def queue_page(request: HttpRequest, cases: QuerySet[Case], on: date, *, may_act: bool) -> QueuePage:
    found = page_of(request, cases.values_list(*COLUMNS, "application__channel"), size=PER_PAGE)
    return QueuePage(rows(found.rows, on), found.number, found.more, may_act)


def rows(found: Iterable[tuple[Any, ...]], on: date) -> list[Row]:
    """Lines for these cases (:data:`COLUMNS` and the channel), in two queries however many they are."""
    found = list(found)
    ids = [each[0] for each in found]
    due = due_days(ids)
    returned = returned_counts(ids)
    made = []
    for pk, key, name, version_id, class_id, state, step_id, submitted_on, channel in found:
        word, tone = steps.status_of(state, steps.step_of(version_id, class_id, step_id))
        made.append(
            Row(
                pk=pk,
                key=key,
                name=name,
                class_name=steps.class_name(version_id, class_id),
                status=word,
                tone=tone,
                submitted=zh_date(submitted_on),
                due=_badge(*due[pk], on) if pk in due else SafeString(),
                channel=channel,
                returned=returned.get(pk, 0),
            )
        )
    return made


def due_days(cases: list[int]) -> dict[int, tuple[date, bool]]:
    """The nearest day on which something is due, and whether it is provisional, by case."""
    unmet = Deadline.objects.unmet().filter(case__in=cases).order_by("-due_on")
    return {case: (due_on, vague) for case, due_on, vague in unmet.values_list("case_id", "due_on", "provisional")}


def returned_counts(cases: list[int]) -> dict[int, int]:
    """How often each case was returned for correction."""
    returns = Passage.objects.filter(case__in=cases, verb=Verb.RETURN).order_by()
    return dict(returns.values_list("case_id").annotate(times=Count("pk")))


BADGES = 1000
"""How many drawn badges are kept: some weeks of days around today."""


def _badge(due_on: date, provisional: bool, on: date) -> SafeString:
    """The deadline's badge. Drawn once for each day and kept, since many cases share theirs."""
    kept: dict[tuple[Any, ...], SafeString] = queries.kept("admissions.queue.badges", dict)
    key = (due_on, provisional, on, get_language())
    if key not in kept:
        if len(kept) >= BADGES:
            kept.clear()
        badge = deadline_badge({"due_on": due_on, "provisional": provisional}, on)
        kept[key] = render_to_string("components/deadline.html", badge)
    return kept[key]


def nothing_here(filters: Filters) -> tuple[Words, Words]:
    """What would be in an empty queue, and how it gets there."""
    if filters.q:
        return (
            _("Nothing found"),
            _("Search by a part of the name, or by the whole credit code or identity number."),
        )
    if filters.view == "mine":
        return _("Nothing waits for you"), _("Applications whose step is yours to take stand here.")
    return _("No applications here"), _("What applicants submit stands here, whoever has waited longest first.")
