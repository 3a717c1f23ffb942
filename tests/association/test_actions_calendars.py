"""A year of the calendar is loaded, and what was provisional is counted again: later, confirmed, never shorter."""

from datetime import date, time, timedelta
from unittest import mock

import pytest
from django.db import IntegrityError
from django.db.utils import Error
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admissions.views import submission
from association import queries
from association.actions import calendars, profile, reminders
from association.actors import SYSTEM
from association.admin.calendar import what_words
from association.cases import deadlines
from association.decisions import Refused, article
from association.models import (
    CalendarOverride,
    CalendarYear,
    Deadline,
    DeadlineChange,
    DecisionRecord,
    Message,
    OfficialDay,
)
from association.rulebook.schema import Period
from association.rules import deadlines as rules
from association.rules.calendar_file import NamedDay, YearFile, read
from association.rules.counting import Due, add
from fees.rules import payable
from tests import calendars as given_calendars
from tests import world
from tests.calendars import LOADED, SOURCE, WORKDAYS_5, YEAR_2027, deadline, load, year

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-11-20")
    world.found()


@pytest.fixture
def case():
    return world.submitted().case


def codes(refusal):
    return [reason.code for reason in refusal.value.decision.reasons]


def refused(text=YEAR_2027, number=2027, seen=None):
    file = read(text, number)
    with pytest.raises(Refused) as refusal:
        calendars.load_year(file, source=SOURCE, seen=seen or calendars.plan(file).seen, by=SYSTEM, on=LOADED)
    return codes(refusal)


# a year is loaded


def test_a_loaded_year_is_counted_by_and_on_record():
    before = queries.revision()

    row = load()

    calendar = queries.calendar()
    assert not calendar.is_workday(date(2027, 2, 5))  # a Friday
    assert calendar.is_workday(date(2027, 2, 14))  # a Sunday
    assert calendar.is_known(date(2027, 7, 1))
    assert not calendar.is_known(date(2028, 1, 1))
    assert queries.revision() != before
    assert (row.decision.kind, row.decision.on, row.source) == ("calendar.year_loaded", LOADED, SOURCE)


def test_own_days_win_over_the_notice():
    load()
    calendars.save_override(CalendarOverride(day=date(2027, 2, 14), is_workday=False), by=SYSTEM, on=LOADED)

    assert not queries.calendar().is_workday(date(2027, 2, 14))


@pytest.mark.parametrize(
    ("number", "code"),
    [(2025, "calendar_year_carried"), (2026, "calendar_year_carried"), (2028, "calendar_year_gap")],
)
def test_years_come_one_after_the_other(number, code):
    text = YEAR_2027.replace("2027-", f"{number}-")
    assert [reason.code for reason in calendars.check_year(number).reasons] == [code]
    file = YearFile(number, (NamedDay(date(number, 1, 1), False, "元旦"),))
    with pytest.raises(Refused) as refusal:
        calendars.load_year(file, source=SOURCE, seen=calendars.plan(file).seen, by=SYSTEM, on=LOADED)
    assert codes(refusal) == [code]
    assert text
    assert not CalendarYear.objects.exists()


def test_the_next_year_can_be_loaded_once_the_one_before_is():
    assert calendars.next_year() == 2027
    load()
    assert calendars.next_year() == 2028
    assert calendars.check_year(2028).passed
    assert calendars.check_year(2027).passed  # anew
    assert not calendars.check_year(2029).passed


def test_the_same_year_twice_is_refused_and_changes_nothing():
    load()
    before = (queries.revision(), DecisionRecord.objects.count())

    assert refused() == ["calendar_year_same"]
    assert (queries.revision(), DecisionRecord.objects.count()) == before


def test_a_year_is_replaced_after_its_difference_was_seen():
    load()
    other = year(YEAR_2027.replace("2027-10-09", "2027-10-10"))  # Sunday instead of Saturday
    plan = calendars.plan(other)

    assert plan.replaces
    assert [(one.day, bool(one.before), bool(one.after)) for one in plan.days] == [
        (date(2027, 10, 9), True, False),
        (date(2027, 10, 10), False, True),
    ]
    row = calendars.load_year(other, source="更正", seen=plan.seen, by=SYSTEM, on=LOADED)

    assert CalendarYear.objects.get() == row
    assert OfficialDay.objects.count() == len(other.days)
    assert not queries.calendar().is_workday(date(2027, 10, 9))
    assert [change["day"] for change in row.decision.decision.reasons[0].facts["changes"]] == [
        "2027-10-09",
        "2027-10-10",
    ]


