"""property.toml: six articles, units only, a delegated approval, ten working days for the first fee."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Basis, Outcome, Refused, SourceKind
from association.models import Body
from association.rulebook import Silent, load, preset, preset_text, presets
from association.rules.counting import Due
from association.rules.deadlines import calendar_of, deadline
from credit.rules.bans import ban_until
from fees.rules import dues
from fees.rules.dues import Standard
from fees.rules.settlement import Paid, status_of

BOOK = preset("property")
CALENDAR = calendar_of(BOOK)
ON = date(2026, 3, 20)
YES = Judgement(True, "已核实")
UNIT = Facts(
    class_id="unit",
    uscc="91110108MA01ABCD1E",
    legal_form="legal_person",
    declarations={"supports_charter": True, "supports_work": True, "declares_good_record": True},
    judgements={"related": YES, "influence": YES, "good_record": YES},
)


def of(rule_id, facts):
    (found,) = [one for one in check(BOOK, facts, on=ON) if one.rule_id == rule_id]
    return found


def cited(decision):
    return {source.key for source in decision.sources if source.kind is SourceKind.ARTICLE}


def steps():
    admission = BOOK.workflow("admission")
    found, step = [], admission.first
    while step:
        found.append(step)
        step = admission.after(step.id)
    return found


def passed(body, number):
    meeting = resolutions.hold_meeting(Body.objects.get(key=body), "会议", held_on=date(2019, 5, 20))
    drafted = resolutions.draft(meeting, number, "关于会员管理办法的决议", by=SYSTEM)
    return resolutions.pass_bare(drafted, on=date(2019, 5, 20))


@pytest.fixture
def forgotten(monkeypatch):
    """A rolled-back test leaves its versions in the process; SQLite gives their keys again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    yield
    queries.governing_version.cache_clear()


class TestDocument:
    @pytest.mark.rule("PROP-0.1")
    def test_what_the_document_prints_of_itself(self):
        meta = BOOK.meta
        assert (BOOK.title, meta.issuer) == ("中国物业管理协会会员管理办法", "中国物业管理协会")
        assert (meta.published_on, meta.effective_on) == (date(2019, 5, 26), date(2019, 5, 26))
        assert (meta.level, meta.topic, meta.document_no) == ("行业规定", "房地产市场监管", "")
        assert (meta.status, meta.version, meta.adoptable) == ("in_force", "property/2019", True)
        printed = BOOK.article("0.1").text
        for words in ("【公布日期】2019.05.26", "【施行日期】2019.05.26", "【时效性】现行有效", "【文号】\n"):
            assert words in printed

    @pytest.mark.rule("PROP-0.1", "PROP-0.2")
    @pytest.mark.django_db
    @pytest.mark.usefixtures("forgotten")
    def test_in_force_from_26_may_2019_under_a_resolution_of_the_delegates(self):
        profile.set_up("中国物业管理协会")
        bodies.sync(BOOK)
        version = rulebooks.store(preset_text("property"), by=SYSTEM)
        adoption = {"effective_from": BOOK.effective_on, "by": SYSTEM, "on": date(2026, 9, 1)}
        with pytest.raises(Refused) as refusal:
            rulebooks.adopt(version, resolution=passed("council", "理事会1号"), **adoption)
        assert refusal.value.decision.reasons[0].code == "adoption_by_another_body"

        rulebooks.adopt(version, resolution=passed("delegates_assembly", "大会1号"), **adoption)
        with pytest.raises(queries.NoRulebook):
            queries.rulebook_on(date(2019, 5, 25))
        for day in (date(2019, 5, 26), date(2019, 5, 27), date(2026, 9, 1)):
            assert queries.rulebook_on(day).version == "property/2019"

    @pytest.mark.rule("PROP-0.2")
    def test_only_the_delegates_assembly_adopts(self):
        assert BOOK.adopted_by == ("delegates_assembly",)
        assert BOOK.body("delegates_assembly").name == "会员代表大会"
        assert "第五次会员代表大会审议通过" in BOOK.article("0.2").text
        assert "第五次会员代表大会" in BOOK.meta.resolution

    @pytest.mark.rule("PROP-0.9")
    def test_a_heading_without_a_text_is_no_rulebook(self):
        titles = [preset(id).title for id in presets()]
        assert "中国物业管理协会会员管理办法" in titles
        assert not [title for title in titles if "会员管理与会员服务暂行办法" in title]
        assert "会员服务暂行" not in preset_text("property")

    @pytest.mark.rule("PROP-1", "PROP-2")
    def test_what_it_rests_on_and_what_it_governs(self):
        assert BOOK.meta.based_on == ("《中国物业管理协会章程》",)
        assert BOOK.article("1").text.startswith("为规范中国物业管理协会(以下简称“本会”)会员管理,")
        assert "根据《中国物业管理协会章程》有关规定" in BOOK.article("1").text
        assert BOOK.article("2").text == "本办法适用于本会会员的管理和服务。"

    @pytest.mark.rule("PROP-3")
    def test_the_secretariat_takes_every_step(self):
        assert BOOK.article("3").text == "本会秘书处负责本会会员的日常管理和服务工作。"
        assert BOOK.meta.implemented_by == "secretariat"
        assert {step.actor for step in steps()} == {"secretariat"}
        assert BOOK.workflow("admission").first.sources("property")[-1].key == "3"

    def test_six_articles_in_two_chapters(self):
        whole = [(a.key, a.chapter) for a in BOOK.articles.values() if a.parent is None and a.chapter]
        assert whole == [(str(n), "第一章 总则" if n < 4 else "第二章 会籍管理") for n in range(1, 7)]
        assert [a.key for a in BOOK.articles.values() if a.parent == "5"] == [f"5.{n}" for n in range(1, 7)]
        assert [a.key for a in BOOK.articles.values() if a.parent == "6"] == [f"6.{n}" for n in range(1, 7)]
        assert [BOOK.label(key) for key in ("4.p2", "5.4", "6.2.1")] == [
            "第四条第二款",
            "第五条（四）",
            "第六条（二）1",
        ]

    def test_each_part_stands_in_its_whole(self):
        parts = [a for a in BOOK.articles.values() if a.parent]
        assert len(parts) == 16
        for part in parts:
            assert part.text in BOOK.article(part.parent).text

    def test_misprints_stay_and_are_said(self):
        six = BOOK.article("6")
        assert "(一)登陆协会网站(),阅读并认可" in six.text
        assert "接到批复通知10 个工作日内" in six.text
        assert "登录" in six.erratum
        assert [a.key for a in BOOK.articles.values() if a.erratum] == ["6"]

    def test_what_the_document_does_not_say_is_off(self):
        assert BOOK.sanctions is None
        assert BOOK.withdrawal is None
        assert BOOK.dishonesty is None
        assert BOOK.voting is None
        assert (BOOK.bans, BOOK.tiers, BOOK.entitlements, BOOK.benefits, BOOK.registrations) == ((),) * 5
        assert list(BOOK.workflows) == ["admission"]
        for cause in ("withdrawal", "expulsion"):
            assert ban_until(BOOK, cause, ON).value is None

    def test_every_reading_and_hole_is_explained(self):
        for rule in (*BOOK.categories, *BOOK.fields, *BOOK.documents, *BOOK.eligibility, *steps(), BOOK.fees):
            assert rule.basis is Basis.TEXT or rule.note, rule
            assert rule.sources("property")


