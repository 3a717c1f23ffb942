"""From the application to the membership, as the rulebook orders it: fee, register, originals, announcement.

Membership begins on the day of the event that the rulebook names (申请、批准、交费、登记), for each class its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from admissions import letters as says
from admissions import queries as reads
from admissions.actions.followers import followers, tell
from admissions.models import Application
from admissions.rules import eligibility
from association import queries
from association.actions.messages import in_letter_language
from association.actors import SYSTEM, Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, Source, failed, require
from association.letters import write
from association.models import Case, DecisionRecord, Passage
from association.rulebook.events import BRINGS, DECIDED
from association.rulebook.schema import Rulebook, Step
from association.states import Verb
from fees.actions import invoices
from fees.actions import joining as money
from fees.models import Invoice
from fees.queries import term_ends_on
from members.actions import certificates, memberships, parties, publicity
from members.models import Certificate, Membership

RECORDED = frozenset({"register", "sign", "receive_originals", "file", "issue", "publish"})
"""Steps that somebody carries out and records; nothing is judged."""


def rulebook_of(case: Case) -> Rulebook:
    return queries.rulebook_of(case.version_id or 0)


def start_of(case: Case, on: date) -> date:
    """The first day of a membership whose event happens ``on``, by the version pinned on the case (ACG-24)."""
    assert case.submitted_on is not None
    event = rulebook_of(case).starts_on(case.member_class)
    return case.submitted_on if event in ("application.submitted", "application.completed") else on


def begins_by(case: Case) -> str:
    """The event with which this membership begins: the rulebook's, or the approval where no step brings that about."""
    event = rulebook_of(case).starts_on(case.member_class)
    coming = {event for step in deadlines.steps_of(case) for event in BRINGS.get(step.action, ())}
    return event if event in DECIDED or event in coming else "decision.approved"


@transaction.atomic
def submitted(application: Application, passage: Passage, *, by: Actor, on: date) -> None:
    """After an application arrived: who only registers is a member at once; a fee that comes first is billed."""
    case = application.case
    step = engine.current_step(case)
    workflow = rulebook_of(case).workflow(case.kind, {"class": case.member_class})
    if workflow.mode == "register" and step is not None and step.action == "register":
        checked = eligibility.verdict(reads.checks(application, on), rulebook_of(case))
        if checked.passed:
            passage = engine.pass_by_fact(case, registering(case, step), step=step.id, by=SYSTEM, on=on)
            passed(application, passage, step=step, by=SYSTEM, on=on)
            return
    await_fee(application, by=by, on=on)


def registering(case: Case, step: Step) -> Decision:
    return Decision(Outcome.PASS, (Reason("registered_at_once", step.sources(rulebook_of(case).id)),))


@transaction.atomic
def passed(
    application: Application, passage: Passage, *, step: Step, happened_on: date | None = None, by: Actor, on: date
) -> None:
    """What follows from a step that was passed: what it brought about happened, and the next step may be the fee.

    ``happened_on``: the legal day of the event where it is not ``on`` (the value date of money).
    """
    case = application.case
    case.refresh_from_db()
    day = happened_on or on
    if passage.verb == Verb.APPROVE:
        deadlines.start(case, "decision.approved", on=on)
        approved(application, record=passage.decision, by=by, on=on)
    for event in BRINGS.get(step.action, ()):
        happened(application, event, record=passage.decision, by=by, on=day)
    await_fee(application, by=by, on=on)


def approved(application: Application, *, record: DecisionRecord, by: Actor, on: date) -> None:
    """The decision is made: checked once more, accounts opened, and a member where the decision makes one.

    Whoever passes the step, or carries the resolution out, has started what counts from the approval.
    """
    case = application.case
    recheck(application, on)
    assert application.party is not None
    for user in followers(application):
        parties.grant_access(application.party, user, on=on)
    deadlines.start(case, "review.passed", on=on)
    if begins_by(case) in DECIDED:
        begin(application, record=record, by=by, on=start_of(case, on))


def recheck(application: Application, on: date) -> None:
    """What the rulebook checks anew on the day of the decision: a new penalty, a ban, a listing."""
    rechecked = reads.checks(application, on, event="decision.approved")
    verdict = eligibility.verdict(rechecked, rulebook_of(application.case))
    if not verdict.passed:
        raise Refused(verdict)


