"""Text messages, against a provider of our own that checks the signature for itself."""

import hashlib
import hmac
import http.server
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from association.actions import letters, messages, outbox, templates
from association.channels import aliyun
from association.letters import Facts, write
from association.letters.kinds import kind_of
from association.letters.writing import for_approval, shipped
from association.models import DeadAddress, Message, Outlet, SmsTopic
from association.models.message import Channel, Failure, MessageKind, Topic
from tests import world
from tests.sinks import serving

SECRET = "test-secret"
pytestmark = pytest.mark.django_db


def test_the_signature_is_the_one_of_the_providers_own_example():
    _text, headers = aliyun.signed(
        action="RunInstances",
        query={"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        host="ecs.cn-shanghai.aliyuncs.com",
        key_id="YourAccessKeyId",
        key_secret="YourAccessKeySecret",
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
        version="2014-05-26",
    )

    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


class Provider(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = "OK"
        self.sent = []
        self.wait = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True, strict_parsing=True))
        if not self.signature_holds(query):
            return self.say(400, {"Code": "SignatureDoesNotMatch", "Message": "wrong"})
        if self.headers["x-acs-action"] == "QuerySendDetails":
            rows = [{"OutId": sms["OutId"]} for sms in self.server.sent if sms["PhoneNumbers"] == query["PhoneNumber"]]
            return self.say(200, {"Code": "OK", "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}})
        answer = self.server.answer
        if answer == "silence after taking it":
            self.server.sent.append(query)
            return self.server.wait.wait(5)
        if answer == "silence":
            return self.server.wait.wait(5)
        if answer == "500":
            return self.say(500, {})
        if answer == "OK":
            self.server.sent.append(query)
        return self.say(200, {"Code": answer, "Message": "said so", "BizId": f"biz{len(self.server.sent)}"})

    def signature_holds(self, query):
        """By the provider's description, with nothing of ours."""
        fields = dict(part.split("=", 1) for part in self.headers["Authorization"].partition(" ")[2].split(","))
        names = fields["SignedHeaders"].split(";")
        pairs = [(quote(name, safe="~"), quote(value, safe="~")) for name, value in query.items()]
        request = "\n".join(
            [
                "POST",
                "/",
                "&".join(f"{name}={value}" for name, value in sorted(pairs)),
                *[f"{name}:{self.headers[name].strip()}" for name in sorted(names)],
                "",
                ";".join(sorted(names)),
                hashlib.sha256(b"").hexdigest(),
            ]
        )
        expected = hmac.new(
            SECRET.encode(), b"ACS3-HMAC-SHA256\n" + hashlib.sha256(request.encode()).hexdigest().encode(), "sha256"
        ).hexdigest()
        return hmac.compare_digest(expected, fields["Signature"]) and fields["Credential"] == "test-key"

    def say(self, status, answer):
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def provider(settings):
    provider = Provider()
    settings.SMS_PROVIDER = "aliyun"
    settings.SMS_ENDPOINT = f"http://127.0.0.1:{provider.server_address[1]}"
    settings.SMS_SIGN_NAME = "北京某协会"
    settings.SMS_ACCESS_KEY_ID, settings.SMS_ACCESS_KEY_SECRET = "test-key", SECRET
    settings.SMS_TIMEOUT = 0.3
    with serving(provider):
        yield provider
        provider.wait.set()


@pytest.fixture(autouse=True)
def _day(clock, db):
    clock("2026-09-21 10:00")
    world.found()


@pytest.fixture
def person():
    return world.user(name="张三", mobile="13800138000", mobile_verified_at=datetime(2026, 9, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def decisions_by_sms(db):
    return SmsTopic.objects.create(
        topic=Topic.DECISION, is_on=True, template_code="SMS_1", wording="${name}您好，${title}。请登录会员系统查看。"
    )


def tell(user, **changes):
    said = {"occasion": "test", "subject": "入会申请已批准", "text": "全文", "topic": Topic.DECISION} | changes
    messages.tell(user, **said)


def texts():
    return Message.objects.filter(channel=Channel.SMS)


class TestWhoGetsOne:
    def test_a_decision_reaches_the_verified_number(self, provider, person):
        tell(person)
        assert outbox.send("sms") == 1

        (sent,) = provider.sent
        row = texts().get()
        assert sent["PhoneNumbers"] == "13800138000"
        assert sent["SignName"] == "北京某协会"
        assert sent["TemplateCode"] == "SMS_1"
        assert json.loads(sent["TemplateParam"]) == {"name": "张三", "title": "入会申请已批准"}
        assert sent["OutId"] == str(row.key)
        assert row.text == "【北京某协会】张三您好，入会申请已批准。请登录会员系统查看。"
        assert row.receipt == "biz1"

    @pytest.mark.parametrize(
        "change",
        [{"topic": Topic.NONE}, {"topic": Topic.DEADLINE}, {"kind": MessageKind.NEWSLETTER}],
        ids=["about nothing urgent", "not switched on", "newsletter"],
    )
    def test_nothing_else_does(self, provider, person, change):
        tell(person, **change)
        assert not texts().exists()

    def test_a_number_that_is_not_verified_does_not(self, provider):
        tell(world.user(mobile="13800138000"))
        assert not texts().exists()

    def test_switched_off_or_without_a_provider_none_is_written(self, provider, person, settings, decisions_by_sms):
        settings.SMS_PROVIDER = ""
        tell(person)
        settings.SMS_PROVIDER = "aliyun"
        SmsTopic.objects.update(is_on=False)
        tell(person, occasion="other")
        assert not texts().exists()

    def test_a_long_title_is_shortened_to_what_the_provider_takes(self, provider, person):
        tell(person, subject="长" * 80)
        outbox.send("sms")
        assert len(json.loads(provider.sent[0]["TemplateParam"])["title"]) == 35

    def test_many_are_asked_for_once(self, provider, django_assert_max_num_queries):
        day = datetime(2026, 9, 1, tzinfo=UTC)
        users = [world.user(mobile=f"1380013800{n}", mobile_verified_at=day) for n in range(6)]
        with django_assert_max_num_queries(3):  # the topic, one insert in its own savepoint or two
            messages.tell_many(
                {f"o:{user.pk}": user for user in users}, subject="决定", text="…", topic=Topic.DECISION
            )
        assert texts().count() == 6


class TestWhatCanGoWrong:
    def test_a_wrong_number_is_given_up_and_marked(self, provider, person):
        provider.answer = "isv.MOBILE_NUMBER_ILLEGAL"
        tell(person)
        outbox.send("sms")

        assert texts().get().failure == Failure.REFUSED
        assert DeadAddress.objects.get().address == "13800138000"

    def test_what_is_no_number_is_not_even_tried(self, provider):
        tell(world.user(mobile="010-12345678", mobile_verified_at=datetime(2026, 9, 1, tzinfo=UTC)))
        outbox.send("sms")

        assert texts().get().failure == Failure.REFUSED
        assert provider.sent == []

    def test_too_many_to_one_number_waits(self, provider, person, clock):
        provider.answer = "isv.BUSINESS_LIMIT_CONTROL"
        tell(person)
        outbox.send("sms")
        assert (texts().get().failed_at, texts().get().attempts) == (None, 1)

        provider.answer = "OK"
        assert outbox.send("sms") == 0
        clock("2026-09-21 10:02")
        assert outbox.send("sms") == 1

    @pytest.mark.parametrize("code", ["isv.AMOUNT_NOT_ENOUGH", "isv.SMS_SIGNATURE_ILLEGAL", "Throttling.User"])
    def test_what_is_wrong_with_our_account_stops_the_channel(self, provider, person, code):
        provider.answer = code
        tell(person)
        outbox.send("sms")

        assert (texts().get().failed_at, texts().get().attempts) == (None, 0)
        assert code in Outlet.objects.get(channel="sms").error

    def test_a_wrong_secret_stops_the_channel(self, provider, person, settings):
        settings.SMS_ACCESS_KEY_SECRET = "another"
        tell(person)
        outbox.send("sms")
        assert "SignatureDoesNotMatch" in Outlet.objects.get(channel="sms").error

    def test_a_faulty_template_is_given_up(self, provider, person):
        provider.answer = "isv.TEMPLATE_MISSING_PARAMETERS"
        tell(person)
        outbox.send("sms")
        assert texts().get().failure == Failure.FAULTY
        assert not DeadAddress.objects.exists()

    def test_nobody_there(self, provider, person, settings):
        settings.SMS_ENDPOINT = "http://127.0.0.1:9"
        tell(person)
        outbox.send("sms")
        assert Outlet.objects.get(channel="sms").failures == 1
        assert texts().get().begun_at is None

    @pytest.mark.parametrize("answer", ["500", "silence", "silence after taking it", "isp.SYSTEM_ERROR"])
    def test_without_an_answer_the_provider_is_asked_before_it_is_sent_again(self, provider, person, clock, answer):
        provider.answer = answer
        tell(person)
        outbox.send("sms")
        provider.answer = "OK"
        clock("2026-09-21 10:10")
        outbox.send("sms")
        clock("2026-09-21 10:16")  # the lease is over
        outbox.send("sms")

        assert len(provider.sent) == 1
        assert texts().get().sent_at is not None

    def test_where_the_provider_cannot_be_asked_either_it_stays_in_doubt(self, provider, person, clock, settings):
        provider.answer = "500"
        tell(person)
        outbox.send("sms")
        settings.SMS_ENDPOINT = "http://127.0.0.1:9"
        clock("2026-09-21 10:16")
        outbox.send("sms")
        assert texts().get().failure == Failure.IN_DOUBT


def test_in_the_demo_it_is_a_file_beside_the_mail(settings, person):
    settings.SMS_PROVIDER, settings.SMS_SIGN_NAME, settings.DEMO = "file", "协会", True
    tell(person)
    assert outbox.send("sms") == 1

    (file,) = settings.MAIL_DIR.glob("sms-*.log")
    assert texts().get().key.hex in file.name.replace("-", "")


INVITED = Facts(
    {"title": "五届六次理事会", "body": "理事会", "day": "9月28日", "place": "三楼会议室", "agenda": "1. 入会"}
)


class TestWordsOfAKind:
    """A kind of message has words of its own: as the provider approved them, and in the demo as they are."""

    def invite(self, user, occasion="invited", **changes):
        said = dict(INVITED.values) | changes
        letters.tell(user, write("meeting.invitation", Facts(said)), occasion=occasion)

    @pytest.fixture
    def own(self, decisions_by_sms):
        return SmsTopic.objects.create(
            letter="meeting.invitation",
            is_on=True,
            template_code="SMS_7",
            wording="请于${day}到${place}参加${title}。",
        )

    def test_the_template_of_the_kind_is_filled_from_its_facts(self, provider, person, own):
        self.invite(person)
        assert outbox.send("sms") == 1

        (sent,) = provider.sent
        assert sent["TemplateCode"] == "SMS_7"
        assert json.loads(sent["TemplateParam"]) == {
            "day": "9月28日", "place": "三楼会议室", "title": "五届六次理事会"
        }  # fmt: skip
        row = texts().get()
        assert row.text == "【北京某协会】请于9月28日到三楼会议室参加五届六次理事会。"
        assert (row.letter, row.revision) == ("meeting.invitation", None)

    def test_a_fact_that_is_missing_leaves_the_words_of_the_topic(self, provider, person, own):
        self.invite(person, place="")
        assert not texts().exists()

        SmsTopic.objects.create(topic=Topic.MEETING, is_on=True, template_code="SMS_2", wording="${name}：${title}")
        self.invite(person, "again", place="")
        assert texts().get().template["code"] == "SMS_2"

    def test_a_kind_that_is_switched_off_is_off_whatever_its_topic(self, provider, person, own):
        SmsTopic.objects.create(topic=Topic.MEETING, is_on=True, template_code="SMS_2", wording="${title}")
        SmsTopic.objects.filter(pk=own.pk).update(is_on=False)
        self.invite(person)
        assert not texts().exists()

    def test_without_a_provider_that_approves_the_short_message_goes_out_as_it_is(self, person, settings, tmp_path):
        settings.SMS_PROVIDER, settings.MAIL_DIR = "file", str(tmp_path)
        SmsTopic.objects.create(topic=Topic.MEETING, is_on=True, template_code="SMS_2", wording="${title}")
        kind = kind_of("meeting.invitation")
        words = replace(shipped(kind), sms="{{ title }}，{{ 日期 }}。")
        revision = templates.save(kind, words, base=0, by=world.officer("secretariat"))
        self.invite(person)
        assert outbox.send("sms") == 1

        assert texts().get().text == "五届六次理事会，9月28日。"
        assert texts().get().revision == revision
        assert len(list(tmp_path.iterdir())) == 1

    def test_what_is_to_be_approved_follows_the_words(self):
        kind = kind_of("meeting.invitation")
        assert for_approval(kind, shipped(kind)) == "请您出席“${title}”，时间：${day}，地点：${place}。"
