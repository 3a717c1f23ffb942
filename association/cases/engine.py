"""Move a case: submit, pass a step, return, send back, refuse, approve, withdraw, take back.

Each function locks the case, checks that the move is possible (``states``), that the pinned rulebook gives the actor
the step, writes the decision and one :class:`~association.models.Passage`, and returns it. The second of two people
who act on the same step is refused with the article that gives the step its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, time

from django.db import transaction
from django.db.models import F, Q

from association import permissions, queries
from association.actions import decisions
from association.actors import Actor
from association.cases import deadlines, shown
from association.decisions import Decision, Outcome, Reason, Refused, Source, SourceKind, failed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Case, Delegation, Passage, Resolution, User
from association.rulebook.schema import Step
from association.states import TRANSITIONS, State, Verb

DECIDING = frozenset({"review", "score", "interview", "onsite", "decide", "resolve"})
"""Step actions that judge the case; after the last of them the case is decided."""


def open_case(
    kind: str,
    *,
    member_class: str = "",
    subject: str = "",
    applicant: User | None = None,
    own_steps: Sequence[Step] = (),
    on: date,
) -> Case:
    """A new draft. ``kind`` names the workflow; the version is pinned at submission.

    ``own_steps``: where the rulebook has a rule but no workflow for it (a tier and the body that confers it).
    """
    return Case.objects.create(
        kind=kind,
        member_class=member_class,
        subject=subject[:200],
        applicant=applicant,
        own_steps=[step.model_dump(mode="json", by_alias=True) for step in own_steps] or None,
        opened_on=on,
    )


def locked(case: Case) -> Case:
    """The case as it stands now, held until the transaction ends."""
    return Case.objects.select_for_update().get(pk=case.pk)


def current_step(case: Case) -> Step | None:
    return next((step for step in deadlines.steps_of(case) if step.id == case.step), None)


def deciding_step(case: Case) -> Step | None:
    """The step whose passing decides the case."""
    return next((step for step in reversed(deadlines.steps_of(case)) if step.action in DECIDING), None)


def sources_of(case: Case, step: Step | None) -> tuple[Source, ...]:
    if step is None or case.version_id is None:
        return (setting("workflow"),)
    return step.sources(queries.rulebook_of(case.version_id).id)


def check_possible(case: Case, verb: Verb, *, step: str = "") -> Decision:
    """Whether the case can make this passage from where it stands, whoever asks."""
    sources = sources_of(case, current_step(case))
    if (State(case.state), verb) not in TRANSITIONS:
        return failed("not_possible_now", *sources, state=case.state, verb=str(verb))
    if step and case.step != step:
        return failed("step_passed", *sources, expected=step, step=case.step)
    if verb is Verb.PASS and shown.needed(case):
        return shown.check_over(case, sources)
    return Decision(Outcome.PASS, (Reason("possible", sources),))


def check_turn(case: Case, by: Actor, *, on: date) -> Decision:
    """Whether it is this officer's turn: the step's body is one they sit in, or stand in for."""
    step = current_step(case)
    sources = sources_of(case, step)
    if step is None or by.user is None:
        return failed("nobodys_turn", *sources)
    return permissions.may_act_for(by.user, step.actor, on=on, sources=sources, action=step.action, case=case)


def acting(case: Case, by: Actor, *, on: date) -> Actor:
    """The officer as the passage names them: «张三 代 李四» where they stand in."""
    step = current_step(case)
    return by if step is None else permissions.acting(by, step.actor, on=on, action=step.action, case=case)


def check_reviewing(case: Case, by: Actor, *, on: date) -> Decision:
    """Whether this officer may look into the case now: it is under way, and its step is theirs to take."""
    step = current_step(case)
    if case.state != State.OPEN:
        return failed("not_possible_now", *sources_of(case, step), state=case.state, verb="review")
    return check_turn(case, by, on=on)


@transaction.atomic
def submit(case: Case, decision: Decision, *, version_id: int, at: time | None = None, by: Actor, on: date) -> Passage:
    """Submit a draft, or resubmit a returned case to the step that returned it. ``at``: the time of day (C-8)."""
    case = locked(case)
    require(check_possible(case, Verb.SUBMIT))
    if case.version_id is None:
        case.version_id = version_id
    steps = [step for step in deadlines.steps_of(case) if step.action != "submit"]
    target = case.step or (steps[0].id if steps else "")
    case.submitted_on = case.submitted_on or on
    passage = _pass(case, Verb.SUBMIT, decision, to_step=target, by=by, on=on)
    deadlines.start(case, "application.submitted", at=at, on=on)
    return passage


@transaction.atomic
def pass_step(case: Case, decision: Decision, *, step: str, note: str = "", by: Actor, on: date) -> Passage:
    """The owner of ``step`` passes it on. A step that needs a resolution is passed by :func:`resolve` only."""
    case = locked(case)
    require(check_possible(case, Verb.PASS, step=step))
    require(check_no_resolution(case))
    require(check_turn(case, by, on=on))
    under = require(check_delegation(case, on=on))
    by = acting(case, by, on=on)
    return _onward(case, _with_delegation(decision, under), note=note, by=by, on=on)


@transaction.atomic
def resolve(
    case: Case, decision: Decision, *, step: str, resolution: Resolution, note: str = "", by: Actor, on: date
) -> Passage:
    """Pass ``step`` by a resolution of the body that owns it."""
    case = locked(case)
    require(check_possible(case, Verb.PASS, step=step))
    require(check_resolution(case, resolution))
    return _onward(case, decision, note=note, by=by, on=on)


@transaction.atomic
def resolve_interim(case: Case, decision: Decision, *, step: str, note: str = "", by: Actor, on: date) -> Passage:
    """Pass ``step``, which a resolution decides, before the meeting; ``actions.interim`` says who may and when."""
    case = locked(case)
    require(check_possible(case, Verb.PASS, step=step))
    require(check_awaits_resolution(case))
    return _onward(case, decision, note=note, by=by, on=on)


@transaction.atomic
def void(case: Case, decision: Decision, *, note: str, by: Actor, on: date) -> Passage:
    """What was decided does not hold: the case ends without effect, and its history stays."""
    case = locked(case)
    require(check_possible(case, Verb.VOID))
    _require_note(case, note)
    case.closed_on = on
    passage = _pass(case, Verb.VOID, decision, to_step=case.step, note=note, by=by, on=on)
    deadlines.drop(case, on=on)
    return passage


@transaction.atomic
def pass_by_fact(case: Case, decision: Decision, *, step: str, by: Actor, on: date) -> Passage:
    """Pass a step that a fact settles, not somebody's judgement: the fee has arrived."""
    case = locked(case)
    require(check_possible(case, Verb.PASS, step=step))
    return _onward(case, decision, note="", by=by, on=on)