def happened(application: Application, event: str, *, record: DecisionRecord, by: Actor, on: date) -> None:
    case = application.case
    deadlines.start(case, event, on=on)
    if begins_by(case) == event:
        begin(application, record=record, by=by, on=on)


def begin(application: Application, *, record: DecisionRecord, by: Actor, on: date) -> Membership:
    """Open the membership; the fee lines of the application are the member's from now on."""
    case = application.case
    assert application.party is not None
    membership = memberships.begin(
        application.party,
        class_id=case.member_class,
        field=str(application.answers.get("rb_field", "")),
        grade=grade_of(application),
        starts_on=on,
        case=case,
        record=record,
    )
    deadlines.start(case, "membership.started", on=on)
    money.belong(case, membership)
    if not any(step.action == "notify" for step in ahead(case)):
        _tell_member(application, membership, record=record)
    return membership


def grade_of(application: Application) -> str:
    """The choice that the fee of this class depends on (资质等级), empty where it depends on none."""
    fees = rulebook_of(application.case).fees
    if fees is None or fees.grade is None:
        return ""
    concerned = rulebook_of(application.case).matches(fees.grade.selector, {"class": application.case.member_class})
    return str(application.answers.get(f"rb_{fees.grade.field}", "")) if concerned else ""


def ahead(case: Case) -> tuple[Step, ...]:
    """The steps that are still to come, the current one first."""
    steps = deadlines.steps_of(case)
    here = next((n for n, step in enumerate(steps) if step.id == case.step), len(steps))
    return steps[here:]


@in_letter_language
def _tell_member(application: Application, membership: Membership, *, record: DecisionRecord) -> None:
    said = says.joined(membership, application.case, under=record)
    tell(application, write("admission.joined", said), occasion=f"member:{membership.pk}")


# the fee


def fee_turn(case: Case) -> bool:
    """Whether the application waits for its fee: at the step that says so, or a member owes it without one."""
    step = engine.current_step(case)
    if step is not None and step.action == "pay":
        return True
    asks = any(each.action == "pay" for each in deadlines.steps_of(case))
    rulebook = rulebook_of(case)
    return not asks and not rulebook.registrations and rulebook.fees is not None and hasattr(case, "membership")


@transaction.atomic
def await_fee(application: Application, *, by: Actor, on: date) -> Invoice | None:
    """Bill what is owed now. Without a fee standard nothing is billed and the desk is told (FIRE-8.2.4).

    Where nothing is owed, the fee's step is passed at once.
    """
    case = application.case
    case.refresh_from_db()
    if not fee_turn(case):
        return None
    decision = fee(application, on=on)
    if not decision.passed:
        return None
    assert application.party is not None
    membership = getattr(case, "membership", None)
    invoice = invoices.bill(
        case, application.party, decision, membership=membership, version_id=case.version_id, by=by, on=on
    )
    step = engine.current_step(case)
    if invoice is None and step is not None and step.action == "pay":
        passage = engine.pass_by_fact(case, decision, step=step.id, by=SYSTEM, on=on)
        passed(application, passage, step=step, by=SYSTEM, on=on)
    return invoice


def fee_unknown(application: Application, *, on: date) -> Decision | None:
    """Why an application that waits for its fee has no invoice: no standard tells the amount (FIRE-8.2.4)."""
    if not fee_turn(application.case) or application.case.invoices.filter(voided_on__isnull=True).exists():
        return None
    decision = fee(application, on=on)
    return None if decision.passed else decision


NOW = ("review.passed", "decision.approved", "notice.sent", "notice.received", "fee.received")
"""Events from which a first fee may fall due, on the day it is billed."""


def fee(application: Application, *, on: date) -> Decision:
    """What the applicant owes for joining, counted from the day membership begins, or from ``on`` if it waits."""
    case = application.case
    rulebook = rulebook_of(case)
    tiers = rulebook.tiers_of(case.member_class)
    membership = getattr(case, "membership", None)
    events = dict.fromkeys(NOW, on)
    if case.submitted_on is not None:
        events |= {"application.submitted": case.submitted_on, "application.completed": case.submitted_on}
    return money.dues_of(
        case,
        class_id=case.member_class,
        tier=tiers[0].id if tiers else None,
        grade=grade_of(application),
        starts_on=membership.starts_on if membership else start_of(case, on),
        events=events,
    )


