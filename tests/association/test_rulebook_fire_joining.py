"""fire.toml: who may join as what, with which papers, and the days of the commitment filing."""

from datetime import UTC, date, datetime

import pytest

from association.decisions import Basis, Outcome, SourceKind
from association.rulebook import preset
from association.rules.counting import local_date
from association.rules.deadlines import calendar_of, deadline
from members.rules.registration import step_deadline
from tests.association.test_rulebook_fire import marked

FIRE = preset("fire")
CALENDAR = calendar_of(FIRE)
SUPPLY = (
    "建筑防火 消防产品 消防设施 安全评估 宣传教育培训 消防信息化 电气防火 烟道清洗 灭火救援 事故调查 法规政策 消防保险"
)
SUPPLY_NAMES = [*SUPPLY.split(), "消防安全检查"]
DEMAND = "住宿业 餐饮业 仓储业 建筑业 制造业 文体业 商市场 物业服务 文物保护 教育机构 医疗机构 养老机构"
DEMAND_NAMES = DEMAND.split()


def day(text: str) -> date:
    return date.fromisoformat(text)


def certificate(id: str):
    return next(rule for rule in FIRE.certificates if rule.id == id)


class TestWhoIsAMember:
    @pytest.mark.rule("FIRE-4")
    def test_two_classes(self):
        assert [(rule.name, rule.joined_by) for rule in FIRE.classes] == [
            ("单位会员", "application"),
            ("个人会员", "application"),
        ]

    def test_six_tiers_of_units_none_of_persons(self):
        assert [tier.name for tier in FIRE.tiers] == [
            "普通单位会员",
            "理事单位",
            "监事单位",
            "常务理事单位",
            "副会长单位",
            "监事长单位",
        ]
        assert FIRE.tiers_of("person") == ()
        ranks = {tier.id: tier.rank for tier in FIRE.tiers}
        assert ranks["ordinary"] < ranks["council"] < ranks["standing_council"] < ranks["vice_president"]

    def test_the_department_does_what_members_ask(self):
        assert FIRE.meta.implemented_by == "industry_guidance_dept"
        assert FIRE.body("industry_guidance_dept").parent == "secretariat"
        assert FIRE.body("industry_guidance_dept").name in FIRE.article("3").text


class TestCategories:
    def test_two_sides_for_units_none_for_persons(self):
        assert [side.name for side in FIRE.categories_for("unit")] == ["供给侧会员", "需求侧会员"]
        assert FIRE.categories_for("person") == ()

    def test_one_side_and_one_main_business(self):
        policy = FIRE.category_policy
        assert (policy.roots_per_unit, policy.min, policy.primary_required) == (1, 1, True)
        assert policy.basis is Basis.INTERPRETATION

    @pytest.mark.parametrize(
        ("side", "names"), [marked("6", "supply", SUPPLY_NAMES), marked("7", "demand", DEMAND_NAMES)]
    )
    def test_leaves_in_the_order_of_the_article(self, side, names):
        assert [leaf.name for leaf in FIRE.categories_for("unit", side)] == names

    @pytest.mark.parametrize(
        ("side", "item", "name"),
        [
            *(marked(f"6.{n}", "supply", f"6.{n}", name) for n, name in enumerate(SUPPLY_NAMES, start=1)),
            *(
                marked(f"7.{n}", "demand", f"7.{n}", name)
                for n, name in enumerate(DEMAND_NAMES, start=1)
                if n not in (2, 11)
            ),
            *(("demand", "7.2", "餐饮业"), ("demand", "7.11", "医疗机构")),
        ],
    )
    def test_definition_is_that_of_the_article(self, side, item, name):
        leaf = FIRE.categories_for("unit", side)[int(item.split(".")[1]) - 1]
        assert (leaf.name, leaf.ref) == (name, (item,))
        assert leaf.definition.startswith("指")
        assert FIRE.article(item).text.endswith(f"）{name}：{leaf.definition}")

    @pytest.mark.rule("FIRE-7.4")
    def test_a_builder_is_pointed_to_the_other_side(self):
        (construction,) = [leaf for leaf in FIRE.categories if leaf.id == "construction"]
        assert "供给侧建筑防火" in construction.hint
        assert [leaf.name for leaf in FIRE.categories if leaf.parent and leaf.hint] == ["建筑业"]

    def test_an_internal_canteen_joins_as_catering_alone(self):
        assert [leaf.id for leaf in FIRE.categories if "internal_org" in leaf.admits] == ["catering"]
        canteen = {"category": "catering", "legal_form": "internal_org"}
        assert asked("parent_organisation", canteen)
        assert not asked("parent_organisation", {"category": "catering", "legal_form": "legal_person"})
        assert not asked("parent_organisation", {"category": "lodging", "legal_form": "internal_org"})

    def test_the_licence_is_asked_of_medical_institutions_alone(self):
        medical = {"category": ["medical"]}
        assert asked("licence_no", medical).required
        assert asked("licence_expires_on", medical).required
        assert not asked("licence_no", {"category": "education"})
        assert not asked("licence_no", {})
        paper = FIRE.documents_for("unit", facts=medical)[-1]
        assert (paper.id, paper.required) == ("medical_licence", False)

    def test_branches_follow_the_main_business(self):
        assert FIRE.branches.assigned_by == "primary_category"
        assert FIRE.branches.kinds == {"supply": "专业分会", "demand": "行业分会"}


def asked(field: str, facts: dict):
    return next((question for question in FIRE.fields_for("unit", facts) if question.id == field), None)


