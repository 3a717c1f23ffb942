"""A member who lost the mailbox: asked on the public page, two people at the desk, a new login, the old one dead."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from playwright.sync_api import Page, expect

from association.actions import outbox
from association.models import RecoveryRequest, User
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.harness.browser import PHONE
from tests.people import (
    LOGIN,
    Look,
    faults_of,
    fill,
    follow,
    heading,
    link_in,
    log_in_as,
    newest_mail,
    photo,
    press,
    told,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OLD, NEW = "old@unit.example", "new@unit.example"
BEFORE, AFTER = "a-long-password", "xin-mi-ma-2026"
UNIT = "北京星野文化传媒有限公司"


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"recovery-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-15")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    owner = world.user(OLD, name="林晓")
    EmailAddress.objects.create(user=owner, email=OLD, verified=True, primary=True)
    return live_server.url


def test_from_the_public_page_to_the_new_login(site, open_browser, look, clock, tmp_path):
    owner, one, two = open_browser(PHONE), open_browser(), open_browser()
    log_in_member(owner, site, OLD, BEFORE)  # still open in some browser
    stranger = open_browser(PHONE)
    ask(stranger, site, photo(tmp_path, "盖章函件"), look)

    log_in_as(one, site, "member-dept")
    address = propose(one, site, look)
    log_in_as(two, site, "member-dept2")
    confirm(two, address, look)
    owner.goto(f"{site}/messages/")
    expect(owner.get_by_role("main").get_by_text("登录").first).to_be_visible()  # the old address is told

    clock("2026-09-17")
    world.run_jobs()
    outbox.send("mail")
    stranger.goto(link_in(newest_mail(NEW)))
    choose_password(stranger, look)
    log_in_member(stranger, site, NEW, AFTER)
    expect(stranger.get_by_role("banner").get_by_text("林晓")).to_be_visible()
    look(stranger, "8-in")

    owner.goto(f"{site}/my/")
    heading(owner, "登录")  # the old session is over
    fill(owner, **{LOGIN: OLD, "密码": BEFORE})
    press(owner, "登录")
    expect(owner.get_by_role("alert")).to_contain_text("不正确")
    look(owner, "9-old-login")


def test_one_person_is_not_two(site, open_browser, look, tmp_path):
    ask(open_browser(PHONE), site, photo(tmp_path, "盖章函件"))
    one = log_in_as(open_browser(), site, "member-dept")
    address = propose(one, site)
    expect(one.get_by_role("button", name="确认…")).to_be_disabled()
    expect(one.get_by_text("须由第二人确认")).to_be_visible()
    one.goto(f"{address.removesuffix('change/')}confirm/")
    expect(one.get_by_role("button", name="确认", exact=True)).to_be_disabled()
    look(one, "same-person")
    assert RecoveryRequest.objects.get().confirmed_on is None
    assert User.objects.filter(email=OLD).exists()


def test_the_old_address_objects_and_nothing_happens(site, open_browser, look, clock, tmp_path):
    owner = open_browser(PHONE)
    log_in_member(owner, site, OLD, BEFORE)
    ask(open_browser(PHONE), site, photo(tmp_path, "盖章函件"))
    address = propose(log_in_as(open_browser(), site, "member-dept"), site)
    desk = log_in_as(open_browser(), site, "member-dept2")
    confirm(desk, address)

    owner.goto(f"{site}/messages/")
    follow(owner, "有人申请重置您的登录：如非本人请提出异议")
    look(owner, "told")
    follow(owner, "打开相关页面")
    look(owner, "object")
    press(owner, "我有异议：保持我的登录不变")
    heading(owner, "您的登录保持不变")
    look(owner, "objected")
    clock("2026-09-17")
    world.run_jobs()
    outbox.send("mail")
    assert not [letter for letter in mail.outbox if NEW in letter.to]
    assert RecoveryRequest.objects.get().closed_as


def log_in_member(page: Page, site: str, email: str, password: str) -> None:
    page.goto(f"{site}/accounts/login/")
    fill(page, **{LOGIN: email, "密码": password})
    press(page, "登录")
    expect(page.get_by_role("banner").get_by_text("林晓")).to_be_visible()


def ask(page: Page, site: str, letter: object, look: Look | None = None) -> None:
    """What is missing is said at its field, and what was typed is still there."""
    page.goto(f"{site}/accounts/login/")
    follow(page, "邮箱或手机遗失？")
    fill(page, **{"单位全称；个人会员填写姓名": UNIT, "您的姓名": "林晓"})
    page.get_by_label("邮箱", exact=True).check()
    if look is not None:
        look(page, "1-ask")
    press(page, "提交申请")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("您的姓名")).to_have_value("林晓")
    expect(page.get_by_label("邮箱", exact=True)).to_be_checked()
    if look is not None:
        look(page, "2-missing")
    fill(page, 可联系到您的电话或邮箱="13800001234")
    page.get_by_label("单位盖章函件").set_input_files(str(letter))
    press(page, "提交申请")
    heading(page, "已收到您的申请")
    if look is not None:
        look(page, "3-asked")


def propose(page: Page, site: str, look: Look | None = None) -> str:
    page.goto(f"{site}/admin/association/recoveryrequest/")
    if look is not None:
        look(page, "4-list")
    page.get_by_role("link", name=UNIT).click()
    address = page.url
    follow(page, "提出重置登录…")
    fill(page, 账号的电子邮箱="nobody@unit.example", 新电子邮箱=NEW, 核实方式="核对公函，回拨登记电话。")
    press(page, "提出")
    expect(page.get_by_text("没有使用该邮箱的账号").first).to_be_visible()
    if look is not None:
        look(page, "4-no-account")
    fill(page, 账号的电子邮箱=OLD)
    press(page, "提出")
    told(page, "已提出，等待第二人复核")
    if look is not None:
        look(page, "5-proposed")
    return address


def confirm(page: Page, address: str, look: Look | None = None) -> None:
    page.goto(address)
    follow(page, "确认…")
    if look is not None:
        look(page, "6-confirm")
    press(page, "确认")
    told(page, "已通知原邮箱")
    if look is not None:
        look(page, "6-confirmed")


def choose_password(page: Page, look: Look) -> None:
    fill(page, 新密码=AFTER, 再输入一次新密码="something-else")
    press(page, "保存新密码")
    expect(page.get_by_text("两次输入的密码不一致").first).to_be_visible()
    look(page, "7-not-the-same")
    fill(page, 新密码=AFTER, 再输入一次新密码=AFTER)
    press(page, "保存新密码")
    told(page, "登录已重置")
