"""Searching in the browser, by keyboard: nothing typed, one that jumps, groups, nothing found; wide and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import world
from tests.people import Look, faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"search-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-10-08")
    settings.SITE_URL = live_server.url
    world.found()
    world.registered()
    return live_server.url


def search(page: Page, text: str) -> None:
    page.locator("body").press("/")
    page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_by_keyboard(site, open_browser, log_in, look):
    page = open_browser()
    log_in(page, world.seated("secretariat"))
    page.goto(f"{site}/admin/search/")
    look(page, "1-empty")
    page.goto(f"{site}/admin/")
    search(page, "星野")
    expect(page.get_by_role("heading", name="会员")).to_be_visible()
    look(page, "2-groups")
    page.locator("body").press("ArrowDown")
    expect(page.locator("[data-hit]").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-hit]").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/members/membership/"))
    page.goto(f"{site}/admin/")
    search(page, "没有这样的名称")
    expect(page.get_by_text("没有找到“没有这样的名称”")).to_be_visible()
    look(page, "3-nothing")
    page.goto(f"{site}/admin/")
    search(page, world.USCC)
    expect(page.get_by_role("heading", name="查找", exact=True)).to_be_visible()
    look(page, "4-code")

    visitor = open_browser()
    visitor.goto(f"{site}/search/?q=会费")
    look(visitor, "5-public")
    visitor.goto(f"{site}/search/?q=星野文化传媒")
    expect(visitor.get_by_text("没有找到")).to_be_visible()
