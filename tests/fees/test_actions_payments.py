"""Money as the bank says it: two persons, nothing twice, nothing lost (ACG-28, 30, 32)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from admissions.actions import notices
from association.actions import absences, profile
from association.actors import SYSTEM, Actor
from association.decisions import Refused
from association.rulebook import preset_text
from association.web import sentences
from fees.actions import payments, sandbox
from fees.models import Allocation, FeeStandard, Invoice, Payment
from fees.queries import statement
from members.actions import registrations
from portal.demo import loader
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration(db):
    world.found()
    return world.noticed()


def code(refusal) -> str:
    return refusal.value.decision.reasons[0].code


@pytest.mark.rule("ACG-30")
def test_invoice_of_a_unit_from_september(registration):
    state = statement(registration.case, world.NOTICED)

    assert [(line.year, line.months, line.amount) for line in state.lines] == [(2026, 4, Decimal("666.67"))]
    assert state.invoice.memo == "2026会费 BACCA-000001"
    assert state.invoice.account.payee == "北京二次元文化创意协会"


def test_who_entered_cannot_confirm(registration):
    payment = world.entered(registration)
    with pytest.raises(Refused) as refusal:
        payments.confirm(payment, by=Actor.officer(payment.entered_by), on=world.PAID)
    assert code(refusal) == "two_persons"

    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(confirmed_by=payment.entered_by)


def test_who_stands_in_for_who_entered_cannot_confirm_nor_the_other_way_round(registration):
    payment = world.entered(registration)
    entered_by, stand_in, third = payment.entered_by, *(world.seated("secretariat", roles=("finance",)) for _ in "12")
    row = absences.name(
        entered_by, stand_in, from_on=world.PAID, until=date(2026, 10, 1), by=Actor.officer(entered_by), on=world.PAID
    )
    absences.answer(row, accept=True, by=Actor.officer(stand_in), on=world.PAID)
    with pytest.raises(Refused) as refusal:
        payments.confirm(payment, by=Actor.officer(stand_in), on=world.PAID)
    assert code(refusal) == "two_persons_standing_in"
    assert payments.confirm(payment, by=Actor.officer(third), on=world.PAID).confirmed_on == world.PAID


def test_second_click_on_confirm_does_nothing_twice(registration):
    payment = world.entered(registration)
    world.confirm(payment)

    with pytest.raises(Refused) as refusal:
        world.confirm(payment)

    assert code(refusal) == "confirmed_already"
    assert Allocation.objects.count() == 1
    assert registration.case.passages.filter(from_step="pay").count() == 1


def test_the_same_bank_reference_is_entered_once(registration):
    world.entered(registration, reference="BANK-1")
    with pytest.raises(Refused) as refusal:
        world.entered(registration, reference="BANK-1")
    assert code(refusal) == "reference_entered_already"


def test_secretariat_without_the_role_enters_nothing(registration):
    with pytest.raises(Refused) as refusal:
        payments.enter(
            world.invoice_of(registration),
            method="cash",
            amount=Decimal("1.00"),
            value_date=world.PAID,
            reference="X",
            by=world.officer("secretariat"),
            on=world.PAID,
        )
    assert code(refusal) == "may_not_enter_payment"


@pytest.mark.rule("ACG-32.a")
@pytest.mark.parametrize("method", ["cash", "cheque", "corporate_transfer", "bank_remittance", "electronic"])
def test_five_methods_are_offered(registration, method):
    decision = payments.check_entry(
        world.invoice_of(registration), method=method, amount=Decimal("1.00"), value_date=world.PAID, on=world.PAID
    )
    assert decision.passed


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"amount": Decimal("0.00")}, "amount_not_payable"),
        ({"amount": Decimal("-1.00")}, "amount_not_payable"),
        ({"amount": Decimal("1.005")}, "amount_not_payable"),
        ({"value_date": date(2026, 9, 29)}, "value_date_ahead"),
        ({"method": "barter"}, "method_not_offered"),
    ],
)
def test_what_cannot_be_money_that_arrived(registration, changes, expected):
    facts = {"method": "cash", "amount": Decimal("1.00"), "value_date": world.PAID} | changes
    decision = payments.check_entry(world.invoice_of(registration), **facts, on=world.PAID)
    assert decision.reasons[0].code == expected


def test_two_partial_payments_settle_and_open_the_registration_once(registration):
    world.paid(registration, "600.00")
    registration.refresh_from_db()
    assert registration.accepted_on is None

    world.paid(registration, "66.67", on=date(2026, 9, 30))

    registration.refresh_from_db()
    assert registration.accepted_on == date(2026, 9, 30)
    assert registration.paid_through_year == 2026


@pytest.mark.rule("ACG-30")
def test_registration_that_slips_into_the_next_year_owes_that_year_too(db):
    world.found()
    application = world.submitted(on=date(2026, 12, 20))
    application = world.approved(application, on=date(2027, 2, 5))
    registration = notices.send(application, by=world.officer("membership_dept"), on=date(2027, 2, 8))

    state = statement(registration.case, date(2027, 2, 8))
    assert [(line.year, line.amount) for line in state.lines] == [
        (2026, Decimal("166.67")),
        (2027, Decimal("2000.00")),
    ]
    paid = world.paid(registration, "2166.67", on=date(2027, 2, 9))
    certificate = registrations.complete(paid, by=world.officer("membership_dept"), on=date(2027, 2, 10))
    assert (certificate.valid_from, certificate.valid_until) == (date(2026, 12, 20), date(2028, 1, 1))


def test_waiting_over_new_year_is_billed_anew_and_what_was_paid_still_counts(registration):
    world.paid(registration, "100.00")

    assert payments.reconcile_awaited(on=date(2027, 1, 4)) == 1
    assert payments.reconcile_awaited(on=date(2027, 1, 5)) == 0

    state = statement(registration.case, date(2027, 1, 5))
    assert [line.year for line in state.lines] == [2026, 2027]
    assert state.outstanding == Decimal("2566.67")
    assert Invoice.objects.filter(case=registration.case, voided_on__isnull=True).count() == 1


def test_wrong_entry_is_struck_out_with_a_reason_and_stays_readable(registration):
    payment = world.entered(registration, reference="BANK-2")
    by = Actor.officer(payment.entered_by)
    with pytest.raises(Refused):
        payments.strike(payment, reason=" ", by=by, on=world.PAID)
    payments.strike(payment, reason="金额录错", by=by, on=world.PAID)

    assert Payment.objects.get(pk=payment.pk).strike_reason == "金额录错"
    world.entered(registration, reference="BANK-2")


def test_sandbox_notice_counts_once(registration):
    order = sandbox.order(world.invoice_of(registration), on=world.PAID)
    sandbox.notify(order.trade_no, on=world.PAID)
    sandbox.notify(order.trade_no, on=world.PAID)

    state = statement(registration.case, world.PAID)
    assert state.received == Decimal("666.67")
    registration.refresh_from_db()
    assert registration.accepted_on == world.PAID


def test_sandbox_that_is_off_takes_nothing(registration, settings):
    settings.PAYMENT_SANDBOX = False
    with pytest.raises(Refused):
        sandbox.order(world.invoice_of(registration), on=world.PAID)


class TestWithoutAnAmount:
    @pytest.fixture(autouse=True)
    def _nothing_set(self, db):
        world.found()
        FeeStandard.objects.update(decision=None, resolution=None)
        profile.touch()

    @pytest.mark.rule("FIRE-8.2.4")
    def test_no_invoice_of_zero_goes_out_and_the_desk_reads_why(self):
        application = world.approved()
        with pytest.raises(Refused) as refusal:
            notices.send(application, by=world.officer("membership_dept"), on=world.NOTICED)

        assert code(refusal) == "price_missing"
        assert "会费标准中没有“单位会员 · 会员单位”的金额" in sentences(refusal.value.decision)[0]
        assert not Invoice.objects.exists()
        assert world.fresh(application).case.step == "notify"


@pytest.mark.rule("FIRE-8.2.4")
def test_a_standard_that_lapses_leaves_what_was_billed(registration):
    FeeStandard.objects.update(effective_from=date(2090, 1, 1))
    profile.touch()

    assert payments.reconcile_awaited(on=date(2027, 1, 2)) == 0
    assert world.invoice_of(registration).voided_on is None


def test_who_is_free_waits_for_no_fee(monkeypatch):
    free = '\n[[fees.free]]\nid = "unit"\nselector = { class = "unit" }\nref = ["28"]\n'
    monkeypatch.setattr(loader, "preset_text", lambda id: preset_text(id) + free)
    world.found()
    membership = world.approved().case.membership
    registration = registrations.open_initial(
        membership, applicant=None, noticed_on=world.NOTICED, by=world.officer("membership_dept")
    )

    payments.settle(registration.case, by=SYSTEM, on=world.NOTICED)

    registration.refresh_from_db()
    assert registration.accepted_on == world.NOTICED
    assert not Invoice.objects.exists()
    passage = registration.case.passages.get(from_step="pay")
    assert [reason["code"] for reason in passage.decision.reasons] == ["free_of_fees"]
