"""The page of an application at the desk: each act, each refusal, by each role."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from admissions.actions import reviews
from admissions.models import Application
from association.models import CaseDocument, CasePresence, Message, Passage
from association.models.file import Verdict
from fees.models import Invoice
from members.models import Registration
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(world.REVIEWED)
    world.found()


def desk(body: str = "membership_dept", *, roles: tuple[str, ...] = ("secretariat",)) -> Client:
    """A browser at the desk of somebody who acts for the body; of nobody's where it is empty."""
    client = Client()
    client.force_login(world.seated(body, roles=roles))
    return client


def page(application: Application) -> str:
    return reverse("admin:case_admission", args=[application.case.key])


def move(application: Application, name: str) -> str:
    return reverse("admin:admissions_application_move", args=[application.case.key, name])


def post(client: Client, application: Application, name: str, **typed: object):
    return client.post(move(application, name), {"step": application.case.step, **typed}, follow=True)


def state(application: Application) -> tuple[str, str]:
    case = world.fresh(application).case
    return case.state, case.step


def told(application: Application, subject: str) -> int:
    return Message.objects.filter(case=application.case, subject__contains=subject).count()


def reviewed() -> tuple[Application, Client]:
    application = world.submitted()
    officer = world.officer("membership_dept")
    client = Client()
    client.force_login(officer.user)
    return world.review(application, officer), client


# the page itself


@pytest.mark.rule("ACG-19.p1")
def test_page_lists_every_check_with_outcome_reason_and_article():
    shown = desk().get(page(world.submitted())).content.decode()

    for words in (
        "在北京市成立",
        "登记地符合要求（110108）",
        "与本专业领域相关",
        "待人工判断",
        "第七条第一款",
        "第四十条",
    ):
        assert words in shown


def test_identity_number_of_a_unit_code_is_shown_and_papers_lie_open():
    application = world.submitted()

    shown = desk().get(page(application)).content.decode()

    assert world.USCC in shown
    for document in application.case.documents.all():
        assert reverse("file_page", args=[document.file.key, 1]) in shown


def test_disabled_button_gives_the_reason_of_the_server():
    application = world.submitted()
    client = desk()

    shown = client.get(page(application)).content.decode()
    refused = post(client, application, "pass").content.decode()

    reason = "尚未通过：符合本会章程规定的入会基本条件、与本专业领域相关。"
    assert reason in shown
    assert reason in refused
    assert state(application) == ("open", "dept_review")


def test_officer_of_another_body_reads_with_the_reason_and_changes_nothing():
    application, _own = reviewed()
    client = desk("secretariat")

    shown = client.get(page(application)).content.decode()
    for name in ("pass", "return", "reject"):
        refused = post(client, application, name, note="不符合", rules=["7.p1"]).content.decode()
        assert "现在由会员部办理，您不在该机构任职" in refused, name

    assert "disabled" in shown
    assert state(application) == ("open", "dept_review")


@pytest.mark.parametrize(
    ("roles", "status"), [(("secretariat",), 200), (("auditor",), 200), (("finance",), 403), ((), 403)]
)
def test_every_address_by_role(roles, status):
    application = world.submitted()
    client = desk("secretariat", roles=roles)
    key = application.case.key
    addresses = [
        page(application),
        reverse("admin:admissions_application_changelist"),
        reverse("admin:admissions_application_export"),
        reverse("admin:admissions_application_presence", args=[key]),
        reverse("admin:admissions_claim_changelist"),
    ]

    assert [client.get(address).status_code for address in addresses] == [status] * len(addresses)


def test_without_permission_the_page_is_ours():
    answer = desk("secretariat", roles=()).get(page(world.submitted()))

    assert answer.status_code == 403
    assert "您没有权限查看此页" in answer.content.decode()


def test_nobody_without_permission_acts_by_address():
    application, _own = reviewed()
    client = desk("membership_dept", roles=())

    for name in ("pass", "return", "reject", "take-back", "notice"):
        assert post(client, application, name, note="x").status_code == 403
    assert state(application) == ("open", "dept_review")


def test_draft_is_nobodys_but_its_authors():
    application = world.draft()
    client = desk()

    assert client.get(page(application)).status_code == 404
    assert (
        application.case.subject
        not in client.get(reverse("admin:admissions_application_changelist"), {"view": "all"}).content.decode()
    )


# papers, checks, facts


def test_paper_in_order_and_to_be_replaced():
    application = world.submitted()
    client = desk()
    first, second = application.case.documents.order_by("pk")[:2]

    def judge(document: CaseDocument, verdict: str, note: str = ""):
        address = reverse("admin:admissions_application_paper", args=[application.case.key, document.pk])
        return client.post(address, {"verdict": verdict, "note": note}, follow=True)

    judge(first, "accepted")
    refused = judge(second, "returned").content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, "")
    assert "请写明材料哪里需要补正" in refused

    judge(second, "returned", "公章不清晰")
    second.refresh_from_db()
    assert (second.verdict, second.note) == (Verdict.RETURNED, "公章不清晰")


