"""How the text of an official document is set (GB/T 9704-2012, 7.3): headings of two orders, the rest. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

FIRST = re.compile(r"[一二三四五六七八九十]{1,3}、")
SECOND = re.compile(r"（[一二三四五六七八九十]{1,3}）")
STOPS = "。：；！？"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``heading`` is set apart, ``text`` follows on its line. ``level`` 1 or 2 is a heading that stands alone."""

    level: int
    heading: str
    text: str


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """One for each line that says something; a line ``一、…`` or ``（一）…`` begins with its heading."""
    return tuple(_paragraphs(text))


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for line in (raw.strip() for raw in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        order = 1 if FIRST.match(line) else 2 if SECOND.match(line) else 0
        if not line:
            continue
        if not order:
            yield Paragraph(0, "", line)
        elif not any(stop in line for stop in STOPS):
            yield Paragraph(order, line, "")
        else:
            stop = line.find("。")
            alone = 0 < stop < len(line) - 1
            yield Paragraph(0, line[: stop + 1], line[stop + 1 :]) if alone else Paragraph(0, "", line)


def dated(day: date) -> str:
    """成文日期 in Arabic figures, months and days without a leading nought (7.3.5.5)."""
    return f"{day.year}年{day.month}月{day.day}日"


def title_lines(title: str, *, most: int = 19) -> tuple[str, ...]:
    """A long title in lines of about the same length, none longer than ``most`` characters.

    The lines that the writer made are kept where they fit. Otherwise a line does not end before a closing sign or
    between the figures of a number, and rather before 关于 or after 、 than elsewhere.
    """
    written = tuple(line.strip() for line in title.split("\n") if line.strip())
    if len(written) > 1 and all(width(line) <= most for line in written):
        return written
    title = "".join(written)
    if width(title) <= most:
        return (title,)
    count = -(-int(width(title) * 2) // (most * 2))
    while True:
        found = _even(title, count)
        if all(width(line) <= most for line in found) or count > len(title):
            return found
        count += 1


def _even(title: str, count: int) -> tuple[str, ...]:
    lines, rest = [], title
    for left in range(count, 1, -1):
        ideal = len(rest) / left
        cut = min(range(1, len(rest)), key=lambda at: (abs(at - ideal) + _cost(rest, at), at)) if len(rest) > 1 else 1
        lines.append(rest[:cut])
        rest = rest[cut:]
    return tuple(line for line in (*lines, rest) if line)


GLUED_BEFORE = "，、。；：！？）》〉”’』」〕号的等"
GLUED_AFTER = "（《〈“‘『「〔第"
SOFT_AFTER = "，、；的和与及"
SOFT_WORDS = ("关于", "《", "的通知", "的决定", "的函", "的通报", "的公告", "的批复", "的请示", "的报告", "的意见")


def _cost(text: str, at: int) -> float:
    """How bad a break before ``text[at]`` is, in characters of unevenness."""
    before, after = text[at - 1], text[at]
    if after in GLUED_BEFORE or before in GLUED_AFTER:
        return 100
    if before.isascii() and before.isalnum() and after.isascii() and after.isalnum():
        return 100
    if before in SOFT_AFTER:
        return -2.5
    if any(text.startswith(word, at) for word in SOFT_WORDS):
        return -2
    return 0


def width(text: str) -> float:
    """In characters of full width; a Latin letter or figure counts for half of one."""
    return sum(1 if ord(char) > 0x2E7F or char in "—…“”‘’" else 0.5 for char in text)
