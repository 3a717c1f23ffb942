"""Registration (登记): opened by the notice, accepted when the fee is paid, completed by the membership department."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from association import queries
from association.actions import announcements, jobs
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, failed, require
from association.impacts import Recounted
from association.letters import write
from association.models import Case, Deadline, DecisionRecord, User
from association.rulebook.schema import Certificate as CertificateRule
from association.rulebook.schema import Rulebook
from association.rules.counting import Due, WorkCalendar
from association.serials import new_serial
from association.states import State, Verb
from members.actions import history, parties, publicity
from members.actions.history import Entry
from members.certificates.facts import TEMPLATE, CertificateFacts
from members.certificates.wording import articles_of, duty_of, period
from members.letters import completed
from members.models import Certificate, Membership, Registration
from members.models.party import PartyKind
from members.models.registration import RegistrationKind
from members.queries import tier_on
from members.rules import registration as rules
from members.rules.standing import EventKind

KIND = "registration_initial"
PAY, REGISTER, PUBLISH = "pay", "register", "publish"  # step actions, not ids
RENDER = "members.render_certificate"
CLOSES = "registration.closes"
"""The deadline by which the new member registers (pays); no step sets it."""


def step_id(case: Case, action: str) -> str:
    """The id that the pinned rulebook gives its step of this action."""
    return next(step.id for step in deadlines.steps_of(case) if step.action == action)


def rulebook_of(registration: Registration) -> Rulebook:
    """The version that its case is pinned to."""
    return queries.governing_version(registration.case.version_id or 0).rulebook


def window(rulebook: Rulebook, *, applied_on: date, noticed_on: date | None) -> Decision:
    """Until when the initial registration is accepted (ACG-21.b, A-13)."""
    events = {"application.submitted": applied_on}
    if noticed_on is not None:
        events["notice.sent"] = noticed_on
    return rules.window(rulebook, "initial", events=events, calendar=queries.calendar(rulebook))


def count_again(calendar: WorkCalendar) -> Iterator[Recounted]:
    """Provisional closing days by a new calendar; the later of the two is stored. Inside the caller's transaction."""
    vague = Registration.objects.filter(
        closes_provisional=True, completed_on__isnull=True, kind=RegistrationKind.INITIAL, case__closed_on__isnull=True
    )
    for row in vague.select_for_update(of=("self",)).select_related("case", "membership__case").order_by("pk"):
        admission, noticed_on = row.membership.case, row.case.opened_on
        applied_on = admission.submitted_on if admission else row.membership.starts_on
        assert applied_on is not None
        assert row.closes_on is not None
        events = {"application.submitted": applied_on, "notice.sent": noticed_on}
        rulebook = queries.governing(noticed_on).rulebook
        found = rules.window(rulebook, "initial", events=events, calendar=queries.by_rulebook(calendar, rulebook))
        closes = found.value.closes if found.passed and found.value else None
        if closes is None or (closes.day, closes.provisional) == (row.closes_on, True):
            continue
        deadline = Deadline.objects.unmet().select_related("case").filter(case=row.case, code=CLOSES).first()
        if deadline is not None:
            deadlines.move(deadline, Due(max(row.closes_on, closes.day), closes.provisional), found.sources, calendar)
            deadline.save(update_fields=deadlines.MOVED)
        yield Recounted(row.case, CLOSES, row.closes_on, closes.day, closes.provisional, deadline)
        row.closes_on, row.closes_provisional = max(row.closes_on, closes.day), closes.provisional
        row.save(update_fields=["closes_on", "closes_provisional"])


@transaction.atomic
def open_initial(membership: Membership, *, applicant: User | None, noticed_on: date, by: Actor) -> Registration:
    """Invite a new member to register. The case waits for the fee."""
    admission = membership.case
    applied_on = admission.submitted_on if admission else membership.starts_on
    assert applied_on is not None
    governing = queries.governing(noticed_on)
    opening = window(governing.rulebook, applied_on=applied_on, noticed_on=noticed_on)
    case = engine.open_case(
        KIND, member_class=membership.class_id, subject=str(membership.party), applicant=applicant, on=noticed_on
    )
    engine.submit(case, opening, version_id=governing.version_id, by=by, on=noticed_on)
    case.refresh_from_db()
    closes = opening.value.closes if opening.passed and opening.value else None
    if closes is not None:
        deadlines.set_last_day(case, CLOSES, closes, body="", sources=opening.sources, on=noticed_on)
    return Registration.objects.create(
        case=case,
        membership=membership,
        kind=RegistrationKind.INITIAL,
        closes_on=closes.day if closes else None,
        closes_provisional=bool(closes and closes.provisional),
    )


