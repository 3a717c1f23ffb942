"""A case decided between meetings at the desk: from its page, to the list, to today (ACG-43)."""

import pytest
from django.urls import reverse

from association.actions import interim
from association.models import InterimDecision
from tests import world
from tests.desk import desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db, monkeypatch):
    clock("2026-09-18")
    world.found()
    rule_of = interim.rule_of
    monkeypatch.setattr(
        interim, "rule_of", lambda case: rule_of(case).model_copy(update={"covers": ("admission", "tier_change")})
    )


def take(case):
    return reverse("admin:association_interimdecision_take", args=[case.key])


@pytest.mark.rule("ACG-43")
def test_from_the_case_to_the_list_and_today():
    case, client = world.at_council().case, desk()
    on_case = client.get(reverse("admin:case_admission", args=[case.key])).content.decode()
    asked = client.get(take(case)).content.decode()
    silent = client.post(take(case), {"step": case.step, "urgency": ""})
    client.post(take(case), {"step": case.step, "urgency": "展会报名在即。", "note": "同意。"})
    twice = client.post(take(case), {"step": case.step, "urgency": "展会报名在即。", "note": "同意。"})

    assert take(case) in on_case
    assert "理事会" in asked
    assert "立即生效" in asked
    assert silent.status_code == 200
    row = InterimDecision.objects.get()
    assert (row.urgency, row.outcome) == ("展会报名在即。", "")
    assert told(twice)
    listed = client.get(reverse("admin:association_interimdecision_changelist")).content.decode()
    assert "展会报名在即。" in listed
    today = client.get(reverse("admin:index")).content.decode()
    assert "待追认" in today
    assert case.subject in today


def test_a_kind_that_the_rules_do_not_name_has_no_such_way(monkeypatch):
    case, client = world.at_council().case, desk()
    rule_of = interim.rule_of
    monkeypatch.setattr(interim, "rule_of", lambda case: rule_of(case).model_copy(update={"covers": ("sanction",)}))
    assert take(case) not in client.get(reverse("admin:case_admission", args=[case.key])).content.decode()
    assert told(client.post(take(case), {"step": case.step, "urgency": "急"}))
    assert not InterimDecision.objects.exists()


def test_who_does_not_act_for_the_interim_body_reads_why():
    case = world.at_council().case
    client = desk("membership_dept")
    asked = client.get(take(case)).content.decode()
    client.post(take(case), {"step": case.step, "urgency": "急"})
    assert "秘书处" in asked
    assert "disabled" in asked
    assert not InterimDecision.objects.exists()


def test_others_do_not_see_it():
    case = world.at_council().case
    assert finance().get(take(case)).status_code == 403
