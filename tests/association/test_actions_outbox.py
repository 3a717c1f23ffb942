"""The outbox: each message once, whatever happens to the server, the worker and the clock."""

import smtplib
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import IntegrityError, transaction

from association import channels
from association.actions import addresses, failures, messages, outbox
from association.actors import SYSTEM, Actor
from association.channels import InDoubt
from association.channels import mail as mail_channel
from association.clock import now as clock_now
from association.db.constraints import violation_message
from association.decisions import Refused
from association.models import DeadAddress, Message, Outlet
from association.models.message import Channel, Failure, MessageKind
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(clock, db):
    clock("2026-09-21")
    world.found()


@pytest.fixture
def person():
    return world.user("person@test.example", name="张三")


def tell(user, occasion="test", **changes):
    return messages.tell(
        user, **({"occasion": occasion, "subject": "贵单位的申请", "text": "已受理。", "link": "/my/"} | changes)
    )


def row(channel=Channel.MAIL, **filters):
    return Message.objects.get(channel=channel, **filters)


class TestWhatGoesOut:
    def test_a_mail_is_sent_once_and_kept_as_it_went_out(self, person, settings):
        settings.SITE_URL = "https://members.test.example"
        tell(person)

        assert outbox.send("mail") == 1
        assert outbox.send("mail") == 0

        (sent,) = mail.outbox
        kept = row()
        assert sent.to == ["person@test.example"]
        assert sent.body == "已受理。\n\nhttps://members.test.example/my/"
        assert sent.extra_headers["Message-ID"] == f"<{kept.key}@members.test.example>"
        assert kept.sent_as["text"] == sent.body
        assert kept.sent_as["To"] == "person@test.example"
        assert kept.sent_as["Message-ID"] == sent.extra_headers["Message-ID"]
        assert "List-Unsubscribe" not in sent.extra_headers

    def test_the_same_occasion_is_one_message(self, person):
        tell(person)
        tell(person, subject="又一次")

        assert Message.objects.count() == 2
        assert outbox.send("mail") == 1

    def test_a_newsletter_says_how_to_end_it_in_one_click(self, person, settings):
        settings.SITE_URL = "https://members.test.example"
        other = world.user("other@test.example")
        messages.tell_many(
            {"n:1": person, "n:2": other},
            subject="会讯",
            text="本期内容",
            kind=MessageKind.NEWSLETTER,
            unsubscribe=lambda user: f"/newsletter/off/{user.pk}/",
        )
        outbox.send("mail")

        headers = {message.to[0]: message.extra_headers for message in mail.outbox}
        for user in (person, other):
            address = f"<https://members.test.example/newsletter/off/{user.pk}/>"
            assert headers[user.email]["List-Unsubscribe"] == address
            assert headers[user.email]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_notices_go_before_newsletters(self, person):
        tell(person, "letter", kind=MessageKind.NEWSLETTER, subject="会讯")
        tell(person, "notice", subject="通知")
        outbox.send("mail")

        assert [message.subject for message in mail.outbox] == ["通知", "会讯"]

    def test_a_bounce_finds_its_way_back_to_the_message(self, person, settings):
        settings.MAIL_BOUNCES_TO = "bounces@test.example"
        settings.DEFAULT_FROM_EMAIL = "协会 <office@test.example>"
        tell(person)
        outbox.send("mail")

        (sent,) = mail.outbox
        assert sent.from_email == f"bounces+{row().key.hex}@test.example"
        assert sent.extra_headers["From"] == "协会 <office@test.example>"


