"""People are reminded of what is due: once for each stage, the newest after missed days, on record either way."""

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.db import connection
from django.db.utils import Error
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from association import queries
from association.actions import reminders
from association.cases import deadlines
from association.models import Body, Case, CaseParticipant, Deadline, DecisionRecord, Message, Reminder, Seat
from association.rulebook import load, preset_text
from association.rulebook.schema import Period
from association.rules.reminders import ESCALATION
from tests import world
from tests.calendars import WORKDAYS_10, deadline

pytestmark = pytest.mark.django_db

STARTED = date(2026, 11, 9)  # a Monday; 10 working days later is Monday 23 November
DUE = date(2026, 11, 23)
DAYS = {"before_5": date(2026, 11, 16), "before_1": date(2026, 11, 20), "on_day": DUE,
        "overdue_1": date(2026, 11, 24), ESCALATION: date(2026, 11, 26)}  # fmt: skip


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
    row = deadline(case, STARTED, code=case.step)
    assert row.due_on == DUE
    return row


@pytest.fixture
def person():
    return world.seated("membership_dept")


def done(row):
    found = row.reminders.order_by("pk").values_list("stage", "outcome", "reason")
    return [f"{stage} {reason or outcome}" for stage, outcome, reason in found]


def run(day):
    return reminders.remind(on=day)


def told(user):
    return list(Message.objects.filter(recipient=user, channel="portal", unique_key__startswith="deadline:"))


def test_a_stage_is_sent_on_its_day_to_whom_it_concerns(row, person):
    assert row.watch_on == DAYS["before_5"]

    run(DAYS["before_5"] - timedelta(1))
    assert not Reminder.objects.exists()
    run(DAYS["before_5"])

    (message,) = told(person)
    assert message.subject == f"还剩 5 个工作日：会员部资格审查，{row.case.subject}"
    assert "期限为2026年11月23日（星期一）" in message.text
    assert "第二十条" in message.text
    assert message.link.endswith(f"/{row.case.key}/")
    mails = Message.objects.filter(recipient=person, channel="mail", unique_key__startswith="digest:")
    assert mails.filter(sent_at=None, failed_at=None).count() == 1
    reminder = row.reminders.get()
    assert (reminder.body, reminder.told, reminder.planned_on) == ("membership_dept", 1, DAYS["before_5"])
    row.refresh_from_db()
    assert row.watch_on == DAYS["before_1"]


def test_day_by_day_every_stage_is_sent_once(row, person):
    day = STARTED
    while day < date(2026, 12, 10):
        run(day)
        run(day)  # the duty runs twice
        day += timedelta(1)

    assert done(row) == [f"{stage} sent" for stage in DAYS]
    assert [reminder.done_on for reminder in row.reminders.order_by("pk")] == list(DAYS.values())
    assert len(told(person)) == len(DAYS)
    row.refresh_from_db()
    assert row.watch_on is None


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # three days were missed over a weekend and more
        (["2026-11-16", "2026-11-24"], ["before_5 sent", "before_1 overtaken", "on_day overtaken", "overdue_1 sent"]),
        # the very first run comes after everything
        (["2027-01-15"], ["before_5 overtaken", "before_1 overtaken", "on_day overtaken", "overdue_1 overtaken",
                          "escalation sent"]),
        # the clock jumps forward over midnight, and back
        (["2026-11-20", "2026-11-23", "2026-11-20", "2026-11-23"], ["before_5 overtaken", "before_1 sent",
                                                                   "on_day sent"]),
        # back before anything was due
        (["2026-11-16", "2026-11-10"], ["before_5 sent"]),
    ],
)  # fmt: skip
def test_the_clock_may_jump(row, person, days, expected):
    for day in days:
        run(date.fromisoformat(day))

    assert done(row) == expected
    assert len(told(person)) == sum(line.endswith(" sent") for line in expected)


def test_a_duty_that_runs_over_midnight_asks_for_the_day_once(row, person, clock, monkeypatch):
    clock("2026-11-16 23:59")
    asked = []
    real = reminders._batch

    def batch(on, told):
        asked.append(on)
        clock("2026-11-20 00:01")
        return real(on, told)

    monkeypatch.setattr(reminders, "_batch", batch)
    current_app.loader.import_default_modules()
    current_app.tasks["association.daily_duties"]()

    assert set(asked) == {date(2026, 11, 16)}
    assert done(row) == ["before_5 sent"]
    current_app.tasks["association.daily_duties"]()
    assert done(row) == ["before_5 sent", "before_1 sent"]


@pytest.mark.parametrize("field", ["met_on", "dropped_on"])
def test_what_is_done_reminds_nobody(row, person, field):
    Deadline.objects.filter(pk=row.pk).update(**{field: DAYS["before_5"]})

    run(DUE)

    assert not Reminder.objects.exists()


def test_nobody_to_tell_is_on_record(row):
    assert not Seat.objects.filter(body__key="membership_dept").exists()

    run(DAYS["before_5"])

    assert done(row) == ["before_5 nobody"]
    assert row.reminders.get().told == 0


