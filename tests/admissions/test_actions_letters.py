"""Letters to applicants: whom they greet, what they rest on, who signs; and what the history says of a take-back."""

from datetime import date

import pytest
from django.urls import reverse

from admissions.actions import reviews
from association import queries
from association.cases import engine
from association.models import Association, Message
from tests import world

pytestmark = pytest.mark.django_db
UNIT = "北京星野文化传媒有限公司"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-16")
    world.found()
    Association.objects.update(phone="010-12345678")
    queries.forget()


def letter_of(application, subject: str) -> str:
    [mail] = Message.objects.filter(case=application.case, channel="mail", subject__contains=subject)
    return mail.text


def assert_framed(text: str) -> None:
    assert text.startswith(f"{UNIT}：\n")
    assert text.endswith(f"{queries.profile().name}\n联系电话：010-12345678")


@pytest.mark.rule("ACG-19.p2b")
def test_rejection_names_the_articles_it_rests_on():
    application = world.submitted()
    reviews.reject(
        application,
        step="dept_review",
        note="与本专业领域无关",
        rules=["7.p1"],
        by=world.officer("membership_dept"),
        on=world.REVIEWED,
    )

    text = letter_of(application, "未获批准")

    assert_framed(text)
    assert "与本专业领域无关" in text
    basis = text.partition("依据：")[2]
    assert f"《{world.rulebook().title}》第七条第一款" in basis
    assert "第十九条" in basis


@pytest.mark.rule("ACG-19.p2b")
def test_return_says_what_to_mend_and_under_which_article():
    application = world.submitted()
    reviews.return_for_correction(
        application, step="dept_review", note="请补盖公章", by=world.officer("membership_dept"), on=world.REVIEWED
    )

    text = letter_of(application, "补正")

    assert_framed(text)
    assert "请补盖公章" in text
    assert "第十九条" in text.partition("依据：")[2]


@pytest.mark.rule("ACG-20")
def test_refusal_by_the_council_names_its_resolution():
    application = world.at_council()
    drafted = world.resolution("council", application.case, number="决〔2026〕7号")
    world.resolve(drafted, "refused", note="专业领域不符")

    text = letter_of(application, "未获批准")

    assert_framed(text)
    assert "专业领域不符" in text
    assert "决〔2026〕7号" in text.partition("依据：")[2]
    assert "第" in text.partition("依据：")[2].partition("；")[0]


def test_notice_is_framed_like_every_letter():
    registration = world.noticed()

    [mail] = Message.objects.filter(channel="mail", unique_key__contains=":notice:")

    assert_framed(mail.text)
    assert registration.membership.party.number in mail.text


def test_a_step_taken_back_is_told_as_the_act_of_who_took_it_back(client):
    owner = world.user()
    application = world.submitted(owner)
    by = world.officer("membership_dept")
    world.review(application, by)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.REVIEWED)
    passage = engine.take_back(application.case, by=by, on=world.REVIEWED)
    client.force_login(owner)

    page = client.get(reverse("application", args=[application.case.key])).content.decode()

    entry = page.partition("撤回了上一步：会员部资格审查")[2].partition("</li>")[0]
    assert "会员部" in entry
    assert "秘书长" not in entry
    steps = {step.id: step for step in engine.deadlines.steps_of(application.case)}
    book = world.rulebook()
    assert passage.decision.sources == steps["dept_review"].sources(book.id)
    assert passage.decision.on == date(2026, 9, 16)
