"""fire.toml: in force, fees, certificates and plaques, leaving and the yearly review, by the program's own rules."""

from datetime import date
from decimal import Decimal

import pytest

from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Basis, Outcome, SourceKind
from association.models import Body
from association.rulebook import load, preset, preset_text
from association.rules.deadlines import calendar_of
from credit.rules.bans import ban_until, banned
from fees.rules import dues
from members.rules.registration import validity

FIRE = preset("fire")
CALENDAR = calendar_of(FIRE)
TERM_ENDS = date(2029, 8, 20)
STANDARD = dues.Standard(
    "FIRE-F",
    {
        ("person", None): Decimal(100),
        ("unit", "ordinary"): Decimal(3000),
        ("unit", "council"): Decimal(8000),
        ("unit", "supervisor"): Decimal(8000),
        ("unit", "standing_council"): Decimal(15000),
        ("unit", "vice_president"): Decimal(30000),
        ("unit", "chief_supervisor"): Decimal(30000),
    },
    date(2024, 1, 1),
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def certificate(id: str):
    return next(rule for rule in FIRE.certificates if rule.id == id)


@pytest.fixture
def adopted(db):
    """The rulebook adopted by the council, in force since its own day."""
    profile.set_up("北京消防协会")
    text = preset_text("fire")
    bodies.sync(load(text))
    meeting = resolutions.hold_meeting(Body.objects.get(key="council"), "会议", held_on=day("2019-08-21"))
    draft = resolutions.draft(meeting, "1号", "关于办法的决议", by=SYSTEM)
    passed = resolutions.pass_bare(draft, on=day("2019-08-21"))
    version = rulebooks.store(text, by=SYSTEM)
    return rulebooks.adopt(
        version, effective_from=FIRE.effective_on, resolution=passed, by=SYSTEM, on=day("2026-09-01")
    )


@pytest.mark.rule("FIRE-17")
def test_in_force_from_the_day_it_was_passed(adopted):
    assert queries.rulebook_on(day("2019-08-21")).version == "fire/2019"
    assert queries.rulebook_on(day("2026-09-01")).version == "fire/2019"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(day("2019-08-20"))


class TestFees:
    @pytest.mark.rule("FIRE-8.1.7")
    @pytest.mark.parametrize(
        ("class_id", "tier", "amount"), [("unit", "ordinary", "3000.00"), ("person", None, "100.00")]
    )
    def test_admission_costs_the_fee_alone(self, class_id, tier, amount):
        (line,) = self.join(class_id, tier, "2026-03-13").value
        assert (str(line.amount), line.year) == (amount, 2026)
        assert FIRE.fees.free_items == ("会员证书", "标牌")
        assert all(item in FIRE.article("8.1.7").text for item in FIRE.fees.free_items)

    @pytest.mark.parametrize("starts_on", ["2026-01-01", "2026-06-30", "2026-12-31"])
    def test_the_whole_fee_whenever_one_joins(self, starts_on):
        (line,) = self.join("unit", "council", starts_on).value
        assert (str(line.amount), line.months, line.due_event) == ("8000.00", 12, "review.passed")

    def test_without_a_standard_there_is_no_fee_of_nothing(self):
        found = self.join("unit", "ordinary", "2023-12-31")
        assert (found.outcome, found.reasons[0].code, found.value) == (Outcome.FAIL, "price_missing", None)
        assert "8.2.4" in [source.key for source in found.sources]

    def test_the_yearly_day_is_the_associations_to_set(self):
        found = dues.annual(
            FIRE,
            class_id="unit",
            tier="vice_president",
            year=2027,
            on=day("2027-01-01"),
            standard=STANDARD,
            calendar=CALENDAR,
            term_ends_on=TERM_ENDS,
        )
        (line,) = found.value
        assert (str(line.amount), line.due_on, line.due_event) == ("30000.00", None, None)
        assert {source.basis for source in line.sources if source.kind is SourceKind.ARTICLE} == {Basis.GAP}

    def join(self, class_id, tier, starts_on):
        return dues.joining(
            FIRE,
            class_id=class_id,
            tier=tier,
            starts_on=day(starts_on),
            standard=STANDARD,
            calendar=CALENDAR,
            term_ends_on=TERM_ENDS,
        )


class TestCertificates:
    def test_one_certificate_for_units_with_its_grade(self):
        certificates = [rule.id for rule in FIRE.certificates_for({"class": "unit"})]
        assert certificates == ["credit_certificate", "plaque"]
        credit = certificate("credit_certificate")
        assert f"《{credit.name}》" in FIRE.article("14").text
        assert {"tier", "category", "grade", "supervision_phone"} <= set(credit.fields)
        assert set(credit.requires) >= {"category", "supervision_phone"}
        assert set(credit.reissue_on) == {
            "assessment.published",
            "tier.changed",
            "category.changed",
            "member.info_changed",
        }
        assert FIRE.credit.default_text == "未评定"

    def test_a_plain_certificate_for_persons(self):
        (plain,) = FIRE.certificates_for({"class": "person"})
        assert plain.basis is Basis.GAP
        assert "grade" not in plain.fields
        assert plain.ref[0] == "8.1.7"

    @pytest.mark.rule("FIRE-15")
    def test_six_plaques_in_the_order_of_the_article(self):
        plaque = certificate("plaque")
        names = [FIRE.tier(id).name for id in plaque.types]
        assert "、".join(names) in FIRE.article("15").text
        assert len(names) == len(FIRE.tiers) == 6
        assert all(tier.plaque for tier in FIRE.tiers)
        assert plaque.reissue_on == ("tier.changed",)
        assert "valid_until" in plaque.fields

    @pytest.mark.rule("FIRE-15")
    @pytest.mark.parametrize(
        ("tier", "paid", "last"),
        [
            ("ordinary", [2026], "2026-12-31"),
            ("ordinary", [2026, 2027], "2027-12-31"),
            ("council", [2026], "2029-08-20"),
            ("supervisor", [2026], "2029-08-20"),
            ("standing_council", [2026], "2029-08-20"),
            ("vice_president", [2026], "2029-08-20"),
            ("chief_supervisor", [2026], "2029-08-20"),
        ],
    )
    def test_until_when_a_plaque_is_good(self, tier, paid, last):
        found = self.valid("plaque", tier, paid, TERM_ENDS)
        assert (found.value.first_day, found.value.last_day) == (day("2026-03-13"), day(last))

    def test_a_plaque_of_the_council_needs_a_term(self):
        found = self.valid("plaque", "council", [2026], None)
        assert (found.outcome, found.reasons[0].code) == (Outcome.FAIL, "term_unknown")
        assert self.valid("plaque", "ordinary", [2026], None).passed

    def test_the_certificate_is_good_for_the_years_paid(self):
        assert self.valid("credit_certificate", "council", [2026], TERM_ENDS).value.last_day == day("2026-12-31")
        assert self.valid("credit_certificate", "council", [2027], TERM_ENDS).reasons[0].code == "fee_unpaid"

    def valid(self, id, tier, paid, term_ends_on):
        events = {"membership.started": day("2026-03-13"), "fee.received": day("2026-03-13")}
        facts = {"class": "unit", "tier": tier}
        return validity(
            FIRE,
            certificate(id),
            "initial",
            facts=facts,
            events=events,
            paid_years=paid,
            term_ends_on=term_ends_on,
        )


class TestLeavingAndReview:
    @pytest.mark.rule("FIRE-8.1.5")
    def test_one_leaves_at_will_and_may_come_back_the_next_day(self):
        (step,) = FIRE.workflow("withdrawal").steps
        assert (step.action, step.refusals, step.needs_resolution) == ("register", (), False)
        assert (FIRE.withdrawal.approval, FIRE.withdrawal.ends_on) == (False, "withdrawal.received")
        left = ban_until(FIRE, "withdrawal", day("2026-05-06"))
        assert (left.passed, left.value, left.reasons[0].code) == (True, None, "no_ban")
        assert banned(FIRE, [], on=day("2026-05-07")).passed
        assert not FIRE.withdrawal.warn_of_ban

    def test_yearly_review_in_three_parts_by_another_document(self):
        (review,) = FIRE.reviews
        assert (review.result, review.per) == ("grade", "year")
        assert [part in FIRE.article("16").text for part in review.parts] == [True, True, True]
        assert FIRE.matches(review.selector, {"class": "unit"})
        assert not FIRE.matches(review.selector, {"class": "person"})
        cited = [FIRE.citation(source)["title"] for source in review.sources(FIRE.id)]
        assert cited == [FIRE.title, "北京消防协会信用等级评价办法"]