class TestWho:
    @pytest.mark.rule("PROP-4.p1")
    def test_units_only(self):
        assert [(c.id, c.kind, c.name) for c in BOOK.classes] == [("unit", "unit", "单位会员")]
        assert BOOK.article("4.p1").text == "本会的会员为:单位会员。"
        with pytest.raises(Silent):
            BOOK.member_class("person")
        person = dues.joining(
            BOOK, class_id="person", tier=None, starts_on=ON, standard=Standard("PROP-F", {}), calendar=CALENDAR
        )
        assert person.outcome is Outcome.FAIL
        assert person.reasons[0].code == "class_unknown"
        assert "4.p1" in cited(person)

    @pytest.mark.rule("PROP-4.p2")
    def test_twelve_fields_of_business_and_others(self):
        offered = BOOK.categories_for("unit")
        named = [c.name for c in offered if not c.free_text]
        assert len(named) == 12
        text = BOOK.article("4.p2").text
        places = [text.index(name) for name in named]
        assert places == sorted(places)
        assert [c.name for c in offered[12:]] == ["其他"]
        assert (BOOK.category_policy.min, BOOK.category_policy.max) == (1, None)
        assert of("related", replace(UNIT, judgements={})).needs_judgement

    @pytest.mark.rule("PROP-5")
    def test_six_conditions_must_all_hold(self):
        assert verdict(check(BOOK, UNIT, on=ON), BOOK).passed
        articles = {key for one in check(BOOK, UNIT, on=ON) for key in cited(one.decision)}
        assert {"5.1", "5.3", "5.4", "5.5", "5.6"} <= articles
        assert "5.2" in BOOK.member_class("unit").ref
        refused = replace(UNIT, judgements=UNIT.judgements | {"influence": Judgement(False, "不具备")})
        assert verdict(check(BOOK, refused, on=ON), BOOK).outcome is Outcome.FAIL

    @pytest.mark.rule("PROP-5.2")
    def test_applying_is_the_wish_to_join(self):
        assert BOOK.member_class("unit").joined_by == "application"
        assert "5.2" not in {key for one in check(BOOK, UNIT, on=ON) for key in cited(one.decision)}

    @pytest.mark.parametrize(
        ("rule", "article"),
        [
            pytest.param("supports_charter", "5.1", marks=pytest.mark.rule("PROP-5.1")),
            pytest.param("supports_work", "5.3", marks=pytest.mark.rule("PROP-5.3")),
            pytest.param("declares_good_record", "5.6", marks=pytest.mark.rule("PROP-5.6")),
        ],
    )
    def test_a_declaration_not_made_or_denied_refuses(self, rule, article):
        for declared in ({}, {rule: False}):
            others = {key: value for key, value in UNIT.declarations.items() if key != rule}
            decision = of(rule, replace(UNIT, declarations=others | declared)).decision
            assert decision.outcome is Outcome.FAIL
            assert cited(decision) == {article}
        assert of(rule, UNIT).decision.passed

    @pytest.mark.rule("PROP-5.4")
    @pytest.mark.parametrize(
        ("uscc", "form", "outcome"),
        [
            ("91110108MA01ABCD1E", "legal_person", Outcome.PASS),
            ("91310115MA1HABCD5U", "legal_person", Outcome.PASS),
            ("511100005000987658", "legal_person", Outcome.PASS),
            ("12110000400012345U", "legal_person", Outcome.REFER),
            ("12110000400012345U", "public_institution", Outcome.REFER),
            ("92110105MA04NPQR45", "individual_business", Outcome.FAIL),
            ("92110105MA04NPQR45", "legal_person", Outcome.FAIL),
            ("521100005000123453", "legal_person", Outcome.FAIL),
            ("11110000000012345H", "government_organ", Outcome.FAIL),
            ("91110108MA01ABCD1E", "partnership", Outcome.FAIL),
            ("91110108MA01ABCD1E", "sole_proprietorship", Outcome.FAIL),
            ("91110108MA01ABCD1E", "unincorporated", Outcome.FAIL),
            ("91110108MA01ABCD1E", "branch", Outcome.FAIL),
            ("91110108MA01ABCD1E", None, Outcome.FAIL),
            (None, "legal_person", Outcome.FAIL),
        ],
    )
    def test_legal_person_of_an_enterprise_or_an_association(self, uscc, form, outcome):
        checks = check(BOOK, replace(UNIT, uscc=uscc, legal_form=form), on=ON)
        assert verdict(checks, BOOK).outcome is outcome
        deciding = [one for one in checks if not one.decision.passed]
        assert bool(deciding) is (outcome is not Outcome.PASS)
        assert all("5.4" in cited(one.decision) for one in deciding)

    @pytest.mark.rule("PROP-5.4")
    def test_a_college_is_admitted_by_a_persons_judgement_only(self):
        college = replace(UNIT, uscc="12110000400012345U", legal_form="public_institution")
        judged = replace(college, judgements=UNIT.judgements | {"legal_person": YES, "registrar": YES})
        assert verdict(check(BOOK, judged, on=ON), BOOK).passed
        silent = replace(college, judgements=UNIT.judgements | {"legal_person": YES, "registrar": Judgement(True, "")})
        assert verdict(check(BOOK, silent, on=ON), BOOK).outcome is Outcome.REFER

    @pytest.mark.rule("PROP-5.5", "PROP-5.6")
    def test_influence_and_record_are_judged_without_a_period(self):
        nobody = replace(UNIT, judgements={})
        for rule, article in (("influence", "5.5"), ("good_record", "5.6")):
            assert of(rule, nobody).needs_judgement
            assert cited(of(rule, nobody).decision) == {article}
            assert (
                of(rule, replace(UNIT, judgements={rule: Judgement(False, "不具备")})).decision.outcome is Outcome.FAIL
            )
        assert not [rule for rule in BOOK.eligibility if rule.kind == "clean_record"]


