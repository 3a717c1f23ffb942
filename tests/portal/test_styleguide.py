"""The look: every component, wide and on a phone, without a fault that a machine can see."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace as Row

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest, HttpResponse
from django.template import Context, Engine, Origin, Template
from django.template.loader import render_to_string
from django.urls import path, resolve, reverse
from django.utils import translation

from association.actions import outbox
from association.decisions import Basis, article, convention
from association.models import Association
from portal import styleguide, theme
from portal.urls import urlpatterns as site
from tests.harness.templates import is_ours

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def cited_article(request: HttpRequest, document: str, key: str) -> HttpResponse:
    return HttpResponse(f'<article class="article"><h3>{key}</h3><p>{styleguide.ARTICLE_30}</p></article>')


urlpatterns = [*site, path("cited/<str:document>/<str:key>/", cited_article, name="article")]


def render(source: str, **context: object) -> str:
    origin = Origin(str(TEMPLATES / "test.html"))
    assert is_ours(origin)
    text = Template("{% load huiji %}" + source, origin=origin, engine=Engine.get_default()).render(Context(context))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).strip()


@pytest.fixture
def association(db) -> Association:
    return Association.objects.update_or_create(
        pk=1,
        defaults={
            "name": "北京文化创意产业协会",
            "short_name": "北京文创",
            "phone": "010-6401 2345",
            "supervising_unit": "中共北京市委宣传部",
            "registration_authority": "北京市民政局",
            "icp": "京ICP备2026012345号-1",
        },
    )[0]


# values


def test_dates_and_money():
    assert render("{{ day|zh_date }} {{ day|zh_date_weekday }}", day=date(2026, 9, 30)) == (
        "2026年9月30日 2026年9月30日（星期三）"
    )
    with translation.override("en"):
        assert render("{{ day|zh_date_weekday }}", day=date(2026, 9, 30)) == "Wednesday, 30 September 2026"
    amounts = "{{ a|yuan }} {{ b|yuan }} {{ a|capital }}"
    assert render(amounts, a=Decimal("1666.67"), b=Decimal("-5")) == ("¥1,666.67 −¥5.00 壹仟陆佰陆拾陆元陆角柒分")


@pytest.mark.parametrize(
    ("due", "on", "words"),
    [
        (Row(due_on=date(2026, 9, 30)), date(2026, 9, 25), "还剩 3 个工作日 9月30日"),
        (Row(due_on=date(2026, 9, 24)), date(2026, 9, 24), "今天到期 9月24日"),
        (Row(due_on=date(2026, 9, 22)), date(2026, 9, 24), "已逾期 2 个工作日 9月22日"),
        (Row(due_on=date(2026, 9, 24)), date(2026, 9, 26), "已逾期 9月24日"),  # a Saturday: none was worked since
        (Row(due_on=date(2026, 9, 27)), date(2026, 9, 25), "休息日到期 9月27日"),
        (Row(due_on=date(2026, 9, 26)), date(2026, 9, 26), "今天到期 9月26日"),
        (Row(due_on=date(2027, 1, 8), provisional=True), date(2026, 12, 24), "还剩 10 个工作日 2027年1月8日 暂定"),
        (Row(due_on=date(2026, 9, 30), met_on=date(2026, 9, 18)), date(2026, 9, 25), "按时办结 2026年9月18日"),
        (Row(due_on=date(2026, 9, 18), met_on=date(2026, 9, 22)), date(2026, 9, 25), "已办，迟于期限 2026年9月22日"),
    ],
)
def test_deadline_says_how_many_working_days(db, due, on, words):
    assert render("{% deadline_badge due on %}", due=due, on=on) == words


@pytest.mark.parametrize(("day", "state"), [(25, "running"), (28, "soon"), (30, "soon"), (31, "overdue")])
def test_deadline_turns_amber_at_two_working_days_and_red_after(db, day, state):
    on = date(2026, 9, day) if day < 31 else date(2026, 10, 1)
    text = Template("{% load huiji %}{% deadline_badge due on %}").render(
        Context({"due": {"due_on": date(2026, 9, 30)}, "on": on})
    )
    assert f"deadline--{state}" in text


@pytest.mark.urls(__name__)
def test_citation_says_what_it_rests_on(db):
    sources = [article("acg", "27.11"), article("acg", "30", Basis.INTERPRETATION), convention("C-4")]
    words = "依据 第二十七条第十一项 第三十条 本会解释 惯例 按工作日计算"
    assert render("{% citation sources %}", sources=sources) == words
    assert render("{% citation sources %}", sources=[source.as_json() for source in sources]) == words
    assert render("{% citation none %}", none=[]) == ""


# the association's colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#767676", "#ffffff", 4.54)]
)
def test_contrast(one, other, ratio):
    assert theme.contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("colour", ["#a4281c", "#ffd400", "#ffffff", "#1d5fa8"])
def test_any_accent_can_be_read(colour):
    assert theme.contrast(theme.readable(colour), theme.PAPER) >= theme.ENOUGH
    sheet = theme.stylesheet(colour)
    on_accent = re.search(r"--on-accent: (#\w+)", sheet)[1]
    assert theme.contrast(colour, on_accent) >= 4


def test_theme_is_the_associations(client, association):
    association.accent = "#1f6f43"
    association.save()
    answer = client.get(reverse("theme"))
    assert "--accent: #1f6f43" in answer.content.decode()
    assert answer["Content-Type"].startswith("text/css")


# pages


def test_no_template_carries_a_style_or_a_script():
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)")
    found = [
        f"{template.relative_to(TEMPLATES)}: {match[0]}"
        for template in TEMPLATES.rglob("*.html")
        if "certificates" not in template.parts
        for match in [inline.search(template.read_text(encoding="utf-8"))]
        if match
    ]
    assert found == []


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "429.html", "500.html"])
def test_error_page_needs_nothing_and_says_what_to_do(name):
    text = render_to_string(name)
    assert re.search(r"请|等", text)
    assert not re.search(r"<(p|li|h1)>[A-Z]", text)


def test_unknown_address_is_answered_in_the_look(client, association):
    answer = client.get("/no-such-page/")
    assert answer.status_code == 404
    assert "没有找到这一页" in answer.content.decode()
    assert "010-6401 2345" in answer.content.decode()


def test_page_of_an_installation_without_a_profile(client, db):
    assert Association.objects.count() == 0
    assert "会员门户" in client.get(reverse("styleguide")).content.decode()


def test_navigation_shows_only_what_exists(client, association):
    text = client.get(reverse("styleguide")).content.decode()
    shown = re.findall(r'site-nav__link" href="([^"]+)"', text)
    assert shown
    assert all(resolve(address) for address in shown)


@pytest.mark.parametrize("view", [styleguide.styleguide, styleguide.desk])
def test_styleguide_is_not_in_production(rf, settings, view):
    settings.PRODUCTION = True
    with pytest.raises(Http404):
        view(rf.get("/"))


ACCOUNT_PAGES = [
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
]
MEMBER_PAGES = ["account_logout", "account_email", "account_change_password", "mfa_index", "account_reauthenticate"]


@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_page_is_chinese(client, association, name):
    chinese_throughout(client.get(reverse(name)).content.decode())


@pytest.mark.parametrize("name", MEMBER_PAGES)
def test_own_account_page_is_chinese(client, association, name):
    client.force_login(
        get_user_model().objects.create_user("li@example.cn", "a-long-password"),
        backend=settings.AUTHENTICATION_BACKENDS[0],
    )
    chinese_throughout(client.get(reverse(name)).content.decode())


def chinese_throughout(html: str) -> None:
    """No run of three English words on the page."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", html, flags=re.S)
    assert not re.findall(r"[A-Za-z]{2,}(?: [a-z]{2,}){2,}", text)


