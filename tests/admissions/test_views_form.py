"""The form: saved field by field, with and without a script, and across an expired session."""

from io import BytesIO

import pytest
from django.urls import reverse

from admissions.actions import applications
from admissions.models import Application
from association.cases import engine
from association.models import CaseParticipant, DecisionRecord
from tests import world

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
ID_NO = "110105199003072316"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def applicant(client):
    user = world.user()
    client.force_login(user)
    return user


def begin(user, class_id="unit"):
    return applications.start(user, class_id, on=world.SUBMITTED)


def form_url(application):
    return reverse("application_form", args=[application.case.key])


def save(client, application, field, **typed):
    url = reverse("application_save", args=[application.case.key])
    return client.post(f"{url}?field={field}", typed, headers=HTMX)


def test_each_question_says_what_it_is_asked_under(client, applicant):
    page = client.get(form_url(begin(applicant))).content.decode()

    for words in (
        "单位全称",
        "统一社会信用代码",
        "法律形式",
        "登记机关",
        "手机号码",
        "为什么要填这一项",
        "第七条第一款",
    ):
        assert words in page
    assert 'type="tel"' in page
    assert 'autocomplete="organization"' in page


def test_field_saves_itself_and_leaves_the_others(client, applicant):
    application = begin(applicant)
    save(client, application, "name", name="北京星野文化传媒有限公司")

    response = save(client, application, "rb_field", rb_field="动画制作", name="别的")

    application = world.fresh(application)
    assert response.status_code == 200
    assert application.answers["name"] == "北京星野文化传媒有限公司"
    assert application.answers["rb_field"] == "动画制作"
    assert application.case.subject == "北京星野文化传媒有限公司"


@pytest.mark.rule("ACG-7.p1")
def test_wrong_check_digit_is_kept_and_said_beside_the_field(client, applicant):
    application = begin(applicant)

    answer = save(client, application, "uscc", uscc="91110108MA01ABCD1X").content.decode()

    assert "innerHTML:#id_uscc_error" in answer
    assert "校验位不符" in answer
    assert world.fresh(application).answers["uscc"] == "91110108MA01ABCD1X"
    page = client.get(form_url(application)).content.decode()
    assert 'value="91110108MA01ABCD1X"' in page
    assert "校验位不符" in page


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("rb_employees", "-5", "请填写不小于零的整数。"),
        ("rb_employees", "2.5", "请填写不小于零的整数。"),
        ("rb_figures_year", "2027", "不能晚于当前年度（2026年）。"),
        ("rb_revenue", "-1", "元"),
        ("rb_revenue", "9" * 60, "元"),
    ],
)
def test_number_that_cannot_be_is_told_beside_its_field(client, applicant, field, typed, words):
    application = begin(applicant)

    answer = save(client, application, field, **{field: typed})

    assert answer.status_code == 200
    assert words in answer.content.decode().partition(f"#id_{field}_error")[2]
    assert field in applications.save(application, {field: typed}, on=world.SUBMITTED)


def test_year_that_has_begun_is_taken(client, applicant):
    assert applications.save(begin(applicant), {"rb_figures_year": "2026"}, on=world.SUBMITTED) == {}


def test_right_answer_takes_the_error_away(client, applicant):
    application = begin(applicant)
    save(client, application, "uscc", uscc="91110108MA01ABCD1X")

    answer = save(client, application, "uscc", uscc=" 9111 0108 ma01abcd1e ").content.decode()

    assert '<div hx-swap-oob="innerHTML:#id_uscc_error"></div>' in answer
    assert world.fresh(application).answers["uscc"] == world.USCC


def test_outline_counts_what_is_open(client, applicant):
    application = begin(applicant)

    before = client.get(form_url(application)).context["parts"]
    answer = save(client, application, "mobile", mobile="13800001234")

    def number(parts):
        return {part.id: part.open for part in parts}

    assert number(before) == {"about": 5, "declare": 1, "contact": 2, "papers": 4, "accept": 1}
    assert number(answer.context["parts"])["contact"] == 1


def test_box_without_a_tick_is_an_answer(client, applicant):
    application = begin(applicant, "person")
    save(client, application, "ticked_in_beijing", ticked_in_beijing=["在北京市学习", "在北京市工作"])
    assert world.fresh(application).answers["ticked_in_beijing"] == ["在北京市学习", "在北京市工作"]

    save(client, application, "ticked_in_beijing")

    assert world.fresh(application).answers["ticked_in_beijing"] == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(["2030-01-01"], "2030-01-01"), (["2030-01-01", "long_term"], "long_term"), (["", "long_term"], "long_term")],
)
def test_last_day_of_an_identity_document_may_be_long_term(client, applicant, typed, kept):
    application = begin(applicant, "person")

    save(client, application, "expires_id_document", expires_id_document=typed)

    assert world.fresh(application).answers["expires_id_document"] == kept
    assert "长期有效" in client.get(form_url(application)).content.decode()


def test_question_that_follows_is_shown_with_its_answer(client, applicant):
    application = begin(applicant)
    asked = 'id="ask-penalty_no_penalty_3y_on"'

    def opening():
        page = client.get(form_url(application)).content.decode()
        return page[page.index(asked) - 40 : page.index(asked)]

    assert "is-shown" not in opening()
    save(client, application, "penalty_no_penalty_3y", penalty_no_penalty_3y="yes")
    assert "is-shown" in opening()


@pytest.mark.parametrize("field", ["", "nothing", "id_no", "name; drop table"])
def test_unknown_field_changes_nothing(client, applicant, field):
    application = begin(applicant)

    response = save(client, application, field, **({field: "x"} if field else {}))

    assert response.status_code == 200
    assert {k: v for k, v in world.fresh(application).answers.items() if v} == {}


