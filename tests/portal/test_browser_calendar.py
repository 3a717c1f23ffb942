"""The secretariat loads a calendar year: a faulty file, its correction, the preview, what it moved; in the browser."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from association.actions import reminders
from association.models import CalendarYear, Deadline
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.calendars import WORKDAYS_5, YEAR_2027, deadline
from tests.people import Look, faults_of, fill, follow, go_to, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"calendar-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-11-20")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


def test_a_year_from_the_file_to_the_deadlines(site, open_browser, log_in, look, tmp_path):
    case = world.submitted().case
    deadline(case, date(2027, 1, 29), code=case.step)
    deadline(case, date(2027, 9, 20), WORKDAYS_5, code="secretary_general", body="secretary_general")
    page = open_browser()
    log_in(page, world.seated("secretariat"))
    page.goto(f"{site}/admin/")
    go_to(page, "设置")
    page.get_by_role("main").get_by_text("日历年度", exact=True).click()
    look(page, "1-years")
    page.locator(".object-tools a, a.addlink").first.click()
    expect(page.get_by_label("年度")).to_have_value("2027")
    look(page, "2-ask")

    file = tmp_path / "2027.csv"
    file.write_text(YEAR_2027.replace("2027-06-09,放假", "2027-02-29,放假"), encoding="gb18030")
    fill(page, 依据文号="国办发明电〔2026〕7号")
    page.get_by_label("日历文件").set_input_files(file)
    press(page, "检查文件")
    expect(page.get_by_role("alert").get_by_text("没有 2 月 29 日")).to_be_visible()
    look(page, "3-faulty")
    assert not CalendarYear.objects.exists()

    page.locator("#text").fill(YEAR_2027)
    press(page, "再次检查")
    expect(page.get_by_text("1 个暂定期限顺延。")).to_be_visible()
    look(page, "4-preview")
    press(page, "载入这一年")
    told(page, "2027 年的日历已载入")
    expect(page.get_by_text("按新日历重新计算。")).to_be_visible()
    look(page, "5-loaded")

    follow(page, "重新载入这一年")
    fill(page, 依据文号="国办发明电〔2026〕8号")
    file.write_text(YEAR_2027.replace("2027-10-09", "2027-10-10"), encoding="utf-8")
    page.get_by_label("日历文件").set_input_files(file)
    press(page, "检查文件")
    expect(page.get_by_text("与已存日历的差异")).to_be_visible()
    look(page, "6-replace")

    Deadline.objects.filter(case=case, code=case.step).update(
        started_on=date(2026, 11, 2), due_on=date(2026, 11, 16), watch_on=date(2026, 11, 20)
    )
    reminders.remind(on=date(2026, 11, 20))
    page.goto(f"{site}/admin/association/reminder/")
    look(page, "7-reminders")
    page.goto(f"{site}/admin/association/deadlinechange/")
    look(page, "8-changes")
    chief = open_browser()
    log_in(chief, world.seated("secretary_general"))
    chief.goto(f"{site}/admin/")
    expect(chief.get_by_role("heading", name="逾期督办")).to_be_visible()
    look(chief, "9-today")
