"""insurance.toml: eight articles, two classes by the type of institution, a card within 15 working days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Basis, Outcome, SourceKind
from association.models import Body
from association.rulebook import Silent, preset, preset_text
from association.rules.counting import Due
from association.rules.deadlines import calendar_of, deadline
from credit.rules.bans import ban_until
from fees.rules import dues
from fees.rules.dues import Standard

BOOK = preset("insurance")
CALENDAR = calendar_of(BOOK)
ON = date(2026, 3, 20)
YES = Judgement(True, "已核实批准文件")
INSURER = Facts(
    class_id="statutory",
    uscc="91110108MA01ABCD1E",
    institution_type="保险公司",
    categories=("insurer",),
    judgements={"approved_by_regulator": YES},
)
ASSET_MANAGER = replace(
    INSURER, class_id="ordinary", institution_type="保险资产管理公司", categories=("asset_manager",)
)
INTERMEDIARY = replace(ASSET_MANAGER, institution_type="保险中介机构", categories=("intermediary",))
LOCAL = Facts(
    class_id="ordinary",
    uscc="511100005000987658",
    institution_type="地方保险行业协会",
    categories=("local_association",),
    registrar="深圳市民政局",
)
SERVICE = Facts(
    class_id="ordinary",
    uscc="91110105MA02EFGH2F",
    institution_type="保险服务机构",
    categories=("service_institution",),
    judgements={"serves_insurance": YES},
)


def of(rule_id, facts):
    (found,) = [one for one in check(BOOK, facts, on=ON) if one.rule_id == rule_id]
    return found


def outcome(facts):
    return verdict(check(BOOK, facts, on=ON), BOOK).outcome


def cited(decision):
    return {source.key for source in decision.sources if source.kind is SourceKind.ARTICLE}


def admission(class_id):
    return BOOK.workflow("admission", {"class": class_id})


@pytest.fixture
def forgotten(monkeypatch):
    """A rolled-back test leaves its versions in the process; SQLite gives their keys again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    yield
    queries.governing_version.cache_clear()


class TestDocument:
    @pytest.mark.rule("INS-0.1")
    def test_what_the_document_prints_of_itself(self):
        meta = BOOK.meta
        assert (BOOK.title, meta.issuer) == ("中国保险行业协会会员管理办法", "中国保险行业协会")
        assert (meta.published_on, meta.effective_on) == (date(2019, 5, 24), date(2019, 5, 24))
        assert (meta.level, meta.topic, meta.document_no) == ("行业规定", "保险", "")
        assert (meta.status, meta.adoptable, meta.adopted_by) == ("in_force", True, ())
        for words in ("【公布日期】2019.05.24", "【施行日期】2019.05.24", "【时效性】现行有效"):
            assert words in BOOK.article("0.1").text

    @pytest.mark.rule("INS-0.1")
    @pytest.mark.django_db
    @pytest.mark.usefixtures("forgotten")
    def test_in_force_from_24_may_2019(self):
        profile.set_up("中国保险行业协会")
        bodies.sync(BOOK)
        version = rulebooks.store(preset_text("insurance"), by=SYSTEM)
        meeting = resolutions.hold_meeting(Body.objects.get(key="council"), "会议", held_on=date(2019, 5, 20))
        drafted = resolutions.draft(meeting, "1号", "关于会员管理办法的决议", by=SYSTEM)
        resolution = resolutions.pass_bare(drafted, on=date(2019, 5, 20))
        rulebooks.adopt(
            version, effective_from=BOOK.effective_on, resolution=resolution, by=SYSTEM, on=date(2026, 9, 1)
        )
        with pytest.raises(queries.NoRulebook):
            queries.rulebook_on(date(2019, 5, 23))
        for day in (date(2019, 5, 24), date(2019, 5, 25), date(2026, 9, 1)):
            assert queries.rulebook_on(day).id == "insurance"

    @pytest.mark.rule("INS-1")
    def test_what_it_rests_on(self):
        assert BOOK.meta.based_on == ("国家法律法规", "《中国保险行业协会章程》")
        text = BOOK.article("1").text
        assert "维护会员合法权益,促进保险市场公开、公平和公正,推动保险业持续健康发展" in text
        assert "(以下简称《章程》),制定本办法。" in text

    @pytest.mark.rule("INS-2")
    def test_rights_and_duties_are_those_of_the_charter(self):
        assert BOOK.article("2").text == "会员享有《章程》规定的权利,履行《章程》规定的义务。"
        for class_id in ("statutory", "ordinary"):
            held = BOOK.entitlements_of(class_id)
            assert [rule.kind for rule in held] == ["right", "duty"]
            for rule in held:
                titles = [BOOK.citation(source)["title"] for source in rule.sources("insurance")]
                assert titles == [BOOK.title, "中国保险行业协会章程"]

    def test_eight_articles_in_three_chapters(self):
        whole = [(a.key, a.chapter) for a in BOOK.articles.values() if a.parent is None and a.chapter]
        assert [key for key, _ in whole] == [str(n) for n in range(1, 9)]
        assert dict(whole)["2"] == "第一章 总则"
        assert dict(whole)["3"] == dict(whole)["5"] == "第二章 会员"
        assert dict(whole)["6"] == dict(whole)["8"] == "第三章 会籍"
        assert {a.key for a in BOOK.articles.values() if a.parent} == {
            *("3.p1", "3.p2", "8.p1", "8.p2"),
            *(f"{article}.{n}" for article, n in product("57", range(1, 5))),
        }
        assert [BOOK.label(key) for key in ("8.p2", "5.3")] == ["第八条第二款", "第五条（三）"]

    def test_each_part_stands_in_its_whole(self):
        for part in (a for a in BOOK.articles.values() if a.parent):
            assert part.text in BOOK.article(part.parent).text

    def test_the_regulator_stays_as_printed_and_its_successor_is_named(self):
        assert "中国银行保险监督管理委员会(以下简称“中国银保监会”)" in BOOK.article("4").text
        assert "国家金融监督管理总局" not in BOOK.article("4").text
        assert "国家金融监督管理总局" in BOOK.article("4").note

    def test_what_the_document_does_not_say_is_off(self):
        assert BOOK.sanctions is None
        assert BOOK.withdrawal is None
        assert BOOK.dishonesty is None
        assert (BOOK.bans, BOOK.tiers, BOOK.benefits, BOOK.announcements) == ((),) * 4
        assert list(BOOK.workflows) == ["admission"]
        assert ban_until(BOOK, "withdrawal", ON).value is None

    def test_every_reading_and_hole_is_explained(self):
        steps = (*admission("statutory").steps, *admission("ordinary").steps)
        for rule in (*BOOK.classes, *BOOK.fields, *BOOK.documents, *BOOK.document_groups, *BOOK.eligibility, *steps):
            assert rule.basis is Basis.TEXT or rule.note, rule


