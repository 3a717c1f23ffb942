"""Rounding, fen, and amounts in capital characters against cn2an."""

from decimal import Decimal
from fractions import Fraction

import cn2an
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from association.rules import money

AMOUNTS = st.integers(0, 10**18 - 1).map(money.from_fen)
exact = settings(deadline=None, max_examples=400)


@pytest.mark.rule("ACG-30")
@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (Fraction(2000 * 10, 12), "1666.67"),
        (Fraction(2000, 12), "166.67"),
        (Fraction(200 * 7, 12), "116.67"),
        (Decimal("0.005"), "0.01"),
        (Decimal("0.0049999999999999999999999999999999999"), "0.00"),
        (Decimal("-0.005"), "-0.01"),
        (Decimal("-0.004"), "0.00"),
        (7, "7.00"),
    ],
)
def test_halves_go_away_from_zero(amount, rounded):
    assert str(money.round_money(amount)) == rounded


@pytest.mark.parametrize("amount", [0.1, True])
def test_money_is_never_a_float(amount):
    with pytest.raises(TypeError):
        money.round_money(amount)


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_money_is_finite(text):
    with pytest.raises(ValueError, match="not an amount"):
        money.round_money(Decimal(text))


@exact
@given(st.fractions(0, 10**6), st.fractions(0, 10**6))
def test_rounding_is_near_and_keeps_order(one, other):
    low, high = sorted((one, other))
    assert money.round_money(low) <= money.round_money(high)
    assert abs(Fraction(money.round_money(one)) - one) <= Fraction(1, 200)


@exact
@given(st.integers(-(10**15), 10**15))
def test_fen_and_yuan_are_the_same_amount(fen):
    assert money.to_fen(money.from_fen(fen)) == fen
    assert money.from_fen(fen).as_tuple().exponent == -2


def test_no_part_of_a_fen_is_lost():
    with pytest.raises(ValueError, match="parts of a fen"):
        money.to_fen(Decimal("0.001"))


@pytest.mark.parametrize(
    ("amount", "text"), [("1666.67", "1,666.67"), ("0", "0.00"), ("1234567.5", "1,234,567.50"), ("-20", "-20.00")]
)
def test_grouped_yuan(amount, text):
    assert money.format_yuan(Decimal(amount)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("12345.67", "壹万贰仟叁佰肆拾伍元陆角柒分"),
        ("10000", "壹万元整"),
        ("100000000.01", "壹亿元零壹分"),
        ("20.05", "贰拾元零伍分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("10", "壹拾元整"),
        ("1666.67", "壹仟陆佰陆拾陆元陆角柒分"),
        ("16666.67", "壹万陆仟陆佰陆拾陆元陆角柒分"),
        ("1409.50", "壹仟肆佰零玖元伍角"),
        ("6007.14", "陆仟零柒元壹角肆分"),
    ],
)
def test_capital(amount, text):
    assert money.capital(Decimal(amount)) == text


@pytest.mark.parametrize("amount", [Decimal("0.001"), Decimal(-1), money.CAPITAL_LIMIT])
def test_no_capital_form(amount):
    with pytest.raises(ValueError, match=r"fen|capital"):
        money.capital(amount)


def test_no_capital_form_of_a_float():
    with pytest.raises(TypeError):
        money.capital(0.3)


@exact
@given(AMOUNTS | st.text("0012", min_size=1, max_size=18).map(lambda digits: money.from_fen(int(digits))))
def test_capital_agrees_with_cn2an(amount):
    assert money.capital(amount) == cn2an.an2cn(f"{amount:.2f}", "rmb")
