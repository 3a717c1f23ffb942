"""Claims at the desk: the letter beside the decision."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from admissions.actions import claims
from admissions.models import Claim
from association.files import keeping
from association.models import CaseParticipant, Message
from tests import world

pytestmark = pytest.mark.django_db

CLAIMS = "/admin/admissions/claim/"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(world.REVIEWED)
    world.found()


@pytest.fixture
def claim() -> Claim:
    world.submitted()
    colleague = world.user()
    own = world.draft(colleague)
    letter = keeping.keep_upload(BytesIO(world.PNG), name="证明函.png", by=colleague)
    return claims.make(own, letter, user=colleague, on=world.REVIEWED)


def desk(body: str = "membership_dept", roles: tuple[str, ...] = ("secretariat",)) -> Client:
    client = Client()
    client.force_login(world.seated(body, roles=roles))
    return client


def address(claim: Claim) -> str:
    return reverse("admin:admissions_claim_change", args=[claim.pk])


def test_open_claims_are_listed_and_named_on_the_case(claim):
    client = desk()

    assert claim.application.case.subject in client.get(CLAIMS).content.decode()
    case = client.get(reverse("admin:case_admission", args=[claim.application.case.key])).content.decode()
    assert address(claim) in case
    assert reverse("file_page", args=[claim.letter.key, 1]) in client.get(address(claim)).content.decode()


def test_granted_once(claim):
    client = desk()

    client.post(address(claim), {"verdict": "grant"})
    again = client.post(address(claim), {"verdict": "grant"}, follow=True).content.decode()

    assert CaseParticipant.objects.filter(case=claim.application.case, user=claim.user).count() == 1
    assert Message.objects.filter(recipient=claim.user, channel="mail").count() == 1
    assert "该认领已经处理" in again
    assert "没有待处理的认领" in client.get(CLAIMS).content.decode()


def test_refusal_gives_its_reason(claim):
    client = desk()

    unsaid = client.post(address(claim), {"verdict": "refuse"}).content.decode()
    claim.refresh_from_db()
    assert "error-summary" in unsaid
    assert claim.state == "open"

    client.post(address(claim), {"verdict": "refuse", "note": "公章与登记名称不符"})
    claim.refresh_from_db()
    assert (claim.state, claim.note) == ("refused", "公章与登记名称不符")


def test_another_body_looks_and_does_not_decide(claim):
    client = desk("secretariat")

    assert "disabled" in client.get(address(claim)).content.decode()
    client.post(address(claim), {"verdict": "grant"})

    claim.refresh_from_db()
    assert claim.state == "open"


def test_not_open_to_finance(claim):
    assert desk("secretariat", roles=("finance",)).get(address(claim)).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_list_costs_the_same_for_one_and_three(number, django_assert_num_queries):
    world.submitted()
    for _ in range(number):
        colleague = world.user()
        letter = keeping.keep_upload(BytesIO(world.PNG), name="证明函.png", by=colleague)
        claims.make(world.draft(colleague), letter, user=colleague, on=world.REVIEWED)
    client = desk()
    client.get(CLAIMS)

    with django_assert_num_queries(7):
        assert len(client.get(CLAIMS).context["page"].rows) == number
