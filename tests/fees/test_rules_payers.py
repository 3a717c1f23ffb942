"""Who pays which amount: by tier, by grade, or nothing at all."""

from decimal import Decimal

import pytest

from association.rulebook import preset
from association.rulebook.schema import FormField
from association.rules.deadlines import calendar_of
from fees.rules.payers import Standard
from tests.fees.books import (
    FIRE,
    GEN5,
    bill,
    failure,
    fees,
    join,
    shown,
    standard,
    the_line,
)


class TestWhoPays:
    GRADE = {"field": "grade", "ref": ["4.1.2"], "selector": {"class": "unit"}}
    FIELD = {"id": "grade", "name": "资质等级", "kind": "choice", "choices": ("一级", "二级"), "ref": ("4.1.2",)}
    AMOUNTS = {
        ("unit", None, "一级"): Decimal(2000),
        ("unit", None, "二级"): Decimal(1000),
        ("person", None): Decimal(50),
    }

    @pytest.fixture
    def graded(self):
        rulebook = fees(preset("gen7"), grade=self.GRADE)
        return rulebook.model_copy(update={"fields": (*rulebook.fields, FormField(**self.FIELD))})

    def cost(self, rulebook, grade=None, class_id="unit"):
        return join(rulebook, "2026-03-20", class_id=class_id, grade=grade, standard=Standard("标准", self.AMOUNTS))

    @pytest.mark.parametrize(("grade", "amount"), [("一级", "2000.00"), ("二级", "1000.00")])
    def test_the_amount_of_the_grade(self, graded, grade, amount):
        assert str(the_line(self.cost(graded, grade)).amount) == amount

    @pytest.mark.parametrize(
        ("grade", "code"), [(None, "grade_missing"), ("", "grade_missing"), ("三级", "grade_unknown")]
    )
    def test_no_grade_no_amount(self, graded, grade, code):
        decision = self.cost(graded, grade)

        assert failure(decision) == code
        assert decision.sources[0].key == "4.1.2"

    def test_whom_it_does_not_concern_needs_none(self, graded):
        assert str(the_line(self.cost(graded, class_id="person")).amount) == "50.00"
        assert str(the_line(self.cost(graded, "一级", class_id="person")).amount) == "50.00"

    def test_a_grade_without_an_amount_is_not_billed(self, graded):
        decision = join(graded, "2026-03-20", class_id="unit", grade="一级", standard=standard("5", "unit"))

        assert failure(decision) == "price_missing"
        assert decision.reasons[0].facts["member"] == "单位会员 · 一级"

    @pytest.mark.rule("FIRE-8.2.4")
    @pytest.mark.parametrize("amounts", [{}, {("unit", "ordinary"): Decimal(1)}, {("person", "ordinary"): Decimal(1)}])
    def test_without_an_amount_there_is_no_line_of_zero(self, amounts):
        decision = join(FIRE, "2026-03-20", standard=Standard("标准", amounts), calendar=calendar_of(FIRE))

        assert failure(decision) == "price_missing"
        assert decision.reasons[0].facts["member"] == "个人会员"
        assert "8.2.4" in [source.key for source in decision.sources]

    @pytest.mark.rule("GEN5-11", "GEN5-17")
    @pytest.mark.parametrize(("tier", "amount"), [("ordinary", "200.00"), ("vip", "500.00")])
    def test_gen5_by_tier_and_year_whole(self, tier, amount):
        both = Standard("标准", {("person", "ordinary"): Decimal(200), ("person", "vip"): Decimal(500)})
        decision = join(GEN5, "2026-12-31", tier=tier, standard=both, calendar=calendar_of(GEN5))

        assert shown(decision) == [(2026, 0, amount)]
        assert {"11", "17"} <= {source.key for source in decision.sources}

    def free(self, selector):
        return fees(preset("gen7"), free=[{"id": "honorary", "selector": selector, "ref": ["4.1.1"]}])

    def test_who_is_free_has_no_line_and_the_article_says_so(self):
        rulebook = self.free({"class": "person"})
        for decision in (join(rulebook, "2026-03-20"), bill(rulebook), join(rulebook, "2026-03-20", standard=())):
            assert (decision.passed, decision.value, decision.reasons[0].code) == (True, (), "free_of_fees")
            assert [source.key for source in decision.sources] == ["4.1.1"]

    def test_the_others_pay(self):
        assert shown(join(self.free({"class": "unit"}), "2026-03-20")) == [(2026, 0, "300.00")]
        assert join(self.free({"class": "unit"}), "2026-03-20", class_id="unit").value == ()

    def test_free_by_what_else_is_known(self):
        rulebook = self.free({"legal_form": "public_institution"})

        assert len(join(rulebook, "2026-03-20").value) == 1
        assert join(rulebook, "2026-03-20", facts={"legal_form": "public_institution"}).value == ()
