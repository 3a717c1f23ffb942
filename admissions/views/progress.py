"""Where an application stands, for the person who waits: steps, whose turn, until when, what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from admissions.actions.notices import registers
from admissions.models import Application
from association import queries
from association.cases import deadlines
from association.decisions import Source
from association.models import Case, Deadline, Passage
from association.models.case import CaseState
from association.rulebook.schema import Step
from association.states import State, Verb
from association.web import sentences
from members.models import Registration

TONES = {
    State.DRAFT: "neutral",
    State.OPEN: "waiting",
    State.RETURNED: "stopped",
    State.APPROVED: "done",
    State.REFUSED: "stopped",
    State.WITHDRAWN: "neutral",
    State.LAPSED: "neutral",
    State.VOID: "neutral",
}

ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID})
"""States after which nothing more comes."""


def state_of(case: Case) -> dict[str, str]:
    """The state as a word with its tone."""
    return {"label": str(CaseState(case.state).label), "tone": TONES[State(case.state)]}


@dataclass(frozen=True)
class Cited:
    """Sources that are read by the version pinned on the case."""

    version_id: int | None
    sources: tuple[Source, ...]


@dataclass
class Turn:
    """Who is to act now, on ``what``, until when (None: the rules set no period), under which articles."""

    who: str = ""
    what: str = ""
    deadline: Deadline | None = None
    sources: Cited | None = None
    yours: bool = False


@dataclass
class Progress:
    steps: list[dict[str, Any]]
    turn: Turn | None
    history: list[dict[str, Any]] = field(default_factory=list)


def progress(application: Application, registration: Registration | None) -> Progress:
    """The whole way, from the application to the certificate. Two queries for each case."""
    case = application.case
    passages = _passages(case)
    due = _due(case)
    steps = [_submitted(case)]
    steps += _steps_of(case, deadlines.steps_of(case), passages, due)
    if case.state in ENDED:
        steps = [step for step in steps if step["state"] != "next"]
    else:
        steps += _registration_steps(case, registration)
    history = [_entry(case, passage) for passage in passages]
    if registration is not None:
        history += [_entry(registration.case, p) for p in _passages(registration.case) if p.verb != Verb.SUBMIT]
    return Progress(steps, _turn(case, registration, due), list(reversed(history)))


def _passages(case: Case) -> list[Passage]:
    return list(case.passages.select_related("decision", "taken_back_by").order_by("seq"))


def _due(case: Case) -> dict[str, Deadline]:
    """The newest deadline of each step."""
    return {each.code: each for each in case.deadlines.with_change().filter(dropped_on__isnull=True).order_by("pk")}


def _submitted(case: Case) -> dict[str, Any]:
    return {"label": _("Application"), "state": "done", "who": _("You"), "when": case.submitted_on}


def _steps_of(
    case: Case, steps: tuple[Step, ...], passages: list[Passage], due: dict[str, Deadline]
) -> list[dict[str, Any]]:
    ids = [step.id for step in steps]
    here = ids.index(case.step) if case.step in ids else len(ids)
    left = {p.from_step: p.decision.on for p in passages if p.verb in (Verb.PASS, Verb.APPROVE)}
    shown = []
    for number, step in enumerate(steps):
        if step.action == "submit":
            continue
        state = "done" if number < here else "next" if number > here else "stopped" if case.state in ENDED else "here"
        shown.append(
            {
                "label": step.name,
                "state": state,
                "who": _who(case, step, state),
                "when": left.get(step.id) if state == "done" else None,
                "deadline": due.get(step.id) if state == "here" else None,
                "sources": _sources(case, step) if state in ("here", "stopped") else None,
            }
        )
    return shown


def _registration_steps(case: Case, registration: Registration | None) -> list[dict[str, Any]]:
    """Pay, register, publish: of the registration once it is open, as the rulebook orders them before."""
    if registration is not None:
        opened = registration.case
        return _steps_of(opened, deadlines.steps_of(opened), _passages(opened), _due(opened))
    if not registers(case):
        return []
    steps = deadlines.workflow_steps("registration_initial", case.version_id or 0, case.member_class)
    return [{"label": step.name, "state": "next", "who": _who(case, step, "next")} for step in steps]


def _turn(case: Case, registration: Registration | None, due: dict[str, Deadline]) -> Turn | None:
    running = registration.case if registration is not None else case
    if case.state == State.RETURNED:
        step = _step(case)
        return Turn(
            _("You"), _("Correct what was returned, and submit again."), None, _sources(case, step), yours=True
        )
    if running.state not in (State.OPEN, State.APPROVED) or not running.step:
        return None
    step = _step(running)
    if step is None:
        return None
    held = due if running.pk == case.pk else _due(running)
    if step.action == "pay":
        return Turn(_("You"), step.name, held.get(step.id), _sources(running, step), yours=True)
    return Turn(queries.body_name(step.actor), step.name, held.get(step.id), _sources(running, step))


def _step(case: Case) -> Step | None:
    return next((step for step in deadlines.steps_of(case) if step.id == case.step), None)


def _who(case: Case, step: Step, state: str) -> str:
    """Whose step it is: a body's, or the reader's own."""
    if step.action == "pay":
        return _("You")
    if state == "here" and case.state == State.RETURNED:
        return _("when you have corrected it")
    return queries.body_name(step.actor)


def _sources(case: Case, step: Step | None) -> Cited | None:
    return (
        Cited(case.version_id, step.sources(queries.rulebook_of(case.version_id).id))
        if step and case.version_id
        else None
    )


def _entry(case: Case, passage: Passage) -> dict[str, Any]:
    """One thing that happened. Bodies act, not persons; notes between officers stay theirs."""
    step = _step_of(case, passage)
    applicant = passage.decision.actor_kind == "applicant"
    settled = passage.verb == Verb.PASS and step is not None and step.action == "pay"
    return {
        "on": passage.decision.on,
        "title": _title(passage, step),
        "text": _text(passage),
        "who": _("You") if applicant or settled else _body(passage, step),
        "sources": _cited(case, passage, step),
        "tone": _tone(passage),
        "void": getattr(passage, "taken_back_by", None) is not None,
    }


def _step_of(case: Case, passage: Passage) -> Step | None:
    """The step that the passage left; of one that takes back, the step that is open again."""
    named = passage.to_step if passage.verb == Verb.TAKE_BACK else passage.from_step
    return next((each for each in deadlines.steps_of(case) if each.id == named), None)


def _body(passage: Passage, step: Step | None) -> str:
    """The body that acted, as it is on record; else the one whose step it was."""
    key = passage.decision.body or (step.actor if step else "")
    return queries.body_name(key) if key else ""


def _cited(case: Case, passage: Passage, step: Step | None) -> Any:
    """What was applied: of a step passed on its own article, not each check that it rests on."""
    if passage.verb == Verb.SUBMIT:
        return Cited(case.version_id, passage.decision.decision.reasons[0].sources)
    if passage.verb == Verb.PASS:
        return _sources(case, step)
    return passage.decision


def _title(passage: Passage, step: Step | None) -> str:
    name = step.name if step else ""
    words = {
        Verb.SUBMIT: _("Submitted") if passage.from_state == State.DRAFT else _("Corrected and submitted again"),
        Verb.PASS: _("%(step)s: done") % {"step": name},
        Verb.APPROVE: _("%(step)s: accepted") % {"step": name},
        Verb.RETURN: _("Returned to you for correction"),
        Verb.SEND_BACK: _("Given back for another look"),
        Verb.REFUSE: _("%(step)s: not accepted") % {"step": name},
        Verb.WITHDRAW: _("Withdrawn"),
        Verb.TAKE_BACK: _("Took back the step before: %(step)s") % {"step": name},
        Verb.LAPSE: _("Lapsed"),
        Verb.VOID: _("Declared void"),
    }
    return words[Verb(passage.verb)]


def _text(passage: Passage) -> str:
    if passage.verb in (Verb.RETURN, Verb.REFUSE):
        return passage.note
    if passage.verb == Verb.APPROVE:
        return " ".join(sentences(passage.decision.decision))
    return ""


def _tone(passage: Passage) -> str:
    if passage.verb in (Verb.REFUSE, Verb.RETURN):
        return "stopped"
    return "done" if passage.verb in (Verb.PASS, Verb.APPROVE, Verb.SUBMIT) else "neutral"
