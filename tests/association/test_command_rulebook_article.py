"""``rulebook show FILE --article KEY`` reads the rules of an article out, to be held against its text."""

import pytest
from django.utils import translation

from association.management import rule_lines
from association.rulebook import load, preset, presets
from association.rulebook.citing import citing
from tests.guides import said
from tests.rulebook_files import BOOK


@pytest.fixture(autouse=True)
def _in_chinese():
    with translation.override("zh-hans"):
        yield


def line(book, place):
    rule = rule_lines.at_place(book, place)
    assert rule is not None
    return rule_lines.line(rule, book)


def test_a_step_with_its_time_limit():
    text = BOOK.replace(
        'action = "review"',
        'action = "review"\ndeadline = { n = 10, unit = "workday", from = "application.submitted" }',
    )
    assert line(load(text), "workflows.admission.steps[check]") == (
        "经办：办公室；办理事项：审查；期限：自提交申请之日起 10 个工作日内"
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ('n = 1, unit = "month", from = "notice.received"', "自收到通知之日起 1 个月内"),
        ('n = 1, unit = "day", from = "notice.received", roll = "next_workday"', "1 天内（遇非工作日顺延）"),
        ('n = 1, unit = "day", from = "notice.received", count_first = true', "1 天内（当天算在内）"),
        ('n = 1, unit = "day", from = "notice.received", basis = "gap"', "1 天内（条文没有规定）"),
    ],
)
def test_periods(period, words):
    text = BOOK.replace('action = "review"', f'action = "review"\ndeadline = {{ {period} }}')
    assert words in line(load(text), "workflows.admission.steps[check]")


def test_days_of_the_year_shares_and_validities():
    assert "截止日：每年1月1日 – 每年3月31日" in line(said("Fees due within some months of the year"), "fees")
    assert line(said("Half the fee when joining after 1 July"), "fees.proration") == (
        "方法：按分段比例；分段比例：（起算：每年7月1日，比例：0.5）"
    )
    registered = said("Registration after the approval, with a certificate")
    assert "有效期：至已交会费的最后一年年底" in line(registered, "certificates[certificate]")


def test_a_fixed_day_that_is_itself_too_late():
    text = BOOK + (
        '\n[fees]\ncycle = "year"\nissued_by = "office"\nref = ["2"]\n'
        'due = { kind = "fixed", month = 3, day = 31, inclusive = false }\n'
    )
    assert line(load(text), "fees") == "交费周期：年；由谁收取：办公室；截止日：每年3月31日（不含当天）"


def test_an_id_of_a_body_and_of_a_tier_is_called_as_its_key_means():
    book = said("Tiers by resolution")
    assert {tier.id for tier in book.tiers} & set(book.bodies) == {"council"}
    assert line(book, "tiers[council]") == "类别：单位会员；级次：2；决议机构：理事会"
    assert "标准制定：理事会" in line(book, "fees")


def test_an_effect_is_a_rung_of_the_ladder():
    assert "日期：每年6月30日；后果：暂停会员权利" in line(
        said("Suspension on a fixed date"), "sanctions.automatic[unpaid_on_30_june]"
    )


def test_what_a_default_says_is_not_read_out():
    assert line(load(BOOK), "membership") == "起算事件：提交申请"


@pytest.mark.parametrize("id", presets())
def test_every_rule_of_every_preset_can_be_read_out(id):
    book = preset(id)
    places = [cited.place for cited in citing(book)]
    lines = [line(book, place) for place in places]
    assert [
        said for said in lines if "None" in said or "=" in said.replace("==", "").replace(">=", "").replace("<=", "")
    ] == []
    assert sum(bool(said) for said in lines) > len(lines) * 0.6