@transaction.atomic
def reopen_by_fact(case: Case, decision: Decision, *, to: str, note: str, by: Actor, on: date) -> Passage:
    """A fact has changed: an earlier step is open again."""
    case = locked(case)
    require(check_possible(case, Verb.SEND_BACK))
    deadlines.drop_one(case, case.step, on=on)
    return _pass(case, Verb.SEND_BACK, decision, to_step=to, note=note, by=by, on=on)


def check_no_resolution(case: Case) -> Decision:
    """A step that a meeting decides is nobody's to pass alone."""
    step = current_step(case)
    sources = sources_of(case, step)
    if step is not None and step.needs_resolution:
        return failed("needs_resolution", *sources, step=step.id)
    return Decision(Outcome.PASS, (Reason("possible", sources),))


def check_delegation(case: Case, *, on: date) -> Decision:
    """Whether a step that is decided for another body has that body's delegation on the day of the decision.

    A standing one, or one for this very case. Cites the article that asks for it, and the resolution that grants it.
    """
    step = current_step(case)
    sources = sources_of(case, step)
    if step is None or step.delegated_by is None:
        return Decision(Outcome.PASS, (Reason("possible", sources),))
    held = Delegation.objects.on(on).filter(
        Q(case__isnull=True) | Q(case=case),
        kind=case.kind,
        from_body__key=step.delegated_by,
        to_body__key=step.actor,
    )
    body = queries.body_name(step.delegated_by)
    found = held.select_related("resolution").order_by(F("case_id").asc(nulls_last=True), "-from_on", "-pk").first()
    if found is None:
        label = queries.rulebook_of(case.version_id).label if case.version_id else str
        articles = [label(source.key) for source in sources if source.kind is SourceKind.ARTICLE]
        return failed("delegation_missing", *sources, body=body, articles=articles)
    number = found.resolution.number
    cited = (*sources, resolution_source(number))
    return Decision(Outcome.PASS, (Reason("under_delegation", cited, {"body": body, "number": number}),))