def test_a_year_that_somebody_else_has_just_loaded_is_looked_at_again():
    seen = calendars.plan(year()).seen
    load(YEAR_2027.replace("2027-10-09", "2027-10-10"))

    assert refused(seen=seen) == ["calendar_loaded_meanwhile"]


@pytest.mark.parametrize("line", ["2026-12-31,放假,元旦", "2027-02-29,放假,春节"])
def test_a_faulty_file_is_not_stored(case, line):
    row = deadline(case, date(2027, 1, 29))

    assert refused(f"{YEAR_2027}{line}\n") == ["calendar_file_faulty"]
    assert not CalendarYear.objects.exists()
    row.refresh_from_db()
    assert row.provisional


# counted again


@pytest.mark.parametrize(
    ("start", "period", "days", "kept"),
    [
        # 10 working days: the spring festival takes five, a Sunday gives one back
        ("2027-01-29", None, ("2027-02-12", "2027-02-18"), False),
        # 1 January is at rest by both
        ("2026-12-24", None, ("2027-01-08", "2027-01-08"), False),
        # Sunday 26 September is worked: a day earlier, which nobody is held to
        ("2027-09-20", WORKDAYS_5, ("2027-09-27", "2027-09-27"), True),
        # a month that ends in the festival, and rolls
        ("2027-01-08", Period(n=1, unit="month", from_="notice.sent", roll="next_workday"),
         ("2027-02-08", "2027-02-12"), False),
        # a month that does not roll judges no day and was never provisional
        ("2027-01-08", Period(n=1, unit="month", from_="notice.sent"), ("2027-02-08", "2027-02-08"), None),
    ],
)  # fmt: skip
def test_a_provisional_day_is_counted_again(case, start, period, days, kept):
    before, after = days
    row = deadline(case, date.fromisoformat(start), period or given_calendars.WORKDAYS_10)
    assert row.due_on == date.fromisoformat(before)
    assert row.provisional is (kept is not None)
    assert ("C-5" in [source["key"] for source in row.sources]) is row.provisional

    loaded = load()

    row.refresh_from_db()
    assert (row.due_on, row.provisional) == (date.fromisoformat(after), False)
    assert "C-5" not in [source["key"] for source in row.sources]
    changes = list(row.changes.all())
    assert len(changes) == (0 if kept is None else 1)
    for change in changes:
        assert (change.old_on.isoformat(), change.new_on.isoformat()) == (before, after)
        assert (change.kept, change.decision, change.provisional) == (kept, loaded.decision, False)
        assert change.counted_on == (date(2027, 9, 26) if kept else change.new_on)


def test_the_plan_says_what_the_deed_does(case):
    deadline(case, date(2027, 1, 29))
    deadline(case, date(2026, 12, 24))
    deadline(case, date(2027, 9, 20), WORKDAYS_5)
    file = year()

    plan = calendars.plan(file)

    assert [len(each) for each in (plan.later, plan.kept, plan.firm)] == [1, 1, 1]
    assert not DeadlineChange.objects.exists()
    load()
    assert sorted((one.deadline.pk, one.old_on, one.new_on) for one in plan.moved) == sorted(
        DeadlineChange.objects.values_list("deadline", "old_on", "new_on")
    )


def test_what_is_met_or_dropped_or_firm_keeps_its_day(case):
    rows = [deadline(case, date(2027, 1, 29)) for _ in range(3)]
    Deadline.objects.filter(pk=rows[0].pk).update(met_on=date(2027, 2, 1))
    Deadline.objects.filter(pk=rows[1].pk).update(dropped_on=date(2027, 2, 1))
    Deadline.objects.filter(pk=rows[2].pk).update(provisional=False)

    load()

    assert set(Deadline.objects.filter(pk__in=[r.pk for r in rows]).values_list("due_on", flat=True)) == {
        date(2027, 2, 12)
    }
    assert not DeadlineChange.objects.exists()


def test_what_reaches_beyond_the_year_stays_provisional(case):
    row = deadline(case, date(2027, 12, 24))

    load()

    row.refresh_from_db()
    assert (row.due_on.year, row.provisional, row.changes.count()) == (2028, True, 0)