class TestClasses:
    @pytest.mark.rule("INS-3.p1", "INS-3.p2")
    def test_statutory_and_ordinary_and_no_persons(self):
        assert [(c.id, c.name, c.kind) for c in BOOK.classes] == [
            ("statutory", "法定会员", "unit"),
            ("ordinary", "普通会员", "unit"),
        ]
        assert BOOK.article("3.p1").text == "协会对会员实行分类管理。"
        assert BOOK.article("3.p2").text == "协会会员包括法定会员和普通会员。"
        assert admission("statutory").name != admission("ordinary").name
        with pytest.raises(Silent):
            BOOK.member_class("person")

    def test_an_insurer_must_apply_and_is_never_refused_on_merit(self):
        statutory = BOOK.member_class("statutory")
        assert (statutory.joined_by, statutory.refusable, statutory.apply_within) == ("obligation", False, None)
        assert {r.kind for step in admission("statutory").steps for r in step.refusals} == {"correct", "send_back"}
        assert BOOK.member_class("ordinary").joined_by == "application"

    def test_an_insurer_cannot_be_an_ordinary_member(self):
        assert outcome(INSURER) is Outcome.PASS
        other = replace(INSURER, class_id="ordinary")
        assert outcome(other) is Outcome.FAIL
        assert cited(of("ordinary_type", other).decision) == {"5", "4"}
        for facts in (ASSET_MANAGER, INTERMEDIARY, LOCAL, SERVICE):
            assert outcome(facts) is Outcome.PASS
            assert of("statutory_type", replace(facts, class_id="statutory")).decision.outcome is Outcome.FAIL

    @pytest.mark.rule("INS-5")
    def test_four_kinds_of_ordinary_members(self):
        kinds = BOOK.categories_for("ordinary")
        assert [(kind.id, kind.ref) for kind in kinds] == [
            ("asset_manager", ("5.1",)),
            ("intermediary", ("5.2",)),
            ("local_association", ("5.3",)),
            ("service_institution", ("5.4",)),
        ]
        for kind in kinds:
            assert kind.definition in BOOK.article(kind.ref[0]).text
        assert [kind.id for kind in BOOK.categories_for("statutory")] == ["insurer"]
        assert (BOOK.category_policy.min, BOOK.category_policy.max) == (1, 1)
        admitted = next(rule for rule in BOOK.eligibility if rule.id == "ordinary_type").params.types
        assert admitted == tuple(kind.name for kind in kinds)

    @pytest.mark.parametrize(
        ("facts", "article"),
        [
            pytest.param(ASSET_MANAGER, "5.1", marks=pytest.mark.rule("INS-5.1")),
            pytest.param(INTERMEDIARY, "5.2", marks=pytest.mark.rule("INS-5.2")),
        ],
    )
    def test_the_regulators_approval_is_looked_at(self, facts, article):
        assert outcome(facts) is Outcome.PASS
        unseen = of("approved_by_regulator", replace(facts, judgements={}))
        assert unseen.needs_judgement
        assert article in cited(unseen.decision)
        without = replace(facts, judgements={"approved_by_regulator": Judgement(False, "没有批准文件")})
        assert outcome(without) is Outcome.FAIL

    @pytest.mark.rule("INS-5.3")
    def test_thirty_six_civil_affairs_departments(self):
        known = next(rule for rule in BOOK.eligibility if rule.id == "registrar").params.list
        assert len(known) == len(set(known)) == 36
        assert known[31:] == ("大连市民政局", "宁波市民政局", "厦门市民政局", "青岛市民政局", "深圳市民政局")
        assert sum(name.endswith("自治区民政厅") for name in known) == 5
        assert [name for name in known[:31] if name.endswith("市民政局")] == [
            f"{city}市民政局" for city in ("北京", "天津", "上海", "重庆")
        ]

    @pytest.mark.rule("INS-5.3")
    @pytest.mark.parametrize(
        ("registrar", "expected"),
        [
            ("深圳市民政局", Outcome.PASS),
            ("大连市民政局", Outcome.PASS),
            ("广东省民政厅", Outcome.PASS),
            ("苏州市民政局", Outcome.FAIL),
            ("广州市民政局", Outcome.FAIL),
            ("", Outcome.FAIL),
        ],
    )
    def test_registered_at_the_level_that_the_article_names(self, registrar, expected):
        facts = replace(LOCAL, registrar=registrar)
        assert outcome(facts) is expected
        assert cited(of("registrar", facts).decision) == {"5.3"}

    @pytest.mark.rule("INS-5.3")
    @pytest.mark.parametrize("uscc", ["521100005000123453", "91110108MA01ABCD1E", "12110000400012345U"])
    def test_a_local_association_is_a_social_organisation(self, uscc):
        assert outcome(replace(LOCAL, uscc=uscc)) is Outcome.FAIL

    @pytest.mark.rule("INS-5.4")
    def test_services_for_insurance_are_judged(self):
        unseen = of("serves_insurance", replace(SERVICE, judgements={}))
        assert unseen.needs_judgement
        assert cited(unseen.decision) == {"5.4"}
        assert "serves_insurance" not in {one.rule_id for one in check(BOOK, INTERMEDIARY, on=ON)}


