"""The first member joins: the whole path, action by action (fixture ACG-F)."""

from datetime import date
from decimal import Decimal

import pytest

from association.models import Announcement, Message
from fees.queries import statement
from members.actions import checkpoints
from members.models import Membership
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db):
    world.found()


@pytest.mark.rule("ACG-19.p2a", "ACG-24", "ACG-30", "ACG-22.a", "ACG-13.p1")
def test_unit_joins_from_application_to_certificate():
    certificate = world.registered()

    membership = Membership.objects.standing(world.REGISTERED).get()
    assert membership.starts_on == world.SUBMITTED
    assert membership.standing == "registered"
    assert membership.tier == "member"
    assert membership.party.number == "BACCA-000001"
    assert certificate.valid_from == world.SUBMITTED
    assert certificate.valid_until == date(2027, 1, 1)
    world.run_jobs()
    certificate.refresh_from_db()
    assert certificate.file is not None
    assert Announcement.objects.get().fields["number"] == "BACCA-000001"
    assert list(checkpoints.faults()) == []


@pytest.mark.rule("ACG-20")
def test_notice_is_due_ten_working_days_after_the_resolution():
    application = world.approved()

    assert application.case.deadlines.get(code="notify").due_on == date(2026, 10, 9)


@pytest.mark.rule("ACG-22.a")
def test_registration_is_due_ten_working_days_after_acceptance():
    registration = world.paid()

    assert registration.accepted_on == date(2026, 9, 28)
    assert registration.case.deadlines.get(code="register").due_on == date(2026, 10, 16)


@pytest.mark.rule("ACG-28")
def test_partial_payment_leaves_the_rest_open():
    registration = world.paid(amount="666.66")

    state = statement(registration.case, world.PAID)
    assert registration.accepted_on is None
    assert state.status.state == "partial"
    assert state.outstanding == Decimal("0.01")


def test_payment_larger_than_owed_is_recorded_and_the_excess_visible():
    registration = world.paid(amount="700.00")

    state = statement(registration.case, world.PAID)
    assert registration.accepted_on == world.PAID
    assert state.received == Decimal("700.00")
    assert state.excess == Decimal("33.33")


@pytest.mark.rule("ACG-31.c")
def test_tier_conferred_before_registration_is_prepaid_to_the_end_of_the_term():
    registration = world.noticed()
    world.confer(registration.membership, "council", on=date(2026, 9, 22))

    state = statement(registration.case, date(2026, 9, 22))
    assert [(line.year, line.amount) for line in state.lines] == [
        (2026, Decimal("1666.67")),
        (2027, Decimal("5000.00")),
        (2028, Decimal("5000.00")),
        (2029, Decimal("5000.00")),
    ]
    assert state.status.owed == Decimal("16666.67")


def test_tier_conferred_after_payment_reopens_the_payment():
    registration = world.paid()
    world.confer(registration.membership, "council", on=date(2026, 9, 29))

    registration.refresh_from_db()
    state = statement(registration.case, date(2026, 9, 29))
    assert registration.accepted_on is None
    assert state.outstanding == Decimal("16000.00")


def test_everybody_is_told_once():
    world.registered()

    told = ["已收到您的入会申请", "您的入会申请已获批准", "会费到账已确认", "会员登记已办结"]
    for channel in ("mail", "portal"):
        sent = list(Message.objects.filter(channel=channel).order_by("pk"))
        assert len(sent) == len(told)
        assert all(message.subject.startswith(words) for message, words in zip(sent, told, strict=True))
