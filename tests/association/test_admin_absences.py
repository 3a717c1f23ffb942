"""Standing in at the desk: named by oneself, answered by the stand-in, seen by those whom it concerns."""

from datetime import date

import pytest
from django.urls import reverse

from association.models import Absence
from tests import world
from tests.desk import auditor, client_of, told

pytestmark = pytest.mark.django_db

LIST = reverse("admin:association_absence_changelist")
NAME = reverse("admin:association_absence_name")
TODAY = date(2026, 9, 14)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    world.found()


@pytest.fixture
def absent():
    return world.seated("membership_dept", roles=("finance",))


@pytest.fixture
def colleague():
    return world.seated("secretariat", roles=("finance",))


def typed(absent, stand_in, **changes):
    start = {"absent": absent.pk, "stand_in": stand_in.pk, "from_on": "2026-09-15", "last_on": "2026-09-18"}
    return start | changes


def page(row, name="change"):
    return reverse(f"admin:association_absence_{name}", args=[row.pk])


def test_from_naming_to_the_early_end(absent, colleague):
    mine, theirs = client_of(absent), client_of(colleague)
    assert mine.get(LIST).status_code == 200
    assert "指定代理人" in mine.get(NAME).content.decode()
    answer = mine.post(NAME, typed(absent, colleague, actions=["review"], note="出差"))
    row = Absence.objects.get()
    assert answer.url == page(row)
    assert "接受代理" not in mine.get(page(row)).content.decode()
    shown = theirs.get(page(row)).content.decode()
    assert "接受代理" in shown
    assert "2026年9月18日" in shown
    assert "审核" in shown
    theirs.post(page(row, "answer"), {"answer": "accept"})
    row.refresh_from_db()
    assert row.accepted_on == TODAY
    assert theirs.get(page(row, "end")).status_code == 200
    assert "代理已结束" in told(theirs.post(page(row, "end")))
    row.refresh_from_db()
    assert row.ended_from == date(2026, 9, 15)


def test_declined(absent, colleague):
    client_of(absent).post(NAME, typed(absent, colleague))
    row = Absence.objects.get()
    client_of(colleague).post(page(row, "answer"), {"answer": "decline"})
    row.refresh_from_db()
    assert row.declined_on == TODAY
    assert "已谢绝" in client_of(absent).get(page(row)).content.decode()


@pytest.mark.parametrize(
    "change",
    [{"last_on": "2026-09-14"}, {"last_on": "9999-12-31"}, {"from_on": "soon"}, {"stand_in": ""},
     {"stand_in": "99999"}, {"actions": ["rule_the_world"]}, {"from_on": "2026-09-01"}],
)  # fmt: skip
def test_wrong_input_is_said_and_nothing_kept(absent, colleague, change):
    answer = client_of(absent).post(NAME, typed(absent, colleague) | change)
    assert answer.status_code == 200
    assert not Absence.objects.exists()


def test_nobody_is_sent_away_by_a_colleague(absent, colleague):
    client_of(colleague).post(NAME, typed(absent, colleague))
    assert not Absence.objects.exists()


def test_the_secretary_general_chooses_anybody(absent, colleague):
    chief = world.seated("secretary_general")
    client_of(chief).post(NAME, typed(absent, colleague, note="病假"))
    row = Absence.objects.get()
    assert "由上级代为指定" in client_of(chief).get(page(row)).content.decode()


def test_a_stranger_finds_nothing_and_an_auditor_reads(absent, colleague):
    client_of(absent).post(NAME, typed(absent, colleague))
    row = Absence.objects.get()
    stranger = client_of(world.seated("secretariat", roles=("finance",)))
    for name in ("change", "answer", "end"):
        assert stranger.get(page(row, name)).status_code == 404
    assert str(absent) not in stranger.get(LIST).content.decode()
    reader = auditor()
    assert str(absent) in reader.get(LIST).content.decode()
    shown = reader.get(page(row)).content.decode()
    assert "接受代理" not in shown
    assert "现在结束" not in shown
    reader.post(page(row, "end"))
    reader.post(page(row, "answer"), {"answer": "accept"})
    row.refresh_from_db()
    assert (row.ended_from, row.accepted_on) == (None, None)


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_does_not_grow_in_queries(absent, colleague, n, django_assert_max_num_queries):
    client = client_of(absent)
    for month in range(n):
        days = {"from_on": f"2026-1{month}-01", "last_on": f"2026-1{month}-05"}
        client.post(NAME, typed(absent, colleague, **days))
    assert Absence.objects.count() == n
    with django_assert_max_num_queries(9):
        client.get(LIST)
