"""The applicant's side: start, save field by field, submit, correct, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from admissions import answers as reading
from admissions import letters as says
from admissions import queries as reads
from admissions.actions import joining
from admissions.actions.followers import tell
from admissions.models import Application
from admissions.questions import questions
from admissions.rules import eligibility
from association import clock, keys, queries
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import documents, engine
from association.decisions import Decision, Outcome, Reason, Refused, Source, failed, require
from association.letters import write
from association.models import Case, Passage, User
from association.rulebook.schema import Rulebook
from association.states import State
from members.actions import parties

KIND = "admission"


def sources_of(rulebook: Rulebook) -> tuple[Source, ...]:
    return rulebook.workflow(KIND).sources(rulebook.id)


@transaction.atomic
def start(user: User, class_id: str, *, channel: str = "", on: date) -> Application:
    """A draft of this class; the one that the account has already, if it has one."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks, one draft
    rulebook = queries.rulebook_on(on)
    rule = rulebook.member_class(class_id)
    if not rule.applied_for:
        raise Refused(failed("class_without_application", *rule.sources(rulebook.id), name=rule.name))
    draft = Application.objects.filter(
        case__applicant=user, case__kind=KIND, case__member_class=class_id, case__state=State.DRAFT
    ).first()
    if draft is not None:
        return draft
    case = engine.open_case(KIND, member_class=class_id, applicant=user, on=on)
    return Application.objects.create(case=case, channel=channel[:120])


def check_editable(application: Application) -> Decision:
    """Whether the applicant holds the pen."""
    case = application.case
    rulebook = queries.rulebook_of(case.version_id) if case.version_id else queries.rulebook_on(case.opened_on)
    if case.state in documents.EDITABLE:
        return Decision(Outcome.PASS, (Reason("possible", sources_of(rulebook)),))
    return failed("not_editable_now", *sources_of(rulebook))


