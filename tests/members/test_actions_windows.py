"""Until when a new member registers: a deadline of theirs, reminded of by stages, over once the fee is paid."""

from datetime import date, timedelta

import pytest

from association.actions import reminders
from association.actors import SYSTEM
from association.cases import engine
from association.decisions import failed, setting
from association.models import Deadline, Message, Reminder
from association.rulebook import preset_text
from association.rules.reminders import ESCALATION
from members.actions import registrations
from portal.demo import loader
from tests import world
from tests.calendars import YEAR_2027, load

pytestmark = pytest.mark.django_db

CLOSES = date(2027, 9, 15)
"""A year after the application of 15 September 2026; the calendar of 2027 is not published."""


@pytest.fixture(autouse=True)
def _clock(clock, db):
    clock("2026-11-20")


@pytest.fixture
def registration():
    world.found()
    return world.noticed()


def window(registration):
    return Deadline.objects.get(case=registration.case, code="registration.closes")


def told(user):
    found = Message.objects.filter(recipient=user, channel="portal", unique_key__startswith="deadline:")
    return list(found.order_by("pk"))


@pytest.mark.rule("ACG-21.b")
def test_the_window_is_a_deadline_of_the_applicant(registration):
    row = window(registration)

    assert (row.body, row.started_on, row.due_on, row.provisional) == ("", world.NOTICED, CLOSES, True)
    assert (row.met_on, row.dropped_on) == (None, None)
    assert row.due_on == registration.closes_on
    assert {"21", "C-2", "C-5", "C-6"} <= {source["key"] for source in row.sources}


@pytest.mark.rule("ACG-21.b")
def test_the_applicant_is_reminded_by_stages(registration, clock):
    """Day by day around the last one: five working days before, one before, on the day, after it, and upwards."""
    applicant, chief = registration.case.applicant, world.seated("secretary_general")
    Deadline.objects.exclude(pk=window(registration).pk).update(watch_on=None)
    day = CLOSES - timedelta(20)
    while day < CLOSES + timedelta(20):
        reminders.remind(on=day)
        day += timedelta(1)

    found = Reminder.objects.filter(deadline=window(registration)).order_by("pk")
    assert [(one.stage, one.outcome, one.done_on) for one in found] == [
        ("before_5", "sent", date(2027, 9, 8)),
        ("before_1", "sent", date(2027, 9, 14)),
        ("on_day", "sent", CLOSES),
        ("overdue_1", "sent", date(2027, 9, 16)),
        (ESCALATION, "sent", date(2027, 9, 20)),
    ]
    assert [message.subject for message in told(applicant)] == [
        f"{state}：会员登记，{registration.case.subject}"
        for state in ("还剩 5 个工作日", "还剩 1 个工作日", "今天到期", "已逾期 1 个工作日", "已逾期 3 个工作日")
    ]
    assert "第二十一条" in told(applicant)[0].text
    assert len(told(chief)) == 1


@pytest.mark.rule("ACG-21.b")
@pytest.mark.parametrize(
    ("submitted", "noticed", "closes"),
    [
        (date(2026, 3, 10), date(2026, 6, 15), date(2027, 3, 10)),
        (date(2025, 10, 3), date(2026, 6, 15), date(2026, 10, 8)),  # rolls over the national holidays
        (date(2025, 10, 3), date(2026, 9, 8), date(2026, 10, 8)),  # both on the same day
        (date(2025, 10, 3), date(2026, 9, 9), date(2026, 10, 9)),  # thirty days from the notice are longer
    ],
)
def test_it_ends_with_the_later_of_both_periods(submitted, noticed, closes):
    world.found()
    membership = world.approved().case.membership
    type(membership.case).objects.filter(pk=membership.case.pk).update(submitted_on=submitted)
    membership.case.refresh_from_db()

    registration = registrations.open_initial(membership, applicant=None, noticed_on=noticed, by=SYSTEM)

    assert window(registration).due_on == registration.closes_on == closes


def test_a_window_that_is_over_when_the_notice_goes_out_is_late_at_once(monkeypatch):
    """A document without the thirty days: nothing lapses by itself, and nobody stumbles over the day."""
    book = preset_text("acg")
    line = next(row for row in book.splitlines() if "受理期限不早于发出通知后30日届满" in row)
    monkeypatch.setattr(loader, "preset_text", lambda _id: book.replace(line, ""))
    world.found()
    membership = world.approved().case.membership
    type(membership.case).objects.filter(pk=membership.case.pk).update(submitted_on=date(2025, 3, 10))
    membership.case.refresh_from_db()

    registration = registrations.open_initial(membership, applicant=None, noticed_on=world.NOTICED, by=SYSTEM)

    row = window(registration)
    assert (row.started_on, row.due_on) == (date(2026, 3, 10), date(2026, 3, 10))
    assert row in Deadline.objects.overdue(world.NOTICED)


def test_where_no_window_is_written_there_is_no_such_deadline(monkeypatch):
    text = preset_text("acg").split("[workflows.registration_initial.window]")
    rest = text[1][text[1].index("[[workflows.registration_initial.steps]]") :]
    monkeypatch.setattr(loader, "preset_text", lambda _id: text[0] + rest)
    world.found()

    registration = world.noticed()

    assert registration.closes_on is None
    assert not Deadline.objects.filter(code="registration.closes").exists()


@pytest.mark.rule("ACG-21.b")
def test_it_is_met_when_the_fee_is_paid(registration):
    world.paid(registration)

    assert window(registration).met_on == world.PAID
    reminders.remind(on=CLOSES)
    assert not Reminder.objects.filter(deadline=window(registration)).exists()
    assert not told(registration.case.applicant)


def test_it_runs_again_when_more_is_owed(registration):
    """ACG-31.c: a tier is conferred after the fee was accepted; the stages that were done stay done."""
    Deadline.objects.exclude(pk=window(registration).pk).update(watch_on=None)
    reminders.remind(on=date(2027, 9, 8))
    paid = world.paid(registration)
    assert window(registration).watch_on is None

    registrations.reopen_payment(paid, failed("x", setting("x")), note="再交", by=SYSTEM, on=date(2027, 9, 10))

    assert (window(registration).met_on, window(registration).due_on) == (None, CLOSES)
    reminders.remind(on=date(2027, 9, 14))
    stages = Reminder.objects.filter(deadline=window(registration)).order_by("pk").values_list("stage", flat=True)
    assert list(stages) == ["before_5", "before_1"]


def test_it_falls_when_the_registration_is_void(registration):
    engine.void(registration.case, failed("x", setting("x")), note="撤销", by=SYSTEM, on=date(2026, 10, 1))

    assert window(registration).dropped_on == date(2026, 10, 1)
    assert reminders.remind(on=CLOSES).sent == 0


def test_whoever_was_told_until_when_to_register_hears_of_the_later_day(registration):
    """The notice named the day, so nobody need have been reminded; a second file that changes nothing tells nobody."""
    load()

    told = Message.objects.filter(recipient=registration.case.applicant, unique_key__contains=":moved:")
    (message,) = told.filter(channel="portal")
    assert message.subject == f"期限顺延：会员登记，{registration.case.subject}"
    assert "由2027年9月15日改为2027年9月16日（星期四）" in message.text
    assert "第二十一条" in message.text
    load(YEAR_2027 + "2027-06-12,上班,端午节\n")
    assert told.filter(channel="portal").count() == 1