# in the browser


@pytest.fixture
def live(live_server, association):
    return live_server.url


def accessible(page) -> None:
    faults = Axe().run(page, options={"preload": False}).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults] == []


@pytest.mark.browser
@pytest.mark.parametrize("name", ["styleguide", "styleguide_desk"])
def test_every_component_is_photographed_and_accessible(live, page, shot, name):
    page.goto(live + reverse(name))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        accessible(page)
    shot(page, name)


@pytest.mark.browser
@pytest.mark.parametrize("name", ACCOUNT_PAGES)
def test_account_page_is_accessible(live, page, shot, name):
    page.goto(live + reverse(name))
    accessible(page)
    shot(page, name)


@pytest.mark.browser
def test_registration_is_answered_in_the_look(live, page, shot, mailoutbox):
    page.goto(live + reverse("account_signup"))
    page.get_by_label("电子邮箱", exact=True).fill("zhang@yuntu.cn")
    page.get_by_label("密码", exact=True).fill("短")
    page.get_by_role("main").get_by_role("button", name="注册").click()
    page.get_by_role("alert").get_by_text("密码太短，至少要 10 个字符。").wait_for()
    accessible(page)
    page.get_by_label("密码", exact=True).fill("changjiang-2026")
    page.get_by_label("再输入一次密码").fill("changjiang-2026")
    page.get_by_role("main").get_by_role("button", name="注册").click()
    page.get_by_text("我们已向 zhang@yuntu.cn 发送确认邮件。").wait_for()
    accessible(page)
    shot(page, "account_registered")
    outbox.send("mail")
    [letter] = mailoutbox
    assert letter.subject == "请确认您的电子邮箱"
    assert letter.body.startswith("您好：\n\n您用这个邮箱注册了账号。")
    assert letter.body.rstrip().endswith("北京文化创意产业协会\n电话 010-6401 2345")