def test_an_own_day_moves_what_is_provisional_only(case):
    vague, firm = deadline(case, date(2027, 3, 1), WORKDAYS_5), deadline(case, date(2026, 11, 23), WORKDAYS_5)
    assert (vague.due_on, firm.due_on) == (date(2027, 3, 8), date(2026, 11, 30))

    calendars.save_override(CalendarOverride(day=date(2027, 3, 3), is_workday=False), by=SYSTEM, on=LOADED)
    calendars.save_override(CalendarOverride(day=date(2026, 11, 25), is_workday=False), by=SYSTEM, on=LOADED)

    vague.refresh_from_db()
    firm.refresh_from_db()
    assert (vague.due_on, vague.provisional, firm.due_on) == (date(2027, 3, 9), True, date(2026, 11, 30))
    assert [change.provisional for change in vague.changes.all()] == [True]


def test_an_own_day_that_is_withdrawn_shortens_nothing(case):
    row = deadline(case, date(2027, 3, 1), WORKDAYS_5)
    own = calendars.save_override(CalendarOverride(day=date(2027, 3, 3), is_workday=False), by=SYSTEM, on=LOADED)

    calendars.delete_override(own, by=SYSTEM, on=LOADED)

    row.refresh_from_db()
    assert (row.due_on, row.changes.first().kept) == (date(2027, 3, 9), True)


DAYS_OF_2027 = st.sets(st.dates(date(2027, 1, 1), date(2027, 12, 31)), max_size=60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dates(date(2026, 12, 10), date(2027, 12, 20)),
    length=st.tuples(
        st.integers(1, 30), st.sampled_from(["workday", "day", "month"]), st.sampled_from(["none", "next_workday"])
    ),
    worked=DAYS_OF_2027,
    rest=DAYS_OF_2027,
)
def test_whatever_the_year_brings_no_day_is_shortened(case, start, length, worked, rest):
    n, unit, roll = length
    n = min(n, 3) if unit == "month" else n
    CalendarYear.objects.all().delete()
    profile.touch()
    row = deadline(case, start, Period(n=n, unit=unit, from_="notice.sent", roll=roll))
    told = row.due_on
    days = dict.fromkeys(worked, True) | dict.fromkeys(rest, False)
    file = YearFile(2027, tuple(NamedDay(day, is_workday, "节") for day, is_workday in sorted(days.items())))
    calendars.load_year(file, source=SOURCE, seen=calendars.plan(file).seen, by=SYSTEM, on=LOADED)

    row.refresh_from_db()
    assert row.due_on >= told
    counted = deadlines.counted_again(row, queries.calendar())
    assert counted is not None
    if not row.provisional:
        assert row.due_on == max(told, counted[0].day)
    for change in row.changes.all():
        assert change.new_on == max(change.old_on, change.counted_on)


def test_the_database_keeps_a_day_from_being_shortened(case):
    row = deadline(case, date(2027, 1, 29))
    change = DeadlineChange(
        case=case,
        deadline=row,
        code=row.code,
        old_on=row.due_on,
        counted_on=row.due_on - timedelta(1),
        new_on=row.due_on - timedelta(1),
        provisional=False,
        decision=DecisionRecord.objects.latest("pk"),
    )
    with pytest.raises(IntegrityError, match="never_shortened"):
        change.save()


def test_all_or_nothing(case):
    row = deadline(case, date(2027, 1, 29))

    with mock.patch.object(reminders, "tell_of_change", side_effect=RuntimeError), pytest.raises(RuntimeError):
        load()

    row.refresh_from_db()
    assert row.provisional
    assert not CalendarYear.objects.exists()
    assert not DeadlineChange.objects.exists()
    queries.forget()
    assert not queries.calendar().is_known(date(2027, 1, 1))


def test_a_change_stays_on_record(case):
    deadline(case, date(2027, 1, 29))
    load()

    with pytest.raises(Error):
        DeadlineChange.objects.update(new_on=date(2030, 1, 1))


def test_who_was_reminded_of_the_old_day_hears_of_the_new_one(case):
    person = world.seated("membership_dept")
    quiet = deadline(case, date(2027, 1, 29))
    row = deadline(case, date(2027, 1, 29))
    Deadline.objects.filter(pk=quiet.pk).update(watch_on=None)
    reminders.remind(on=date(2027, 2, 5))

    load(on=date(2027, 2, 6))

    told = Message.objects.filter(recipient=person, channel="portal", subject__startswith="期限顺延")
    assert [one.unique_key.split(":")[1] for one in told] == [str(row.pk)]
    assert "2027年2月12日" in told.get().text
    assert "2027年2月18日（星期四）" in told.get().text
    row.refresh_from_db()
    assert row.watch_on == date(2027, 2, 12)  # 5 working days before the new day
    assert reminders.remind(on=date(2027, 2, 12)).sent == 0  # that stage was sent for the old day
    assert reminders.remind(on=date(2027, 2, 17)).sent == 1