class TestWhatIsKept:
    def refused(self, change, words):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            change()
        assert violation_message(refusal.value) == words

    def test_what_a_message_says_is_not_changed(self, person):
        tell(person)

        for change in ({"subject": "x"}, {"text": "x"}, {"link": "/x/"}, {"unique_key": "x"}, {"kind": "newsletter"}):
            self.refused(lambda change=change: Message.objects.update(**change), "消息的内容不能修改，请另发一条。")
        self.refused(Message.objects.all().delete, "消息的内容不能修改，请另发一条。")

    def test_what_was_sent_stays_as_it_went_out(self, person):
        tell(person)
        Message.objects.filter(channel="mail").update(sent_as={"To": "elsewhere"})
        outbox.send("mail")

        sent = Message.objects.filter(channel="mail")
        for change in ({"sent_as": None}, {"sent_at": None}, {"receipt": "x"}, {"sent_as": {"text": "x"}}):
            self.refused(lambda change=change: sent.update(**change), "已发出的消息保持发出时的原样。")
        assert sent.get().sent_as["To"] == "person@test.example"
        assert row(Channel.PORTAL).read_at is None
        Message.objects.update(read_at=row().created_at + timedelta(1))

    def test_a_failure_has_its_day_and_its_reason(self, person):
        tell(person)
        now = row().created_at
        mails = Message.objects.filter(channel="mail")

        words = "停止发送的消息须写明时间和原因。"
        self.refused(lambda: mails.update(failed_at=now), words)
        self.refused(lambda: mails.update(failure="refused"), words)
        mails.update(failed_at=now, failure="refused")
        mails.update(failed_at=None, failure="")
        outbox.send("mail")
        self.refused(lambda: mails.update(failed_at=now, failure="refused"), "已发出的消息只可能被退回。")
        mails.update(failed_at=now, failure="bounced")


class Server:
    """A mail server that can be away, refuse, put off, or fall silent after the text was handed over."""

    def __init__(self):
        self.away = False
        self.answers = {}
        self.got = []

    def open(self):
        if self.away:
            raise ConnectionRefusedError("connection refused")

    def close(self):
        pass

    def send_messages(self, mails):
        (letter,) = mails
        answer = self.answers.get(letter.to[0])
        if isinstance(answer, InDoubt):
            self.got.append(letter.to[0])
        if answer is not None:
            raise answer
        self.got.append(letter.to[0])


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr("association.channels.mail.get_connection", lambda: server)
    return server


def untouched():
    return Message.objects.filter(channel="mail", sent_at=None, failed_at=None, attempts=0, begun_at=None)


def people(number):
    return [world.user(f"p{n}@test.example") for n in range(number)]


class TestServerAway:
    def test_a_day_without_a_server_loses_nothing_and_each_message_goes_out_once(self, server, clock):
        for number, user in enumerate(people(30)):
            tell(user, f"n:{number}")
        server.away = True
        start = datetime(2026, 9, 21, 10, tzinfo=UTC)
        for minutes in range(0, 24 * 60, 5):
            clock(start + timedelta(minutes=minutes))
            outbox.send("mail")

        assert (
            Message.objects.filter(channel="mail", sent_at=None, failed_at=None, attempts=0, begun_at=None).count()
            == 30
        )
        outlet = Outlet.objects.get()
        assert outlet.down_since == start
        assert 24 * 4 - 1 <= outlet.failures <= 24 * 4 + 10
        server.away = False
        for minutes in range(0, 60, 5):
            clock(start + timedelta(days=1, minutes=minutes))
            outbox.send("mail")
        assert sorted(server.got) == sorted(f"p{n}@test.example" for n in range(30))
        outlet.refresh_from_db()
        assert (outlet.down_since, outlet.failures, outlet.error) == (None, 0, "")

    def test_after_three_days_it_is_given_up_and_seen(self, server, clock, person):
        tell(person)
        server.away = True
        start = datetime(2026, 9, 21, 10, tzinfo=UTC)
        for hours in range(72):
            clock(start + timedelta(hours=hours))
            outbox.send("mail")
        tell(person, "late")
        assert not Message.objects.filter(failed_at__isnull=False).exists()

        clock(start + timedelta(hours=73))
        outbox.send("mail")

        assert row(unique_key="test").failure == Failure.EXPIRED
        assert "refused" in row(unique_key="test").error
        assert row(unique_key="late").failed_at is None

    @pytest.mark.parametrize("days", [3, 400])
    def test_a_clock_that_jumps_ahead_gives_nothing_up(self, server, clock, person, days):
        tell(person)
        server.away = True
        clock("2026-09-21 10:00")
        outbox.send("mail")
        clock(datetime(2026, 9, 21, 10, tzinfo=UTC) + timedelta(days=days))
        outbox.send("mail")
        assert row().failed_at is None

        clock("2026-09-21 10:01")  # and back
        server.away = False
        outbox.send("mail")
        assert server.got == [person.email]

    def test_a_connection_that_breaks_charges_nobody(self, server, clock):
        users = people(3)
        for number, user in enumerate(users):
            tell(user, f"n:{number}")
        server.answers = {users[1].email: smtplib.SMTPServerDisconnected("gone")}

        outbox.send("mail")
        assert server.got == [users[0].email]
        assert untouched().count() == 2
        clock("2026-09-21 10:01")  # the same message again? No: the others go past it
        outbox.send("mail")
        assert server.got == [users[0].email, users[2].email]
        server.answers = {}
        assert outbox.send("mail") == 0
        clock("2026-09-21 10:06")
        assert outbox.send("mail") == 1
        assert len(server.got) == len(set(server.got)) == 3


