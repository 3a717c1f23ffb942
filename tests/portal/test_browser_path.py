"""The first member joins, as people walk it: every step through the real pages, one account for each role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from association import queries
from association.actions import outbox
from association.models.message import Channel
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import officers, world
from tests.harness.browser import PHONE
from tests.people import (
    LOGIN,
    Look,
    faults_of,
    fill,
    follow,
    go_to,
    heading,
    link_in,
    log_in_as,
    newest_mail,
    pdf_file,
    photo,
    press,
    told,
    upload,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL, PASSWORD = "linxiao@xingye.example", "xingye-wenhua-2026"
UNIT = "北京星野文化传媒有限公司"
OTHER = "北京方糖游戏科技有限公司"
FILE = (
    ("2026年9月15日", "提交：入会申请", "第四条"),
    ("2026年9月15日", "入会", "第十九条第二款"),
    ("2026年9月16日", "会员部资格审查", "第十九条第一款"),
    ("2026年9月17日", "秘书长审定", "第十九条第二款"),
    ("2026年9月18日", "理事会批准", "第十九条第二款"),
    ("2026年9月21日", "通知办理登记", "第二十条"),
    ("2026年9月23日", "交纳会费", "第三十条"),
    ("2026年9月24日", "已登记", "第二十二条"),
    ("2026年9月24日", "公布登记信息", "第二十五条"),
)
"""Day, step and the first article that it rests on, as the member's file names them."""
PAPERS = ("《入会申请书》", "《行业自律公约》", "登记证书副本", "申请单位简介")


@pytest.fixture
def site(live_server, clock, settings) -> str:
    """The demo association on 15 September 2026, with its officers and no applications."""
    clock("2026-09-15")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    queries.forget()
    return live_server.url


@pytest.fixture
def look(shot) -> Look:
    """Photograph a page wide and phone-sized, and let axe-core go over it."""

    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"path-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.mark.rule("ACG-17.1", "ACG-19.p1", "ACG-19.p2a", "ACG-20", "ACG-22.a", "ACG-24", "ACG-25", "ACG-30")
def test_first_member_joins(site, open_browser, clock, look, tmp_path):
    visitor, applicant = open_browser(PHONE), open_browser(PHONE)
    read_the_rules(visitor, site, look)
    ask_what_it_costs(visitor, look)

    sign_up(applicant, site, look)
    begin(applicant, look)
    come_back(applicant)
    hand_in(applicant, tmp_path, look)

    clock("2026-09-16")
    department = log_in_as(open_browser(), site, "member-dept")
    review(department, look)
    clock("2026-09-17")
    chief = log_in_as(open_browser(), site, "secretary-general")
    follow(chief, UNIT)
    officers.pass_on(chief, look, "3-secretary-general")
    world.at_council(world.submitted(name=OTHER, uscc=world.USCC_OTHER))
    clock("2026-09-18")
    secretariat = log_in_as(open_browser(), site, "secretariat")
    officers.hold_meeting(secretariat, look)
    officers.vote(secretariat, look, approved=UNIT, refused=OTHER)

    clock("2026-09-21")
    at_desk(department, site, UNIT)
    officers.send_notice(department, look)
    world.run_jobs()
    read_the_notice()

    clock("2026-09-22")
    pay(applicant, site, tmp_path, look)
    clock("2026-09-23")
    finance = log_in_as(open_browser(), site, "finance")
    look(finance, "5-today")
    follow(finance, UNIT)
    officers.enter_payment(finance, look, payer=UNIT)
    second = log_in_as(open_browser(), site, "finance2")
    follow(second, UNIT)
    officers.confirm_payment(second, look)

    clock("2026-09-24")
    at_desk(department, site, UNIT)
    officers.register(department, look)
    world.run_jobs()
    at_desk(secretariat, site, UNIT)
    officers.publish(secretariat, look)

    certificate = read_certificate(download_certificate(applicant, site, look))
    assert certificate.number == "BACCA-000001"
    assert certificate.holder == UNIT
    assert certificate.validity == "2026年9月15日至2026年12月31日"
    verify(visitor, certificate, look)
    read_the_file(applicant, site, look)
    read_the_announcement(visitor, look)


