"""An auditor reads the log in the browser: everything, narrowed down, nothing, the next page; wide and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from association.actions import audit
from association.models import AccessLog
from association.models.audit import AuditKind
from tests import world
from tests.desk import client_of
from tests.people import Look, faults_of, follow, go_to, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"audit-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-16 10:00")
    settings.SITE_URL = live_server.url
    return live_server.url


def test_an_auditor_reads(site, open_browser, log_in, look):
    world.found()
    world.at_secretary_general()
    officer = world.seated("secretariat")
    client_of(officer)
    AccessLog.objects.create(user=officer, what="identity_paper", target="5f3c")
    audit.exported("members", user=officer, rows=12)
    for _ in range(60):
        audit.note(AuditKind.LOGIN, "logged_in", user=officer)
    reader = world.user(is_staff=True, name="审计员")
    world.give(reader, "auditor")
    world.second_factor(reader)
    page = open_browser()
    log_in(page, reader)
    page.goto(f"{site}/admin/")
    go_to(page, "设置")
    page.get_by_role("main").get_by_text("审计日志", exact=True).click()
    look(page, "1-newest")
    follow(page, "更早")
    look(page, "2-older")
    page.get_by_label("种类").select_option(label="导出")
    press(page, "查看")
    expect(page.get_by_text("会员名单")).to_be_visible()
    expect(page.get_by_text("行数：12")).to_be_visible()
    look(page, "3-exports")
    page.locator("#id_who").fill("没有这个人")
    press(page, "查看")
    expect(page.get_by_text("日志中没有")).to_be_visible()
    look(page, "4-nothing")