@transaction.atomic
def paid(
    application: Application, *, sources: Sequence[Source], owed: Decimal, received_on: date, by: Actor, on: date
) -> None:
    """The fee has come in: the step that waited for it is passed, with the value date of the money as its day."""
    case = application.case
    step = engine.current_step(case)
    if step is None or step.action != "pay":
        return
    reason = Reason("fee_received_in_full", tuple(sources), {"owed": str(owed), "received": str(owed)})
    passage = engine.pass_by_fact(case, Decision(Outcome.PASS, (reason,)), step=step.id, by=by, on=on)
    passed(application, passage, step=step, happened_on=received_on, by=by, on=on)


@transaction.atomic
def await_fees(*, on: date) -> int:
    """Bill the applications whose fee could not be told before. Returns how many were billed."""
    waiting = Application.objects.filter(
        case__state__in=("open", "approved"), case__invoices__isnull=True, case__version__isnull=False
    ).select_related("case", "party")
    return sum(await_fee(application, by=SYSTEM, on=on) is not None for application in waiting if application.party)


# what is carried out and recorded


def issue_certificates(
    application: Application, membership: Membership, *, record: DecisionRecord, on: date
) -> list[Certificate]:
    """The certificates whose event has happened on this way, each with the day it happened on."""
    case = application.case
    return certificates.issue(
        membership,
        rulebook_of(case),
        events=days_of(application, membership),
        paid_years=money.paid_years(case),
        term_ends_on=term_ends_on(on),
        record=record,
        on=on,
    )


def days_of(application: Application, membership: Membership) -> dict[str, date]:
    """Which events have happened on this application, and when: from its passages and the money."""
    case = application.case
    steps = {step.id: step for step in deadlines.steps_of(case)}
    days = {"membership.started": membership.starts_on}
    if case.submitted_on is not None:
        days |= {"application.submitted": case.submitted_on, "application.completed": case.submitted_on}
    for passage in case.passages.select_related("decision").order_by("seq"):
        day = passage.decision.on
        if passage.verb == Verb.APPROVE:
            days |= {"decision.approved": day, "review.passed": day}
        step = steps.get(passage.from_step)
        if passage.verb in (Verb.APPROVE, Verb.PASS) and step is not None:
            days |= dict.fromkeys(BRINGS.get(step.action, ()), day)
    received = money.received_on(case)
    return days | ({"fee.received": received} if received else {})


def check_recordable(application: Application, *, step: str, by: Actor, on: date) -> Decision:
    """Whether this officer can record now that the step was carried out."""
    case = application.case
    checks: tuple[Callable[[], Decision], ...] = (
        lambda: engine.check_possible(case, Verb.PASS, step=step),
        lambda: _check_recorded(case),
        lambda: engine.check_no_resolution(case),
        lambda: engine.check_delegation(case, on=on),
        lambda: engine.check_turn(case, by, on=on),
    )
    return engine.first_refusal(checks)


def _check_recorded(case: Case) -> Decision:
    step = engine.current_step(case)
    sources = engine.sources_of(case, step)
    if step is None or step.action not in RECORDED:
        return failed("step_has_own_act", *sources, step=step.name if step else "")
    return Decision(Outcome.PASS, (Reason("step_carried_out", sources, {"step": step.name or step.id}),))


@transaction.atomic
def record(application: Application, *, step: str, note: str = "", by: Actor, on: date) -> Passage:
    """Record that the step was carried out: registered, originals received, certificate mailed, announced."""
    case = application.case = engine.locked(application.case)
    decision = require(check_recordable(application, step=step, by=by, on=on))
    at = engine.current_step(case)
    assert at is not None
    passage = engine.pass_step(case, decision, step=step, note=note, by=by, on=on)
    membership = Membership.objects.filter(case=case).first()
    if at.action == "issue" and membership is not None:
        issue_certificates(application, membership, record=passage.decision, on=on)
    if at.action == "publish" and membership is not None:
        publicity.announce_joining(membership, rulebook_of(case), case=case, record=passage.decision, by=by, on=on)
    passed(application, passage, step=at, by=by, on=on)
    return passage