def test_whose_seat_has_ended_or_whose_account_is_closed_is_not_told(row, person):
    gone, closed = world.seated("membership_dept"), world.seated("membership_dept")
    Seat.objects.filter(user=gone).update(until=DAYS["before_5"])
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)

    run(DAYS["before_5"])

    assert (len(told(person)), told(gone), told(closed)) == (1, [], [])


def test_what_is_late_is_brought_before_the_secretary_general(row, person):
    chief = world.seated("secretary_general")

    run(DAYS["overdue_1"])
    assert told(chief) == []
    run(DAYS[ESCALATION])

    (message,) = told(chief)
    assert message.subject.startswith("已逾期 3 个工作日")
    assert "由会员部办理，因已逾期" in message.text
    assert "第二十条" in message.text
    reminder = row.reminders.get(stage=ESCALATION)
    assert (reminder.body, reminder.told) == ("secretary_general", 2)
    own = told(person)
    assert len(own) == 2
    assert own[-1].text.startswith("会员部：")
    assert "由会员部办理" not in own[-1].text  # the order is asked of the secretary-general alone


def test_where_the_step_names_a_body_that_body_hears_on_the_first_day(case, person):
    """As FIRE's review of papers: 逾期的报秘书处."""
    own = case
    named = {"id": "check", "name": "材料审核", "actor": "membership_dept", "action": "review", "ref": ["20"],
             "escalate_to": "secretariat"}  # fmt: skip
    Case.objects.filter(pk=own.pk).update(own_steps=[named])
    own.refresh_from_db()
    office = world.seated("secretariat")
    row = deadline(own, date(2026, 11, 23), Period(n=0, unit="same_day", from_="application.submitted"), code="check")
    assert (row.due_on, row.watch_on) == (date(2026, 11, 23), date(2026, 11, 23))

    run(date(2026, 11, 24))

    assert done(row) == ["before_5 too_short", "before_1 too_short", "on_day overtaken", "escalation sent"]
    assert row.reminders.get(stage=ESCALATION).body == "secretariat"
    assert (len(told(office)), len(told(person))) == (1, 1)


def test_the_applicant_is_told_of_their_own_step():
    registration = world.noticed()
    case = registration.case
    Deadline.objects.update(watch_on=None)
    row = deadline(case, STARTED, code=case.step, body="secretariat")
    other, office = world.user(), world.seated("secretariat")
    CaseParticipant.objects.create(case=case, user=other, decision=DecisionRecord.objects.latest("pk"))

    run(DAYS["before_5"])

    (message,) = told(case.applicant)
    assert message.link == "/my/"
    assert message.text.startswith(f"{case.subject}：")
    assert len(told(other)) == 1
    assert told(office) == []
    assert row.reminders.get().told == 2
    chief = world.seated("secretary_general")
    run(DAYS[ESCALATION])
    assert len(told(chief)) == 1


def test_a_provisional_day_is_called_so(case, person):
    row = deadline(case, date(2027, 3, 1), WORKDAYS_10)

    run(row.due_on)

    assert "暂定" in told(person)[-1].text


def test_many_are_told_in_batches(case, person, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 3)
    Deadline.objects.update(watch_on=None)
    rows = [deadline(case, STARTED) for _ in range(8)]

    result = run(DAYS["before_5"])

    assert (result.sent, result.skipped) == (8, 0)
    assert [done(row) for row in rows] == [["before_5 sent"]] * 8


def test_what_is_not_due_is_not_read(row, case, person, django_assert_num_queries):
    for _ in range(20):
        deadline(case, STARTED + timedelta(30))
    run(DAYS["before_5"])

    with django_assert_num_queries(4):  # savepoint, read, release; is there a mail to write
        run(DAYS["before_5"])


def test_a_run_that_breaks_off_is_done_again_whole(case, person, monkeypatch):
    monkeypatch.setattr(reminders, "AT_ONCE", 2)
    Deadline.objects.update(watch_on=None)
    rows = [deadline(case, STARTED) for _ in range(5)]
    real = reminders._send
    calls = []

    def send(*args):
        calls.append(args)
        if len(calls) == 4:
            raise RuntimeError("killed")
        return real(*args)

    monkeypatch.setattr(reminders, "_send", send)
    with pytest.raises(RuntimeError):
        run(DAYS["before_5"])
    assert Reminder.objects.count() == 2
    assert len(told(person)) == 2

    run(DAYS["before_5"])

    assert [done(row) for row in rows] == [["before_5 sent"]] * 5
    assert len(told(person)) == 5


def test_a_reminder_is_one_and_stays(row, person):
    run(DAYS["before_5"])
    with pytest.raises(Error):
        Reminder.objects.update(told=9)


def test_an_unseated_body_that_does_not_exist_any_more_harms_nothing(row):
    Deadline.objects.filter(pk=row.pk).update(body="gone")
    assert not Body.objects.filter(key="gone").exists()

    run(DAYS[ESCALATION])

    assert done(row)[-1] == "escalation nobody"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jumps=st.lists(st.integers(-6, 15), min_size=1, max_size=8), length=st.integers(1, 15))
