"""What a member is told on the way: once each, with what comes next."""

import pytest
from django.urls import reverse

from association import queries
from association.models import Message
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock(world.PAID)
    world.found()
    queries.forget()


def mails(part: str) -> list[Message]:
    return list(Message.objects.filter(channel="mail", unique_key__contains=part).order_by("pk"))


@pytest.mark.rule("ACG-19.p1")
def test_received_application_is_acknowledged_with_who_takes_it_up():
    application = world.submitted()

    [mail] = mails("received:")

    assert mail.recipient == application.case.applicant
    assert mail.link == reverse("application", args=[application.case.key])
    assert "2026年9月15日" in mail.text
    assert "下一步：会员部资格审查，由会员部办理" in mail.text


@pytest.mark.rule("ACG-22.a")
def test_confirmed_payment_says_what_remains_and_then_what_comes_next():
    registration = world.noticed()
    world.confirm(world.entered(registration, "600.00"))
    world.confirm(world.entered(registration, "66.67"))

    part, rest = mails("payment:")

    assert "¥600.00" in part.text
    assert "尚欠 ¥66.67" in part.text
    assert part.link == reverse("invoice", args=[world.invoice_of(registration).key])
    assert "会费已缴清" in rest.text
    assert "尚欠" not in rest.text


@pytest.mark.rule("ACG-21.a", "ACG-22.a")
def test_completed_registration_brings_the_way_to_the_certificate():
    certificate = world.registered()
    party = certificate.membership.party

    [mail] = mails(":completed")

    assert mail.link == reverse("certificate", args=[certificate.serial])
    assert mail.text.startswith(f"{party.name}：")
    assert party.number in mail.text
    assert "依据：" in mail.text


def test_every_account_of_the_member_is_told_and_former_ones_are_not():
    registration = world.noticed()
    party = registration.membership.party
    colleague, former = world.user("second@test.example"), world.user("former@test.example")
    party.accesses.create(user=colleague, from_on=world.NOTICED)
    party.accesses.create(user=former, from_on=world.NOTICED, until=world.PAID)

    world.registered(registration)

    told = {mail.recipient for mail in mails(":completed")}
    assert told == {registration.case.applicant, colleague}
