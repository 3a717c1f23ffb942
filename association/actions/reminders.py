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
from django.utils.translation import gettext as _

from association import queries
from association.actions import digests
from association.actions.digests import Notice
from association.actions.messages import in_letter_language
from association.cases import deadlines
from association.decisions import Source, setting
from association.letters import Letter, own, write
from association.models import Absence, Case, CaseParticipant, Deadline, DeadlineChange, Reminder, Seat, User
from association.models.reminder import ReminderOutcome
from association.rulebook.schema import Step
from association.rules.reminders import NOBODY, Planned, Stage, verdict

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
    """Everything that is due on or before ``on``; then one mail to each person of all that they were told."""
    told = Told()
    while _batch(on, told):
        pass
    digests.mail(on=on)
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
    notices: list[Notice] = []
    for row in rows:
        turn = people.turn(row)
        asked = verdict(
            turn.stages,
            started_on=row.started_on,
            due_on=row.due_on,
            done=done[row.pk],
            calendar=calendar,
            on=on,
        )
        written += [
            _reminder(row, one, turn, on, outcome=ReminderOutcome.SKIPPED, reason=why, body=row.body)
            for one, why in asked.skip
        ]
        if asked.send is not None:
            told_now, reminder = _send(row, asked.send, turn, people)
            notices += told_now
            written.append(reminder)
        row.watch_on = asked.next_on
    digests.put(notices)
    Reminder.objects.bulk_create(written)
    Deadline.objects.bulk_update(rows, ["watch_on"])
    told.sent += sum(one.outcome == ReminderOutcome.SENT for one in written)
    told.skipped += sum(one.outcome == ReminderOutcome.SKIPPED for one in written)
    return True


def _reminder(row: Deadline, one: Planned, turn: Turn, on: date, **fields: Any) -> Reminder:
    sources = [source.as_json() for source in turn.sources]
    return Reminder(deadline=row, stage=one.stage.code, planned_on=one.on, done_on=on, sources=sources, **fields)


def _send(row: Deadline, one: Planned, turn: Turn, people: _People) -> tuple[list[Notice], Reminder]:
    """What those concerned are told; on record either way."""
    on = people.on
    above = people.above(turn) if one.stage.escalates else ""
    by_applicant = own.waits_for_applicant(row, turn.step)
    notices: list[Notice] = []
    if by_applicant:
        letter = write("deadline.reminder", own.reminder(row, turn.step, on))
        notices += _notices(row, one.stage.code, people.applicants(row.case), letter)
    if above:
        late = queries.body_name(row.body) or _("the applicant")
        letter = write("deadline.reminder", own.reminder(row, turn.step, on, late=late, body=above))
        notices += _others(row, one, people.seated(above, turn.step), letter, notices)
    if not by_applicant or above:
        letter = write("deadline.reminder", own.reminder(row, turn.step, on, body=row.body))
        notices += _others(row, one, people.seated(row.body, turn.step), letter, notices)
    body = above or row.body
    if not notices:
        return [], _reminder(row, one, turn, on, outcome=ReminderOutcome.SKIPPED, reason=NOBODY, body=body)
    return notices, _reminder(row, one, turn, on, outcome=ReminderOutcome.SENT, body=body, told=len(notices))


def _others(
    row: Deadline, one: Planned, users: Iterable[User], letter: Letter, told: Sequence[Notice]
) -> list[Notice]:
    """The letter for those whom no other tells of it already."""
    known = {notice.user.pk for notice in told}
    left = {user.pk: user for user in users if user.pk not in known}
    return _notices(row, one.stage.code, left.values(), letter)


def _notices(row: Deadline, what: str, users: Iterable[User], letter: Letter) -> list[Notice]:
    return [Notice.of(f"deadline:{row.pk}:{what}:{user.pk}", user, letter, due_on=row.due_on) for user in users]


