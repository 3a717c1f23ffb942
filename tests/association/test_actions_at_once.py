"""Two of the staff at the same moment, on PostgreSQL: numbers, lost logins, codes, roles, absences."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from association import clock as days
from association import ports
from association.actions import absences, accounts, interim, mobiles, official_notices, recovery
from association.actions import roles as granting
from association.actors import Actor
from association.channels import codes
from association.models import (
    Absence,
    DecisionRecord,
    DocumentNumber,
    Job,
    MobileCode,
    OfficialNotice,
    RecoveryRequest,
    RoleGrant,
    User,
)
from tests import world
from tests.adopted import resolved
from tests.association.test_actions_interim import MEETING, Suspensions, taken
from tests.association.test_actions_official_notices import drafted, issued, series, signed, typed
from tests.association.test_actions_official_notices import officer as clerk
from tests.association.test_actions_recovery import by, confirmed, proposed, released
from tests.at_once import PAUSE, at_once, kinds, meet_after

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

ON = date(2026, 9, 15)
HEAD = "secretary_general"
NUMBER = "+8613800001234"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(f"{ON} 10:00:00")
    world.found()


def having(*held: str, **fields: Any) -> User:
    person = world.user(is_staff=bool(held), **fields)
    world.give(person, *held)
    world.second_factor(person)
    return person


def acting(user: User) -> Actor:
    """Whoever asked a page a moment ago, which read what they may."""
    read = User.objects.get(pk=user.pk)
    read.get_all_permissions()
    return Actor.officer(read)


# numbers of official documents


def test_issued_at_once_the_numbers_are_consecutive():
    run = series()
    notices = [signed(run) for _ in range(6)]
    hands = [clerk() for _ in notices]
    outcomes = at_once(
        *(partial(official_notices.issue, each, by=hand, on=ON) for each, hand in zip(notices, hands, strict=True))
    )
    assert kinds(outcomes) == ["done"] * 6
    assert sorted(DocumentNumber.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert OfficialNotice.objects.filter(number__isnull=False).count() == 6


def test_one_that_fails_midway_leaves_no_gap(monkeypatch):
    run = series()
    notices = [signed(run) for _ in range(5)]
    hands = [clerk() for _ in notices]
    unlucky, made = notices[2].pk, official_notices.facts_of

    def facts_of(notice: OfficialNotice, **more: Any) -> Any:
        if notice.pk == unlucky and not more.get("draft"):  # its number was given a moment ago
            raise RuntimeError("the machine stops here")
        return made(notice, **more)

    monkeypatch.setattr(official_notices, "facts_of", facts_of)
    outcomes = at_once(
        *(partial(official_notices.issue, each, by=hand, on=ON) for each, hand in zip(notices, hands, strict=True))
    )
    assert kinds(outcomes) == ["RuntimeError", "done", "done", "done", "done"]
    assert sorted(DocumentNumber.objects.values_list("seq", flat=True)) == [1, 2, 3, 4]
    monkeypatch.undo()
    assert official_notices.issue(notices[2], by=clerk(), on=ON).number.seq == 5


def test_the_same_document_twice_at_once_has_one_number(monkeypatch):
    notice, hands = signed(series()), [clerk(), clerk()]
    meet_after(monkeypatch, official_notices, "check_issue", 2)
    outcomes = at_once(*(partial(official_notices.issue, notice, by=hand, on=ON) for hand in hands))
    assert kinds(outcomes) == ["done", "notice_issued_already"]
    assert DocumentNumber.objects.count() == 1


def test_rewritten_and_checked_at_once_by_one_person_is_not_checked(monkeypatch):
    """Whoever rewrote it in one window does not confirm it in the other."""
    notice, writer = drafted(series()), clerk()
    meet_after(monkeypatch, official_notices, "check_text", 2)
    outcomes = at_once(
        partial(official_notices.edit, notice, typed(notice.series, title="关于会费的通知"), by=writer, on=ON),
        partial(late, partial(official_notices.check, notice, by=writer, on=ON)),
    )
    assert kinds(outcomes) == ["done", "notice_own_draft"]


def late(act: Callable[[], Any]) -> Any:
    """A moment after the other has taken the row."""
    time.sleep(PAUSE / 2)
    return act()


def test_two_that_revoke_the_same_one_at_once_only_one_does(monkeypatch):
    run = series()
    first = issued(run)
    both = [signed(run, title=f"关于废止的通知{n}", revokes=first, revokes_because="标准已调整") for n in range(2)]
    hands = [clerk(), clerk()]
    meet_after(monkeypatch, official_notices, "check_issue", 2)
    outcomes = at_once(
        *(partial(official_notices.issue, each, by=hand, on=ON) for each, hand in zip(both, hands, strict=True))
    )
    assert kinds(outcomes) == ["done", "notice_revoked_already"]
    assert sorted(DocumentNumber.objects.values_list("seq", flat=True)) == [1, 2]


# a lost login


@pytest.fixture
def people() -> tuple[User, ...]:
    owner = world.user("old@unit.example", name="林晓")
    world.second_factor(owner)
    return owner, *(world.seated("membership_dept") for _ in range(3))


def records(kind: str) -> int:
    return DecisionRecord.objects.filter(kind=kind).count()


def test_two_confirm_a_lost_login_at_once_and_one_of_them_does(people, monkeypatch):
    owner, one, two, three = people
    row = proposed(owner, one)
    seen = recovery.fingerprint(row)
    meet_after(monkeypatch, recovery, "check_confirm", 2)
    outcomes = at_once(*(partial(recovery.confirm, row, seen=seen, by=by(who), on=ON) for who in (two, three)))
    assert kinds(outcomes) == ["done", "recovery_confirmed_already"]
    assert records("recovery.confirmed") == 1
    assert Job.objects.filter(kind=recovery.RELEASE).count() == 1


def test_confirmed_and_refused_at_once_it_is_over(people, monkeypatch):
    """Whoever was first: a refusal ends it, and no link is ever sent."""
    owner, one, two, three = people
    row = proposed(owner, one)
    seen = recovery.fingerprint(row)
    meet_after(monkeypatch, recovery, "_check_hand", 2)
    outcomes = at_once(
        partial(recovery.confirm, row, seen=seen, by=by(two), on=ON),
        partial(recovery.refuse, row, reason="核实不符", by=by(three), on=ON),
    )
    assert kinds(outcomes) in (["done", "done"], ["done", "recovery_closed"])
    row.refresh_from_db()
    assert row.closed_as == RecoveryRequest.Closed.REFUSED
    assert (row.confirmed_on is not None) == (records("recovery.confirmed") == 1)


def test_one_person_at_two_windows_is_never_two_pairs_of_eyes(people, monkeypatch):
    """The same person takes the proposal over in one window and confirms it in the other."""
    owner, one, two, _three = people
    row = proposed(owner, one)
    seen = recovery.fingerprint(row)
    meet_after(monkeypatch, recovery, "_check_hand", 2)
    again = {"account": owner, "new_email": "new@unit.example", "evidence": "本人到场", "on": ON}
    outcomes = at_once(
        partial(recovery.propose, row, by=by(two), **again),
        partial(recovery.confirm, row, seen=seen, by=by(two), on=ON),
    )
    row.refresh_from_db()
    assert kinds(outcomes) in (
        ["done", "recovery_confirmed_already"],  # the confirmation of what the first had proposed came first
        ["done", "recovery_same_eyes"],
    )
    assert row.confirmed_by_id is None or row.confirmed_by_id != row.proposed_by_id


def test_confirmed_twice_by_who_proposed_it_at_once(people):
    owner, one, *_rest = people
    row = proposed(owner, one)
    seen = recovery.fingerprint(row)
    outcomes = at_once(*(partial(recovery.confirm, row, seen=seen, by=by(one), on=ON) for _ in range(3)))
    assert kinds(outcomes) == ["recovery_same_eyes"] * 3


def test_two_requests_for_one_account_at_once_are_not_both_proposed(people, monkeypatch):
    owner, one, two, _three = people
    rows = [
        recovery.ask(
            unit="某公司", person="林晓", contact="1", lost="both", text="", letter=None, by=None, on=ON
        )
        for _ in range(2)
    ]  # fmt: skip
    meet_after(monkeypatch, recovery, "check_propose", 2)
    given = {"account": owner, "new_email": "new@unit.example", "evidence": "公函", "on": ON}
    outcomes = at_once(
        *(partial(recovery.propose, row, by=by(who), **given) for row, who in zip(rows, (one, two), strict=True))
    )
    assert kinds(outcomes) == ["done", "recovery_open_already"]


def test_the_link_opened_twice_at_once_resets_once(people, clock, monkeypatch):
    owner, one, two, _three = people
    row = confirmed(owner, one, two)
    token = released(clock, row)
    meet_after(monkeypatch, recovery, "check_use", 2)
    outcomes = at_once(
        *(partial(recovery.use, row, token, password=f"a-new-password-{n}", on=days.today()) for n in range(2))
    )
    assert kinds(outcomes) == ["done", "recovery_link_dead"]
    assert records("recovery.used") == 1


# codes to mobile numbers


@pytest.fixture
def sent(settings, monkeypatch) -> list[tuple[str, str]]:
    settings.SMS_PROVIDER = "file"
    out: list[tuple[str, str]] = []
    monkeypatch.setattr(codes, "send_code", lambda number, code: out.append((number, code)))
    return out


def code_for(user: User | None, sent: list[tuple[str, str]], purpose: str) -> str:
    row = mobiles.ask(NUMBER, purpose=purpose, user=user, now=days.now())
    mobiles.send(row.pk)
    return sent[-1][1]


def owner_of_number() -> User:
    return world.user(mobile=NUMBER, mobile_verified_at=days.now())


def tried(code: str) -> Callable[[], MobileCode]:
    return partial(mobiles.check_code, NUMBER, code, purpose="login", user=None, now=days.now())


def test_guesses_at_once_are_no_more_than_are_allowed(sent):
    owner_of_number()
    code = code_for(None, sent, "login")
    wrong = f"{(int(code) + 1) % 10**6:06}"
    outcomes = at_once(*(tried(wrong) for _ in range(12)))
    assert kinds(outcomes) == ["mobile_code_wrong"] * 12
    assert MobileCode.objects.get().tries == mobiles.TRIES
    assert kinds(at_once(tried(code))) == ["mobile_code_wrong"]


def test_one_code_at_two_windows_works_once(sent, monkeypatch):
    owner_of_number()
    code = code_for(None, sent, "login")
    meet_after(monkeypatch, mobiles, "constant_time_compare", 2)
    assert kinds(at_once(tried(code), tried(code))) == ["done", "mobile_code_wrong"]


def test_codes_asked_for_at_once_are_one(sent, monkeypatch):
    """Nobody multiplies the guesses, or somebody's text messages, by asking from many windows."""
    owner_of_number()
    meet_after(monkeypatch, mobiles, "check_ask", 4)
    ask = partial(mobiles.ask, NUMBER, purpose="login", user=None, now=days.now())
    assert kinds(at_once(*[ask] * 4)) == ["done", "mobile_wait", "mobile_wait", "mobile_wait"]
    assert MobileCode.objects.count() == 1


