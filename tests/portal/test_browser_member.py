"""What a member does on the phone: copies the memo, uploads the voucher, saves the certificate. Photographed."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from association.models import User
from fees.models import Payment, Voucher
from tests import world
from tests.harness.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def owner(transactional_db) -> User:
    cache.clear()
    world.found()
    return world.user("owner@test.example", name="林晓")


@pytest.fixture
def visit(live_server, page: Page, log_in, owner):
    """Return ``visit(name, *args)``: the page of this name, as the owner, on a phone."""
    log_in(page, owner)
    page.set_viewport_size(PHONE)

    def visit(name: str, *args: object) -> Page:
        page.goto(f"{live_server.url}{reverse(name, args=args)}")
        return page

    return visit


def photo() -> bytes:
    data = BytesIO()
    Image.new("RGB", (300, 200), "white").save(data, "PNG")
    return data.getvalue()


def upload(page: Page, name: str, data: bytes) -> None:
    kind = "image/png" if name.endswith("png") else "application/pdf"
    page.set_input_files("#file-voucher", {"name": name, "mimeType": kind, "buffer": data})


def assert_accessible(page: Page) -> None:
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(each["id"], [node["target"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.rule("ACG-32.b")
def test_invoice_is_copied_and_its_voucher_uploaded(context, visit, owner, shot):
    invoice = world.invoice_of(world.noticed(world.submitted(owner)))
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit("invoice", invoice.key)
    assert_accessible(page)
    shot(page, "invoice")

    page.get_by_role("button", name="复制汇款用途（请照写）").click()
    expect(page.get_by_role("status")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == invoice.memo

    upload(page, "回单.pdf", b"MZ" + bytes(500))
    expect(page.locator("[data-slot-error]")).to_contain_text("请上传原始文件")
    upload(page, "回单.png", photo())
    expect(page.locator("#arrived")).to_contain_text("回单.png")
    assert Voucher.objects.count() == 1
    shot(page, "invoice-voucher")


def test_sandbox_is_visibly_one_and_pays_once_on_a_double_click(visit, owner, shot):
    invoice = world.invoice_of(world.noticed(world.submitted(owner)))
    page = visit("invoice", invoice.key)
    page.get_by_role("button", name="用支付沙盒付款（不会扣款）").dblclick()
    expect(page.get_by_role("note")).to_contain_text("支付沙盒：不会扣款")
    assert_accessible(page)
    shot(page, "sandbox")

    page.get_by_role("button", name="模拟支付 ¥666.67").dblclick()

    expect(page.locator("h1 + .status")).to_have_text("已缴清")
    assert Payment.objects.count() == 1
    shot(page, "invoice-paid")


def test_certificate_appears_when_the_worker_has_drawn_it(visit, owner, shot):
    certificate = world.registered(world.noticed(world.submitted(owner)))
    page = visit("certificate", certificate.serial)
    expect(page.get_by_text("正在制作证书")).to_be_visible()
    shot(page, "certificate-drawing")

    world.run_jobs()

    expect(page.get_by_role("link", name="下载 PDF")).to_be_visible()
    picture = page.locator("img.certificate__picture")
    expect(picture).to_have_js_property("naturalWidth", 1240)
    assert_accessible(page)
    shot(page, "certificate")


def test_home_and_file_are_photographed(visit, owner, shot):
    page = visit("my")
    assert_accessible(page)
    shot(page, "my-empty")

    certificate = world.registered(world.noticed(world.submitted(owner)))
    world.noticed(world.submitted(owner, uscc=world.USCC_OTHER, name="北京云图文化传媒有限公司"))
    visit("my")
    assert_accessible(page)
    shot(page, "my-many")
    visit("history", certificate.membership_id)
    assert_accessible(page)
    shot(page, "member-file")
