"""The guide's rulebooks are adopted and walked: what it says of them happens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from association.cases import engine
from association.models import Announcement, Resolution, User
from association.states import State
from fees.models import FeeLine
from members.models import Certificate, Membership, Registration
from portal.demo import loader
from portal.demo.plans import Plan
from portal.demo.walk import Walk, fresh
from tests.guides import SMALL, inserted, text_of
from tests.world import seated

pytestmark = pytest.mark.django_db

FOUNDED, ON, LATER = date(2026, 1, 5), date(2026, 7, 14), date(2026, 7, 20)
YEARLY = Decimal(1200)


@pytest.fixture
def world():
    """Return ``world(text)``: an association under this rulebook, 1200 yuan a year for everybody."""

    def founded(text: str, amounts: dict | None = None) -> Walk:
        amounts = amounts or {("unit", ""): YEARLY}
        plan = Plan("baking", "江北烘焙行业协会", "本会", founded=FOUNDED, text=text, amounts=amounts)
        rulebook = loader.found(plan)
        seats = {body: seated(body) for body in rulebook.bodies}
        tellers = (seated("secretariat", roles=("finance",)), seated("secretariat", roles=("finance",)))
        return Walk(plan, seats, tellers)

    return founded


def submitted(walk: Walk, class_id: str = "unit", *, on: date = ON):
    user = User.objects.create_user(f"a{User.objects.count()}@test.example", "a-long-password", name="林晓")
    name = "何远" if class_id != "unit" else "北京星野有限公司"
    return walk.submit(walk.draft(user, class_id, name, on=on), on=on)


def member(application) -> Any:
    return Membership.objects.filter(case=application.case).first()


def steps(application) -> list[str]:
    return [passage.from_step for passage in application.case.passages.order_by("seq") if passage.from_step]


def test_the_small_rulebook_runs(world):
    walk = world(SMALL)
    application = submitted(walk)
    step = engine.current_step(application.case)
    assert (step.actor, application.case.deadlines.get().due_on) == ("secretariat", date(2026, 7, 28))
    application = walk.advance(application, on=LATER)
    assert (application.case.state, member(application).starts_on) == (State.APPROVED, LATER)
    assert Resolution.objects.filter(items__case=application.case).count() == 1
    assert FeeLine.objects.get(membership=member(application)).amount == YEARLY


def test_a_delegated_office_decides_without_a_resolution(world):
    walk = world(inserted(*text_of("Approval by a delegated office")))
    application = walk.advance(submitted(walk), on=LATER)
    assert member(application).starts_on == LATER
    assert not Resolution.objects.filter(items__case=application.case).exists()


def test_filing_makes_a_member(world):
    walk = world(inserted(*text_of("Commitment and filing")))
    application = submitted(walk)
    assert member(application) is None
    application = walk.advance(application, on=LATER)
    assert (application.case.state, member(application).starts_on) == (State.APPROVED, LATER)


def test_registered_at_once(world):
    walk = world(inserted(*text_of("Registration at once")))
    application = submitted(walk, "person")
    assert member(application).starts_on == ON
    assert member(submitted(walk, "unit")) is None


def test_a_fee_before_the_review(world):
    walk = world(inserted(*text_of("Fee before review, with refund")))
    application = submitted(walk)
    assert engine.current_step(application.case).action == "pay"
    walk.pay(application.case, on=ON)
    assert engine.current_step(fresh(application).case).action == "resolve"
    application = walk.advance(application, on=LATER)
    assert FeeLine.objects.get(invoice__case=application.case).membership == member(application)


def test_two_classes_two_procedures(world):
    walk = world(inserted(*text_of("Several classes with different procedures")))
    unit, person = submitted(walk), submitted(walk, "person")
    assert [engine.current_step(one.case).actor for one in (unit, person)] == ["council", "secretariat"]


def test_who_joins_begins_at_the_lowest_tier(world):
    amounts = {("unit", tier): YEARLY for tier in ("ordinary", "council", "president")}
    walk = world(inserted(*text_of("Tiers by resolution")), amounts)
    application = walk.advance(submitted(walk), on=LATER)
    assert member(application).tiers.get().tier == "ordinary"


def test_registration_after_the_approval(world):
    walk = world(inserted(*text_of("Registration after the approval, with a certificate")))
    application = walk.advance(submitted(walk), on=LATER)
    assert member(application).starts_on == LATER
    assert member(application).party.number == "HB-00001"
    assert Registration.objects.get().closes_on == date(2026, 10, 20)
    walk.register(member(application), on=LATER)
    certificate = Certificate.objects.get()
    assert (certificate.valid_from, certificate.valid_until) == (LATER, date(2027, 1, 1))
    assert Announcement.objects.get().fields == {"name": "北京星野有限公司", "number": "HB-00001", "class": "单位会员"}


def test_notice_fee_certificate_and_publication_without_a_registration(world):
    walk = world(inserted(*text_of("Without a registration: notice, fee, certificate, publication")))
    application = walk.advance(submitted(walk), to="pay", on=LATER)
    assert (application.case.state, member(application)) == (State.APPROVED, None)
    invoice = application.case.invoices.get()
    assert (invoice.lines.get().amount, invoice.lines.get().due_on) == (YEARLY, date(2026, 8, 10))
    later = date(2026, 7, 27)
    walk.pay(application.case, on=later)
    assert member(application).starts_on == later
    assert not Certificate.objects.exists()
    application = walk.advance(application, on=date(2026, 7, 29))
    assert engine.current_step(fresh(application).case) is None
    certificate = Certificate.objects.get()
    assert (certificate.valid_from, certificate.valid_until) == (later, date(2029, 7, 27))
    assert Announcement.objects.get().fields == {"name": "北京星野有限公司", "class": "单位会员"}
    assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("validity", "until"),
    [
        ('{ kind = "none" }', None),
        ('{ kind = "paid_years" }', date(2027, 1, 1)),
        ('{ kind = "years", n = 3, from = "fee.received" }', date(2029, 7, 20)),
    ],
)
def test_how_long_its_certificate_holds(world, validity, until):
    fragment, replaces = text_of("Without a registration: notice, fee, certificate, publication")
    walk = world(inserted(fragment.replace('{ kind = "years", n = 3, from = "fee.received" }', validity), replaces))
    walk.advance(submitted(walk), on=LATER)
    assert Certificate.objects.get().valid_until == until


def test_students_owe_nothing(world):
    walk = world(inserted(*text_of("Honorary and student members who pay nothing")))
    application = walk.advance(submitted(walk, "student"), on=LATER)
    assert member(application).starts_on == LATER
    assert not FeeLine.objects.exists()