def test_two_accounts_confirm_one_number_at_once_and_one_has_it(sent, clock):
    first, second = world.user(), world.user()
    typed = []
    for number, user in enumerate((first, second)):
        clock(f"{ON} 10:0{number * 2}:00")
        typed.append(code_for(user, sent, "verify"))
    acts = (
        partial(mobiles.verify, user, NUMBER, code, now=days.now(), on=ON)
        for user, code in zip((first, second), typed, strict=True)
    )
    assert kinds(at_once(*acts)) == ["done", "mobile_taken"]
    assert User.objects.filter(mobile=NUMBER, mobile_verified_at__isnull=False).count() == 1


# roles


def test_one_role_granted_twice_at_once_is_granted_once(monkeypatch):
    heads, person = (having(HEAD), having(HEAD)), having()
    meet_after(monkeypatch, granting, "check_grant", 2)
    outcomes = at_once(
        *(partial(granting.grant, person, "secretariat", from_on=ON, by=acting(head), on=ON) for head in heads)
    )
    assert kinds(outcomes) == ["done", "role_held_already"]
    assert RoleGrant.objects.filter(user=person, role="secretariat").count() == 1


def test_two_heads_who_grant_each_other_a_role_at_once_do_not_block_each_other(monkeypatch):
    one, two = having(HEAD), having(HEAD)
    meet_after(monkeypatch, granting, "check_grant", 2)
    outcomes = at_once(
        partial(granting.grant, one, "expert", from_on=ON, by=acting(two), on=ON),
        partial(granting.grant, two, "expert", from_on=ON, by=acting(one), on=ON),
    )
    assert kinds(outcomes) == ["done", "done"]


