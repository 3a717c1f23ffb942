"""Uploads through the client: what is kept, and what is said about what is not."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from admissions.actions import applications
from association.models import CaseDocument, StoredFile
from tests import world

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\x00" * 200


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


@pytest.fixture
def applicant(client):
    user = world.user()
    client.force_login(user)
    return user


@pytest.fixture
def draft(applicant):
    return applications.start(applicant, "unit", on=world.SUBMITTED)


def named(data, name):
    file = BytesIO(data)
    file.name = name
    return file


def url(application, slot="profile"):
    return reverse("application_upload", args=[application.case.key, slot])


def send(client, application, data, name, *, slot="profile", **headers):
    return client.post(url(application, slot), {"file": named(data, name)}, headers=headers or SCRIPT)


@pytest.mark.rule("ACG-17.4")
def test_finished_upload_is_in_its_slot(client, draft):
    response = send(client, draft, world.PNG, "单位简介.png")

    page = response.content.decode()
    document = CaseDocument.objects.get()
    assert response.status_code == 200
    assert (document.slot, document.file.original_name) == ("profile", "单位简介.png")
    assert 'id="slot-profile"' in page
    assert reverse("file_pages", args=[document.file.key]) in page
    assert {part.id: part.open for part in response.context["parts"]}["papers"] == 3


def test_upload_without_a_script_goes_back_to_its_slot(client, draft):
    response = client.post(url(draft), {"file": named(world.PNG, "a.png")})

    assert response.status_code == 302
    assert response["Location"] == reverse("application_form", args=[draft.case.key]) + "#slot-profile"


def test_replacing_keeps_the_old_one_on_record(client, draft):
    send(client, draft, world.PNG, "旧.png")
    send(client, draft, world.PNG, "新.png")

    assert CaseDocument.objects.count() == 2
    assert CaseDocument.objects.current().get().file.original_name == "新.png"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "空.pdf", "文件是空的"),
        (EXE, "申请书.pdf", ".pdf"),
        (EXE, "setup.exe", "不接受这种文件"),
        (b"%PDF-1.4 nothing", "坏.pdf", "PDF"),
    ],
    ids=["empty", "renamed", "program", "broken"],
)
def test_file_that_is_no_document_is_refused_with_what_to_do(client, draft, data, name, words):
    response = send(client, draft, data, name)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert 'id="slot-profile"' in page
    assert not StoredFile.objects.exists()


def test_refusal_without_a_script_shows_the_page_with_everything_else(client, draft):
    applications.save(draft, {"name": "北京星野文化传媒有限公司"}, on=world.SUBMITTED)

    response = client.post(url(draft), {"file": named(EXE, "申请书.pdf")})

    page = response.content.decode()
    assert response.status_code == 422
    assert "北京星野文化传媒有限公司" in page
    assert "slot__error" in page


def test_post_without_a_file_says_so(client, draft):
    response = client.post(url(draft), {}, headers=SCRIPT)

    assert response.status_code == 422


@pytest.mark.parametrize("headers", [SCRIPT, {}], ids=["script", "browser"])
def test_sixty_megabytes_are_refused_before_they_are_parsed(client, draft, headers, monkeypatch):
    from django.http.multipartparser import MultiPartParser

    def never(self):
        raise AssertionError("the body was parsed")

    monkeypatch.setattr(MultiPartParser, "parse", never)
    body = b"%PDF-1.4" + b"0" * (60 * 1024 * 1024)

    response = client.generic(
        "POST", url(draft), body, content_type="multipart/form-data; boundary=x", headers=headers
    )

    assert response.status_code == 413
    assert "20 MB" in response.content.decode()
    assert not StoredFile.objects.exists()


def test_file_a_little_over_the_limit_is_refused(client, draft, settings):
    settings.UPLOAD_MAX_BYTES = 64

    response = send(client, draft, b"%PDF-1.4" + b"0" * 100, "a.pdf")

    assert response.status_code == 422
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/简介.png", "简介.png"), ("C:\\Users\\lin\\简介.png", "简介.png"), ("a\x00\u202egnp.png", "agnp.png")],
)
def test_path_in_a_file_name_is_cut_off(client, draft, name, kept):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n'
        b"Content-Type: image/png\r\n\r\n" + world.PNG + b"\r\n--x--\r\n"
    )

    client.generic("POST", url(draft), body, content_type="multipart/form-data; boundary=x", headers=SCRIPT)

    file = StoredFile.objects.get()
    assert file.original_name == kept
    assert kept not in file.storage_key


@pytest.mark.rule("ACG-17.3")
def test_formats_are_those_of_the_rule(client, draft):
    page = client.get(reverse("application_form", args=[draft.case.key])).content.decode()

    registration = page[page.index('id="slot-registration_certificate"') :]
    assert "OFD" in registration[: registration.index("</form>")]
    profile = page[page.index('id="slot-profile"') :]
    assert "OFD" not in profile[: profile.index("</form>")]


@pytest.mark.rule("ACG-18")
def test_identity_paper_is_kept_encrypted(client, applicant, files_dir):
    application = applications.start(applicant, "person", on=world.SUBMITTED)
    picture = BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")

    send(client, application, picture.getvalue(), "身份证.png", slot="id_document")
    send(client, application, picture.getvalue(), "申请表.png", slot="person_form")

    sealed, plain = StoredFile.objects.order_by("pk")
    assert (sealed.encrypted, plain.encrypted) == (True, False)
    assert not (files_dir / sealed.storage_key).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("slot", ["nothing", "id_document", "withdrawal_letter"])
def test_slot_that_the_rules_do_not_name_does_not_exist(client, draft, slot):
    assert send(client, draft, world.PNG, "a.png", slot=slot).status_code == 404
    assert not StoredFile.objects.exists()


def test_nothing_is_uploaded_into_somebody_elses_application(client, draft):
    client.force_login(world.user())

    assert send(client, draft, world.PNG, "a.png").status_code == 404
    assert not StoredFile.objects.exists()


def test_nothing_is_uploaded_after_submission(client, applicant):
    application = world.submitted(applicant)
    before = StoredFile.objects.count()

    response = send(client, application, world.PNG, "a.png")

    assert response.status_code == 409
    assert "已提交" in response.content.decode()
    assert StoredFile.objects.count() == before


def test_upload_without_the_token_of_the_page_is_refused(applicant, draft):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(applicant)

    assert send(strict, draft, world.PNG, "a.png").status_code == 403
    assert not StoredFile.objects.exists()


def test_address_of_uploads_cannot_be_opened(client, draft):
    assert client.get(url(draft)).status_code == 405
