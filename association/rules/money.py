"""Money: yuan as ``Decimal`` with two places, fen as ``int``, one rounding function (C-14)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

FEN = Decimal("0.01")
CAPITAL_LIMIT = Decimal(10) ** 16
"""Amounts from here on have no usual capital form."""

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万")


def round_money(amount: Decimal | Fraction | int, quantum: Decimal = FEN) -> Decimal:
    """``amount`` to the nearest ``quantum``, halves away from zero (C-14: ROUND_HALF_UP, from the exact value).

    Raises ``TypeError`` for a float, ``ValueError`` for what is not finite.
    """
    units = abs(_exact(amount)) / Fraction(quantum) + Fraction(1, 2)
    rounded = Decimal(units.numerator // units.denominator) * quantum
    return -rounded if amount < 0 and rounded else rounded


def to_fen(amount: Decimal | int) -> int:
    """Yuan to fen. Raises ``ValueError`` when a part of a fen would be lost."""
    fen = _exact(amount) * 100
    if fen.denominator != 1:
        raise ValueError(f"{amount} has parts of a fen")
    return fen.numerator


def from_fen(fen: int) -> Decimal:
    """Fen to yuan with two places."""
    return Decimal(fen).scaleb(-2)


def format_yuan(amount: Decimal | int) -> str:
    """``1,666.67``: grouped, two places, no sign of currency."""
    return f"{from_fen(to_fen(amount)):,.2f}"


def capital(amount: Decimal | int) -> str:
    """大写金额 as on receipts: 1666.67 → 壹仟陆佰陆拾陆元陆角柒分 (支付结算办法 附一).

    From 0 to below 10¹⁶ yuan, at most two places; else ``ValueError``, for a float ``TypeError``.
    """
    fen = to_fen(amount)
    if fen < 0 or amount >= CAPITAL_LIMIT:
        raise ValueError(f"no capital form for {amount}")
    yuan, rest = divmod(fen, 100)
    jiao, fen = divmod(rest, 10)
    whole = f"{_capital_integer(yuan)}元" if yuan or not rest else ""
    if not rest:
        return whole + "整"
    zero = "零" if yuan and not jiao else ""
    return whole + (f"{_DIGITS[jiao]}角" if jiao else zero) + (f"{_DIGITS[fen]}分" if fen else "")


def _capital_integer(number: int) -> str:
    """An integer in groups of four digits; one 零 for any run of zeros inside a group."""
    if not number:
        return _DIGITS[0]
    text, pending_zero = "", False
    digits = str(number)
    for index, digit in enumerate(digits):
        group, place = divmod(len(digits) - 1 - index, 4)
        if digit == "0":
            pending_zero = True
        else:
            text += ("零" if pending_zero else "") + _DIGITS[int(digit)] + _PLACES[place]
            pending_zero = False
        if place == 0:
            text += _GROUPS[group] if group == 2 or number // 10 ** (4 * group) % 10**4 else ""
            pending_zero = False
    return text


def _exact(amount: Decimal | Fraction | int) -> Fraction:
    if isinstance(amount, (float, bool)):
        raise TypeError("money is never a float")
    if isinstance(amount, Decimal) and not amount.is_finite():
        raise ValueError(f"not an amount: {amount}")
    return Fraction(amount)