def test_what_was_typed_stays_when_a_judgement_is_refused():
    application = world.submitted()
    address = reverse("admin:admissions_application_check", args=[application.case.key, "field"])

    shown = desk().post(address, {"note": "主营动画制作"}).content.decode()

    assert "主营动画制作" in shown
    assert not application.judgements.exists()


@pytest.mark.rule("ACG-7.p1")
def test_referred_check_is_answered_with_a_note():
    application = world.submitted()
    address = reverse("admin:admissions_application_check", args=[application.case.key, "field"])

    desk().post(address, {"satisfied": "yes", "note": "主营动画制作"})

    assert application.judgements.get().note == "主营动画制作"


def test_computed_check_cannot_be_answered():
    application = world.submitted()
    address = reverse("admin:admissions_application_check", args=[application.case.key, "region"])

    shown = desk().post(address, {"satisfied": "yes", "note": "实际在北京"}).content.decode()

    assert "由系统计算" in shown
    assert not application.judgements.exists()


def test_fact_is_corrected_with_source_and_the_old_value_stays():
    application = world.submitted()
    client = desk()
    address = reverse("admin:admissions_application_fact", args=[application.case.key, "legal_form"])

    unsaid = client.post(address, {"value": "government_organ"}).content.decode()
    assert "请写明更正所依据的材料" in unsaid
    client.post(address, {"value": "government_organ", "note": "登记证书副本“类型”栏"})

    row = application.corrections.get()
    assert (row.before, row.after) == ("legal_person", "government_organ")
    shown = client.get(page(application)).content.decode()
    assert "该法律形式不能入会" in shown
    assert "登记证书副本“类型”栏" in shown


@pytest.mark.parametrize("fact", ["uscc", "id_no", "nonsense"])
def test_who_the_applicant_is_cannot_be_corrected(fact):
    application = world.submitted()

    answer = desk().get(reverse("admin:admissions_application_fact", args=[application.case.key, fact]))

    assert answer.status_code == 404


def test_wrong_value_is_said_at_its_field():
    application = world.submitted()
    address = reverse("admin:admissions_application_fact", args=[application.case.key, "mobile"])

    shown = desk().post(address, {"value": "123", "note": "来电更正"}).content.decode()

    assert "请填写11位手机号码" in shown
    assert "来电更正" in shown
    assert not application.corrections.exists()


# moves


@pytest.mark.rule("ACG-19.p2a")
def test_passing_on_says_first_what_follows_and_happens_once():
    application, client = reviewed()

    asked = client.get(move(application, "pass")).content.decode()
    assert "申请进入“秘书长审定”环节，由秘书长办理" in asked
    assert state(application) == ("open", "dept_review")

    post(client, application, "pass")
    second = post(client, application, "pass").content.decode()

    assert state(application) == ("open", "secretary_general")
    assert "刚刚有其他经办人处理了此事项" in second
    assert Passage.objects.filter(case=application.case, verb="pass").count() == 1


def test_two_officers_deciding_the_same_step_the_second_is_told():
    application, first = reviewed()
    second = desk()
    stale = {"step": application.case.step, "note": "材料不符", "rules": ["7.p1"]}

    post(first, application, "pass")
    answer = second.post(move(application, "reject"), stale, follow=True).content.decode()

    assert state(application) == ("open", "secretary_general")
    assert "message--error" in answer
    assert told(application, "未获批准") == 0


def test_return_needs_words_and_tells_the_applicant_once():
    application, client = reviewed()

    empty = post(client, application, "return").content.decode()
    assert "error-summary" in empty
    post(client, application, "return", note="请补充营业范围说明")
    post(client, application, "return", note="请补充营业范围说明")

    assert state(application) == ("returned", "dept_review")
    assert (
        Message.objects.filter(case=application.case, channel="mail", unique_key__contains=":returned:").count() == 1
    )


def test_a_returned_paper_says_enough():
    application, client = reviewed()
    document = application.case.documents.first()
    address = reverse("admin:admissions_application_paper", args=[application.case.key, document.pk])
    client.post(address, {"verdict": "returned", "note": "公章不清晰"})

    post(client, application, "return")

    assert state(application)[0] == "returned"
    assert "公章不清晰" in Message.objects.filter(case=application.case).first().text


@pytest.mark.rule("ACG-19.p2b")
def test_rejection_needs_reasons_and_an_article():
    application, client = reviewed()

    no_article = post(client, application, "reject", note="与本专业领域无关").content.decode()
    assert "请至少选择一条驳回所依据的条款" in no_article
    assert "与本专业领域无关" in no_article
    no_words = post(client, application, "reject", rules=["7.p1"]).content.decode()
    assert "error-summary" in no_words
    assert state(application)[0] == "open"

    post(client, application, "reject", note="与本专业领域无关", rules=["7.p1"])

    assert state(application)[0] == "refused"
    passage = Passage.objects.get(case=application.case, verb="refuse")
    assert "7.p1" in [source.key for source in passage.decision.sources]


def test_article_that_may_not_be_cited_is_refused():
    application, client = reviewed()

    post(client, application, "reject", note="不行", rules=["45"])

    assert state(application)[0] == "open"


