"""Mistakes that the message of the TOML reader does not tell are told from the line: signs, brackets, periods."""

import pytest

from association.rulebook import describe
from tests.rulebook_files import BOOK, problems


def told(old, new):
    text = BOOK.replace(old, new, 1)
    assert text != BOOK
    (problem,) = problems(text)
    return describe(problem)


COUNCIL = 'council = { name = "理事会", kind'


@pytest.mark.parametrize(
    ("old", "new", "sign"),
    [
        (COUNCIL, 'council = { name = "理事会"，kind', "，"),
        ('name = "理事会"', "name = “理事会”", "“"),
        ('ref = ["2.1"]', 'ref = ["2.1"，"2"]', "，"),
        ('ref = ["2.1"]', 'ref = 【"2.1"】', "【"),
        ("n = 5", "n ＝ 5", "＝"),
        ("n = 5", "n = ５", "５"),
        ('kind = "unit"', 'kind = "unit"，', "，"),
    ],
)
def test_a_full_width_sign_is_named(old, new, sign):
    assert f"全角符号“{sign}”" in told(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "理事"', 'name = "理事，监事'),
        ('name = "理事"', 'name = "理事，监事" x'),
        ('name = "理事"', "name = 1 2 # 理事，监事"),
        ('name = "理事"', "name = '理事，监事' x"),
    ],
)
def test_a_sign_in_a_text_or_a_comment_is_no_fault(old, new):
    assert "全角" not in told(old, new)


@pytest.mark.parametrize("new", ['council = { name = "理事会",\n kind', 'council = {\n name = "理事会", kind'])
def test_a_line_break_in_braces_is_named(new):
    assert "花括号里不能换行" in told(COUNCIL, new)


def test_braces_that_are_left_open_are_said_as_such():
    assert "花括号" in told('kind = "council", ref = ["1"] }', 'kind = "council", ref = ["1"]')


@pytest.mark.parametrize(
    ("old", "new", "header"),
    [
        (
            "[[workflows.admission.steps]]",
            '[[workflows.admission]]\nref = ["1"]\n[[workflows.admission.steps]]',
            "workflows.admission",
        ),
        ("[[tiers]]", '[tiers]\nid = "x"\n\n[[tiers]]', "tiers"),
        ('[[bans]]\nid = "left"', '[[bans]]\nid = "x"\n[bans]\nid = "left"', "bans"),
    ],
)
def test_one_bracket_and_two_for_the_same_table(old, new, header):
    assert f"[{header}] 和 [[{header}]] 混用" in told(old, new)


def test_the_same_table_twice_is_still_said_with_both_places():
    assert "在第" in told("[[bans]]", '[membership]\nstarts_on = "decision.approved"\n\n[[bans]]')


@pytest.mark.parametrize("value", ['"unlimited"', "3", "true", '["x"]'])
def test_a_period_is_shown_by_an_example(value):
    words = told('action = "review"', f'action = "review"\ndeadline = {value}')
    assert '这里应当是期间，例如 { n = 10, unit = "workday", from = "decision.approved" }' in words


def test_a_selector_a_validity_and_a_date_are_shown_by_an_example():
    assert '例如 { class = "unit" }' in told('selector = { class = "unit" }', 'selector = "unit"')
    fees = '[fees]\ncycle = "year"\nissued_by = "office"\ndue = "03-31"\nref = ["1"]\n\n[membership]'
    assert 'kind = "fixed", month = 3, day = 31' in told("[membership]", fees)
    card = (
        '[[certificates]]\nid = "c"\nname = "证书"\nkind = "card"\ntrigger = "fee.received"\nvalidity = 3\n'
        'ref = ["1"]\n\n[membership]'
    )
    assert "方括号括起的列表" in told("[membership]", card)
