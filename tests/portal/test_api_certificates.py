"""GET /api/v1/certificates/{serial}, /rulebooks/{id}, the description and its page."""

from datetime import date

import pytest
from playwright.sync_api import expect

from members.models import Certificate
from members.models.party import PartyKind
from portal.api.site import LIMIT
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db):
    world.found()
    LIMIT.forget()


@pytest.fixture
def certificate():
    return world.registered()


def ask(client, serial):
    return client.get(f"/api/v1/certificates/{serial}")


@pytest.mark.rule("ACG-14")
def test_valid_certificate(client, clock, certificate):
    clock("2026-10-09")

    assert {k: v for k, v in ask(client, certificate.serial).json().items() if k != "citations"} == {
        "serial": certificate.serial,
        "status": "valid",
        "holder": "北京星野文化传媒有限公司",
        "number": "BACCA-000001",
        "title": "会员登记证书",
        "issuer": "北京二次元文化创意协会",
        "issued_on": "2026-09-29",
        "validity": {"from": "2026-09-15", "until": "2026-12-31"},
    }


def test_serial_is_read_as_people_type_it(client, clock, certificate):
    clock("2026-10-09")
    plain = certificate.serial.replace("-", "").lower()

    assert ask(client, plain).json()["serial"] == certificate.serial
    assert ask(client, f" {plain[:8]} {plain[8:]} ").status_code == 200


@pytest.mark.rule("ACG-14")
def test_every_status(client, clock, certificate):
    clock("2026-10-09")
    membership = certificate.membership

    def status() -> str:
        return ask(client, certificate.serial).json()["status"]

    type(membership).objects.update(suspended_from=date(2026, 10, 1))
    assert status() == "suspended"
    clock("2027-01-01")
    assert status() == "expired"
    type(membership).objects.update(until=date(2026, 12, 1))
    assert status() == "revoked"


def test_person_is_masked(client, clock, certificate):
    clock("2026-10-09")
    facts = certificate.facts | {"holder": "欧阳小星", "is_person": True}
    Certificate.objects.filter(pk=certificate.pk).update(facts=facts)
    type(certificate.membership.party).objects.update(kind=PartyKind.PERSON)

    answer = ask(client, certificate.serial)

    assert answer.json()["holder"] == "欧阳*"
    assert "小星" not in answer.content.decode()


@pytest.mark.parametrize(
    "serial", ["ABCD-EFGH-JKLM-NPQR", "x", "%00", "a/b/c", "%27%20OR%201=1", "证" * 40, "../../etc"]
)
def test_unknown_serial_is_a_404_in_json(client, serial):
    response = ask(client, serial)

    assert response.status_code == 404
    assert response.json() == {"detail": "没有这个编号的证书。"} or response.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/api/v1", "/api/v1/", "/api/v1/certificates/", "/api/v1/members", "/api/v1/quote/", "/api/v1/a/b/证"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_address_is_a_404_in_json(client, path, method):
    response = getattr(client, method)(path)

    assert response.status_code == 404
    assert response["Content-Type"].startswith("application/json")
    assert response.json() == {"detail": "这个地址没有内容。接口说明见 /api/v1/docs。"}


def test_other_method_is_a_405_in_json(client):
    response = client.post("/api/v1/quote")

    assert (response.status_code, response["Allow"]) == (405, "GET")
    assert response.json() == {"detail": "这个接口只能读取，请用 GET 请求。"}


@pytest.mark.rule("ACG-1")
def test_rulebook_in_force(client, clock):
    clock("2026-10-09")
    answer = client.get("/api/v1/rulebooks/acg").json()

    assert (answer["rulebook"], answer["version"], answer["effective_from"]) == ("acg", "acg/1-1", "2024-05-20")
    top = [article for article in answer["articles"] if article["parent"] is None]
    assert len(top) == 45
    assert top[29]["label"] == "第三十条"


def test_rulebook_not_in_force_is_a_404(client, clock):
    clock("2024-05-19")

    assert client.get("/api/v1/rulebooks/acg").status_code == 404
    assert client.get("/api/v1/rulebooks/gen3").status_code == 404


def test_description_names_what_can_go_wrong(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    codes = {path: sorted(methods["get"]["responses"]) for path, methods in paths.items()}
    assert codes == {
        "/api/v1/announcements": ["200", "429"],
        "/api/v1/announcements/{key}": ["200", "404", "429"],
        "/api/v1/quote": ["200", "422", "429"],
        "/api/v1/certificates/{serial}": ["200", "404", "429"],
        "/api/v1/rulebooks/{id}": ["200", "404", "429"],
    }
    parameters = {one["name"]: one["required"] for one in paths["/api/v1/quote"]["get"]["parameters"]}
    optional = ("tier", "grade", "registered_on", "rulebook", "details")
    assert parameters == {"class": True, "starts_on": True, **dict.fromkeys(optional, False)}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_documentation_page_loads_nothing_from_elsewhere(live_server, page):
    page.goto(f"{live_server.url}/api/v1/docs")
    page.get_by_text("/api/v1/quote").first.click()

    expect(page.get_by_text("starts_on").first).to_be_visible()
