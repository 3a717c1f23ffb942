"""An official document (红头文件) in the browser: series, draft, second pair of eyes, signature, number, paper, QR."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from association.models import DocumentNumber, User
from portal.demo import accounts
from portal.demo.plans import FOUNDED
from tests import world
from tests.people import Look, faults_of, fill, follow, go_to, heading, press, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "关于收缴2026年度会费的通知"
OTHER = "关于召开会员大会的通知"


@pytest.fixture
def look(shot) -> Look:
    def look(page: Page, name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"documents-{name}")
        assert faults_of(page) == [], name

    return look


@pytest.fixture
def site(live_server, clock, settings) -> str:
    clock("2026-09-15")
    settings.SITE_URL = live_server.url
    world.found()
    accounts.create(on=FOUNDED)
    return live_server.url


@pytest.fixture
def at_desk(open_browser, log_in):
    def at_desk(user: User) -> Page:
        page = open_browser()
        log_in(page, user)
        return page

    return at_desk


def test_from_the_series_to_the_page_behind_the_qr_code(site, at_desk, open_browser, look, settings):
    writer, reader = at_desk(world.seated("secretariat")), at_desk(world.seated("secretariat"))
    chief = at_desk(world.seated("secretary_general"))

    open_series(writer, site, look)
    draft(writer, site, TITLE, look)
    address = writer.url
    check(writer, reader, address, look)
    sign(writer, chief, address, look)
    assert issue(writer, address, look) == "京二协〔2026〕5号"
    world.run_jobs()

    text, qr = read(download(writer, address))
    for words in (
        TITLE,
        "京二协〔2026〕5号",
        "各会员单位：",
        "会费标准一览表",
        "缴费回执",
        "2026年9月15日印发",
    ):
        assert words in text
    assert "草稿" not in text
    visitor = open_browser()
    visitor.goto(qr)
    heading(visitor, TITLE)
    for words in ("本会印发", "京二协〔2026〕5号", "本文件由本会印发，现行有效。"):
        expect(visitor.get_by_role("main").get_by_text(words, exact=True)).to_be_visible()
    assert "每年3000元" not in visitor.content()  # what it says is for those who were told
    look(visitor, "9-verified")


def test_a_draft_thrown_away_and_a_void_number_leave_no_gap(site, at_desk, open_browser, look):
    writer, reader = at_desk(world.seated("secretariat")), at_desk(world.seated("secretariat"))
    chief = at_desk(world.seated("secretary_general"))
    open_series(writer, site)
    draft(writer, site, "错写的一份")
    follow(writer, "丢弃")
    press(writer, "丢弃")
    told(writer, "草稿已丢弃")

    draft(writer, site, TITLE)
    first = writer.url
    whole_way(writer, reader, chief, first)
    follow(writer, "作废")
    fill(writer, 理由="印制错误，重新行文。")
    press(writer, "作废")
    told(writer, "已作废")
    look(writer, "void")
    draft(writer, site, OTHER)
    whole_way(writer, reader, chief, writer.url)

    assert list(DocumentNumber.objects.order_by("seq").values_list("seq", flat=True)) == [5, 6]
    go_to(writer, "公告")
    follow(writer, "发文登记")
    for words in ("京二协〔2026〕5号", "京二协〔2026〕6号", "印制错误，重新行文。"):
        expect(writer.get_by_role("main").get_by_text(words)).to_be_visible()
    look(writer, "register")


def test_a_closed_series_is_not_offered_any_more(site, at_desk, look):
    writer = at_desk(world.seated("secretariat"))
    open_series(writer, site)
    follow(writer, "停用此系列…")
    look(writer, "series-close")
    press(writer, "停用")
    told(writer, "文号系列已停用")
    look(writer, "series-closed")
    writer.goto(f"{site}/admin/association/officialnotice/draft/")
    heading(writer, "起草文件")
    expect(writer.get_by_text("请先建立文号系列")).to_be_visible()
    expect(writer.get_by_label("标题")).to_have_count(0)
    look(writer, "no-series")


def open_series(page: Page, site: str, look: Look | None = None) -> None:
    """Where there is none, the list leads there; a form of number that is none is said, and what was typed stays."""
    page.goto(f"{site}/admin/")
    go_to(page, "公告")
    follow(page, "红头文件")
    expect(page.get_by_role("link", name="起草文件")).to_have_count(0)
    if look is not None:
        look(page, "1-none")
    follow(page, "新建文号系列")
    fill(page, 名称="协会文件", 文号格式="京二协[{year}]{seq}号", 本年下一个序号="5")
    page.get_by_label("签发机构").select_option(label="秘书长")
    press(page, "建立系列")
    expect(page.get_by_role("alert").get_by_text(re.compile("六角括号"))).to_be_visible()
    expect(page.get_by_label("名称")).to_have_value("协会文件")
    if look is not None:
        look(page, "2-series-refused")
    fill(page, 文号格式="京二协〔{year}〕{seq}号")
    press(page, "建立系列")
    told(page, "文号系列已建立")
    expect(page.get_by_text("京二协〔2026〕5号")).to_be_visible()
    if look is not None:
        look(page, "3-series")


def draft(page: Page, site: str, title: str, look: Look | None = None) -> None:
    page.goto(f"{site}/admin/association/officialnotice/")
    follow(page, "起草文件")
    fill(page, 标题=title, 主送="各会员单位", 正文="现就有关事项通知如下。\n一、标准\n每年3000元。")
    fill(page, 附件="会费标准一览表\n缴费回执")
    if look is not None:
        look(page, "4-draft")
    press(page, "保存草稿")
    told(page, "请由另一人核稿")


def check(writer: Page, reader: Page, address: str, look: Look) -> None:
    """Whoever wrote it cannot check it, and nobody signs what is unchecked."""
    expect(writer.get_by_role("button", name="核稿无误")).to_be_disabled()
    expect(writer.get_by_text("须由另一人核稿")).to_be_visible()
    look(writer, "5-own")
    reader.goto(address)
    press(reader, "核稿无误")
    told(reader, "已核稿，等待签发")
    look(reader, "6-checked")


def sign(writer: Page, chief: Page, address: str, look: Look) -> None:
    """For the body of the series only: the writer sees why not."""
    writer.goto(address)
    expect(writer.get_by_role("button", name="签发")).to_be_disabled()
    expect(writer.get_by_role("link", name="编号印发")).to_have_count(0)
    look(writer, "7-not-mine")
    chief.goto(address)
    follow(chief, "签发")
    look(chief, "7-sign")
    press(chief, "签发")
    told(chief, "已签发")


def issue(page: Page, address: str, look: Look) -> str:
    page.goto(address)
    follow(page, "编号印发")
    look(page, "8-issue")
    press(page, "编号印发")
    told(page, "已印发，文号")
    look(page, "8-issued")
    said = page.get_by_role("status").inner_text()
    return said.partition("文号")[2].strip(" 。\n")


def whole_way(writer: Page, reader: Page, chief: Page, address: str) -> None:
    reader.goto(address)
    press(reader, "核稿无误")
    told(reader, "已核稿")
    chief.goto(address)
    follow(chief, "签发")
    press(chief, "签发")
    told(chief, "已签发")
    writer.goto(address)
    follow(writer, "编号印发")
    press(writer, "编号印发")
    told(writer, "已印发")


def download(page: Page, address: str) -> Path:
    page.goto(address)
    with page.expect_download() as arriving:
        follow(page, "下载 PDF")
    return arriving.value.path()


def read(path: Path) -> tuple[str, str]:
    """The text of the PDF, and where its QR code leads."""
    with pypdfium2.PdfDocument(path) as paper:
        pages = [paper[number] for number in range(len(paper))]
        text = "\n".join(page.get_textpage().get_text_range() for page in pages)
        codes = [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]
    return text.replace("\r", ""), codes[0]