def refusal(code, text):
    return smtplib.SMTPRecipientsRefused({"person@test.example": (code, text.encode())})


class TestOneMessage:
    @pytest.mark.parametrize(
        ("answer", "failure", "dead"),
        [
            (refusal(550, "5.1.1 no such user"), Failure.REFUSED, True),
            (refusal(552, "5.2.2 mailbox full"), Failure.REFUSED, False),
            (refusal(550, "5.7.1 refused by policy"), Failure.REFUSED, False),
            (smtplib.SMTPDataError(554, b"5.6.0 spam"), Failure.REFUSED, False),
            (smtplib.SMTPSenderRefused(552, b"5.3.4 too big", "x"), Failure.FAULTY, False),
        ],
    )
    def test_a_lasting_refusal_stops_at_once(self, server, person, answer, failure, dead):
        server.answers = {person.email: answer}
        tell(person)
        outbox.send("mail")

        assert (row().failure, row().sent_at, row().begun_at) == (failure, None, None)
        assert DeadAddress.objects.filter(user=person, address=person.email).exists() == dead
        assert outbox.send("mail") == 0

    @pytest.mark.parametrize("answer", [refusal(450, "greylisted"), smtplib.SMTPDataError(451, b"4.3.0 later")])
    def test_a_passing_refusal_is_tried_again_later(self, server, clock, person, answer):
        server.answers = {person.email: answer}
        other = world.user("other@test.example")
        tell(person)
        tell(other)

        assert outbox.send("mail") == 1
        assert outbox.send("mail") == 0
        assert row(recipient=person).attempts == 1
        server.answers = {}
        clock("2026-09-21 10:02")
        assert outbox.send("mail") == 1
        assert server.got == [other.email, person.email]

    def test_a_mailbox_full_for_days_is_given_up_in_the_end(self, server, clock, person):
        server.answers = {person.email: refusal(452, "4.2.2 mailbox full")}
        tell(person)
        start = datetime(2026, 9, 21, 2, tzinfo=UTC)
        for hours in range(80):
            clock(start + timedelta(hours=hours))
            outbox.send("mail")
            if hours < 72:
                assert row().failed_at is None

        assert row().failure == Failure.EXPIRED
        assert row().attempts > 20

    @pytest.mark.parametrize("error", ["421 too many connections", "535 who are you"])
    def test_what_is_wrong_with_us_stops_the_channel_not_the_message(self, server, person, error):
        code, _space, text = error.partition(" ")
        server.answers = {person.email: smtplib.SMTPDataError(421, text.encode())}
        if code == "535":
            server.answers = {person.email: smtplib.SMTPAuthenticationError(535, text.encode())}
        tell(person)
        outbox.send("mail")

        assert (row().failed_at, row().attempts) == (None, 0)
        assert Outlet.objects.get().down_since is not None

    def test_no_answer_is_never_sent_twice(self, server, clock, person):
        server.answers = {person.email: InDoubt("silence")}
        tell(person)
        outbox.send("mail")
        server.answers = {}
        for minute in (5, 16, 30):
            clock(f"2026-09-21 10:{minute:02}")
            outbox.send("mail")

        assert server.got == [person.email]
        assert (row().failure, row().sent_at) == (Failure.IN_DOUBT, None)

    def test_a_closed_account_and_a_dead_address_are_not_written_to(self, server, person):
        other = world.user("other@test.example", is_active=False)
        addresses.mark_dead(person, "mail", person.email, reason="5.1.1", by=None)
        tell(person)
        tell(other)

        assert outbox.send("mail") == 0
        assert {message.failure for message in Message.objects.filter(channel="mail")} == {Failure.NO_ADDRESS}
        assert row(recipient=other).error == "账号已停用"
        person.email = "new@test.example"
        person.save()
        failures.retry(row(recipient=person), by=SYSTEM)
        assert outbox.send("mail") == 1
        assert server.got == ["new@test.example"]

    def test_a_subject_of_several_lines_cannot_add_headers(self, person):
        tell(person, subject="您好\r\nBcc: spy@test.example")
        outbox.send("mail")

        (sent,) = mail.outbox
        assert "\nBcc:" not in sent.message().as_string()
        assert sent.recipients() == [person.email]


