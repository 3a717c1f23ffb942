"""What an applicant can do: drafts, submission, second applications, claims, persons (ACG-4, 6–8, 17–18)."""

from datetime import date
from io import BytesIO

import pytest

from admissions.actions import applications, claims
from admissions.actions.applications import Incomplete, TakenElsewhere
from admissions.queries import slots
from association.actors import Actor
from association.cases import documents
from association.decisions import Refused
from association.files import keeping
from association.models import Case, DecisionRecord
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db):
    world.found()


def submit(application, on=world.SUBMITTED):
    return applications.submit(application, by=Actor.applicant(application.case.applicant), on=on)


def refused(application, on=world.SUBMITTED):
    with pytest.raises(Refused) as refusal:
        submit(application, on)
    decision = refusal.value.decision
    against = [reason for reason in decision.reasons if reason.outcome == "fail"]
    return {reason.code for reason in against}, {source.key for reason in against for source in reason.sources}


def test_draft_is_the_same_after_a_second_start():
    user = world.user()
    first = applications.start(user, "unit", on=world.SUBMITTED)
    assert applications.start(user, "unit", on=world.SUBMITTED).pk == first.pk


def test_nobody_applies_to_be_a_deemed_member():
    with pytest.raises(Refused) as refusal:
        applications.start(world.user(), "employee", on=world.SUBMITTED)
    assert "6.p2" in {source.key for source in refusal.value.decision.sources}


def test_fields_are_kept_one_by_one_even_when_wrong():
    application = applications.start(world.user(), "unit", on=world.SUBMITTED)

    assert applications.save(application, {"name": "北京甲公司"}, on=world.SUBMITTED) == {}
    wrong = applications.save(application, {"uscc": "91110108MA01ABCD1F"}, on=world.SUBMITTED)

    application.refresh_from_db()
    assert set(wrong) == {"uscc"}
    assert application.answers["name"] == "北京甲公司"
    assert application.answers["uscc"] == "91110108MA01ABCD1F"
    assert Case.objects.get(pk=application.case_id).subject == "北京甲公司"


def test_fields_that_the_form_does_not_ask_are_ignored():
    application = applications.start(world.user(), "unit", on=world.SUBMITTED)
    applications.save(application, {"state": "approved", "is_staff": "1"}, on=world.SUBMITTED)
    application.refresh_from_db()
    assert application.answers == {}


@pytest.mark.rule("ACG-17.1", "ACG-17.2", "ACG-17.3", "ACG-17.4")
@pytest.mark.parametrize("slot", ["application_letter", "self_discipline_pact", "registration_certificate", "profile"])
def test_missing_paper_is_named_with_its_article(slot):
    application = world.draft()
    application.case.documents.filter(slot=slot).delete()

    with pytest.raises(Incomplete) as incomplete:
        submit(application)

    assert set(incomplete.value.faults) == {f"document_{slot}"}
    assert "第十七条" in str(incomplete.value.faults[f"document_{slot}"])


@pytest.mark.rule("ACG-4")
def test_acceptance_of_the_rules_is_kept_with_its_version():
    application = world.draft()
    applications.accept_rules(application, False, on=world.SUBMITTED)
    with pytest.raises(Incomplete) as incomplete:
        submit(world.fresh(application))
    assert set(incomplete.value.faults) == {"accept_rules"}

    applications.accept_rules(application, True, on=world.SUBMITTED)
    submitted = submit(world.fresh(application))
    assert submitted.rules_version.rulebook == "acg"
    assert submitted.rules_accepted_at is not None


@pytest.mark.rule("ACG-7.p1")
@pytest.mark.parametrize(
    ("answers", "code", "article"),
    [
        ({"uscc": "91310115MA1HABCD5U", "registrar": "上海市市场监督管理局"}, "region_wrong", "7.p1"),
        ({"uscc": "11110000000012345H", "legal_form": "government_organ"}, "legal_form_wrong", "7.p1"),
    ],
)
def test_who_cannot_join_is_refused_with_the_article(answers, code, article):
    codes, articles = refused(world.draft(**answers))
    assert code in codes
    assert article in articles


@pytest.mark.rule("ACG-7.p1")
def test_sole_trader_is_referred_to_the_department():
    application = world.submitted(uscc="92110105MA04NPQR45", legal_form="individual_business")

    record = DecisionRecord.objects.filter(kind="admission.submit").get()
    assert "legal_form_unsure" in {reason.code for reason in record.decision.reasons}
    assert application.case.step == "dept_review"