@transaction.atomic
def accept(registration: Registration, decision: Decision, *, paid_through_year: int, by: Actor, on: date) -> None:
    """The fee has arrived in full: the request is accepted and the department's period begins (ACG-22.a)."""
    case = engine.locked(registration.case)
    engine.pass_by_fact(case, decision, step=step_id(case, PAY), by=by, on=on)
    deadlines.meet(case, CLOSES, on=on)
    registration.accepted_on = on
    registration.paid_through_year = paid_through_year
    registration.save(update_fields=["accepted_on", "paid_through_year"])
    case.refresh_from_db()
    deadlines.start(case, "registration.accepted", on=on)


@transaction.atomic
def reopen_payment(registration: Registration, decision: Decision, *, note: str, by: Actor, on: date) -> None:
    """More is owed than was when the request was accepted: wait for the fee again (ACG-31.c)."""
    case = engine.locked(registration.case)
    if case.state == State.OPEN and case.step == step_id(case, REGISTER):
        engine.reopen_by_fact(case, decision, to=step_id(case, PAY), note=note, by=by, on=on)
        deadlines.reopen(case, CLOSES)
        registration.accepted_on = registration.paid_through_year = None
        registration.save(update_fields=["accepted_on", "paid_through_year"])


def check_completable(registration: Registration, by: Actor, *, on: date) -> Decision:
    """Whether this officer can register the member now; ``value`` is the validity it would have."""
    case = registration.case
    governing = queries.governing_version(case.version_id or 0)
    register = next(step for step in deadlines.steps_of(case) if step.action == REGISTER)
    sources = register.sources(governing.rulebook.id)
    if registration.completed_on is not None:
        return failed("registered_already", *sources, on=registration.completed_on.isoformat())
    if registration.accepted_on is None:
        return failed("fee_awaited", *engine.sources_of(case, engine.current_step(case)))
    for decision in (engine.check_possible(case, Verb.PASS, step=register.id), engine.check_turn(case, by, on=on)):
        if not decision.passed:
            return decision
    return validity(governing.rulebook, registration, on=on)


@transaction.atomic
def complete(registration: Registration, *, by: Actor, on: date) -> Certificate:
    """Register the member: validity, entry in the file, certificate, draft announcement (ACG-22.a, 25)."""
    case = engine.locked(registration.case)
    registration = (
        Registration.objects.select_for_update(of=("self",))
        .select_related("membership__party")
        .get(pk=registration.pk)
    )
    governing = queries.governing_version(case.version_id or 0)
    membership = registration.membership
    registration.case = case
    decision = require(check_completable(registration, by, on=on))
    passage = engine.pass_step(case, decision, step=step_id(case, REGISTER), by=by, on=on)
    valid = decision.value
    registration.completed_on, registration.decision = on, passage.decision
    registration.valid_from = valid.first_day
    registration.valid_until = valid.last_day + timedelta(days=1) if valid.last_day else None
    registration.save()
    until = registration.valid_until.isoformat() if registration.valid_until else None
    history.append([Entry(membership, EventKind.REGISTERED, on, passage.decision, {"until": until})])
    certificate = issue_certificate(registration, governing.rulebook, record=passage.decision, on=on)
    case.refresh_from_db()
    deadlines.start(case, "registration.completed", on=on)
    _draft_announcement(registration, governing.rulebook, record=passage.decision, on=on)
    _tell_registered(registration, certificate, on=on)
    return certificate


@in_letter_language
def _tell_registered(registration: Registration, certificate: Certificate, *, on: date) -> None:
    parties.tell_accounts(
        registration.membership.party,
        write("registration.completed", completed(registration, certificate)),
        occasion=f"registration:{registration.pk}:completed",
        case=registration.case,
        on=on,
    )


def validity(rulebook: Rulebook, registration: Registration, *, on: date) -> Decision:
    """How long the registration will hold (ACG-21.b): from the membership's start to the end of the last paid year."""
    membership = registration.membership
    facts = {"class": membership.class_id, "tier": tier_on(membership, on) or None}
    certificate = certificate_rule(rulebook, facts)
    years = range(membership.starts_on.year, (registration.paid_through_year or 0) + 1)
    return rules.validity(
        rulebook,
        certificate,
        registration.kind,
        facts=facts,
        events={**days_of(registration), certificate.trigger: on},
        paid_years=years,
    )


def days_of(registration: Registration) -> dict[str, date]:
    """The events of the way that are known, from which a validity may count.

    The fee counts as received on the day the registration was accepted for it.
    """
    admission = registration.membership.case
    known = {
        "application.submitted": admission.submitted_on if admission else None,
        "membership.started": registration.membership.starts_on,
        "registration.accepted": registration.accepted_on,
        "fee.received": registration.accepted_on,
    }
    return {event: day for event, day in known.items() if day is not None}