def test_two_heads_who_end_each_others_role_at_once_one_stays(monkeypatch):
    one, two = having(HEAD), having(HEAD)
    RoleGrant.objects.exclude(user__in=(one, two)).filter(role=HEAD).update(until=ON)
    grants = {user.pk: RoleGrant.objects.get(user=user) for user in (one, two)}
    meet_after(monkeypatch, granting, "check_end", 2)
    outcomes = at_once(
        partial(granting.end, grants[one.pk], until=ON, note="离任", by=acting(two), on=ON),
        partial(granting.end, grants[two.pk], until=ON, note="离任", by=acting(one), on=ON),
    )
    assert kinds(outcomes) == ["done", "last_secretary_general"]
    assert RoleGrant.objects.on(ON).filter(role=HEAD).count() == 1


def test_a_role_ended_and_the_other_account_closed_at_once_one_stays(monkeypatch):
    one, two = having(HEAD), having(HEAD)
    RoleGrant.objects.exclude(user__in=(one, two)).filter(role=HEAD).update(until=ON)
    grant = RoleGrant.objects.get(user=one)
    meet_after(monkeypatch, granting, "_others_lead", 2)
    meet_after(monkeypatch, accounts, "_leads_alone", 2)
    outcomes = at_once(
        partial(granting.end, grant, until=ON, note="离任", by=acting(two), on=ON),
        partial(accounts.change, two, wanted={"is_active": False}, note="离任", by=acting(one), on=ON),
    )
    assert kinds(outcomes) == ["done", "last_secretary_general"]