# 1 A visitor, without an account


def read_the_rules(page: Page, site: str, look: Look) -> None:
    page.goto(site)
    heading(page, "您可以在这里")
    look(page, "1-home")
    go_to(page, "会员管理办法")
    expect(page.get_by_role("article")).to_have_count(45)
    look(page, "1-rules")


def ask_what_it_costs(page: Page, look: Look) -> None:
    """理事单位 from 15 September: four months of 2026, then three full years; the article opens beside it."""
    go_to(page, "入会试算")
    page.get_by_label("会员类型").select_option(label="理事单位")
    fill(page, 申请日期="2026-09-15")
    press(page, "试算")
    lines = page.get_by_role("table", name="各期会费")
    for words in ("2026 4 5,000.00 × 4 / 12", "2027 12 5,000.00", "2028 12 5,000.00", "2029 12 5,000.00"):
        expect(lines.get_by_role("row", name=words)).to_be_visible()
    expect(lines.get_by_role("row", name="合计 ¥16,666.67")).to_be_visible()
    look(page, "1-quote")
    lines.get_by_role("link", name="第三十条").click()
    expect(page.get_by_role("complementary", name="依据")).to_contain_text("按实际入会月份折算")
    look(page, "1-article")
    press(page, "关闭")


# 2 The applicant


def sign_up(page: Page, site: str, look: Look) -> None:
    page.goto(site)
    page.get_by_role("link", name="登录").click()
    follow(page, "用电子邮箱注册")
    fill(page, 电子邮箱=EMAIL, 密码=PASSWORD, 再输入一次密码=PASSWORD)
    look(page, "2-sign-up")
    press(page, "注册")
    heading(page, "确认您的电子邮箱")
    look(page, "2-mail-sent")
    page.goto(link_in(newest_mail(EMAIL)))
    look(page, "2-confirm")
    press(page, "是，确认")
    look(page, "2-log-in")
    log_in(page)


def log_in(page: Page) -> None:
    fill(page, **{LOGIN: EMAIL, "密码": PASSWORD})
    press(page, "登录")
    expect(page.get_by_role("banner").get_by_text("linxiao")).to_be_visible()


def begin(page: Page, look: Look) -> None:
    go_to(page, "申请入会")
    look(page, "2-apply")
    press(page, "申请成为单位会员")
    heading(page, "入会申请：单位会员")
    look(page, "2-form")
    fill(page, 单位全称=UNIT, 统一社会信用代码=world.USCC)
    page.get_by_label("法人（公司、事业单位、社会组织等）").check()
    fill(page, 登记机关="北京市海淀区市场监督管理局", 所在专业领域="动画制作")
    with page.expect_response(re.compile("field=rb_field")):
        page.get_by_label("联系人").focus()
    told(page, "已保存")


def come_back(page: Page) -> None:
    """The draft has saved itself: it is there after logging out and in again."""
    follow(page, "以后再填")
    page.get_by_role("banner").get_by_text("linxiao").click()
    press(page, "退出登录")
    page.get_by_role("link", name="登录").click()
    log_in(page)
    go_to(page, "申请入会")
    follow(page, "继续填写")
    expect(page.get_by_label("单位全称")).to_have_value(UNIT)
    expect(page.get_by_label("所在专业领域")).to_have_value("动画制作")


def hand_in(page: Page, folder: Path, look: Look) -> None:
    page.get_by_role("group", name="近3年内是否受到过行政处罚？").get_by_label("否", exact=True).check()
    fill(page, 联系人="林晓", 手机号码="13800001234")
    for name in PAPERS:
        upload(page, name, photo(folder, name) if name == "登记证书副本" else pdf_file(folder, name, UNIT))
    page.get_by_label("我已阅读并同意以上内容").check()
    look(page, "2-filled")
    press(page, "核对并提交")
    heading(page, "条件审查")
    look(page, "2-check")
    press(page, "提交申请")
    heading(page, "现由会员部办理")
    look(page, "2-submitted")


# 3 and 4 The desk


def at_desk(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}/admin/")
    follow(page, name)


