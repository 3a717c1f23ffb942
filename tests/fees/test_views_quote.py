"""«入会试算»."""

import pytest

from fees.views.quote import LIMIT
from tests import world

pytestmark = pytest.mark.django_db
URL = "/quote/"
COUNCIL = {"member": "unit.council", "starts_on": "2026-09-15"}


@pytest.fixture(autouse=True)
def _association(db):
    world.found()
    LIMIT.forget()


def text(response) -> str:
    return response.content.decode()


@pytest.mark.rule("ACG-30", "ACG-31.c")
def test_council_unit(client, clock):
    clock("2026-09-01")
    page = text(client.get(URL, COUNCIL))

    for words in (
        "¥16,666.67",
        "壹万陆仟陆佰陆拾陆元陆角柒分",
        "¥1,666.67",
        "5,000.00 × 4 / 12",
        "第三十条",
        "第三十一条",
        "/rules/acg/30/",
    ):
        assert words in page
    assert page.count('<td class="figures">¥5,000.00</td>') == 3


@pytest.mark.rule("ACG-17.1", "ACG-17.2", "ACG-17.3", "ACG-17.4")
def test_papers_and_steps_are_cited(client):
    page = text(client.get(URL, COUNCIL))

    for words in (
        "入会申请书",
        "行业自律公约",
        "登记证书副本",
        "申请单位简介",
        "第十七条第一项",
        "秘书长审定",
        "10 个工作日内",
    ):
        assert words in page


def test_first_visit_shows_the_lowest_tier_today(client, clock):
    clock("2026-09-15")
    page = text(client.get(URL))

    assert "¥666.67" in page
    assert 'value="2026-09-15"' in page


def test_parameters_of_the_api_are_understood(client):
    same = {"class": "unit", "tier": "council", "starts_on": "2026-09-15"}

    assert "¥16,666.67" in text(client.get(URL, same))


@pytest.mark.parametrize(
    "query",
    [
        COUNCIL | {"starts_on": "2024-05-19"},
        COUNCIL | {"starts_on": "soon"},
        COUNCIL | {"starts_on": ""},
        COUNCIL | {"starts_on": "2031-01-01"},
        COUNCIL | {"starts_on": "9999-12-31"},
        COUNCIL | {"member": "unit.duke"},
        COUNCIL | {"member": "unit"},
        COUNCIL | {"member": "\x00"},
    ],
)
def test_what_cannot_be_told_is_said_in_words(client, query):
    response = client.get(URL, query)

    assert response.status_code == 200
    assert "error-summary" in text(response)
    assert "quote__total" not in text(response)


def test_before_any_rulebook(client, clock):
    clock("2024-01-01")

    assert client.get(URL).status_code == 200


def test_queries_do_not_grow_with_the_years(client, django_assert_num_queries):
    client.get(URL, COUNCIL)
    for query in (COUNCIL, {"member": "person", "starts_on": "2026-09-15"}):
        with django_assert_num_queries(1):  # the profile, whose revision vouches for all else
            client.get(URL, query)


def test_who_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr(LIMIT, "per_minute", 1)

    assert [client.get(URL).status_code for _ in range(2)] == [200, 429]
