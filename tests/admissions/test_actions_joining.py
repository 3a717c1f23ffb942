"""From the application to the membership under each rulebook: who is a member since when, and who pays what before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from admissions import queries as reads
from admissions.actions import joining
from admissions.admin.moves import BY_NAME, Desk
from association.cases import engine
from association.decisions import Refused
from association.models import Announcement, Deadline, Message, Resolution, User
from association.rulebook import preset_text
from association.states import State
from fees.actions import standards
from fees.models import FeeLine, Invoice
from fees.queries import statement
from members.certificates.facts import CertificateFacts
from members.certificates.rendering import certificate_html, render_certificate
from members.models import Certificate, Membership
from portal.demo import accounts, loader
from portal.demo.plans import PLANS, Plan
from portal.demo.walk import Walk, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings):
    """Return ``world("fire")``: its demo association without cases, and who works in it."""

    def found(id: str, **changes) -> Walk:
        settings.RULEBOOK = id
        plan = Plan(**{**PLANS[id].__dict__, **changes})
        loader.found(plan)
        users = accounts.create(on=plan.founded)
        seats = {seat.body.key: seat.user for user in users.values() for seat in user.seats.select_related("body")}
        return Walk(plan, seats, (users["finance"], users["finance2"]))

    return found


def submitted(walk: Walk, class_id: str, *, on: date, name: str = "北京星野有限公司"):
    user = User.objects.create_user(f"a{User.objects.count()}@test.example", "a-long-password", name="林晓")
    return walk.submit(walk.draft(user, class_id, name, on=on), on=on)


def member(application) -> Membership | None:
    return Membership.objects.filter(case=application.case).first()


def deadline(application, step: str) -> date | None:
    found = Deadline.objects.filter(case=application.case, code=step, dropped_on__isnull=True).order_by("-pk").first()
    return found.due_on if found else None


class TestFire:
    @pytest.mark.rule("FIRE-13.1", "FIRE-13.4", "FIRE-3")
    def test_a_member_from_the_day_the_money_arrives_without_any_resolution(self, world):
        walk = world("fire")
        application = submitted(walk, "unit", on=date(2026, 3, 10))
        assert engine.current_step(application.case).actor == "industry_guidance_dept"
        application = walk.advance(application, to="pay", on=date(2026, 3, 10))
        assert application.case.state == State.APPROVED
        assert member(application) is None

        walk.pay(application.case, on=date(2026, 3, 13))

        assert member(application).starts_on == date(2026, 3, 13)
        assert Resolution.objects.filter(items__case=application.case).count() == 0
        assert FeeLine.objects.get(invoice__case=application.case).membership == member(application)

    @pytest.mark.rule("FIRE-13.3b")
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            (date(2026, 9, 30), date(2026, 10, 10)),
            (date(2026, 4, 29), date(2026, 5, 7)),
            (date(2026, 2, 13), date(2026, 2, 25)),
            (date(2026, 3, 13), date(2026, 3, 18)),
        ],
    )
    def test_the_clock_of_the_mailing_starts_with_the_value_date(self, world, received, due):
        walk = world("fire")
        application = walk.advance(submitted(walk, "unit", on=received), to="pay", on=received)
        walk.pay(application.case, on=received)
        assert deadline(application, "mail") == due

    @pytest.mark.rule("FIRE-13.3a")
    @pytest.mark.parametrize(
        ("day", "due"),
        [
            (date(2026, 3, 10), date(2026, 3, 10)),
            (date(2026, 10, 10), date(2026, 10, 10)),
            (date(2026, 10, 3), date(2026, 10, 8)),
        ],
    )
    def test_papers_are_checked_the_same_day(self, world, day, due):
        assert deadline(submitted(world("fire"), "unit", on=day), "check") == due

    @pytest.mark.rule("FIRE-8.2.4")
    def test_without_a_fee_standard_the_application_waits_and_nothing_is_billed(self, world):
        walk = world("fire", amounts={})
        application = walk.advance(submitted(walk, "unit", on=date(2026, 3, 10)), to="pay", on=date(2026, 3, 10))
        assert not Invoice.objects.exists()
        assert joining.fee(application, on=date(2026, 3, 10)).reasons[0].code == "price_missing"

        standard = standards.draft("会费标准", PLANS["fire"].amounts, effective_from=date(2026, 3, 11))
        assembly = loader.body_of(joining.rulebook_of(application.case), "assembly")
        passed = loader.resolve(
            walk.plan, assembly, "关于会费标准的决议", on=date(2026, 3, 11), decides="fee_standard"
        )
        standards.activate(standard, passed, by=walk.officer("secretariat"), on=date(2026, 3, 11))
        assert joining.await_fees(on=date(2026, 3, 12)) == 1
        assert statement(application.case, date(2026, 3, 12)).outstanding == Decimal(3000)
        assert joining.await_fees(on=date(2026, 3, 12)) == 0

    def test_a_person_gets_the_plain_certificate_and_a_unit_none_that_lacks_its_category(self, world):
        walk = world("fire")
        person = walk.advance(submitted(walk, "person", on=date(2026, 3, 10), name="林晓"), on=date(2026, 3, 13))
        unit = walk.advance(submitted(walk, "unit", on=date(2026, 3, 10)), on=date(2026, 3, 13))
        assert [row.rule for row in member(person).certificates.all()] == ["person_certificate"]
        assert not member(unit).certificates.exists()

    @pytest.mark.rule("FIRE-8.1.7")
    def test_certificate_and_plaque_are_not_billed(self, world):
        walk = world("fire")
        application = walk.advance(submitted(walk, "unit", on=date(2026, 3, 10)), on=date(2026, 3, 10))
        assert [line.amount for line in FeeLine.objects.filter(invoice__case=application.case)] == [Decimal(3000)]


class TestProperty:
    def test_the_fee_is_due_ten_working_days_after_the_notice_and_the_way_ends_with_the_announcement(self, world):
        walk = world("property")
        application = submitted(walk, "unit", on=date(2026, 9, 21))
        application = walk.advance(application, to="pay", on=date(2026, 9, 24))
        assert deadline(application, "pay") == date(2026, 10, 15)
        assert FeeLine.objects.get(invoice__case=application.case).due_on == date(2026, 10, 15)
        assert Message.objects.filter(unique_key__contains=":notice:").exists()

        walk.pay(application.case, on=date(2026, 10, 12))
        application = walk.advance(fresh(application), to="publish", on=date(2026, 10, 13))
        assert member(application).starts_on == date(2026, 10, 12)
        assert application.case.closed_on is None
        assert not Announcement.objects.exists()

        application = walk.advance(application, on=date(2026, 10, 14))
        assert application.case.closed_on == date(2026, 10, 14)
        assert Announcement.objects.get().published_on == date(2026, 10, 14)

    @pytest.mark.rule("PROP-6.6")
    def test_the_order_is_membership_certificate_announcement(self, world):
        walk = world("property")
        application = submitted(walk, "unit", on=date(2026, 9, 21))
        application = walk.advance(application, to="issue", on=date(2026, 10, 12))
        assert member(application).starts_on == date(2026, 10, 12)
        assert not Certificate.objects.exists()

        application = walk.advance(application, to="publish", on=date(2026, 10, 13))
        certificate = Certificate.objects.get(membership=member(application))
        facts = CertificateFacts.from_json(certificate.facts)
        assert (facts.title, facts.holder, certificate.valid_from) == (
            "会员证书",
            "北京星野有限公司",
            date(2026, 10, 12),
        )
        assert (certificate.valid_until, facts.registered, facts.credit_code) == (None, False, "")
        html = certificate_html(facts)
        assert "成为本会会员，特发此证。" in html
        assert "2026年10月12日起" in html
        assert "会员登记" not in html
        assert not Announcement.objects.exists()
        assert render_certificate(facts).startswith(b"%PDF")
        assert certificate.status(date(2036, 1, 1)) == "valid"

    @pytest.mark.rule("PROP-3")
    def test_the_secretariat_has_the_application_first(self, world):
        application = submitted(world("property"), "unit", on=date(2026, 9, 21))
        assert engine.current_step(application.case).actor == "secretariat"


class TestInsurance:
    @pytest.mark.rule("INS-8.p1b")
    def test_member_with_the_registration_and_only_after_the_approval(self, world):
        walk = world("insurance")
        application = walk.advance(
            submitted(walk, "ordinary", on=date(2026, 9, 1)), to="approval", on=date(2026, 9, 2)
        )
        assert member(application) is None
        with pytest.raises(Refused):
            joining.record(application, step="register", by=walk.officer("standing_office"), on=date(2026, 9, 2))
        application = walk.advance(application, to="register", on=date(2026, 9, 3))
        assert (application.case.state, member(application)) == (State.APPROVED, None)
        application = walk.advance(application, to="pay", on=date(2026, 9, 7))
        assert member(application).starts_on == date(2026, 9, 7)

    @pytest.mark.rule("INS-8.p2")
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            (date(2026, 9, 21), date(2026, 10, 19)),
            (date(2026, 9, 30), date(2026, 10, 27)),
            (date(2026, 2, 12), date(2026, 3, 11)),
        ],
    )
    def test_the_card_is_due_fifteen_working_days_after_the_money(self, world, received, due):
        walk = world("insurance")
        application = walk.advance(submitted(walk, "statutory", on=received), to="pay", on=received)
        walk.pay(application.case, on=received)
        assert deadline(application, "issue") == due


class TestModels:
    @pytest.mark.rule("GEN1-7")
    def test_member_from_the_approval(self, world):
        walk = world("gen1")
        application = walk.advance(submitted(walk, "person", on=date(2026, 4, 1)), on=date(2026, 4, 10))
        assert member(application).starts_on == date(2026, 4, 10)
        assert member(application).party.number is None
        assert not Invoice.objects.exists()

    def test_registering_makes_a_member_at_once(self, world):
        application = submitted(world("gen4"), "customer", on=date(2026, 4, 1), name="林晓")
        assert (application.case.state, application.case.closed_on) == (State.APPROVED, date(2026, 4, 1))
        assert member(application).starts_on == date(2026, 4, 1)

    @pytest.mark.rule("GEN5-11")
    def test_the_fee_follows_the_membership(self, world):
        walk = world("gen5")
        application = walk.advance(submitted(walk, "person", on=date(2026, 3, 9), name="林晓"), on=date(2026, 3, 10))
        assert member(application).starts_on == date(2026, 3, 10)
        state = statement(application.case, date(2026, 3, 10))
        assert (state.outstanding, state.lines[0].membership) == (Decimal(300), member(application))
        walk.pay(application.case, on=date(2026, 3, 20))
        assert statement(application.case, date(2026, 3, 20)).outstanding == 0
        assert Membership.objects.count() == 1

    @pytest.mark.rule("GEN7-4.1.1")
    def test_nothing_is_reviewed_before_the_fee_is_there(self, world):
        walk = world("gen7")
        application = submitted(walk, "person", on=date(2026, 3, 9), name="林晓")
        assert engine.current_step(application.case).action == "pay"
        desk = Desk(application, walk.officer("review_committee"), date(2026, 3, 10))
        assert not BY_NAME["pass"].offered(desk)
        assert not BY_NAME["record"].offered(desk)

        walk.pay(application.case, on=date(2026, 3, 11))
        application = fresh(application)
        assert (application.case.state, engine.current_step(application.case).action) == (State.OPEN, "decide")
        application = walk.advance(application, on=date(2026, 3, 12))
        assert member(application).starts_on == date(2026, 3, 12)

    @pytest.mark.rule("GEN8-4.1")
    def test_persons_register_and_enterprises_are_reviewed(self, world):
        walk = world("gen8")
        person = submitted(walk, "person", on=date(2026, 3, 9), name="林晓")
        enterprise = submitted(walk, "enterprise", on=date(2026, 3, 9))
        assert member(person).starts_on == date(2026, 3, 9)
        assert (enterprise.case.state, member(enterprise)) == (State.OPEN, None)


def test_less_than_what_is_owed_opens_nothing(world):
    walk = world("fire")
    application = walk.advance(submitted(walk, "unit", on=date(2026, 3, 10)), to="pay", on=date(2026, 3, 10))
    walk.pay(application.case, on=date(2026, 3, 11), confirmed=False)
    assert member(application) is None
    assert fresh(application).case.step == "pay"


def test_somebody_of_another_body_records_nothing(world):
    walk = world("property")
    application = walk.advance(submitted(walk, "unit", on=date(2026, 9, 21)), to="originals", on=date(2026, 9, 22))
    with pytest.raises(Refused) as refused:
        joining.record(application, step="originals", by=walk.officer("council"), on=date(2026, 9, 22))
    assert refused.value.decision.sources[0].key
    assert fresh(application).case.step == "originals"


def test_two_who_record_the_same_step_record_it_once(world):
    walk = world("property")
    application = walk.advance(submitted(walk, "unit", on=date(2026, 9, 21)), to="originals", on=date(2026, 9, 22))
    by = walk.officer("secretariat")
    joining.record(application, step="originals", by=by, on=date(2026, 9, 22))
    with pytest.raises(Refused):
        joining.record(fresh(application), step="originals", by=by, on=date(2026, 9, 22))
    assert reads.slots(fresh(application), date(2026, 9, 22)) == []


GRADED = """
[[fields]]
id = "qualification"
name = "资质等级"
kind = "choice"
choices = ["一级资质", "二级资质"]
required = true
ref = ["4"]

