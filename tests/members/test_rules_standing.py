"""The fold of a member's file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.rules.standing import Event, EventKind, Status, in_force, standing


def day(text):
    return date.fromisoformat(text)


def event(kind, on, seq, **values):
    return Event(EventKind(kind), day(on), seq, **values)


JOINED = event("joined", "2026-03-20", 1, class_id="unit", tier="member", number="BACCA-000123")
REGISTERED = event("registered", "2026-06-20", 2, until=day("2027-01-01"))
FILE = [JOINED, REGISTERED]


def status(events, on):
    return standing(events, day(on)).status


@pytest.mark.rule("ACG-24")
@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-03-19", "none"), ("2026-03-20", "active"), ("2026-06-19", "active"), ("2026-06-20", "registered")],
)
def test_member_from_the_application_registered_later(on, expected):
    assert status(FILE, on) == expected


def test_no_events_no_member():
    nobody = standing([], day("2026-03-20"))
    assert (nobody.status, nobody.is_member, nobody.rights) == (Status.NONE, False, False)


def test_what_a_member_is():
    now = standing(FILE, day("2026-07-01"))
    assert (now.class_id, now.tier, now.number) == ("unit", "member", "BACCA-000123")
    assert (now.since, now.until, now.registered_on) == (day("2026-03-20"), None, day("2026-06-20"))
    assert now.rights
    assert now.is_member


@pytest.mark.rule("ACG-21.c")
def test_an_expired_registration_ends_nothing():
    later = standing(FILE, day("2027-01-01"))
    assert (later.status, later.rights) == (Status.REGISTERED, True)
    assert not later.registration_valid(day("2027-01-01"))
    assert later.registration_valid(day("2026-12-31"))
    renewed = standing([*FILE, event("renewed", "2027-01-20", 3, until=day("2028-01-01"))], day("2027-01-20"))
    assert renewed.registration_valid(day("2027-01-20"))
    assert renewed.registered_on == day("2026-06-20")


def test_a_member_from_before_the_register():
    opening = event("opening", "2020-05-01", 1, class_id="unit", tier="council", until=day("2027-01-01"))
    assert status([opening], "2026-01-01") is Status.REGISTERED


@pytest.mark.rule("ACG-6.p2a")
def test_a_tier_changes_from_its_day():
    events = [*FILE, event("tier_changed", "2026-09-12", 3, tier="council")]
    assert standing(events, day("2026-09-11")).tier == "member"
    assert standing(events, day("2026-09-12")).tier == "council"


@pytest.mark.rule("ACG-36")
@pytest.mark.parametrize("kind", ["left", "given_up", "lost", "expelled", "ceased"])
def test_the_last_day_is_in_the_register_without_rights(kind):
    events = [*FILE, event(kind, "2026-08-01", 3)]
    before, last, after = (standing(events, day(f"2026-{d}")) for d in ("07-31", "08-01", "08-02"))
    assert (before.rights, last.rights, after.rights) == (True, False, False)
    assert (before.status, last.status, after.status) == (Status.REGISTERED, Status.REGISTERED, Status.ENDED)
    assert {s.until for s in (before, last, after)} == {day("2026-08-02")}
    assert after.ended_by == kind


def test_after_the_end_nothing_changes_but_a_new_stint():
    events = [*FILE, event("left", "2026-08-01", 3), event("tier_changed", "2026-09-01", 4, tier="council")]
    assert standing(events, day("2026-10-01")).tier == "member"
    again = [*events, event("joined", "2031-08-15", 5, class_id="unit", tier="member")]
    rejoined = standing(again, day("2031-09-01"))
    assert (rejoined.status, rejoined.number, rejoined.since) == (Status.ACTIVE, "BACCA-000123", day("2031-08-15"))
    assert status(again, "2030-01-01") is Status.ENDED


@pytest.mark.parametrize(("joined_on", "since"), [("2026-08-01", "2026-03-20"), ("2026-08-02", "2026-08-02")])
def test_a_new_stint_begins_after_the_last_day_at_the_earliest(joined_on, since):
    events = [*FILE, event("ceased", "2026-08-01", 3), event("joined", joined_on, 4, class_id="unit")]
    assert standing(events, day("2026-08-02")).since == day(since)


@pytest.mark.rule("ACG-38")
def test_suspended_until_restored():
    events = [*FILE, event("suspended", "2026-08-03", 3), event("restored", "2026-10-12", 4)]
    assert [status(events, on) for on in ("2026-08-02", "2026-08-03", "2026-10-11", "2026-10-12")] == [
        "registered",
        "suspended",
        "suspended",
        "registered",
    ]
    suspended = standing(events, day("2026-09-01"))
    assert (suspended.rights, suspended.is_member) == (False, True)


def test_a_dated_suspension_ends_by_itself():
    events = [*FILE, event("suspended", "2026-08-01", 3, until=day("2026-10-01"))]
    assert [status(events, on) for on in ("2026-09-30", "2026-10-01")] == ["suspended", "registered"]


@pytest.mark.parametrize(
    ("second_until", "last"), [("2026-09-01", "2026-09-30"), ("2026-12-01", "2026-11-30"), (None, "2031-01-01")]
)
def test_overlapping_suspensions_end_with_the_latest(second_until, last):
    until = day(second_until) if second_until else None
    events = [
        *FILE,
        event("suspended", "2026-08-01", 3, until=day("2026-10-01")),
        event("suspended", "2026-08-15", 4, until=until),
    ]
    assert status(events, last) is Status.SUSPENDED
    if until:
        assert standing(events, day(last) + timedelta(1)).status is Status.REGISTERED


def test_a_later_suspension_begins_anew():
    events = [
        *FILE,
        event("suspended", "2026-07-01", 3, until=day("2026-08-01")),
        event("suspended", "2026-09-01", 4, until=day("2026-10-01")),
    ]
    assert status(events, "2026-08-15") is Status.REGISTERED
    assert standing(events, day("2026-09-15")).suspended_from == day("2026-09-01")


@pytest.mark.rule("ACG-44")
def test_a_revoked_expulsion_leaves_no_trace_in_the_standing():
    events = [*FILE, event("expelled", "2026-07-06", 3), event("voided", "2026-09-12", 4, voids=3)]
    assert standing(events, day("2026-08-01")) == standing(FILE, day("2026-08-01"))
    assert status(events[:3], "2026-08-01") is Status.ENDED


def test_voiding_a_voiding_revives():
    events = [
        *FILE,
        event("expelled", "2026-07-06", 3),
        event("voided", "2026-09-12", 4, voids=3),
        event("voided", "2026-09-13", 5, voids=4),
    ]
    assert status(events, "2026-08-01") is Status.ENDED


@pytest.mark.parametrize("voids", [None, 0, 9, 3, 4])
def test_a_voiding_names_an_earlier_event(voids):
    with pytest.raises(ValueError, match="no earlier event"):
        standing([*FILE, event("voided", "2026-09-12", 3, voids=voids)], day("2026-10-01"))


def test_what_was_known_when():
    moment = datetime(2026, 9, 12, tzinfo=UTC)
    late = [
        replace(JOINED, recorded_at=moment - timedelta(90)),
        event("expelled", "2026-07-06", 2, recorded_at=moment - timedelta(60)),
        event("voided", "2026-09-12", 3, voids=2, recorded_at=moment),
    ]
    before = standing(late, day("2026-08-01"), known_at=moment - timedelta(seconds=1))
    assert before.status is Status.ENDED
    assert standing(late, day("2026-08-01"), known_at=moment).status is Status.ACTIVE


KINDS = [kind for kind in EventKind if kind is not EventKind.VOIDED]
EVENTS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 60), st.sampled_from(["", "member", "council"])), max_size=12
).map(
    lambda rows: [
        Event(kind, date(2026, 1, 1) + timedelta(offset), seq, class_id="unit", tier=tier)
        for seq, (kind, offset, tier) in enumerate(rows, 1)
    ]
)
DAYS = st.integers(-1, 62).map(lambda offset: date(2026, 1, 1) + timedelta(offset))


@given(EVENTS, DAYS, st.randoms())
def test_the_order_of_reading_does_not_matter(events, on, random):
    shuffled = events[:]
    random.shuffle(shuffled)
    assert standing(shuffled, on) == standing(events, on)


@given(EVENTS, DAYS)
def test_the_status_agrees_with_the_days(events, on):
    now = standing(events, on)
    assert (now.status is Status.NONE) == (now.since is None)
    assert (now.status is Status.ENDED) == (now.until is not None and on >= now.until)
    assert not now.rights or now.status in {Status.ACTIVE, Status.REGISTERED}


@given(EVENTS.filter(bool), DAYS, st.data())
def test_voiding_is_as_if_it_had_never_been_written(events, on, data):
    victim = data.draw(st.sampled_from(events))
    voided = [*events, Event(EventKind.VOIDED, on, len(events) + 1, voids=victim.seq)]
    assert standing(voided, on) == standing([e for e in events if e is not victim], on)
    assert victim not in in_force(voided)
