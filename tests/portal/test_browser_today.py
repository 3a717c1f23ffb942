"""The desk's page of today in the browser: by day, article and person, mine and everybody's; what is late goes up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from association.actions import reminders
from association.decisions import article
from association.models import Acknowledgement, Deadline
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.people import Look, faults_of, fill, follow, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
UNIT, OTHER = "北京星野文化传媒有限公司", "北京云栖动画有限公司"
ORDER = "请会员部于本周五前办结。"


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"today-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    """One application late at the membership department, one that the council decides."""
    clock(world.REVIEWED)
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    late = world.submitted().case
    Deadline.objects.create(
        case=late,
        code="dept_review",
        body="membership_dept",
        started_on=world.REVIEWED - timedelta(40),
        due_on=world.REVIEWED - timedelta(5),
        sources=[article("acg", "20").as_json()],
        watch_on=world.REVIEWED,
    )
    world.at_council(world.submitted(name=OTHER, uscc=world.USCC_OTHER))
    return live_server.url


@pytest.fixture
def at_desk(site, open_browser, log_in):
    def at_desk(body: str) -> Page:
        page = open_browser()
        log_in(page, world.seated(body))
        page.goto(f"{site}/admin/")
        return page

    return at_desk


def test_by_day_by_article_by_person_mine_and_everybodys(at_desk, look):
    page = at_desk("membership_dept")
    expect(section(page, "已逾期")).to_contain_text(UNIT)
    expect(section(page, "待他人办理")).to_contain_text(OTHER)
    look(page, "1-by-day")

    follow(page, "按条款")
    expect(section(page, "第二十条")).to_contain_text(UNIT)
    look(page, "2-by-article")
    follow(page, "按经办人")
    expect(section(page, "会员部 · ")).to_contain_text(UNIT)
    expect(section(page, "理事会 · ")).to_contain_text(OTHER)
    look(page, "3-by-person")

    chief = at_desk("secretary_general")
    expect(chief.get_by_role("heading", name="已逾期")).to_have_count(0)  # not theirs to do
    follow(chief, "全部")
    expect(section(chief, "已逾期")).to_contain_text("待会员部办理")
    follow(chief, "按经办人")  # the one switch keeps the other
    expect(chief.get_by_role("link", name="全部", exact=True)).to_have_attribute("aria-current", "true")
    expect(section(chief, "会员部 · ")).to_contain_text(UNIT)
    look(chief, "4-everybodys")


def test_what_is_late_goes_up_and_comes_back_with_an_order(at_desk, look):
    department = at_desk("membership_dept")
    reminders.remind(on=world.REVIEWED)
    department.reload()
    expect(section(department, "已逾期")).to_contain_text("已报秘书长督办")
    expect(department.get_by_role("link", name="批示")).to_have_count(0)  # not theirs to say

    chief = at_desk("secretary_general")
    expect(section(chief, "逾期督办")).to_contain_text(UNIT)
    look(chief, "5-brought")
    follow(chief, "批示")
    address = chief.url
    press(chief, "批示")
    expect(chief.get_by_role("alert")).to_be_visible()  # without a word there is no order
    look(chief, "6-empty")
    fill(chief, 批示内容=ORDER)
    look(chief, "7-order")
    press(chief, "批示")
    told(chief, "督办意见已记录")
    expect(section(chief, "逾期督办")).to_contain_text(ORDER)
    expect(chief.get_by_role("link", name="批示")).to_have_count(0)
    look(chief, "8-ordered")

    department.reload()
    expect(section(department, "已逾期")).to_contain_text(ORDER)
    look(department, "9-read")
    department.goto(address)
    expect(department.get_by_role("button", name="批示")).to_be_disabled()
    look(department, "10-not-theirs")
    assert Acknowledgement.objects.get().note == ORDER


def section(page: Page, words: str) -> object:
    """The table below the heading that has these words."""
    heading = page.get_by_role("main").locator("h2", has_text=words)
    return heading.locator("xpath=following-sibling::div[1]")