[fees.grade]
field = "qualification"
ref = ["4"]
"""


def test_a_fee_by_grade_is_billed_by_the_answer_and_the_member_keeps_it(world):
    """What no preset has: the fee depends on a qualification that the form asks for."""
    amounts = {("person", "ordinary", "一级资质"): Decimal(900), ("person", "ordinary", "二级资质"): Decimal(600)}
    words = {"rb_qualification": "二级资质"}
    walk = world("gen5", text=preset_text("gen5") + GRADED, amounts=amounts, words=words)
    application = submitted(walk, "person", on=date(2026, 3, 9), name="林晓")
    application = walk.advance(application, on=date(2026, 3, 10))
    assert member(application).grade == "二级资质"
    assert statement(application.case, date(2026, 3, 10)).outstanding == Decimal(600)


FREE = """
[[fees.free]]
id = "students"
selector = { class = "person" }
ref = ["30"]
"""


def test_who_owes_no_fee_is_told_so_and_registered_without_waiting(world):
    """Under rules with a registration of its own: the notice bills nothing and waits for nothing."""
    walk = world("acg", text=preset_text("acg") + FREE)
    application = submitted(walk, "person", on=date(2026, 3, 9), name="林晓")
    application = walk.advance(application, on=date(2026, 3, 11))
    registration = member(application).registrations.get()
    assert registration.accepted_on == date(2026, 3, 11)
    assert not Invoice.objects.filter(case=registration.case).exists()
    notice = Message.objects.filter(unique_key__contains=":notice:").first()
    assert "无需交纳会费" in notice.text
    walk.register(member(application), on=date(2026, 3, 12))
    registration.refresh_from_db()
    assert registration.completed_on == date(2026, 3, 12)


def test_a_membership_may_begin_with_the_receipt_of_the_notice(world):
    text = preset_text("property").replace('starts_on = "fee.received"', 'starts_on = "notice.received"')
    assert text != preset_text("property")
    walk = world("property", text=text)
    application = walk.advance(submitted(walk, "unit", on=date(2026, 9, 21)), to="notify", on=date(2026, 9, 22))
    assert member(application) is None
    application = walk.advance(application, to="pay", on=date(2026, 9, 24))
    assert member(application).starts_on == date(2026, 9, 24)
