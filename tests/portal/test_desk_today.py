"""The desk's first page, and who gets in."""

from datetime import timedelta

import pytest
from django.db import Error
from django.test import Client
from django.urls import reverse

from association.actions import escalations, reminders
from association.actors import Actor
from association.decisions import Refused, article
from association.models import Body, Case, Deadline, Reminder
from association.rules.reminders import ESCALATION
from tests import world
from tests.desk import fresh_login

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(world.REVIEWED)
    world.found()


def desk(body: str = "membership_dept", roles: tuple[str, ...] = ("secretariat",)) -> Client:
    client = Client()
    client.force_login(world.seated(body, roles=roles))
    return client


def sections(client: Client) -> dict[str, list[str]]:
    found = client.get("/admin/").context["sections"]
    return {str(section.title): [line.subject for line in section.lines] for section in found}


def due(case: Case, days: int, body: str = "membership_dept") -> None:
    Deadline.objects.create(
        case=case,
        code=case.step,
        body=body,
        started_on=world.SUBMITTED - timedelta(days=9),
        due_on=world.REVIEWED + timedelta(days=days),
        sources=[],
        watch_on=world.REVIEWED,
    )


# who gets in


def test_staff_without_a_second_factor_set_it_up_first():
    person = world.seated("membership_dept")
    person.authenticator_set.all().delete()
    client = Client()
    client.force_login(person)

    for name in ("admin:index", "admin:admissions_application_changelist", "admin:password_change"):
        answer = client.get(reverse(name))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_activate_totp"))

    world.second_factor(person)
    fresh_login(client, person)
    assert client.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor():
    person = world.seated("membership_dept")
    person.authenticator_set.update(type="recovery_codes")
    client = Client()
    client.force_login(person)

    assert client.get("/admin/").status_code == 302


def test_strangers_log_in_and_applicants_are_turned_away(client):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")

    client.force_login(world.user())
    assert client.get("/admin/", follow=True).status_code == 403


# what is there


def test_nothing_is_due():
    shown = desk().get("/admin/").content.decode()

    assert "没有到期事项，也没有待办事项" in shown


def test_each_sees_what_waits_for_them():
    application = world.at_secretary_general()
    name = application.case.subject

    assert sections(desk("secretary_general")) == {"待您办理": [name]}
    assert sections(desk("membership_dept")) == {"待他人办理": [name]}
    assert sections(desk("secretariat", roles=("finance",))) == {}


def test_overdue_today_and_this_week():
    application = world.submitted()
    case = application.case
    due(case, -1)
    client = desk()
    assert sections(client) == {"已逾期": [case.subject]}

    Deadline.objects.update(due_on=world.REVIEWED)
    assert sections(client) == {"今天到期": [case.subject]}

    Deadline.objects.update(due_on=world.REVIEWED + timedelta(days=2))
    assert sections(client) == {"本周到期": [case.subject]}

    Deadline.objects.update(due_on=world.REVIEWED + timedelta(days=20))
    assert sections(client) == {"待您办理": [case.subject]}
    assert "deadline--running" in client.get("/admin/").content.decode()


def test_what_was_brought_before_somebody_stands_first_with_its_article():
    case = world.submitted().case
    due(case, -5)
    Deadline.objects.update(sources=[article("acg", "20").as_json()])
    chief, department = desk("secretary_general"), desk("membership_dept")
    assert sections(chief) == {"待他人办理": [case.subject]}

    reminders.remind(on=world.REVIEWED)

    assert list(sections(chief)) == ["逾期督办", "待他人办理"]
    (line,) = chief.get("/admin/").context["sections"][0].lines
    assert (line.subject, line.note) == (case.subject, "待会员部办理")
    shown = chief.get("/admin/").content.decode()
    assert "第二十条" in shown
    assert "deadline--overdue" in shown
    assert list(sections(department)) == ["已逾期"]
    assert "已报秘书长督办" in department.get("/admin/").content.decode()

    Deadline.objects.update(met_on=world.REVIEWED)
    assert "逾期督办" not in sections(chief)


def test_who_watches_reads_whose_turn_it_is():
    case = world.submitted().case
    due(case, -1)
    person = world.user(is_staff=True)
    world.give(person, "auditor")
    world.second_factor(person)
    client = Client()
    client.force_login(person)

    assert "待会员部办理" in client.get("/admin/").content.decode()


