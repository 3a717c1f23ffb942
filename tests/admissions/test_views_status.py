"""Where an application stands, as its applicant sees it."""

import pytest
from django.urls import reverse

from admissions.actions import reviews
from association.models import Case
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def applicant(client):
    user = world.user(name="林晓")
    client.force_login(user)
    return user


def url(application):
    return reverse("application", args=[application.case.key])


def states(response):
    return [(step["label"], step["state"]) for step in response.context["progress"].steps]


@pytest.mark.rule("ACG-19.p1", "ACG-19.p2a")
def test_submitted_application_shows_the_whole_way(client, applicant):
    response = client.get(url(world.submitted(applicant)))

    assert states(response) == [
        ("提交申请", "done"),
        ("会员部资格审查", "here"),
        ("秘书长审定", "next"),
        ("理事会批准", "next"),
        ("通知办理登记", "next"),
        ("交纳会费", "next"),
        ("办理登记，发给证书", "next"),
        ("公布登记信息", "next"),
    ]
    page = response.content.decode()
    assert "现由会员部办理" in page
    assert "规则没有规定这一步的期限" in page
    assert "第十九条第一款" in page


@pytest.mark.rule("ACG-20")
def test_approved_application_is_told_until_when_it_hears(client, applicant, clock):
    application = world.approved(world.submitted(applicant))
    clock("2026-09-29")
    client.force_login(applicant)

    response = client.get(url(application))

    page = response.content.decode()
    assert ("通知办理登记", "here") in states(response)
    assert "还剩 3 个工作日" in page
    assert "10月9日" in page
    assert "第二十条" in page


@pytest.mark.rule("ACG-20", "ACG-30")
def test_notice_says_what_to_pay_and_whose_turn_it_is(client, applicant, clock):
    registration = world.noticed(world.submitted(applicant))
    clock("2026-09-22")

    response = client.get(reverse("application", args=[registration.membership.case.key]))

    page = response.content.decode()
    assert ("交纳会费", "here") in states(response)
    assert "轮到您了" in page
    assert "666.67" in page
    assert reverse("invoice", args=[world.invoice_of(registration).key]) in page
    assert world.invoice_of(registration).memo in page


@pytest.mark.parametrize("provisional", [True, False])
def test_last_day_to_pay_is_marked_where_it_may_still_move(client, applicant, clock, provisional):
    registration = world.noticed(world.submitted(applicant))
    type(registration).objects.update(closes_provisional=provisional)
    clock("2026-09-22")

    page = client.get(url(registration.membership.case.application)).content.decode()

    assert ("暂定" in page) is provisional


@pytest.mark.rule("ACG-22.a")
def test_registered_member_is_led_to_the_certificate(client, applicant, clock):
    certificate = world.registered(world.noticed(world.submitted(applicant)))
    clock("2026-09-30")
    client.force_login(applicant)

    response = client.get(reverse("application", args=[certificate.membership.case.key]))

    page = response.content.decode()
    assert "登记已完成" in page
    assert "BACCA-000001" in page
    assert reverse("certificate", args=[certificate.serial]) in page
    assert ("办理登记，发给证书", "done") in states(response)


@pytest.mark.rule("ACG-19.p2b")
def test_rejected_application_reads_reasons_and_articles(client, applicant):
    application = world.submitted(applicant)
    reviews.reject(
        application,
        step="dept_review",
        note="营业范围与本专业领域无关。",
        rules=["7.p1"],
        by=world.officer("membership_dept"),
        on=world.REVIEWED,
    )

    response = client.get(url(application))

    page = response.content.decode()
    assert "营业范围与本专业领域无关。" in page
    assert "第七条第一款" in page
    assert "重新申请" in page
    assert states(response) == [("提交申请", "done"), ("会员部资格审查", "stopped")]
    assert "交纳会费" not in page
    assert "撤回申请" not in page


def test_returned_application_reads_what_to_mend_and_where(client, applicant):
    application = world.submitted(applicant)
    reviews.return_for_correction(
        application,
        step="dept_review",
        note="请上传清晰的执照。",
        by=world.officer("membership_dept"),
        on=world.REVIEWED,
    )

    page = client.get(url(application)).content.decode()

    assert "请上传清晰的执照。" in page
    assert "去修改" in page
    assert reverse("application_form", args=[application.case.key]) in page


def test_history_names_bodies_and_keeps_the_notes_of_officers(client, applicant):
    application = world.submitted(applicant)
    by = world.officer("membership_dept")
    world.review(application, by)
    reviews.pass_on(world.fresh(application), step="dept_review", note="内部备注甲", by=by, on=world.REVIEWED)
    reviews.send_back(
        world.fresh(application),
        step="secretary_general",
        note="内部意见乙",
        by=world.officer("secretary_general"),
        on=world.DECIDED,
    )

    page = client.get(url(application)).content.decode()

    assert "退回重新审查" in page
    assert "会员部资格审查：已完成" in page
    for hidden in ("内部备注甲", "内部意见乙", by.user.email, by.user.name):
        assert hidden not in page


def test_draft_is_continued(client, applicant):
    application = world.draft(applicant)

    assert client.get(url(application))["Location"] == reverse("application_form", args=[application.case.key])


def test_status_page_comes_back_after_login(client):
    application = world.submitted()

    response = client.get(url(application))

    assert response["Location"] == f"{reverse('account_login')}?next={url(application)}"


def test_withdrawing_asks_first_and_lists_what_follows(client, applicant):
    application = world.submitted(applicant)
    confirm = reverse("application_withdraw", args=[application.case.key])

    page = client.get(confirm).content.decode()
    assert "申请到此结束" in page
    assert world.fresh(application).case.state == "open"
    first, second = (client.post(confirm, follow=True) for _ in range(2))

    assert world.fresh(application).case.state == "withdrawn"
    assert "申请已撤回" in first.content.decode()
    assert second.status_code == 200
    assert "message--error" not in second.content.decode()


def test_draft_is_discarded(client, applicant):
    application = world.draft(applicant)

    response = client.post(reverse("application_withdraw", args=[application.case.key]), follow=True)

    assert response.redirect_chain == [("/join/", 302)]
    assert world.fresh(application).case.state == "withdrawn"
    assert client.get(url(application)).status_code == 200


def test_approved_application_cannot_be_withdrawn_here(client, applicant):
    application = world.approved(world.submitted(applicant))

    response = client.post(reverse("application_withdraw", args=[application.case.key]))

    assert response["Location"] == url(application)
    assert world.fresh(application).case.state == "approved"


def test_case_of_another_kind_is_not_an_application(client, applicant):
    case = Case.objects.create(kind="registration_initial", applicant=applicant, opened_on=world.SUBMITTED)

    assert client.get(reverse("application", args=[case.key])).status_code == 404


@pytest.mark.parametrize("passages", [1, 3])
def test_status_page_takes_the_same_number_of_queries_however_much_happened(
    client, applicant, passages, django_assert_num_queries
):
    application = world.submitted(applicant)
    if passages == 3:
        application = world.at_council(application)
    client.get(url(application))

    with django_assert_num_queries(9):
        client.get(url(application))
