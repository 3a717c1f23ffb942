"""What happens to people at a browser: the login expires in the middle of the form, and fingers click twice."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from admissions.actions import applications
from association import queries
from fees.models import Payment
from tests import world
from tests.harness.browser import PHONE
from tests.people import LOGIN, fill, heading, pdf_file, photo, press, told, upload

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _association(transactional_db, clock):
    clock(world.SUBMITTED)
    world.found()
    queries.forget()


@pytest.fixture
def site(live_server) -> str:
    return live_server.url


def saves(page: Page, field: str, label: str, value: str) -> None:
    """Fill in a field and leave it: an answer comes."""
    fill(page, **{label: value})
    with page.expect_response(re.compile(f"field={field}")):
        page.keyboard.press("Tab")


def test_what_was_saved_is_there_after_the_login_has_expired(site, open_browser, log_in, tmp_path):
    user = world.user("linxiao@xingye.example")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    page = open_browser(PHONE)
    log_in(page, user)
    application = applications.start(user, "unit", on=world.SUBMITTED)
    page.goto(site + reverse("application_form", args=[application.case.key]))
    saves(page, "name", "单位全称", "北京星野文化传媒有限公司")
    upload(page, "《入会申请书》", pdf_file(tmp_path, "入会申请书", "北京星野文化传媒有限公司"))

    Session.objects.all().delete()
    saves(page, "registrar", "登记机关", "北京市海淀区市场监督管理局")
    expired = page.get_by_role("alert").filter(has_text="登录已过期")
    expect(expired).to_be_visible()
    paper = page.get_by_role("group", name="登记证书副本")
    paper.get_by_label("选择文件或拍照").set_input_files(photo(tmp_path, "登记证书"))
    expect(paper.get_by_role("alert")).to_contain_text("登录已过期")

    expired.get_by_role("link").click()
    fill(page, **{LOGIN: "linxiao@xingye.example", "密码": "a-long-password"})
    press(page, "登录")
    expect(page.get_by_label("单位全称")).to_have_value("北京星野文化传媒有限公司")
    expect(page.get_by_role("link", name="入会申请书.pdf")).to_be_visible()
    saves(page, "registrar", "登记机关", "北京市海淀区市场监督管理局")
    told(page, "已保存")
    assert world.fresh(application).answers["registrar"] == "北京市海淀区市场监督管理局"


def test_two_clicks_on_submit_submit_once(site, open_browser, log_in):
    user = world.user()
    application = world.draft(user)
    page = open_browser(PHONE)
    log_in(page, user)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(site + reverse("application_submit", args=[application.case.key]))

    page.get_by_role("button", name="提交申请").dblclick()
    heading(page, "现由会员部办理")
    other.get_by_role("button", name="提交申请").click()
    heading(other, "现由会员部办理")

    assert [passage.verb for passage in application.case.passages.all()] == ["submit"]


def test_two_clicks_on_confirm_confirm_once(site, open_browser, log_in, clock):
    payment = world.entered(world.noticed())
    clock(world.PAID)
    page = open_browser()
    log_in(page, world.seated("secretariat", roles=("finance",)))
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(site + reverse("admin:fees_payment_confirm", args=[payment.pk]))

    page.get_by_role("button", name="是，确认到账").dblclick()
    told(page, "到账已确认")
    other.get_by_role("button", name="是，确认到账").click()
    told(other, "无需再次确认")

    assert [paid.confirmed_on for paid in Payment.objects.all()] == [world.PAID]
    expect(other.get_by_text("已缴清").first).to_be_visible()
