"""Check and submit through the client: what is refused, with which words, and what a second click does."""

from datetime import date

import pytest
from django.urls import reverse
from stdnum.cn import uscc

from admissions.actions import applications
from admissions.models import Application
from association.actors import SYSTEM, Actor
from association.models import Message, Passage
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def applicant(client):
    user = world.user()
    client.force_login(user)
    return user


def code(body):
    return body + uscc.calc_check_digit(body)


def url(application):
    return reverse("application_submit", args=[application.case.key])


def status_url(application):
    return reverse("application", args=[application.case.key])


def test_complete_application_is_submitted(client, applicant):
    application = world.draft(applicant)
    page = client.get(url(application)).content.decode()

    response = client.post(url(application))

    assert "由会员部办理：会员部资格审查。" in page
    assert "第二十四条" in page
    assert response["Location"] == status_url(application)
    assert world.fresh(application).case.submitted_on == date(2026, 9, 15)


@pytest.mark.parametrize(
    ("class_id", "answer", "missing"),
    [
        ("unit", {"uscc": "91110108MA01ABCD1X"}, "缺少统一社会信用代码"),
        ("person", {"id_no": "110105199003072317"}, "缺少身份证件号码"),
    ],
)
def test_mistyped_number_is_not_called_missing(client, applicant, class_id, answer, missing):
    application = applications.start(applicant, class_id, on=world.SUBMITTED)
    empty = client.get(url(application)).context["checks"]
    applications.save(application, answer, on=world.SUBMITTED)
    checks = client.get(url(application)).context["checks"]

    assert missing in str(empty)
    assert "校验" in str(checks)
    assert missing not in str(checks)


@pytest.mark.rule("ACG-17.1", "ACG-17.3")
def test_what_is_missing_is_listed_with_the_place_to_mend_it(client, applicant):
    application = applications.start(applicant, "unit", on=world.SUBMITTED)
    form = reverse("application_form", args=[application.case.key])

    for response in (client.get(url(application)), client.post(url(application))):
        page = response.content.decode()
        assert "还差 13 项" in page
        for anchor in ("ask-name", "ask-uscc", "slot-application_letter", "ask-accept_rules"):
            assert f'href="{form}#{anchor}"' in page
            assert f'id="{anchor}"' in client.get(form).content.decode()
        assert "disabled" in page
    assert response.status_code == 422
    assert world.fresh(application).case.state == "draft"


@pytest.mark.rule("ACG-7.p1")
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (
            {"uscc": code("91310108MA01ABCD1"), "registrar": "上海市黄浦区市场监督管理局"},
            "本会单位会员应当是经北京市有关部门批准成立的法人或非法人组织。",
        ),
        ({"uscc": code("11110108MA01ABCD1"), "legal_form": "government_organ"}, "机关法人不能成为本会单位会员。"),
    ],
)
def test_unit_that_cannot_join_is_told_why_and_under_which_article(client, applicant, answers, words):
    application = world.draft(applicant, **answers)

    for response in (client.get(url(application)), client.post(url(application))):
        page = response.content.decode()
        assert words in page
        assert "第七条第一款" in page
        assert "不符合" in page
    assert response.status_code == 422
    assert world.fresh(application).case.state == "draft"
    assert world.fresh(application).answers["name"] == world.ANSWERS["name"]


@pytest.mark.rule("ACG-7.p2")
def test_recent_penalty_is_told_with_the_day_from_which_one_can_apply(client, applicant):
    application = world.draft(
        applicant,
        penalty_no_penalty_3y="yes",
        penalty_no_penalty_3y_on="2025-03-01",
        penalty_no_penalty_3y_by="市监罚〔2025〕1号",
    )

    page = client.post(url(application)).content.decode()

    assert "近三年内受到过行政处罚的" in page
    assert "第七条第二款" in page
    assert "2028" in page


@pytest.mark.rule("ACG-7.p1")
def test_sole_trader_is_referred_to_the_department(client, applicant):
    application = world.draft(applicant, uscc=code("92110108MA01ABCD1"), legal_form="individual_business")

    page = client.get(url(application)).content.decode()
    response = client.post(url(application))

    assert "由协会审查判断" in page
    assert response["Location"] == status_url(application)
    assert world.fresh(application).case.state == "open"


def test_what_is_not_filled_in_is_neither_met_nor_failed(client, applicant):
    application = applications.start(applicant, "unit", on=world.SUBMITTED)

    checks = {check["title"]: check for check in client.get(url(application)).context["checks"]}

    assert checks["在北京市成立"]["word"] == "待填写"
    assert not checks["在北京市成立"]["fails"]


