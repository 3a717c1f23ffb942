"""The public verification page: what it says, what it keeps to itself, what it withstands."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies

from association.rules.serials import read_serial
from members.models import Certificate
from members.models.party import PartyKind
from members.views.verify import LIMIT
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db):
    world.found()
    LIMIT.forget()


@pytest.fixture
def certificate(clock):
    found = world.registered()
    clock("2026-10-09")
    return found


def ask(client, typed, **kwargs):
    return client.get(reverse("verify"), {"q": typed}, **kwargs)


@pytest.mark.rule("ACG-14")
def test_certificate_says_that_it_is_valid(client, certificate):
    page = client.get(f"/verify/{certificate.serial}/").content.decode()

    for words in ("status--done", "有效", "北京星野文化传媒有限公司", "BACCA-000001", "2026年12月31日", "会员单位"):
        assert words in page
    assert world.USCC not in page


@pytest.mark.rule("ACG-14")
@pytest.mark.parametrize(
    ("change", "tone"),
    [({"suspended_from": date(2026, 10, 1)}, "waiting"), ({"until": date(2026, 10, 1)}, "stopped")],
)
def test_certificate_that_does_not_hold_says_so(client, certificate, change, tone):
    type(certificate.membership).objects.update(**change)

    page = client.get(f"/verify/{certificate.serial}/").content.decode()

    assert f"verdict--{tone}" in page
    assert "verdict--done" not in page


def test_certificate_that_has_run_out_says_so(client, clock, certificate):
    clock("2027-01-01")

    assert "verdict--neutral" in client.get(f"/verify/{certificate.serial}/").content.decode()


def test_typed_serial_leads_to_the_certificate(client, certificate):
    response = ask(client, certificate.serial.replace("-", "").lower())

    assert response.status_code == 302
    assert response.url == f"/verify/{certificate.serial}/"


@pytest.mark.rule("ACG-14")
def test_number_shows_the_standing(client, certificate):
    page = ask(client, " bacca-000001 ").content.decode()

    assert "verdict--done" in page
    assert "北京星野文化传媒有限公司" in page
    assert certificate.serial not in page


@pytest.mark.rule("ACG-14")
def test_number_of_a_suspended_member(client, certificate):
    type(certificate.membership).objects.update(suspended_from=date(2026, 10, 1))

    page = ask(client, "BACCA-000001").content.decode()

    assert "verdict--waiting" in page
    assert "权利" in page
    assert "暂停" in page


@pytest.mark.rule("ACG-13.p2")
def test_number_with_a_suffix_resolves_to_the_member(client, certificate):
    assert "BACCA-000001" in ask(client, "BACCA-000001-2").content.decode()


def test_number_before_registration_names_nobody(client, clock):
    world.noticed()
    clock("2026-09-22")

    page = ask(client, "BACCA-000001").content.decode()

    assert "verdict--waiting" in page
    assert "星野" not in page


def test_persons_are_masked(client, certificate):
    party = certificate.membership.party
    type(party).objects.update(kind=PartyKind.PERSON, name="张三丰")
    facts = certificate.facts | {"holder": "张三丰", "is_person": True}
    Certificate.objects.filter(pk=certificate.pk).update(facts=facts)

    for page in (client.get(f"/verify/{certificate.serial}/"), ask(client, "BACCA-000001")):
        assert "张*" in page.content.decode()
        assert "三丰" not in page.content.decode()


@pytest.mark.parametrize(
    "typed", ["ABCD-EFGH-JKLM-NPQR", "BACCA-999999", "<script>alert(1)</script>", "' OR 1=1", "../../x", "证书" * 200]
)
def test_invented_one_is_plainly_not_valid(client, typed):
    response = ask(client, typed)

    page = response.content.decode()
    assert response.status_code == 404
    assert "查无此证" in page
    assert "verdict--stopped" in page
    assert "<script>alert" not in page


@given(strategies.text(max_size=80))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_input_breaks_it(client, typed):
    LIMIT.forget()

    assert ask(client, typed).status_code in (200, 404)
    if typed.strip("/") and "\n" not in typed:
        assert client.get(reverse("verify_certificate", args=[typed])).status_code == 404


def test_empty_form(client):
    response = client.get("/verify/")

    assert response.status_code == 200
    assert "no-cache" in response.headers["Cache-Control"]


def test_who_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr(LIMIT, "per_minute", 2)

    assert [ask(client, "x").status_code for _ in range(3)] == [404, 404, 429]


def test_certificate_page_reads_little(client, certificate, django_assert_num_queries):
    client.get(f"/verify/{certificate.serial}/")

    with django_assert_num_queries(2):  # the certificate with what hangs on it; the association's profile
        client.get(f"/verify/{certificate.serial}/")


@pytest.mark.parametrize(
    ("typed", "serial"),
    [
        ("abcdefghjklmnpqr", "ABCD-EFGH-JKLM-NPQR"),
        (" ABCD EFGH—JKLM－NPQR ", "ABCD-EFGH-JKLM-NPQR"),
        ("ＡＢＣＤ-EFGH-JKLM-NPQR", "ABCD-EFGH-JKLM-NPQR"),
        ("ABCD-EFGH-JKLM-NPQ", None),
        ("ABCD-EFGH-JKLM-NPQé", None),
        ("", None),
        ("A" * 65, None),
    ],
)
def test_serial_as_typed(typed, serial):
    assert read_serial(typed) == serial
