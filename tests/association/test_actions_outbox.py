"""The outbox: each message once, whatever happens to the server, the worker and the clock."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from association.actions import messages, outbox
from association.db.constraints import violation_message
from association.models import Message
from association.models.message import Channel, MessageKind
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