class TestProcedure:
    def test_four_acceptances_before_anything_else(self):
        asked = BOOK.acceptances_for("unit", at="registration")
        assert [(a.id, a.kind) for a in asked] == [
            ("charter", "read"),
            ("member_rules", "read"),
            ("fee_rules", "read"),
            ("pact", "commit"),
        ]
        for acceptance in asked:
            assert acceptance.title in BOOK.article("6.1").text
        assert BOOK.acceptances_for("unit") == ()

    def test_the_units_full_name_is_its_user_name(self):
        assert BOOK.numbering.username == "unit_full_name"
        assert "name" in BOOK.numbering.bind

    @pytest.mark.rule("PROP-6.2.1", "PROP-6.2.2")
    def test_papers_come_after_the_first_review(self):
        assert BOOK.documents_for("unit") == ()
        form, licence = BOOK.documents_for("unit", "after_initial_review")
        assert (form.ref, form.paper_copies, form.seal, form.required) == (("6.2.1",), 1, True, True)
        assert (licence.ref, licence.paper_copies, licence.required) == (("6.2.2",), 0, True)
        assert "社会团体法人登记证书" in licence.note
        assert not BOOK.documents_policy.allow_extra

    def test_the_steps_and_their_order(self):
        assert [(step.id, step.action) for step in steps()] == [
            ("initial_review", "review"),
            ("originals", "receive_originals"),
            ("decide", "decide"),
            ("notify", "notify"),
            ("pay", "pay"),
            ("register", "register"),
            ("issue", "issue"),
            ("publish", "publish"),
        ]
        assert [step.id for step in steps() if step.deadline] == ["pay"]

    def test_the_secretariat_decides_for_the_council(self):
        decide = BOOK.workflow("admission").step("decide")
        assert (decide.actor, decide.delegated_by, decide.needs_resolution) == ("secretariat", "council", False)
        assert decide.ref == ("6.3",)

    def test_the_notice_has_its_name(self):
        (notice,) = [c for c in BOOK.certificates if c.kind == "letter"]
        assert notice.name in BOOK.article("6.4").text
        assert notice.trigger == "decision.approved"
        assert {"fee", "due_on", "account"} <= set(notice.fields)

    def test_membership_begins_with_the_payment_and_is_announced(self):
        assert BOOK.starts_on("unit") == "fee.received"
        assert BOOK.membership.basis is Basis.INTERPRETATION
        (certificate,) = [c for c in BOOK.certificates if c.kind == "certificate"]
        assert (certificate.name, certificate.trigger, certificate.deadline) == ("会员证书", "fee.received", None)
        announcement = BOOK.announcement("admission")
        assert (announcement.channels, announcement.deadline) == (("website",), None)