@pytest.mark.browser
@pytest.mark.urls(__name__)
def test_citation_opens_the_article_beside_the_page(live, page, shot):
    page.goto(f"{live}/styleguide/#citation")
    chip = page.locator("#citation a.cite").first
    chip.click()
    drawer = page.locator("#drawer")
    drawer.get_by_text("按实际入会月份折算").wait_for()
    assert page.evaluate("document.activeElement.id") == "drawer-title"
    assert page.url.endswith("/styleguide/#citation")
    accessible(page)
    page.screenshot(path=shot(page, "citation")[0].with_name("citation-open.png"))
    page.keyboard.press("Escape")
    assert drawer.is_hidden()
    assert chip.evaluate("chip => chip === document.activeElement")


@pytest.mark.browser
def test_file_is_sent_when_it_is_chosen(live, page):
    page.goto(f"{live}/styleguide/#slot")
    choose = page.locator("#slot-application input[type=file]")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        choose.set_input_files({"name": "申请书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    assert "multipart/form-data" in sent.value.headers["content-type"]
    page.locator("#slot-application [data-slot-progress]").wait_for(state="hidden")
    assert page.locator("#slot-application input[type=file]").is_enabled()


@pytest.mark.browser
def test_file_that_is_too_large_is_not_sent(live, page):
    page.goto(f"{live}/styleguide/#slot")
    form = page.locator("#slot-application form")
    form.evaluate("form => form.dataset.maxBytes = 1048576")
    page.on("request", lambda request: pytest.fail("it was sent") if request.method == "POST" else None)
    form.locator("input[type=file]").set_input_files(
        {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" * 200_000}
    )
    assert "文件超过 1 MB" in page.locator("#slot-application [data-slot-error]").inner_text()


@pytest.mark.browser
def test_desk_by_keyboard_and_in_bulk(live, page):
    page.goto(f"{live}/styleguide/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "北京（海淀）数字出版有限责任公司"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "北京云图文化传媒有限公司"
    bar = page.locator("[data-bulk-bar]")
    page.locator("[data-bulk-all]").check()
    assert "将通过 3 份申请的材料审核" in bar.inner_text()
    page.locator("[data-bulk-all]").uncheck()
    assert bar.is_hidden()


@pytest.mark.browser
def test_phone_menu_opens(live, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}/styleguide/")
    home = page.locator(".site-nav__link").first
    assert home.is_hidden()
    page.get_by_role("button", name="菜单").click()
    assert home.is_visible()
    page.locator(".site-nav__link").first.focus()
    box = home.bounding_box()
    assert box["height"] >= 44
