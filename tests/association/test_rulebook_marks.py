"""The difference of two texts in pieces, readable in Chinese and found in bounded time."""

from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rulebook.marks import inline, marked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲" * 100_000, "乙" * 90_000),
        ("甲乙" * 50_000, "乙甲" * 50_000 + "丙"),
        ("甲。" * 50_000, "乙。甲。" * 30_000),
    ],
)
def test_a_text_that_is_hard_to_compare_takes_no_time(old, new):
    started = perf_counter()
    pieces = marked(old, new)
    assert perf_counter() - started < 3
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("同文。", "同文。", "同文。"),
        ("", "新文。", "{+新文。+}"),
        ("旧文。", "", "[-旧文。-]"),
        ("每年6月30日之前", "每年12月31日之前", "每年[-6月30-]{+12月31+}日之前"),
        ("自申请之日起10个工作日内", "自受理之日起15个工作日内", "自[-申请-]{+受理+}之日起[-10-]{+15+}个工作日内"),
        ("甲应当交费。乙可以免交。", "甲应当交费。", "甲应当交费。[-乙可以免交。-]"),
        ("会员入会自愿。", "协会受理投诉", "[-会员入会自愿。-]{+协会受理投诉+}"),
    ],
)
def test_marks(old, new, expected):
    assert inline(marked(old, new)) == expected


words = st.text(alphabet="会员费年季。；\n 10,A", max_size=40)


@given(words, words)
def test_the_pieces_make_up_both_texts(old, new):
    pieces = marked(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    kinds = [piece.kind for piece in pieces]
    assert all(piece.text for piece in pieces)
    assert all(one != other for one, other in pairwise(kinds))
    assert ("added", "removed") not in set(pairwise(kinds))
