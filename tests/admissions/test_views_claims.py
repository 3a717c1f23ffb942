"""A claim by sealed letter, through the client."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from admissions.actions import claims
from admissions.models import Claim
from association.models import StoredFile
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def taken():
    return world.submitted()


@pytest.fixture
def claimant(client, taken):
    user = world.user()
    client.force_login(user)
    return user


@pytest.fixture
def draft(claimant):
    return world.draft(claimant)


def url(application):
    return reverse("application_claim", args=[application.case.key])


def letter(data=world.PNG, name="函.png"):
    file = BytesIO(data)
    file.name = name
    return file


def test_letter_is_received_and_the_page_says_what_follows(client, draft, taken, claimant):
    response = client.post(url(draft), {"file": letter()}, follow=True)

    claim = Claim.objects.get()
    assert (claim.user, claim.application, claim.made_on) == (claimant, taken, world.SUBMITTED)
    page = response.content.decode()
    assert "证明函已收到，等待秘书处核验" in page
    assert taken.case.applicant.email not in page


def test_second_click_hands_in_one_letter(client, draft):
    client.post(url(draft), {"file": letter()})
    response = client.post(url(draft), {"file": letter()}, follow=True)

    assert Claim.objects.count() == 1
    assert "证明函已收到" in response.content.decode()
    assert StoredFile.objects.filter(original_name="函.png").count() == 1


@pytest.mark.parametrize(
    ("data", "name"), [(b"", "函.pdf"), (b"MZ\x90" + b"\x00" * 99, "函.pdf")], ids=["empty", "renamed"]
)
def test_letter_that_is_no_document_is_refused_with_what_to_do(client, draft, data, name):
    response = client.post(url(draft), {"file": letter(data, name)})

    assert response.status_code == 422
    assert "slot__error" in response.content.decode()
    assert not Claim.objects.exists()


def test_letter_of_sixty_megabytes_is_refused(client, draft):
    response = client.post(url(draft), {"file": letter(b"%PDF" + b"0" * 60 * 1024 * 1024, "函.pdf")})

    assert response.status_code == 413
    assert "20 MB" in response.content.decode()


def test_claim_needs_the_token_of_the_page(claimant, draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(claimant)

    assert strict.post(url(draft), {"file": letter()}).status_code == 403


def test_unit_that_nobody_stands_for_is_not_claimed(client, claimant):
    application = world.draft(claimant, uscc=world.USCC_OTHER)

    assert client.get(url(application))["Location"] == reverse("application_submit", args=[application.case.key])


def test_granted_claim_opens_the_application(client, draft, taken, claimant):
    client.post(url(draft), {"file": letter()})
    claims.decide(Claim.objects.get(), granted=True, note="", by=world.officer("membership_dept"), on=world.REVIEWED)

    response = client.get(url(draft), follow=True)

    assert response.redirect_chain == [(reverse("application", args=[taken.case.key]), 302)]
    assert response.status_code == 200


def test_refused_claim_says_why_and_takes_another_letter(client, draft):
    client.post(url(draft), {"file": letter()})
    claims.decide(
        Claim.objects.get(),
        granted=False,
        note="公章与登记不符",
        by=world.officer("membership_dept"),
        on=world.REVIEWED,
    )

    page = client.get(url(draft)).content.decode()
    assert "公章与登记不符" in page
    client.post(url(draft), {"file": letter()})
    assert Claim.objects.count() == 2