def _with_delegation(decision: Decision, under: Decision) -> Decision:
    """What was decided, with the delegation it was decided under, where there is one."""
    added = tuple(reason for reason in under.reasons if reason.code == "under_delegation")
    return replace(decision, reasons=(*decision.reasons, *added))


def check_way(case: Case, kind: str) -> Decision:
    """Whether the rulebook gives the current step this way out: ``correct``, ``send_back`` or ``reject``."""
    step = current_step(case)
    way = step.refusal(kind) if step else None
    if step is None or way is None:
        return failed("no_such_way", *sources_of(case, step), way=kind)
    return Decision(Outcome.PASS, (Reason("possible", way.sources(queries.rulebook_of(case.version_id or 0).id)),))


def check_awaits_resolution(case: Case) -> Decision:
    """Whether the case stands where a meeting decides, so that it can be put on a resolution."""
    step = current_step(case)
    sources = sources_of(case, step)
    if case.state != State.OPEN or step is None or not step.needs_resolution:
        return failed("step_needs_no_resolution", *sources, step=case.step)
    return Decision(Outcome.PASS, (Reason("possible", sources),))


def first_refusal(checks: Iterable[Callable[[], Decision]]) -> Decision:
    """The first check that does not pass, or the last one: the same order for the button and for the act."""
    decision: Decision | None = None
    for check in checks:
        decision = check()
        if not decision.passed:
            break
    if decision is None:
        raise ValueError("no check was asked for")
    return decision


def check_way_out(case: Case, verb: Verb, by: Actor, *, step: str, on: date) -> Decision:
    """Whether this officer can return, send back or refuse the case at ``step`` now, without a resolution.

    A refusal decides it, so it needs the delegation that an approval needs.
    """
    checks: list[Callable[[], Decision]] = [
        lambda: check_possible(case, verb, step=step),
        lambda: check_way(case, WAYS[verb]),
        lambda: check_no_resolution(case),
        lambda: check_turn(case, by, on=on),
    ]
    if verb == Verb.REFUSE:
        checks.append(lambda: check_delegation(case, on=on))
    return first_refusal(checks)


WAYS = {Verb.RETURN: "correct", Verb.SEND_BACK: "send_back", Verb.REFUSE: "reject"}
"""What the rulebook calls each way out of a step."""


def check_resolution(case: Case, resolution: Resolution) -> Decision:
    """Whether this resolution can decide the step at which the case stands: passed, and of the body that owns it."""
    step = current_step(case)
    sources = sources_of(case, step)
    if resolution.passed_on is None:
        return failed("resolution_not_passed", *sources, number=resolution.number)
    fits = check_body(case, resolution.meeting.body.key)
    if not fits.passed:
        return fits
    timely = check_meeting_day(case, resolution.meeting.held_on)
    if not timely.passed:
        return timely
    return Decision(Outcome.PASS, (Reason("resolved", sources, {"number": resolution.number}),))


