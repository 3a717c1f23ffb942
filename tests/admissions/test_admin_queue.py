"""The queue of applications: what it shows to whom, its filters, its table, several at once."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from admissions.actions import reviews
from association.models import Case, Deadline, Passage
from tests import world

pytestmark = pytest.mark.django_db

QUEUE = "/admin/admissions/application/"
NAMES = ("北京星野文化传媒有限公司", "北京云栖漫画有限公司", "北京方糖游戏有限公司")
CODES = (world.USCC, world.USCC_OTHER, world.USCC_THIRD)


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(world.REVIEWED)
    world.found()


def desk(body: str = "membership_dept", roles: tuple[str, ...] = ("secretariat",)) -> Client:
    client = Client()
    client.force_login(world.seated(body, roles=roles))
    return client


def submitted(number: int = 1) -> list:
    return [world.submitted(name=name, uscc=code) for name, code in list(zip(NAMES, CODES, strict=True))[:number]]


def names(answer) -> list[str]:
    return [row.name for row in answer.context["page"].rows]


def test_the_changelist_is_our_queue():
    assert reverse("admin:admissions_application_changelist") == QUEUE


def test_it_opens_on_what_is_mine():
    first, _second = submitted(2)
    world.at_secretary_general(first)

    assert names(desk().get(QUEUE)) == [NAMES[1]]
    assert names(desk("secretary_general").get(QUEUE)) == [NAMES[0]]
    assert names(desk("secretariat").get(QUEUE)) == [NAMES[0], NAMES[1]]


def test_views_and_steps():
    first, second, third = submitted(3)
    world.at_secretary_general(first)
    officer = world.officer("membership_dept")
    reviews.return_for_correction(second, step="dept_review", note="请补充", by=officer, on=world.REVIEWED)
    reviews.reject(third, step="dept_review", note="无关", rules=["7.p1"], by=officer, on=world.REVIEWED)
    client = desk()

    assert names(client.get(QUEUE)) == []
    assert names(client.get(QUEUE, {"view": "running"})) == [NAMES[0]]
    assert names(client.get(QUEUE, {"view": "returned"})) == [NAMES[1]]
    assert names(client.get(QUEUE, {"view": "closed"})) == [NAMES[2]]
    assert len(names(client.get(QUEUE, {"view": "all"}))) == 3
    assert names(client.get(QUEUE, {"view": "running", "step": "secretary_general"})) == [NAMES[0]]
    assert names(client.get(QUEUE, {"view": "running", "step": "dept_review"})) == []
    assert client.get(QUEUE, {"view": "returned"}).context["page"].rows[0].returned == 1


@pytest.mark.parametrize("query", [{"view": "x"}, {"step": "'--"}, {"page": "-1"}, {"page": "9" * 30}, {"late": "?"}])
def test_odd_addresses_are_the_default(query):
    submitted(1)

    assert desk().get(QUEUE, query).status_code == 200


def test_found_by_part_of_the_name_and_by_the_whole_code():
    submitted(3)
    client = desk()

    assert names(client.get(QUEUE, {"q": "云栖"})) == [NAMES[1]]
    assert names(client.get(QUEUE, {"q": world.USCC_THIRD.lower()})) == [NAMES[2]]
    assert names(client.get(QUEUE, {"q": world.USCC_THIRD[:8]})) == []
    assert names(client.get(QUEUE, {"q": "没有"})) == []


def test_overdue_only():
    first, second = submitted(2)
    for application, days in ((first, -1), (second, 1)):
        Deadline.objects.create(
            case=application.case,
            code="dept_review",
            body="membership_dept",
            started_on=world.SUBMITTED - timedelta(days=5),
            due_on=world.REVIEWED + timedelta(days=days),
            sources=[],
        )
    client = desk()

    assert names(client.get(QUEUE, {"late": "1"})) == [NAMES[0]]
    shown = client.get(QUEUE).content.decode()
    assert "deadline--overdue" in shown
    assert "deadline--soon" in shown


@pytest.mark.parametrize("number", [1, 3])
def test_queue_costs_the_same_for_one_and_three(number, django_assert_num_queries):
    submitted(number)
    client = desk()
    client.get(QUEUE)

    with django_assert_num_queries(11):
        assert len(names(client.get(QUEUE))) == number


def test_pages_without_a_count(django_assert_max_num_queries):
    application = submitted(1)[0]
    case = application.case
    rows = Case.objects.bulk_create(
        Case(
            kind="admission",
            member_class="unit",
            version_id=case.version_id,
            state="open",
            step="dept_review",
            subject=f"单位{n}",
            opened_on=world.SUBMITTED,
            submitted_on=world.SUBMITTED,
        )
        for n in range(60)
    )
    world.Application.objects.bulk_create(world.Application(case=row) for row in rows)
    client = desk()

    first, second = client.get(QUEUE), client.get(QUEUE, {"page": "2"})

    assert (len(names(first)), len(names(second))) == (50, 11)
    assert 'rel="next"' in first.content.decode()
    assert 'rel="prev"' in second.content.decode()


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "申请渠道"), ("en", "Came through")])
def test_what_applicants_write_is_text_in_every_language(language, word):
    world.submitted(name="<b>100%</b>%(pk)s有限公司")
    client = desk()
    client.cookies["django_language"] = language

    shown = client.get(QUEUE).content.decode()

    assert "&lt;b&gt;100%&lt;/b&gt;%(pk)s有限公司" in shown
    assert "<b>100%" not in shown
    assert f'data-label="{word}"' in shown


def test_who_acts_for_no_body_ticks_nothing():
    submitted(1)
    person = world.user(is_staff=True)
    world.give(person, "auditor")
    world.second_factor(person)
    client = Client()
    client.force_login(person)

    assert "data-bulk-row" not in client.get(QUEUE).content.decode()
    assert "data-bulk-row" in desk().get(QUEUE).content.decode()


def test_empty_queue_says_what_would_be_here():
    assert "没有待您办理的事项" in desk().get(QUEUE).content.decode()


def test_table_has_no_identity_numbers():
    submitted(2)
    client = desk()

    answer = client.get(reverse("admin:admissions_application_export"))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert cells[0][0] == "申请人"
    assert [row[0] for row in cells[1:]] == [NAMES[0], NAMES[1]]
    assert not any(world.USCC in str(cell) for row in cells for cell in row)
    text = client.get(reverse("admin:admissions_application_export"), {"format": "csv"}).content.decode("utf-8-sig")
    assert NAMES[1] in text
    assert world.USCC not in text


def test_table_cannot_smuggle_a_formula():
    world.submitted(name="=HYPERLINK(1)")

    text = desk().get(reverse("admin:admissions_application_export"), {"format": "csv"}).content.decode("utf-8-sig")

    assert "\n=HYPERLINK" not in text


# several at once


def bulk(client: Client, action: str, *cases: str):
    return client.get(reverse("admin:admissions_application_bulk"), {"action": action, "case": cases})


@pytest.mark.rule("ACG-19.p2a")
def test_several_are_passed_on_each_by_itself():
    first, second = submitted(2)
    officer = world.officer("membership_dept")
    client = Client()
    client.force_login(officer.user)
    world.review(first, officer)

    asked = bulk(client, "pass", str(first.case_id), str(second.case_id)).content.decode()
    assert "1 项申请进入“秘书长审定”环节" in asked
    assert "尚未通过" in asked
    typed = {"action": "pass", "case": [f"{first.case_id}:dept_review", f"{second.case_id}:dept_review"]}
    for _ in range(2):
        client.post(reverse("admin:admissions_application_bulk"), typed)

    assert world.fresh(first).case.step == "secretary_general"
    assert world.fresh(second).case.step == "dept_review"
    assert Passage.objects.filter(case=first.case, verb="pass").count() == 1


def test_several_are_put_on_a_resolution():
    first, second = submitted(2)
    at_council = world.at_council(first)
    client = desk("secretariat")

    asked = bulk(client, "resolution", str(at_council.case_id), str(second.case_id))

    assert asked.context["resolution_url"].endswith(f"?cases={at_council.case_id}")
    assert "1 项申请列入决议" in asked.content.decode()


@pytest.mark.parametrize(
    ("action", "case"), [("pass", "x"), ("pass", "9" * 40), ("burn", "1"), ("", ""), ("pass", "0")]
)
def test_nonsense_in_bulk_changes_nothing(action, case):
    submitted(1)

    assert bulk(desk(), action, case).status_code in (200, 302)
