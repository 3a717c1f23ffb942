"""A visitor reads the rules on a phone, writes about an article, and follows an old decision to its text."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from association import clock
from association.actions import consultations
from association.actors import SYSTEM
from association.models import ArticleFeedback
from association.rulebook import preset_text
from association.views import feedback
from tests.adopted import adopted, founded, named, stored, swapped
from tests.harness.browser import PHONE, WIDE
from tests.people import faults_of, fill, follow, heading, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OLD, NEW = "一次性交纳当年会费", "一次性交纳或者分两次交纳当年会费"


@pytest.fixture
def visit(live_server, page: Page):
    """Return ``visit(path)``: the page there, which must have nothing for axe to find."""
    cache.clear()
    feedback.LIMIT.forget()

    def visit(path: str) -> Page:
        page.goto(f"{live_server.url}{path}")
        assert faults_of(page) == []
        return page

    return visit


@pytest.mark.rule("FIRE-0.1", "FIRE-0.2", "FIRE-0.3")
def test_visitor_reads_and_writes_about_an_article(transactional_db, visit, shot):
    founded("fire", "council", date(2019, 8, 21))
    page = visit("/rules/")
    page.set_viewport_size(WIDE)
    assert faults_of(page) == []
    page.set_viewport_size(PHONE)
    contents = page.get_by_role("navigation", name="目录")
    expect(contents.get_by_role("link", name="第三章")).to_be_hidden()

    contents.get_by_role("button", name="目录").click()
    assert faults_of(page) == []
    contents.get_by_role("link", name="第三章").click()

    expect(contents.get_by_role("link", name="第三章")).to_be_hidden()
    expect(page.locator("#a-8")).to_be_in_viewport()
    shot(page, "rules")
    page.set_viewport_size(PHONE)

    page.locator("#a-9").get_by_role("link", name="第九条", exact=True).click()
    heading(page, "第九条")
    expect(page.get_by_text("应为“第八条”")).to_be_visible()
    assert faults_of(page) == []
    shot(page, "rules-article")

    follow(page, "对本条反馈意见")
    heading(page, "对第九条的反馈")
    assert faults_of(page) == []
    fill(page, 反馈内容="第九条引用的条号对不上。")
    press(page, "提交")
    expect(page.get_by_role("alert")).to_contain_text("请填写姓名")
    expect(page.get_by_label("反馈内容")).to_have_value("第九条引用的条号对不上。")
    assert faults_of(page) == []
    shot(page, "rules-feedback-error")
    fill(page, 您的姓名="林晓", 电话或电子邮箱="13800001234")
    press(page, "提交")
    heading(page, "反馈已收到，谢谢您")
    assert faults_of(page) == []
    assert ArticleFeedback.objects.get().article == "9"

    visit(reverse("rules_rights", args=["fire"]))
    page.get_by_text("承袭的权利和义务").first.click()
    assert faults_of(page) == []
    shot(page, "rules-rights")


@pytest.mark.rule("ACG-45")
def test_old_text_says_what_governs_now(transactional_db, visit, shot):
    founded("acg", "council")
    version = stored(named(swapped(preset_text("acg"), (OLD, NEW)), "acg/2"))
    adopted(version, effective_from=date(2026, 1, 1), on=date(2025, 12, 1))

    page = visit("/rules/acg/30/?version=acg/1-1")

    expect(page.get_by_role("note")).to_contain_text("现行版本自2026年1月1日起施行")
    shot(page, "rules-earlier")
    follow(page, "阅读现行条文")
    expect(page.locator("ins")).to_have_text("或者分两次交纳")
    assert faults_of(page) == []
    shot(page, "rules-history")


@pytest.mark.rule("GEN6-8")
def test_draft_before_the_members(transactional_db, visit, shot):
    founded("gen6", "members", date(2025, 1, 1))
    draft = stored(named(swapped(preset_text("gen6"), ("组织可以根据需要", "组织每年可以")), "gen6/2"))
    consultations.open(draft, by=SYSTEM, on=clock.today())

    page = visit("/rules/")
    page.set_viewport_size(PHONE)
    assert faults_of(page) == []
    follow(page, "阅读征求意见稿")

    heading(page, "会员管理办法")
    expect(page.get_by_text("修改之处")).to_be_visible()
    assert faults_of(page) == []
    shot(page, "rules-draft")
