"""A lost login given back: two people, an old address that may object, a link that works once and not for long."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from association.actions import accounts, jobs, outbox, recovery
from association.actors import SYSTEM, Actor
from association.decisions import Refused
from association.files import keeping
from association.models import AccessLog, DecisionRecord, Job, Message, RecoveryRequest, User
from tests import world
from tests.desk import client_of, told

pytestmark = pytest.mark.django_db

ON = date(2026, 9, 15)  # a Tuesday
NEXT = date(2026, 9, 16)
AFTER = date(2026, 9, 17)
NEW = "new@unit.example"
Closed = RecoveryRequest.Closed


@pytest.fixture
def people(clock):
    """The member who lost the login, and three of the staff."""
    clock(ON)
    world.found()
    owner = world.user("old@unit.example", name="林晓")
    EmailAddress.objects.create(user=owner, email=owner.email, verified=True, primary=True)
    world.second_factor(owner)
    return owner, *(clerk() for _ in range(3))


def clerk() -> User:
    return world.seated("membership_dept")


def by(user: User) -> Actor:
    return Actor.officer(User.objects.get(pk=user.pk))


def asked(lost: str = "both") -> RecoveryRequest:
    letter = keeping.keep_upload(BytesIO(world.PNG), name="函.png", encrypt=True, by=None)
    return recovery.ask(
        unit="北京星野文化传媒有限公司", person="林晓", contact="13800001234", lost=lost, text="", letter=letter,
        by=None, on=ON,
    )  # fmt: skip


def proposed(owner: User, one: User, *, lost: str = "both", email: str = NEW) -> RecoveryRequest:
    return recovery.propose(
        asked(lost), account=owner, new_email=email, evidence="核对公函，回拨登记电话", by=by(one), on=ON
    )


def confirmed(owner: User, one: User, two: User, **given) -> RecoveryRequest:
    row = proposed(owner, one, **given)
    return recovery.confirm(row, seen=recovery.fingerprint(row), by=by(two), on=ON)


def released(clock, row: RecoveryRequest) -> str:
    """The token in the mail to the new address, sent when its time has come."""
    clock(f"{AFTER} 00:00:00")
    outbox.send("mail")
    mail.outbox.clear()
    jobs.run(Job.objects.get(kind=recovery.RELEASE).pk, recovery.release)
    outbox.send("mail")
    row.refresh_from_db()
    [letter] = mail.outbox
    assert letter.to == [row.new_email]
    return re.search(rf"/lost-login/{row.key}/(\S+)/", letter.body)[1]


def codes(refused) -> set[str]:
    return {reason.code for reason in refused.value.decision.reasons if reason.outcome == "fail"}


def shown(answer) -> str:
    """The page without its frame, whose links name the address asked for."""
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def objection_link(owner: User) -> str:
    return Message.objects.filter(recipient=owner, channel="portal").latest("pk").link


def test_from_the_request_to_the_new_login(people, clock):
    owner, one, two, _three = people
    row = confirmed(owner, one, two)
    assert row.objection_until == NEXT
    assert Message.objects.filter(recipient=owner, channel="mail", unique_key=f"recovery:{row.pk}").exists()
    session = client_of(owner)
    assert session.get(reverse("my")).status_code == 200

    token = released(clock, row)
    assert token not in RecoveryRequest.objects.values_list("link_hash", flat=True)
    recovery.use(row, token, password="xin-mi-ma-2026", on=AFTER)

    owner.refresh_from_db()
    assert owner.email == NEW
    assert owner.check_password("xin-mi-ma-2026")
    assert list(EmailAddress.objects.filter(user=owner).values_list("email", "verified", "primary")) == [
        (NEW, True, True)
    ]
    assert not Authenticator.objects.filter(user=owner).exists()
    assert session.get(reverse("my")).status_code == 302  # every session ended
    row.refresh_from_db()
    assert row.closed_as == Closed.USED
    kinds = DecisionRecord.objects.filter(kind__startswith="recovery.").order_by("pk").values_list("kind", "actor")
    assert list(kinds) == [
        ("recovery.proposed", one.pk),
        ("recovery.confirmed", two.pk),
        ("recovery.released", None),
        ("recovery.used", owner.pk),
    ]


def test_the_reset_is_told_to_both_addresses(people, clock):
    owner, one, two, _ = people
    row = confirmed(owner, one, two)
    token = released(clock, row)
    mail.outbox.clear()
    recovery.use(row, token, password="xin-mi-ma-2026", on=AFTER)
    outbox.send("mail")
    assert [letter.to for letter in mail.outbox] == [["old@unit.example"], [NEW]]


def test_who_proposed_does_not_confirm_superuser_or_not(people):
    owner, one, _two, _ = people
    User.objects.filter(pk=one.pk).update(is_superuser=True)
    row = proposed(owner, one)
    with pytest.raises(Refused) as refused:
        recovery.confirm(row, seen=recovery.fingerprint(row), by=by(one), on=ON)
    assert codes(refused) == {"recovery_same_eyes"}
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryRequest.objects.filter(pk=row.pk).update(confirmed_by=one, confirmed_on=ON, objection_until=NEXT)


def test_staff_lose_theirs_like_everybody_and_never_help_themselves(people):
    _owner, one, two, three = people
    with pytest.raises(Refused) as refused:
        recovery.propose(asked("phone"), account=one, new_email=one.email, evidence="x", by=by(one), on=ON)
    assert "recovery_own" in codes(refused)
    row = proposed(three, one, lost="phone", email=three.email)
    with pytest.raises(Refused) as refused:
        recovery.confirm(row, seen=recovery.fingerprint(row), by=by(three), on=ON)
    assert "recovery_own" in codes(refused)
    assert recovery.confirm(row, seen=recovery.fingerprint(row), by=by(two), on=ON).confirmed_by == two


@pytest.mark.parametrize("step", ["propose", "confirm"])
def test_without_right_or_second_factor_nothing_goes(people, step):
    owner, one, *_ = people
    reader = world.user(is_staff=True)
    world.give(reader, "auditor")
    world.second_factor(reader)
    bare = world.user(is_staff=True, is_superuser=True)
    for person, expected in ((reader, "recovery_not_yours"), (bare, "second_factor_missing")):
        row = asked()
        given = {"account": owner, "new_email": NEW, "evidence": "x", "on": ON}
        if step == "confirm":
            row = recovery.propose(row, **given, by=by(one))
        acts = {
            "propose": lambda row=row, person=person, given=given: recovery.propose(row, **given, by=by(person)),
            "confirm": lambda row=row, person=person: recovery.confirm(
                row, seen=recovery.fingerprint(row), by=by(person), on=ON
            ),
        }
        with pytest.raises(Refused) as refused:
            acts[step]()
        assert expected in codes(refused)
        recovery.refuse(row, reason="重来", by=by(one), on=ON)


def test_two_who_confirm_at_once_confirm_once(people):
    owner, one, two, three = people
    row = proposed(owner, one)
    stale = RecoveryRequest.objects.get(pk=row.pk)
    seen = recovery.fingerprint(row)
    recovery.confirm(row, seen=seen, by=by(two), on=ON)
    with pytest.raises(Refused) as refused:
        recovery.confirm(stale, seen=seen, by=by(three), on=ON)
    assert codes(refused) == {"recovery_confirmed_already"}
    assert Job.objects.filter(kind=recovery.RELEASE).count() == 1


def test_the_second_person_confirms_what_they_saw(people):
    owner, one, two, three = people
    row = proposed(owner, one)
    seen = recovery.fingerprint(row)
    recovery.propose(row, account=owner, new_email="other@evil.example", evidence="改", by=by(three), on=ON)
    with pytest.raises(Refused) as refused:
        recovery.confirm(row, seen=seen, by=by(two), on=ON)
    assert codes(refused) == {"recovery_changed_meanwhile"}


def test_an_objection_stops_it_until_the_last_moment(people, clock):
    owner, one, two, _ = people
    row = confirmed(owner, one, two)
    link = objection_link(owner)
    assert Client().get(link).status_code == 200
    row.refresh_from_db()
    assert row.closed_as == ""  # a mail program that opens the link objects to nothing
    token = released(clock, row)
    assert "您的登录保持不变" in Client().post(link).content.decode()
    row.refresh_from_db()
    assert row.closed_as == Closed.OBJECTED
    with pytest.raises(Refused) as refused:
        recovery.use(row, token, password="xin-mi-ma-2026", on=AFTER)
    assert codes(refused) == {"recovery_link_dead"}
    assert Client().post(link).status_code == 404


def test_the_link_waits_for_the_end_of_the_time_to_object(people, clock):
    owner, one, two, _ = people
    row = confirmed(owner, one, two)
    clock(f"{NEXT} 23:59:59")
    job = Job.objects.get(kind=recovery.RELEASE)
    assert not jobs.run(job.pk, recovery.release)
    with pytest.raises(RuntimeError):
        recovery.release(row.pk)
    row.refresh_from_db()
    assert row.link_hash == ""
    assert released(clock, row)


@pytest.mark.parametrize(
    ("friday", "last"),
    [
        (date(2026, 10, 16), date(2026, 10, 19)),
        (date(2026, 9, 18), date(2026, 9, 20)),  # a Sunday that is worked for the National Day
    ],
)
def test_a_weekend_leaves_the_old_address_a_working_day(people, friday, last):
    owner, one, two, _ = people
    row = proposed(owner, one)
    RecoveryRequest.objects.filter(pk=row.pk).update(received_on=friday)
    assert recovery.confirm(row, seen=recovery.fingerprint(row), by=by(two), on=friday).objection_until == last


def test_the_link_works_until_its_last_second_and_once(people, clock, settings):
    settings.RECOVERY_LINK_HOURS = 2
    owner, one, two, _ = people
    row = confirmed(owner, one, two)
    token = released(clock, row)
    use = reverse("recovery_use", args=[row.key, token])
    typed = {"password1": "xin-mi-ma-2026", "password2": "xin-mi-ma-2026"}
    clock(f"{AFTER} 02:00:00")
    assert Client().get(use).status_code == 404
    assert Client().post(use, typed).status_code == 404
    clock(f"{AFTER} 01:59:59")
    assert Client().post(use, typed).status_code == 302
    assert Client().post(use, typed).status_code == 404
    owner.refresh_from_db()
    assert owner.email == NEW


@pytest.mark.parametrize("token", ["x", "x" * 43])
def test_a_wrong_token_says_what_a_dead_one_says(people, clock, token):
    owner, one, two, _ = people
    row = confirmed(owner, one, two)
    released(clock, row)
    wrong = Client().get(reverse("recovery_use", args=[row.key, token]))
    unknown = Client().get(reverse("recovery_use", args=["00000000-0000-4000-8000-000000000000", token]))
    assert wrong.status_code == unknown.status_code == 404
    assert shown(wrong) == shown(unknown)


def test_an_account_closed_meanwhile_gets_no_link_and_no_login(people, clock):
    owner, one, two, _ = people
    row = confirmed(owner, one, two)
    accounts.change(owner, wanted={"is_active": False}, note="注销", by=SYSTEM, on=ON)
    clock(f"{AFTER} 00:00:00")
    recovery.release(row.pk)
    row.refresh_from_db()
    assert (row.closed_as, row.link_hash) == (Closed.STOPPED, "")


@pytest.mark.parametrize("when", ["before the second look", "before the link", "after the link"])
def test_an_address_taken_meanwhile_stays_with_who_took_it(people, clock, when):
    owner, one, two, _ = people
    row = proposed(owner, one)
    seen = recovery.fingerprint(row)
    if when == "before the second look":
        world.user(NEW)
        with pytest.raises(Refused) as refused:
            recovery.confirm(row, seen=seen, by=by(two), on=ON)
        assert codes(refused) == {"email_taken"}
        return
    row = recovery.confirm(row, seen=seen, by=by(two), on=ON)
    if when == "before the link":
        world.user(NEW.upper())
        clock(f"{AFTER} 00:00:00")
        recovery.release(row.pk)
        row.refresh_from_db()
        assert row.closed_as == Closed.STOPPED
        return
    token = released(clock, row)
    world.user(NEW)
    with pytest.raises(Refused) as refused:
        recovery.use(row, token, password="xin-mi-ma-2026", on=AFTER)
    assert codes(refused) == {"email_taken"}
    owner.refresh_from_db()
    assert owner.email == "old@unit.example"


def test_the_old_address_changed_meanwhile(people):
    owner, one, two, _ = people
    row = proposed(owner, one)
    User.objects.filter(pk=owner.pk).update(email="moved@unit.example")
    with pytest.raises(Refused) as refused:
        recovery.confirm(row, seen=recovery.fingerprint(row), by=by(two), on=ON)
    assert codes(refused) == {"recovery_address_changed"}


def test_an_old_request_is_asked_anew(people, settings):
    owner, one, two, _ = people
    last = ON + timedelta(settings.RECOVERY_REQUEST_DAYS)
    row = proposed(owner, one)
    assert recovery.check_confirm(row, by=by(two), on=last).passed
    with pytest.raises(Refused) as refused:
        recovery.confirm(row, seen=recovery.fingerprint(row), by=by(two), on=last + timedelta(1))
    assert codes(refused) == {"recovery_expired"}


def test_a_refusal_has_its_reason_and_ends_it(people):
    owner, one, two, _ = people
    row = proposed(owner, one)
    with pytest.raises(Refused) as refused:
        recovery.refuse(row, reason=" ", by=by(two), on=ON)
    assert codes(refused) == {"reason_missing"}
    row = recovery.refuse(row, reason="公章与备案不符", by=by(two), on=ON)
    for act in (
        lambda: recovery.confirm(row, seen=recovery.fingerprint(row), by=by(two), on=ON),
        lambda: recovery.refuse(row, reason="x", by=by(one), on=ON),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert codes(refused) == {"recovery_closed"}


def test_one_account_has_one_open_request(people):
    owner, one, _two, _ = people
    proposed(owner, one)
    with pytest.raises(Refused) as refused:
        recovery.propose(asked(), account=owner, new_email="x@y.example", evidence="x", by=by(one), on=ON)
    assert codes(refused) == {"recovery_open_already"}


def test_a_lost_mailbox_needs_another_address(people):
    owner, one, _two, _ = people
    with pytest.raises(Refused) as refused:
        proposed(owner, one, lost="mailbox", email="OLD@unit.example")
    assert codes(refused) == {"recovery_same_address"}


# the pages


def form(**typed):
    upload = BytesIO(world.PNG)
    upload.name = "公函.png"
    return {"unit": "某单位", "person": "李", "contact": "010-1", "lost": "mailbox", "letter": upload} | typed


def test_the_public_form_says_the_same_whoever_is_known(people, client):
    known = client.post(reverse("recovery_ask"), form(unit="北京星野文化传媒有限公司", person="林晓"), follow=True)
    unknown = client.post(reverse("recovery_ask"), form(), follow=True)
    assert known.status_code == unknown.status_code == 200
    assert shown(known) == shown(unknown)
    assert RecoveryRequest.objects.count() == 2


def test_the_public_form_wants_a_letter_that_is_one(people, client):
    fake = BytesIO(b"MZ not a paper")
    fake.name = "公函.pdf"
    for typed in ({"letter": ""}, {"letter": fake}, {"unit": ""}, {"lost": "everything"}):
        assert client.post(reverse("recovery_ask"), form(**typed)).status_code == 422
    assert not RecoveryRequest.objects.exists()


def test_the_public_form_is_not_flooded(people, client):
    answers = [client.post(reverse("recovery_ask"), form()).status_code for _ in range(7)]
    assert answers[:5] == [302] * 5
    assert answers[-1] == 429


def test_two_of_the_staff_walk_it_at_the_desk(people, clock):
    _owner, one, two, _ = people
    row = asked()
    first, second = client_of(one), client_of(two)

    def at(name: str) -> str:
        return reverse(f"admin:association_recoveryrequest_{name}", args=[row.pk])

    letter = first.get(at("letter"))
    assert b"".join(letter.streaming_content).startswith(b"\x89PNG")
    assert AccessLog.objects.filter(user=one, what="identity_paper").exists()
    typed = {"account": "nobody@unit.example", "new_email": NEW, "evidence": "核对公函"}
    assert "没有使用该邮箱的账号" in first.post(at("propose"), typed).content.decode()
    assert "等待第二人复核" in told(first.post(at("propose"), typed | {"account": "OLD@unit.example"}, follow=True))
    assert "这是您提出的" in first.get(at("change")).content.decode()
    page = second.get(at("confirm")).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]
    assert "old@unit.example" in page
    assert "已通知原邮箱" in told(second.post(at("confirm"), {"seen": seen}, follow=True))
    shown = second.get(at("change")).content.decode()
    assert "异议期至2026年9月16日" in shown
    clock("2026-09-15 10:20:00")
    assert "reauthenticate" in second.post(at("confirm"), {"seen": seen})["Location"]
    released(clock, row)
    assert "链接已发送" in client_of(two).get(at("change")).content.decode()


def test_a_request_by_telephone_is_entered_by_staff(people):
    _owner, one, *_ = people
    client = client_of(one)
    entered = client.post(
        reverse("admin:association_recoveryrequest_enter"),
        {"unit": "某单位", "person": "李", "contact": "010-1", "lost": "phone", "text": "手机被偷"},
    )
    row = RecoveryRequest.objects.get()
    assert entered["Location"] == reverse("admin:association_recoveryrequest_change", args=[row.pk])
    assert (row.entered_by, row.letter) == (one, None)


def test_an_auditor_looks_and_does_nothing(people):
    from tests.desk import auditor

    row, client = asked(), auditor()
    assert client.get(reverse("admin:association_recoveryrequest_changelist")).status_code == 200
    assert client.get(reverse("admin:association_recoveryrequest_change", args=[row.pk])).status_code == 200
    for name in ("letter", "propose", "confirm", "refuse"):
        assert client.get(reverse(f"admin:association_recoveryrequest_{name}", args=[row.pk])).status_code == 403
