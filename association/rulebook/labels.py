"""Article numbers in Chinese (第二十七条第十一项)."""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """``n`` in Chinese, 1 to 999, as statutes number their articles: 十一, 二十, 一百零一, 一百一十."""
    if not 1 <= n <= 999:
        raise ValueError(f"{n} is not between 1 and 999")
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        words += "零"
    return words + (DIGITS[ones] if ones else "")


def label(key: str, items: str = "ordinal") -> str:
    """``30`` → 第三十条, ``27.11`` → 第二十七条第十一项, ``6.p2`` → 第六条第二款, ``8.1.5`` → 第八条第一项第五目.

    With ``items="bracket"`` the last is 第八条（一）5. A key of another form is its own label; such documents give
    theirs in the file.
    """
    if items == "bracket":
        return _bracketed(key) or key
    words = ""
    levels = iter(("条", "项", "目"))
    for part in key.split("."):
        digits = part.removeprefix("p")
        if not digits.isascii() or not digits.isdecimal() or not 1 <= int(digits) <= 999:
            return key
        measure = "款" if part.startswith("p") and words else next(levels, None)
        if measure is None or (part.startswith("p") and not words):
            return key
        words += f"第{numeral(int(digits))}{measure}"
    return words


def _bracketed(key: str) -> str:
    """第八条, 第八条（一）, 第八条（一）5; empty for a key of another form."""
    words = ""
    forms = iter(("第{}条", "（{}）", "{}"))
    for depth, part in enumerate(key.split(".")):
        digits = part.removeprefix("p")
        if not digits.isascii() or not digits.isdecimal() or not 1 <= int(digits) <= 999:
            return ""
        if part.startswith("p"):
            words += f"第{numeral(int(digits))}款" if words else ""
            continue
        form = next(forms, "")
        words += form.format(digits if depth == 2 else numeral(int(digits)))
    return words
