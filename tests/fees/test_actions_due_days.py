"""A calendar moves the last day of a fee: who pays it is told, once, and only if there is something left to pay."""

from datetime import date

import pytest
from django.urls import reverse

from association.actions import digests
from association.models import DeadlineChange, Message
from association.rules.counting import Due
from fees.rules import payable
from members.actions import parties
from tests import world
from tests.calendars import LOADED, load

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-11-20")
    world.found()


def provisional_fee(registration, told, *, year=2027):
    """The fee as one owes it under a rule with a fixed day, 1 May."""
    line = world.invoice_of(registration).lines.get()
    rule = {"kind": "fixed", "month": 5, "day": 1, "inclusive": True, "roll": "next_workday"}
    type(line).objects.filter(pk=line.pk).update(
        year=year, due_on=told, provisional=True, counted={"rule": rule, "year": year}
    )
    return line


def of_fees(user):
    return Message.objects.filter(recipient=user, channel="portal", unique_key__startswith="fee:")


def test_whoever_pays_hears_that_the_fee_is_due_later():
    registration = world.noticed()
    line = provisional_fee(registration, date(2027, 5, 3))
    user = registration.case.applicant
    colleague, gone = world.user(), world.user()
    party = registration.membership.party
    parties.grant_access(party, colleague, on=LOADED)
    parties.grant_access(party, gone, on=world.NOTICED)
    party.accesses.filter(user=gone).update(until=LOADED)

    load()

    (message,) = of_fees(user)
    assert message.subject == "会费期限顺延：2027年会费，2027年5月6日（星期四）"
    assert "由2027年5月3日改为2027年5月6日（星期四）" in message.text
    assert "第三十条" in message.text
    assert "暂定" not in message.text
    assert message.link == reverse("invoice", args=[line.invoice.key])
    assert of_fees(colleague).count() == 1
    assert not of_fees(gone).exists()
    assert not of_fees(world.seated("secretariat")).exists()
    mails = Message.objects.filter(recipient=user, channel="mail", unique_key__startswith="digest:")
    assert not mails.exists()
    digests.mail(on=LOADED)
    assert "2027年5月6日" in "".join(mails.values_list("text", flat=True))


@pytest.mark.parametrize("told", [date(2027, 5, 6), date(2027, 5, 10)])
def test_a_fee_whose_day_stays_is_no_news(told):
    registration = world.noticed()
    provisional_fee(registration, told)

    load()

    assert DeadlineChange.objects.filter(code="fees.2027", new_on=told).count() == 1
    assert not of_fees(registration.case.applicant).exists()


def test_a_fee_that_is_paid_is_no_news():
    registration = world.paid()
    provisional_fee(registration, date(2027, 5, 3))

    load()

    assert DeadlineChange.objects.filter(code="fees.2027").exists()
    assert not of_fees(registration.case.applicant).exists()


def test_a_fee_whose_later_day_is_provisional_still_says_so(monkeypatch):
    """Roll over new year: the day moves by one calendar, and leans on the next."""
    registration = world.noticed()
    provisional_fee(registration, date(2027, 5, 3))
    monkeypatch.setattr(payable, "again", lambda *_: Due(date(2027, 5, 7), provisional=True))

    load()

    (message,) = of_fees(registration.case.applicant)
    assert "该日期为暂定" in message.text