def check_meeting_day(case: Case, held_on: date) -> Decision:
    """Whether a meeting on this day can have decided the case: not before the case came to the step."""
    sources = sources_of(case, current_step(case))
    last = last_passage(case)
    if last is not None and held_on < last.decision.on:
        facts = {"held_on": held_on.isoformat(), "arrived_on": last.decision.on.isoformat()}
        return failed("meeting_before_case", *sources, **facts)
    return Decision(Outcome.PASS, (Reason("possible", sources),))


def check_body(case: Case, body: str) -> Decision:
    """Whether a resolution of this body can decide the step at which the case stands."""
    step = current_step(case)
    sources = sources_of(case, step)
    if case.state != State.OPEN:
        return failed("not_possible_now", *sources, state=case.state, verb=str(Verb.PASS))
    if step is None or not step.needs_resolution:
        return failed("step_needs_no_resolution", *sources, step=case.step)
    if body != step.actor:
        return failed("resolution_of_another_body", *sources, body=body, expected=step.actor)
    return Decision(Outcome.PASS, (Reason("possible", sources),))


@transaction.atomic
def return_to_applicant(case: Case, decision: Decision, *, step: str, note: str, by: Actor, on: date) -> Passage:
    """Ask the applicant to correct something. ``note`` says what, in words for them."""
    case = locked(case)
    require(check_way_out(case, Verb.RETURN, by, step=step, on=on))
    _require_note(case, note)
    by = acting(case, by, on=on)
    return _pass(case, Verb.RETURN, decision, to_step=case.step, note=note, by=by, on=on)


@transaction.atomic
def send_back(
    case: Case,
    decision: Decision,
    *,
    step: str,
    note: str,
    resolution: Resolution | None = None,
    by: Actor,
    on: date,
) -> Passage:
    """Give the case back, with reasons, to the step that the rulebook names."""
    case = locked(case)
    if resolution is None:
        require(check_way_out(case, Verb.SEND_BACK, by, step=step, on=on))
        by = acting(case, by, on=on)
    else:
        require(check_possible(case, Verb.SEND_BACK, step=step))
        require(check_way(case, WAYS[Verb.SEND_BACK]))
        require(check_resolution(case, resolution))
    _require_note(case, note)
    at = current_step(case)
    way = at.refusal("send_back") if at else None
    ids = [each.id for each in deadlines.steps_of(case)]
    to = way.to if way and way.to else ids[0]
    return _pass(case, Verb.SEND_BACK, decision, to_step=to, note=note, by=by, on=on)


@transaction.atomic
def refuse(
    case: Case,
    decision: Decision,
    *,
    step: str,
    note: str,
    resolution: Resolution | None = None,
    by: Actor,
    on: date,
) -> Passage:
    """End the case against the applicant. Gives its reasons in words and in cited rules."""
    case = locked(case)
    if resolution is None:
        decision = _with_delegation(decision, require(check_way_out(case, Verb.REFUSE, by, step=step, on=on)))
        by = acting(case, by, on=on)
    else:
        require(check_possible(case, Verb.REFUSE, step=step))
        require(check_way(case, WAYS[Verb.REFUSE]))
        require(check_resolution(case, resolution))
    _require_note(case, note)
    case.closed_on = on
    refused_at = current_step(case)
    passage = _pass(case, Verb.REFUSE, decision, to_step=case.step, note=note, by=by, on=on)
    deadlines.drop(case, on=on)
    if refused_at is not None:
        deadlines.start_refusal(case, refused_at, on=on)
    return passage


@transaction.atomic
def withdraw(case: Case, decision: Decision, *, note: str = "", by: Actor, on: date) -> Passage:
    """The applicant takes the application back. Free until it is decided."""
    case = locked(case)
    require(check_possible(case, Verb.WITHDRAW))
    case.closed_on = on
    passage = _pass(case, Verb.WITHDRAW, decision, to_step=case.step, note=note, by=by, on=on)
    deadlines.drop(case, on=on)
    return passage


