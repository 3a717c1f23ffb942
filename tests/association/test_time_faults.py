"""The clock jumps, over midnight, over days, back; a year of the calendar has a gap: nothing twice, nothing lost."""

from datetime import date, timedelta

import pytest
from celery import current_app
from django.template import Context, Template

from association import queries
from association.actions import calendars, jobs, reminders
from association.actors import SYSTEM
from association.clock import now, today
from association.decisions import Refused, convention, passed
from association.models import (
    CalendarYear,
    Deadline,
    DeadlineChange,
    DecisionRecord,
    DigestLine,
    Job,
    Message,
    OfficialDay,
    Reminder,
)
from association.rules.calendar_file import read
from association.rules.reminders import ESCALATION, OVERTAKEN, TOO_SHORT
from portal.desk.today.due import due
from portal.desk.today.lines import Viewer
from tests import world
from tests.calendars import LOADED, SOURCE, YEAR_2027, deadline, load, year

pytestmark = pytest.mark.django_db

STARTED = date(2026, 11, 9)
"""A Monday; the tenth working day after it is Monday 23 November."""
DUE = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-11-09")
    world.found()


@pytest.fixture
def case():
    return world.submitted().case


@pytest.fixture
def row(case):
    Deadline.objects.update(watch_on=None)  # those of the walk
    return deadline(case, STARTED, code=case.step)


@pytest.fixture
def person():
    return world.seated("membership_dept")


@pytest.fixture
def run_duties(clock):
    """The daily duties as the beat runs them, at this moment of the clock."""

    def run(moment):
        clock(moment)
        current_app.loader.import_default_modules()
        current_app.tasks["association.daily_duties"]()

    return run


def done(row):
    found = row.reminders.order_by("pk").values_list("stage", "outcome", "reason", "done_on")
    return [(stage, reason or outcome, day.isoformat()) for stage, outcome, reason, day in found]


def notices(user):
    return Message.objects.filter(recipient=user, channel="portal", unique_key__startswith="deadline:")


def mails(user):
    found = Message.objects.filter(recipient=user, channel="mail", unique_key__startswith="digest:")
    return sorted(key.split(":")[1] for key in found.values_list("unique_key", flat=True))


# over midnight


@pytest.mark.rule("ACG-20")
def test_duties_begun_before_midnight_and_done_after_are_those_of_the_day_they_began(
    row, person, clock, run_duties, monkeypatch
):
    """23:59 on the day before the last one until 00:01 on the next day: its stage waits for its own run, sent once."""
    Deadline.objects.filter(pk=row.pk).update(due_on=date(2026, 11, 24))
    real = reminders._batch

    def batch(on, told):
        found = real(on, told)
        clock("2026-11-24 00:01")
        return found

    monkeypatch.setattr(reminders, "_batch", batch)
    run_duties("2026-11-23 23:59")

    assert today() == date(2026, 11, 24)
    assert done(row) == [("before_5", OVERTAKEN, "2026-11-23"), ("before_1", "sent", "2026-11-23")]
    assert mails(person) == ["2026-11-23"]
    run_duties("2026-11-24 00:10")
    run_duties("2026-11-24 08:10")
    assert done(row)[2:] == [("on_day", "sent", "2026-11-24")]
    assert mails(person) == ["2026-11-23", "2026-11-24"]
    assert notices(person).count() == 2
    assert not DigestLine.objects.filter(done_on=None).exists()


def test_a_job_begun_before_midnight_and_done_after_is_done_once(clock):
    clock("2026-11-23 23:59")
    job = Job.objects.create(kind="test.work", unique_key="once", run_after=now())
    days = []

    def work():
        days.append(today())
        clock("2026-11-24 00:01")
        assert not jobs.waiting(now()).exists()
        assert not jobs.run(job.pk, lambda: pytest.fail("begun again on the next day"))
        days.append(today())

    assert jobs.run(job.pk, work)

    job.refresh_from_db()
    assert days == [date(2026, 11, 23), date(2026, 11, 24)]
    assert (job.attempts, job.done_at) == (1, now())
    assert jobs.sweep() == 0
    assert not jobs.run(job.pk, lambda: pytest.fail("done already"))


def test_work_ordered_before_midnight_that_nobody_did_is_done_after_it(clock):
    clock("2026-11-23 23:59")
    job = Job.objects.create(kind="test.work", unique_key="once", run_after=now() + timedelta(minutes=1))
    assert not jobs.run(job.pk, lambda: pytest.fail("too early"))

    clock("2026-11-24 00:00")

    assert jobs.run(job.pk, lambda: None)


# over three days