@in_letter_language
def tell_of_change(changes: Sequence[DeadlineChange], *, named: bool = False, on: date) -> int:
    """Tell those who were reminded of a day that it has moved. Returns how many deadlines that concerns.

    ``named``: a letter has told them of the day, reminded or not.
    """
    moved = [one for one in changes if one.deadline_id is not None and one.new_on != one.old_on]
    if not named:
        sent = Reminder.objects.filter(deadline__in=[one.deadline_id for one in moved], outcome=ReminderOutcome.SENT)
        reminded = set(sent.values_list("deadline", flat=True))
        moved = [one for one in moved if one.deadline_id in reminded]
    people = _People.of([one.deadline for one in moved if one.deadline], on)
    notices: list[Notice] = []
    for one in moved:
        row = one.deadline
        assert row is not None
        step = people.turn(row).step
        by_applicant = own.waits_for_applicant(row, step)
        users = people.applicants(row.case) if by_applicant else people.seated(row.body, step)
        notices += _notices(row, f"moved:{one.pk}", users, write("deadline.moved", own.moved(one, step)))
    digests.put(notices)
    return len(moved)


@dataclass(frozen=True, slots=True)
class Turn:
    """The step of a deadline, when its people are reminded, and what says so: the document, or our own setting."""

    step: Step | None
    stages: tuple[Stage, ...]
    sources: tuple[Source, ...]
    escalate_to: str


def turn_of(row: Deadline, step: Step | None) -> Turn:
    rule, rulebook = deadlines.reminder_rule(row.case, step), deadlines.rulebook_of(row.case)
    above = (step.escalate_to if step else None) or (rule.escalate_to if rule else None) or ""
    sources = rule.sources(rulebook.id) if rule and rulebook else (setting("reminders"),)
    return Turn(step, deadlines.stages_of(row.case, step), sources, above)


_Seated = tuple[User, Absence | None]
"""Who acts for a body: by a seat of their own, or in somebody's place under an absence."""


class _People:
    """Who is told, read for many deadlines at once."""

    def __init__(self, on: date, seats: Mapping[str, list[_Seated]], participants: Mapping[int, list[User]]) -> None:
        self.on = on
        self._seats, self._participants = seats, participants
        self._turns: dict[tuple[Any, ...], Turn] = {}

    @classmethod
    def of(cls, rows: Sequence[Deadline], on: date) -> _People:
        seats: dict[str, list[_Seated]] = defaultdict(list)
        cases = {row.case_id for row in rows}
        stand_ins: dict[int, list[_Seated]] = defaultdict(list)
        for absence in Absence.objects.working(on).select_related("stand_in").order_by("pk"):
            stand_ins[absence.absent_id].append((absence.stand_in, absence))
        for seat in Seat.objects.on(on).filter(user__is_active=True).select_related("body", "user").order_by("pk"):
            seats[seat.body.key] += [(seat.user, None), *stand_ins[seat.user_id]]
        participants: dict[int, list[User]] = defaultdict(list)
        for one in CaseParticipant.objects.filter(case__in=cases).select_related("user").order_by("pk"):
            participants[one.case_id].append(one.user)
        return cls(on, seats, participants)

    def turn(self, row: Deadline) -> Turn:
        """The turn of the deadline; read once for all cases that follow the same workflow."""
        case = row.case
        if case.own_steps:
            return turn_of(row, deadlines.step_of(case, row.code))
        key = (case.kind, case.version_id, case.member_class, row.code)
        if key not in self._turns:
            self._turns[key] = turn_of(row, deadlines.step_of(case, row.code))
        return self._turns[key]

    def seated(self, body: str, step: Step | None) -> list[User]:
        """Who sits in the body, and who stands in there for steps of this kind."""
        action = step.action if step else ""
        return [user for user, absence in self._seats.get(body, []) if absence is None or absence.covers(action)]

    def above(self, turn: Turn) -> str:
        """Who hears of what is late."""
        if turn.escalate_to:
            return turn.escalate_to
        return next((key for key in CHIEF if key in queries.bodies()), CHIEF[0])

    def applicants(self, case: Case) -> list[User]:
        found = [case.applicant] if case.applicant else []
        return [user for user in (*found, *self._participants.get(case.pk, [])) if user.is_active]