class TestFirstFee:
    @pytest.mark.rule("PROP-6.5")
    @pytest.mark.parametrize(
        ("received", "last", "provisional"),
        [
            ("2026-09-24", "2026-10-15", False),
            ("2026-09-27", "2026-10-15", False),
            ("2026-09-28", "2026-10-16", False),
            ("2026-10-09", "2026-10-22", False),
            ("2026-10-10", "2026-10-23", False),
            ("2026-05-27", "2026-06-10", False),
            ("2026-12-17", "2026-12-31", False),
            ("2026-12-24", "2027-01-08", True),
        ],
    )
    def test_ten_working_days_from_the_notice_that_arrived(self, received, last, provisional):
        step = BOOK.workflow("admission").step("pay")
        events = {"notice.received": date.fromisoformat(received)}
        found = deadline(BOOK, step, step.deadline, events=events, calendar=CALENDAR)
        assert found.value == Due(date.fromisoformat(last), provisional)
        assert cited(found) == {"6.5"}

    @pytest.mark.rule("PROP-6.5")
    def test_the_clock_waits_for_the_arrival(self):
        step = BOOK.workflow("admission").step("pay")
        sent = {"notice.sent": date(2026, 9, 24), "decision.approved": date(2026, 9, 23)}
        assert deadline(BOOK, step, step.deadline, events=sent, calendar=CALENDAR).outcome is Outcome.FAIL

    @pytest.mark.rule("PROP-6.5")
    def test_the_whole_fee_whatever_the_month_and_late_on_the_day_after(self):
        decision = dues.joining(
            BOOK,
            class_id="unit",
            tier=None,
            starts_on=date(2026, 9, 24),
            standard=Standard("PROP-F", {("unit", None): Decimal(5000)}),
            calendar=CALENDAR,
            events={"notice.received": date(2026, 9, 24)},
        )
        (line,) = decision.value
        assert (line.amount, line.months, line.due_on) == (Decimal("5000.00"), 12, date(2026, 10, 15))
        for paid_on, late in ((date(2026, 10, 15), 0), (date(2026, 10, 16), 1)):
            status = status_of([line], [Paid(2026, Decimal(5000), paid_on)], paid_on)
            assert (status.settled_on, status.overdue_days) == (paid_on, late)

    def test_nothing_lapses_by_itself(self):
        assert BOOK.workflow("admission").on_lapse == "staff"
        assert (BOOK.fees.lapse_after.n, BOOK.fees.lapse_after.from_) == (0, "invoice.due")

    def test_no_amount_of_money_in_the_rules(self):
        assert "5000" not in preset_text("property")
        assert load(preset_text("property")).fees.proration is None
