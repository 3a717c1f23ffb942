"""Counting of days against conventions.md, acg.md and an independent calendar."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from association.rules import counting
from association.rules.counting import Due, Left, WorkCalendar, add

CALENDAR = WorkCalendar()
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
exact = settings(deadline=None, max_examples=200)


def day(text):
    return date.fromisoformat(text)


def period(n, unit, roll="none", count_first=False):
    return SimpleNamespace(n=n, unit=unit, roll=roll, count_first=count_first)


class TestWorkdays:
    @pytest.mark.rule("ACG-20")
    @pytest.mark.parametrize(
        ("start", "last", "provisional"),
        [
            ("2026-09-18", "2026-10-09", False),  # Sun 20 Sep is worked
            ("2026-09-24", "2026-10-15", False),
            ("2026-12-24", "2027-01-08", True),
        ],
    )
    def test_notice_ten_working_days_after_the_resolution(self, start, last, provisional):
        assert counting.workdays_after(day(start), 10, CALENDAR) == Due(day(last), provisional)

    @pytest.mark.parametrize(
        ("start", "n", "last", "provisional"),
        [
            pytest.param("2026-09-28", 10, "2026-10-16", False, marks=pytest.mark.rule("ACG-22.a")),
            pytest.param("2026-02-10", 10, "2026-03-02", False, marks=pytest.mark.rule("ACG-25")),
            pytest.param("2026-12-01", 20, "2026-12-29", False, marks=pytest.mark.rule("ACG-22.b")),
            pytest.param("2026-12-15", 20, "2027-01-13", True, marks=pytest.mark.rule("ACG-22.b")),
            ("2026-12-30", 1, "2026-12-31", False),
            ("2026-12-31", 1, "2027-01-04", True),  # 1 Jan is at rest, 2–3 Jan a weekend
            ("2026-09-19", 1, "2026-09-20", False),  # worked Sunday
            ("2026-09-20", 0, "2026-09-20", False),
        ],
    )
    def test_nth_working_day(self, start, n, last, provisional):
        assert counting.due(day(start), period(n, "workday"), CALENDAR) == Due(day(last), provisional)

    def test_reminder_two_working_days_before(self):
        assert counting.workdays_after(day("2026-10-09"), -2, CALENDAR).day == day("2026-09-30")

    def test_first_day_counts_only_when_asked_and_worked(self):
        assert counting.workdays_after(day("2026-09-18"), 1, CALENDAR, count_first=True).day == day("2026-09-18")
        assert counting.workdays_after(day("2026-09-19"), 1, CALENDAR, count_first=True).day == day("2026-09-20")

    def test_every_day_of_2018_to_2026_agrees_with_the_holidays_package(self):
        oracle = holidays.country_holidays("CN", years=range(2018, 2027))
        start, end = date(2018, 1, 1), date(2026, 12, 31)
        every = [start + timedelta(i) for i in range((end - start).days + 1)]
        assert [d for d in every if CALENDAR.is_workday(d) != oracle.is_working_day(d)] == []

    @pytest.mark.parametrize(
        "text", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    )
    def test_make_up_days_of_2026_are_worked(self, text):
        assert CALENDAR.is_workday(day(text))
        assert day(text).weekday() >= 5

    @pytest.mark.parametrize(
        "text", ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03"]
    )
    def test_an_unpublished_year_rests_on_fixed_days(self, text):
        assert not CALENDAR.is_workday(day(text))
        assert not CALENDAR.is_known(day(text))

    def test_fixed_days_are_data(self):
        assert WorkCalendar(fixed_holidays=frozenset()).is_workday(day("2027-01-01"))

    def test_an_override_wins_but_does_not_publish_a_year(self):
        own = WorkCalendar({day("2026-10-09"): False, day("2027-01-04"): False})
        assert counting.workdays_after(day("2026-09-18"), 10, own) == Due(day("2026-10-10"))
        assert counting.workdays_after(day("2026-12-31"), 1, own) == Due(day("2027-01-05"), provisional=True)

    def test_a_loaded_year_is_not_provisional(self):
        loaded = WorkCalendar({day("2027-01-02"): True}, counting.OFFICIAL_YEARS | {2027})
        assert counting.workdays_after(day("2026-12-31"), 1, loaded) == Due(day("2027-01-02"))

    def test_a_year_withdrawn_from_the_known_ones_is_provisional(self):
        assert counting.workdays_after(day("2026-09-18"), 10, WorkCalendar(known_years=frozenset())).provisional

    @exact
    @given(DAYS, st.integers(1, 60))
    def test_exactly_n_working_days_lie_in_the_span_and_the_last_is_one(self, start, n):
        last = counting.workdays_after(start, n, CALENDAR)
        span = [start + timedelta(i + 1) for i in range((last.day - start).days)]
        assert sum(CALENDAR.is_workday(d) for d in span) == n
        assert CALENDAR.is_workday(last.day)
        assert last.provisional == any(d.year not in counting.OFFICIAL_YEARS for d in span)

    @exact
    @given(DAYS, st.integers(1, 40))
    def test_counting_back_returns_to_a_working_start(self, start, n):
        start = counting.roll(start, CALENDAR).day
        there = counting.workdays_after(start, n, CALENDAR).day
        assert counting.workdays_after(there, -n, CALENDAR).day == start

    @exact
    @given(DAYS, DAYS, st.integers(1, 30))
    def test_a_later_start_never_ends_earlier(self, one, other, n):
        first, second = sorted((one, other))
        assert counting.workdays_after(first, n, CALENDAR).day <= counting.workdays_after(second, n, CALENDAR).day


class TestCalendarUnits:
    @pytest.mark.parametrize(
        ("start", "n", "unit", "last"),
        [
            ("2026-03-10", 5, "year", "2031-03-10"),
            ("2028-02-29", 5, "year", "2033-02-28"),
            ("2026-01-31", 1, "month", "2026-02-28"),
            ("2026-01-31", 13, "month", "2027-02-28"),
            ("2026-03-10", 30, "day", "2026-04-09"),
            ("2026-12-31", 2, "month", "2027-02-28"),
            ("2026-03-31", -1, "month", "2026-02-28"),
            ("2028-02-29", 4, "year", "2032-02-29"),
        ],
    )
    def test_first_day_does_not_count(self, start, n, unit, last):
        assert add(day(start), n, unit) == day(last)

    @pytest.mark.rule("ACG-42.a")
    def test_a_sanction_counts_its_named_first_day(self):
        assert counting.last_day_of_sanction(day("2026-04-01"), 6, "month") == day("2026-09-30")

    @pytest.mark.parametrize(
        ("start", "n", "unit", "last"),
        [
            ("2027-01-01", 1, "year", "2027-12-31"),
            ("2028-02-29", 1, "year", "2029-02-28"),
            ("2027-03-31", 6, "month", "2027-09-30"),
            ("2029-06-20", 1, "year", "2030-06-19"),
            ("2027-03-31", 1, "day", "2027-03-31"),
            ("2027-03-01", 1, "month", "2027-03-31"),
        ],
    )
    def test_a_validity_counts_its_first_day(self, start, n, unit, last):
        assert counting.last_day_of_validity(day(start), n, unit) == day(last)

    def test_seniority_is_complete_on_the_anniversary(self):
        assert counting.satisfied_from(day("2024-03-10"), 2) == day("2026-03-10")
        assert counting.satisfied_from(day("2024-02-29"), 1) == day("2025-02-28")

    @pytest.mark.rule("ACG-21.d")
    def test_three_months_before_the_end_of_a_term(self):
        assert counting.months_before(day("2028-05-31"), 3) == day("2028-02-29")
        assert counting.due(day("2029-05-19"), period(-3, "month"), CALENDAR) == Due(day("2029-02-19"))

    @pytest.mark.rule("ACG-7.p2")
    @pytest.mark.parametrize(
        ("event", "covered_on", "clear_on"),
        [("2023-03-20", "2026-03-20", "2026-03-21"), ("2024-02-29", "2027-02-28", "2027-03-01")],
    )
    def test_the_last_three_years(self, event, covered_on, clear_on):
        assert counting.covered(day(event), 3, "year", on=day(covered_on))
        assert not counting.covered(day(event), 3, "year", on=day(clear_on))
        assert counting.clear_from(day(event), 3, "year") == day(clear_on)

    def test_an_event_still_to_come_is_not_in_the_past_years(self):
        assert not counting.covered(day("2026-03-21"), 3, "year", on=day("2026-03-20"))

    @pytest.mark.parametrize(("n", "unit"), [(1, "workday"), (1, "week"), (1, "")])
    def test_unknown_units_are_refused(self, n, unit):
        with pytest.raises(ValueError, match="not a calendar unit"):
            add(day("2026-01-01"), n, unit)

    def test_years_outside_the_calendar_are_refused(self):
        with pytest.raises(ValueError, match="no such year"):
            add(day("2026-01-01"), 8000, "year")

    @pytest.mark.parametrize("n", [0, -1])
    def test_a_validity_lasts_at_least_one_unit(self, n):
        with pytest.raises(ValueError, match="at least one"):
            counting.last_day_of_validity(day("2026-01-01"), n, "year")

    @exact
    @given(DAYS, st.integers(-60, 60), st.sampled_from(["month", "year"]))
    def test_the_corresponding_day_keeps_its_number_or_is_the_last_of_its_month(self, start, n, unit):
        last = add(start, n, unit)
        months = (last.year - start.year) * 12 + last.month - start.month
        assert months == n * (12 if unit == "year" else 1)
        assert last.day == start.day or (last.day < start.day and (last + timedelta(1)).day == 1)

    @exact
    @given(DAYS, st.integers(1, 60), st.sampled_from(["day", "month", "year"]))
    def test_following_validities_leave_no_gap_and_no_overlap(self, start, n, unit):
        start = start.replace(day=min(start.day, 28))
        last = counting.last_day_of_validity(start, n, unit)
        assert last + timedelta(1) == add(start, n, unit)

    @exact
    @given(DAYS, st.integers(1, 10), DAYS)
    def test_covered_and_clear_are_complements_after_the_event(self, event, n, on):
        if on >= event:
            clear = counting.clear_from(event, n, "year")
            assert counting.covered(event, n, "year", on=on) == (on < clear)


class TestRolling:
    @pytest.mark.rule("ACG-21.b")
    @pytest.mark.parametrize(
        ("start", "last", "provisional"), [("2026-03-10", "2027-03-10", True), ("2025-10-04", "2026-10-08", False)]
    )
    def test_the_registration_window_rolls(self, start, last, provisional):
        window = period(1, "year", roll="next_workday")
        assert counting.due(day(start), window, CALENDAR) == Due(day(last), provisional)

    @pytest.mark.rule("ACG-21.d")
    def test_three_months_after_the_changeover(self):
        window = period(3, "month", roll="next_workday")
        assert counting.due(day("2029-06-10"), window, CALENDAR) == Due(day("2029-09-10"), provisional=True)

    @pytest.mark.rule("ACG-31.a")
    @pytest.mark.parametrize(
        ("year", "roll", "last", "provisional"),
        [
            (2026, "next_workday", "2026-06-30", False),
            (2029, "next_workday", "2029-07-02", True),
            (2029, "none", "2029-06-30", False),
        ],
    )
    def test_the_thirtieth_of_june(self, year, roll, last, provisional):
        assert counting.fixed_date(year, 6, 30, roll, CALENDAR) == Due(day(last), provisional)

    def test_before_a_date_is_inclusive_unless_told(self):
        assert counting.fixed_date(2026, 6, 30, "none", CALENDAR, inclusive=False).day == day("2026-06-29")

    def test_the_twenty_ninth_of_february_exists_every_year(self):
        assert counting.fixed_date(2026, 2, 29, "none", CALENDAR).day == day("2026-02-28")

    def test_rolling_over_the_year_end_into_an_unknown_year_is_provisional(self):
        own = WorkCalendar({day("2026-12-31"): False})
        assert counting.roll(day("2026-12-31"), own) == Due(day("2027-01-04"), provisional=True)

    def test_an_unknown_roll_is_refused(self):
        with pytest.raises(ValueError, match="roll"):
            counting.fixed_date(2026, 6, 30, "previous", CALENDAR)

    def test_a_counted_first_day_of_a_period(self):
        assert counting.due(day("2027-01-01"), period(1, "year", count_first=True), CALENDAR).day == day("2027-12-31")

    def test_same_day(self):
        assert counting.same_day(day("2026-10-08"), CALENDAR) == Due(day("2026-10-08"))
        assert counting.same_day(day("2026-10-01"), CALENDAR) == Due(day("2026-10-08"))

    @pytest.mark.parametrize(("at", "last"), [(time(17, 0), "2026-09-30"), (time(17, 1), "2026-10-08")])
    def test_after_the_closing_hour_is_the_next_working_day(self, at, last):
        result = counting.due(day("2026-09-30"), period(0, "same_day"), CALENDAR, at=at, cutoff=time(17))
        assert result.day == day(last)

    def test_the_closing_hour_of_a_rest_day_changes_nothing(self):
        late = counting.same_day(day("2026-10-03"), CALENDAR, at=time(23), cutoff=time(17))
        assert late.day == day("2026-10-08")

    @exact
    @given(DAYS)
    def test_rolling_twice_is_rolling_once(self, start):
        rolled = counting.roll(start, CALENDAR)
        assert rolled.day >= start
        assert counting.roll(rolled.day, CALENDAR).day == rolled.day


class TestLeft:
    @pytest.mark.parametrize(
        ("on", "left"),
        [
            ("2026-09-18", Left(10, overdue=False)),
            ("2026-09-30", Left(2, overdue=False)),
            ("2026-10-09", Left(0, overdue=False)),
            ("2026-10-10", Left(1, overdue=True)),  # a worked Saturday
            ("2026-10-12", Left(2, overdue=True)),
        ],
    )
    def test_days_left_until_the_ninth_of_october(self, on, left):
        assert counting.workdays_left(day(on), day("2026-10-09"), CALENDAR) == left

    def test_a_rest_day_after_the_due_day_is_overdue(self):
        assert counting.workdays_left(day("2026-09-25"), day("2026-09-24"), CALENDAR) == Left(0, overdue=True)

    @exact
    @given(DAYS, st.integers(1, 40))
    def test_left_mirrors_counting(self, start, n):
        last = counting.workdays_after(start, n, CALENDAR)
        assert counting.workdays_left(start, last.day, CALENDAR) == Left(n, False, last.provisional)


class TestOther:
    def test_the_date_is_the_local_one(self):
        assert counting.local_date(datetime(2026, 3, 10, 16, 30, tzinfo=UTC)) == day("2026-03-11")
        assert counting.local_date(datetime(2026, 3, 10, 15, 59, tzinfo=UTC)) == day("2026-03-10")

    def test_a_moment_without_a_zone_has_no_date(self):
        with pytest.raises(ValueError, match="time zone"):
            counting.local_date(datetime(2026, 3, 10, 16, 30))  # noqa: DTZ001 - the naive moment is the test

    @pytest.mark.parametrize(
        ("on", "first", "last"),
        [("2026-10-01", "2026-10-01", "2026-12-31"), ("2026-12-31", "2026-10-01", "2026-12-31"),
         ("2026-02-15", "2026-01-01", "2026-03-31")],
    )  # fmt: skip
    def test_quarters(self, on, first, last):
        assert counting.quarter(day(on)) == (day(first), day(last))

    @pytest.mark.parametrize(
        ("op", "at", "below", "above"),
        [(">=", True, False, True), (">", False, False, True), ("<=", True, True, False), ("<", False, True, False),
         ("==", True, False, False)],
    )  # fmt: skip
    def test_whether_the_number_itself_counts(self, op, at, below, above):
        results = [counting.threshold(op, "85", Decimal(x)) for x in ("85", "84.995", "85.005")]
        assert results == [at, below, above]

    def test_thresholds_compare_exact_fractions(self):
        assert not counting.threshold(">=", "0.3334", Fraction(1, 3))
        with pytest.raises(TypeError):
            counting.threshold(">=", "85", 85.0)
        with pytest.raises(ValueError, match="operator"):
            counting.threshold("=>", "85", 85)

    @pytest.mark.parametrize(
        ("x", "text"),
        [(Decimal("84.995"), "84.99"), (Fraction(241, 3), "80.33"), (-Decimal("0.019"), "-0.01"), (7, "7.00")],
    )
    def test_scores_are_shown_truncated(self, x, text):
        assert str(counting.shown(x)) == text
