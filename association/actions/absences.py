"""Who stands in while somebody is away (外出代理): named, answered, ended. What it allows, ``permissions`` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from association import permissions, queries
from association.actions import decisions, letters
from association.actions.messages import in_letter_language
from association.actions.reminders import CHIEF
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.letters import Letter, office, write
from association.models import Absence, Seat, User
from association.roles import granted
from association.rulebook.schema import Step

SOURCE = setting("stand_ins")
KIND = "absence"


def may_name_others(user: User, *, on: date) -> bool:
    """Whether there is anybody whose stand-in the account may name: its body hears of what others leave late."""
    own = permissions.seats(user, on)
    return bool(own & ({_chief()} | {step.escalate_to for step in _steps(on) if step.escalate_to}))


def superior_of(user: User, absent: User, *, on: date) -> bool:
    """Whether the account may name a stand-in for a colleague who cannot: the secretary-general, or the body that
    hears of what is late at one of theirs.
    """
    own = permissions.seats(user, on)
    if _chief() in own:
        return True
    theirs = permissions.seats(absent, on)
    return bool(own & {step.escalate_to for step in _steps(on) if step.actor in theirs and step.escalate_to})


def _chief() -> str:
    return next((key for key in CHIEF if key in queries.bodies()), CHIEF[0])


def _steps(on: date) -> Iterator[Step]:
    """Every step of the rulebooks in force on the day."""
    for slot in queries.rulebook_slots():
        try:
            rulebook = queries.governing(on, slot).rulebook
        except queries.NoRulebook:
            continue
        for workflows in rulebook.workflows.values():
            for workflow in workflows:
                yield from workflow.steps


def check_name(absent: User, stand_in: User, *, from_on: date, until: date, by: Actor, on: date) -> Decision:
    """Whether this person can stand in for that one: two open accounts, the roles it needs, no chain or circle."""
    facts = {"absent": str(absent.pk), "stand_in": str(stand_in.pk)}
    if by.user is None or (by.user != absent and not superior_of(by.user, absent, on=on)):
        return failed("absence_not_yours", SOURCE)
    wrong = ""
    if absent == stand_in:
        wrong = "stand_in_self"
    elif not stand_in.is_active or not stand_in.is_staff:
        wrong = "stand_in_no_staff"
    elif until <= from_on:
        wrong = "absence_disordered"
    elif from_on < on:
        wrong = "absence_in_the_past"
    elif not granted(absent, from_on) and not Seat.objects.on(from_on).filter(user=absent).exists():
        wrong = "absence_without_seat"
    elif granted(absent, from_on) - granted(stand_in, from_on):
        wrong = "stand_in_lacks_role"
    elif Absence.objects.touching(from_on, until).filter(absent=absent).exists():
        wrong = "absence_named_already"
    elif Absence.objects.touching(from_on, until).filter(absent=stand_in).exists():
        wrong = "stand_in_away"
    if wrong:
        return failed(wrong, SOURCE, on=on.isoformat())
    code = "absence_named" if by.user == absent else "absence_named_by_other"
    return passed(code, SOURCE, **facts, from_on=from_on.isoformat(), last_on=(until - timedelta(1)).isoformat())


@transaction.atomic
@in_letter_language
def name(
    absent: User,
    stand_in: User,
    *,
    from_on: date,
    until: date,
    actions: Sequence[str] = (),
    note: str = "",
    by: Actor,
    on: date,
) -> Absence:
    """Have ``stand_in`` act for ``absent`` in [from_on, until), once accepted where the installation asks for that."""
    _lock(absent, stand_in)
    decision = require(check_name(absent, stand_in, from_on=from_on, until=until, by=by, on=on))
    record = decisions.record(decision, kind=f"{KIND}.named", version_id=None, by=by, on=on)
    profile = queries.profile()
    asked = profile is None or profile.stand_ins_accept
    row = Absence.objects.create(
        absent=absent,
        stand_in=stand_in,
        from_on=from_on,
        until=until,
        actions=sorted(set(actions)),
        note=note.strip()[:200],
        decision=record,
        accepted_on=None if asked else on,
        answer=None if asked else record,
    )
    facts = office.absence(row)
    letter = write("absence.asked", facts) if asked else write("absence.named", facts)
    _tell(row, "asked" if asked else "named", stand_in, letter)
    if by.user != absent:
        _tell(row, "named", absent, write("absence.arranged", replace(facts, name=str(absent))))
    return row


def check_answer(row: Absence, by: Actor, *, on: date) -> Decision:
    """Whether this person can still accept or decline: the stand-in, once, before it is over."""
    if by.user is None or by.user.pk != row.stand_in_id:
        return failed("absence_not_yours_to_answer", SOURCE)
    if row.accepted_on is not None or row.declined_on is not None:
        return failed("absence_answered", SOURCE)
    if row.end <= on:
        return failed("absence_over", SOURCE, last_on=row.last_on.isoformat())
    return passed("possible", SOURCE)


@transaction.atomic
@in_letter_language
def answer(row: Absence, *, accept: bool, by: Actor, on: date) -> Absence:
    """The stand-in accepts or declines. Without an answer nobody acts."""
    row = _held(row)
    require(check_answer(row, by, on=on))
    if accept and Absence.objects.touching(row.from_on, row.until).filter(absent=row.stand_in).exists():
        raise Refused(failed("stand_in_away", SOURCE))
    told = passed("absence_accepted" if accept else "absence_declined", SOURCE, absence=row.pk)
    kind = f"{KIND}.{'accepted' if accept else 'declined'}"
    row.answer = decisions.record(told, kind=kind, version_id=None, by=by, on=on)
    if accept:
        row.accepted_on = on
    else:
        row.declined_on = on
    row.save(update_fields=["accepted_on", "declined_on", "answer"])
    facts = replace(office.absence(row), name=str(row.absent))
    letter = write("absence.accepted", facts) if accept else write("absence.declined", facts)
    _tell(row, "answered", row.absent, letter)
    return row


def check_end(row: Absence, by: Actor, *, on: date) -> Decision:
    """Whether this person can end it early: one of the two, or a superior; while it has a day left."""
    mine = by.user is not None and by.user.pk in (row.absent_id, row.stand_in_id)
    if by.user is None or not (mine or superior_of(by.user, row.absent, on=on)):
        return failed("absence_not_yours", SOURCE)
    if row.declined_on is not None or row.ended_from is not None or row.until <= on:
        return failed("absence_over", SOURCE, last_on=row.last_on.isoformat())
    return passed("absence_ended", SOURCE, absence=row.pk)


@transaction.atomic
@in_letter_language
def end(row: Absence, *, by: Actor, on: date) -> Absence:
    """End it today, before its time: from now on nobody stands in. What was done stands."""
    row = _held(row)
    decision = require(check_end(row, by, on=on))
    row.ending = decisions.record(decision, kind=f"{KIND}.ended", version_id=None, by=by, on=on)
    row.ended_from = max(on, row.from_on)
    row.save(update_fields=["ended_from", "ending"])
    for user in (row.absent, row.stand_in):
        if user != by.user:
            _tell(row, "ended", user, write("absence.ended", replace(office.absence(row), name=str(user))))
    return row


def _tell(row: Absence, what: str, user: User, letter: Letter) -> None:
    letters.tell(user, letter, occasion=f"absence:{row.pk}:{what}:{user.pk}")


def _lock(*users: User) -> None:
    """In the order of their keys, so that two who name each other at once wait and do not both succeed."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[user.pk for user in users]).order_by("pk"))


def _held(row: Absence) -> Absence:
    rows = Absence.objects.select_for_update(of=("self",)).select_related("absent", "stand_in")
    return rows.get(pk=row.pk)
