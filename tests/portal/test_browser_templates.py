"""The secretariat changes the words of a message: a fault, the preview with a real case, put into force."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from admissions.actions import reviews
from association.models import MessageTemplate
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.people import Look, faults_of, fill, go_to, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"templates-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-11-20")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


def test_words_from_the_fault_to_the_preview_to_force(site, open_browser, log_in, look):
    application = world.submitted()
    by = world.officer("membership_dept")
    reviews.reject(application, step="dept_review", note="领域不符", rules=["7.p1"], by=by, on=world.REVIEWED)
    page = open_browser()
    log_in(page, world.seated("secretariat"))
    page.goto(f"{site}/admin/")
    go_to(page, "设置")
    page.get_by_role("main").get_by_text("消息模板", exact=True).click()
    look(page, "1-list")
    page.get_by_role("link", name="入会申请未获批准").click()
    look(page, "2-kind")
    text = page.locator("#id_text").input_value()
    fill(page, 正文=text.replace("{{ 依据 }}", ""))
    press(page, "预览")
    expect(page.get_by_role("alert").get_by_text("正文必须保留 {{ 依据 }}")).to_be_visible()
    look(page, "3-fault")
    fill(page, 正文=text.replace("很遗憾，", ""), 修改原因="语气")
    press(page, "预览")
    expect(page.get_by_text("修改后")).to_be_visible()
    expect(page.get_by_text("领域不符").first).to_be_visible()
    look(page, "4-preview")
    assert not MessageTemplate.objects.exists()
    press(page, "启用")
    told(page, "已启用")
    look(page, "5-in-force")
    assert "很遗憾" not in MessageTemplate.objects.get().text