@pytest.mark.rule("ACG-7.p2")
@pytest.mark.parametrize(("applied", "admitted"), [(date(2026, 3, 20), False), (date(2026, 3, 23), True)])
def test_declared_penalty_of_three_years_ago(applied, admitted):
    application = world.draft(
        penalty_no_penalty_3y="yes",
        penalty_no_penalty_3y_on="2023-03-20",
        penalty_no_penalty_3y_by="某局 1号",
        on=applied,
    )
    if admitted:
        submit(application, applied)
    else:
        assert "record_not_clean" in refused(application, applied)[0]


def test_second_application_of_the_same_account_is_led_to_the_first():
    first = world.submitted()
    second = world.draft(first.case.applicant)

    with pytest.raises(Refused) as refusal:
        submit(second)

    reason = refusal.value.decision.reasons[0]
    assert (reason.code, reason.facts["key"]) == ("applied_already", str(first.case.key))


def test_application_of_another_account_stands_in_the_way_and_can_be_claimed():
    first = world.submitted()
    second = world.draft()

    with pytest.raises(TakenElsewhere):
        submit(second)
    letter = keeping.keep_upload(BytesIO(world.PNG), name="函.png", by=second.case.applicant)
    claim = claims.make(second, letter, user=second.case.applicant, on=world.SUBMITTED)
    with pytest.raises(Refused):
        claims.make(second, letter, user=second.case.applicant, on=world.SUBMITTED)
    claims.decide(claim, granted=True, note="", by=world.officer("membership_dept"), on=world.REVIEWED)

    assert first.case in Case.objects.visible_to_applicant(second.case.applicant)


def test_draft_of_another_account_stands_in_nobodys_way():
    world.draft()
    assert submit(world.draft()).case.state == "open"


def test_member_of_another_account_stands_in_the_way():
    world.approved()
    with pytest.raises(TakenElsewhere):
        submit(world.draft())


PERSON = {
    "name": "林晓",
    "id_no": "110108199003071238",
    "rb_field": "插画",
    "rb_employer": "无",
    "ticked_in_beijing": ["在北京市工作"],
    "declare_political_rights": "no",
    "expires_id_document": "2026-09-15",
    "mobile": "13800001234",
}


def person(on=world.SUBMITTED, **answers):
    user = world.user()
    application = applications.start(user, "person", on=on)
    applications.save(application, {**PERSON, **answers}, on=on)
    application.refresh_from_db()
    for slot in slots(application, on):
        file = keeping.keep_upload(BytesIO(world.PNG), name="a.png", encrypt=slot.rule.identity, by=user)
        documents.attach(application.case, slot.rule.id, file)
    applications.accept_rules(application, True, on=on)
    return world.fresh(application)


@pytest.mark.rule("ACG-8.p1", "ACG-18")
def test_person_applies_and_the_identity_number_is_nowhere_in_the_clear():
    from django.db import connection

    application = submit(person())

    assert application.party.kind == "person"
    assert application.party.identifiers.get().masked == "110108********1238"
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity, answers FROM admissions_application")
        assert "199003071238" not in str(cursor.fetchall())


@pytest.mark.rule("ACG-8.p1", "ACG-8.p2a", "ACG-18")
@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"declare_political_rights": "yes"}, "declaration_wrong"),
        ({"expires_id_document": "2026-09-14"}, "document_expired"),
    ],
)
def test_person_who_cannot_join(answers, code):
    assert code in refused(person(**answers))[0]


@pytest.mark.rule("ACG-8.p1")
def test_person_must_tick_one_tie_to_beijing():
    with pytest.raises(Incomplete) as incomplete:
        submit(person(ticked_in_beijing=[]))
    assert set(incomplete.value.faults) == {"ticked_in_beijing"}


@pytest.mark.rule("ACG-6.p3", "ACG-8.p2c")
def test_person_whose_employer_is_a_member_need_not_apply():
    world.approved()

    codes, articles = refused(person(rb_employer=world.USCC, expires_id_document="long_term"), on=date(2026, 9, 21))

    assert codes == {"employer_is_member"}
    assert {"6.p3", "8.p2"} <= articles


@pytest.mark.rule("ACG-8.p2c")
def test_pending_application_of_the_employer_does_not_block():
    world.submitted()
    assert submit(person(rb_employer=world.USCC)).case.state == "open"
