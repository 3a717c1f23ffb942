"""Meetings resolve cases: several on one resolution, decided item by item (批量表决)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from association import ports
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, failed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Body, Case, Meeting, Passage, Resolution, ResolutionItem, StoredFile
from association.models.resolution import ItemOutcome
from association.phrases import sentence


@dataclass(frozen=True, slots=True)
class Vote:
    """How one item came out: ``approved``, ``refused`` (with a note) or ``deferred``."""

    outcome: str
    note: str = ""


def hold_meeting(body: Body, title: str, *, held_on: date) -> Meeting:
    return Meeting.objects.create(body=body, title=title, held_on=held_on)


@transaction.atomic
def draft(meeting: Meeting, number: str, title: str, *, cases: Iterable[Case] = (), by: Actor) -> Resolution:
    """Put a resolution on paper with the cases it is to decide."""
    resolution = Resolution.objects.create(meeting=meeting, number=number, title=title, recorded_by=by.user)
    for case in cases:
        ResolutionItem.objects.create(resolution=resolution, case=case)
    return resolution


@transaction.atomic
def edit_draft(
    resolution: Resolution, *, meeting: Meeting, number: str, title: str, cases: Iterable[Case], by: Actor
) -> Resolution:
    """Put a draft in order: its meeting, number and title, and the cases that it is to decide from now on.

    Raises :class:`Refused` once it was passed.
    """
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    _require_not_passed(resolution)
    wanted = {case.pk: case for case in cases}
    resolution.meeting, resolution.number, resolution.title = meeting, number, title
    resolution.recorded_by = by.user
    resolution.save(update_fields=["meeting", "number", "title", "recorded_by"])
    resolution.items.exclude(case__in=wanted).delete()
    kept = set(resolution.items.values_list("case_id", flat=True))
    for key, case in wanted.items():
        if key not in kept:
            ResolutionItem.objects.create(resolution=resolution, case=case)
    return resolution


@transaction.atomic
def discard_draft(resolution: Resolution) -> None:
    """Throw a draft away: it never had force, and its cases wait again. Raises :class:`Refused` once it was passed."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    _require_not_passed(resolution)
    resolution.items.all().delete()
    resolution.delete()


@transaction.atomic
def pass_bare(resolution: Resolution, *, on: date) -> Resolution:
    """Record that a resolution without items was passed: a rulebook adopted, a fee standard set.

    Its legal day is the meeting's, which lies on or before ``on``.
    """
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    _require_not_passed(resolution)
    _require_held(resolution, on)
    if resolution.items.exists():
        raise Refused(failed("items_undecided", setting("resolution"), number=resolution.number))
    resolution.passed_on = resolution.meeting.held_on
    resolution.save(update_fields=["passed_on"])
    return resolution


@transaction.atomic
def attach_scan(resolution: Resolution, scan: StoredFile) -> Resolution:
    """Keep the signed paper with a resolution that was passed."""
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    if resolution.passed_on is None:
        raise Refused(failed("resolution_not_passed", setting("resolution"), number=resolution.number))
    resolution.scan = scan
    resolution.save(update_fields=["scan"])
    return resolution


@transaction.atomic
def pass_items(resolution: Resolution, votes: dict[int, Vote], *, by: Actor, on: date) -> Resolution:
    """Record a passed resolution and carry out each item in one transaction.

    ``votes`` maps item keys to votes and must name every item. The legal day of the items is the meeting's. An
    approved item that the rules do not allow any more (a ban since the review, somebody acted on the case) is put off
    with the reason; the others stand.
    """
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    _require_not_passed(resolution)
    _require_held(resolution, on)
    meeting = resolution.meeting
    items = list(resolution.items.select_related("case").order_by("pk"))
    if {item.pk for item in items} != votes.keys() or any(not vote.outcome for vote in votes.values()):
        raise Refused(failed("items_undecided", setting("resolution"), number=resolution.number))
    for item in items:
        vote = votes[item.pk]
        if vote.outcome == ItemOutcome.REFUSED and not vote.note.strip():
            raise Refused(failed("reasons_required", *_sources(item.case)))
        if vote.outcome != ItemOutcome.DEFERRED:
            require(engine.check_meeting_day(item.case, meeting.held_on))
    resolution.passed_on = meeting.held_on
    resolution.recorded_by = by.user
    resolution.save(update_fields=["passed_on", "recorded_by"])
    for item in items:
        _decide(item, votes[item.pk], resolution=resolution, by=by, on=meeting.held_on)
    return resolution


def _decide(item: ResolutionItem, vote: Vote, *, resolution: Resolution, by: Actor, on: date) -> None:
    item.note = vote.note.strip()
    if vote.outcome == ItemOutcome.DEFERRED:
        item.outcome = ItemOutcome.DEFERRED
    else:
        try:
            with transaction.atomic():
                passage = carry_out(item.case, vote, resolution=resolution, by=by, on=on)
        except Refused as refusal:
            item.outcome, item.note = ItemOutcome.DEFERRED, _why(refusal)[:500]
        else:
            item.outcome, item.decision = vote.outcome, passage.decision
    item.save(update_fields=["outcome", "note", "decision"])


def carry_out(case: Case, vote: Vote, *, resolution: Resolution, by: Actor, on: date) -> Passage:
    """Move the case by the resolution and run its effect. Raises :class:`Refused`."""
    step = case.step
    sources = (*_sources(case), resolution_source(resolution.number))
    facts = {"number": resolution.number, "meeting": resolution.meeting.title}
    acting = Actor(by.kind, by.user, resolution.meeting.body.key)
    effects = ports.effects[case.kind]
    if vote.outcome == ItemOutcome.APPROVED:
        decision = Decision(Outcome.PASS, (Reason("approved_by_resolution", sources, facts),))
        passage = engine.resolve(case, decision, step=step, resolution=resolution, note=vote.note, by=acting, on=on)
        case.refresh_from_db()
        deadlines.start(case, "decision.approved", on=on)
        effects.execute(case, record=passage.decision, resolution=resolution, by=acting, on=on)
    else:
        decision = Decision(Outcome.FAIL, (Reason("refused_by_resolution", sources, facts, Outcome.FAIL),))
        passage = engine.refuse(case, decision, step=step, note=vote.note, resolution=resolution, by=acting, on=on)
        case.refresh_from_db()
        effects.refused(case, record=passage.decision, resolution=resolution, by=acting, on=on)
    return passage


def _sources(case: Case) -> tuple:
    return engine.sources_of(case, engine.current_step(case))


def _require_not_passed(resolution: Resolution) -> None:
    if resolution.passed_on is not None:
        raise Refused(failed("resolution_passed_already", setting("resolution"), number=resolution.number))


def _require_held(resolution: Resolution, on: date) -> None:
    held_on = resolution.meeting.held_on
    if held_on > on:
        raise Refused(failed("meeting_not_held", setting("meeting"), held_on=held_on.isoformat()))


@in_letter_language
def _why(refusal: Refused) -> str:
    """What stands in the way, without the checks that passed."""
    reasons = refusal.decision.reasons
    against = [reason for reason in reasons if reason.outcome is Outcome.FAIL] or reasons
    return " ".join(dict.fromkeys(sentence(reason) for reason in against))
