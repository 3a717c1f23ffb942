"""What each letter to applicants is filled with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from admissions.models import Application, Claim
from association import queries
from association.cases import engine
from association.letters import Facts
from association.models import Case, Passage, Resolution
from association.rules.money import format_yuan
from association.values import long_date
from fees.queries import ZERO, statement
from members.models import Membership, Registration


def page(case: Case) -> str:
    return reverse("application", args=[case.key])


def received(application: Application, passage: Passage) -> Facts | None:
    """It has arrived, and who takes it up next, until when; None where nobody does."""
    case = application.case
    step = engine.current_step(case)
    if step is None:
        return None
    deadline = case.deadlines.filter(code=step.id, dropped_on__isnull=True).order_by("-pk").first()
    values = {
        "day": passage.decision.on,
        "step": step.name,
        "body": queries.body_name(step.actor),
        "until": deadline.due_on if deadline else None,
    }
    return Facts(values, name=case.subject, link=page(case))


def judged(passage: Passage) -> Facts:
    """What is to be mended, or why it was refused, and under what."""
    case = passage.case
    return Facts({"reasons": passage.note}, name=case.subject, under=passage.decision, link=page(case))


def joined(membership: Membership, case: Case, *, under: Any) -> Facts:
    """A new member."""
    values = {"day": membership.starts_on, "number": membership.party.number or ""}
    return Facts(values, name=membership.party.name, under=under, link=page(case))


def accepted(application: Application, on: date) -> Facts:
    """The decision, and what is to be paid where no registration follows (PROP-6.4)."""
    case = application.case
    membership = Membership.objects.filter(case=case).select_related("party").first()
    state = statement(case, on)
    owes = state.outstanding > ZERO
    last = case.passages.select_related("decision").order_by("-seq").first()
    return Facts(
        {
            "since": membership.starts_on if membership else None,
            "number": (membership.party.number or "") if membership else "",
            "amount": state.outstanding if owes else "",
            "due": next((line.due_on for line in state.lines if line.due_on), None) if owes else None,
        },
        name=case.subject,
        under=last.decision if last else None,
        link=page(case),
    )


def registering(registration: Registration, on: date) -> Facts | None:
    """What to pay, to whom, with which memo, until when (ACG-20, 21.b, 30); None where nothing is owed."""
    state = statement(registration.case, on)
    membership = registration.membership
    if state.invoice is None or membership.case is None:
        return None
    account = state.invoice.account
    lines = (
        _("%(year)s: ¥%(amount)s (%(formula)s)")
        % {"year": line.label, "amount": format_yuan(line.amount), "formula": line.formula}
        for line in state.lines
    )
    return Facts(
        {
            "number": membership.party.number or "",
            "since": membership.starts_on,
            "closes": long_date(registration.closes_on) if registration.closes_on else "—",
            "total": state.status.owed,
            "lines": "\n".join(lines),
            "payee": account.payee if account else "",
            "bank": account.bank if account else "",
            "account": account.account if account else "",
            "memo": state.invoice.memo,
        },
        name=membership.party.name,
        link=page(membership.case),
    )


def claimed(claim: Claim, on: date | None = None) -> Facts:
    """An application that was opened to a second account."""
    case = claim.application.case
    return Facts({}, name=case.subject, link=page(case))


def claim_refused(claim: Claim, on: date | None = None) -> Facts:
    """Greets the account, not the unit: a stranger learns nothing of it."""
    return Facts({"reasons": claim.note}, name=claim.user.get_full_name())


def revoked(case: Case, resolution: Resolution, *, under: Any, owed_back: Decimal) -> Facts:
    """An interim decision that a meeting took back, and the money that goes back with it."""
    values = {"number": resolution.number, "meeting": resolution.meeting.title}
    values["refund"] = f"¥{format_yuan(owed_back)}" if owed_back else ""
    return Facts(values, name=case.subject, under=under, link=page(case))
