"""A council meeting at the desk in the browser: from the invitation to the signed resolution with its scan."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from association.models import Meeting, Resolution
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.adopted import elected
from tests.people import Look, faults_of, pdf_file, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"meetings-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def office(open_browser, log_in):
    """The secretariat at its desk."""

    def office() -> Page:
        page = open_browser()
        log_in(page, world.seated("secretariat"))
        return page

    return office


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-17")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


def test_from_the_invitation_to_the_signed_resolution(site, office, look, clock, tmp_path):
    case = world.at_council().case
    for _number in range(3):
        world.seated("council")
    drafted = world.resolution("council", case)
    meeting, page = drafted.meeting, office()
    here, paper = f"{site}/admin/association/meeting/{meeting.pk}/change/", f"{site}/admin/association/resolution/"

    page.goto(here)
    look(page, "1-called")
    press(page, "通知该机构全体成员")
    press(page, "确认通知")
    told(page, "已通知")
    expect(page.get_by_text("2026年9月17日通知").first).to_be_visible()
    look(page, "2-invited")

    clock("2026-09-18")
    page.goto(here)
    rows = list(meeting.attendees.all())
    page.get_by_role("link", name="其余均出席").click()
    expect(page.locator(f"[name=came_{rows[0].pk}]")).to_have_value("present")
    page.locator(f"[name=came_{rows[-1].pk}]").select_option("proxy")
    press(page, "登记到会情况")
    expect(page.locator(f"#id_proxy_{rows[-1].pk}_error")).to_be_visible()
    expect(page.locator(f"[name=came_{rows[0].pk}]")).to_have_value("present")
    look(page, "3-refused")
    page.locator(f"[name=proxy_{rows[-1].pk}]").select_option(str(rows[0].pk))
    look(page, "3-who-came")
    press(page, "登记到会情况")
    told(page, "到会")

    page.goto(f"{paper}{drafted.pk}/votes/")
    page.get_by_role("link", name="其余均赞成").click()
    expect(page.locator(f"[name=vote_{rows[-1].pk}]")).to_have_value("yes")
    look(page, "4-votes")
    press(page, "登记表决")
    expect(page.get_by_text(f"赞成 {len(rows)}，反对 0，弃权 0")).to_be_visible()
    look(page, "5-voted")

    page.goto(f"{paper}{drafted.pk}/change/?all=approved")
    look(page, "6-resolution")
    press(page, "核对逐项结果")
    look(page, "7-effects")
    press(page, "登记决议并执行")
    expect(page.get_by_text("决议文本（PDF，供签署盖章）")).to_be_visible()
    page.locator("input[type=file]").set_input_files(pdf_file(tmp_path, "决议", "理事会"))
    press(page, "上传")
    told(page, "扫描件")
    look(page, "8-signed")

    page.goto(here)
    expect(page.locator("#id_minutes")).not_to_be_empty()
    look(page, "9-minutes")
    press(page, "按已签署存档")
    expect(page.get_by_role("heading", name="将这份会议纪要按已签署存档？")).to_be_visible()
    look(page, "9-minutes-once-more")
    press(page, "按已签署存档")
    told(page, "已签署的纪要已存档")
    page.locator("input[type=file]").set_input_files(pdf_file(tmp_path, "会议记录", "理事会"))
    press(page, "上传")
    look(page, "10-kept")
    assert Meeting.objects.get(pk=meeting.pk).scan is not None
    assert Resolution.objects.get(pk=drafted.pk).scan is not None
    assert drafted.items.get().outcome == "approved"


def test_a_changeover(site, office, look, clock):
    term = world.Body.objects.get(key="council").terms.get()
    stays = world.seated("council")
    world.seated("council")
    resolution = elected("members_assembly", term.until)
    clock("2029-06-11")
    page = office()
    page.goto(f"{site}/admin/association/term/{term.pk}/change/")
    look(page, "11-term")
    page.get_by_role("link", name="记录换届").click()
    page.locator("[name=resolution]").select_option(str(resolution.pk))
    page.locator("[name=until]").fill("2034-06-10")
    page.get_by_label(stays.name).check()
    look(page, "12-changeover")
    press(page, "查看办理结果")
    look(page, "13-preview")
    press(page, "记录换届")
    told(page, "换届已经记录")
    look(page, "14-new-term")
