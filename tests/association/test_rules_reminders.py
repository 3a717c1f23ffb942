"""When somebody is reminded: stages, the newest only, nothing twice."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.rulebook.schema import ReminderRule
from association.rules.counting import WorkCalendar
from association.rules.reminders import (
    DEFAULT,
    ESCALATION,
    NAMED,
    OVERTAKEN,
    TOO_SHORT,
    Verdict,
    first_look,
    planned,
    stages,
    too_short,
    verdict,
)

CALENDAR = WorkCalendar()
STARTED, DUE = date(2026, 9, 1), date(2026, 9, 16)  # Tuesday, Wednesday


def asked(on, done=(), *, started=STARTED, due=DUE, of=DEFAULT):
    return verdict(of, started_on=started, due_on=due, done=set(done), calendar=CALENDAR, on=on)


def sent(found):
    return found.send.stage.code if found.send else None


def test_stages_stand_on_working_days():
    """Sunday 20 September is worked in 2026."""
    assert [(one.stage.code, one.on) for one in planned(DEFAULT, DUE, CALENDAR)] == [
        ("before_5", date(2026, 9, 9)),
        ("before_1", date(2026, 9, 15)),
        ("on_day", date(2026, 9, 16)),
        ("overdue_1", date(2026, 9, 17)),
        (ESCALATION, date(2026, 9, 20)),
    ]


def test_where_an_article_names_a_body_it_hears_on_the_first_day():
    assert stages("secretariat") == NAMED
    assert stages(None) == stages("") == DEFAULT
    assert planned(NAMED, DUE, CALENDAR)[-1].on == date(2026, 9, 17)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2026-09-08", None),
        ("2026-09-09", "before_5"),
        ("2026-09-14", "before_5"),
        ("2026-09-15", "before_1"),
        ("2026-09-16", "on_day"),
        ("2026-09-17", "overdue_1"),
        ("2026-09-19", "overdue_1"),
        ("2026-09-20", ESCALATION),
        ("2027-09-20", ESCALATION),
    ],
)
def test_the_newest_stage_that_was_reached(on, code):
    found = asked(date.fromisoformat(on))
    codes = [one.code for one in DEFAULT]

    assert sent(found) == code
    assert [one.stage.code for one, _why in found.skip] == (codes[: codes.index(code)] if code else [])
    assert {why for _one, why in found.skip} <= {OVERTAKEN}


def test_after_three_missed_days_the_newest_is_sent_and_the_rest_is_on_record():
    found = asked(date(2026, 9, 17), ["before_5"])

    assert sent(found) == "overdue_1"
    assert [(one.stage.code, why) for one, why in found.skip] == [("before_1", OVERTAKEN), ("on_day", OVERTAKEN)]
    assert found.next_on == date(2026, 9, 20)


def test_a_clock_that_went_back_says_nothing_again():
    found = asked(date(2026, 9, 15), ["before_5", "before_1", "on_day"])

    assert (sent(found), found.skip) == (None, ())


def test_what_is_older_than_a_stage_that_is_done_is_never_sent():
    """The day moved: what was skipped of the old days does not come after what was sent."""
    found = asked(date(2026, 9, 16), ["before_1", "on_day"])

    assert sent(found) is None
    assert [(one.stage.code, why) for one, why in found.skip] == [("before_5", OVERTAKEN)]


@pytest.mark.parametrize(
    ("started", "skipped"),
    [
        ("2026-09-08", []),
        ("2026-09-09", ["before_5"]),
        ("2026-09-14", ["before_5"]),
        ("2026-09-15", ["before_5", "before_1"]),
        ("2026-09-16", ["before_5", "before_1"]),
    ],
)
def test_a_period_shorter_than_a_stage_skips_it(started, skipped):
    found = asked(DUE, started=date.fromisoformat(started))
    why = {one.stage.code: reason for one, reason in found.skip}

    assert [code for code, reason in why.items() if reason == TOO_SHORT] == skipped
    assert sent(found) == "on_day"


def test_the_day_itself_is_a_stage_of_what_is_due_at_once():
    assert first_look(NAMED, started_on=DUE, due_on=DUE, calendar=CALENDAR) == DUE
    assert first_look(DEFAULT, started_on=STARTED, due_on=DUE, calendar=CALENDAR) == date(2026, 9, 9)
    assert sent(asked(DUE, started=DUE, of=NAMED)) == "on_day"


def test_after_the_last_stage_nobody_looks_any_more():
    assert asked(date(2026, 9, 19)).next_on == date(2026, 9, 20)
    assert asked(date(2026, 9, 20)).next_on is None


@given(
    started=st.dates(date(2026, 1, 1), date(2026, 11, 30)),
    length=st.integers(0, 40),
    named=st.booleans(),
    jumps=st.lists(st.integers(-5, 12), min_size=1, max_size=12),
)
def test_however_the_clock_runs_each_stage_is_done_once_and_in_order(started, length, named, jumps):
    of = NAMED if named else DEFAULT
    due = started + timedelta(length)
    done: list[str] = []
    told: list[str] = []
    on = started
    for jump in jumps:
        on += timedelta(jump)
        found = verdict(of, started_on=started, due_on=due, done=set(done), calendar=CALENDAR, on=on)
        done += [one.stage.code for one, _why in found.skip]
        if found.send:
            assert found.send.on <= on
            assert not too_short(found.send, started)
            told.append(found.send.stage.code)
            done.append(found.send.stage.code)
        assert found.next_on is None or found.next_on > on
        again = verdict(of, started_on=started, due_on=due, done=set(done), calendar=CALENDAR, on=on)
        assert (again.send, again.skip) == (None, ())
    assert len(done) == len(set(done))
    order = [one.code for one in of]
    assert told == sorted(told, key=order.index)


RULE = ReminderRule(id="fee", before=(3, 10), after=(2,), escalate_after=5, ref=("1",))


def test_the_document_sets_the_stages():
    of = stages(None, RULE)

    assert [(one.code, one.offset) for one in of] == [
        ("before_10", -10),
        ("before_3", -3),
        ("on_day", 0),
        ("overdue_2", 2),
        (ESCALATION, 5),
    ]
    assert [one.escalates for one in of] == [False, False, False, False, True]


def test_a_stage_on_the_day_of_the_escalation_is_the_escalation():
    of = stages(None, RULE.model_copy(update={"after": (1, 5)}))

    assert [one.code for one in of if one.offset > 0] == ["overdue_1", ESCALATION]


def test_a_document_may_have_nobody_reminded():
    of = stages("council", RULE.model_copy(update={"before": (), "on_day": False, "after": (), "escalate_after": 0}))

    assert of == ()
    assert first_look(of, started_on=STARTED, due_on=DUE, calendar=CALENDAR) is None
    assert asked(DUE, of=of) == Verdict(None, (), None)


def test_a_rule_left_to_itself_is_our_default():
    assert stages(None, ReminderRule(id="all", ref=("1",))) == DEFAULT