class TestTwoWorkers:
    def test_what_one_has_taken_the_other_leaves(self, server, person):
        tell(person)
        stale = list(outbox.waiting("mail", clock_now()))

        assert outbox.send("mail") == 1
        assert outbox._send_all("mail", stale) == 0
        assert server.got == [person.email]

    def test_a_lease_of_the_future_is_no_lease(self, server, clock, person):
        """Taken while the clock was a year ahead, by a worker that died."""
        tell(person)
        clock("2027-09-21")
        message = row()
        assert outbox._take(message, channels.ALL["mail"].compose(message))
        clock("2026-09-21 10:00")
        outbox.send("mail")

        assert row().failure == Failure.IN_DOUBT
        assert server.got == []


class TestSettling:
    def doubtful(self, number):
        users = people(number)
        for n, user in enumerate(users):
            tell(user, f"n:{n}")
        mails = Message.objects.filter(channel="mail").order_by("pk")
        now = clock_now()
        mails.update(failed_at=now, failure=Failure.IN_DOUBT, begun_at=now)
        return list(mails)

    def test_the_log_of_the_mail_server_settles_what_is_in_doubt(self, server, monkeypatch, capsys):
        first, second, third = self.doubtful(3)
        log = f"postfix/cleanup[1]: 4F: message-id={mail_channel.message_id(second)}\nanother line\n"
        monkeypatch.setattr("sys.stdin", StringIO(log))
        call_command("settle_messages", send_others=True)

        assert outbox.send("mail") == 2
        assert server.got == [first.recipient.email, third.recipient.email]
        assert not Message.objects.filter(failed_at__isnull=False).exists()
        assert "1 arrived, 2 sent again" in capsys.readouterr().out

    def test_without_being_told_nothing_is_sent_again(self, server, monkeypatch):
        self.doubtful(2)
        monkeypatch.setattr("sys.stdin", StringIO(""))
        call_command("settle_messages")

        assert outbox.send("mail") == 0
        assert Message.objects.filter(failure=Failure.IN_DOUBT).count() == 2

    def test_a_person_says_that_it_arrived(self, person):
        (message,) = self.doubtful(1)
        failures.confirm_arrived(message, by=Actor.officer(person))

        assert row().sent_at is not None
        with pytest.raises(Refused):
            failures.confirm_arrived(message, by=Actor.officer(person))

    def test_what_is_well_is_not_sent_again(self, server, person):
        tell(person)
        with pytest.raises(Refused):
            failures.retry(row(), by=SYSTEM)
        outbox.send("mail")
        with pytest.raises(Refused):
            failures.retry(row(), by=SYSTEM)
