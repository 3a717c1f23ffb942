"""What is due is told singly in the portal, and in one mail a person and day."""

from datetime import date, timedelta

import pytest

from association.actions import digests, reminders
from association.actions.digests import Notice
from association.letters import Letter
from association.models import Deadline, DigestLine, Message
from tests import world
from tests.calendars import deadline

pytestmark = pytest.mark.django_db

STARTED = date(2026, 11, 9)
DAY = date(2026, 11, 16)  # five working days before the last
LETTER = Letter("deadline.reminder", "主题", "正文", link="/")


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-11-09")
    world.found()


@pytest.fixture
def case():
    found = world.submitted().case
    Deadline.objects.update(watch_on=None)
    return found


@pytest.fixture
def person():
    return world.seated("membership_dept")


def mails(user):
    return list(
        Message.objects.filter(recipient=user, channel="mail", unique_key__startswith="digest:").order_by("pk")
    )


def portal(user):
    return Message.objects.filter(recipient=user, channel="portal", unique_key__startswith="deadline:").count()


def test_ten_things_are_one_mail_and_ten_messages(case, person):
    for _ in range(10):
        deadline(case, STARTED)

    reminders.remind(on=DAY)

    (mail,) = mails(person)
    assert portal(person) == 10
    assert mail.subject.startswith("10 件待办事项，最近一件：还剩 5 个工作日")
    assert [f"{n}. " in mail.text for n in range(1, 12)] == [True] * 10 + [False]
    assert mail.text.count("依据：《") == 10
    assert mail.link == "/admin/"
    assert (mail.sent_at, mail.topic) == (None, "deadline")
    assert set(DigestLine.objects.values_list("mail", flat=True)) == {mail.pk}


def test_one_thing_is_mailed_as_it_stands(case, person):
    deadline(case, STARTED, code=case.step)

    reminders.remind(on=DAY)

    (mail,) = mails(person)
    told = Message.objects.get(recipient=person, channel="portal", unique_key__startswith="deadline:")
    assert (mail.subject, mail.text, mail.link) == (told.subject, told.text, told.link)


def test_the_nearest_stand_first_and_the_rest_is_counted(case, person, monkeypatch):
    monkeypatch.setattr(digests, "SHOWN", 3)
    late = deadline(case, STARTED - timedelta(14))
    for _ in range(4):
        deadline(case, STARTED)

    reminders.remind(on=DAY)

    (mail,) = mails(person)
    assert mail.text.index("1. ") < mail.text.index("期限为2026年11月9日") < mail.text.index("2. ")
    assert "另有 2 件" in mail.text
    assert "5 件待办事项" in mail.subject
    assert late.reminders.filter(outcome="sent").exists()


def test_one_mail_a_day_whatever_comes_later(case, person):
    deadline(case, STARTED)
    reminders.remind(on=DAY)
    deadline(case, STARTED)
    reminders.remind(on=DAY)

    assert (len(mails(person)), portal(person)) == (1, 2)

    reminders.remind(on=DAY + timedelta(1))

    assert (len(mails(person)), portal(person)) == (2, 2)
    reminders.remind(on=DAY + timedelta(2))
    assert len(mails(person)) == 2


def test_what_was_told_before_the_worker_died_is_mailed_by_the_next_run(case, person, monkeypatch):
    for _ in range(3):
        deadline(case, STARTED)

    def dies(**_kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(digests, "mail", dies)
        with pytest.raises(RuntimeError):
            reminders.remind(on=DAY)
    assert (len(mails(person)), portal(person)) == (0, 3)

    reminders.remind(on=DAY)
    reminders.remind(on=DAY)

    (mail,) = mails(person)
    assert "3 件待办事项" in mail.subject


def test_a_mail_that_breaks_off_leaves_no_line_marked(case, person, monkeypatch):
    deadline(case, STARTED)

    def dies(*_args, **_kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(digests.messages, "send_out", dies)
        with pytest.raises(RuntimeError):
            reminders.remind(on=DAY)

    assert mails(person) == []
    assert DigestLine.objects.filter(done_on__isnull=True).count() == 1


def test_the_same_occasion_is_told_once(person):
    one = Notice("deadline:1:x:1", person, LETTER, "一行", DAY)

    digests.put([one, one])
    digests.put([one])

    assert (portal(person), DigestLine.objects.count()) == (1, 1)


@pytest.mark.parametrize("number", [1, 30])
def test_many_are_written_in_a_fixed_number_of_queries(case, person, number, django_assert_num_queries):
    notices = [Notice(f"deadline:{n}:x:1", person, LETTER, "一行", DAY) for n in range(number)]

    with django_assert_num_queries(3):  # two inserts, one read
        digests.put(notices)


def test_who_has_no_address_is_told_in_the_portal_alone(case, person):
    type(person).objects.filter(pk=person.pk).update(email="")
    deadline(case, STARTED)

    reminders.remind(on=DAY)
    reminders.remind(on=DAY + timedelta(1))

    assert (mails(person), portal(person)) == ([], 1)
    assert list(DigestLine.objects.values_list("done_on", "mail")) == [(DAY, None)]
