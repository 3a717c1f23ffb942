"""A verified number: codes that are right once, five minutes, five tries; logging in by what one knows (PROP-6.2a)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from association import clock as days
from association.actions import jobs, mobiles, outbox
from association.channels import codes
from association.decisions import Refused
from association.models import Job, Message, MobileCode, User
from association.rules.mobiles import masked, normal
from members.models import Party
from members.models.party import PartyAccess
from portal import names
from tests import world
from tests.desk import client_of, fresh_login

pytestmark = pytest.mark.django_db

NUMBER = "+8613800001234"
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def sent(clock, settings, monkeypatch) -> list[tuple[str, str]]:
    """The messages that went out: number and code."""
    clock("2026-09-15 10:00:00")
    settings.SMS_PROVIDER = "file"
    out: list[tuple[str, str]] = []
    monkeypatch.setattr(codes, "send_code", lambda number, code: out.append((number, code)))
    return out


def person(email: str = "li@unit.example", **fields) -> User:
    user = world.user(email, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def client_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    fresh_login(client, user)
    return client


def work() -> None:
    """What waits for the worker."""
    for job in Job.objects.filter(kind=mobiles.SEND, done_at__isnull=True):
        jobs.run(job.pk, mobiles.send)


def asked(user: User | None, number: str = NUMBER, purpose: str = "verify") -> MobileCode:
    row = mobiles.ask(number, purpose=purpose, user=user, now=days.now())
    work()
    return row


def verified(user: User, sent, number: str = NUMBER) -> User:
    asked(user, number)
    return mobiles.verify(user, number, sent[-1][1], now=days.now(), on=days.today())


def code(refused) -> str:
    return refused.value.decision.reasons[0].code


@pytest.mark.parametrize(
    "typed",
    [
        "13800001234",
        "+86 138 0000 1234",
        "86-138-0000-1234",
        "008613800001234",
        "１３８００００１２３４",
        " 138·0000·1234 ",
    ],
)
def test_a_number_is_written_one_way(typed):
    assert normal(typed) == NUMBER


@pytest.mark.parametrize(
    "typed", ["", "1380000123", "138000012345", "12800001234", "+1 13800001234", "010-88886666", "x"]
)
def test_what_is_no_mainland_mobile(typed):
    assert normal(typed) == ""


@given(st.text(max_size=40))
def test_anything_typed_is_a_number_or_none(typed):
    found = normal(typed)
    assert found == "" or (re.fullmatch(r"\+861[3-9]\d{9}", found) and normal(found) == found)


def test_a_number_is_verified_by_its_code_and_kept_masked(sent):
    user = verified(person(), sent)
    assert (user.mobile, user.mobile_verified_at) == (NUMBER, days.now())
    row = MobileCode.objects.get()
    assert sent[0][1] not in row.code_hash
    assert len(sent[0][1]) == 6
    told = Message.objects.filter(recipient=user, channel="portal").latest("pk")
    assert masked(NUMBER) in told.text
    assert NUMBER not in told.text


def test_the_last_second_counts_and_the_next_does_not(sent, clock):
    for late, good in ((timedelta(minutes=5, seconds=-1), True), (timedelta(minutes=5), False)):
        user = person(f"{good}@unit.example".lower())
        number = "13800001235" if good else "13800001236"
        start = days.now()
        asked(user, number)
        clock(start + late)
        if good:
            mobiles.verify(user, number, sent[-1][1], now=days.now(), on=days.today())
        else:
            with pytest.raises(Refused) as refused:
                mobiles.verify(user, number, sent[-1][1], now=days.now(), on=days.today())
            assert code(refused) == "mobile_code_wrong"


def test_the_fifth_try_may_be_right_the_sixth_may_not(sent):
    user, other = person(), person("b@unit.example")
    for who, number, wrong, good in ((user, "13800001237", 4, True), (other, "13800001238", 5, False)):
        asked(who, number)
        right = sent[-1][1]
        bad = f"{(int(right) + 1) % 10**6:06}"
        for _ in range(wrong):
            with pytest.raises(Refused):
                mobiles.verify(who, number, bad, now=days.now(), on=days.today())
        if good:
            mobiles.verify(who, number, right, now=days.now(), on=days.today())
        else:
            with pytest.raises(Refused):
                mobiles.verify(who, number, right, now=days.now(), on=days.today())
            assert MobileCode.objects.latest("pk").tries == 5


def test_a_code_is_good_once_and_only_for_its_account_and_purpose(sent):
    user, other = person(), person("b@unit.example")
    asked(user)
    right = sent[-1][1]
    for who, purpose in ((other, "verify"), (None, "login")):
        with pytest.raises(Refused):
            mobiles.check_code(NUMBER, right, purpose=purpose, user=who, now=days.now())
    mobiles.verify(user, NUMBER, right, now=days.now(), on=days.today())
    with pytest.raises(Refused):
        mobiles.verify(user, NUMBER, right, now=days.now(), on=days.today())


def test_a_new_code_ends_the_old_one(sent, clock):
    user = person()
    asked(user)
    clock("2026-09-15 10:01:00")
    asked(user)
    if sent[0][1] != sent[1][1]:
        with pytest.raises(Refused):
            mobiles.verify(user, NUMBER, sent[0][1], now=days.now(), on=days.today())
    mobiles.verify(user, NUMBER, sent[1][1], now=days.now(), on=days.today())


def test_codes_are_not_asked_for_without_end(clock):
    user = person()
    mobiles.ask(NUMBER, purpose="verify", user=user, now=days.now())
    clock("2026-09-15 10:00:59")
    with pytest.raises(Refused) as refused:
        mobiles.ask(NUMBER, purpose="verify", user=user, now=days.now())
    assert code(refused) == "mobile_wait"
    for minute in range(1, 5):
        clock(f"2026-09-15 10:0{minute}:00")
        mobiles.ask(NUMBER, purpose="verify", user=user, now=days.now())
    clock("2026-09-16 09:59:59")
    for number in (NUMBER, "+8613800009999"):  # the number has had its five, and so has the account
        with pytest.raises(Refused) as refused:
            mobiles.ask(number, purpose="verify", user=user, now=days.now())
        assert code(refused) == "mobile_enough_today"
    clock("2026-09-16 10:00:00")
    assert mobiles.ask(NUMBER, purpose="verify", user=user, now=days.now())


def test_one_number_is_one_account_s(sent, clock):
    verified(person(), sent)
    other = person("b@unit.example")
    clock("2026-09-15 10:02:00")
    asked(other)
    with pytest.raises(Refused) as refused:
        mobiles.verify(other, NUMBER, sent[-1][1], now=days.now(), on=days.today())
    assert code(refused) == "mobile_taken"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=other.pk).update(mobile=NUMBER, mobile_verified_at=days.now())


def test_nothing_is_sent_for_a_number_that_nobody_verified(sent):
    asked(None, "13911112222", "login")
    assert sent == []
    assert MobileCode.objects.get().code_hash == ""
    with pytest.raises(Refused):
        mobiles.check_code("13911112222", "-", purpose="login", user=None, now=days.now())


def test_without_a_provider_no_code_is_asked_for(settings):
    settings.SMS_PROVIDER = ""
    with pytest.raises(Refused) as refused:
        mobiles.ask(NUMBER, purpose="verify", user=person(), now=days.now())
    assert code(refused) == "mobile_no_channel"
    settings.SMS_PROVIDER, settings.SMS_CODE_TEMPLATE = "aliyun", ""
    assert not codes.available()


# the pages


def log_in(typed: str, password: str = PASSWORD) -> tuple[Client, int]:
    client = Client()
    answer = client.post(reverse("account_login"), {"login": typed, "password": password})
    return client, answer.status_code


def inside(client: Client) -> bool:
    return client.get(reverse("my")).status_code == 200


@pytest.mark.parametrize("typed", ["138 0000 1234", "+8613800001234", "LI@unit.example"])
def test_log_in_by_number_or_address(sent, typed):
    verified(person(), sent)
    client, status = log_in(typed)
    assert status == 302
    assert inside(client)


def test_a_number_that_is_not_verified_logs_nobody_in():
    person(mobile=NUMBER)
    assert not inside(log_in(NUMBER)[0])


def unit(name: str, user: User) -> None:
    party = Party.objects.create(kind="unit", name=name)
    PartyAccess.objects.create(party=party, user=user, from_on=days.today())


@pytest.mark.rule("PROP-6.2a")
@pytest.mark.parametrize(
    "typed",
    ["北京星野（集团）有限公司", "北京星野(集团)有限公司", "北京星野(集团）有限公司", " 北京星野 （集团）有限公司 "],
)
@pytest.mark.parametrize("stored", ["北京星野（集团）有限公司", "北京星野(集团)有限公司"])
def test_a_unit_logs_in_by_its_full_name_with_either_bracket(stored, typed):
    unit(stored, person())
    assert inside(log_in(typed)[0])


@pytest.mark.rule("PROP-6.2a")
def test_a_part_of_the_name_another_name_or_an_ended_access_does_not():
    user = person()
    unit("北京星野（集团）有限公司", user)
    for typed in ("北京星野", "北京星野集团有限公司", "上海星野（集团）有限公司", ""):
        assert not inside(log_in(typed)[0]), typed
    PartyAccess.objects.update(from_on=days.today() - timedelta(9), until=days.today())
    assert not inside(log_in("北京星野（集团）有限公司")[0])


def test_a_name_of_two_accounts_is_nobody_s():
    unit("同名公司", person())
    unit("同名公司", person("b@unit.example"))
    assert names.account_of("同名公司", on=days.today()) is None
    assert not inside(log_in("同名公司")[0])


def test_the_login_says_the_same_whatever_is_wrong(sent):
    verified(person(), sent)
    unit("北京星野（集团）有限公司", User.objects.get())
    said = set()
    for typed in (
        "li@unit.example",
        "nobody@unit.example",
        NUMBER,
        "13911112222",
        "北京星野（集团）有限公司",
        "无此公司",
    ):
        page = Client().post(reverse("account_login"), {"login": typed, "password": "wrong-password"})
        assert page.status_code == 200
        said.add(re.search(r'class="error-summary.*?</ul>', page.content.decode(), re.S)[0])
    assert len(said) == 1
    assert "登录名或密码不正确" in said.pop()


def test_a_bracket_in_every_place_is_not_a_thousand_questions():
    assert len(names.spellings("(" * 40)) == 1
    assert len(names.spellings("（）（）（）")) == 64


def test_number_and_code_on_the_pages(sent):
    user = person()
    client = client_for(user)
    assert "138" not in client.get(reverse("account")).content.decode()
    shown = client.post(reverse("account_mobile"), {"number": "12345"}).content.decode()
    assert "不是有效的中国大陆手机号" in shown
    assert client.post(reverse("account_mobile"), {"number": "13800001234"})["Location"] == reverse(
        "account_mobile_code"
    )
    work()
    assert "验证码不正确或已失效" in client.post(reverse("account_mobile_code"), {"code": "x"}).content.decode()
    done = client.post(reverse("account_mobile_code"), {"code": sent[-1][1]}, follow=True).content.decode()
    assert "今后可用它登录" in done
    assert masked(NUMBER) in done
    client.post(reverse("account_mobile_remove"))
    user.refresh_from_db()
    assert (user.mobile, user.mobile_verified_at) == ("", None)
    assert Message.objects.filter(recipient=user, channel="mail").count() == 2


def test_log_in_by_a_code_says_nothing_of_who_is_known(sent):
    verified(person(), sent)
    pages = []
    for number in ("13800001234", "13911112222"):
        client = Client()
        answer = client.post(reverse("account_login_by_code"), {"number": number}, follow=True)
        pages.append(answer.content.decode().replace(normal(number), "").partition("<main")[2].partition("csrf")[0])
    assert len(sent) == 1  # the worker has not run
    assert pages[0] == pages[1]


def test_log_in_by_a_code_and_the_second_step_is_still_asked_for(sent, clock):
    user = verified(person(), sent)
    clock("2026-09-15 10:02:00")
    client = Client()
    client.post(reverse("account_login_by_code"), {"number": NUMBER})
    work()
    client.post(reverse("account_login_code"), {"code": sent[-1][1]})
    assert inside(client)

    world.second_factor(user)
    clock("2026-09-15 10:04:00")
    client = Client()
    client.post(reverse("account_login_by_code"), {"number": NUMBER})
    work()
    answer = client.post(reverse("account_login_code"), {"code": sent[-1][1]})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not inside(client)


def test_changing_the_number_asks_who_logged_in_long_ago_once_more(clock):
    client = client_for(person())
    clock("2026-09-15 10:15:01")
    for name in ("account_mobile", "account_mobile_code"):
        assert "reauthenticate" in client.get(reverse(name))["Location"]
    assert "reauthenticate" in client.post(reverse("account_mobile_remove"))["Location"]


def test_the_old_address_is_told_of_the_new_one():
    user = person()
    EmailAddress.objects.create(user=user, email="neu@unit.example", verified=True)
    client = client_for(user)
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [record | {"reauthenticated": True} for record in records]
    session.save()
    client.post(reverse("account_email"), {"email": "neu@unit.example", "action_primary": ""})
    outbox.send("mail")
    assert [letter.to for letter in mail.outbox] == [["li@unit.example"]]


def test_sessions_are_seen_and_the_others_ended():
    person()
    here, there = log_in("li@unit.example")[0], log_in("li@unit.example")[0]
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "退出其他全部登录" in page
    here.post(reverse("usersessions_list"))
    assert inside(here)
    assert not inside(there)


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_staff_set_the_second_step_up_and_see_the_codes_once(clock):
    """At the first visit nothing of the desk is there; afterwards everything, and the codes are not shown again."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    user = person(is_staff=True)
    world.give(user, "secretariat")
    client, _status = log_in("li@unit.example")
    for name in ("admin:index", "admin:association_message_changelist", "admin:association_user_changelist"):
        assert client.get(reverse(name))["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r'class="code">([A-Z2-7]+)<', page)[1]
    assert "data:image/svg+xml" in page
    value = format_hotp_value(hotp_value(secret, int(days.now().timestamp()) // 30))
    shown = client.post(reverse("mfa_activate_totp"), {"code": value}, follow=True).content.decode()
    found = re.findall(r"<li>([0-9a-f]{4}[0-9a-z -]*)</li>", shown)
    assert len(found) == 10
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(each in again for each in found)
    assert client.get(reverse("mfa_download_recovery_codes")).status_code == 403
    assert client.get(reverse("admin:index")).status_code == 200


def test_other_people_s_numbers_are_not_in_the_page():
    client = client_of(world.user(is_staff=True))
    assert client.get(reverse("account")).status_code == 200
