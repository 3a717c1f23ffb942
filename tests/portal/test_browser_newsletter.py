"""The newsletter (会员通讯) in the browser: written, looked at, sent; a member opens the mail and does without it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from association.actions import outbox
from association.models import NewsletterOptOut
from tests import world
from tests.adopted import founded, member
from tests.harness.browser import PHONE
from tests.people import Look, faults_of, fill, follow, go_to, newest_mail, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.rule("GEN2-17")]
NAME = "会员通讯"


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"newsletter-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-03-02")
    settings.SITE_URL = live_server.url
    founded("gen2", "institution", date(2025, 1, 1))
    return live_server.url


@pytest.fixture
def editor(open_browser, log_in) -> Page:
    user = world.user(name="编辑", is_staff=True)
    world.give(user, "secretariat")
    world.second_factor(user)
    page = open_browser()
    log_in(page, user)
    return page


def test_from_the_draft_to_doing_without_it(site, editor, open_browser, look):
    reader, other = world.user("reader@unit.example"), world.user("other@unit.example")
    for user in (reader, other):
        member("unit", user=user)

    write(editor, site, "三月要闻", look)
    send(editor, look, accounts=2, without=0)
    run()
    editor.reload()
    expect(editor.get_by_text("已发送", exact=True).first).to_be_visible()
    look(editor, "6-sent")
    letter = newest_mail("reader@unit.example")
    assert letter.subject.startswith("三月要闻")

    phone = open_browser(PHONE)
    phone.goto(unsubscribing(letter))
    expect(phone.get_by_text("r***@unit.example")).to_be_visible()
    look(phone, "7-link")
    assert not NewsletterOptOut.objects.exists()  # looking at it, as mail programs do, changes nothing
    press(phone, f"退订《{NAME}》")
    expect(phone.get_by_text("已退订", exact=True)).to_be_visible()
    look(phone, "8-without")

    mail.outbox.clear()
    write(editor, site, "四月要闻")
    send(editor, None, accounts=1, without=1)
    run()
    assert [one.to for one in mail.outbox] == [["other@unit.example"]]


def test_who_wants_it_back_takes_it_again_in_the_portal(site, open_browser, log_in, look):
    user = world.user("reader@unit.example")
    member("unit", user=user)
    page = open_browser(PHONE)
    log_in(page, user)
    page.goto(f"{site}/newsletters/subscription/")
    press(page, f"退订《{NAME}》")
    told(page, "已退订，今后不再发送")
    look(page, "mine-without")
    press(page, "恢复订阅")
    told(page, "已恢复订阅")
    look(page, "mine-with")
    assert NewsletterOptOut.objects.get().opted_in_on == date(2026, 3, 2)


def test_what_cannot_be_sent_is_said_and_nothing_typed_is_lost(site, editor, look):
    page = editor
    page.goto(f"{site}/admin/association/newsletterissue/draft/")
    fill(page, 标题="三月要闻", 正文="见[办法](ftp://a.example)。")
    press(page, "保存草稿")
    expect(page.get_by_text(re.compile("无法打开"))).to_be_visible()
    expect(page.get_by_label("标题")).to_have_value("三月要闻")
    look(page, "refused")
    page.get_by_label(re.compile("^正文")).fill("正文。")
    press(page, "保存草稿")
    told(page, "草稿已保存")
    follow(page, "选择收件会员")
    press(page, "核对收件人数")
    expect(page.get_by_text(re.compile("没有人会收到"))).to_be_visible()
    expect(page.get_by_role("button", name="发送", exact=True)).to_be_disabled()
    look(page, "nobody")


def write(page: Page, site: str, subject: str, look: Look | None = None) -> None:
    page.goto(f"{site}/admin/")
    go_to(page, "公告")
    follow(page, NAME)
    if look is not None:
        look(page, "1-list")
    follow(page, "起草一期")
    fill(page, 标题=subject, 正文="# 要闻\n\n本会召开会员大会，见[办法](https://a.example/b)。\n\n- 缴费\n- 年检")
    if look is not None:
        look(page, "2-write")
    press(page, "保存草稿")
    told(page, "草稿已保存")
    expect(page.get_by_role("article").get_by_role("heading", name="要闻")).to_be_visible()
    expect(page.get_by_role("article").get_by_role("link", name="办法")).to_be_visible()
    if look is not None:
        look(page, "3-seen")


def send(page: Page, look: Look | None, *, accounts: int, without: int) -> None:
    """To whom first; then how many these are; only then it goes."""
    follow(page, "选择收件会员")
    if look is not None:
        look(page, "4-whom")
    press(page, "核对收件人数")
    expect(page.get_by_text(f"{accounts} 个账号将通过邮件和站内消息收到")).to_be_visible()
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text(re.compile(rf"已退订\s*{without}"))
    if look is not None:
        look(page, "5-count")
    assert mail.outbox == []
    press(page, "发送")
    told(page, "已开始发送")


def run() -> None:
    world.run_jobs()
    outbox.send("mail")


def unsubscribing(letter: Any) -> str:
    """The link at the end of the mail; the one that the mailbox's own button posts to is the same."""
    (link,) = re.findall(r"https?://\S+/newsletters/unsubscribe/\S+", letter.body)
    assert letter.extra_headers["List-Unsubscribe"] == f"<{link}>"
    return str(link)