def review(page: Page, look: Look) -> None:
    """Papers beside the checklist: nothing passes before everything is looked at. One step is taken back."""
    look(page, "3-today")
    follow(page, UNIT)
    look(page, "3-case")
    expect(page.get_by_role("button", name="通过", exact=True)).to_be_disabled()
    officers.check_papers(page, PAPERS)
    for check in ("符合本会章程规定的入会基本条件", "与本专业领域相关"):
        officers.judge(page, check)
    officers.pass_on(page, look, "3-pass")
    officers.take_back(page, look)
    officers.pass_on(page, look, "3-pass-again")
    look(page, "3-passed")


def read_the_notice() -> None:
    """ACG-20: amount, account, payee and the exact memo, in the mail."""
    outbox.send(Channel.MAIL)
    letter = newest_mail(EMAIL)
    assert letter.subject == "您的入会申请已获批准，请办理会员登记"
    for words in (
        "应缴会费 ¥666.67",
        "收款单位：北京二次元文化创意协会",
        "账号：1100 1234 5678 9012 345",
        "2026会费 BACCA-000001",
    ):
        assert words in letter.body


# 5 The fee


def pay(page: Page, site: str, folder: Path, look: Look) -> None:
    page.goto(f"{site}/my/")
    look(page, "5-my")
    follow(page, "查看缴费通知")
    expect(page.get_by_text("2026会费 BACCA-000001")).to_be_visible()
    look(page, "5-invoice")
    upload(page, "汇款凭证", photo(folder, "汇款凭证"))
    look(page, "5-voucher")


# 7 The member, and anyone


@dataclass(frozen=True)
class Printed:
    """What a reader finds on the certificate."""

    number: str
    holder: str
    validity: str
    serial: str
    qr: str


def download_certificate(page: Page, site: str, look: Look) -> bytes:
    page.goto(f"{site}/my/")
    look(page, "7-my")
    follow(page, "查看证书")
    look(page, "7-certificate")
    with page.expect_download() as arriving:
        follow(page, "下载 PDF")
    return arriving.value.path().read_bytes()


def read_certificate(content: bytes) -> Printed:
    """The text of the PDF, and the QR code from its picture."""
    page = pypdfium2.PdfDocument(content)[0]
    text = page.get_textpage().get_text_range()
    (code,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())

    def found(pattern: str) -> str:
        match = re.search(pattern, text)
        assert match is not None, text
        return match[1]

    return Printed(
        number=found(r"会员证号\s*(\S+)"),
        holder=found(r"会员登记证书\s+(\S+)"),
        validity=found(r"登记有效期\s*(\S+)"),
        serial=found(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4,5}){3})"),
        qr=code.text,
    )


def verify(page: Page, printed: Printed, look: Look) -> None:
    """By the QR code, by the serial as typed; an invented serial is plainly not valid."""
    page.goto(printed.qr)
    heading(page, "会员登记证书")
    for words in ("有效", UNIT, "BACCA-000001", printed.validity, printed.serial):
        expect(page.get_by_role("main").get_by_text(words, exact=True).first).to_be_visible()
    look(page, "7-verified")
    go_to(page, "证书核验")
    look(page, "7-verify")
    fill(page, 证书编号或会员证号=printed.serial.lower())
    press(page, "核验")
    expect(page).to_have_url(printed.qr)
    go_to(page, "证书核验")
    fill(page, 证书编号或会员证号="ABCD-EFGH-JKLM-NPQRS")
    press(page, "核验")
    heading(page, "查无此证")
    expect(page.get_by_text("无效", exact=True)).to_be_visible()
    look(page, "7-invented")


def read_the_file(page: Page, site: str, look: Look) -> None:
    """档案: every step with its day, who acted and «依据»."""
    page.goto(f"{site}/my/")
    follow(page, "会员档案")
    look(page, "7-file")
    for day, step, article in FILE:
        entries = page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_text(step, exact=True))
        entry = entries.filter(has_text=day).filter(has=page.get_by_role("link", name=article))
        expect(entry.first, f"{day} {step}").to_be_visible()


def read_the_announcement(page: Page, look: Look) -> None:
    go_to(page, "公告")
    look(page, "7-announcements")
    follow(page, f"会员登记公告：{UNIT}")
    expect(page.get_by_text("BACCA-000001")).to_be_visible()
    look(page, "7-announcement")
