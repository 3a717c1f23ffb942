"""What can be done with an application at its step: why not, what follows, and the act itself.

The button, the page that asks once more and the act ask the same check, so they give the same reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from admissions import queries as reads
from admissions.actions import joining, notices, reviews
from admissions.actions.followers import followers
from admissions.admin.forms import MoveForm, NoteForm, ReasonForm, RejectForm
from admissions.models import Application
from association import queries
from association.actors import Actor
from association.admin.base import against
from association.cases import deadlines, engine
from association.decisions import Decision, Refused
from association.phrases import sentence
from association.rulebook.events import BRINGS
from association.rulebook.schema import Step
from association.states import State, Verb
from association.templatetags.huiji import yuan
from fees.models import FeeLine
from fees.queries import statement

Words = str | Promise
Effect = dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """An officer before an application on a day."""

    application: Application
    by: Actor
    on: date

    @property
    def step(self) -> Step | None:
        return engine.current_step(self.application.case)

    @property
    def sources(self) -> tuple[Any, ...]:
        return engine.sources_of(self.application.case, self.step)


@dataclass(frozen=True)
class Move:
    """One act. ``offered``: whether the rulebook knows it at this step at all."""

    name: str
    button: Words
    title: Words
    done: Words
    form: type[forms.Form]
    offered: Callable[[Desk], bool]
    check: Callable[[Desk, str], Decision]
    effects: Callable[[Desk], list[Effect]]
    act: Callable[[Desk, dict[str, Any]], object]
    stop: bool = False

    def form_for(self, desk: Desk, data: Any = None) -> forms.Form:
        extra: dict[str, Any] = (
            {"citable": reviews.citable(desk.application)} if issubclass(self.form, RejectForm) else {}
        )
        form = self.form(data, initial={"step": desk.application.case.step}, **extra)
        if self.name == "return":
            form.fields["note"].required = not returned_papers(desk)  # what is wrong with a paper says enough
        return form


def next_step(application: Application) -> Step | None:
    ids = [step.id for step in deadlines.steps_of(application.case)]
    here = ids.index(application.case.step) if application.case.step in ids else len(ids)
    found = deadlines.steps_of(application.case)[here + 1 : here + 2]
    return found[0] if found else None


def recipients(application: Application) -> str:
    """Who gets a message, and how."""
    people = _(", ").join(str(user) for user in followers(application))
    return _("%(people)s, in the portal and by mail") % {"people": people}


def _to(step: Step | None, text: Words) -> Effect:
    if step is None:
        return {"text": _("The case is finished.")}
    return {"text": str(text) % {"step": step.name or step.id, "body": queries.body_name(step.actor)}}


def _offered_pass(desk: Desk) -> bool:
    return desk.step is not None and desk.step.action in engine.DECIDING and _open(desk)


def _open(desk: Desk) -> bool:
    return desk.application.case.state == State.OPEN


def _pass_effects(desk: Desk) -> list[Effect]:
    after = next_step(desk.application)
    effects = [
        _to(after, _("The application goes to «%(step)s»: it is then the turn of %(body)s."))
        | {"sources": desk.sources},
        {"text": _("Your decision is kept in the file with every check and its article.")},
    ]
    if after is not None and after.needs_resolution:
        effects.append({"text": _("It can then be put on a resolution.")})
    effects.append(
        {"text": _("Nobody gets a message; the applicant sees on the page of the application where it stands.")}
    )
    effects.append({"text": _("Until somebody acts on it, you can take the step back.")})
    return effects


def _way(kind: str) -> Callable[[Desk], bool]:
    return lambda desk: desk.step is not None and desk.step.refusal(kind) is not None and _open(desk)


def _way_sources(desk: Desk, kind: str) -> tuple[Any, ...]:
    way = desk.step.refusal(kind) if desk.step else None
    return way.sources(queries.rulebook_of(desk.application.case.version_id or 0).id) if way else ()


def returned_papers(desk: Desk) -> list[str]:
    """The papers to be replaced, each with what is wrong with it."""
    return [
        f"{slot.rule.name}：{slot.current.note}"
        for slot in reads.slots(desk.application, desk.on)
        if slot.state == "returned" and slot.current is not None
    ]


def _return_effects(desk: Desk) -> list[Effect]:
    effects: list[Effect] = [
        {
            "text": _(
                "The applicant can change the application and submit it again; it then comes back to this step."
            ),
            "sources": _way_sources(desk, "correct"),
        },
        {"text": _("The day of the first submission stays, and with it the day from which membership would count.")},
    ]
    effects += [{"text": _("Named in the message: %(paper)s") % {"paper": paper}} for paper in returned_papers(desk)]
    effects.append({"text": _("«Your application needs a correction»"), "to": recipients(desk.application)})
    return effects


def _send_back_effects(desk: Desk) -> list[Effect]:
    way = desk.step.refusal("send_back") if desk.step else None
    steps = deadlines.steps_of(desk.application.case)
    target = next((step for step in steps if way and step.id == way.to), steps[0] if steps else None)
    words = _("The application goes back to «%(step)s»: it is then the turn of %(body)s, who read your reasons.")
    return [
        _to(target, words) | {"sources": _way_sources(desk, "send_back")},
        {"text": _("Nobody gets a message; the applicant sees on the page of the application where it stands.")},
        {"text": _("Until somebody acts on it, you can take the step back.")},
    ]


def _reject_effects(desk: Desk) -> list[Effect]:
    return [
        {"text": _("The application ends here. This cannot be taken back."), "sources": _way_sources(desk, "reject")},
        {"text": _("No ban follows: the applicant may apply again at any time.")},
        {"text": _("«Your application was not accepted», with your reasons"), "to": recipients(desk.application)},
    ]


def _offered_take_back(desk: Desk) -> bool:
    return engine.check_take_back(desk.application.case, desk.by).passed


def _take_back_effects(desk: Desk) -> list[Effect]:
    last = engine.last_passage(desk.application.case)
    step = next((s for s in deadlines.steps_of(desk.application.case) if last and s.id == last.from_step), None)
    words = _("The application goes back to «%(step)s»: it is then the turn of %(body)s.")
    effects = [_to(step, words), {"text": _("Both entries stay in the file.")}]
    if last is not None and last.verb == Verb.RETURN:
        effects.append(
            {"text": _("The message to the applicant was sent and stays; what they have changed so far is kept.")}
        )
    return effects


def _offered_notice(desk: Desk) -> bool:
    return desk.step is not None and desk.step.action == "notify"


def _notice_effects(desk: Desk) -> list[Effect]:
    if not notices.registers(desk.application.case):
        after = next_step(desk.application)
        effects = [_to(after, _("The application goes to «%(step)s»: it is then the turn of %(body)s."))]
        effects[0]["sources"] = desk.sources
        if after is not None and after.action == "pay":
            effects.append({"text": _("The fee is billed; without a fee standard the application waits for one.")})
        effects.append({"text": _("«You are accepted»"), "to": recipients(desk.application)})
        return effects
    return [
        {"text": _("Registration opens and waits for the fee."), "sources": desk.sources},
        {"text": _("The invoice above is issued.")},
        {"text": _("«You are accepted: complete your registration»"), "to": recipients(desk.application)},
    ]


def _send_notice(desk: Desk, typed: dict[str, Any]) -> object:
    send = notices.send if notices.registers(desk.application.case) else notices.announce
    return send(desk.application, by=desk.by, on=desk.on)


def _offered_record(desk: Desk) -> bool:
    running = desk.application.case.state in (State.OPEN, State.APPROVED)
    return running and desk.step is not None and desk.step.action in joining.RECORDED


def _record_effects(desk: Desk) -> list[Effect]:
    case = desk.application.case
    step = desk.step
    words = _("It is recorded that «%(step)s» was carried out today.")
    effects: list[Effect] = [{"text": words % {"step": step.name if step else ""}, "sources": desk.sources}]
    if step is not None and joining.begins_by(case) in BRINGS.get(step.action, ()):
        rulebook = joining.rulebook_of(case)
        sources = rulebook.membership.sources(rulebook.id) if rulebook.membership else ()
        effects.append({"text": _("Membership begins today."), "sources": sources})
    if step is not None and step.action == "publish":
        effects.append({"text": _("The announcement that the rules ask for is published.")})
    effects.append(_to(next_step(desk.application), _("Next: «%(step)s», %(body)s.")))
    return effects


@dataclass(frozen=True)
class Notice:
    """What the notice would say, and bill."""

    text: str
    lines: list[FeeLine]
    total: str
    memo: str


def preview(desk: Desk) -> Notice:
    """The very notice that would go out: it is written, read and taken back in one transaction, so nothing is sent.

    Raises :class:`Refused` where sending would.
    """
    with transaction.atomic():
        registration = notices.send(desk.application, by=desk.by, on=desk.on)
        state = statement(registration.case, desk.on)
        memo = state.invoice.memo if state.invoice else ""
        found = Notice(notices.notice(registration, desk.on).text, state.lines, yuan(state.status.owed), memo)
        transaction.set_rollback(True)
    return found


def _reason(act: Callable[..., object]) -> Callable[[Desk, dict[str, Any]], object]:
    return lambda desk, typed: act(desk.application, step=typed["step"], note=typed["note"], by=desk.by, on=desk.on)


def _check_way(verb: Verb) -> Callable[[Desk, str], Decision]:
    return lambda desk, step: engine.check_way_out(desk.application.case, verb, desk.by, step=step, on=desk.on)


MOVES: tuple[Move, ...] = (
    Move(
        "pass",
        gettext_lazy("Pass on"),
        gettext_lazy("Pass the application on"),
        gettext_lazy("Passed on."),
        NoteForm,
        _offered_pass,
        lambda desk, step: reviews.check_pass(desk.application, step=step, by=desk.by, on=desk.on),
        _pass_effects,
        _reason(reviews.pass_on),
    ),
    Move(
        "notice",
        gettext_lazy("Send the notice"),
        gettext_lazy("Send the notice of acceptance"),
        gettext_lazy("The notice is on its way; the registration is open."),
        MoveForm,
        _offered_notice,
        lambda desk, step: notices.check_sendable(desk.application, desk.by, on=desk.on),
        _notice_effects,
        _send_notice,
    ),
    Move(
        "record",
        gettext_lazy("Record as done"),
        gettext_lazy("Record that the step was carried out"),
        gettext_lazy("Recorded."),
        NoteForm,
        _offered_record,
        lambda desk, step: joining.check_recordable(desk.application, step=step, by=desk.by, on=desk.on),
        _record_effects,
        _reason(joining.record),
    ),
    Move(
        "return",
        gettext_lazy("Return for correction"),
        gettext_lazy("Return the application for correction"),
        gettext_lazy("Returned. The applicant was told."),
        ReasonForm,
        _way("correct"),
        _check_way(Verb.RETURN),
        _return_effects,
        _reason(reviews.return_for_correction),
    ),
    Move(
        "send-back",
        gettext_lazy("Send back"),
        gettext_lazy("Send the application back"),
        gettext_lazy("Sent back with your reasons."),
        ReasonForm,
        _way("send_back"),
        _check_way(Verb.SEND_BACK),
        _send_back_effects,
        _reason(reviews.send_back),
    ),
    Move(
        "reject",
        gettext_lazy("Reject"),
        gettext_lazy("Reject the application"),
        gettext_lazy("Rejected. The applicant was told."),
        RejectForm,
        _way("reject"),
        _check_way(Verb.REFUSE),
        _reject_effects,
        lambda desk, typed: reviews.reject(
            desk.application, step=typed["step"], note=typed["note"], rules=typed["rules"], by=desk.by, on=desk.on
        ),
        stop=True,
    ),
    Move(
        "take-back",
        gettext_lazy("Take my step back"),
        gettext_lazy("Take your last step back"),
        gettext_lazy("Taken back."),
        MoveForm,
        _offered_take_back,
        lambda desk, step: engine.check_take_back(desk.application.case, desk.by),
        _take_back_effects,
        lambda desk, typed: engine.take_back(desk.application.case, by=desk.by, on=desk.on),
    ),
)

MAIN = ("pass", "notice", "record")
BY_NAME = {move.name: move for move in MOVES}


def offered(desk: Desk) -> list[dict[str, Any]]:
    """The buttons of the case page, each with the reasons that stand in its way."""
    found = []
    for move in MOVES:
        if move.offered(desk):
            reasons = against(move.check(desk, desk.application.case.step))
            found.append({"move": move, "main": move.name in MAIN, "reasons": reasons, "effects": move.effects(desk)})
    return found


FIELDS = {"reasons_required": "note", "rejection_cites_nothing": "rules"}
"""Refusals that the page can mend, and the field they speak of."""


def place_refusal(form: forms.Form, refusal: Refused) -> bool:
    """Say at the field what it lacks. False where the case itself has moved on."""
    codes = [reason.code for reason in refusal.decision.reasons]
    if not all(FIELDS.get(code, "") in form.fields for code in codes):
        return False
    for reason in refusal.decision.reasons:
        form.add_error(FIELDS[reason.code], sentence(reason))
    return True
