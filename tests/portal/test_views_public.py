"""Home, rules, announcements, what watches and robots ask for, the demo's own pages."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.filebased import EmailBackend
from django.urls import reverse

from association import clock as legal
from association.actions import jobs
from association.models import Announcement
from members.actions import registrations
from portal.demo.accounts import ACG
from portal.views import health
from tests import world

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def association(db):
    world.found()


@pytest.fixture
def announced(association):
    certificate = world.registered()
    registrations.publish(certificate.registration, by=world.officer("secretariat"), on=world.REGISTERED)
    return Announcement.objects.get()


# home


@pytest.mark.rule("ACG-6.p1", "ACG-45.f")
def test_home_says_who_may_join_and_what_can_be_done(client, announced):
    page = text(client.get("/"))

    for name in ("rules", "quote", "apply", "verify", "announcements"):
        assert f'href="{reverse(name)}"' in page
    for words in (
        "单位会员",
        "个人会员",
        "在北京市学习、工作、生活的中国公民",
        announced.title,
        "010-89552264",
        "北京市民政局",
    ):
        assert words in page


def test_home_before_anything_is_set_up(client):
    assert client.get("/").status_code == 200


def test_home_reads_the_same_however_many_announcements(client, announced, django_assert_num_queries):
    client.get("/")
    for _ in range(2):
        with django_assert_num_queries(2):  # the profile, the newest announcements
            client.get("/")
        more(announced, 2)


def more(announced: Announcement, number: int, **fields) -> Announcement:
    common = {
        "kind": announced.kind,
        "title": "会员登记公告：又一家",
        "fields": announced.fields,
        "decision": announced.decision,
        "drafted_on": announced.drafted_on,
        "published_on": announced.published_on,
        "published_by": announced.published_by,
    } | fields
    made = [Announcement.objects.create(**common) for _ in range(number)]
    return made[-1] if made else announced


# rules


@pytest.mark.rule("ACG-1", "ACG-45")
def test_rules_show_every_article_and_its_adoption(client, association):
    page = text(client.get("/rules/"))

    assert page.count('<article class="rules__article"') == 45
    for words in (
        'id="a-30"',
        'id="a-27.11"',
        "第五章 会 费",
        "京二协〔2024〕1号",
        "2024年5月20日",
        "acg/1-1",
        "本会解释",
    ):
        assert words in page
    assert text(client.get("/rules/acg/")).count('<article class="rules__article"') == 45


def test_rules_before_adoption(client):
    assert client.get("/rules/").status_code == 200
    assert client.get("/rules/acg/").status_code == 404


def test_item_is_shown_with_what_it_is_part_of(client, association):
    page = text(client.get("/rules/acg/17.1/"))

    assert "第十七条第一项" in page
    assert "申请单位简介" in page


def test_drawer_gets_the_article_alone(client, association):
    response = client.get("/rules/acg/30/?version=acg/1-1", headers={"HX-Request": "true"})

    assert "<html" not in text(response)
    assert "一次性交纳当年会费" in text(response)
    assert "HX-Request" in response.headers["Vary"]


@pytest.mark.rule("ACG-2")
def test_charter_is_cited_as_the_charter(client, association):
    assert "北京二次元文化创意协会章程" in text(client.get("/rules/charter/*/"))


@pytest.mark.parametrize(
    "address",
    [
        "/rules/acg/99/",
        "/rules/nobody/1/",
        "/rules/nobody/",
        "/rules/acg/30/?version=acg/9-9",
        "/rules/acg/30/?version=%00-1",
        "/rules/acg/30/?version=99999",
        "/rules/acg/30/?version=²",
        "/rules/charter/what/",
    ],
)
def test_unknown_article_is_a_404_in_our_look(client, association, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "site-header" in text(response)


# announcements


@pytest.mark.rule("ACG-25")
def test_announcement_shows_the_listed_fields_only(client, announced):
    fields = announced.fields | {"uscc": world.USCC, "mobile": "13800001234"}
    leaking = more(announced, 1, fields=fields)

    page = text(client.get(reverse("announcement", args=[leaking.key])))

    for words in (
        "北京星野文化传媒有限公司",
        "BACCA-000001",
        "动画制作",
        "2026年9月15日",
        "2026年12月31日",
        "第二十五条",
    ):
        assert words in page
    assert world.USCC not in page
    assert "13800001234" not in page


@pytest.mark.rule("ACG-25")
def test_draft_is_not_there(client, association):
    world.registered()
    draft = Announcement.objects.get()

    assert client.get(reverse("announcement", args=[draft.key])).status_code == 404
    assert draft.title not in text(client.get("/announcements/"))


@pytest.mark.parametrize("items", [1, 3])
def test_list_takes_the_same_queries(client, announced, django_assert_num_queries, items):
    more(announced, items - 1)
    client.get("/announcements/")

    with django_assert_num_queries(3):  # the profile, the kinds there are, a page of them
        assert text(client.get("/announcements/")).count("notices__item") == items


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999", "400"])
def test_odd_page_number(client, announced, page):
    assert client.get("/announcements/", {"page": page}).status_code == 200


# those who watch, robots, browsers


def test_health(client):
    assert text(client.get("/healthz")) == "ok\n"


def test_ready_names_what_is_missing(client, monkeypatch):
    monkeypatch.setattr(health.fonts, "is_built", lambda: True)
    assert client.get("/readyz").json() == {"database": True, "cache": True, "queue": True, "font": True}

    jobs.order("members.render_certificate", "old", run_after=legal.now() - timedelta(hours=1))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["queue"] is False


def test_robots_keep_out_of_what_is_private(client):
    robots = text(client.get("/robots.txt"))

    for path in ("/admin/", "/verify/", "/my/"):
        assert f"Disallow: {path}" in robots
    assert "/rules/" not in robots


def test_favicon(client):
    assert client.get("/favicon.ico").url.endswith("img/icon.svg")


def test_headers(client):
    headers = client.get("/").headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


# the demo


def test_demo_pages_are_not_there_outside_the_demo(client):
    assert client.get("/demo/mail/").status_code == 404
    assert client.get("/demo/accounts/").status_code == 404
    assert "demo-banner" not in text(client.get("/"))


def test_demo_mail_shows_the_newest_with_working_links(client, settings):
    settings.DEMO = True
    assert "demo-banner" in text(client.get("/demo/mail/"))
    backend = EmailBackend(file_path=str(settings.MAIL_DIR))
    for number in (1, 2):
        link = f"http://127.0.0.1:8000/accounts/confirm-email/{number}/"
        backend.send_messages([mail.EmailMessage(f"第{number}封", f"请点开 {link} 。<b>", "a@b.c", ["x@y.z"])])

    page = text(client.get("/demo/mail/"))

    assert '<a href="http://127.0.0.1:8000/accounts/confirm-email/2/"' in page
    assert page.count('class="mail"') == 2
    assert "<b>" not in page


@pytest.mark.parametrize("zone", ["-0000", "+0000"])
def test_demo_mail_tells_the_time_of_the_association(client, settings, zone):
    settings.DEMO = True
    head = {"Date": f"Mon, 28 Sep 2026 16:05:09 {zone}"}
    EmailBackend(file_path=str(settings.MAIL_DIR)).send_messages(
        [mail.EmailMessage("夜里的信", "正文", "a@b.c", ["x@y.z"], headers=head)]
    )

    assert "2026-09-29 00:05:09" in text(client.get("/demo/mail/"))


def test_demo_accounts_show_the_code_of_the_moment(client, clock, settings):
    settings.DEMO = True
    clock("2026-09-15 10:00")

    page = text(client.get("/demo/accounts/"))

    assert page.count('class="totp"') == sum(bool(account.seed) for account in ACG)
    assert all(account.email in page for account in ACG)
