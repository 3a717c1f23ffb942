"""What joining and each year cost, on fixture ACG-F of conventions.md."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.decisions import Outcome, SourceKind
from association.rulebook import preset
from association.rules.counting import WorkCalendar
from association.rules.deadlines import calendar_of
from fees.rules import dues
from fees.rules.payers import Standard

ACG = preset("acg")
CALENDAR = calendar_of(ACG)
TERM_ENDS = date(2029, 5, 19)
AMOUNTS = {
    ("person", None): Decimal(200),
    ("unit", "member"): Decimal(2000),
    ("unit", "council"): Decimal(5000),
    ("unit", "standing_council"): Decimal(10000),
    ("unit", "vice_president"): Decimal(20000),
    ("unit", "president"): Decimal(50000),
}
STANDARD = Standard("ACG-F", AMOUNTS, date(2024, 1, 1))
TIERS = [tier for class_id, tier in AMOUNTS if class_id == "unit"]


def day(text):
    return date.fromisoformat(text)


def book(**fees):
    """The acg rulebook with other values under [fees]."""
    return ACG.model_copy(update={"fees": ACG.fees.model_copy(update=fees)})


def proration(**values):
    return book(proration=ACG.fees.proration.model_copy(update=values))


def prepayment(**values):
    return book(prepayment=ACG.fees.prepayment.model_copy(update=values))


def join(tier, starts_on, registered_on=None, rulebook=ACG, class_id="unit", **changes):
    arguments = {"standard": STANDARD, "term_ends_on": TERM_ENDS, "calendar": CALENDAR} | changes
    return dues.joining(
        rulebook,
        class_id=class_id,
        tier=tier,
        starts_on=day(starts_on),
        registered_on=day(registered_on) if registered_on else None,
        **arguments,
    )


def amounts(decision):
    assert decision.passed, decision.reasons
    return {line.year: str(line.amount) for line in decision.value}


def total(decision):
    return sum(line.amount for line in decision.value)


def failure(decision):
    assert decision.outcome is Outcome.FAIL
    assert decision.value is None
    return decision.reasons[0].code


def articles(line):
    return [source.key for source in line.sources if source.kind is SourceKind.ARTICLE]


class TestFirstYear:
    @pytest.mark.rule("ACG-30")
    @pytest.mark.parametrize(
        ("class_id", "tier", "starts_on", "amount", "months"),
        [
            ("unit", "member", "2026-01-01", "2000.00", 12),
            ("unit", "member", "2026-03-20", "1666.67", 10),
            ("unit", "member", "2026-09-15", "666.67", 4),
            ("unit", "member", "2026-12-31", "166.67", 1),
            ("person", None, "2026-06-30", "116.67", 7),
        ],
    )
    def test_prorated_by_whole_months(self, class_id, tier, starts_on, amount, months):
        (line,) = join(tier, starts_on, class_id=class_id).value
        assert (line.year, str(line.amount), line.months) == (2026, amount, months)

    @pytest.mark.rule("ACG-30")
    def test_registration_in_a_later_year_owes_both(self):
        decision = join("member", "2026-12-20", "2027-02-05")
        assert amounts(decision) == {2026: "166.67", 2027: "2000.00"}
        assert total(decision) == Decimal("2166.67")
        assert {line.due_event for line in decision.value} == {"registration.requested"}

    def test_every_year_between_start_and_registration_is_owed(self):
        assert amounts(join("member", "2025-12-01", "2027-01-04")) == {
            2025: "166.67",
            2026: "2000.00",
            2027: "2000.00",
        }

    def test_a_rulebook_may_stop_at_the_first_year(self):
        only_first = proration(lines_until="start_year")
        assert amounts(join("member", "2026-12-20", "2027-02-05", only_first)) == {2026: "166.67"}

    @pytest.mark.rule("ACG-30")
    def test_a_line_explains_itself(self):
        (line,) = join("member", "2026-09-15").value
        assert line.formula == "2,000.00 × 4 / 12"
        assert line.annual == Decimal("2000.00")
        assert (line.due_on, line.due_event, line.provisional) == (None, "registration.requested", False)
        assert articles(line) == ["30", "24"]
        assert {str(s.basis) for s in line.sources if s.key == "30"} == {"interpretation"}
        assert [s.key for s in line.sources if s.kind is SourceKind.SETTING] == ["ACG-F"]
        assert [s.key for s in line.sources if s.kind is SourceKind.CONVENTION] == ["C-14"]

    def test_a_full_year_is_the_plain_amount(self):
        decision = join("member", "2026-01-01")
        assert decision.value[0].formula == "2,000.00"
        assert decision.reasons[0].code == "fee_line"
        assert "C-14" not in [source.key for source in decision.sources]

    def test_the_joining_month_may_be_left_out(self):
        later = proration(include_join_month=False)
        assert amounts(join("member", "2026-03-20", rulebook=later)) == {2026: "1500.00"}
        assert amounts(join("member", "2026-12-20", rulebook=later)) == {2026: "0.00"}

    def test_the_month_may_be_that_of_the_approval(self):
        approved = proration(basis_event="decision.approved")
        known = {"decision.approved": day("2027-02-05")}
        assert amounts(join("member", "2026-12-20", "2027-02-10", approved, events=known)) == {2027: "1833.33"}
        assert failure(join("member", "2026-12-20", rulebook=approved)) == "event_unknown"

    @pytest.mark.parametrize("rulebook", [proration(method="none"), book(proration=None)])
    def test_without_proration_the_year_is_owed_whole(self, rulebook):
        assert amounts(join("member", "2026-12-31", rulebook=rulebook)) == {2026: "2000.00"}

    def test_a_fee_paid_once_is_one_line(self):
        once = book(cycle="once", proration=None)
        assert amounts(join("member", "2026-12-20", "2027-02-05", once)) == {2026: "2000.00"}

    @given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.sampled_from(TIERS[:1]))
    def test_the_share_is_the_months_left(self, starts_on, tier):
        (line,) = join(tier, starts_on.isoformat(), standard=Standard("s", AMOUNTS)).value
        assert line.months == 13 - starts_on.month
        assert abs(Fraction(line.amount) - Fraction(AMOUNTS["unit", tier]) * line.months / 12) <= Fraction(1, 200)

    @given(st.decimals(0, 10**7, places=2), st.integers(1, 11))
    def test_joining_later_never_costs_more(self, fee, month):
        standard = Standard("s", {("unit", "member"): fee})
        earlier, later = (join("member", f"2026-{m:02d}-15", standard=standard) for m in (month, month + 1))
        assert total(later) <= total(earlier) <= fee


class TestRestOfTheTerm:
    @pytest.mark.rule("ACG-31.c")
    def test_a_new_council_unit_pays_the_rest_of_the_term(self):
        decision = join("council", "2026-09-15")
        assert amounts(decision) == {2026: "1666.67", 2027: "5000.00", 2028: "5000.00", 2029: "5000.00"}
        assert total(decision) == Decimal("16666.67")
        assert [articles(line) for line in decision.value] == [["30", "24"], ["31"], ["31"], ["31"]]
        assert [reason.code for reason in decision.reasons] == ["fee_line_prorated"] + ["fee_line_prepaid"] * 3

    @pytest.mark.rule("ACG-6.p2a")
    @pytest.mark.parametrize(
        ("tier", "lines"), [("member", 1), ("council", 4), ("vice_president", 4), ("president", 4)]
    )
    def test_from_the_council_upwards_and_no_lower(self, tier, lines):
        assert len(join(tier, "2026-09-15").value) == lines

    @pytest.mark.rule("ACG-31.b")
    def test_an_ordinary_unit_may_choose_to(self):
        assert total(join("member", "2026-09-15", prepay=True)) == Decimal("6666.67")

    def test_registered_next_year_prepays_from_there(self):
        decision = join("council", "2026-12-20", "2027-02-05")
        assert amounts(decision) == {2026: "416.67", 2027: "5000.00", 2028: "5000.00", 2029: "5000.00"}

    def test_the_last_year_of_the_term_is_paid_by_a_late_joiner_as_any_year(self):
        assert amounts(join("council", "2029-03-01")) == {2029: "4166.67"}

    @pytest.mark.parametrize(
        ("rule", "last"), [("full", {2029: "5000.00"}), ("prorated", {2029: "2083.33"}), ("excluded", {})]
    )
    def test_the_year_the_term_ends(self, rule, last):
        decision = join("council", "2028-01-01", rulebook=prepayment(term_end_year=rule))
        assert amounts(decision) == {2028: "5000.00"} | last

    @pytest.mark.parametrize(("ends", "code"), [(None, "term_unknown"), (day("2026-09-14"), "term_over")])
    def test_no_term_no_amount(self, ends, code):
        decision = join("council", "2026-09-15", term_ends_on=ends)
        assert failure(decision) == code
        assert "council_term" in [source.key for source in decision.sources]

    def test_the_last_day_of_the_term_is_in_it(self):
        assert amounts(join("council", "2026-09-15", term_ends_on=day("2026-09-15"))) == {2026: "1666.67"}

    def test_an_ordinary_unit_needs_no_term(self):
        assert join("member", "2026-09-15", term_ends_on=None).passed

    @pytest.mark.parametrize("rulebook", [prepayment(allowed="none"), book(prepayment=None)])
    def test_no_prepayment_where_the_rulebook_has_none(self, rulebook):
        assert len(join("council", "2026-09-15", rulebook=rulebook).value) == 1
        assert failure(join("council", "2026-09-15", rulebook=rulebook, prepay=True)) == "prepayment_not_offered"

    def test_who_must_prepay_is_data(self):
        nobody = prepayment(mandatory_for=None)
        assert len(join("president", "2026-09-15", rulebook=nobody).value) == 1


class TestPrices:
    @pytest.mark.parametrize(
        ("class_id", "tier", "code"),
        [
            ("guild", None, "class_unknown"),
            ("unit", None, "tier_missing"),
            ("unit", "", "tier_missing"),
            ("unit", "emperor", "tier_unknown"),
            ("person", "council", "tier_unknown"),
        ],
    )
    def test_unknown_members(self, class_id, tier, code):
        assert failure(join(tier, "2026-09-15", class_id=class_id)) == code

    def test_deemed_members_pay_nothing(self):
        decision = join(None, "2026-09-15", class_id="employee")
        assert decision.passed
        assert decision.value == ()

    def test_no_fees_section_no_fee(self):
        silent = ACG.model_copy(update={"fees": None})
        decision = join("member", "2026-09-15", rulebook=silent)
        assert (decision.value, decision.sources[0].key) == ((), "C-21")

    @pytest.mark.parametrize("standard", [(), Standard("later", AMOUNTS, date(2027, 1, 1)), Standard("empty", {})])
    def test_without_a_standard_in_force_there_is_no_price(self, standard):
        assert failure(join("member", "2026-09-15", standard=standard)) == "price_missing"

    @pytest.mark.rule("ACG-29")
    def test_each_line_has_the_price_of_the_day_it_arises(self):
        dearer = Standard("new", {("unit", "member"): Decimal(3000)}, date(2027, 1, 1))
        decision = join("member", "2026-12-20", "2027-02-05", standard=(dearer, STANDARD))
        assert amounts(decision) == {2026: "166.67", 2027: "3000.00"}

    def test_prepaid_years_keep_the_price_of_the_prepayment(self):
        dearer = Standard("new", {("unit", "council"): Decimal(8000)}, date(2027, 1, 1))
        assert total(join("council", "2026-09-15", standard=(STANDARD, dearer))) == Decimal("16666.67")

    def test_a_price_of_zero_is_a_price(self):
        assert amounts(join("member", "2026-09-15", standard=Standard("free", {("unit", "member"): Decimal(0)}))) == {
            2026: "0.00"
        }

    def test_without_a_first_day_to_pay_the_yearly_one_counts_if_it_is_to_come(self):
        plain = book(first_due=None)
        assert join("member", "2026-03-20", rulebook=plain).value[0].due_on == day("2026-06-30")
        late = join("member", "2026-09-15", rulebook=plain).value[0]
        assert (late.due_on, late.due_event) == (None, None)


def bill(tier, year, on, rulebook=ACG, **changes):
    arguments = {"standard": STANDARD, "term_ends_on": TERM_ENDS, "calendar": CALENDAR} | changes
    return dues.annual(rulebook, class_id="unit", tier=tier, year=year, on=day(on), **arguments)


class TestAnnual:
    @pytest.mark.rule("ACG-31.a")
    @pytest.mark.parametrize(
        ("year", "due_on", "provisional"), [(2026, "2026-06-30", False), (2029, "2029-07-02", True)]
    )
    def test_due_on_the_thirtieth_of_june(self, year, due_on, provisional):
        (line,) = bill("member", year, f"{year}-01-01").value
        assert (line.due_on, line.provisional) == (day(due_on), provisional)
        assert str(line.amount) == "2000.00"
        assert "31" in articles(line)
        assert ("C-5" in [s.key for s in line.sources]) == provisional

    @pytest.mark.rule("ACG-31.c")
    def test_a_vice_president_pays_the_rest_of_the_term_in_june(self):
        decision = bill("vice_president", 2026, "2026-01-10")
        assert amounts(decision) == dict.fromkeys(range(2026, 2030), "20000.00")
        assert {line.due_on for line in decision.value} == {day("2026-06-30")}

    @pytest.mark.rule("ACG-31.b")
    def test_an_ordinary_unit_may_pay_the_rest_of_the_term(self):
        assert total(bill("member", 2026, "2026-05-06", prepay=True)) == Decimal(8000)

    @pytest.mark.rule("ACG-29")
    def test_a_year_is_billed_once(self):
        assert amounts(bill("council", 2026, "2026-05-06", billed={(2026, 0), (2028, 0)})) == {
            2027: "5000.00",
            2029: "5000.00",
        }
        assert bill("member", 2026, "2026-05-06", billed={(2026, 0)}).value == ()

    def test_the_years_line_has_the_price_of_new_year(self):
        dearer = Standard("new", {("unit", "member"): Decimal(3000)}, date(2026, 2, 1))
        decision = bill("member", 2026, "2026-05-06", standard=(STANDARD, dearer), prepay=True)
        assert amounts(decision) == {2026: "2000.00"} | dict.fromkeys((2027, 2028, 2029), "3000.00")

    def test_a_fee_paid_once_falls_due_no_more(self):
        assert bill("member", 2027, "2027-01-01", rulebook=book(cycle="once")).value == ()

    @pytest.mark.parametrize(("ends", "code"), [(None, "term_unknown"), (date(2025, 5, 19), "term_over")])
    def test_no_term_no_amount(self, ends, code):
        assert failure(bill("council", 2026, "2026-01-10", term_ends_on=ends)) == code

    def test_overrides_move_the_day(self):
        closed = WorkCalendar({day("2026-06-30"): False})
        assert bill("member", 2026, "2026-01-01", calendar=closed).value[0].due_on == day("2026-07-01")


@pytest.mark.rule("ACG-31.b")
@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ([2026], "years_payable"),
        ([2026, 2027, 2028, 2029], "years_payable"),
        ([2026, 2027], "prepayment_all_or_nothing"),
        ([2027], "years_not_in_order"),
        ([], "years_not_in_order"),
        ([2026, 2028, 2027, 2029, 2030], "years_not_in_order"),
    ],
)
def test_one_year_or_the_whole_rest(chosen, code):
    decision = dues.prepayment_choice(ACG, chosen=chosen, remaining=[2026, 2027, 2028, 2029])
    assert decision.reasons[0].code == code
    assert decision.passed == (code == "years_payable")
    assert decision.sources[0].key == "31"


def test_some_rulebooks_let_members_choose_how_many_years():
    loose = prepayment(all_or_nothing=False)
    assert dues.prepayment_choice(loose, chosen=[2026, 2027], remaining=[2026, 2027, 2028]).passed
    strict = prepayment(allowed="none")
    assert dues.prepayment_choice(strict, chosen=[2026], remaining=[2026, 2027]).passed
    assert not dues.prepayment_choice(strict, chosen=[2026, 2027], remaining=[2026, 2027]).passed