@pytest.mark.rule("ACG-20")
def test_after_three_days_without_duties_the_newest_stage_alone_is_sent(row, person, run_duties):
    """From Friday over the last day to Tuesday: what was overtaken stands on record with its reason."""
    run_duties("2026-11-16 08:10")
    run_duties("2026-11-20 08:10")
    run_duties("2026-11-24 08:10")

    assert done(row) == [
        ("before_5", "sent", "2026-11-16"),
        ("before_1", "sent", "2026-11-20"),
        ("on_day", OVERTAKEN, "2026-11-24"),
        ("overdue_1", "sent", "2026-11-24"),
    ]
    skipped = Reminder.objects.get(stage="on_day")
    assert (skipped.planned_on, skipped.told) == (DUE, 0)
    assert mails(person) == ["2026-11-16", "2026-11-20", "2026-11-24"]
    assert notices(person).count() == 3


def test_what_was_started_during_the_jump_is_not_reminded_of_days_before_it(case, person, run_duties):
    """A case that came in on Thursday and is read on Tuesday: five days before the last one, it was not there."""
    Deadline.objects.update(watch_on=None)
    row = deadline(case, date(2026, 11, 19), code=case.step)
    Deadline.objects.filter(pk=row.pk).update(due_on=date(2026, 11, 25), watch_on=date(2026, 11, 24))

    run_duties("2026-11-24 08:10")

    assert done(row) == [("before_5", TOO_SHORT, "2026-11-24"), ("before_1", "sent", "2026-11-24")]


@pytest.mark.rule("ACG-20")
def test_a_jump_over_everything_brings_it_before_the_chief_once(row, person, run_duties):
    chief = world.seated("secretary_general")

    run_duties("2026-11-30 08:10")
    run_duties("2026-12-03 08:10")

    assert [stage for stage, what, _day in done(row) if what == "sent"] == [ESCALATION]
    assert [what for stage, what, _day in done(row) if stage != ESCALATION] == [OVERTAKEN] * 4
    assert notices(chief).count() == 1
    assert mails(chief) == ["2026-11-30"]


# back


@pytest.mark.rule("ACG-20")
def test_a_clock_that_goes_back_a_day_tells_nobody_twice_and_loses_nothing(row, person, run_duties):
    run_duties("2026-11-20 08:10")
    run_duties("2026-11-19 08:10")
    run_duties("2026-11-20 08:10")
    run_duties("2026-11-23 08:10")

    sent = [(stage, day) for stage, what, day in done(row) if what == "sent"]
    assert sent == [("before_1", "2026-11-20"), ("on_day", "2026-11-23")]
    assert mails(person) == ["2026-11-20", "2026-11-23"]
    assert notices(person).count() == 2


def test_what_was_told_on_a_day_that_comes_again_is_mailed_the_day_after(case, row, person, run_duties):
    """The mail of the day has gone out; what is told on the same day once more waits for the next one."""
    run_duties("2026-11-16 08:10")
    run_duties("2026-11-15 08:10")
    other = deadline(case, STARTED)
    run_duties("2026-11-16 08:20")
    assert [stage for stage, _what, _day in done(other)] == ["before_5"]
    assert mails(person) == ["2026-11-16"]
    assert DigestLine.objects.filter(done_on=None).count() == 1

    run_duties("2026-11-17 08:10")

    assert mails(person) == ["2026-11-16", "2026-11-17"]
    assert not DigestLine.objects.filter(done_on=None).exists()


def test_on_a_rest_day_nothing_is_said_to_be_zero_days_late(row, person, run_duties):
    """Due on Friday, caught up on Saturday: late, and no working day has passed since."""
    Deadline.objects.filter(pk=row.pk).update(due_on=date(2026, 11, 20), watch_on=date(2026, 11, 20))

    run_duties("2026-11-21 08:10")

    assert notices(person).get().subject.startswith("已逾期：")
    viewer = Viewer.of(person, date(2026, 11, 21))
    (late,) = [section for section in due(viewer) if section.lines]
    assert late.title == "已逾期"
    badge = Template("{% load huiji %}{% deadline_badge due on %}").render(
        Context({"due": late.lines[0].due, "on": viewer.on})
    )
    assert "已逾期<" in badge
    assert "11月20日" in badge


# a year loaded twice


def test_a_year_loaded_twice_moves_and_tells_once(case, person):
    row = deadline(case, date(2027, 1, 29))
    reminders.remind(on=date(2027, 2, 5))
    load()
    first = (
        list(DeadlineChange.objects.values_list("pk", flat=True)),
        sorted(notices(person).values_list("unique_key", flat=True)),
        DecisionRecord.objects.count(),
    )

    file = year()
    with pytest.raises(Refused) as refusal:
        calendars.load_year(file, source=SOURCE, seen=calendars.plan(file).seen, by=SYSTEM, on=LOADED)

    assert [reason.code for reason in refusal.value.decision.reasons] == ["calendar_year_same"]
    assert calendars.catch_up(on=LOADED) == 0
    row.refresh_from_db()
    assert (row.due_on, row.provisional) == (date(2027, 2, 18), False)
    assert first == (
        list(DeadlineChange.objects.values_list("pk", flat=True)),
        sorted(notices(person).values_list("unique_key", flat=True)),
        DecisionRecord.objects.count(),
    )


