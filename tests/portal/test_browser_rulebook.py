"""The association changes its rules by itself: from the file to the public page, in the browser."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from association import clock as clock_module
from association import queries
from association.actions import decisions
from association.actors import SYSTEM
from association.decisions import article, passed
from association.models import Adoption, DecisionRecord
from association.rulebook import preset_text
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.adopted import member, named, swapped
from tests.people import Look, faults_of, fill, follow, go_to, log_in_as, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIVE, THREE = "自公告之日起五年内不具备入会资格", "自公告之日起三年内不具备入会资格"
LEFT = 'from = "announcement.published"\nn = 5\n'
FREE = '\n[[fees.free]]\nid = "persons"\nselector = { class = "person" }\nref = ["28"]\n'


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-11-23")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    member("person", user=world.user(), since=date(2026, 3, 1))
    queries.forget()
    return live_server.url


@pytest.fixture
def look(shot) -> Look:
    """Photograph a page wide and phone-sized, and let axe-core go over it."""

    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"rulebook-{name}")
        assert faults_of(page) == [], name

    return look


def write(folder: Path, text: str) -> Path:
    path = folder / "会员管理办法.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.rule("ACG-45")
def test_a_changed_rulebook_is_uploaded_compared_adopted_and_read(site, open_browser, look, tmp_path, clock):
    free = swapped(preset_text("acg"), ("[[fees.waivers]]", FREE + "\n[[fees.waivers]]"))
    text = named(swapped(free, (LEFT, LEFT.replace("5", "3")), (FIVE, THREE)), "acg/2")
    page = log_in_as(open_browser(), site, "secretariat")
    before = decided_under("40")

    go_to(page, "规则")
    look(page, "1-list")
    follow(page, "上传规则文件")
    look(page, "1-upload")
    correct_what_is_wrong(page, write(tmp_path, text.replace("n = 3\n", 'n = "3"\n', 1)), look)
    told(page, "规则文件已存档")

    expect(page.locator("#difference del", has_text="五").first).to_be_visible()
    expect(page.locator("#difference ins", has_text="三").first).to_be_visible()
    expect(page.locator("#impact")).to_contain_text("¥200.00")
    expect(page.get_by_role("button", name="施行…")).to_be_disabled()
    look(page, "2-version")

    version = page.url
    hold_meeting(page)
    page.goto(version)
    fill(page, 施行日期="2027-01-01")
    page.get_by_label("决议").select_option(index=1)
    press(page, "核对影响")
    expect(page.get_by_role("button", name="施行…")).to_be_enabled()
    look(page, "3-ready")
    press(page, "施行…")
    look(page, "3-confirm")
    assert not Adoption.objects.filter(version__document_version="acg/2").exists()
    page.get_by_role("button", name="自2027年1月1日起施行").dblclick()
    told(page, "本版已定于2027年1月1日起施行")
    look(page, "3-adopted")
    assert Adoption.objects.filter(version__document_version="acg/2").count() == 1

    visitor = open_browser()
    visitor.goto(f"{site}/rules/acg/")
    expect(visitor.get_by_text(FIVE).first).to_be_visible()
    clock("2027-01-01")
    visitor.goto(f"{site}/rules/acg/")
    expect(visitor.get_by_text(THREE).first).to_be_visible()
    expect(visitor.get_by_text(FIVE)).to_have_count(0)
    look(visitor, "4-public")

    auditor = log_in_as(open_browser(), site, "auditor")
    auditor.goto(f"{site}/admin/association/decisionrecord/{before.pk}/change/")
    auditor.get_by_role("main").get_by_role("link", name=re.compile("第四十条")).click()
    expect(auditor.get_by_role("region", name="依据")).to_contain_text(FIVE)
    look(auditor, "4-earlier-decision")


def decided_under(key: str) -> DecisionRecord:
    """A decision of today that cites an article of the version in force."""
    today = clock_module.today()
    decision = passed("possible", article("acg", key))
    version = queries.governing(today).version_id
    return decisions.record(decision, kind="test", version_id=version, by=SYSTEM, on=today)


def correct_what_is_wrong(page: Page, path: Path, look: Look) -> None:
    """A typo is found with its line; it is mended in the page's own editor."""
    page.get_by_label("规则文件").set_input_files(path)
    press(page, "检查，无误即存档")
    expect(page.get_by_role("heading", name="有 1 处问题，没有存档")).to_be_visible()
    look(page, "1-problems")
    page.get_by_role("link", name=re.compile(r"第 \d+ 行")).click()
    chosen = page.evaluate(
        "(() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionEnd) })()"
    )
    assert chosen == 'n = "3"'
    page.keyboard.type("n = 3")
    press(page, "再检查，无误即存档")


def hold_meeting(page: Page) -> None:
    """The council's resolution on the new text, recorded as passed."""
    go_to(page, "会议")
    follow(page, "新建会议")
    page.get_by_label("机构").select_option(label="理事会")
    fill(page, 标题="第二届理事会第六次会议")
    press(page, "登记会议")
    fill(page, 编号="京二协理〔2026〕12号", 标题="关于修订会员管理办法的决议")
    press(page, "起草决议")
    press(page, "登记为通过")
