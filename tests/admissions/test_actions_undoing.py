"""An admission decided between meetings and revoked: every effect undone, or nothing (ACG-43, ACG-44)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from admissions.actions import notices
from association import ports
from association.actions import bodies, interim, meetings, resolutions
from association.actors import Actor
from association.decisions import Refused
from association.letters import own
from association.models import Announcement, Body, Deadline, Message
from association.phrases import sentence
from association.states import State
from fees.actions import payments, refunds
from fees.models import Allocation, FeeLine, Invoice, Payment, Refund
from fees.queries import statement
from members.actions import tiers
from members.models import Membership
from members.models.membership import Standing
from members.queries import standing_of
from members.views.verify import standing_of as told_of
from tests import world
from tests.adopted import resolved

pytestmark = pytest.mark.django_db

TAKEN, HELD = date(2026, 9, 18), date(2026, 10, 16)
URGENT = "展会报名截止在即，不能等到下次会议。"


@pytest.fixture(autouse=True)
def covers(monkeypatch):
    """The culture association's rules, with admissions and tiers among what may be decided between meetings."""
    world.found()
    rule_of = interim.rule_of

    def wider(case):
        return rule_of(case).model_copy(update={"covers": ("admission", "tier_change"), "revoke": wider.revoke})

    wider.revoke = "void_from_start"
    monkeypatch.setattr(interim, "rule_of", wider)
    return wider


def taken(application=None):
    case = (application or world.at_council()).case
    return interim.decide(case, step=case.step, urgency=URGENT, by=world.officer("secretariat"), on=TAKEN)


def noticed():
    """Decided, told and invited to register."""
    row = taken()
    notices.send(world.fresh(row.case.application), by=world.officer("membership_dept"), on=world.NOTICED)
    return row


def revoke(row, on: date = HELD):
    return interim.revoke(row, resolved("council", on), note="材料不实。", by=world.officer("secretariat"))


def refused(row) -> str:
    with pytest.raises(Refused) as refusal:
        revoke(row)
    (reason,) = refusal.value.decision.reasons
    assert reason.code == "built_upon"
    return sentence(reason)


def test_both_kinds_can_be_taken_back():
    assert [ports.effects[kind].revocable for kind in ("admission", "tier_change")] == [True, True]


