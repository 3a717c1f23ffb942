"""Owed, paid, overdue, by the bank's value date."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fees.rules.settlement import Paid, State, status_of

DUE = date(2026, 6, 30)


def line(amount="2000.00", due_on=DUE, year=2026, period=0):
    return SimpleNamespace(year=year, period=period, amount=Decimal(amount), due_on=due_on)


def paid(amount, value_date, year=2026, period=0):
    return Paid(year, Decimal(amount), date.fromisoformat(value_date), period)


@pytest.mark.rule("ACG-28")
def test_one_fen_short_is_partial_and_still_overdue():
    status = status_of([line()], [paid("1999.99", "2026-06-01")], date(2026, 7, 3))
    assert (status.state, status.outstanding) == (State.PARTIAL, Decimal("0.01"))
    assert (status.overdue, status.overdue_days) == (True, 3)


@pytest.mark.rule("ACG-31.a")
@pytest.mark.parametrize(
    ("value_date", "late", "state"), [("2026-06-30", 0, State.PAID), ("2026-07-01", 1, State.PAID)]
)
def test_the_value_date_decides_whether_it_was_late(value_date, late, state):
    status = status_of([line()], [paid("2000.00", value_date)], date(2026, 12, 31))
    assert (status.state, status.overdue_days, status.overdue) == (state, late, False)
    assert status.settled_on == date.fromisoformat(value_date)


@pytest.mark.rule("ACG-31.a")
@pytest.mark.parametrize(("on", "overdue", "days"), [(DUE, False, 0), (DUE + timedelta(1), True, 1)])
def test_overdue_from_the_day_after(on, overdue, days):
    status = status_of([line()], [], on)
    assert (status.state, status.overdue, status.overdue_days) == (State.UNPAID, overdue, days)


def test_money_still_to_be_credited_does_not_count():
    assert status_of([line()], [paid("2000.00", "2026-07-01")], DUE).state is State.UNPAID


def test_what_is_too_much_stays_visible():
    status = status_of([line()], [paid("2500.00", "2026-06-01")], DUE)
    assert (status.state, status.excess, status.outstanding) == (State.PAID, Decimal("500.00"), 0)


def test_a_reversal_opens_the_line_again():
    payments = [paid("2000.00", "2026-06-01"), paid("-2000.00", "2026-06-10"), paid("2000.00", "2026-07-02")]
    assert status_of([line()], payments[:2], DUE).state is State.UNPAID
    settled = status_of([line()], payments, date(2026, 8, 1))
    assert (settled.settled_on, settled.overdue_days) == (date(2026, 7, 2), 2)


def test_money_of_one_year_does_not_settle_another():
    lines = [line(), line(year=2027, due_on=date(2027, 6, 30))]
    status = status_of(lines, [paid("4000.00", "2026-06-01", year=2027)], DUE)
    assert (status.state, status.outstanding, status.excess) == (State.PARTIAL, Decimal("2000.00"), Decimal("2000.00"))


def test_a_line_that_waits_for_an_event_is_not_overdue():
    assert status_of([line(due_on=None)], [], date(2030, 1, 1)).overdue_days == 0


def test_nothing_owed_is_paid():
    assert status_of([line("0.00")], [], date(2030, 1, 1)).state is State.PAID
    assert status_of([], [], DUE).state is State.PAID


def test_a_late_line_already_settled_does_not_make_an_open_one_overdue():
    lines = [line(), line(year=2027, due_on=date(2027, 6, 30))]
    status = status_of(lines, [paid("2000.00", "2026-07-05")], date(2026, 12, 31))
    assert (status.state, status.overdue) == (State.PARTIAL, False)


@given(st.lists(st.tuples(st.integers(1, 300000), st.integers(0, 400)), max_size=6), st.integers(0, 400))
def test_owed_is_paid_plus_outstanding_less_excess(entries, later):
    payments = [Paid(2026, Decimal(fen).scaleb(-2), date(2026, 1, 1) + timedelta(offset)) for fen, offset in entries]
    status = status_of([line()], payments, date(2026, 1, 1) + timedelta(later))
    assert status.owed == status.paid + status.outstanding - status.excess
    assert (status.state is State.PAID) == (status.outstanding == 0)
    assert (status.settled_on is not None) == (status.state is State.PAID)


@pytest.mark.rule("GEN6-4.2")
def test_money_of_one_quarter_does_not_settle_another():
    quarters = [line("300.00", date(2026, 3 * n, 1), period=n) for n in (1, 2)]
    status = status_of(quarters, [paid("600.00", "2026-02-01", period=1)], date(2026, 6, 5))

    assert (status.state, status.outstanding, status.excess) == (State.PARTIAL, Decimal("300.00"), Decimal("300.00"))
    assert status.overdue_days == 4
