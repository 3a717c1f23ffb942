"""A new colleague at the desk: no way in before the second step is set up, none past it afterwards; recovery codes."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from association.actions import outbox
from association.models import User
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.harness.browser import PHONE
from tests.people import (
    LOGIN,
    Look,
    code_of,
    faults_of,
    fill,
    follow,
    go_to,
    heading,
    link_in,
    log_in_as,
    newest_mail,
    press,
    told,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL, PASSWORD = "new@desk.example", "a-long-password"


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"factor-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-15 10:00")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


@pytest.fixture
def colleague(site) -> User:
    """Somebody of the secretariat who has an account and a password, and nothing else yet."""
    user = world.user(EMAIL, name="新同事", is_staff=True)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    world.give(user, "secretariat")
    return user


def test_set_up_and_asked_for_at_the_next_login(site, colleague, open_browser, look, clock):
    page = open_browser(PHONE)
    log_in(page, site)
    heading(page, "设置两步登录")  # where the desk sends them, without asking for the password once more
    told(page, "工作台要求两步登录")
    page.goto(f"{site}/admin/association/user/")
    heading(page, "设置两步登录")
    fill(page, 验证码="000000")
    press(page, "开启")
    expect(page.get_by_role("alert")).to_contain_text("验证码：验证码不正确")
    look(page, "1-wrong-code")
    seed = page.locator(".code").first.inner_text()
    fill(page, 验证码=code_of(seed))
    press(page, "开启")
    heading(page, "恢复码")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    look(page, "2-codes")
    follow(page, "已妥善保存，进入工作台")
    heading(page, "今天")

    clock("2026-09-15 10:05")
    again = open_browser(PHONE)
    log_in(again, site)
    heading(again, "手机上的验证码")
    again.goto(f"{site}/admin/")  # the password alone opens nothing
    expect(again).to_have_url(re.compile("/accounts/"))
    again.goto(f"{site}/accounts/login/?next=/admin/")
    heading(again, "手机上的验证码")  # the login goes on where it was left
    fill(again, 验证码="123456")
    press(again, "登录")
    expect(again.get_by_role("alert")).to_be_visible()
    look(again, "3-wrong-code")
    fill(again, 验证码=code_of(seed))
    press(again, "登录")
    heading(again, "今天")

    lost = open_browser(PHONE)
    for attempt in range(2):
        log_in(lost, site)
        fill(lost, 验证码=codes[0])
        press(lost, "登录")
        if attempt == 0:
            heading(lost, "今天")
            lost.context.clear_cookies()
    expect(lost.get_by_role("alert")).to_be_visible()  # each works once
    heading(lost, "手机上的验证码")


def test_an_account_opened_at_the_desk_gets_there_by_its_mail(site, open_browser, look):
    admin = log_in_as(open_browser(), site, "admin")
    go_to(admin, "设置")
    admin.goto(f"{site}/admin/association/user/add/")
    fill(admin, 姓名="新同事", 电子邮箱=EMAIL)
    admin.get_by_label("可进入工作台").check()
    look(admin, "4-new-account")
    press(admin, "开立账号")
    told(admin, "账号已开立")
    look(admin, "5-account")
    follow(admin, "授予角色…")
    admin.get_by_label("角色").select_option(label="秘书处")
    look(admin, "5-grant")
    press(admin, "授予角色")
    told(admin, "已授予")

    page = open_browser(PHONE)
    page.goto(f"{site}/accounts/login/")
    follow(page, "忘记密码？")
    fill(page, 电子邮箱=EMAIL)
    press(page, "发送链接")
    expect(page.get_by_role("heading", name="请查收邮件")).to_be_visible()
    outbox.send("mail")
    page.goto(link_in(newest_mail(EMAIL)))
    look(page, "6-password")
    fill(page, 新密码=PASSWORD, 再输入一次新密码=PASSWORD)
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_load_state()
    look(page, "7-password-set")
    log_in(page, site)
    heading(page, "设置两步登录")
    assert not Authenticator.objects.filter(user__email=EMAIL).exists()


def test_without_it_the_desk_stays_shut_after_it_is_switched_off(site, open_browser, look):
    page = log_in_as(open_browser(), site, "secretariat")
    page.goto(f"{site}/accounts/2fa/")
    look(page, "8-on")
    follow(page, "关闭")
    look(page, "9-switch-off")
    press(page, "关闭")
    page.goto(f"{site}/admin/")
    heading(page, "设置两步登录")


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/login/?next=/admin/")
    fill(page, **{LOGIN: EMAIL, "密码": PASSWORD})
    press(page, "登录")
    page.wait_for_load_state()
