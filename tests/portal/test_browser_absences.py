"""Somebody goes away, in the browser: names a stand-in, who accepts, acts, and is named with them in the history."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from association.models import DecisionRecord
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.officers import pass_on
from tests.people import Look, faults_of, follow, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"absence-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-16")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


def test_a_stand_in_is_named_and_acts(site, open_browser, log_in, look):
    absent, colleague = world.seated("membership_dept"), world.seated("secretariat")
    type(absent).objects.filter(pk=absent.pk).update(name="李建国")
    type(colleague).objects.filter(pk=colleague.pk).update(name="张秀英")
    application = world.submitted(on=world.REVIEWED)
    world.review(application, world.officer("membership_dept"))
    mine, theirs = open_browser(), open_browser()
    log_in(mine, absent)
    mine.goto(f"{site}/admin/association/absence/")
    look(mine, "1-none")
    follow(mine, "指定代理人")
    mine.get_by_label("代理人").select_option(label="张秀英")
    mine.get_by_label("最后一日").fill("2026-09-18")
    mine.get_by_label("理由").fill("出差")
    look(mine, "2-name")
    press(mine, "指定代理人")
    told(mine, "代理人已指定并已通知")

    log_in(theirs, colleague)
    theirs.goto(f"{site}/admin/")
    expect(theirs.get_by_role("heading", name="请您代理")).to_be_visible()
    look(theirs, "3-asked")
    theirs.get_by_role("link", name="李建国").click()
    look(theirs, "4-answer")
    press(theirs, "接受代理")
    told(theirs, "您已接受代理")
    theirs.goto(f"{site}/admin/")
    expect(theirs.get_by_role("heading", name="代李建国办理，至2026年9月18日")).to_be_visible()
    look(theirs, "5-today")
    theirs.get_by_role("link", name=application.case.subject).first.click()
    pass_on(theirs, look, "6-pass")
    expect(theirs.get_by_text("张秀英 代 李建国").first).to_be_visible()
    look(theirs, "7-history")
    record = DecisionRecord.objects.get(principal=absent, kind="admission.pass")
    assert record.actor == colleague
    theirs.goto(f"{site}/admin/association/absence/")
    look(theirs, "8-list")