def certificate_rule(rulebook: Rulebook, facts: dict[str, Any]) -> CertificateRule:
    """The certificate that a completed registration brings."""
    return next(c for c in rulebook.certificates_for(facts) if c.trigger == "registration.completed")


def issue_certificate(
    registration: Registration, rulebook: Rulebook, *, record: DecisionRecord, on: date
) -> Certificate:
    """Freeze the facts of the certificate and have its PDF made in the background."""
    membership = registration.membership
    assert registration.valid_from is not None
    serial = new_serial()
    facts = certificate_facts(registration, rulebook, serial=serial, on=on)
    rule = certificate_rule(rulebook, {"class": membership.class_id, "tier": tier_on(membership, on) or None})
    certificate = Certificate.objects.create(
        serial=serial,
        rule=rule.id,
        membership=membership,
        registration=registration,
        facts=facts.as_json(),
        template_version=TEMPLATE,
        issued_on=on,
        valid_from=registration.valid_from,
        valid_until=registration.valid_until,
        decision=record,
    )
    jobs.order(RENDER, f"certificate:{certificate.pk}", certificate_id=certificate.pk)
    return certificate


def certificate_facts(registration: Registration, rulebook: Rulebook, *, serial: str, on: date) -> CertificateFacts:
    """What the certificate says of its holder (ACG-13, 21, 22, 23)."""
    from django.conf import settings

    membership = registration.membership
    party = membership.party
    profile = queries.profile()
    assert profile is not None
    assert registration.valid_from is not None
    tier = tier_on(membership, on)
    facts = {"class": membership.class_id, "tier": tier or None}
    rule = certificate_rule(rulebook, facts)
    is_person = party.kind == PartyKind.PERSON
    last = registration.valid_until - timedelta(days=1) if registration.valid_until else date.max
    code = "" if is_person else party.identifiers.values_list("masked", flat=True).first() or ""
    return CertificateFacts(
        association=profile.name,
        title=rule.name,
        holder=party.name,
        is_person=is_person,
        class_name=rulebook.member_class(membership.class_id).name,
        tier_name=rulebook.tier(tier).name if tier else "",
        field=membership.field,
        credit_code=code,
        number=party.number or "",
        serial=serial,
        member_since=membership.starts_on,
        valid_from=registration.valid_from,
        valid_until=last,
        issued_on=on,
        issuing_body=profile.name,
        verification_url=f"{settings.SITE_URL}/verify/{serial}/",
        document=rulebook.title,
        articles=articles_of(rulebook, rule),
        duty=duty_of(rulebook, rule),
    )


def _draft_announcement(registration: Registration, rulebook: Rulebook, *, record: DecisionRecord, on: date) -> None:
    rule = publicity.rule_on(rulebook, ("registration.completed",))
    if rule is None:
        return
    last = registration.valid_until - timedelta(days=1) if registration.valid_until else None
    assert registration.valid_from is not None
    publicity.draft(
        registration.membership,
        rule,
        rulebook,
        title="会员登记公告",
        validity=period(registration.valid_from, last),
        case=registration.case,
        record=record,
        on=on,
    )


def check_publishable(registration: Registration, by: Actor, *, on: date) -> Decision:
    """Whether this officer can release the announcement of the registration now."""
    case = registration.case
    step = next(step for step in deadlines.steps_of(case) if step.action == PUBLISH)
    sources = step.sources(queries.rulebook_of(case.version_id or 0).id)
    if registration.completed_on is None:
        return failed("not_registered_yet", *sources)
    if case.step != step.id:
        return failed("registration_published_already", *sources)
    for decision in (engine.check_possible(case, Verb.PASS, step=step.id), engine.check_turn(case, by, on=on)):
        if not decision.passed:
            return decision
    return Decision(Outcome.PASS, (Reason("registration_published", sources),))


@transaction.atomic
def publish(registration: Registration, *, by: Actor, on: date) -> None:
    """Release the announcement of a completed registration (ACG-25)."""
    case = registration.case = engine.locked(registration.case)
    decision = require(check_publishable(registration, by, on=on))
    engine.pass_step(case, decision, step=step_id(case, PUBLISH), by=by, on=on)
    for announcement in case.announcements.filter(published_on__isnull=True):
        announcements.publish(announcement, by=by, on=on)


def render(certificate_id: int) -> None:
    """Make the PDF of a certificate, once. Run by the worker."""
    from association.files import keeping
    from members.certificates.rendering import render_certificate

    certificate = Certificate.objects.get(pk=certificate_id)
    if certificate.file_id is not None:
        return
    facts = CertificateFacts.from_json(certificate.facts)
    document = render_certificate(facts)
    stored = keeping.keep_rendered(
        document, name=f"{facts.title}-{facts.number}.pdf", media_type="application/pdf", pages=1
    )
    Certificate.objects.filter(pk=certificate_id, file__isnull=True).update(file=stored)