def test_a_year_loaded_again_otherwise_leaves_what_is_firm(case):
    """The second notice has one rest day more: a firm day that was told stays, what is counted now has the new one."""
    before = deadline(case, date(2027, 6, 1))
    load()
    before.refresh_from_db()
    assert (before.due_on, before.provisional) == (date(2027, 6, 16), False)

    load(YEAR_2027.replace("2027-06-09,放假", "2027-06-09至2027-06-10,放假"))

    before.refresh_from_db()
    assert (before.due_on, before.provisional, before.changes.count()) == (date(2027, 6, 16), False, 1)
    assert deadline(case, date(2027, 6, 1)).due_on == date(2027, 6, 17)


# a year with a gap before it


@pytest.fixture
def later_year():
    """2028 is stored and 2027 is not: as no page lets anybody load it, by hand or by another version."""
    record = DecisionRecord.objects.filter(kind="calendar.year_loaded").first() or calendars.decisions.record(
        passed("x", convention("C-5")), kind="calendar.year_loaded", version_id=None, by=SYSTEM, on=LOADED
    )
    row = CalendarYear.objects.create(year=2028, source=SOURCE, decision=record)
    OfficialDay.objects.bulk_create(
        OfficialDay(year=row, day=day, is_workday=False, name="元旦")
        for day in (date(2028, 1, 1), date(2028, 1, 3), date(2028, 1, 4))
    )
    calendars.profile.touch()
    return row


@pytest.mark.parametrize(
    ("start", "last", "provisional"),
    [
        (date(2026, 12, 16), date(2026, 12, 30), False),  # in a year that is known
        (date(2026, 12, 24), date(2027, 1, 8), True),  # into the gap
        (date(2027, 3, 1), date(2027, 3, 15), True),  # within the gap
        (date(2027, 12, 24), date(2028, 1, 11), True),  # out of the gap: known at its end is not enough
        (date(2028, 3, 1), date(2028, 3, 15), False),  # behind it
    ],
)
def test_what_is_counted_across_a_missing_year_is_provisional_and_says_so(case, later_year, start, last, provisional):
    row = deadline(case, start)

    assert (row.due_on, row.provisional) == (last, provisional)
    assert ("C-5" in [source["key"] for source in row.sources]) is provisional
    badge = Template("{% load huiji %}{% deadline_badge due on %}").render(Context({"due": row, "on": start}))
    assert ("暂定" in badge) is provisional


def test_a_gap_is_not_counted_again_every_day(case, later_year):
    row = deadline(case, date(2027, 12, 24))
    records = DecisionRecord.objects.count()

    assert calendars.catch_up(on=LOADED) == 0
    assert calendars.catch_up(on=LOADED + timedelta(1)) == 0

    row.refresh_from_db()
    assert row.provisional
    assert DecisionRecord.objects.count() == records


def test_a_deadline_that_cannot_be_counted_again_is_no_decision_of_every_day(case):
    """Whose period is not known any more: nothing changes, so nothing is put on record."""
    row = deadline(case, date(2026, 12, 1))
    Deadline.objects.filter(pk=row.pk).update(period=None, code="gone", provisional=True)
    records, revision = DecisionRecord.objects.count(), queries.revision()

    assert calendars.catch_up(on=LOADED) == 0

    assert (DecisionRecord.objects.count(), queries.revision()) == (records, revision)
    assert queries.calendar().is_workday(date(2026, 12, 1))


def test_when_the_missing_year_comes_all_that_crosses_it_is_counted_and_nothing_is_shorter(case, later_year):
    into, within, out = (deadline(case, start) for start in (date(2027, 1, 29), date(2027, 9, 24), date(2027, 12, 24)))
    told = [row.due_on for row in (into, within, out)]
    assert told == [date(2027, 2, 12), date(2027, 10, 11), date(2028, 1, 11)]

    assert calendars.next_year() == 2027
    load()

    for row in (into, within, out):
        row.refresh_from_db()
    assert [(row.due_on, row.provisional) for row in (into, within, out)] == [
        (date(2027, 2, 18), False),
        (date(2027, 10, 13), False),
        (date(2028, 1, 11), False),
    ]
    assert all(row.due_on >= old for row, old in zip((into, within, out), told, strict=True))
    assert calendars.next_year() == 2029


def test_a_year_behind_a_gap_is_not_loaded_by_file():
    file = read(YEAR_2027.replace("2027-", "2028-"), 2028)

    assert [reason.code for reason in calendars.check_year(file.year).reasons] == ["calendar_year_gap"]
