"""What reviewers wrote down, as rows: looked at, never edited."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor(clock) -> Client:
    clock(world.REVIEWED)
    world.found()
    client = Client()
    client.force_login(world.seated("council", roles=("auditor",)))
    return client


def judged(times: int):
    application = world.submitted()
    by = world.officer("membership_dept")
    for number in range(times):
        made = world.reviews.judge(
            application, "field", satisfied=True, note=f"已核对{number}", by=by, on=world.REVIEWED
        )
    world.reviews.correct_fact(application, "address", "北京市", note="来电", by=by, on=world.REVIEWED)
    return made


@pytest.mark.parametrize("times", [1, 3])
def test_list_costs_the_same_for_one_and_three(auditor, times, django_assert_num_queries):
    judged(times)
    address = reverse("admin:admissions_judgement_changelist")
    auditor.get(address)

    with django_assert_num_queries(8):
        assert "已核对0" in auditor.get(address).content.decode()


def test_nobody_edits_them_not_even_the_keeper_of_the_system(auditor):
    judgement = judged(1)
    keeper = world.user(is_staff=True, is_superuser=True)
    world.second_factor(keeper)
    client = Client()
    client.force_login(keeper)

    for name in ("judgement", "factcorrection", "application", "claim"):
        assert client.get(reverse(f"admin:admissions_{name}_add")).status_code == 403
    for verb in ("change", "delete"):
        address = reverse(f"admin:admissions_judgement_{verb}", args=[judgement.pk])
        client.post(address, {"note": "x", "post": "yes"})
    judgement.refresh_from_db()
    assert judgement.note == "已核对0"
    assert (
        reverse("admin:case_admission", args=[judgement.application.case.key])
        == (client.get(reverse("admin:admissions_application_change", args=[judgement.application.pk]))["Location"])
    )