class TestApplication:
    def test_the_letter_states_abbreviation_and_assets(self):
        abbreviation, assets, as_of = BOOK.fields_for("ordinary")
        assert (abbreviation.name, abbreviation.unique, abbreviation.required) == ("标准简称", True, True)
        assert (assets.kind, assets.min, assets.required) == ("money", Decimal(0), True)
        assert (as_of.kind, as_of.required) == ("date", True)
        assert "abbreviation" in BOOK.numbering.bind
        (charter,) = BOOK.acceptances_for("statutory")
        assert (charter.kind, charter.ref) == ("commit", ("7.1",))

    @pytest.mark.rule("INS-7.2")
    def test_letter_and_form_are_two_papers(self):
        for class_id in ("statutory", "ordinary"):
            required = {d.id: d.ref for d in BOOK.documents_for(class_id) if d.required}
            assert required == {"application_letter": ("7.1",), "application_form": ("7.2",)}

    @pytest.mark.parametrize(
        ("category", "papers", "complete"),
        [
            ("insurer", {"business_licence"}, False),
            ("insurer", {"business_permit"}, False),
            ("insurer", {"business_permit", "business_licence"}, True),
            ("insurer", {"business_permit", "legal_person_registration"}, True),
            ("insurer", {"business_licence", "legal_person_registration"}, False),
            ("insurer", {"other_qualification"}, True),
            ("asset_manager", {"business_licence"}, False),
            ("intermediary", {"business_permit", "business_licence"}, True),
            ("local_association", {"legal_person_registration"}, True),
            ("local_association", {"business_permit"}, False),
            ("service_institution", {"business_licence"}, True),
            ("service_institution", set(), False),
        ],
    )
    def test_combinations_of_qualification_papers(self, category, papers, complete):
        (group,) = [g for g in BOOK.document_groups if BOOK.matches(g.selector, {"category": category})]
        assert any(set(combination) <= papers for combination in group.any_of) is complete
        assert group.ref == ("7.3",)

    def test_the_association_may_ask_for_more(self):
        assert BOOK.documents_policy.allow_extra
        assert BOOK.documents_policy.ref == ("7.4",)

    @pytest.mark.rule("INS-8.p1a", "INS-8.p1b")
    @pytest.mark.parametrize("class_id", ["statutory", "ordinary"])
    def test_review_then_approval_then_register(self, class_id):
        steps = admission(class_id).steps
        assert [(step.id, step.action) for step in steps] == [
            ("initial_review", "review"),
            ("approval", "decide"),
            ("register", "register"),
            ("pay", "pay"),
            ("issue", "issue"),
        ]
        assert {step.actor for step in steps} == {"standing_office"}
        assert [(r.kind, r.reasons_required) for r in steps[0].refusals] == [("correct", True)]
        assert steps[0].deadline is None
        assert BOOK.starts_on(class_id) == "registration.completed"

    def test_the_office_decides_for_the_council(self):
        assert BOOK.article("6").text == "申请加入协会的机构,由协会理事会授权日常办事机构办理入会手续。"
        approval = admission("ordinary").step("approval")
        assert (approval.delegated_by, approval.ref) == ("council", ("6", "8.p1"))

    def test_a_refusal_is_explained_within_a_working_day(self):
        approval = admission("ordinary").step("approval")
        reject = approval.refusal("reject")
        assert reject.reasons_required
        for rejected, told in (("2026-09-18", "2026-09-20"), ("2026-09-24", "2026-09-28")):
            events = {"decision.rejected": date.fromisoformat(rejected)}
            found = deadline(BOOK, reject, reject.deadline, events=events, calendar=CALENDAR)
            assert found.value == Due(date.fromisoformat(told))
            assert {s.basis for s in found.sources if s.kind is SourceKind.ARTICLE} == {Basis.GAP}