def last_passage(case: Case) -> Passage | None:
    return case.passages.select_related("decision").order_by("-seq").first()


TAKEN_BACK = frozenset({Verb.PASS, Verb.SEND_BACK, Verb.RETURN})
"""What can be taken back while nobody has acted on it. A refusal and a resolution have been told to others."""


def check_take_back(case: Case, by: Actor) -> Decision:
    """Whether the last passage can be taken back by this officer: their own, and not yet acted on."""
    last = last_passage(case)
    taken = next((step for step in deadlines.steps_of(case) if last and step.id == last.from_step), None)
    sources = sources_of(case, taken or current_step(case))
    if last is None or last.verb not in TAKEN_BACK or last.takes_back_id is not None:
        return failed("nothing_to_take_back", *sources)
    if by.user is None or last.decision.actor_id != by.user.pk:
        return failed("not_your_passage", *sources)
    if last.from_state != State.OPEN:
        return failed("nothing_to_take_back", *sources)
    return Decision(Outcome.PASS, (Reason("may_take_back", sources, {"step": last.from_step}),))


@transaction.atomic
def take_back(case: Case, *, by: Actor, on: date) -> Passage:
    """Undo one's own last step while nobody has acted on it. Both rows stay in the history."""
    case = locked(case)
    decision = require(check_take_back(case, by))
    last = last_passage(case)
    assert last is not None
    assert by.user is not None
    taken = next((each for each in deadlines.steps_of(case) if each.id == last.from_step), None)
    if last.decision.principal_id is not None and taken is not None:  # a stand-in, only in that time
        sources = sources_of(case, taken)
        require(permissions.may_act_for(by.user, taken.actor, on=on, sources=sources, action=taken.action, case=case))
    deadlines.meet(case, case.step, on=on)
    return _write(
        case,
        Verb.TAKE_BACK,
        decision,
        to_state=State(last.from_state),
        to_step=last.from_step,
        takes_back=last,
        by=replace(
            by, body=last.decision.body, principal=last.decision.principal
        ),  # as they acted, not for the body whose turn it has become
        on=on,
    )


def _onward(case: Case, decision: Decision, *, note: str, by: Actor, on: date) -> Passage:
    """To the next step. Passing the step that decides, or the last one where none decides, approves the case."""
    ids = [step.id for step in deadlines.steps_of(case)]
    here = ids.index(case.step)
    after = ids[here + 1] if here + 1 < len(ids) else ""
    deciding = deciding_step(case)
    decides = case.state == State.OPEN and (deciding.id == case.step if deciding else not after)
    deadlines.meet(case, case.step, on=on)
    if not after:
        case.closed_on = on
    verb = Verb.APPROVE if decides else Verb.PASS
    return _pass(case, verb, decision, to_step=after, note=note, by=by, on=on)


def _pass(case: Case, verb: Verb, decision: Decision, *, to_step: str, note: str = "", by: Actor, on: date) -> Passage:
    to_state = TRANSITIONS[State(case.state), verb]
    return _write(case, verb, decision, to_state=to_state, to_step=to_step, note=note, by=by, on=on)


def _write(
    case: Case,
    verb: Verb,
    decision: Decision,
    *,
    to_state: State,
    to_step: str,
    note: str = "",
    takes_back: Passage | None = None,
    by: Actor,
    on: date,
) -> Passage:
    record = decisions.record(decision, kind=f"{case.kind}.{verb}", version_id=case.version_id, by=by, on=on)
    passage = Passage.objects.create(
        case=case,
        seq=case.head + 1,
        verb=verb,
        from_state=case.state,
        from_step=case.step,
        to_state=to_state,
        to_step=to_step,
        note=note.strip(),
        decision=record,
        takes_back=takes_back,
    )
    case.head += 1
    case.state, case.step = to_state, to_step
    case.save()
    return passage


def _require_note(case: Case, note: str) -> None:
    if not note.strip():
        raise Refused(failed("reasons_required", *sources_of(case, current_step(case))))