def test_what_was_written_while_the_year_was_loaded_is_caught_up(case):
    load()
    row = deadline(case, date(2027, 1, 29))
    Deadline.objects.filter(pk=row.pk).update(due_on=date(2027, 2, 12), provisional=True)

    assert calendars.catch_up(on=LOADED) == 1
    assert calendars.catch_up(on=LOADED) == 0

    row.refresh_from_db()
    assert (row.due_on, row.provisional) == (date(2027, 2, 18), False)


def test_a_deadline_of_before_periods_were_kept_is_counted_by_its_step():
    registration = world.paid()
    row = Deadline.objects.unmet().get(case=registration.case)
    Deadline.objects.filter(pk=row.pk).update(
        period=None, started_on=date(2027, 1, 29), due_on=date(2027, 2, 12), provisional=True
    )
    load()

    row.refresh_from_db()
    assert (row.due_on, row.provisional) == (date(2027, 2, 18), False)


# the days of other apps


@pytest.mark.parametrize(("told", "new"), [("2027-09-15", "2027-09-16"), ("2027-09-20", "2027-09-20")])
def test_until_when_a_registration_is_accepted_is_counted_again(told, new):
    """15 September 2027 is the mid-autumn festival; a later day that was told stays."""
    registration = world.noticed()
    assert (registration.closes_on, registration.closes_provisional) == (date(2027, 9, 15), True)
    row = Deadline.objects.get(case=registration.case, code="registration.closes")
    assert (row.due_on, row.provisional, row.body) == (date(2027, 9, 15), True, "")
    type(registration).objects.filter(pk=registration.pk).update(closes_on=told)

    load()

    registration.refresh_from_db()
    row.refresh_from_db()
    change = DeadlineChange.objects.get(case=registration.case, deadline=row)
    assert (registration.closes_on.isoformat(), registration.closes_provisional) == (new, False)
    assert (row.due_on, row.provisional) == (registration.closes_on, False)
    assert "C-5" not in [source["key"] for source in row.sources]
    assert (change.counted_on, change.new_on) == (date(2027, 9, 16), registration.closes_on)
    assert change.kept is (told == new)


# one count


def test_a_deadline_is_counted_and_cited_by_the_rule(case):
    """Both ways to a deadline say the same day under the same conventions."""
    book = queries.rulebook_of(case.version_id)
    step = next(s for flow in book.workflows["admission"] for s in flow.steps if s.deadline is not None)
    ruled = rules.deadline(
        book, step, step.deadline, events={step.deadline.from_: date(2026, 9, 18)}, calendar=queries.calendar()
    )
    sources = step.sources(book.id, step.deadline)

    row = deadlines.set_deadline(case, "again", step.deadline, body=step.actor, sources=sources, on=date(2026, 9, 18))

    assert (row.due_on, row.provisional) == (ruled.value.day, ruled.value.provisional)
    assert row.sources == [source.as_json() for source in ruled.sources]


@pytest.mark.parametrize(
    ("period", "keys"),
    [
        (Period(n=3, unit="workday", from_="notice.sent"), ["C-4"]),
        (Period(n=0, unit="same_day", from_="notice.sent"), ["C-8"]),
        (Period(n=1, unit="month", from_="notice.sent"), ["C-2"]),
        (Period(n=1, unit="month", from_="notice.sent", roll="next_workday"), ["C-2", "C-6"]),
        (Period(n=1, unit="year", from_="notice.sent", count_first=True), ["C-3"]),
    ],
)
def test_a_deadline_cites_how_it_was_counted(case, period, keys):
    row = deadlines.set_deadline(
        case, "x", period, body="secretariat", sources=(article("acg", "20"),), on=date(2026, 9, 18)
    )

    assert [source["key"] for source in row.sources] == ["20", *keys]
    assert row.period["n"] == period.n
    if period.unit == "month":
        assert row.due_on >= add(date(2026, 9, 18), 1, "month")


