"""What is late and was brought before a higher body: somebody there says what is to be done (督办)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import permissions
from association.actions import decisions
from association.actors import Actor
from association.decisions import Decision, Source, failed, passed, require, setting
from association.models import Acknowledgement, Reminder
from association.models.reminder import ReminderOutcome
from association.rules.reminders import ESCALATION


def sources_of(reminder: Reminder) -> tuple[Source, ...]:
    """What has it brought before the body: the document's rule of reminders, or our own setting."""
    return tuple(Source.from_json(one) for one in reminder.sources) or (setting("reminders"),)


def check_open(reminder: Reminder) -> Decision:
    """Whether there is something to acknowledge, whoever asks."""
    sources = sources_of(reminder)
    if reminder.stage != ESCALATION or reminder.outcome != ReminderOutcome.SENT:
        return failed("not_brought_before", *sources)
    said = Acknowledgement.objects.filter(reminder=reminder).select_related("decision").first()
    if said is not None:
        return failed("acknowledged_already", *sources, on=said.decision.on.isoformat())
    deadline = reminder.deadline
    if deadline.met_on is not None or deadline.dropped_on is not None:
        return failed("late_no_more", *sources)
    return passed("may_acknowledge", *sources)


def check_acknowledge(reminder: Reminder, by: Actor, *, on: date) -> Decision:
    """Whether this officer can say it now: they act for the body that it was brought before."""
    found = check_open(reminder)
    if not found.passed or by.user is None:
        return found
    return permissions.may_act_for(by.user, reminder.body, on=on, sources=sources_of(reminder))


@transaction.atomic
def acknowledge(reminder: Reminder, *, note: str, by: Actor, on: date) -> Acknowledgement:
    """Put on record that it was seen, with what is to be done. It stays late until it is done."""
    reminder = Reminder.objects.select_for_update(of=("self",)).select_related("deadline__case").get(pk=reminder.pk)
    require(check_acknowledge(reminder, by, on=on))
    note = note.strip()
    decision = passed("late_acknowledged", *sources_of(reminder), due_on=reminder.deadline.due_on.isoformat())
    if not note:
        require(failed("acknowledgement_says_nothing", *sources_of(reminder)))
    record = decisions.record(
        decision,
        kind="deadline.acknowledged",
        version_id=reminder.deadline.case.version_id,
        by=permissions.acting(by, reminder.body, on=on),
        on=on,
    )
    return Acknowledgement.objects.create(reminder=reminder, note=note[:300], decision=record)
