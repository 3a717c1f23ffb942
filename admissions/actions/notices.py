"""Tell an approved applicant to register: what to pay, to whom, with which memo, until when (ACG-20, 21.b, 30)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admissions.actions import joining
from admissions.actions.followers import tell
from admissions.models import Application
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, failed, require
from association.letters import letter
from association.models import Case, Passage
from association.models.message import Topic
from association.rules.money import format_yuan
from association.values import long_date
from fees.actions import invoices, payments
from fees.models import FeeLine
from fees.queries import ZERO, Statement, bank_account, statement
from members.actions import registrations
from members.models import Membership, Registration


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
    tell(
        application,
        occasion=f"notice:{case.pk}",
        topic=Topic.DECISION,
        subject=_("You are accepted"),
        text=letter(case.subject, *_what_follows(application, on), under=passage.decision),
    )
    return passage


def _what_follows(application: Application, on: date) -> list[str]:
    case = application.case
    words = [_("The association has accepted your application.")]
    membership = Membership.objects.filter(case=case).select_related("party").first()
    if membership is not None:
        words.append(_("You are a member since %(day)s.") % {"day": long_date(membership.starts_on)})
    if membership is not None and membership.party.number:
        words.append(_("Your member number is %(number)s.") % {"number": membership.party.number})
    state = statement(case, on)
    if state.outstanding > ZERO:
        due = next((line.due_on for line in state.lines if line.due_on), None)
        words.append(_("Please pay the membership fee of ¥%(amount)s.") % {"amount": format_yuan(state.outstanding)})
        if due is not None:
            words.append(_("The last day to pay is %(day)s.") % {"day": long_date(due)})
        words.append(_("The page of your application says to which account, with which memo."))
    return words


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
    tell(
        application,
        occasion=f"notice:{case.pk}",
        topic=Topic.DECISION,
        subject=_("You are accepted") if free else _("You are accepted: complete your registration"),
        text=_free_text(application, on) if free else text(registration, on),
    )
    if free:  # nothing is waited for: the registration is accepted at once
        payments.settle(registration.case, by=by, on=on)
    return registration


def _free_text(application: Application, on: date) -> str:
    return letter(
        application.case.subject,
        *_what_follows(application, on),
        _("You owe no membership fee. The association now completes your registration and writes to you again."),
    )


@in_letter_language
def text(registration: Registration, on: date) -> str:
    """The words of the notice. Everything the finance department of a unit needs is in it."""
    state: Statement = statement(registration.case, on)
    if state.invoice is None:
        raise Refused(failed("nothing_owed", *engine.sources_of(registration.case, None)))
    party = registration.membership.party
    account = state.invoice.account
    lines = "\n".join(
        _("%(year)s: ¥%(amount)s (%(formula)s)")
        % {"year": line.label, "amount": format_yuan(line.amount), "formula": line.formula}
        for line in state.lines
    )
    words = _(
        "The association has accepted your application. Your member number is %(number)s, and you are a "
        "member since %(since)s. Please complete the registration by %(closes)s.\n\n"
        "Membership fee ¥%(total)s\n%(lines)s\n\n"
        "Payee: %(payee)s\nBank: %(bank)s\nAccount: %(account)s\nMemo (please write it exactly): %(memo)s\n\n"
        "After the transfer, upload the voucher on the page below."
    ) % {
        "number": party.number or "",
        "since": date_format(registration.membership.starts_on, "DATE_FORMAT"),
        "closes": date_format(registration.closes_on, "DATE_FORMAT") if registration.closes_on else "—",
        "total": format_yuan(state.status.owed),
        "lines": lines,
        "payee": account.payee if account else "",
        "bank": account.bank if account else "",
        "account": account.account if account else "",
        "memo": state.invoice.memo,
    }
    return letter(party.name, words)


def registration_of(case: Case) -> Registration | None:
    """The registration that the notice of this admission opened."""
    membership = getattr(case, "membership", None)
    return Registration.objects.filter(membership=membership).order_by("pk").first() if membership else None
