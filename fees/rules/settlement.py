"""What has been paid of what is owed (ACG-28, 31.a): computed when asked, by the bank's value dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

ZERO = Decimal("0.00")


class State(StrEnum):
    UNPAID = "unpaid"
    PARTIAL = "partial"
    PAID = "paid"


class Owed(Protocol):
    """What is read of a fee line."""

    @property
    def year(self) -> int: ...
    @property
    def period(self) -> int: ...
    @property
    def amount(self) -> Decimal: ...
    @property
    def due_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Paid:
    """Money on the line of a fee period, in yuan, on the bank's value date. A reversal is negative."""

    year: int
    amount: Decimal
    value_date: date
    period: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """Owed and paid in yuan. ``outstanding`` is never negative; what was paid beyond is ``excess``.

    ``overdue_days``: days from the due day to the settlement, or to the day asked about while something is
    outstanding. A line settled late keeps them; it is no longer ``overdue``.
    """

    state: State
    owed: Decimal
    paid: Decimal
    outstanding: Decimal
    excess: Decimal
    overdue_days: int
    settled_on: date | None

    @property
    def overdue(self) -> bool:
        return self.state is not State.PAID and self.overdue_days > 0


def status_of(lines: Iterable[Owed], payments: Iterable[Paid], on: date) -> Status:
    """What is paid of these lines on a day; payments of a later value date do not count yet.

    Settled only when the sum is the full amount: partial payment stays overdue (ACG-28). Overdue from the day after
    the due day (31.a). Each line is settled by its own money; the longest delay is told.
    """
    known = [payment for payment in payments if payment.value_date <= on]
    each = [
        _line_status(line, [p for p in known if (p.year, p.period) == (line.year, line.period)], on) for line in lines
    ]
    outstanding = sum((status.outstanding for status in each), ZERO)
    paid = sum((status.paid for status in each), ZERO)
    settled = [status.settled_on for status in each if status.settled_on]
    open_delays = [status.overdue_days for status in each if status.outstanding]
    delays = open_delays if outstanding else [status.overdue_days for status in each]
    return Status(
        state=_state(outstanding, paid),
        owed=sum((status.owed for status in each), ZERO),
        paid=paid,
        outstanding=outstanding,
        excess=sum((status.excess for status in each), ZERO),
        overdue_days=max(delays, default=0),
        settled_on=max(settled) if settled and not outstanding else None,
    )


def _line_status(line: Owed, payments: list[Paid], on: date) -> Status:
    paid = sum((payment.amount for payment in payments), ZERO)
    outstanding = max(line.amount - paid, ZERO)
    settled = _settled_on(line.amount, payments) if not outstanding else None
    measured = on if outstanding else settled
    late = (measured - line.due_on).days if measured and line.due_on else 0
    excess = max(paid - line.amount, ZERO)
    return Status(_state(outstanding, paid), line.amount, paid, outstanding, excess, max(late, 0), settled)


def _state(outstanding: Decimal, paid: Decimal) -> State:
    if not outstanding:
        return State.PAID
    return State.PARTIAL if paid > 0 else State.UNPAID


def _settled_on(amount: Decimal, payments: list[Paid]) -> date | None:
    """The value date since which the line has stayed covered; ``None`` where nothing was owed."""
    total, since = ZERO, None
    for payment in sorted(payments, key=lambda payment: (payment.value_date, -payment.amount)):
        covered = total >= amount
        total += payment.amount
        if total < amount:
            since = None
        elif not covered:
            since = payment.value_date
    return since
