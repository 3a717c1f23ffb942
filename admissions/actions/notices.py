"""Tell an approved applicant to register: what to pay, to whom, with which memo, until when (ACG-20, 21.b, 30)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from admissions import letters as says
from admissions.actions import joining
from admissions.actions.followers import tell
from admissions.models import Application
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, failed, require
from association.letters import Letter, write
from association.models import Case, Passage
from fees.actions import invoices, payments
from fees.models import FeeLine
from fees.queries import bank_account
from members.actions import registrations
from members.models import Registration


def check_sendable(application: Application, by: Actor, *, on: date) -> Decision:
    """Whether the notice can go out: the step's owner asks, and there is an account to pay to."""
    case = application.case
    step = engine.current_step(case)
    sources = engine.sources_of(case, step)
    if step is None or step.action != "notify":
        return failed("not_possible_now", *sources, state=case.state, verb="notify")
    if registers(case) and bank_account() is None and not _owes_nothing(case, on):
        return failed("no_bank_account", *sources)
    return engine.check_turn(case, by, on=on)


def _owes_nothing(case: Case, on: date) -> bool:
    """Whether the new member is one who pays nothing (免交)."""
    membership = getattr(case, "membership", None)
    decision = invoices.joining_dues(membership, on=on) if membership else None
    return decision is not None and decision.passed and not decision.value


def registers(case: Case) -> bool:
    """Whether a registration follows the admission (ACG-21), or the notice only tells of the decision."""
    return any(rule.id == "initial" for rule in joining.rulebook_of(case).registrations)


@transaction.atomic
@in_letter_language
def announce(application: Application, *, by: Actor, on: date) -> Passage:
    """Tell of the decision where no registration follows: what comes next, and what is to be paid (PROP-6.4)."""
    case = application.case = engine.locked(application.case)
    decision = require(check_sendable(application, by, on=on))
    at = engine.current_step(case)
    assert at is not None
    passage = engine.pass_step(case, decision, step=case.step, by=by, on=on)
    joining.passed(application, passage, step=at, by=by, on=on)
    case.refresh_from_db()
    tell(application, write("admission.accepted", says.accepted(application, on)), occasion=f"notice:{case.pk}")
    return passage


@transaction.atomic
@in_letter_language
def send(application: Application, *, by: Actor, on: date) -> Registration:
    """Release the notice: open the registration, bill it, tell everybody who follows the application. Once."""
    case = application.case = engine.locked(application.case)
    require(check_sendable(application, by, on=on))
    membership = case.membership
    registration = registrations.open_initial(membership, applicant=case.applicant, noticed_on=on, by=by)
    invoices.bill_registration(registration, by=by, on=on)
    sources = engine.sources_of(case, engine.current_step(case))
    decision = Decision(Outcome.PASS, (Reason("notice_sent", sources, {"number": membership.party.number}),))
    engine.pass_step(case, decision, step=case.step, by=by, on=on)
    deadlines.start(registration.case, "notice.sent", on=on)
    free = not FeeLine.objects.standing().filter(invoice__case=registration.case).exists()
    tell(application, _free(application, on) if free else notice(registration, on), occasion=f"notice:{case.pk}")
    if free:  # nothing is waited for: the registration is accepted at once
        payments.settle(registration.case, by=by, on=on)
    return registration


def _free(application: Application, on: date) -> Letter:
    return write("admission.registered_free", says.accepted(application, on))


@in_letter_language
def notice(registration: Registration, on: date) -> Letter:
    """Everything the finance department of a unit needs is in it."""
    said = says.registering(registration, on)
    if said is None:
        raise Refused(failed("nothing_owed", *engine.sources_of(registration.case, None)))
    return write("admission.registration", said)


def registration_of(case: Case) -> Registration | None:
    """The registration that the notice of this admission opened."""
    membership = getattr(case, "membership", None)
    return Registration.objects.filter(membership=membership).order_by("pk").first() if membership else None
