"""Who may join (ACG-7, 8, 18, 40, 41), on the identifiers of conventions.md E."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from stdnum.cn.ric import calc_check_digit as ric_check
from stdnum.cn.uscc import calc_check_digit as uscc_check

from admissions.rules import eligibility
from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement, Penalty
from association.decisions import Outcome
from association.rulebook import preset
from association.rulebook.schema import Eligibility
from credit.rules.bans import BanSpan, Listing

ACG = preset("acg")
ON = date(2026, 3, 20)
YES = Judgement(True, "已核对章程")
UNIT = Facts(
    class_id="unit",
    uscc="91110108MA01ABCD1E",
    legal_form="legal_person",
    penalties=(),
    judgements={"field": YES, "charter_conditions": YES},
)
PERSON = Facts(
    class_id="person",
    id_no="420106198802290037",
    documents={"id_document": date(2036, 1, 1)},
    ticked={"in_beijing": frozenset({"在北京市工作"})},
    declarations={"political_rights": False},
    employer="no_employer",
    judgements={"charter_conditions": YES},
)


def of(rule_id, facts, on=ON, rulebook=ACG, event=None):
    (found,) = [one for one in check(rulebook, facts, on=on, event=event) if one.rule_id == rule_id]
    return found


def codes(one):
    return [reason.code for reason in one.decision.reasons]


def changed(rule_id, rulebook=ACG, params=None, **values):
    """The rulebook with other words in one check."""
    rules = []
    for rule in rulebook.eligibility:
        if rule.id == rule_id:
            update = values | ({"params": rule.params.model_copy(update=params)} if params else {})
            rule = rule.model_copy(update=update)  # noqa: PLW2901 - the copy takes its place
        rules.append(rule)
    return rulebook.model_copy(update={"eligibility": tuple(rules)})


def with_checks(*tables):
    """The rulebook with these checks only."""
    adapter = TypeAdapter(Eligibility)
    rules = tuple(adapter.validate_python({"ref": ["7"], **table}) for table in tables)
    return ACG.model_copy(update={"eligibility": rules})


class TestWhole:
    @pytest.mark.rule("ACG-7.p1")
    def test_a_company_of_beijing_is_eligible(self):
        checks = check(ACG, UNIT, on=ON)
        assert [one.rule_id for one in checks if not one.decision.passed] == []
        assert verdict(checks, ACG).passed
        assert {"charter_conditions", "beijing_unit", "legal_form", "no_penalty_3y", "not_banned", "not_listed"} <= {
            one.rule_id for one in checks
        }

    @pytest.mark.rule("ACG-8.p1")
    def test_a_person_from_elsewhere_who_works_in_beijing_is_eligible(self):
        checks = check(ACG, PERSON, on=ON)
        assert verdict(checks, ACG).passed
        assert "beijing_unit" not in {one.rule_id for one in checks}

    @pytest.mark.rule("ACG-3")
    def test_the_charter_counts_too(self):
        judgements = {"field": YES, "charter_conditions": Judgement(False, "不符合章程第六条")}
        refused = verdict(check(ACG, replace(UNIT, judgements=judgements), on=ON), ACG)
        assert refused.outcome is Outcome.FAIL

    @pytest.mark.rule("ACG-2")
    def test_a_charter_rule_cites_the_charter(self):
        assert "charter" in {source.document for source in of("charter_conditions", UNIT).decision.sources}

    def test_every_reason_has_its_article(self):
        for facts in (UNIT, PERSON, Facts("unit"), Facts("person")):
            for one in check(ACG, facts, on=ON):
                assert any(source.document in ("acg", "charter") for source in one.decision.sources)

    def test_every_kind_of_the_language_is_computed(self):
        kinds = set()
        for member in get_args(get_args(Eligibility)[0]):
            kinds |= set(get_args(member.model_fields["kind"].annotation))
        assert kinds == set(eligibility._KINDS)
        assert eligibility.unknown_kinds(ACG) == ()

    def test_an_unknown_kind_is_an_error_not_a_pass(self):
        odd = changed("field", kind="astrology")
        assert eligibility.unknown_kinds(odd) == ("astrology",)
        with pytest.raises(LookupError, match="astrology"):
            check(odd, UNIT, on=ON)

    def test_a_rulebook_that_asks_nothing_admits(self):
        silent = ACG.model_copy(update={"eligibility": ()})
        assert verdict(check(silent, UNIT, on=ON), silent).passed

    @pytest.mark.parametrize(
        ("facts", "missing"),
        [
            (
                Facts("unit"),
                {
                    "beijing_unit": "uscc_missing",
                    "legal_form": "legal_form_missing",
                    "no_penalty_3y": "penalties_missing",
                },
            ),
            (
                Facts("person"),
                {
                    "citizen": "id_missing",
                    "in_beijing": "none_met",
                    "political_rights": "declaration_missing",
                    "employer": "employer_missing",
                },
            ),
        ],
    )
    def test_what_is_missing_fails_by_its_name(self, facts, missing):
        for rule_id, code in missing.items():
            one = of(rule_id, facts)
            assert one.decision.outcome is Outcome.FAIL
            assert code in codes(one)


class TestUnit:
    @pytest.mark.rule("ACG-7.p1")
    @pytest.mark.parametrize(
        ("uscc", "form", "region", "legal_form"),
        [
            ("91110108MA01ABCD1E", "legal_person", "pass", "pass"),
            ("91110105MA02EFGH2F", "unincorporated", "pass", "pass"),
            ("521100005000123453", "legal_person", "pass", "pass"),
            ("511100005000987658", "legal_person", "pass", "pass"),
            ("12110000400012345U", "legal_person", "pass", "pass"),
            ("91310115MA1HABCD5U", "legal_person", "fail", "pass"),
            ("91420100MA4KABCD6R", "legal_person", "fail", "pass"),
            ("11110000000012345H", "legal_person", "pass", "fail"),
            ("11110000000012345H", None, "pass", "fail"),
            ("92110105MA04NPQR45", None, "pass", "refer"),
            ("92110105MA04NPQR45", "legal_person", "pass", "refer"),
            ("91110108MA01ABCD1E", "branch", "pass", "refer"),
            ("91110108MA01ABCD1E", "government_organ", "pass", "fail"),
            ("91110108MA01ABCD1E", "internal_org", "pass", "fail"),
            ("91110108MA01ABCD1E", None, "pass", "fail"),
        ],
    )
    def test_region_and_legal_form(self, uscc, form, region, legal_form):
        facts = replace(UNIT, uscc=uscc, legal_form=form)
        assert of("beijing_unit", facts).decision.outcome == region
        assert of("legal_form", facts).decision.outcome == legal_form

    @pytest.mark.rule("ACG-7.p1")
    @pytest.mark.parametrize(
        ("uscc", "registrar_region", "outcome"),
        [
            ("91110108MA01ABCD1E", "11", "pass"),
            ("91110108MA01ABCD1E", "310115", "refer"),
            ("91310115MA1HABCD5U", "110108", "refer"),
            ("91310115MA1HABCD5U", "310115", "fail"),
        ],
    )
    def test_a_certificate_that_disagrees_with_the_code_is_referred(self, uscc, registrar_region, outcome):
        facts = replace(UNIT, uscc=uscc, registrar_region=registrar_region)
        assert of("beijing_unit", facts).decision.outcome == outcome

    def test_what_a_mismatch_means_is_data(self):
        strict = changed("beijing_unit", params={"mismatch": "reject"})
        facts = replace(UNIT, registrar_region="31")
        assert of("beijing_unit", facts, rulebook=strict).decision.outcome is Outcome.FAIL

    def test_a_wrong_code_fails_with_its_own_reason(self):
        assert codes(of("beijing_unit", replace(UNIT, uscc="91110108MA01ABCD1F"))) == ["uscc_check"]

    @pytest.mark.rule("ACG-7.p1")
    @pytest.mark.parametrize(("uscc", "outcome"), [("31110000MD0123456", "refer"), ("91110108MA01ABCD1E", "pass")])
    def test_an_unusual_registrar_is_referred(self, uscc, outcome):
        number = uscc if len(uscc) == 18 else uscc + uscc_check(uscc)
        assert of("registrar", replace(UNIT, uscc=number)).decision.outcome == outcome

    def test_registrars_may_be_listed_by_name(self):
        named = changed("beijing_unit", params={"prefix": (), "list": ("北京市民政局",)})
        outcomes = [
            codes(of("beijing_unit", replace(UNIT, registrar=name), rulebook=named))[0]
            for name in ("北京市民政局", "上海市民政局", None)
        ]
        assert outcomes == ["registrar_listed", "registrar_not_listed", "registrar_missing"]

    @pytest.mark.rule("ACG-7.p2")
    @pytest.mark.parametrize(
        ("decided", "on", "outcome"),
        [
            ("2023-03-20", "2026-03-20", "fail"),
            ("2023-03-20", "2026-03-21", "pass"),
            ("2024-02-29", "2027-02-28", "fail"),
            ("2024-02-29", "2027-03-01", "pass"),
        ],
    )
    def test_three_years_after_a_penalty(self, decided, on, outcome):
        facts = replace(UNIT, penalties=(Penalty("administrative_penalty", date.fromisoformat(decided)),))
        one = of("no_penalty_3y", facts, date.fromisoformat(on))
        assert one.decision.outcome == outcome
        assert {source.key for source in one.decision.sources} == {"7.p2", "C-10"}

    @pytest.mark.rule("ACG-7.p2")
    def test_revoked_penalties_and_other_records_do_not_count(self):
        penalties = (
            Penalty("administrative_penalty", ON - timedelta(10), revoked=True),
            Penalty("other", ON - timedelta(10)),
        )
        assert of("no_penalty_3y", replace(UNIT, penalties=penalties)).decision.passed

    @pytest.mark.rule("ACG-7.p2")
    def test_the_latest_penalty_says_from_when(self):
        penalties = tuple(Penalty("administrative_penalty", date(year, 5, 1), key=str(year)) for year in (2025, 2024))
        facts = of("no_penalty_3y", replace(UNIT, penalties=penalties)).decision.reasons[0].facts
        assert (facts["clear_from"], facts["key"], facts["count"]) == ("2028-05-02", "2025", 2)

    def test_without_a_length_a_penalty_counts_for_ever(self):
        ever = changed("no_penalty_3y", params={"n": 0})
        facts = replace(UNIT, penalties=(Penalty("administrative_penalty", date(1990, 1, 1)),))
        one = of("no_penalty_3y", facts, rulebook=ever)
        assert one.decision.reasons[0].facts["clear_from"] is None
        assert not one.decision.passed

    @pytest.mark.rule("ACG-7.p2")
    def test_rechecked_when_the_council_decides(self):
        new = replace(UNIT, penalties=(Penalty("administrative_penalty", date(2026, 4, 10)),))
        assert of("no_penalty_3y", new, ON).decision.passed
        later = check(ACG, new, on=date(2026, 6, 10), event="decision.approved")
        assert {one.rule_id for one in later} == {"no_penalty_3y", "not_banned", "not_listed"}
        assert verdict(later, ACG).outcome is Outcome.FAIL

    @given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.dates(date(2015, 1, 1), date(2030, 12, 31)))
    def test_once_clear_a_penalty_never_bars_again(self, decided, on):
        facts = replace(UNIT, penalties=(Penalty("administrative_penalty", decided),))
        if on > decided and of("no_penalty_3y", facts, on).decision.passed:
            assert of("no_penalty_3y", facts, on + timedelta(1)).decision.passed


class TestPerson:
    @pytest.mark.rule("ACG-18")
    @pytest.mark.parametrize(
        ("expires", "outcome"), [("2026-03-09", "fail"), ("2026-03-10", "pass"), ("9999-12-31", "pass")]
    )
    def test_the_document_is_valid_on_the_day(self, expires, outcome):
        facts = replace(PERSON, documents={"id_document": date.fromisoformat(expires)})
        assert of("citizen", facts, date(2026, 3, 10)).decision.outcome == outcome

    @pytest.mark.rule("ACG-8.p1")
    @pytest.mark.parametrize(
        ("id_no", "code"),
        [
            ("420106198802290036", "id_check"),
            ("420106880229003", "id_15_digits"),
            ("", "id_missing"),
            ("110105202704010006", "id_birth_date"),
        ],
    )
    def test_a_wrong_number(self, id_no, code):
        if code == "id_birth_date":
            id_no = id_no[:17] + ric_check(id_no[:17] + "0")
        one = of("citizen", replace(PERSON, id_no=id_no))
        assert (one.decision.outcome, codes(one)[0]) == (Outcome.FAIL, code)

    def test_a_residence_permit_is_referred_but_must_not_be_expired(self):
        number = "81000019900307123" + ric_check("810000199003071230")
        facts = replace(PERSON, id_no=number, judgements={"citizen": YES})
        assert of("citizen", replace(facts, judgements={})).needs_judgement
        assert of("citizen", facts).decision.passed
        expired = replace(facts, documents={"id_document": ON - timedelta(1)})
        assert of("citizen", expired).decision.outcome is Outcome.FAIL

    @pytest.mark.rule("ACG-8.p1")
    @pytest.mark.parametrize(
        ("ticked", "passes"),
        [
            ({"在北京市学习"}, True),
            ({"在北京市生活", "在北京市工作"}, True),
            (set(), False),
            ({"在上海市工作"}, False),
        ],
    )
    def test_one_of_three_ties_to_beijing(self, ticked, passes):
        one = of("in_beijing", replace(PERSON, ticked={"in_beijing": frozenset(ticked)}))
        assert one.decision.passed == passes

    @pytest.mark.rule("ACG-8.p2a")
    @pytest.mark.parametrize(("deprived", "passes"), [(False, True), (True, False)])
    def test_political_rights(self, deprived, passes):
        one = of("political_rights", replace(PERSON, declarations={"political_rights": deprived}))
        assert one.decision.passed == passes
        assert one.decision.sources[0].key == "8.p2"

    @pytest.mark.rule("ACG-8.p2c")
    @pytest.mark.rule("ACG-6.p3")
    @pytest.mark.parametrize(
        ("employer", "passes"),
        [
            ("no_employer", True),
            ("none", True),
            ("pending", True),
            ("ended", True),
            ("active", False),
            ("registered", False),
            ("suspended", False),
        ],
    )
    def test_the_employer_is_no_member(self, employer, passes):
        one = of("employer", replace(PERSON, employer=employer))
        assert one.decision.passed == passes
        assert (codes(one) == ["employer_pending"]) == (employer == "pending")
        assert {"6.p3", "8.p2"} <= {source.key for source in one.decision.sources}

    def test_whether_a_suspended_employer_counts_is_data(self):
        lenient = changed("employer", params={"suspended_counts": False})
        assert of("employer", replace(PERSON, employer="suspended"), rulebook=lenient).decision.passed

    def test_a_misspelt_standing_is_an_error(self):
        with pytest.raises(ValueError, match="standing"):
            check(ACG, replace(PERSON, employer="activ"), on=ON)


class TestBans:
    @pytest.mark.rule("ACG-40")
    @pytest.mark.parametrize(("on", "passes"), [("2031-03-10", False), ("2031-03-11", True)])
    def test_a_leaver_waits_five_years(self, on, passes):
        facts = replace(UNIT, bans=(BanSpan("withdrawal", date(2026, 3, 10), date(2031, 3, 11)),))
        assert of("not_banned", facts, date.fromisoformat(on)).decision.passed == passes

    @pytest.mark.rule("ACG-41")
    @pytest.mark.parametrize(("on", "passes"), [("2033-03-10", False), ("2033-03-11", True)])
    def test_five_more_after_removal_from_the_list(self, on, passes):
        facts = replace(PERSON, listings=(Listing(date(2026, 3, 10), removed_on=date(2028, 3, 10)),))
        assert of("not_banned", facts, date.fromisoformat(on)).decision.passed == passes

    @pytest.mark.rule("ACG-41")
    def test_listed_until_removed_by_decision(self):
        facts = replace(PERSON, listings=(Listing(date(2026, 3, 10), planned_until=date(2027, 1, 2)),))
        one = of("not_listed", facts, date(2030, 1, 1))
        assert one.decision.outcome is Outcome.FAIL
        assert "41" in {source.key for source in one.decision.sources}


class TestJudgement:
    def test_a_judged_check_waits_for_a_person(self):
        assert of("field", replace(UNIT, judgements={})).needs_judgement

    @pytest.mark.parametrize(("satisfied", "outcome"), [(True, "pass"), (False, "fail")])
    def test_a_person_settles_a_referral(self, satisfied, outcome):
        facts = replace(UNIT, uscc="92110105MA04NPQR45", judgements={"legal_form": Judgement(satisfied, "见批准文件")})
        one = of("legal_form", facts)
        assert (one.decision.outcome, one.judged) == (outcome, True)
        assert one.decision.reasons[0].facts["note"] == "见批准文件"
        assert "legal_form_unsure" in codes(one)

    @pytest.mark.parametrize("note", ["", "  "])
    def test_without_a_note_it_settles_nothing(self, note):
        facts = replace(UNIT, judgements={"field": Judgement(True, note)})
        assert of("field", facts).needs_judgement

    @pytest.mark.rule("ACG-7.p1")
    def test_a_computed_fail_is_not_overridden(self):
        facts = replace(UNIT, uscc="91310115MA1HABCD5U", judgements={"beijing_unit": YES})
        one = of("beijing_unit", facts)
        assert (one.decision.outcome, one.judged) == (Outcome.FAIL, False)

    def test_unless_the_rule_says_refer(self):
        waivable = changed("beijing_unit", on_fail="refer")
        facts = replace(UNIT, uscc="91310115MA1HABCD5U")
        assert of("beijing_unit", facts, rulebook=waivable).needs_judgement
        waived = replace(facts, judgements={"beijing_unit": YES})
        assert of("beijing_unit", waived, rulebook=waivable).decision.passed


class TestOtherAssociations:
    @pytest.mark.parametrize(("on", "passes"), [("2026-03-09", False), ("2026-03-10", True)])
    def test_years_of_experience(self, on, passes):
        rulebook = with_checks({"id": "years", "kind": "min_years", "params": {"field": "practice", "n": 2}})
        facts = replace(UNIT, since={"practice": date(2024, 3, 10)})
        assert of("years", facts, date.fromisoformat(on), rulebook).decision.passed == passes
        assert codes(of("years", UNIT, rulebook=rulebook)) == ["since_missing"]

    @pytest.mark.parametrize(("count", "code"), [(2, "count_short"), (3, "count_reached"), (None, "count_missing")])
    def test_counts(self, count, code):
        rulebook = with_checks({"id": "staff", "kind": "min_count", "params": {"of": "engineers", "n": 3}})
        facts = replace(UNIT, counts={} if count is None else {"staff": count})
        assert codes(of("staff", facts, rulebook=rulebook)) == [code]

    @pytest.mark.parametrize(
        ("tier", "code"), [("member", "tier_too_low"), ("council", "tier_reached"), (None, "tier_missing")]
    )
    def test_tiers(self, tier, code):
        rulebook = with_checks({"id": "rank", "kind": "tier_at_least", "params": {"tier": "council"}})
        assert codes(of("rank", replace(UNIT, tier=tier), rulebook=rulebook)) == [code]

    @pytest.mark.parametrize(
        ("roles", "code"),
        [({"judge"}, "role_held"), (set(), "role_not_held"), (None, "roles_missing")],
    )
    def test_roles(self, roles, code):
        rulebook = with_checks({"id": "role", "kind": "not_role", "params": {"role": "judge"}})
        facts = replace(UNIT, roles=None if roles is None else frozenset(roles))
        assert codes(of("role", facts, rulebook=rulebook)) == [code]

    @pytest.mark.parametrize(
        ("kind", "code"),
        [("高校", "institution_type_right"), ("企业", "institution_type_wrong"), (None, "institution_type_missing")],
    )
    def test_institutions(self, kind, code):
        rulebook = with_checks({"id": "kind", "kind": "institution_type", "params": {"types": ["高校"]}})
        assert codes(of("kind", replace(UNIT, institution_type=kind), rulebook=rulebook)) == [code]

    @pytest.mark.parametrize(("group", "outcome"), [("any_of", "pass"), ("all_of", "fail")])
    def test_groups_of_checks(self, group, outcome):
        rulebook = with_checks(
            {"id": "role", "kind": "not_role", "params": {"role": "judge"}},
            {"id": "rank", "kind": "tier_at_least", "params": {"tier": "council"}},
            {"id": "group", "kind": group, "params": {"ids": ["role", "rank"]}},
        )
        facts = replace(UNIT, roles=frozenset(), tier="member")
        assert of("group", facts, rulebook=rulebook).decision.outcome == outcome

    def test_a_group_waits_for_a_judgement_that_may_still_meet_it(self):
        rulebook = with_checks(
            {"id": "seen", "kind": "judged", "params": {"question": "?"}},
            {"id": "group", "kind": "any_of", "params": {"ids": ["seen"], "options": ["甲"]}},
        )
        assert of("group", UNIT, rulebook=rulebook).needs_judgement

    def test_all_statements_are_ticked(self):
        rulebook = with_checks({"id": "all", "kind": "all_of", "params": {"options": ["甲", "乙"]}})
        half = replace(UNIT, ticked={"all": frozenset({"甲"})})
        assert codes(of("all", half, rulebook=rulebook)) == ["not_all_met"]
        assert of("all", replace(UNIT, ticked={"all": frozenset("甲乙")}), rulebook=rulebook).decision.passed

    def test_a_group_of_groups_is_refused(self):
        rulebook = with_checks({"id": "loop", "kind": "any_of", "params": {"ids": ["loop"]}})
        with pytest.raises(LookupError, match="another group"):
            check(rulebook, UNIT, on=ON)

    def test_a_unit_document_bears_its_code(self):
        rulebook = with_checks(
            {"id": "licence", "kind": "document_valid", "params": {"document": "licence", "checksum": "GB32100"}}
        )
        facts = replace(UNIT, documents={"licence": date.max})
        assert of("licence", facts, rulebook=rulebook).decision.passed
        assert codes(of("licence", replace(facts, uscc="1"), rulebook=rulebook))[0] == "uscc_length"
        assert codes(of("licence", UNIT, rulebook=rulebook))[-1] == "document_expiry_missing"