class TestAdmission:
    @pytest.mark.rule("FIRE-13.1")
    @pytest.mark.parametrize("class_id", ["unit", "person"])
    def test_filed_on_commitment_without_a_resolution(self, class_id):
        admission = FIRE.workflow("admission", {"class": class_id})
        assert admission.mode == "commitment_filing"
        assert [(step.id, step.actor, step.action) for step in admission.steps] == [
            ("check", "industry_guidance_dept", "review"),
            ("reply", "industry_guidance_dept", "notify"),
            ("pay", "secretariat", "pay"),
            ("mail", "industry_guidance_dept", "issue"),
        ]
        assert not any(step.needs_resolution or step.votes for step in admission.steps)

    def test_the_procedure_of_persons_is_a_gap(self):
        assert FIRE.workflow("admission", {"class": "unit"}).basis is Basis.TEXT
        assert FIRE.workflow("admission", {"class": "person"}).basis is Basis.GAP
        assert {paper.basis for paper in FIRE.documents_for("person")} == {Basis.GAP}

    def test_three_papers_and_no_other(self):
        papers = FIRE.documents_for("unit")
        assert [paper.id for paper in papers] == ["application_form", "qualification", "integrity_commitment"]
        assert all(paper.required for paper in papers)
        assert all(paper.name.removesuffix("的扫描件") in FIRE.article("13.2").text for paper in papers)
        assert (FIRE.documents_policy.allow_extra, FIRE.documents_policy.channel) == (False, ("web",))
        assert [paper.given_as for paper in papers] == ["form", "upload", "upload"]

    def test_kinds_of_qualification_by_credit_code(self):
        qualification = FIRE.documents_for("unit")[1]
        *named, other = qualification.any_of
        assert len(named) == 4
        assert all(name in FIRE.article("13.2").text for name in named)
        assert other == "其他主体资格证明文件"
        assert set(qualification.by_prefix.values()) == set(named)
        assert qualification.by_prefix["52"] == "民办非企业单位法人证书"

    @pytest.mark.rule("FIRE-13.3a")
    @pytest.mark.parametrize("step", ["check", "reply"])
    @pytest.mark.parametrize(
        ("submitted_at", "due"),
        [
            (datetime(2026, 3, 10, 7, 20, tzinfo=UTC), "2026-03-10"),
            (datetime(2026, 3, 10, 15, 59, tzinfo=UTC), "2026-03-10"),
            (datetime(2026, 3, 10, 16, 30, tzinfo=UTC), "2026-03-11"),
            (datetime(2026, 10, 10, 1, 0, tzinfo=UTC), "2026-10-10"),
            (datetime(2026, 10, 3, 1, 0, tzinfo=UTC), "2026-10-08"),
            (datetime(2026, 9, 30, 16, 0, tzinfo=UTC), "2026-10-08"),
            (datetime(2026, 3, 13, 16, 30, tzinfo=UTC), "2026-03-16"),
        ],
    )
    def test_checked_and_answered_on_the_same_day(self, step, submitted_at, due):
        events = {"application.submitted": local_date(submitted_at)}
        found = step_deadline(FIRE, "admission", step, events=events, calendar=CALENDAR)
        assert found.value.day == day(due)
        assert "13.3a" in [source.key for source in found.sources]

    def test_a_late_check_goes_to_the_secretariat(self):
        check = FIRE.workflow("admission").step("check")
        assert check.escalate_to == "secretariat"
        assert check.refusal("correct").reasons_required
        assert FIRE.workflow("admission").on_lapse == "staff"

    @pytest.mark.rule("FIRE-13.3b")
    @pytest.mark.parametrize(
        ("received", "due"),
        [
            ("2026-09-30", "2026-10-10"),
            ("2026-04-29", "2026-05-07"),
            ("2026-02-13", "2026-02-25"),
            ("2026-02-12", "2026-02-24"),
            ("2026-03-10", "2026-03-13"),
            ("2026-03-13", "2026-03-18"),
            ("2026-05-07", "2026-05-11"),
        ],
    )
    def test_mailed_three_working_days_after_the_fee(self, received, due):
        events = {"fee.received": day(received)}
        found = step_deadline(FIRE, "admission", "mail", events=events, calendar=CALENDAR)
        assert found.value.day == day(due)
        for id in ("credit_certificate", "plaque"):
            rule = certificate(id)
            issued = deadline(FIRE, rule, rule.deadline, events=events, calendar=CALENDAR)
            assert issued.value.day == day(due)
            (source,) = [source for source in issued.sources if source.kind is SourceKind.ARTICLE]
            assert (source.key, source.basis) == ("13.3b", Basis.TEXT)

    def test_the_days_run_from_the_money_not_from_the_approval(self):
        events = {"application.submitted": day("2026-03-10"), "decision.approved": day("2026-03-10")}
        found = step_deadline(FIRE, "admission", "mail", events=events, calendar=CALENDAR)
        assert (found.outcome, found.reasons[0].code) == (Outcome.FAIL, "event_unknown")

    @pytest.mark.parametrize("class_id", ["unit", "person"])
    def test_membership_begins_with_the_fee(self, class_id):
        assert FIRE.starts_on(class_id) == "fee.received"
        assert FIRE.membership.basis is Basis.GAP

    def test_days_of_a_year_without_a_calendar_are_provisional(self):
        events = {"fee.received": day("2026-12-30")}
        found = step_deadline(FIRE, "admission", "mail", events=events, calendar=CALENDAR)
        assert (found.value.day, found.value.provisional) == (day("2027-01-05"), True)