def test_double_click_submits_once_and_ends_on_the_status_page(client, applicant):
    application = world.draft(applicant)

    first, second = (client.post(url(application), follow=True) for _ in range(2))

    for response in (first, second):
        assert response.status_code == 200
        assert response.redirect_chain == [(status_url(application), 302)]
    assert "message--error" not in second.content.decode()
    assert Passage.objects.filter(case=application.case, verb="submit").count() == 1


def test_click_that_lost_the_race_ends_on_the_status_page(client, applicant, monkeypatch):
    """The first click is through after the second has looked at the case and before it takes the lock."""
    application = world.draft(applicant)
    real = applications.submit

    def slower(found, **kwargs):
        real(world.fresh(application), **kwargs)
        return real(found, **kwargs)

    monkeypatch.setattr(applications, "submit", slower)

    assert client.post(url(application))["Location"] == status_url(application)
    assert Passage.objects.filter(case=application.case, verb="submit").count() == 1


def test_second_application_of_the_same_account_is_led_to_the_first(client, applicant):
    first = world.submitted(applicant)
    second = world.draft(applicant)

    response = client.post(url(second), follow=True)

    assert response.redirect_chain == [(status_url(first), 302)]
    assert "您已经为这家单位提交过申请" in response.content.decode()
    assert world.fresh(second).case.state == "draft"


def _taken_by_an_application():
    world.submitted(world.user("secret-person@test.example", name="秘密人"))


def _taken_by_a_member():
    world.registered(world.noticed(world.submitted(world.user("secret-person@test.example", name="秘密人"))))


@pytest.mark.rule("ACG-13.p1")
@pytest.mark.parametrize("taken", [_taken_by_an_application, _taken_by_a_member])
def test_unit_of_another_account_leads_to_a_page_that_names_nobody(client, applicant, clock, taken):
    taken()
    clock("2026-10-20")
    client.force_login(applicant)
    application = world.draft(applicant, name="北京星野")

    response = client.post(url(application), follow=True)

    page = response.content.decode()
    assert response.redirect_chain == [(reverse("application_claim", args=[application.case.key]), 302)]
    assert response.status_code == 200
    assert "该单位已由其他账号在本会办理" in page
    for secret in ("秘密人", "secret-person", "BACCA-", "北京星野文化传媒有限公司", "2026年9月15日"):
        assert secret not in page
    assert world.fresh(application).case.state == "draft"


def test_neutral_page_says_the_same_of_applicants_and_members(client, clock):
    pages = []
    for taken in (_taken_by_an_application, _taken_by_a_member):
        from django.db import transaction

        with transaction.atomic():
            point = transaction.savepoint()
            taken()
            clock("2026-10-20")
            user = world.user("claimant@test.example")
            application = world.draft(user)
            client.force_login(user)
            page = client.post(url(application), follow=True).content.decode()
            key = str(application.case.key)
            pages.append(_without_tokens(page.replace(key, "KEY")))
            transaction.savepoint_rollback(point)
            clock("2026-09-15")

    assert pages[0] == pages[1]


def _without_tokens(page):
    import re

    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_draft_of_another_account_stands_in_nobodys_way(client, applicant):
    world.draft()
    application = world.draft(applicant)

    assert client.post(url(application))["Location"] == status_url(application)


def test_returned_application_is_submitted_again_on_its_first_day(client, applicant, clock):
    from admissions.actions import reviews

    application = world.submitted(applicant)
    reviews.return_for_correction(
        application, step="dept_review", note="请补正", by=world.officer("membership_dept"), on=world.REVIEWED
    )
    clock("2026-09-20")

    page = client.get(url(application)).content.decode()
    client.post(url(application))

    assert "首次提交的日期不变" in page
    case = world.fresh(application).case
    assert (case.state, case.submitted_on) == ("open", date(2026, 9, 15))


def test_nobody_is_told_of_a_refused_submission(client, applicant):
    application = world.draft(applicant, legal_form="government_organ", uscc=code("11110108MA01ABCD1"))

    client.post(url(application))

    assert not Message.objects.exists()
    assert Application.objects.count() == 1


def test_actor_of_a_submission_is_the_applicant(client, applicant):
    application = world.draft(applicant)
    client.post(url(application))

    record = Passage.objects.get(case=application.case).decision
    assert (record.actor_kind, record.actor, record.on_behalf_of) == ("applicant", applicant, world.ANSWERS["name"])
    assert Actor.applicant(applicant) != SYSTEM
