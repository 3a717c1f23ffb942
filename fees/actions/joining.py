"""The fee of an application: billed when its turn comes, settled by money, before anybody is a member (FIRE-8.2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from association import ports, queries
from association.actors import Actor
from association.decisions import Decision
from association.models import Case
from association.states import State
from fees.models import FeeLine, Payment
from fees.queries import ZERO, standards, statement, term_ends_on
from fees.rules import dues
from members.models import Membership


def dues_of(
    case: Case,
    *,
    class_id: str,
    tier: str | None,
    starts_on: date,
    events: Mapping[str, date],
    grade: str | None = None,
) -> Decision:
    """What joining costs under the version pinned on the case; ``value`` is the lines (or ``price_missing``)."""
    rulebook = queries.rulebook_of(case.version_id or 0)
    return dues.joining(
        rulebook,
        class_id=class_id,
        tier=tier,
        grade=grade,
        starts_on=starts_on,
        standard=standards(),
        calendar=queries.calendar(rulebook),
        term_ends_on=term_ends_on(starts_on),
        events=events,
    )


def belong(case: Case, membership: Membership) -> None:
    """The lines of the application are the new member's."""
    FeeLine.objects.standing().filter(invoice__case=case, membership__isnull=True).update(membership=membership)


@transaction.atomic
def settle(case: Case, *, by: Actor, on: date) -> None:
    """When all that an application owes has come in, tell its app, with the day on which the last of it arrived."""
    state = statement(case, on)
    if case.state not in (State.OPEN, State.APPROVED) or not state.lines or state.outstanding > ZERO:
        return
    received = received_on(case)
    if received is not None:
        sources = tuple(dict.fromkeys(source for line in state.lines for source in line.decision.sources))
        ports.effects[case.kind].settled(
            case, sources=sources, owed=state.status.owed, received_on=received, by=by, on=on
        )


def received_on(case: Case) -> date | None:
    """The value date of the newest money that was confirmed for this case."""
    payments = Payment.objects.filter(invoice__case=case, confirmed_on__isnull=False)
    return payments.order_by("-value_date").values_list("value_date", flat=True).first()


def paid_years(case: Case) -> frozenset[int]:
    """The fee years of this case whose lines are all paid in full."""
    lines = list(FeeLine.objects.standing().filter(invoice__case=case).with_paid())
    open_years = {line.year for line in lines if line.paid < line.amount}  # type: ignore[attr-defined]
    return frozenset({line.year for line in lines} - open_years)
