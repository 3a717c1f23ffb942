"""The certificate: as a page, as PDF, as a picture, for its holder and for the office, for nobody else."""

from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from association.models import Job
from members.actions.registrations import RENDER
from members.models import Certificate, Membership
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-29")
    world.found()


@pytest.fixture
def owner():
    return world.user("owner@test.example")


@pytest.fixture
def certificate(owner) -> Certificate:
    return world.registered(world.noticed(world.submitted(owner)))


NAMES = ("certificate", "certificate_file", "certificate_picture")


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_anonymous_is_led_to_the_login_and_strangers_find_nothing(client, certificate):
    urls = [reverse(name, args=[certificate.serial]) for name in NAMES]

    assert [client.get(url).status_code for url in urls] == [302] * 3
    client.force_login(world.user())
    assert [client.get(url).status_code for url in urls] == [404] * 3


def test_staff_without_the_permission_find_nothing(client, certificate):
    client.force_login(world.seated("secretariat", roles=("finance",)))
    assert client.get(reverse("certificate_file", args=[certificate.serial])).status_code == 404

    client.force_login(world.seated("secretariat", roles=("secretariat",)))
    world.run_jobs()
    assert client.get(reverse("certificate_file", args=[certificate.serial])).status_code == 200


def test_unknown_serial_is_not_found(client, owner, certificate):
    client.force_login(owner)

    assert client.get(reverse("certificate", args=["ABCD-EFGH-JKLM-NPQR"])).status_code == 404


def test_while_it_is_being_drawn_the_page_says_so_and_asks_again(client, owner, certificate):
    client.force_login(owner)

    page = client.get(reverse("certificate", args=[certificate.serial])).content.decode()

    assert "正在制作证书" in page
    assert 'hx-trigger="every 2s"' in page
    for name in NAMES[1:]:
        response = client.get(reverse(name, args=[certificate.serial]))
        assert response["Location"] == reverse("certificate", args=[certificate.serial])


def test_when_the_worker_gave_up_the_page_stops_asking(client, owner, certificate):
    Job.objects.filter(kind=RENDER).update(failed_at=timezone.now())
    client.force_login(owner)

    page = client.get(reverse("certificate", args=[certificate.serial])).content.decode()

    assert "证书未能生成" in page
    assert "hx-trigger" not in page.split('id="certificate"', 1)[1].split("</div>", 1)[0]


@pytest.mark.rule("ACG-22.a", "ACG-23", "ACG-13.p1")
def test_pdf_is_downloaded_and_says_who_is_registered(client, owner, certificate):
    world.run_jobs()
    client.force_login(owner)

    response = client.get(reverse("certificate_file", args=[certificate.serial]))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    text = "".join(pypdfium2.PdfDocument(body(response))[0].get_textpage().get_text_range().split())
    assert "北京星野文化传媒有限公司" in text
    assert "BACCA-000001" in text
    assert "不得涂改、出借、出租或转让" in text


def test_picture_is_as_wide_as_a_phone_needs(client, owner, certificate):
    world.run_jobs()
    client.force_login(owner)
    url = reverse("certificate_picture", args=[certificate.serial])

    shown, saved = client.get(url), client.get(f"{url}?download")

    assert Image.open(BytesIO(body(shown))).size == (1240, 877)
    assert shown["Content-Disposition"].startswith("inline")
    assert saved["Content-Disposition"].startswith("attachment")
    assert shown["Cache-Control"] == "private, no-store"


def test_page_shows_picture_and_status(client, owner, certificate):
    world.run_jobs()
    client.force_login(owner)
    url = reverse("certificate", args=[certificate.serial])

    page = client.get(url).content.decode()

    assert "有效" in page
    assert reverse("certificate_picture", args=[certificate.serial]) in page
    assert "2026年12月31日" in page
    assert "every 2s" not in page


@pytest.mark.rule("ACG-14")
def test_suspension_is_said_on_the_page(client, owner, certificate):
    Membership.objects.filter(pk=certificate.membership_id).update(suspended_from=date(2026, 9, 29))
    client.force_login(owner)

    assert "暂停" in client.get(reverse("certificate", args=[certificate.serial])).content.decode()


def test_suspension_that_is_over_is_not_said(client, owner, certificate):
    Membership.objects.filter(pk=certificate.membership_id).update(
        suspended_from=date(2026, 9, 20), suspended_until=date(2026, 9, 29)
    )
    client.force_login(owner)

    assert "暂停" not in client.get(reverse("certificate", args=[certificate.serial])).content.decode()


def test_lower_case_serial_finds_it(client, owner, certificate):
    client.force_login(owner)

    assert client.get(reverse("certificate", args=[certificate.serial.lower()])).status_code == 200
