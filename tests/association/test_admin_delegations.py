"""Delegations at the desk: what is missing today, granted under a resolution, revoked with a reason."""

from datetime import date

import pytest
from django.urls import reverse

from association.actions import delegations
from association.actors import SYSTEM
from association.models import Body, Delegation
from portal.demo import loader
from portal.demo.plans import PLANS
from tests.adopted import resolved
from tests.desk import auditor, desk, finance, told

pytestmark = [pytest.mark.django_db, pytest.mark.rule("PROP-6.3")]

LIST = reverse("admin:association_delegation_changelist")
GRANT = reverse("admin:association_delegation_grant")
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    loader.found(PLANS["property"])
    Delegation.objects.all().delete()


def typed(**changes):
    resolution = changes.pop("resolution", None) or resolved("council", date(2026, 11, 2))
    start = {"what": "council.secretariat.admission", "resolution": resolution.pk, "from_on": "2026-11-10"}
    return start | {"last_on": "2027-05-31", "case": ""} | changes


def page(row, name="change"):
    return reverse(f"admin:association_delegation_{name}", args=[row.pk])


def granted(until=date(2027, 6, 1)):
    return delegations.grant(
        resolved("council", date(2026, 11, 2)),
        from_body=Body.objects.get(key="council"),
        to_body=Body.objects.get(key="secretariat"),
        kind="admission",
        from_on=date(2026, 11, 10),
        until=until,
        by=SYSTEM,
        on=TODAY,
    )


def test_list_says_what_is_not_delegated_today():
    client = desk()
    before = client.get(LIST).content.decode()
    granted()
    after = client.get(LIST).content.decode()
    assert "今日没有有效授权" in before
    assert "今日没有有效授权" not in after
    assert "2027年5月31日" in after


def test_granted_by_its_last_day():
    client = desk()
    assert client.get(GRANT).status_code == 200
    answer = client.post(GRANT, typed())
    row = Delegation.objects.get()
    assert (row.from_on, row.until) == (date(2026, 11, 10), date(2027, 6, 1))
    shown = client.get(answer.url).content.decode()
    assert "理事会" in shown
    assert "第六条（三）" in shown


def test_wrong_input_is_said_and_nothing_kept():
    client = desk()
    upside_down = client.post(GRANT, typed(last_on="2026-11-09")).content.decode()
    early = client.post(GRANT, typed(from_on="2026-11-01"))
    empty = client.post(GRANT, {})
    assert "最后一日不得早于起始日" in upside_down
    assert "2026年11月2日" in told(early)
    assert empty.status_code == 200
    assert not Delegation.objects.exists()


def test_same_resolution_twice_is_told():
    client = desk()
    data = typed()
    client.post(GRANT, data)
    assert "已经登记过" in told(client.post(GRANT, data))
    assert Delegation.objects.count() == 1


def test_revoked_with_a_reason_once():
    row = granted()
    client = desk()
    assert client.get(page(row, "revoke")).status_code == 200
    client.post(page(row, "revoke"), {"until": "2026-11-20", "note": ""})
    assert Delegation.objects.on(TODAY).exists()
    client.post(page(row, "revoke"), {"until": "2026-11-20", "note": "理事会收回。"})
    again = client.post(page(row, "revoke"), {"until": "2026-11-20", "note": "再来。"})
    assert not Delegation.objects.on(TODAY).exists()
    assert "已经终止" in told(again)
    shown = client.get(page(row)).content.decode()
    assert "理事会收回。" in shown
    assert "2026年11月19日" in shown


@pytest.mark.parametrize(("view", "there"), [("now", False), ("all", True), ("odd", False)])
def test_views(view, there):
    row = granted(until=date(2026, 11, 20))
    assert (page(row) in desk().get(LIST, {"view": view}).content.decode()) is there


def test_who_may_look_and_who_may_act():
    row = granted()
    assert auditor().get(page(row)).status_code == 200
    assert "撤销</a>" not in auditor().get(page(row)).content.decode()
    for client in (auditor(), finance()):
        assert client.get(GRANT).status_code == 403
        assert client.post(page(row, "revoke"), {"until": "2026-11-20", "note": "x"}).status_code == 403
    assert finance().get(LIST).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_list_reads_as_much_for_three_as_for_one(count, django_assert_num_queries):
    for _ in range(count):
        granted()
    client = desk()
    client.get(LIST)
    with django_assert_num_queries(8):
        client.get(LIST)