def test_markup_in_an_answer_stays_text(client, applicant):
    application = begin(applicant)
    save(client, application, "name", name="<script>alert(1)</script>\x00北京")

    page = client.get(form_url(application)).content.decode()

    assert "<script>alert" not in page
    assert world.fresh(application).answers["name"] == "<script>alert(1)</script>北京"


def test_form_works_by_its_button_alone(client, applicant):
    application = begin(applicant)

    response = client.post(form_url(application), {**world.ANSWERS, "accept_rules": "on"})

    application = world.fresh(application)
    assert response["Location"] == reverse("application_submit", args=[application.case.key])
    assert {key: application.answers[key] for key in world.ANSWERS} == world.ANSWERS
    assert application.rules_accepted_at is not None


@pytest.mark.rule("ACG-4")
def test_acceptance_keeps_version_and_moment(client, applicant):
    application = begin(applicant)

    save(client, application, "accept_rules", accept_rules="on")

    application = world.fresh(application)
    assert application.rules_version.label in client.get(form_url(application)).content.decode()
    assert "2026年9月15日" in client.get(form_url(application)).content.decode()
    save(client, application, "accept_rules")
    assert world.fresh(application).rules_accepted_at is None


def test_identity_number_is_shown_to_its_owner_only(client, applicant):
    application = begin(applicant, "person")
    save(client, application, "id_no", id_no=ID_NO)
    assert f'value="{ID_NO}"' in client.get(form_url(application)).content.decode()
    other = world.user()
    CaseParticipant.objects.create(case=application.case, user=other, decision=DecisionRecord.objects.first())
    client.force_login(other)

    page = client.get(form_url(application)).content.decode()
    save(client, application, "id_no", id_no="110101199003070000")
    client.post(form_url(application), {"id_no": "110101199003070000"})

    assert ID_NO not in page
    assert ID_NO[-4:] in page
    assert world.fresh(application).identity == ID_NO


@pytest.mark.parametrize(
    "name", ["application_form", "application_submit", "application", "application_withdraw", "application_claim"]
)
def test_application_of_somebody_else_does_not_exist(client, applicant, name):
    application = begin(world.user())

    assert client.get(reverse(name, args=[application.case.key])).status_code == 404


def test_nothing_is_saved_into_somebody_elses_application(client, applicant):
    application = begin(world.user())

    assert save(client, application, "name", name="x").status_code == 404
    assert world.fresh(application).answers == {}


def test_submitted_application_is_not_written_any_more(client, applicant):
    application = world.submitted(applicant)

    answer = save(client, application, "name", name="别的名字")
    page = client.post(form_url(application), {"name": "别的名字"})

    assert answer.status_code == 409
    assert "已提交" in answer.content.decode()
    assert page["Location"] == reverse("application", args=[application.case.key])
    assert world.fresh(application).answers["name"] == world.ANSWERS["name"]


def test_expired_session_loses_nothing(client, applicant):
    application = begin(applicant)
    save(client, application, "name", name="北京星野文化传媒有限公司")
    upload = reverse("application_upload", args=[application.case.key, "profile"])
    client.post(upload, {"file": _png("简介.png")}, headers=HTMX)
    client.logout()

    saved = save(client, application, "rb_field", rb_field="动画制作")
    sent = client.post(upload, {"file": _png("另一份.png")}, headers={"X-Requested-With": "XMLHttpRequest"})
    typed = client.post(form_url(application), world.ANSWERS)
    opened = client.get(form_url(application))

    for answer in (saved, sent):
        assert answer.status_code == 401
        assert answer.content.decode() == "登录已过期，请重新登录，已保存的内容不会丢失。"
    back = f"{reverse('account_login')}?next={form_url(application)}"
    assert typed["Location"] == opened["Location"] == back
    assert client.post(upload, {"file": _png("a.png")})["Location"] == back
    assert "rb_field" not in world.fresh(application).answers
    client.force_login(applicant)
    page = client.get(form_url(application)).content.decode()
    assert "北京星野文化传媒有限公司" in page
    assert "简介.png" in page
    assert "另一份.png" not in page


def test_page_offers_the_way_back_to_itself_when_the_session_ends(client, applicant):
    application = begin(applicant)

    page = client.get(form_url(application)).content.decode()

    assert f"{reverse('account_login')}?next={form_url(application)}" in page


@pytest.mark.parametrize("papers", [0, 4])
def test_form_takes_the_same_number_of_queries_however_much_is_uploaded(
    client, applicant, papers, django_assert_num_queries
):
    application = world.draft(applicant) if papers else begin(applicant)
    client.get(form_url(application))

    with django_assert_num_queries(7):
        client.get(form_url(application))


def test_returned_application_says_what_to_mend(client, applicant):
    from admissions.actions import reviews
    from admissions.queries import slots
    from association.cases import documents

    application = world.submitted(applicant)
    by = world.officer("membership_dept")
    documents.judge(
        slots(application, world.REVIEWED)[0].current, "returned", note="公章不清晰", by=by, on=world.REVIEWED
    )
    reviews.return_for_correction(application, step="dept_review", note="请补正", by=by, on=world.REVIEWED)

    page = client.get(form_url(application)).content.decode()

    assert "请补正" in page
    assert "公章不清晰" in page
    assert "slot--returned" in page
    assert engine.last_passage(application.case).verb == "return"


def _png(name):
    file = BytesIO(world.PNG)
    file.name = name
    return file


def test_one_account_never_has_two_drafts_of_a_class(client, applicant):
    begin(applicant)
    begin(applicant)

    assert Application.objects.count() == 1
