"""Penalties on record at the desk: entered with their source, read by every check at once."""

from datetime import date

import pytest
from django.urls import reverse

from admissions import queries as reads
from credit.models import PenaltyRecord
from tests import world
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db

NEW = "admin:credit_penaltyrecord_new"
LIST = "admin:credit_penaltyrecord_changelist"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-16")
    world.found()


def penalty(**changes):
    return {
        "who": world.USCC,
        "kind": "administrative_penalty",
        "authority": "北京市海淀区市场监督管理局",
        "document": "京海市监罚〔2025〕12号",
        "decided_on": "2025-05-20",
        "source": "国家企业信用信息公示系统，2026年9月16日",
        **changes,
    }


def clean(application):
    return next(one for one in reads.checks(application, world.REVIEWED) if one.rule_id == "no_penalty_3y").decision


@pytest.mark.rule("ACG-7.p2")
def test_penalty_shows_at_once_in_the_check_of_a_running_application():
    application = world.submitted()
    assert clean(application).passed

    desk().post(reverse(NEW), penalty())

    assert not clean(application).passed
    row = PenaltyRecord.objects.get()
    assert row.recorded_by is not None
    assert row.recorded_on == date(2026, 9, 16)


@pytest.mark.rule("ACG-7.p2")
def test_revoked_penalty_does_not_count_and_stays_readable():
    application = world.submitted()
    client = desk()
    client.post(reverse(NEW), penalty())
    row = PenaltyRecord.objects.get()
    address = reverse("admin:credit_penaltyrecord_revoke", args=[row.pk])

    early = client.post(address, {"revoked_on": "2025-01-01"})
    client.post(address, {"revoked_on": "2026-09-01"})
    again = client.post(address, {"revoked_on": "2026-09-02"})

    assert "2025年5月20日" in told(early)
    assert "2026年9月1日" in told(again)
    assert clean(application).passed
    assert "北京市海淀区市场监督管理局" in client.get(reverse(LIST)).content.decode()


def test_two_clicks_are_one_penalty():
    world.submitted()
    client = desk()

    client.post(reverse(NEW), penalty())
    client.post(reverse(NEW), penalty())

    assert PenaltyRecord.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"who": "没有这个单位"},
        {"who": ""},
        {"decided_on": "2027-01-01"},
        {"decided_on": "昨天"},
        {"authority": "  "},
        {"source": ""},
        {"kind": "gossip"},
    ],
    ids=str,
)
def test_what_cannot_be_a_record_is_told_and_nothing_typed_is_lost(wrong):
    world.submitted()

    answer = desk().post(reverse(NEW), penalty(**wrong))

    assert answer.status_code == 200
    assert "京海市监罚〔2025〕12号" in answer.content.decode()
    assert not PenaltyRecord.objects.exists()


def test_same_name_twice_asks_for_the_code():
    world.submitted()
    world.submitted(uscc=world.USCC_OTHER)

    answer = desk().post(reverse(NEW), penalty(who="北京星野文化传媒有限公司"))

    assert "error-summary" in answer.content.decode()
    assert not PenaltyRecord.objects.exists()


@pytest.mark.parametrize("somebody", [auditor, finance], ids=["auditor", "finance"])
def test_only_the_secretariat_enters_penalties(somebody):
    world.submitted()

    assert somebody().post(reverse(NEW), penalty()).status_code == 403
    assert not PenaltyRecord.objects.exists()


@pytest.mark.parametrize("name", ["penaltyrecord", "ban", "dishonestyentry"])
def test_lists_are_read_and_never_edited(name):
    client = auditor()

    assert client.get(reverse(f"admin:credit_{name}_changelist")).status_code == 200
    assert desk().post(reverse(f"admin:credit_{name}_add")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_list_reads_as_much_for_three_as_for_one(count, django_assert_num_queries):
    world.submitted()
    client = desk()
    for number in range(count):
        client.post(reverse(NEW), penalty(document=f"罚{number}号"))
    client.get(reverse(LIST))

    with django_assert_num_queries(7):
        assert client.get(reverse(LIST)).content.decode().count("罚") >= count