def test_secretary_general_sends_back_with_reasons():
    application = world.at_secretary_general()
    client = desk("secretary_general")

    post(client, application, "send-back")
    assert state(application) == ("open", "secretary_general")
    post(client, application, "send-back", note="请核实员工人数")

    assert state(application) == ("open", "dept_review")


def test_council_step_is_decided_by_a_meeting_only():
    application = world.at_council()
    client = desk("council", roles=("secretariat",))

    shown = client.get(page(application)).content.decode()
    post(client, application, "pass")

    assert state(application) == ("open", "council")
    assert "列入决议" in shown
    assert f"cases={application.case_id}" in shown


def test_a_step_is_taken_back_by_its_taker_until_somebody_acts():
    application, client = reviewed()
    post(client, application, "pass")
    application = world.fresh(application)

    other = post(desk("secretary_general"), application, "take-back").content.decode()
    assert "message--error" in other
    assert state(application) == ("open", "secretary_general")
    assert "秘书长审定" in client.get(page(application)).content.decode()

    post(client, application, "take-back")
    assert state(application) == ("open", "dept_review")
    again = post(client, application, "take-back").content.decode()
    assert "message--error" in again
    assert Passage.objects.filter(case=application.case, verb="take_back").count() == 1


def test_the_step_of_the_notice_is_not_passed_over():
    application = world.approved()
    client = desk()

    post(client, application, "pass")

    assert state(application) == ("approved", "notify")


@pytest.mark.rule("ACG-20")
def test_notice_is_read_before_it_is_sent_and_sent_once(clock):
    application = world.approved()
    clock(world.NOTICED)
    client = desk()

    asked = client.get(move(application, "notice")).content.decode()

    for words in ("666.67", "BACCA-000001", "1100 1234 5678 9012 345", "2,000.00 × 4 / 12"):
        assert words in asked
    assert not Registration.objects.exists()
    assert not Invoice.objects.exists()
    assert told(application, "入会申请已获批准") == 0

    post(client, application, "notice")
    post(client, application, "notice")

    assert Registration.objects.count() == 1
    assert Invoice.objects.count() == 1
    sent = Message.objects.filter(case=application.case, channel="mail").latest("pk")
    assert sent.text.splitlines()[0] in asked
    assert Message.objects.filter(case=application.case, unique_key=sent.unique_key, channel="mail").count() == 1


def test_notice_of_another_body_is_refused(clock):
    application = world.approved()
    clock(world.NOTICED)

    answer = post(desk("secretariat"), application, "notice").content.decode()

    assert "message--error" in answer
    assert not Registration.objects.exists()


# who else is there, and the price of the page


def test_who_else_has_the_case_open(clock):
    application = world.submitted()
    mine, theirs = desk(), desk()
    address = reverse("admin:admissions_application_presence", args=[application.case.key])

    mine.post(address)
    seen = theirs.post(address).content.decode()
    assert "正在查看" in seen
    assert str(CasePresence.objects.order_by("pk").first().user) in seen

    clock(f"{world.REVIEWED} 10:05")
    assert "正在查看" not in theirs.get(page(application)).content.decode()


def test_reading_a_page_writes_nothing(django_assert_max_num_queries):
    application = world.submitted()
    client = desk()

    with django_assert_max_num_queries(40) as queries:
        client.get(page(application))

    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


@pytest.mark.parametrize("times", [1, 3])
def test_page_costs_the_same_whatever_happened(times, django_assert_num_queries):
    application = world.submitted()
    officer = world.officer("membership_dept")
    for number in range(times):
        for check in ("field", "charter_conditions"):
            world.reviews.judge(
                application, check, satisfied=True, note=f"已核对{number}", by=officer, on=date(2026, 9, 16)
            )
    client = desk()
    client.get(page(application))

    with django_assert_num_queries(PAGE):
        client.get(page(application))


PAGE = 35
"""Queries of the page of a case: session, account, second factor, permissions, seats, and one for each kind of row."""


def test_nothing_is_looked_into_while_the_applicant_has_the_pen_or_after_the_decision():
    application = world.submitted()
    client = desk()
    post(client, application, "return", note="请补充")
    fact = reverse("admin:admissions_application_fact", args=[application.case.key, "rb_field"])
    paper = application.case.documents.first()
    verdict = reverse("admin:admissions_application_paper", args=[application.case.key, paper.pk])

    client.post(fact, {"value": "漫画", "note": "来电"})
    client.post(verdict, {"verdict": "accepted"})

    paper.refresh_from_db()
    assert not application.corrections.exists()
    assert paper.verdict == ""
    shown = client.get(page(application)).content.decode()
    assert fact not in shown
    assert move(application, "take-back") in shown
    assert move(application, "reject") not in shown


def test_what_was_judged_on_the_day_of_submission_stands_after_it(clock):
    clock(world.SUBMITTED)
    application = world.submitted()
    by = world.officer("membership_dept")
    world.review(application, by, on=world.SUBMITTED)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.SUBMITTED)

    shown = desk().get(page(application)).content.decode()

    happened = shown[shown.index('class="timeline') :]
    assert happened.index("提交") < happened.index("判断为符合") < happened.index("：已通过")
