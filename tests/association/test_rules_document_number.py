"""Numbers of official documents, and how their text is set (GB/T 9704-2012)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.phrases import sentence
from association.redhead.facts import LetterFacts
from association.rules import document_number as numbering
from association.rules.official_text import Paragraph, dated, paragraphs, title_lines, width

FORM = "京消协〔{year}〕{seq}号"


def test_a_number_has_no_noughts_in_front():
    assert numbering.number(FORM, year=2026, seq=5) == "京消协〔2026〕5号"
    assert numbering.number(FORM, year=2026, seq=12) == "京消协〔2026〕12号"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (FORM, "number_form_right"),
        ("京消协办函〔{year}〕{seq}号", "number_form_right"),
        ("京消协[{year}]{seq}号", "number_form_brackets"),
        ("京消协（{year}）{seq}号", "number_form_brackets"),
        ("京消协〔{year}〕第{seq}号", "number_form_ending"),
        ("京消协〔{year}〕{seq}", "number_form_ending"),
        ("京消协〔{year}〕号", "number_form_needs"),
        ("京消协{seq}号", "number_form_needs"),
        ("京消协〔{year}〕{seq}{seq}号", "number_form_needs"),
        ("〔{year}〕{seq}号", "number_form_order"),
        ("京消协{seq}〔{year}〕号", "number_form_order"),
        ("京消协〔{year}〕{number}号", "number_form_unknown"),
        ("京消协〔{year〕{seq}号", "number_form_unknown"),
        ("", "number_form_needs"),
    ],
)
def test_forms(form, code):
    [reason] = numbering.check_form(form).reasons
    assert reason.code == code
    assert sentence(reason) != code
    assert "%(" not in sentence(reason)


@pytest.mark.parametrize(("last", "first", "seq"), [(None, 1, 1), (None, 5, 5), (5, 5, 6), (9, 1, 10), (2, 5, 5)])
def test_the_next_number(last, first, seq):
    assert numbering.next_seq(last, first=first) == seq


def test_headings_of_two_orders():
    text = "一、标准\r\n（一）单位\n\n每年3000元。\n二、时间。于6月30日前。\n（二）经研究，同意：\n十一、附则"
    assert paragraphs(text) == (
        Paragraph(1, "一、标准", ""),
        Paragraph(2, "（一）单位", ""),
        Paragraph(0, "", "每年3000元。"),
        Paragraph(0, "二、时间。", "于6月30日前。"),
        Paragraph(0, "", "（二）经研究，同意："),
        Paragraph(1, "十一、附则", ""),
    )


def test_days_have_no_noughts():
    assert dated(date(2026, 3, 1)) == "2026年3月1日"


@pytest.mark.parametrize("length", [1, 18, 19, 20, 38, 39, 60, 200])
def test_a_title_of_any_length_fits_its_lines(length):
    title = ("关于进一步加强会费收缴管理工作的若干意见、" * 20)[:length]
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(width(line) <= 19 for line in lines)
    assert len(lines) == 1 if length <= 19 else len(lines) >= 2


def test_a_title_keeps_the_lines_of_its_writer():
    assert title_lines("北京市消防协会\n关于收缴2026年度会费的通知") == (
        "北京市消防协会",
        "关于收缴2026年度会费的通知",
    )


@given(st.text(alphabet="关于会费的通知《》（）、2026AB ", max_size=120))
def test_no_line_begins_with_a_closing_sign_where_it_can_be_avoided(title):
    lines = title_lines(title)
    assert "".join(lines) == "".join(title.split("\n")).strip()
    assert all(width(line) <= 19 for line in lines)


def test_a_long_name_stands_closer_to_the_edge():
    facts = dict.fromkeys(LetterFacts.__dataclass_fields__, "") | {"attachments": (), "draft": False}
    short = LetterFacts(**facts | {"issuer": "北京市消防协会", "dated": "2026年3月10日"})
    long = LetterFacts(**facts | {"issuer": "中国建筑装饰行业与城市公共消防安全联合促进会", "dated": "2026年3月10日"})
    assert (short.indent, long.indent) == (4, 0)
    assert LetterFacts.from_json(short.as_json()) == short