def test_however_the_clock_runs_nothing_is_said_twice(case, jumps, length):
    Deadline.objects.update(watch_on=None)
    row = deadline(case, STARTED, Period(n=length, unit="workday", from_="application.submitted"))
    person = Seat.objects.filter(body__key="membership_dept").first()
    user = person.user if person else world.seated("membership_dept")
    before = len(told(user))
    on = STARTED
    for jump in jumps:
        on += timedelta(jump)
        run(on)
    stages = [line.split()[0] for line in done(row)]
    sent = [line for line in done(row) if line.endswith(" sent")]
    assert len(stages) == len(set(stages))
    assert len(told(user)) - before == len(sent)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_duties_at_once_share_the_work(clock, monkeypatch):
    """On PostgreSQL: while one holds its batch, the other takes the next; nobody is told twice, nothing waits."""
    monkeypatch.setattr(reminders, "AT_ONCE", 4)
    case, person = world.submitted().case, world.seated("membership_dept")
    Deadline.objects.update(watch_on=None)
    rows = [deadline(case, STARTED) for _ in range(10)]
    meeting = threading.Barrier(2, timeout=30)
    first = threading.local()
    real = reminders._send

    def tell(*args):
        if not getattr(first, "met", False):
            first.met = True
            meeting.wait()  # both hold a batch now
        return real(*args)

    monkeypatch.setattr(reminders, "_send", tell)

    def duty():
        try:
            return reminders.remind(on=DAYS["before_5"]).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = [future.result(60) for future in [pool.submit(duty), pool.submit(duty)]]

    assert sum(sent) == 10
    assert min(sent) > 0
    assert [done(row) for row in rows] == [["before_5 sent"]] * 10
    assert len(told(person)) == 10


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_duty_that_is_killed_is_taken_up_where_it_stopped(tmp_path):
    """The process really dies in the middle of its second batch, on PostgreSQL; the next run does the rest once."""
    case, person = world.submitted().case, world.seated("membership_dept")
    Deadline.objects.update(watch_on=None)
    rows = [deadline(case, STARTED) for _ in range(10)]
    script = tmp_path / "duty.py"
    script.write_text(KILLED.format(name=connection.settings_dict["NAME"], day=DAYS["before_5"].isoformat()))

    died = subprocess.run([sys.executable, str(script)], check=False, cwd=django_settings.BASE_DIR)

    assert died.returncode == -signal.SIGKILL
    assert Reminder.objects.count() == 4
    assert len(told(person)) == 4
    run(DAYS["before_5"])
    assert [done(row) for row in rows] == [["before_5 sent"]] * 10
    assert len(told(person)) == 10


KILLED = """
import os, signal, sys
sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
import django
django.setup()
from datetime import date
from django.db import connection
connection.settings_dict["NAME"] = "{name}"
from association import queries
from association.actions import reminders
from association.cases import deadlines
reminders.AT_ONCE = 4
real, calls = reminders._send, []
def send(*args):
    calls.append(args)
    if len(calls) == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*args)
reminders._send = send
reminders.remind(on=date.fromisoformat("{day}"))
"""


# what the document says


RULES = """
[[reminders]]
id = "review"
actions = ["review"]
before = [3]
on_day = false
after = []
escalate_after = 2
escalate_to = "standing_council"
ref = ["20"]
"""


def with_rules(case, monkeypatch):
    book = load(preset_text("acg") + RULES)
    monkeypatch.setattr(queries, "rulebook_of", lambda _version: book)
    deadlines.workflow_steps(case.kind, case.version_id, case.member_class)
    return book


def test_the_document_says_when_and_who_hears_of_it(case, person, monkeypatch):
    Deadline.objects.update(watch_on=None)
    with_rules(case, monkeypatch)
    chief = world.seated("standing_council")
    row = deadline(case, STARTED, code=case.step)
    assert row.watch_on == date(2026, 11, 18)

    day = STARTED
    while day < date(2026, 12, 1):
        run(day)
        day += timedelta(1)

    assert done(row) == ["before_3 sent", f"{ESCALATION} sent"]
    assert len(told(chief)) == 1
    first = row.reminders.order_by("pk")[0]
    assert [source["key"] for source in first.sources] == ["20"]


def test_where_the_document_is_silent_it_is_our_setting(row, person):
    run(DAYS["before_5"])

    (one,) = row.reminders.all()
    assert [(source["kind"], source["key"]) for source in one.sources] == [("setting", "reminders")]


def test_what_waits_for_the_applicant_is_told_to_them(case):
    Deadline.objects.update(watch_on=None)
    row = deadline(case, STARTED, code="registration.closes", body="")

    run(DAYS["before_5"])

    assert done(row) == ["before_5 sent"]
    (message,) = told(case.applicant)
    assert "会员登记" in message.subject
    run(DAYS[ESCALATION])
    assert Reminder.objects.get(stage=ESCALATION).body == "secretary_general"