def test_a_returned_case_waits_for_the_applicant():
    application = world.submitted()
    by = world.officer("membership_dept")
    world.reviews.return_for_correction(application, step="dept_review", note="请补充", by=by, on=world.REVIEWED)

    shown = desk().get("/admin/").content.decode()

    assert "待申请人办理" in shown
    assert sections(desk()) == {"待他人办理": [application.case.subject]}


def test_finance_sees_money_to_confirm_but_not_its_own(clock):
    registration = world.noticed()
    payment = world.entered(registration)
    clock(world.PAID)
    name = registration.membership.party.name
    mine = Client()
    mine.force_login(payment.entered_by)

    assert sections(desk("secretariat", roles=("finance",))) == {"待确认到账": [name]}
    assert sections(mine) == {"您已登记，等待另一人复核": [name]}


def test_an_auditor_watches():
    application = world.submitted()
    person = world.user(is_staff=True)
    world.give(person, "auditor")
    world.second_factor(person)
    client = Client()
    client.force_login(person)

    assert sections(client) == {"办理中": [application.case.subject]}


@pytest.mark.parametrize("number", [1, 3])
def test_costs_the_same_for_one_and_three(number, django_assert_num_queries):
    for code in (world.USCC, world.USCC_OTHER, world.USCC_THIRD)[:number]:
        application = world.submitted(uscc=code, name=code)
        due(application.case, -1)
    client = desk()
    client.get("/admin/")

    with django_assert_num_queries(TODAY):
        client.get("/admin/")


TODAY = 29


def test_thousands_are_capped():
    application = world.submitted()
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
        for n in range(3000)
    )
    world.Application.objects.bulk_create(world.Application(case=row) for row in rows)
    Deadline.objects.bulk_create(
        Deadline(
            case=row,
            code="dept_review",
            body="membership_dept",
            started_on=world.SUBMITTED - timedelta(days=9),
            due_on=world.REVIEWED - timedelta(days=1),
            sources=[],
        )
        for row in rows[:1500]
    )

    client = desk()
    found = client.get("/admin/").context["sections"]

    assert [(str(section.title), section.count) for section in found] == [("已逾期", "20+"), ("待您办理", "20+")]
    for query, view in (("by=person", "mine"), ("by=person&who=all", "running"), ("by=article", "mine")):
        page = client.get(f"/admin/?{query}")
        assert {section.count for section in page.context["sections"]} == {"20+"}
        assert f"?view={view}" in page.content.decode()


def test_models_are_listed_only_for_stock_pages():
    client = desk()

    assert client.get("/admin/admissions/").status_code == 200
    assert "desk-nav" in client.get("/admin/").content.decode()


# grouped, mine and everybody's


def titles(client: Client, query: str) -> dict[str, list[str]]:
    found = client.get(f"/admin/?{query}").context["sections"]
    return {str(section.title): [line.subject for line in section.lines] for section in found}


def test_by_article_and_by_person():
    case = world.submitted().case
    due(case, -1)
    Deadline.objects.filter(due_on__lt=world.REVIEWED).update(sources=[article("acg", "20").as_json()])
    client = desk()

    assert list(titles(client, "by=article")) == ["《北京二次元文化创意协会会员管理办法》第二十条"]
    (title,) = titles(client, "by=person")
    assert title.startswith("会员部 · ")


def test_nothing_is_lost_or_doubled_by_grouping():
    first = world.submitted()
    second = world.submitted(uscc=world.USCC_OTHER, name="第二家")
    due(first.case, -1)
    client = desk()

    for query in ("", "by=article", "by=person"):
        shown = [subject for subjects in titles(client, query).values() for subject in subjects]
        assert sorted(shown) == sorted([first.case.subject, second.case.subject]), query


def test_everybodys_is_shown_with_whose_turn_it_is():
    case = world.submitted().case
    due(case, -1)
    chief = desk("secretary_general")

    assert "已逾期" not in titles(chief, "")
    assert titles(chief, "who=all")["已逾期"] == [case.subject]
    assert "待会员部办理" in chief.get("/admin/?who=all").content.decode()


def test_the_switches_keep_each_other_in_the_address():
    shown = desk().get("/admin/?by=person&who=all").content.decode()

    assert "?by=article&amp;who=all" in shown
    assert "?by=person&amp;who=mine" in shown


@pytest.mark.parametrize("query", ["by=nonsense", "who=' OR 1=1", "by=&who=", "by=article&by=person"])
def test_a_strange_address_is_the_usual_page(query):
    assert desk().get(f"/admin/?{query}").status_code == 200


