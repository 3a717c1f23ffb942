"""Remind people of what is due (催办), once for each stage: the newest that was reached, the older ones on record.

Reads only deadlines that are to be looked at (``watch_on <= on``), in batches; each batch is one transaction that
locks its deadlines, writes the reminders and the messages, and sets the next day to look. Run twice, after missed
days, or by two workers at once, it tells nobody twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from association import queries
from association.actions import letters
from association.actions.messages import in_letter_language
from association.cases import deadlines
from association.letters import Letter, own, write
from association.models import Absence, Case, CaseParticipant, Deadline, DeadlineChange, Reminder, Seat, User
from association.models.deadline import ReminderOutcome
from association.rulebook.schema import Step
from association.rules.reminders import NOBODY, Planned, stages, verdict

AT_ONCE = 500
"""Deadlines of one transaction."""

CHIEF = ("secretary_general", "secretariat")
"""Who hears of what is late where no article names a body: the first that the association has."""


@dataclass
class Told:
    """What a run did."""

    sent: int = 0
    skipped: int = 0


def remind(*, on: date) -> Told:
    """Everything that is due on or before ``on``."""
    told = Told()
    while _batch(on, told):
        pass
    return told


@transaction.atomic
@in_letter_language
def _batch(on: date, told: Told) -> bool:
    """One batch; False where nothing was left."""
    found = Deadline.objects.unmet().filter(watch_on__lte=on).order_by("watch_on", "pk")
    rows = list(found.select_for_update(skip_locked=True, of=("self",)).select_related("case__applicant")[:AT_ONCE])
    if not rows:
        return False
    done: dict[int, set[str]] = defaultdict(set)
    for pk, stage in Reminder.objects.filter(deadline__in=rows).values_list("deadline", "stage"):
        done[pk].add(stage)
    people = _People.of(rows, on)
    calendar = queries.calendar()
    written: list[Reminder] = []
    for row in rows:
        step = people.step(row)
        asked = verdict(
            stages(step.escalate_to if step else None),
            started_on=row.started_on,
            due_on=row.due_on,
            done=done[row.pk],
            calendar=calendar,
            on=on,
        )
        written += [
            _reminder(row, one, on, outcome=ReminderOutcome.SKIPPED, reason=why, body=row.body)
            for one, why in asked.skip
        ]
        if asked.send is not None:
            written.append(_send(row, asked.send, step, people))
        row.watch_on = asked.next_on
    Reminder.objects.bulk_create(written)
    Deadline.objects.bulk_update(rows, ["watch_on"])
    told.sent += sum(one.outcome == ReminderOutcome.SENT for one in written)
    told.skipped += sum(one.outcome == ReminderOutcome.SKIPPED for one in written)
    return True


def _reminder(row: Deadline, one: Planned, on: date, **fields: Any) -> Reminder:
    return Reminder(deadline=row, stage=one.stage.code, planned_on=one.on, done_on=on, **fields)


def _send(row: Deadline, one: Planned, step: Step | None, people: _People) -> Reminder:
    """Write to those concerned; on record either way."""
    on, above = people.on, people.above(step) if one.stage.escalates else ""
    by_applicant = own.by_applicant(step)
    told: set[int] = set()
    if by_applicant:
        said = write("deadline.reminder", own.reminder(row, step, on))
        told |= _tell(row, one.stage.code, people.applicants(row.case), said)
    if not by_applicant or above:
        seated = {user.pk: user for body in {row.body, above} for user in people.seated(body)}
        said = write("deadline.reminder", own.reminder(row, step, on, late=above and row.body, body=above or row.body))
        told |= _tell(row, one.stage.code, seated.values(), said)
    body = above or row.body
    if not told:
        return _reminder(row, one, on, outcome=ReminderOutcome.SKIPPED, reason=NOBODY, body=body)
    return _reminder(row, one, on, outcome=ReminderOutcome.SENT, body=body, told=len(told))


def _tell(row: Deadline, what: str, users: Iterable[User], letter: Letter) -> set[int]:
    occasions = {f"deadline:{row.pk}:{what}:{user.pk}": user for user in users}
    if occasions:
        letters.tell_many(occasions, letter)
    return {user.pk for user in occasions.values()}


@in_letter_language
def tell_of_change(changes: Sequence[DeadlineChange], *, on: date) -> int:
    """Tell those who were reminded of a day that it has moved. Returns how many deadlines that concerns."""
    reminded = set(
        Reminder.objects.filter(
            deadline__in=[change.deadline_id for change in changes], outcome=ReminderOutcome.SENT
        ).values_list("deadline", flat=True)
    )
    moved = [one for one in changes if one.deadline_id in reminded and one.new_on != one.old_on]
    people = _People.of([one.deadline for one in moved if one.deadline], on)
    for one in moved:
        row = one.deadline
        assert row is not None
        step = people.step(row)
        users = people.applicants(row.case) if own.by_applicant(step) else people.seated(row.body)
        _tell(row, f"moved:{one.pk}", users, write("deadline.moved", own.moved(one, step)))
    return len(moved)


class _People:
    """Who is told, read for many deadlines at once."""

    def __init__(self, on: date, seats: Mapping[str, list[User]], participants: Mapping[int, list[User]]) -> None:
        self.on = on
        self._seats, self._participants = seats, participants
        self._steps: dict[tuple[Any, ...], Step | None] = {}

    @classmethod
    def of(cls, rows: Sequence[Deadline], on: date) -> _People:
        seats: dict[str, list[User]] = defaultdict(list)
        cases = {row.case_id for row in rows}
        stand_ins: dict[int, list[User]] = defaultdict(list)
        for absence in Absence.objects.working(on).select_related("stand_in").order_by("pk"):
            stand_ins[absence.absent_id].append(absence.stand_in)
        for seat in Seat.objects.on(on).filter(user__is_active=True).select_related("body", "user").order_by("pk"):
            seats[seat.body.key] += [seat.user, *stand_ins[seat.user_id]]
        participants: dict[int, list[User]] = defaultdict(list)
        for one in CaseParticipant.objects.filter(case__in=cases).select_related("user").order_by("pk"):
            participants[one.case_id].append(one.user)
        return cls(on, seats, participants)

    def step(self, row: Deadline) -> Step | None:
        """The step of the deadline; read once for all cases that follow the same workflow."""
        case = row.case
        if case.own_steps:
            return deadlines.step_of(case, row.code)
        key = (case.kind, case.version_id, case.member_class, row.code)
        if key not in self._steps:
            self._steps[key] = deadlines.step_of(case, row.code)
        return self._steps[key]

    def seated(self, body: str) -> list[User]:
        return self._seats.get(body, [])

    def above(self, step: Step | None) -> str:
        """Who hears of what is late."""
        if step is not None and step.escalate_to:
            return step.escalate_to
        return next((key for key in CHIEF if key in queries.bodies()), CHIEF[0])

    def applicants(self, case: Case) -> list[User]:
        found = [case.applicant] if case.applicant else []
        return [user for user in (*found, *self._participants.get(case.pk, [])) if user.is_active]
