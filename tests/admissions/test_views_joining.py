"""«Apply to join» through the client."""

import pytest
from django.urls import reverse

from admissions.models import Application
from tests import world

pytestmark = pytest.mark.django_db
JOIN = "/join/"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.mark.rule("ACG-7.p1", "ACG-17.1", "ACG-17.2", "ACG-17.3", "ACG-17.4", "ACG-18")
def test_anyone_reads_what_each_class_needs_and_under_which_article(client):
    page = client.get(JOIN).content.decode()

    for words in (
        "单位会员",
        "个人会员",
        "近三年内未受到过行政处罚",
        "《行业自律公约》签约文本",
        "登记证书副本",
        "申请单位简介",
    ):
        assert words in page
    for label in ("第七条第一款", "第十七条第一项", "第十八条"):
        assert label in page
    assert "单位会员职工" in page.partition("无需申请")[2]


def test_without_rules_in_force_the_page_says_so(client, clock):
    clock("2020-01-01")

    response = client.get(JOIN)

    assert response.status_code == 200
    assert "目前没有生效的会员管理办法" in response.content.decode()
    assert client.post(JOIN, {"class": "unit"}).status_code == 200


def test_beginning_without_account_leads_to_the_login_and_back(client):
    response = client.post(JOIN, {"class": "unit"})

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={JOIN}"
    assert not Application.objects.exists()


def test_two_clicks_begin_one_draft(client):
    client.force_login(world.user())

    first, second = (client.post(JOIN, {"class": "unit"}) for _ in range(2))

    draft = Application.objects.get()
    assert first["Location"] == second["Location"] == reverse("application_form", args=[draft.case.key])


@pytest.mark.parametrize("wanted", ["", "nothing", "unit' --", "employee"])
def test_class_that_nobody_applies_to_begins_nothing(client, wanted):
    client.force_login(world.user())

    response = client.post(JOIN, {"class": wanted}, follow=True)

    assert response.redirect_chain == [(JOIN, 302)]
    assert not Application.objects.exists()


def test_deemed_class_is_refused_with_the_reason(client):
    client.force_login(world.user())

    page = client.post(JOIN, {"class": "employee"}, follow=True).content.decode()

    assert "message--error" in page


def test_what_was_begun_comes_first(client):
    user = world.user()
    world.submitted(user)
    client.force_login(user)
    client.post(JOIN, {"class": "person"})

    page = client.get(JOIN).content.decode()

    assert page.index("继续填写") < page.index("查看进度") < page.index("入会条件")
    assert "北京星野文化传媒有限公司" in page


def test_nobody_elses_application_is_listed(client):
    world.submitted()
    client.force_login(world.user())

    assert "北京星野文化传媒有限公司" not in client.get(JOIN).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_applications_takes_the_same_number_of_queries(client, count, django_assert_num_queries):
    user = world.user()
    codes = (world.USCC, world.USCC_OTHER, world.USCC_THIRD)
    for code in codes[:count]:
        world.submitted(user, uscc=code)
    client.force_login(user)
    client.get(JOIN)

    with django_assert_num_queries(4):
        client.get(JOIN)
