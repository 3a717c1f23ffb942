"""Something is put on show, a visitor objects on a phone, the secretariat answers and closes; in the browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.people import Look, faults_of, fill, follow, go_to, heading, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "关于增补理事单位人选的公示"


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"announcement-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-15")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


def test_from_the_draft_to_the_closed_publicity(site, clock, open_browser, log_in, look):
    desk, visitor = open_browser(), open_browser()
    log_in(desk, world.seated("secretariat"))
    write(desk, site, look)
    address = publish(desk, look)

    code = object_to(visitor, site, look)
    answer(desk, site, look)
    read_answer(visitor, site, code, look)

    clock("2026-09-22")
    close(desk, address, look)
    visitor.goto(f"{site}/announcements/")
    look(visitor, "9-list")
    follow(visitor, TITLE)
    expect(visitor.get_by_text("有异议，均不成立")).to_be_visible()
    look(visitor, "10-closed")

    withdraw(desk, address, look)
    visitor.reload()
    heading(visitor, "这份公告已撤回")
    look(visitor, "12-withdrawn")


def write(page: Page, site: str, look: Look) -> None:
    page.goto(f"{site}/admin/")
    go_to(page, "公告")
    follow(page, "起草公告")
    page.get_by_label("种类").select_option(label="公示")
    fill(page, 标题=TITLE)
    page.get_by_label(re.compile("^正文")).fill(
        "经理事会推荐，拟增补北京星野文化传媒有限公司为理事单位，现予公示。\n\n联系人：13800001234。"
    )
    page.get_by_label(re.compile("^公示工作日数")).fill("5")
    page.get_by_label(re.compile("^谁可以提出异议")).select_option(label="可以匿名")
    look(page, "1-write")
    press(page, "保存草稿")
    told(page, "草稿已保存")
    expect(page.get_by_text(re.compile(r"第3行中有手机号码（138\*\*\*\*1234）")).first).to_be_visible()
    look(page, "2-refused")
    follow(page, "修改")
    page.get_by_label(re.compile("^正文")).fill("经理事会推荐，拟增补北京星野文化传媒有限公司为理事单位，现予公示。")
    look(page, "3-edit")
    page.get_by_role("button", name="保存草稿").click()
    told(page, "草稿已保存")


def publish(page: Page, look: Look) -> str:
    look(page, "4-draft")
    follow(page, "发布")
    look(page, "5-publish")
    press(page, "向社会公布")
    told(page, "公告已公布")
    return page.url


def object_to(page: Page, site: str, look: Look) -> str:
    page.goto(f"{site}/announcements/")
    follow(page, TITLE)
    look(page, "6-on-show")
    follow(page, "提出异议")
    fill(page, 异议的内容和理由="该单位未参加过本会活动。")
    look(page, "6-object")
    press(page, "提交异议")
    heading(page, "您的异议已收到")
    look(page, "6-receipt")
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)
    return code


def answer(page: Page, site: str, look: Look) -> None:
    page.goto(f"{site}/admin/")
    look(page, "7-today")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    page.wait_for_load_state()
    heading(page, "对")
    look(page, "7-objection")
    page.get_by_label("不成立").check()
    page.get_by_label(re.compile("^理由")).fill("经核对活动签到记录，该单位参加了三次活动。")
    press(page, "答复异议")
    told(page, "答复已保存")
    look(page, "7-answered")


def read_answer(page: Page, site: str, code: str, look: Look) -> None:
    page.goto(f"{site}/objections/")
    fill(page, 查询码=code.lower())
    look(page, "8-ask")
    press(page, "查询")
    expect(page.get_by_text("该单位参加了三次活动")).to_be_visible()
    look(page, "8-answer")


def close(page: Page, address: str, look: Look) -> None:
    page.goto(address)
    look(page, "8-over")
    follow(page, "结束公示")
    look(page, "8-close")
    press(page, "结束公示")
    told(page, "公示已结束")


def withdraw(page: Page, address: str, look: Look) -> None:
    page.goto(address)
    follow(page, "撤回")
    fill(page, 理由="名称有误")
    look(page, "11-withdraw")
    press(page, "撤回")
    told(page, "公告已撤回")
    look(page, "11-desk")
