"""Until when fees are to be paid: spans of the year, periods from an event, the first fee."""

import pytest

from association.rules.deadlines import calendar_of
from tests.fees.books import (
    FIRE,
    GEN6,
    bill,
    day,
    fees,
    join,
    the_line,
)


class TestUntilWhen:
    SPAN = {"kind": "span", "from": "01-01", "until": "03-31"}

    def test_within_the_months_of_the_span(self):
        line = the_line(bill(fees(due=self.SPAN)))

        assert (line.due_from, line.due_on, line.provisional) == (day("2026-01-01"), day("2026-03-31"), False)

    def test_its_last_day_may_roll(self):
        rolled = self.SPAN | {"until": "02-28", "roll": "next_workday"}

        assert the_line(bill(fees(due=rolled))).due_on == day("2026-02-28")  # a worked Saturday
        assert the_line(bill(fees(due=rolled), 2027)).due_on == day("2027-03-01")
        assert the_line(bill(fees(due=self.SPAN | {"until": "02-28"}), 2027)).due_on == day("2027-02-28")

    def test_a_span_over_new_year_begins_in_its_year(self):
        line = the_line(bill(fees(due=self.SPAN | {"from": "11-01", "until": "01-31"})))

        assert (line.due_from, line.due_on) == (day("2026-11-01"), day("2027-01-31"))

    @pytest.mark.parametrize(
        ("starts_on", "due_on"), [("2026-02-10", "2026-03-31"), ("2026-03-31", "2026-03-31"), ("2026-04-01", None)]
    )
    def test_who_joins_after_the_span_pays_at_once(self, starts_on, due_on):
        line = the_line(join(fees(due=self.SPAN), starts_on))

        assert (line.due_on, line.due_event) == (due_on and day(due_on), None)

    def test_or_as_the_rule_for_the_first_fee_says(self):
        first = {"kind": "period", "n": 30, "unit": "day", "from": "membership.started"}
        line = the_line(join(fees(due=self.SPAN, first_due=first), "2026-04-01"))

        assert line.due_on == day("2026-05-01")

    def test_counted_from_the_start_of_each_period(self):
        ten = {"kind": "period", "n": 10, "unit": "workday", "from": "fee_period.started"}
        decision = bill(fees(cycle="quarter", due=ten))

        assert [line.due_on for line in decision.value] == [
            day(on) for on in ("2026-01-15", "2026-04-16", "2026-07-15", "2026-10-20")
        ]

    def test_no_day_where_the_document_names_none(self):
        line = the_line(bill(GEN6))

        assert (line.due_on, line.due_event) == (None, None)

    @pytest.mark.rule("FIRE-8.2.4")
    def test_fire_asks_for_the_first_fee_once_the_papers_are_in_order(self):
        line = the_line(join(FIRE, "2026-03-20", class_id="person", calendar=calendar_of(FIRE)))

        assert (line.due_on, line.due_event) == (None, "review.passed")
        assert "8.2.4" in [source.key for source in line.sources]