@transaction.atomic
def save(application: Application, typed: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """Keep what was typed, field by field, whatever it is worth. Returns what is wrong with these fields, in words.

    A field that is not one of the form's is ignored. An empty field is kept empty.
    """
    application = _locked(application)
    require(check_editable(application))
    rulebook = reads.governing(application, on).rulebook
    known = {q.key: q for q in questions(rulebook, application.case.member_class, year=on.year)}
    wrong: dict[str, Any] = {}
    for key, value in typed.items():
        question = known.get(key)
        if question is None:
            continue
        kept = reading.tidy(value, question)
        if question.secret:
            application.identity = kept
        else:
            application.answers[key] = kept
        if kept:
            try:
                reading.read(question, kept)
            except reading.Wrong as error:
                wrong[key] = error.words
    _index(application, rulebook)
    if name := str(application.answers.get("name", "")).strip():
        Case.objects.filter(pk=application.case_id).update(subject=name[:200])
    application.save()
    return wrong


@transaction.atomic
def accept_rules(application: Application, accepted: bool, *, on: date) -> None:
    """Record that the applicant has read and accepts the rules: which version, when (ACG-4)."""
    application = _locked(application)
    require(check_editable(application))
    application.rules_accepted_at = clock.now() if accepted else None
    application.rules_version_id = reads.governing(application, on).version_id if accepted else None
    application.save(update_fields=["rules_accepted_at", "rules_version"])


class Incomplete(Exception):
    """The application cannot be submitted yet. ``faults``: what to do, by field or document slot."""

    def __init__(self, faults: dict[str, Any]) -> None:
        self.faults = faults
        super().__init__(", ".join(faults))


class TakenElsewhere(Exception):
    """Another account stands for this unit. The page that follows names nobody and offers a claim."""


def missing(application: Application, on: date) -> dict[str, Any]:
    """Everything that is still to be filled in, uploaded or accepted, in the form's order."""
    found: dict[str, Any] = dict(reading.faults(reads.form_questions(application, on), reads.all_answers(application)))
    rulebook = reads.governing(application, on).rulebook
    for slot in reads.slots(application, on):
        label = _document_label(rulebook, slot.rule)
        if slot.current is None and slot.rule.required:
            found[f"document_{slot.rule.id}"] = _("Missing: %(label)s. Upload it.") % {"label": label}
        elif slot.state == "returned":
            found[f"document_{slot.rule.id}"] = _("%(label)s was returned: %(note)s Upload it again.") % {
                "label": label,
                "note": slot.current.note if slot.current else "",
            }
    if rulebook.acceptances_for(application.case.member_class) and application.rules_accepted_at is None:
        found["accept_rules"] = _("Read the rules and tick that you accept them.")
    return found


def _document_label(rulebook: Rulebook, rule: Any) -> str:
    return f"{rule.name}（{rulebook.label(rule.ref[0])}）"


@transaction.atomic
def submit(application: Application, *, at: time | None = None, by: Actor, on: date) -> Application:
    """Submit the application, or the corrected one, ``at`` this time of day (C-8).

    Raises :class:`Incomplete` with what is missing, :class:`TakenElsewhere`, or :class:`Refused` with every computed
    check that fails and its article. A referral goes to the department's judgement.
    """
    application = _locked(application)
    require(check_editable(application))
    faults = missing(application, on)
    if faults:
        raise Incomplete(faults)
    governing = reads.governing(application, on)
    rulebook = governing.rulebook
    own, foreign = reads.others(application, rulebook)
    if own is not None and own.case.state != State.DRAFT:
        raise Refused(failed("applied_already", *sources_of(rulebook), key=str(own.case.key)))
    if foreign:
        raise TakenElsewhere
    kind, number = reads.identity_of(application, rulebook)
    application.party = parties.find_or_create(kind, number, name=str(application.answers["name"]).strip())
    application.save(update_fields=["party"])
    day = reads.check_day(application, on)
    verdict = eligibility.verdict(eligibility.check(rulebook, reads.facts(application, on), on=day), rulebook)
    if verdict.outcome is Outcome.FAIL:
        raise Refused(verdict)
    decision = Decision(Outcome.PASS, (_accepted(rulebook, application), *verdict.reasons))
    passage = engine.submit(application.case, decision, version_id=governing.version_id, at=at, by=by, on=on)
    application.case.refresh_from_db()
    joining.submitted(application, passage, by=by, on=on)
    application.case.refresh_from_db()
    _tell_received(application, passage)
    return application


@in_letter_language
def _tell_received(application: Application, passage: Passage) -> None:
    """That it has arrived, and who takes it up next, until when."""
    said = says.received(application, passage)
    if said is not None:
        tell(application, write("admission.received", said), occasion=f"received:{passage.pk}")


def _accepted(rulebook: Rulebook, application: Application) -> Reason:
    rules = rulebook.acceptances_for(application.case.member_class)
    sources = tuple(source for rule in rules for source in rule.sources(rulebook.id)) or sources_of(rulebook)
    return Reason("application_received", sources, {"version": application.rules_version_id})


@transaction.atomic
def withdraw(application: Application, *, by: Actor, on: date) -> None:
    """The applicant gives up the application. Joining is voluntary; nothing follows from it."""
    application = _locked(application)
    rulebook = reads.governing(application, on).rulebook
    decision = Decision(Outcome.PASS, (Reason("application_withdrawn", sources_of(rulebook)),))
    engine.withdraw(application.case, decision, by=by, on=on)


def _locked(application: Application) -> Application:
    """The application as it stands, its case held until the transaction ends."""
    case = engine.locked(application.case)
    application = Application.objects.select_for_update().get(pk=application.pk)
    application.case = case
    return application


def _index(application: Application, rulebook: Rulebook) -> None:
    _kind, number = reads.identity_of(application, rulebook)
    try:
        reader = reading.identifiers.uscc if reads.is_unit(application, rulebook) else reading.identifiers.resident_id
        normal = str(reader(number))
    except reading.IdentifierError:
        application.identity_index = ""
        return
    application.identity_index = keys.blind_index(normal)
    if reads.is_unit(application, rulebook):
        application.answers["uscc"] = normal
    else:
        application.identity = normal