@pytest.mark.rule("ACG-44")
class TestAdmission:
    def test_it_is_as_if_it_had_never_been_a_member(self):
        row = noticed()
        membership = Membership.objects.get()
        number, invoice = membership.party.number, Invoice.objects.get()
        assert standing_of(membership, HELD) == Standing.ACTIVE
        revoke(row)
        membership.refresh_from_db()
        assert [standing_of(membership, day) for day in (world.SUBMITTED, TAKEN, HELD)] == [Standing.NONE] * 3
        assert not Membership.objects.running_on(TAKEN).exists()
        assert membership.party.number == number
        assert told_of(number, HELD) is None
        assert list(membership.events.order_by("seq").values_list("kind", flat=True)) == ["joined", "voided"]
        assert not membership.tiers.exists()
        invoice.refresh_from_db()
        assert invoice.voided_on == HELD
        assert not FeeLine.objects.standing().exists()
        assert not membership.party.accesses.on(HELD).exists()
        registration = membership.registrations.get()
        row.case.refresh_from_db()
        assert (row.case.state, registration.case.state) == (State.VOID, State.VOID)
        assert not Deadline.objects.filter(met_on__isnull=True, dropped_on__isnull=True).exists()
        told = Message.objects.filter(unique_key__contains=":revoked:", channel="portal").get()
        assert told.recipient == row.case.applicant
        assert "撤销" in told.subject

    def test_the_party_may_apply_and_join_again_under_its_number(self):
        row = noticed()
        number = Membership.objects.get().party.number
        revoke(row)
        again = world.approved(world.submitted(on=date(2026, 10, 20)), on=date(2026, 10, 26))
        second = again.case.membership
        assert (second.party.number, second.starts_on) == (number, date(2026, 10, 20))
        assert standing_of(second, date(2026, 10, 26)) == Standing.ACTIVE

    def test_from_now_on_where_the_rules_say_so(self, covers):
        covers.revoke = "from_now"
        row = noticed()
        revoke(row)
        membership = Membership.objects.get()
        assert standing_of(membership, date(2026, 10, 15)) == Standing.ACTIVE
        assert standing_of(membership, HELD) == Standing.ENDED
        assert membership.tiers.get().until == HELD

    def test_money_that_nobody_confirmed_is_confirmed_or_struck_out_first(self):
        row = noticed()
        payment = world.entered(Membership.objects.get().registrations.get())
        said = refused(row)
        assert "666.67" in said
        assert "请财务先确认到账或者作废" in said
        assert not Refund.objects.exists()
        payments.strike(payment, reason="重复录入。", by=Actor.officer(payment.entered_by), on=HELD)
        revoke(row)
        assert not Refund.objects.exists()

    def test_the_fee_that_was_paid_is_owed_back_and_the_payment_stays(self):
        row = noticed()
        registration = Membership.objects.get().registrations.get()
        world.paid(registration)
        payment = Payment.objects.get()
        assert (payment.amount, Allocation.objects.standing().get().payment) == (Decimal("666.67"), payment)

        revoke(row)

        owed = Refund.objects.get()
        assert (owed.payment, owed.amount, owed.owed_since, owed.paid_back_on) == (payment, payment.amount, HELD, None)
        assert owed.decision.passages.get().case == row.case
        payment.refresh_from_db()
        assert (payment.confirmed_on is not None, payment.struck_on) == (True, None)
        assert not Allocation.objects.standing().exists()
        assert not FeeLine.objects.standing().exists()
        after = statement(registration.case, HELD)
        assert (after.received, after.owed_back, after.excess) == (payment.amount, payment.amount, Decimal("0.00"))
        told = Message.objects.filter(unique_key__contains=":revoked:", channel="portal").get()
        assert "666.67" in told.text

    def test_the_money_goes_back_once_as_the_bank_says(self):
        row = noticed()
        world.paid(Membership.objects.get().registrations.get())
        revoke(row)
        owed, by = Refund.objects.get(), Actor.officer(world.seated("secretariat", roles=("finance",)))
        day = date(2026, 10, 20)

        def code(**changes):
            typed = {"reference": "TK001", "paid_on": day, "by": by, "on": day} | changes
            with pytest.raises(Refused) as refusal:
                refunds.pay_back(owed, **typed)
            return refusal.value.decision.reasons[0].code

        assert code(paid_on=date(2026, 10, 15)) == "refunded_before_owed"
        assert code(paid_on=date(2026, 10, 21)) == "value_date_ahead"
        assert code(reference=" ") == "refund_reference_missing"
        assert code(by=world.officer("secretariat")) == "may_not_enter_payment"
        back = refunds.pay_back(owed, reference="TK001", paid_on=HELD, by=by, on=day)
        assert (back.paid_back_on, back.reference, back.paid_back_by) == (HELD, "TK001", by.user)
        assert code() == "refunded_already"
        with pytest.raises(IntegrityError, match="fees_refund_append_only"), transaction.atomic():
            Refund.objects.update(amount=Decimal("1.00"))

    def test_where_it_had_force_for_a_while_the_fee_stands_in_the_way(self, covers):
        covers.revoke = "from_now"
        row = noticed()
        world.paid(Membership.objects.get().registrations.get())
        assert "666.67" in refused(row)
        assert not Refund.objects.exists()
        assert Allocation.objects.standing().exists()

    def test_a_seat_and_a_vote_stand_in_the_way_and_both_are_named(self):
        row = noticed()
        user = row.case.applicant
        seat = bodies.seat(user, Body.objects.get(key="members_assembly"), on=date(2026, 9, 25))
        meeting = resolved("members_assembly", date(2026, 10, 9)).meeting
        meetings.invite(meeting, on=date(2026, 9, 28))
        meetings.take_attendance(meeting, {meeting.attendees.get(user=user).pk: "present"}, on=date(2026, 10, 9))
        said = refused(row)
        assert "会员大会" in said
        assert meeting.title in said
        bodies.unseat(seat, until=date(2026, 10, 10))
        row.refresh_from_db()
        row.case.refresh_from_db()
        assert (row.outcome, row.case.state) == ("", State.APPROVED)
        assert Membership.objects.running_on(HELD).exists()

    def test_a_tier_conferred_since_stands_in_the_way(self):
        row = noticed()
        world.confer(Membership.objects.get(), "council", on=date(2026, 9, 25))
        assert "等级变更" in refused(row)

    def test_a_tier_proposed_since_stands_in_the_way(self):
        row = noticed()
        tiers.propose(Membership.objects.get(), "council", by=world.officer("secretariat"), on=date(2026, 9, 25))
        assert "理事单位" in refused(row)

    def test_what_was_published_is_withdrawn_and_a_draft_is_dropped(self):
        row = noticed()
        facts = {"kind": "member_registry", "fields": {"name": "x"}, "case": row.case, "decision": row.decision}
        draft = Announcement.objects.create(title="草稿", drafted_on=TAKEN, **facts)
        shown = {"published_on": TAKEN, "published_by": world.user()}
        published = Announcement.objects.create(title="会员公告", drafted_on=TAKEN, **facts, **shown)
        revoke(row)
        draft.refresh_from_db()
        published.refresh_from_db()
        assert (draft.dropped_on, published.withdrawn_on) == (HELD, HELD)
        assert "撤销" in published.withdrawal_reason


