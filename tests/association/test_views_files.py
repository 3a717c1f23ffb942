"""Uploaded files: who reads them, and how they are handed out."""

import pytest
from django.urls import reverse

from association.actions import bodies
from association.files import keeping
from association.models import AccessLog, Body, CaseParticipant, StoredFile
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def application():
    return world.submitted()


@pytest.fixture
def file(application):
    return application.case.documents.first().file


def addresses(file):
    return (
        reverse("file", args=[file.key]),
        reverse("file_pages", args=[file.key]),
        reverse("file_page", args=[file.key, 1]),
    )


def codes(client, file):
    return [client.get(address).status_code for address in addresses(file)]


def test_applicant_reads_own_papers(client, application, file):
    client.force_login(application.case.applicant)

    assert codes(client, file) == [200, 200, 200]


def test_participant_reads_the_papers_of_the_case(client, application, file):
    colleague = world.user()
    CaseParticipant.objects.create(
        case=application.case, user=colleague, decision=application.case.passages.get().decision
    )
    client.force_login(colleague)

    assert codes(client, file) == [200, 200, 200]


def test_for_anybody_else_there_is_no_such_file(client, file):
    client.force_login(world.user())

    assert codes(client, file) == [404, 404, 404]


def test_without_login_one_is_asked_to_log_in(client, file):
    for address in addresses(file):
        assert client.get(address)["Location"] == f"{reverse('account_login')}?next={address}"


def test_secretariat_and_seated_officers_read_uploads(client, file):
    for person in (
        world.seated("membership_dept"),
        world.seated("council", roles=()),
        world.user(is_staff=True, is_superuser=True),
    ):
        if person.is_superuser:
            world.second_factor(person)
        client.force_login(person)
        assert codes(client, file) == [200, 200, 200]


def test_staff_without_role_or_seat_reads_nothing(client, file):
    client.force_login(world.user(is_staff=True))

    assert codes(client, file) == [404, 404, 404]


def test_seat_that_has_ended_opens_nothing(client, file, clock):
    person = world.seated("council", roles=())
    person.seats.update(until=world.SUBMITTED)
    client.force_login(person)

    assert codes(client, file) == [404, 404, 404]
    bodies.seat(person, Body.objects.get(key="council"), on=world.SUBMITTED)
    assert codes(client, file) == [200, 200, 200]


def test_original_is_saved_and_never_shown_as_a_page(client, application, file):
    client.force_login(application.case.applicant)

    response = client.get(reverse("file", args=[file.key]))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    assert b"".join(response.streaming_content) == keeping.read(file, by=None)


def test_preview_is_a_picture_that_no_cache_keeps(client, application, file):
    client.force_login(application.case.applicant)

    response = client.get(reverse("file_page", args=[file.key, 1]))

    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")


@pytest.mark.parametrize("number", [0, 2, 99999999])
def test_page_that_is_not_there_is_not_found(client, application, file, number):
    client.force_login(application.case.applicant)

    assert client.get(reverse("file_page", args=[file.key, number])).status_code == 404


def test_rendered_file_is_not_served_here(client):
    rendered = keeping.keep_rendered(b"%PDF-1.4", name="证书.pdf", media_type="application/pdf", pages=1)
    client.force_login(world.user(is_staff=True, is_superuser=True))

    assert client.get(reverse("file", args=[rendered.key])).status_code == 404


def test_look_at_an_identity_paper_leaves_a_line(client):
    from io import BytesIO

    owner, officer = world.user(), world.seated("membership_dept")
    paper = keeping.keep_upload(BytesIO(world.PNG), name="身份证.png", encrypt=True, by=owner)
    client.force_login(officer)

    client.get(reverse("file", args=[paper.key]))

    line = AccessLog.objects.get()
    assert (line.user, line.what, line.target) == (officer, "identity_paper", str(paper.key))


def test_unknown_key_is_not_found(client):
    client.force_login(world.user())

    assert client.get("/files/00000000-0000-0000-0000-000000000000/").status_code == 404
    assert StoredFile.objects.count() == 0
