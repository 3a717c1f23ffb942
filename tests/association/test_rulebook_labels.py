"""Article numbers in Chinese, against an independent converter."""

import cn2an
import pytest

from association.rulebook.labels import label, numeral


@pytest.mark.parametrize("n", range(1, 100))
def test_numbers_to_ninety_nine(n):
    assert label(str(n)) == f"第{numeral(n)}条"
    assert cn2an.cn2an(numeral(n)) == n


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("1", "第一条"),
        ("10", "第十条"),
        ("11", "第十一条"),
        ("19", "第十九条"),
        ("20", "第二十条"),
        ("21", "第二十一条"),
        ("30", "第三十条"),
        ("99", "第九十九条"),
        ("100", "第一百条"),
        ("101", "第一百零一条"),
        ("110", "第一百一十条"),
        ("111", "第一百一十一条"),
        ("999", "第九百九十九条"),
        ("27.11", "第二十七条第十一项"),
        ("6.p2", "第六条第二款"),
        ("27.p1.11", "第二十七条第一款第十一项"),
        ("8.1.5", "第八条第一项第五目"),
    ],
)
def test_labels(key, words):
    assert label(key) == words


@pytest.mark.parametrize("key", ["", "p2", "45.f", "附则", "0", "1000", "1.2.3.4", "6.p", "²", "１", "6..2"])
def test_a_key_of_another_form_is_its_own_label(key):
    assert label(key) == key


@pytest.mark.parametrize("n", [0, -1, 1000])
def test_numbers_out_of_bounds_are_refused(n):
    with pytest.raises(ValueError, match="between 1 and 999"):
        numeral(n)
