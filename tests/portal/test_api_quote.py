"""GET /api/v1/quote: exact shape, wrong parameters by name, kept answers."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, given, settings, strategies

from association import queries
from association.actors import SYSTEM
from association.rulebook import load, preset_text
from fees.actions import standards
from fees.quotes import Unquotable, quote
from portal.api.site import LIMIT
from portal.demo.plans import ACG
from tests import world

URL = "/api/v1/quote"
COUNCIL = {"class": "unit", "tier": "council", "starts_on": "2026-09-15"}


@pytest.fixture(autouse=True)
def _association(db):
    world.found()
    LIMIT.forget()


@pytest.mark.rule("ACG-30", "ACG-31.c")
def test_council_unit_is_quoted_to_the_end_of_the_term(client):
    answer = client.get(URL, COUNCIL).json()

    assert list(answer) == ["rulebook", "version", "currency", "lines", "total"]
    assert (answer["rulebook"], answer["version"], answer["currency"]) == ("acg", "acg/1-1", "CNY")
    assert [(line["year"], line["amount"], line["months"], line["formula"]) for line in answer["lines"]] == [
        (2026, "1666.67", 4, "5,000.00 × 4 / 12"),
        (2027, "5000.00", 12, "5,000.00"),
        (2028, "5000.00", 12, "5,000.00"),
        (2029, "5000.00", 12, "5,000.00"),
    ]
    assert answer["total"] == "16666.67"


@pytest.mark.rule("ACG-30")
def test_line_cites_its_articles_word_by_word(client):
    line = client.get(URL, COUNCIL).json()["lines"][0]

    assert (line["due_on"], line["due_event"]) == (None, "registration.requested")
    assert line["citations"][0] == {
        "document": "acg",
        "article": "30",
        "label": "第三十条",
        "text": load(preset_text("acg")).article("30").text,
        "basis": "interpretation",
    }
    assert {citation["document"] for citation in line["citations"]} == {"acg"}


@pytest.mark.rule("ACG-30")
@pytest.mark.parametrize(
    ("query", "total"),
    [
        ({"class": "unit", "tier": "member", "starts_on": "2026-09-15"}, "666.67"),
        ({"class": "person", "starts_on": "2026-09-15"}, "66.67"),
        ({"class": "person", "starts_on": "2026-09-15", "registered_on": "2027-01-05"}, "266.67"),
        ({"class": "employee", "starts_on": "2026-09-15"}, "0.00"),
    ],
)
def test_totals(client, query, total):
    assert client.get(URL, query).json()["total"] == total


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ({}, ["class", "starts_on"]),
        ({"class": "unit", "tier": "council"}, ["starts_on"]),
        ({"class": "unit", "starts_on": "2026-09-15"}, ["tier"]),
        ({"class": "guild", "starts_on": "2026-09-15"}, ["class"]),
        (COUNCIL | {"tier": "duke"}, ["tier"]),
        (COUNCIL | {"class": "person"}, ["tier"]),
        (COUNCIL | {"starts_on": "20260915"}, ["starts_on"]),
        (COUNCIL | {"starts_on": "2026-02-30"}, ["starts_on"]),
        (COUNCIL | {"starts_on": "2026-09-15T00:00:00"}, ["starts_on"]),
        (COUNCIL | {"starts_on": "2024-05-19"}, ["starts_on"]),
        (COUNCIL | {"starts_on": "2030-01-01"}, ["starts_on"]),
        (COUNCIL | {"starts_on": "9999-12-31"}, ["starts_on"]),
        (COUNCIL | {"registered_on": "2026-09-14"}, ["registered_on"]),
        (COUNCIL | {"registered_on": "2099-09-14"}, ["registered_on"]),
        (COUNCIL | {"class": "x" * 65}, ["class"]),
        (COUNCIL | {"started_on": "2026-09-15"}, ["started_on"]),
        (COUNCIL | {"starts_on": ["2026-09-15", "2026-10-15"]}, ["starts_on"]),
        (COUNCIL | {"starts_on": ["2026-09-15", "2026-09-15"], "class": ["unit", "unit"]}, ["class", "starts_on"]),
    ],
)
def test_wrong_parameter_is_named(client, query, parameters):
    response = client.get(URL, query)

    assert response.status_code == 422
    answer = response.json()
    assert [error["parameter"] for error in answer["errors"]] == parameters
    assert answer["detail"] == answer["errors"][0]["message"]
    assert all(error["message"] and not error["message"].isascii() for error in answer["errors"])


@given(
    strategies.dictionaries(
        strategies.sampled_from(["class", "tier", "starts_on", "registered_on"]),
        strategies.one_of(
            strategies.text(max_size=12), strategies.sampled_from(["unit", "council", "person", "2026-09-15"])
        ),
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_breaks_it(client, query):
    LIMIT.forget()

    assert client.get(URL, query).status_code in (200, 422)


def test_the_same_question_is_answered_by_one_read(client, django_assert_num_queries, monkeypatch):
    first = client.get(URL, COUNCIL)
    reads = []
    read = queries._read_revision
    monkeypatch.setattr(queries, "_read_revision", lambda: reads.append(1) or read())

    with django_assert_num_queries(0):  # but for the read of the revision, which goes by the driver itself
        again = client.get(URL, COUNCIL)

    assert len(reads) == 1
    assert again.content == first.content
    assert again.headers["Content-Type"] == "application/json; charset=utf-8"
    assert again.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_is_opened_anew(client):
    before = client.get(URL, COUNCIL).content
    lost = connection.connection.info.backend_pid
    other = connection.copy("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [lost])
    other.close()

    assert client.get(URL, COUNCIL).content == before
    assert connection.connection.info.backend_pid != lost


def test_new_standard_is_seen_at_once(client):
    assert client.get(URL, COUNCIL).json()["total"] == "16666.67"

    resolution = world.fee_resolution(on=date(2026, 9, 1))
    dearer = {**ACG.amounts, ("unit", "council"): Decimal(6000)}
    standard = standards.draft("会费标准（2026）", dearer, effective_from=date(2026, 9, 1))
    standards.activate(standard, resolution, by=SYSTEM, on=date(2026, 9, 1))

    assert client.get(URL, COUNCIL).json()["total"] == "20000.00"


def test_who_asks_too_often_waits(client, monkeypatch):
    monkeypatch.setattr(LIMIT, "per_minute", 3)
    codes = [client.get(URL, COUNCIL).status_code for _ in range(4)]

    assert codes == [200, 200, 200, 429]
    refused = client.get(URL, COUNCIL)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["detail"]
    assert client.get(URL, COUNCIL, REMOTE_ADDR="10.0.0.7").status_code == 200


def test_other_processes_count_too(client, monkeypatch):
    monkeypatch.setattr(LIMIT, "per_minute", 3)
    monkeypatch.setattr(LIMIT, "step", 1)
    for _ in range(3):
        client.get(URL, COUNCIL)
    LIMIT.forget()  # as a process that has not been asked yet

    assert client.get(URL, COUNCIL).status_code == 429
    cache.clear()
    LIMIT.forget()
    assert client.get(URL, COUNCIL).status_code == 200


def test_proxy_is_trusted_only_as_far_as_told(client, monkeypatch, settings):
    monkeypatch.setattr(LIMIT, "per_minute", 1)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def ask(forwarded: str) -> int:
        return client.get(URL, COUNCIL, headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("1.2.3.4, 9.9.9.9"), ask("5.6.7.8, 9.9.9.9"), ask("9.9.9.9, 5.6.7.8")] == [200, 429, 200]


def test_quote_without_a_rulebook_says_so(db, monkeypatch):
    monkeypatch.setattr(queries, "adoptions", lambda registry="": ())

    with pytest.raises(Unquotable) as caught:
        quote("unit", "council", date(2026, 9, 15))
    assert caught.value.parameter == "starts_on"
    assert caught.value.decision.reasons[0].code == "no_rulebook"