def test_two_heads_who_close_each_other_at_once_one_stays(monkeypatch):
    one, two = having(HEAD), having(HEAD)
    RoleGrant.objects.exclude(user__in=(one, two)).filter(role=HEAD).update(until=ON)
    meet_after(monkeypatch, accounts, "check_change", 2)
    outcomes = at_once(
        partial(accounts.change, one, wanted={"is_active": False}, note="离任", by=acting(two), on=ON),
        partial(accounts.change, two, wanted={"is_active": False}, note="离任", by=acting(one), on=ON),
    )
    assert kinds(outcomes) == ["done", "last_secretary_general"]


def test_two_superusers_who_close_each_other_at_once_one_stays(monkeypatch):
    User.objects.filter(is_superuser=True).update(is_superuser=False)
    one, two = (having(is_superuser=True) for _ in range(2))
    meet_after(monkeypatch, accounts, "check_change", 2)
    outcomes = at_once(
        partial(accounts.change, one, wanted={"is_superuser": False}, note="离任", by=acting(two), on=ON),
        partial(accounts.change, two, wanted={"is_active": False}, note="离任", by=acting(one), on=ON),
    )
    assert kinds(outcomes) == ["done", "last_superuser"]


# absences


def test_absences_that_overlap_named_at_once_are_one(monkeypatch):
    absent, *others = (world.seated("secretariat") for _ in range(3))
    meet_after(monkeypatch, absences, "check_name", 2)
    outcomes = at_once(
        *(
            partial(
                absences.name, absent, other, from_on=ON + timedelta(n), until=ON + timedelta(n + 3),
                by=acting(absent), on=ON,
            )
            for n, other in enumerate(others)
        )
    )  # fmt: skip
    assert kinds(outcomes) == ["absence_named_already", "done"]
    assert Absence.objects.count() == 1


def test_two_who_name_each_other_at_once_do_not_both_go(monkeypatch):
    one, two = (world.seated("secretariat") for _ in range(2))
    meet_after(monkeypatch, absences, "check_name", 2)
    span = {"from_on": ON, "until": ON + timedelta(3), "on": ON}
    outcomes = at_once(
        partial(absences.name, one, two, by=acting(one), **span),
        partial(absences.name, two, one, by=acting(two), **span),
    )
    assert kinds(outcomes) == ["done", "stand_in_away"]


def test_accepted_and_declined_at_once_is_answered_once(monkeypatch):
    absent, other = (world.seated("secretariat") for _ in range(2))
    row = absences.name(absent, other, from_on=ON, until=ON + timedelta(3), by=acting(absent), on=ON)
    meet_after(monkeypatch, absences, "check_answer", 2)
    outcomes = at_once(
        *(partial(absences.answer, row, accept=accept, by=acting(other), on=ON) for accept in (True, False))
    )
    assert kinds(outcomes) == ["absence_answered", "done"]


# interim decisions


def test_ratified_and_revoked_at_once_it_is_settled_once(monkeypatch):
    """Who waited for the row sees the resolution that has settled it, not what was read before."""
    double = Suspensions()
    monkeypatch.setitem(ports.effects._handlers, "sanction", double)
    row, by = taken(), world.officer("secretariat")
    meetings = [resolved("council", MEETING) for _ in range(2)]
    meet_after(monkeypatch, interim, "check_settle", 2)
    outcomes = at_once(
        partial(interim.ratify, row, meetings[0], by=by),
        partial(interim.revoke, row, meetings[1], note="事实不清", by=by),
    )
    assert kinds(outcomes) == ["done", "interim_settled_already"]
    row.refresh_from_db()
    assert (row.outcome == "revoked") == bool(double.undone)