def test_a_rulebook_that_wants_no_provisional_day_says_so(case, monkeypatch):
    book = queries.rulebook_of(case.version_id)
    strict = book.model_copy(update={"calendar": book.calendar.model_copy(update={"missing_year": "error"})})
    monkeypatch.setattr(queries, "rulebook_of", lambda _version: strict)

    with pytest.raises(Refused) as refusal:
        deadlines.start(case, "decision.approved", on=date(2026, 12, 28))

    assert codes(refusal) == ["calendar_year_unknown"]
    assert deadlines.start(case, "decision.approved", on=date(2026, 9, 18))


# what the rulebook says of the calendar


def ruled(monkeypatch, case, **calendar):
    """The pinned rulebook with another ``[calendar]``."""
    book = queries.rulebook_of(case.version_id)
    changed = book.model_copy(update={"calendar": book.calendar.model_copy(update=calendar)})
    monkeypatch.setattr(queries, "rulebook_of", lambda _version: changed)
    return changed


@pytest.mark.parametrize(
    ("fixed", "last"),
    [
        (("01-01", "05-01", "05-02", "10-01", "10-02", "10-03"), date(2027, 1, 8)),
        (("01-01", "01-04"), date(2027, 1, 11)),
        ((), date(2027, 1, 8)),  # ours
    ],
)
def test_fixed_holidays_are_the_rulebooks(case, monkeypatch, fixed, last):
    """C-5: ten working days from Thursday 24 December 2026."""
    ruled(monkeypatch, case, fixed_holidays=fixed)

    row = deadline(case, date(2026, 12, 24))

    assert (row.due_on, row.provisional) == (last, True)
    load()
    row.refresh_from_db()
    assert not row.provisional
    assert row.due_on >= last


@pytest.mark.parametrize(
    ("cutoff", "at", "last"),
    [
        (None, time(23, 59), date(2026, 9, 15)),
        ("17:00", time(17, 0), date(2026, 9, 15)),
        ("17:00", time(17, 1), date(2026, 9, 16)),
        ("17:00", None, date(2026, 9, 15)),
    ],
)
def test_after_the_closing_hour_the_same_day_is_the_next_working_day(case, monkeypatch, cutoff, at, last):
    """C-8, 民法典 203 II: what comes in after the office has closed counts for the next working day."""
    book = queries.rulebook_of(case.version_id)
    step = book.workflow("admission", {"class": case.member_class}).step(case.step)
    at_once = Period(n=0, unit="same_day", from_="application.submitted")
    monkeypatch.setattr(deadlines, "steps_of", lambda _case: (step.model_copy(update={"deadline": at_once}),))
    ruled(monkeypatch, case, cutoff=cutoff)
    Deadline.objects.all().delete()

    (row,) = deadlines.start(case, "application.submitted", at=at, on=date(2026, 9, 15))

    assert row.due_on == last


def test_the_web_form_says_at_what_time_it_came_in(monkeypatch, clock):
    clock("2026-09-15 17:30")
    seen = []
    monkeypatch.setattr(submission.applications, "submit", lambda *_args, **facts: seen.append(facts))
    application = world.draft()
    client = Client()
    client.force_login(application.case.applicant)

    client.post(reverse("application_submit", args=[application.case.key]))

    assert [facts["at"].hour for facts in seen] == [17]


@pytest.mark.parametrize(
    ("told", "new"), [(date(2027, 5, 3), date(2027, 5, 6)), (date(2027, 5, 10), date(2027, 5, 10))]
)
def test_until_when_a_fee_is_paid_is_counted_again(told, new):
    """1 May 2027 is a Saturday; by the notice the holidays last until the 5th."""
    line = world.invoice_of(world.noticed()).lines.first()
    rule = {"kind": "fixed", "month": 5, "day": 1, "inclusive": True, "roll": "next_workday"}
    lines = type(line).objects.filter(pk=line.pk)
    lines.update(year=2027, due_on=told, provisional=True, counted={"rule": rule, "year": 2027})

    load()

    line = lines.get()
    assert (line.due_on, line.provisional) == (new, False)
    (change,) = DeadlineChange.objects.filter(code="fees.2027", deadline=None)
    assert (change.old_on, change.counted_on, change.new_on) == (told, date(2027, 5, 6), new)
    assert what_words(change.case, change.code) == "2027年会费交纳期限"


def test_a_fee_line_keeps_how_its_day_was_counted():
    rule = queries.rulebook_on(date(2026, 9, 18)).fees
    found = payable.until(rule, payable.FeePeriod("year", 2027), queries.calendar(), events={}, joined=None)

    assert payable.again(found.counted, queries.calendar()) == Due(found.on, found.provisional)
