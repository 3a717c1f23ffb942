"""The form on a phone: it saves itself, shows the progress of uploads, and survives an expired session."""

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from admissions.actions import applications
from admissions.models import Application
from association import clock
from tests import world
from tests.harness.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft():
    world.found()
    return applications.start(world.user(name="林晓"), "unit", on=clock.today())


@pytest.fixture
def phone(page: Page, draft, live_server, log_in):
    page.set_viewport_size(PHONE)
    log_in(page, draft.case.applicant)
    page.goto(live_server.url + reverse("application_form", args=[draft.case.key]))
    return page


def fill(page, field, text):
    page.locator(f"#id_{field}").fill(text)
    page.locator(f"#id_{field}").blur()


def test_field_saves_itself_and_says_what_is_wrong(phone, draft):
    fill(phone, "uscc", "91110108MA01ABCD1X")
    expect(phone.locator("#id_uscc_error")).to_contain_text("校验位不符")
    expect(phone.locator("[data-autosave-status]")).to_contain_text("已保存")

    fill(phone, "uscc", world.USCC)

    expect(phone.locator("#id_uscc_error")).to_be_empty()
    assert world.fresh(draft).answers["uscc"] == world.USCC
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_what_was_typed_before_the_scripts_came_is_saved(phone, draft):
    phone.context.route("**/js/autosave*.js", lambda route: (phone.locator("#id_name").fill("星野"), route.fallback()))
    phone.reload()
    expect(phone.locator("[data-autosave-status]")).to_contain_text("已保存")
    assert world.fresh(draft).answers["name"] == "星野"


def test_question_follows_the_answer_that_asks_for_it(phone):
    asked = phone.locator("#ask-penalty_no_penalty_3y_on")
    expect(asked).to_be_hidden()

    phone.locator("#id_penalty_no_penalty_3y_0").check()
    expect(asked).to_be_visible()
    phone.locator("#id_penalty_no_penalty_3y_1").check()
    expect(asked).to_be_hidden()


def test_upload_takes_its_slot_and_the_outline_along(phone, tmp_path: Path):
    (tmp_path / "简介.png").write_bytes(world.PNG)
    (tmp_path / "改名.pdf").write_bytes(b"MZ\x90\x00" * 50)
    slot, open_papers = phone.locator("#slot-profile"), phone.locator("#outline a[href='#papers'] + span")
    expect(open_papers).to_contain_text("4")

    phone.set_input_files("#file-profile", tmp_path / "改名.pdf")
    expect(slot.locator(".slot__error")).to_contain_text(".pdf")
    phone.set_input_files("#file-profile", tmp_path / "简介.png")

    expect(slot).to_contain_text("简介.png")
    expect(open_papers).to_contain_text("3")


def test_expired_session_is_said_and_led_back_from(phone, draft, live_server, log_in, tmp_path: Path):
    (tmp_path / "简介.png").write_bytes(world.PNG)
    fill(phone, "name", "北京星野文化传媒有限公司")
    phone.set_input_files("#file-profile", tmp_path / "简介.png")
    expect(phone.locator("#slot-profile")).to_contain_text("简介.png")
    phone.context.clear_cookies(name="sessionid")

    fill(phone, "address", "朝阳区一号")

    banner = phone.locator("[data-expired]")
    expect(banner).to_contain_text("登录已过期，请重新登录，已保存的内容不会丢失")
    phone.set_input_files("#file-self_discipline_pact", tmp_path / "简介.png")
    expect(phone.locator("#slot-self_discipline_pact .slot__error")).to_contain_text("登录已过期")
    banner.get_by_role("link").click()
    phone.get_by_label("电子邮箱").fill(draft.case.applicant.email)
    phone.get_by_label("密码").first.fill("a-long-password")
    _verify(draft)
    phone.locator("main button[type=submit]").click()
    phone.wait_for_url(f"**{reverse('application_form', args=[draft.case.key])}")
    expect(phone.locator("#id_name")).to_have_value("北京星野文化传媒有限公司")
    expect(phone.locator("#slot-profile")).to_contain_text("简介.png")


def _verify(draft):
    from allauth.account.models import EmailAddress

    user = draft.case.applicant
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def test_double_click_submits_once(page, live_server, log_in, shot):
    world.found()
    application = world.draft(on=clock.today())
    log_in(page, application.case.applicant)
    page.goto(live_server.url + reverse("application_submit", args=[application.case.key]))
    shot(page, "application-submit")

    page.get_by_role("button", name="提交申请").dblclick()

    page.wait_for_url(f"**{reverse('application', args=[application.case.key])}")
    expect(page.locator("#now")).to_contain_text("会员部")
    expect(page.locator(".message--error")).to_have_count(0)
    shot(page, "application-status")
    assert Application.objects.get().case.passages.count() == 1
