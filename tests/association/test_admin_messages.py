"""Messages at the desk: what was said, what did not arrive and why, once more, and what the person sees of it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from association.actions import addresses, failures, messages, outbox
from association.channels.dsn import Report
from association.clock import now
from association.models import DeadAddress, Message, Outlet, SmsTopic
from association.models.message import Channel, Failure
from tests import world
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(clock, db):
    clock("2026-09-21 10:00")
    world.found()


@pytest.fixture
def person():
    return world.user("person@test.example", name="张三")


def at(name, *args):
    return reverse(f"admin:association_{name}", args=args)


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def told_by_mail(user, occasion="test", **changes):
    said = {"subject": "贵单位的申请", "text": "已受理，请登录查看。"} | changes
    messages.tell(user, occasion=occasion, **said)
    return Message.objects.get(unique_key=occasion, channel=Channel.MAIL, recipient=user)


def fail(message, failure=Failure.REFUSED, error="550 5.7.1 refused"):
    Message.objects.filter(pk=message.pk).update(failed_at=now(), failure=failure, error=error)


def test_a_message_is_shown_as_it_went_out(person):
    message = told_by_mail(person, link="/my/")
    outbox.send("mail")
    page = text(desk().get(at("message_change", message.pk)))

    assert "已受理，请登录查看。" in page
    assert f"&lt;{message.key}@" in page
    assert "已发出" in page
    assert "重新发送" not in page


def test_messages_are_found_by_person_case_and_occasion(person):
    application = world.submitted()
    told_by_mail(person, "bill:2026:7")
    client = desk()
    listed = at("message_changelist")

    assert "张三" in text(client.get(listed, {"q": "bill:2026"}))
    assert "张三" not in text(client.get(listed, {"q": application.case.subject}))
    assert "张三" in text(client.get(listed, {"recipient__id__exact": person.pk}))
    assert client.get(listed, {"case__id__exact": application.case.pk}).context["cl"].result_count > 0
    for state in ("waiting", "sent", "failed"):
        assert client.get(listed, {"state": state}).status_code == 200


def test_what_did_not_arrive_is_listed_with_who_what_why_and_when(person):
    fail(told_by_mail(person))
    told_by_mail(world.user(name="李四"))
    client = desk()
    page = text(client.get(at("message_failed")))

    assert "张三" in page
    assert "550 5.7.1 refused" in page
    assert "被接收方拒收" in page
    assert "2026年9月21日" in page
    assert "李四" not in page
    assert "张三" in text(client.get(at("message_failed"), {"failure": "refused"}))
    assert "张三" not in text(client.get(at("message_failed"), {"failure": "bounced"}))


def test_marked_ones_are_sent_again_and_those_without_an_address_said(person):
    other = world.user("other@test.example")
    first, second, third = told_by_mail(person), told_by_mail(other), told_by_mail(person, "not marked")
    for message in (first, second, third):
        fail(message)
    addresses.mark_dead(other, "mail", other.email, reason="x", by=None)
    answer = desk().post(at("message_again"), {"pk": [first.pk, second.pk, "x", "9" * 30]})

    assert told(answer) == "1条消息已重新发送。 1条无法发送：没有可用的地址。"
    assert outbox.send("mail") == 1
    assert set(Message.objects.exclude(failed_at=None).values_list("pk", flat=True)) == {second.pk, third.pk}


def test_what_came_back_is_sent_again_as_a_new_message(person):
    message = told_by_mail(person)
    outbox.send("mail")
    failures.take_back(Report(message.key, "5.2.2 full", dead=False))
    client = desk()
    for _twice in range(2):
        answer = client.post(at("message_retry", message.pk))

    repeated = Message.objects.get(unique_key="test:again:1")
    assert answer.url == at("message_change", Message.objects.get(unique_key="test:again:2").pk)
    assert (repeated.text, repeated.recipient) == (message.text, person)
    message.refresh_from_db()
    assert message.failure == Failure.BOUNCED


def test_what_is_in_doubt_is_settled_by_a_person(person):
    message = told_by_mail(person)
    fail(message, Failure.IN_DOUBT, "interrupted")
    client = desk()
    page = text(client.get(at("message_change", message.pk)))
    client.post(at("message_arrived", message.pk))

    assert "确认已送达" in page
    message.refresh_from_db()
    assert message.failed_at is None
    assert message.receipt.startswith("由secretariat")
    assert "已经明确" in told(client.post(at("message_arrived", message.pk)))


def test_an_address_is_marked_and_lifted(person):
    message = told_by_mail(person)
    outbox.send("mail")
    client = desk()
    client.post(at("message_dead", message.pk))
    dead = DeadAddress.objects.get()
    shown = text(client.get(at("deadaddress_change", dead.pk)))
    account = text(client.get(at("user_change", person.pk)))
    client.post(at("deadaddress_lift", dead.pk))

    assert (dead.user, dead.address) == (person, person.email)
    assert dead.marked_by is not None
    assert "由工作人员标记" in shown
    assert "由工作人员标记" in account
    assert told_by_mail(person, "after")
    assert outbox.send("mail") == 1
    assert told(client.post(at("deadaddress_lift", dead.pk)))


def test_only_who_may_changes_anything(person):
    message = told_by_mail(person)
    fail(message)
    dead = addresses.mark_dead(person, "mail", person.email, reason="x", by=None)
    reader = auditor()

    assert "重新发送所选" not in text(reader.get(at("message_failed")))
    text(reader.get(at("message_change", message.pk)))
    for name, args in (
        ("message_again", ()), ("message_retry", (message.pk,)), ("message_arrived", (message.pk,)),
        ("message_dead", (message.pk,)), ("deadaddress_lift", (dead.pk,)),
    ):  # fmt: skip
        assert reader.post(at(name, *args)).status_code == 403, name
    assert finance().get(at("message_failed")).status_code == 403
    assert finance().get(at("message_change", message.pk)).status_code == 403


def test_an_outage_is_said_on_the_day_and_the_messages_page(person):
    told_by_mail(person)
    Outlet.objects.create(
        channel="mail", down_since=now() - timedelta(hours=3), failures=9, error="connection refused"
    )
    client = desk()

    for page in (text(client.get(reverse("admin:index"))), text(client.get(at("message_failed")))):
        assert "自2026年9月21日 07:00起，邮件渠道未能发出任何消息，现有1条待发" in page
    fail(told_by_mail(person, "other"))
    assert "贵单位的申请" in text(client.get(reverse("admin:index")))
    assert "未能发出任何消息" not in text(auditor().get(reverse("admin:index")))


def test_the_desk_says_what_goes_by_text_message():
    client = desk()
    off = {"topic": "decision", "is_on": "on", "template_code": "", "wording": ""}
    refused = client.post(at("smstopic_add"), off)
    client.post(at("smstopic_add"), off | {"template_code": "SMS_1", "wording": "${title}"})

    assert "请填写服务商的模板编号" in text(refused)
    assert SmsTopic.objects.get().is_on
    assert auditor().post(at("smstopic_change", SmsTopic.objects.get().pk), {}).status_code == 403


@pytest.mark.parametrize("said", [{}, {"topic": "decision", "letter": "meeting.invitation"}])
def test_a_text_message_is_for_a_topic_or_for_a_kind(said):
    client = desk()
    refused = client.post(at("smstopic_add"), said | {"template_code": "SMS_1", "wording": "${name}"})
    assert "请在内容类别和消息种类中任选其一" in text(refused)
    with pytest.raises(IntegrityError, match="association_smstopic_one_subject"), transaction.atomic():
        SmsTopic.objects.create(**said)
    SmsTopic.objects.create(letter="claim.refused")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_failures_reads_as_much_for_three_as_for_one(count, django_assert_max_num_queries):
    for number in range(count):
        fail(told_by_mail(world.user(f"p{number}@test.example")))
    client = desk()
    client.get(at("message_failed"))
    with django_assert_max_num_queries(9):
        client.get(at("message_failed"))


class TestThePersonsOwnPage:
    def test_it_says_what_to_do_and_takes_the_answer(self, client, person):
        client.force_login(person)
        assert "暂停" not in text(client.get(reverse("inbox")))
        dead = addresses.mark_dead(person, "mail", person.email, reason="5.1.1", by=None)

        for page in ("inbox", "my"):
            shown = text(client.get(reverse(page)))
            assert "发往 person@test.example 的邮件被退回" in shown
            assert reverse("account_email") in shown
        client.post(reverse("address_works", args=[dead.pk]))

        dead.refresh_from_db()
        assert dead.lifted_by == person
        assert "暂停" not in text(client.get(reverse("inbox")))

    def test_another_address_is_as_good(self, client, person):
        addresses.mark_dead(person, "mail", person.email, reason="5.1.1", by=None)
        person.email = "new@test.example"
        person.save()
        client.force_login(person)
        assert "暂停" not in text(client.get(reverse("inbox")))

    def test_nobody_lifts_anothers_mark(self, client, person):
        dead = addresses.mark_dead(person, "mail", person.email, reason="5.1.1", by=None)
        url = reverse("address_works", args=[dead.pk])
        assert client.post(url).status_code == 302
        client.force_login(world.user())
        assert client.post(url).status_code == 404
        assert client.get(url).status_code == 405
        dead.refresh_from_db()
        assert dead.lifted_at is None