# what was brought before somebody


@pytest.fixture
def brought():
    case = world.submitted().case
    due(case, -5)
    chief, department = world.seated("secretary_general"), world.seated("membership_dept")
    reminders.remind(on=world.REVIEWED)
    row = Reminder.objects.get(stage=ESCALATION)
    return row, chief, department


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_what_is_late_is_acknowledged_with_a_note_that_the_department_reads(brought):
    row, chief, department = brought
    page = reverse("admin:association_reminder_acknowledge", args=[row.pk])
    client = signed_in(chief)
    assert page in client.get("/admin/").content.decode()
    assert "逾期 " in client.get(page).content.decode()

    answer = client.post(page, {"note": "请本周五前办结"}, follow=True)

    assert "督办意见已记录" in answer.content.decode()
    said = row.acknowledgement
    assert (said.note, said.decision.actor, said.decision.kind) == ("请本周五前办结", chief, "deadline.acknowledged")
    assert "请本周五前办结" in signed_in(department).get("/admin/").content.decode()
    shown = client.get("/admin/").content.decode()
    assert "请本周五前办结" in shown
    assert page not in shown


@pytest.mark.parametrize("query", ["by=article", "by=person&who=all", "who=all"])
def test_it_can_be_acknowledged_however_the_lines_are_grouped(brought, query):
    """Where all is shown it is also a line of the late ones; the one that was brought before the reader stays."""
    row, chief, _department = brought

    shown = signed_in(chief).get(f"/admin/?{query}").content.decode()

    assert reverse("admin:association_reminder_acknowledge", args=[row.pk]) in shown


def test_who_sits_in_both_bodies_gives_the_order_at_the_late_line_of_their_own(brought):
    row, chief, _department = brought
    world.bodies.seat(chief, Body.objects.get(key="membership_dept"), on=world.FOUNDED)

    shown = signed_in(chief).get("/admin/").content.decode()

    assert shown.count(reverse("admin:association_reminder_acknowledge", args=[row.pk])) == 1
    escalations.acknowledge(row, note="好", by=Actor.officer(chief), on=world.REVIEWED)
    assert (
        reverse("admin:association_reminder_acknowledge", args=[row.pk])
        not in signed_in(chief).get("/admin/").content.decode()
    )


def test_it_is_acknowledged_once_by_whom_it_was_brought_before_and_while_it_is_late(brought):
    row, chief, department = brought
    acknowledge = escalations.acknowledge

    with pytest.raises(Refused) as refusal:
        acknowledge(row, note="好", by=Actor.officer(department), on=world.REVIEWED)
    assert refusal.value.decision.reasons[0].code == "not_your_body"
    with pytest.raises(Refused) as refusal:
        acknowledge(row, note="  ", by=Actor.officer(chief), on=world.REVIEWED)
    assert refusal.value.decision.reasons[0].code == "acknowledgement_says_nothing"
    acknowledge(row, note="好", by=Actor.officer(chief), on=world.REVIEWED)
    with pytest.raises(Refused) as refusal:
        acknowledge(row, note="好", by=Actor.officer(chief), on=world.REVIEWED)
    assert refusal.value.decision.reasons[0].code == "acknowledged_already"


def test_what_was_done_meanwhile_needs_no_acknowledgement(brought):
    row, chief, _department = brought
    Deadline.objects.update(met_on=world.REVIEWED)

    with pytest.raises(Refused) as refusal:
        escalations.acknowledge(row, note="好", by=Actor.officer(chief), on=world.REVIEWED)

    assert refusal.value.decision.reasons[0].code == "late_no_more"
    page = signed_in(chief).get(reverse("admin:association_reminder_acknowledge", args=[row.pk])).content.decode()
    assert "已办结" in page
    assert "disabled" in page


def test_a_plain_reminder_is_not_acknowledged(brought):
    _row, chief, _department = brought
    plain = Reminder.objects.exclude(stage=ESCALATION).first()
    assert plain is not None

    with pytest.raises(Refused) as refusal:
        escalations.acknowledge(plain, note="好", by=Actor.officer(chief), on=world.REVIEWED)

    assert refusal.value.decision.reasons[0].code == "not_brought_before"


def test_an_acknowledgement_stays_on_record(brought):
    row, chief, _department = brought
    said = escalations.acknowledge(row, note="好", by=Actor.officer(chief), on=world.REVIEWED)

    with pytest.raises(Error):
        type(said).objects.filter(pk=said.pk).update(note="改")
