"""Meetings resolve cases: several on one resolution, decided item by item (批量表决)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.db import transaction
from django.db.models import Q

from association import ports
from association.actions import votes as voting
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, failed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Body, Case, Meeting, Passage, Resolution, ResolutionItem, StoredFile
from association.models.resolution import Deciding, ItemOutcome
from association.phrases import sentence


@dataclass(frozen=True, slots=True)
class Vote:
    """How one item came out: ``approved``, ``refused`` (with a note) or ``deferred``."""

    outcome: str
    note: str = ""


def hold_meeting(body: Body, title: str, *, held_on: date, begins_at: time | None = None, place: str = "") -> Meeting:
    return Meeting.objects.create(body=body, title=title, held_on=held_on, begins_at=begins_at, place=place)


@transaction.atomic
def draft(
    meeting: Meeting,
    number: str,
    title: str,
    *,
    cases: Iterable[Case] = (),
    text: str = "",
    decides: str = Deciding.ORDINARY,
    taken_from: str = "",
    by: Actor,
) -> Resolution:
    """Put a resolution on paper with the cases it is to decide. ``decides``: what kind of matter, for the vote;
    ``taken_from``: where the signed paper of an earlier time lies, for which no vote was recorded here (补录).

    Raises :class:`Refused` with the earlier number where a case on it was decided already.
    """
    resolution = Resolution.objects.create(
        meeting=meeting,
        number=number,
        title=title,
        text=text.strip(),
        decides=decides,
        taken_from=taken_from.strip(),
        recorded_by=by.user,
    )
    for case in cases:
        require(check_undecided(case))
        ResolutionItem.objects.create(resolution=resolution, case=case)
    return resolution


@transaction.atomic
def edit_draft(
    resolution: Resolution,
    *,
    meeting: Meeting,
    number: str,
    title: str,
    cases: Iterable[Case],
    text: str | None = None,
    decides: str | None = None,
    taken_from: str | None = None,
    by: Actor,
) -> Resolution:
    """Put a draft in order: its meeting, number and title, and the cases that it is to decide from now on.

    Raises :class:`Refused` once it was passed.
    """
    resolution = Resolution.objects.select_for_update().get(pk=resolution.pk)
    _require_not_passed(resolution)
    wanted = {case.pk: case for case in cases}
    if meeting.pk != resolution.meeting_id or decides not in (None, resolution.decides):
        resolution.ballots.all().delete()  # another meeting or another kind of vote: it was not this one
    resolution.meeting, resolution.number, resolution.title = meeting, number, title
    resolution.text = resolution.text if text is None else text.strip()
    resolution.decides = resolution.decides if decides is None else decides
    resolution.taken_from = resolution.taken_from if taken_from is None else taken_from.strip()
    resolution.recorded_by = by.user
    resolution.save(update_fields=["meeting", "number", "title", "text", "decides", "taken_from", "recorded_by"])
    resolution.items.exclude(case__in=wanted).delete()
    kept = set(resolution.items.values_list("case_id", flat=True))
    for key, case in wanted.items():
        if key not in kept:
            require(check_undecided(case))
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
    _hold(resolution)
    Body.objects.select_for_update().get(pk=resolution.meeting.body_id)  # one after the other, at whatever meeting
    require(check_not_again(resolution))
    require(voting.check_passing(resolution, {}))
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
    _hold(resolution)
    require(voting.check_passing(resolution, {pk: vote.outcome for pk, vote in votes.items()}))
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
    case = engine.locked(case)  # whoever decides it at the same moment is done, and can be named
    require(check_undecided(case))
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


def check_undecided(case: Case) -> Decision:
    """Whether the case still waits for a meeting; if not, and one decided it, that resolution's number."""
    case = Case.objects.get(pk=case.pk)
    awaits = engine.check_awaits_resolution(case)
    if not awaits.passed:
        earlier = (
            ResolutionItem.objects.filter(
                case=case,
                outcome__in=[ItemOutcome.APPROVED, ItemOutcome.REFUSED],
                resolution__passed_on__isnull=False,
            )
            .select_related("resolution")
            .order_by("-resolution__passed_on", "-pk")
            .first()
        )
        if earlier is not None:
            number = earlier.resolution.number
            return failed("decided_already", *_sources(case), resolution_source(number), number=number)
    return Decision(Outcome.PASS, (Reason("possible", _sources(case)),))


def check_not_again(resolution: Resolution) -> Decision:
    """Whether a resolution without items says something new: not what this meeting, or this body in the same words,
    has resolved already.
    """
    others = Resolution.objects.filter(passed_on__isnull=False, items__isnull=True).exclude(pk=resolution.pk)
    same = Q(meeting=resolution.meeting, title=resolution.title, decides=resolution.decides, text=resolution.text)
    if resolution.text:
        same |= Q(meeting__body=resolution.meeting.body, decides=resolution.decides, text=resolution.text)
    number = others.filter(same).order_by("-passed_on", "-pk").values_list("number", flat=True).first()
    if number is not None:
        return failed("decided_already", resolution_source(number), number=number)
    return Decision(Outcome.PASS, (Reason("possible", (setting("resolution"),)),))


def _sources(case: Case) -> tuple:
    return engine.sources_of(case, engine.current_step(case))


def _hold(resolution: Resolution) -> None:
    """Nobody changes who came to the meeting while what it voted takes effect."""
    Meeting.objects.select_for_update().get(pk=resolution.meeting_id)


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