class TestCardAndFee:
    @pytest.mark.rule("INS-8.p2")
    @pytest.mark.parametrize(
        ("received", "last", "provisional"),
        [
            ("2026-09-21", "2026-10-19", False),
            ("2026-09-22", "2026-10-20", False),
            ("2026-09-30", "2026-10-27", False),
            ("2026-10-01", "2026-10-27", False),
            ("2026-10-08", "2026-10-28", False),
            ("2026-02-12", "2026-03-11", False),
            ("2026-02-13", "2026-03-12", False),
            ("2026-12-21", "2027-01-12", True),
        ],
    )
    def test_the_card_is_given_out_within_15_working_days_of_the_fee(self, received, last, provisional):
        (card,) = BOOK.certificates
        assert (card.name, card.kind) == ("会员证", "card")
        issue = admission("statutory").step("issue")
        events = {"fee.received": date.fromisoformat(received)}
        for rule in (card, issue):
            found = deadline(BOOK, rule, rule.deadline, events=events, calendar=CALENDAR)
            assert found.value == Due(date.fromisoformat(last), provisional)
            assert cited(found) == {"8.p2"}

    @pytest.mark.rule("INS-8.p2")
    def test_the_card_waits_for_the_fee(self):
        (card,) = BOOK.certificates
        events = {"registration.completed": ON, "decision.approved": ON}
        found = deadline(BOOK, card, card.deadline, events=events, calendar=CALENDAR)
        assert found.reasons[0].facts["event"] == "fee.received"
        assert found.outcome is Outcome.FAIL

    @pytest.mark.parametrize(("class_id", "fee"), [("statutory", "100000.00"), ("ordinary", "20000.00")])
    @pytest.mark.parametrize("starts_on", [date(2026, 1, 1), date(2026, 12, 31)])
    def test_the_whole_fee_without_a_day_to_pay(self, class_id, fee, starts_on):
        amounts = {("statutory", None): Decimal(100000), ("ordinary", None): Decimal(20000)}
        decision = dues.joining(
            BOOK,
            class_id=class_id,
            tier=None,
            starts_on=starts_on,
            standard=Standard("INS-F", amounts),
            calendar=CALENDAR,
        )
        (line,) = decision.value
        assert (str(line.amount), line.due_on, line.due_event) == (fee, None, None)
        assert {s.basis for s in line.sources if s.document == "insurance"} == {Basis.GAP}
