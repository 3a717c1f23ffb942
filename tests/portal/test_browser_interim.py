"""A case decided between meetings in the browser: from its page, over today and the agenda, to its revocation."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from association.actions import interim
from association.models import InterimDecision
from members.models import Membership
from members.models.membership import Standing
from members.queries import standing_of
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.adopted import resolved
from tests.people import Look, faults_of, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"interim-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings, monkeypatch) -> str:
    clock("2026-09-18")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    rule_of = interim.rule_of
    monkeypatch.setattr(interim, "rule_of", lambda case: rule_of(case).model_copy(update={"covers": ("admission",)}))
    return live_server.url


@pytest.mark.rule("ACG-43")
@pytest.mark.rule("ACG-44")
def test_from_the_decision_to_its_revocation(site, open_browser, log_in, look, clock):
    case = world.at_council().case
    page = open_browser()
    log_in(page, world.seated("secretariat"))
    page.goto(f"{site}/admin/admissions/application/{case.key}/")
    page.get_by_role("link", name="闭会期间临时处理").click()
    look(page, "1-take")
    page.locator("[name=urgency]").fill("展会报名截止在即，不能等到下次会议。")
    press(page, "立即批准（闭会期间）")
    told(page, "待下次会议追认")
    look(page, "2-taken")
    membership = Membership.objects.get()
    assert standing_of(membership, world.RESOLVED) == Standing.ACTIVE

    page.goto(f"{site}/admin/")
    expect(page.get_by_role("heading", name="待追认")).to_be_visible()
    look(page, "3-today")
    page.goto(f"{site}/admin/association/interimdecision/")
    look(page, "4-list")

    clock("2026-10-16")
    log_in(page, world.seated("secretariat"))  # the login of September has run out
    resolution = resolved("council", membership.starts_on.replace(month=10, day=16))
    page.goto(f"{site}/admin/association/meeting/{resolution.meeting.pk}/change/")
    page.locator("[name=resolution]").select_option(str(resolution.pk))
    page.locator("[name=do]").select_option("revoke")
    page.locator("[name=note]").fill("材料不实。")
    look(page, "5-agenda")
    press(page, "登记会议意见")
    expect(page.get_by_role("heading", name="撤销这项闭会期间临时处理")).to_be_visible()
    assert standing_of(membership, resolution.meeting.held_on) == Standing.ACTIVE
    look(page, "5-asked")
    press(page, "撤销，并撤回全部后果")
    told(page, "撤销")
    look(page, "6-revoked")
    membership.refresh_from_db()
    assert InterimDecision.objects.get().outcome == "revoked"
    assert standing_of(membership, resolution.meeting.held_on) == Standing.NONE
    page.goto(f"{site}/admin/association/interimdecision/")
    look(page, "7-settled")
