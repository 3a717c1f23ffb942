"""Fees by the half-year, quarter, month or once, and the part of the first one that a new member pays."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rulebook import preset
from association.rules.deadlines import calendar_of
from fees.rules.payers import Standard
from tests.fees.books import (
    PROP,
    bill,
    conventions,
    day,
    failure,
    fees,
    join,
    proration,
    shown,
    standard,
    the_line,
)

CYCLES = {"year": 1, "half": 2, "quarter": 4, "month": 12}
SHARES = [{"from": "07-01", "rate": "0.5"}]


class TestCycles:
    @pytest.mark.rule("GEN6-4.2")
    def test_by_the_quarter_each_pays_the_amount_of_a_period(self):
        decision = bill(fees(cycle="quarter"))

        assert shown(decision) == [(2026, n, "300.00") for n in (1, 2, 3, 4)]
        spans = [(line.first_day, line.last_day) for line in decision.value]
        assert spans == [
            (day("2026-01-01"), day("2026-03-31")),
            (day("2026-04-01"), day("2026-06-30")),
            (day("2026-07-01"), day("2026-09-30")),
            (day("2026-10-01"), day("2026-12-31")),
        ]
        assert {(line.formula, line.months, str(line.annual)) for line in decision.value} == {("300.00", 3, "1200.00")}
        assert {source.key for source in decision.value[0].sources} == {"4.2", "标准"}

    @pytest.mark.parametrize(("cycle", "number"), CYCLES.items())
    def test_every_cycle_has_its_number_of_periods(self, cycle, number):
        decision = bill(fees(cycle=cycle))

        assert len(decision.value) == number
        assert {line.months for line in decision.value} == {12 // number}
        assert [line.period for line in decision.value] == ([0] if number == 1 else list(range(1, number + 1)))

    def test_an_amount_of_the_year_is_divided_among_its_periods(self):
        decision = bill(fees(cycle="quarter", amounts="year"), price="1200")

        assert shown(decision) == [(2026, n, "300.00") for n in (1, 2, 3, 4)]
        assert {line.formula for line in decision.value} == {"1,200.00 × 3 / 12"}
        assert not any("year_sum" in reason.facts for reason in decision.reasons)

    def test_each_line_is_rounded_and_the_sum_is_said(self):
        decision = bill(fees(cycle="month", amounts="year"), price="1000")

        assert shown(decision)[0] == (2026, 1, "83.33")
        assert sum(line.amount for line in decision.value) == Decimal("999.96")
        assert {reason.facts["year_sum"] for reason in decision.reasons} == {"999.96"}
        assert all("C-14" in conventions(line) for line in decision.value)

    def test_one_period_alone(self):
        assert shown(bill(fees(cycle="quarter"), period=3)) == [(2026, 3, "300.00")]
        assert bill(fees(cycle="quarter"), period=5).value == ()

    def test_a_period_is_billed_once(self):
        decision = bill(fees(cycle="quarter"), billed={(2026, 1), (2025, 2)})

        assert [line.period for line in decision.value] == [2, 3, 4]

    def test_each_period_has_the_price_of_its_first_day(self):
        dearer = Standard("新", {("person", None): Decimal(330)}, day("2026-04-01"))
        decision = bill(fees(cycle="quarter"), standard=(standard(), dearer))

        assert shown(decision) == [(2026, 1, "300.00")] + [(2026, n, "330.00") for n in (2, 3, 4)]
        later = Standard("新", {("person", None): Decimal(330)}, day("2026-04-02"))
        assert shown(bill(fees(cycle="quarter"), standard=(standard(), later)))[1] == (2026, 2, "300.00")

    def test_classes_may_have_a_cycle_of_their_own(self):
        mixed = fees(preset("gen7"), cycles={"unit": "half"})
        by_person = bill(mixed, class_id="person")
        by_unit = bill(mixed, class_id="unit")

        assert [line.period for line in by_person.value] == [0]
        assert [line.period for line in by_unit.value] == [1, 2]

    @pytest.mark.parametrize("cycle", ["half", "quarter", "month", "once"])
    def test_years_are_paid_in_advance_only_where_years_are_paid(self, cycle):
        early = {"allowed": "remaining_term", "ref": ["4.2"]}
        rulebook = fees(cycle=cycle, prepayment=early)
        ends = day("2029-05-19")

        assert failure(join(rulebook, "2026-03-20", prepay=True, term_ends_on=ends)) == "prepayment_not_offered"
        yearly = join(fees(prepayment=early), "2026-03-20", prepay=True, term_ends_on=ends)
        assert len(yearly.value) == 4

    @given(st.sampled_from(sorted(CYCLES)), st.decimals(0, 10**6, places=2), st.integers(2020, 2040))
    def test_a_year_of_periods_is_the_amount_so_many_times(self, cycle, price, year):
        decision = bill(fees(cycle=cycle), year, price=str(price))

        assert sum(line.amount for line in decision.value) == CYCLES[cycle] * price
        assert {line.annual for line in decision.value} == {CYCLES[cycle] * price}

    @given(st.sampled_from(sorted(CYCLES)), st.decimals(0, 10**6, places=2))
    def test_a_divided_year_is_off_by_rounding_alone(self, cycle, price):
        decision = bill(fees(cycle=cycle, amounts="year"), price=str(price))
        total = sum(line.amount for line in decision.value)

        assert abs(total - price) <= CYCLES[cycle] * Decimal("0.005")
        assert (total != price) == ("year_sum" in decision.reasons[0].facts)

    @given(st.sampled_from(sorted(CYCLES)), st.integers(2020, 2030))
    def test_periods_follow_one_another_without_a_gap(self, cycle, year):
        lines = bill(fees(cycle=cycle), year).value

        assert (lines[0].first_day, lines[-1].last_day) == (date(year, 1, 1), date(year, 12, 31))
        for one, following in pairwise(lines):
            assert following.first_day == one.last_day + timedelta(1)


class TestOnce:
    @pytest.mark.rule("PROP-6.5")
    def test_the_first_fee_is_one_line_and_no_other_follows(self):
        once = {"class_id": "unit", "price": "5000", "calendar": calendar_of(PROP)}
        line = the_line(join(PROP, "2026-03-20", "2027-01-05", **once))

        assert (str(line.amount), line.period, line.cycle) == ("5000.00", 0, "once")
        assert (line.first_day, line.last_day) == (None, None)
        assert bill(PROP, 2027, class_id="unit").reasons[0].code == "fee_paid_once"

    @pytest.mark.rule("PROP-6.5")
    @pytest.mark.parametrize(
        ("notice", "due_on"),
        [("2026-03-20", "2026-04-03"), ("2026-09-21", "2026-10-12"), ("2026-02-06", "2026-02-27")],
    )
    def test_ten_working_days_from_the_notice(self, notice, due_on):
        once = {"class_id": "unit", "price": "5000", "calendar": calendar_of(PROP)}
        waiting = the_line(join(PROP, "2026-03-20", **once))
        noticed = the_line(join(PROP, notice, events={"notice.received": day(notice)}, **once))

        assert (waiting.due_on, waiting.due_event) == (None, "notice.received")
        assert (noticed.due_on, noticed.due_event) == (day(due_on), None)

    @pytest.mark.rule("PROP-6.5")
    def test_a_day_to_pay_that_has_passed_stays_passed(self):
        once = {"class_id": "unit", "price": "5000", "calendar": calendar_of(PROP)}
        late = the_line(join(PROP, "2026-03-02", "2026-06-01", events={"notice.received": day("2026-03-02")}, **once))

        assert late.due_on == day("2026-03-16")


class TestJoining:
    def test_within_a_quarter_it_is_owed_whole(self):
        assert shown(join(fees(cycle="quarter"), "2026-09-30")) == [(2026, 3, "300.00")]

    @pytest.mark.parametrize(
        ("starts_on", "amount", "formula"),
        [
            ("2026-07-01", "300.00", "300.00"),
            ("2026-07-31", "300.00", "300.00"),
            ("2026-08-01", "200.00", "300.00 × 2 / 3"),
            ("2026-09-30", "100.00", "300.00 × 1 / 3"),
            ("2026-10-01", "300.00", "300.00"),
        ],
    )
    def test_by_the_months_that_are_left_of_the_quarter(self, starts_on, amount, formula):
        line = the_line(join(fees(cycle="quarter", proration=proration(method="months")), starts_on))

        assert (str(line.amount), line.formula) == (amount, formula)
        assert line.first_day <= day(starts_on) <= line.last_day

    def test_an_amount_of_the_year_is_divided_and_prorated_in_one_rounding(self):
        rulebook = fees(cycle="quarter", amounts="year", proration=proration(method="months"))
        line = the_line(join(rulebook, "2026-08-15", price="1000"))

        assert (str(line.amount), line.formula) == ("166.67", "1,000.00 × 3 / 12 × 2 / 3")
        assert "C-14" in conventions(line)

    def test_periods_until_the_registration_are_owed_too(self):
        decision = join(fees(cycle="quarter"), "2026-08-15", "2027-04-01")

        assert shown(decision) == [(y, n, "300.00") for y, n in ((2026, 3), (2026, 4), (2027, 1), (2027, 2))]
        assert shown(join(fees(cycle="quarter"), "2026-08-15", "2026-09-30")) == [(2026, 3, "300.00")]
        assert len(shown(join(fees(cycle="quarter"), "2026-08-15", "2026-10-01"))) == 2

    def test_or_only_the_first_where_the_document_says_so(self):
        rulebook = fees(cycle="quarter", proration=proration(method="none", lines_until="start_year"))

        assert shown(join(rulebook, "2026-08-15", "2027-04-01")) == [(2026, 3, "300.00")]

    @pytest.mark.parametrize(
        ("starts_on", "amount", "formula"),
        [
            ("2026-01-01", "1000.00", "1,000.00"),
            ("2026-06-30", "1000.00", "1,000.00"),
            ("2026-07-01", "500.00", "1,000.00 × 0.5"),
            ("2026-12-31", "500.00", "1,000.00 × 0.5"),
            ("2027-01-01", "1000.00", "1,000.00"),
        ],
    )
    def test_half_the_fee_from_the_first_of_july(self, starts_on, amount, formula):
        halved = fees(proration=proration(method="shares", shares=SHARES))
        line = the_line(join(halved, starts_on, price="1000"))

        assert (str(line.amount), line.formula) == (amount, formula)

    def test_the_next_year_is_whole_again(self):
        halved = fees(proration=proration(method="shares", shares=SHARES))

        assert shown(join(halved, "2026-12-20", "2027-02-01", price="1000")) == [
            (2026, 0, "500.00"),
            (2027, 0, "1000.00"),
        ]
        assert shown(bill(halved, 2027, price="1000")) == [(2027, 0, "1000.00")]

    def test_the_last_share_whose_day_has_come(self):
        steps = [{"from": "04-01", "rate": "0.75"}, {"from": "07-01", "rate": "0.5"}, {"from": "10-01", "rate": "0"}]
        rulebook = fees(proration=proration(method="shares", shares=steps))
        amounts = [
            str(the_line(join(rulebook, on, price="1000")).amount)
            for on in ("2026-03-31", "2026-04-01", "2026-09-30", "2026-10-01")
        ]

        assert amounts == ["1000.00", "750.00", "500.00", "0.00"]

    @pytest.mark.parametrize(
        ("starts_on", "amount", "months"),
        [
            ("2026-03-31", "1000.00", 12),
            ("2026-04-01", "750.00", 9),
            ("2026-07-01", "500.00", 6),
            ("2026-09-30", "500.00", 6),
            ("2026-10-01", "250.00", 3),
            ("2026-12-31", "250.00", 3),
        ],
    )
    def test_by_the_quarters_that_are_left_of_the_year(self, starts_on, amount, months):
        line = the_line(join(fees(proration=proration(method="quarters")), starts_on, price="1000"))

        assert (str(line.amount), line.months) == (amount, months)
        assert line.formula == ("1,000.00" if months == 12 else f"1,000.00 × {months // 3} / 4")

    @given(
        st.sampled_from(sorted(CYCLES)),
        st.sampled_from(
            [
                {"method": "none"},
                {"method": "months"},
                {"method": "months", "include_join_month": False},
                {"method": "quarters"},
                {"method": "shares", "shares": SHARES},
            ]
        ),
        st.dates(date(2024, 1, 1), date(2027, 12, 30)),
        st.decimals(0, 10**6, places=2),
    )
    def test_a_part_is_never_more_than_the_whole_and_later_never_dearer(self, cycle, rule, starts_on, price):
        rulebook = fees(cycle=cycle, proration=proration(**rule))
        earlier, later = (
            the_line(join(rulebook, on.isoformat(), price=str(price))) for on in (starts_on, starts_on + timedelta(1))
        )

        assert earlier.amount <= price
        if later.first_day == earlier.first_day:
            assert later.amount <= earlier.amount
