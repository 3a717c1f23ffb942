"""Roles begin and end on days, by a person's decision; nobody grants more than they have, or touches their own."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from association import roles
from association.actions import accounts
from association.actions import roles as granting
from association.actors import SYSTEM, Actor
from association.decisions import Refused
from association.models import Body, DecisionRecord, RoleGrant, User
from tests import world

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 15)
HEAD = "secretary_general"


@pytest.fixture(autouse=True)
def _clock(clock):
    clock(ON)


def having(*held: str, **fields) -> User:
    person = world.user(is_staff=bool(held), **fields)
    world.give(person, *held)
    world.second_factor(person)
    return fresh(person)


def fresh(user: User) -> User:
    """As the next request reads the account: rights are kept with the object."""
    return User.objects.get(pk=user.pk)


def acting(user: User) -> Actor:
    return Actor.officer(fresh(user))


def code(refused) -> set[str]:
    return {reason.code for reason in refused.value.decision.reasons if reason.outcome == "fail"}


def test_a_role_gives_its_rights_from_its_first_day_to_its_last(clock):
    person, head = having(), having(HEAD)
    assert not person.is_staff

    granting.grant(person, "secretariat", from_on=ON, until=date(2026, 10, 1), by=acting(head), on=ON)

    for day, has in ((ON, True), (date(2026, 9, 30), True), (date(2026, 10, 1), False)):
        clock(day)
        assert fresh(person).has_perm("association.view_case") is has, day
    assert fresh(person).is_staff  # the desk stays closed to who has no role: tests/portal/test_roles.py


def test_a_role_that_begins_later_gives_nothing_before(clock):
    person, head = having(), having(HEAD)
    granting.grant(person, "legal_adviser", from_on=date(2026, 10, 1), by=acting(head), on=ON)
    clock(date(2026, 9, 30))
    assert not fresh(person).has_perm("credit.view_ban")
    clock(date(2026, 10, 1))
    assert fresh(person).has_perm("credit.view_ban")


def test_without_second_factor_no_role_gives_anything():
    person = world.user()
    world.give(person, "secretariat")
    assert not fresh(person).has_perm("association.view_case")
    world.second_factor(person)
    assert fresh(person).has_perm("association.view_case")


def test_a_closed_account_has_no_rights():
    person, head = having("secretariat"), having(HEAD)
    accounts.change(person, wanted={"is_active": False}, note="离任", by=acting(head), on=ON)
    assert not fresh(person).has_perm("association.view_case")


def test_a_seat_gives_its_role_while_it_is_held(clock):
    world.found()
    member = having()
    seat = world.bodies.seat(member, Body.objects.filter(kind="council").first(), on=ON)
    assert fresh(member).has_perm("association.view_resolution")
    assert not fresh(member).has_perm("association.add_resolution")
    assert [held.role.key for held in roles.held_on(member, ON)] == ["council_member"]

    world.bodies.unseat(seat, until=ON + timedelta(1))
    clock(ON + timedelta(1))
    assert not fresh(member).has_perm("association.view_resolution")


def test_the_record_says_who_gave_what_and_why():
    person, head = having(), having(HEAD)
    grant = granting.grant(person, "expert", from_on=ON, note="评审工作", by=acting(head), on=ON)
    ended = granting.end(grant, until=ON, note="误授予", by=acting(head), on=ON)

    assert grant.decision.actor == ended.ending.actor == head
    assert [r.code for r in grant.decision.decision.reasons] == ["role_granted", "account_reason"]
    assert ended.ending.reasons[1]["facts"] == {"note": "误授予"}
    assert not fresh(person).has_perm("association.view_adoption")  # ended on its first day: it gave nothing
    assert DecisionRecord.objects.filter(kind__startswith="role.", actor=head).count() == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"role": "king"}, "role_not_granted"),
        ({"role": "council_member"}, "role_not_granted"),
        ({"from_on": ON - timedelta(1)}, "role_backdated"),
        ({"until": ON}, "role_disordered"),
        ({"role": "finance"}, "role_beyond_own"),
    ],
)
def test_what_is_not_granted(given, expected):
    person, head = having(), having(HEAD)
    wanted = {"role": "expert", "from_on": ON, "until": None} | given
    before = DecisionRecord.objects.count()
    with pytest.raises(Refused) as refused:
        granting.grant(person, wanted.pop("role"), **wanted, by=acting(head), on=ON)
    assert code(refused) == {expected}
    assert DecisionRecord.objects.count() == before
    assert not RoleGrant.objects.filter(user=person).exists()


def test_a_superuser_grants_what_the_secretary_general_may_not():
    admin = having(is_superuser=True)
    assert granting.grant(having(), "finance", from_on=ON, by=acting(admin), on=ON).role == "finance"


@pytest.mark.parametrize("who", ["secretariat", "auditor", "finance"])
def test_other_roles_grant_nothing(who):
    with pytest.raises(Refused) as refused:
        granting.grant(having(), "expert", from_on=ON, by=acting(having(who)), on=ON)
    assert code(refused) == {"not_yours_to_grant"}


def test_nobody_changes_their_own_roles():
    head, other = having(HEAD), having(HEAD)
    with pytest.raises(Refused) as refused:
        granting.grant(head, "expert", from_on=ON, by=acting(head), on=ON)
    assert code(refused) == {"own_roles"}
    with pytest.raises(Refused) as refused:
        granting.end(head.role_grants.get(), until=ON, note="x", by=acting(head), on=ON)
    assert code(refused) == {"own_roles"}
    assert granting.end(head.role_grants.get(), until=ON, note="换届", by=acting(other), on=ON).until == ON


def test_the_same_role_is_not_held_twice_at_once_but_again_later():
    person, head = having(), having(HEAD)
    first = granting.grant(person, "expert", from_on=ON, until=date(2026, 10, 1), by=acting(head), on=ON)
    with pytest.raises(Refused) as refused:
        granting.grant(person, "expert", from_on=date(2026, 9, 30), by=acting(head), on=ON)
    assert code(refused) == {"role_held_already"}
    granting.grant(person, "expert", from_on=date(2026, 10, 1), by=acting(head), on=ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=person, role="expert", from_on=date(2026, 9, 20), decision=first.decision)


def test_a_grant_is_not_edited_or_deleted():
    grant = having("secretariat").role_grants.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.filter(pk=grant.pk).update(role="finance")
    with pytest.raises(IntegrityError), transaction.atomic():
        grant.delete()


def test_an_end_is_recorded_once_with_a_reason_and_a_day_to_come():
    head, grant = having(HEAD), having("secretariat").role_grants.get()
    for until, note, expected in ((ON - timedelta(1), "x", "role_end_day"), (ON, " ", "reason_missing")):
        with pytest.raises(Refused) as refused:
            granting.end(grant, until=until, note=note, by=acting(head), on=ON)
        assert code(refused) == {expected}
    granting.end(grant, until=ON + timedelta(30), note="调岗", by=acting(head), on=ON)
    with pytest.raises(Refused) as refused:
        granting.end(grant, until=ON, note="再", by=acting(head), on=ON)
    assert code(refused) == {"role_ended_already"}


def test_the_last_secretary_general_stays():
    head, admin = having(HEAD), having(is_superuser=True)
    grant = head.role_grants.get()
    successor = having()
    limited = granting.grant(
        successor, HEAD, from_on=ON, until=ON + timedelta(90), by=acting(admin), on=ON
    )  # who leaves again on a known day is no successor
    with pytest.raises(Refused) as refused:
        granting.end(grant, until=ON, note="换届", by=acting(admin), on=ON)
    assert code(refused) == {"last_secretary_general"}
    granting.grant(successor, HEAD, from_on=limited.until, by=acting(admin), on=ON)
    assert granting.end(grant, until=limited.until, note="换届", by=acting(admin), on=ON).ending


def test_the_account_of_the_only_secretary_general_is_not_closed():
    head, admin = having(HEAD), having(is_superuser=True)
    for wanted in ({"is_active": False}, {"is_staff": False}):
        with pytest.raises(Refused) as refused:
            accounts.change(head, wanted=wanted, note="x", by=acting(admin), on=ON)
        assert code(refused) == {"last_secretary_general"}
    having(HEAD)
    assert not accounts.change(head, wanted={"is_active": False}, note="离任", by=acting(admin), on=ON).is_active


def test_the_last_superuser_stays():
    one, two = having(is_superuser=True), having(is_superuser=True)
    accounts.change(two, wanted={"is_superuser": False}, note="不再需要", by=acting(one), on=ON)
    for wanted in ({"is_superuser": False}, {"is_active": False}):
        with pytest.raises(Refused) as refused:
            accounts.change(one, wanted=wanted, note="x", by=SYSTEM, on=ON)
        assert code(refused) == {"last_superuser"}


def test_only_a_superuser_touches_a_superuser_and_nobody_themselves():
    head, admin = having(HEAD), having(is_superuser=True)
    cases = (
        (admin, {"is_active": False}, head, "superuser_by_superuser"),
        (having(), {"is_superuser": True}, head, "superuser_by_superuser"),
        (admin, {"is_active": False}, admin, "own_account"),
        (having(), {"is_active": False}, having("secretariat"), "accounts_not_yours"),
        (having(), {"is_active": True}, head, "nothing_to_change"),
    )
    for user, wanted, by, expected in cases:
        with pytest.raises(Refused) as refused:
            accounts.change(user, wanted=wanted, note="x", by=acting(by), on=ON)
        assert code(refused) == {expected}
    assert not DecisionRecord.objects.filter(kind="account.changed").exists()


def test_groups_left_from_before_give_nothing():
    """Only dated grants do: a group that somebody puts an account into behind the pages opens nothing."""
    person = having()
    person.groups.add(Group.objects.get(name="secretariat"))
    assert not fresh(person).has_perm("association.view_case")