@pytest.mark.rule("ACG-44")
class TestTier:
    DAY = date(2026, 10, 9)

    @pytest.fixture
    def membership(self):
        return world.registered().membership

    def conferred(self, membership, tier="standing_council"):
        change = tiers.propose(membership, tier, by=world.officer("secretariat"), on=self.DAY)
        return interim.decide(
            change.case, step=change.case.step, urgency=URGENT, by=world.officer("secretariat"), on=self.DAY
        )

    def spans(self, membership):
        return list(membership.tiers.order_by("from_on").values_list("tier", "from_on", "until"))

    def test_the_tier_is_the_one_before_from_the_start(self, membership):
        row = self.conferred(membership)
        assert [span[0] for span in self.spans(membership)] == ["member", "standing_council"]
        revoke(row)
        assert self.spans(membership) == [("member", membership.starts_on, None)]
        assert [event.kind for event in membership.events.order_by("seq")][-2:] == ["tier_changed", "voided"]

    def test_from_now_on_where_the_rules_say_so(self, membership, covers):
        covers.revoke = "from_now"
        revoke(self.conferred(membership))
        assert self.spans(membership) == [
            ("member", membership.starts_on, self.DAY),
            ("standing_council", self.DAY, HELD),
            ("member", HELD, None),
        ]

    def test_a_later_tier_stands_in_the_way(self, membership):
        row = self.conferred(membership)
        world.confer(membership, "president", on=date(2026, 10, 12), body="council")
        before = self.spans(membership)
        assert "等级变更" in refused(row)
        assert self.spans(membership) == before

    def test_a_seat_in_the_council_stands_in_the_way(self, membership):
        row = self.conferred(membership)
        user = membership.party.accesses.get().user
        bodies.seat(user, Body.objects.get(key="standing_council"), on=date(2026, 10, 12))
        assert "常务理事会" in refused(row)

    def test_an_earlier_seat_does_not(self, membership):
        user = membership.party.accesses.get().user
        bodies.seat(user, Body.objects.get(key="council"), on=date(2026, 10, 1))
        revoke(self.conferred(membership))
        assert self.spans(membership) == [("member", membership.starts_on, None)]


def test_a_meeting_created_later_has_it_on_its_agenda():
    row = taken()
    later = resolutions.hold_meeting(Body.objects.get(key="council"), "第七次会议", held_on=date(2026, 12, 1))
    assert interim.agenda(later) == [row]
    assert f"闭会期间临时处理的追认：{row.case}" in own.agenda_of(later)
