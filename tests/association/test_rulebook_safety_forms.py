"""safety.toml: who may apply, with which papers and forms, and who may not apply again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement, Penalty
from association.decisions import Basis, Outcome
from association.rulebook import preset
from credit.rules.bans import ban_until, banned

SAFETY = preset("safety")
ON = date(2026, 3, 20)
YES = Judgement(True, "已核对材料")
SENIOR, JUNIOR = "副高级", "初级"
AREAS = ("生产安全", "交通安全", "消防安全", "燃气安全", "公共安全")


def team(count, senior, areas=AREAS):
    """Rows of consultants with different identity numbers; the first one covers all areas."""
    return tuple(
        {
            "name": f"咨询员{n}",
            "id_no": str(n),
            "speciality": "、".join(areas) if n == 0 else "其他",
            "title": SENIOR if n < senior else JUNIOR,
        }
        for n in range(count)
    )


def rows(count=6, senior=2, staff=1):
    return {"consultants": team(count, senior), "full_time_staff": tuple({"name": f"职员{n}"} for n in range(staff))}


UNIT = Facts(
    class_id="consultancy_unit",
    uscc="91110108MA01ABCD1E",
    legal_form="legal_person",
    since={"experience_since": date(2020, 1, 1)},
    penalties=(),
    rows=rows(),
    judgements=dict.fromkeys(("premises", "technical_support", "business_scope", "knowledge", "systems"), YES),
)


def of(rule_id, facts, on=ON):
    (found,) = [one for one in check(SAFETY, facts, on=on) if one.rule_id == rule_id]
    return found


def outcome(rule_id, facts, on=ON):
    return of(rule_id, facts, on).decision.outcome


# conditions (第九条)


@pytest.mark.rule("SAFE-9")
def test_five_cumulative_conditions_at_submission():
    checks = check(SAFETY, UNIT, on=ON)
    assert verdict(checks, SAFETY).passed
    refs = {key for rule in SAFETY.eligibility for key in rule.ref}
    assert refs == {"9.1", "9.2", "9.3", "9.4", "9.5", "18.p2"}
    assert {rule.measured_on for rule in SAFETY.eligibility} == {"application.submitted"}
    one_missing = replace(UNIT, rows=rows(staff=0))
    assert verdict(check(SAFETY, one_missing, on=ON), SAFETY).outcome is Outcome.FAIL


@pytest.mark.rule("SAFE-9.1")
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("legal_person", Outcome.PASS),
        ("public_institution", Outcome.PASS),
        ("partnership", Outcome.FAIL),
        ("sole_proprietorship", Outcome.FAIL),
        ("branch", Outcome.FAIL),
        ("individual_business", Outcome.FAIL),
        ("unincorporated", Outcome.FAIL),
        ("internal_org", Outcome.FAIL),
        ("other", Outcome.REFER),
    ],
)
def test_only_legal_persons(form, expected):
    found = of("legal_person", replace(UNIT, legal_form=form))
    assert found.decision.outcome is expected
    assert [source.key for source in found.decision.sources if source.document == "safety"] == ["9.1"]


@pytest.mark.rule("SAFE-9.1")
def test_the_code_of_an_individual_business_settles_its_form():
    assert outcome("legal_person", replace(UNIT, uscc="92110105MA04NPQR45")) is Outcome.FAIL
    for code in ("12110000400012345U", "511100005000987658", "521100005000123453"):
        assert outcome("legal_person", replace(UNIT, uscc=code)) is Outcome.PASS


def test_premises_and_support_are_judged():
    for id in ("premises", "technical_support"):
        assert outcome(id, replace(UNIT, judgements={})) is Outcome.REFER
        assert outcome(id, UNIT) is Outcome.PASS
        refused = UNIT.judgements | {id: Judgement(False, "现场没有办公设备")}
        assert outcome(id, replace(UNIT, judgements=refused)) is Outcome.FAIL


@pytest.mark.rule("SAFE-9.2")
@pytest.mark.parametrize(
    ("since", "first"),
    [
        (date(2024, 3, 10), date(2026, 3, 10)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2023, 12, 31), date(2025, 12, 31)),
    ],
)
def test_two_years_of_work_count_from_the_anniversary(since, first):
    facts = replace(UNIT, since={"experience_since": since})
    assert outcome("two_years", facts, first - timedelta(1)) is Outcome.FAIL
    assert outcome("two_years", facts, first) is Outcome.PASS
    assert outcome("business_scope", replace(facts, judgements={})) is Outcome.REFER


@pytest.mark.rule("SAFE-9.3")
def test_an_area_without_a_consultant_is_left_to_the_reviewer():
    assert outcome("coverage", UNIT) is Outcome.PASS
    for missing in AREAS:
        covered = tuple(area for area in AREAS if area != missing)
        facts = replace(UNIT, rows={**UNIT.rows, "consultants": team(6, 2, covered)})
        assert outcome("coverage", facts) is Outcome.REFER
        assert outcome("coverage", replace(facts, judgements=UNIT.judgements | {"coverage": YES})) is Outcome.PASS
    (rule,) = [rule for rule in SAFETY.eligibility if rule.id == "coverage"]
    assert "、".join(rule.params.values) in SAFETY.article("9.3").text


@pytest.mark.rule("SAFE-9.4")
@pytest.mark.parametrize(
    ("count", "senior", "staff", "failing"),
    [
        (6, 2, 1, set()),
        (7, 3, 2, set()),
        (5, 2, 1, {"six_consultants"}),
        (6, 1, 1, {"two_senior"}),
        (7, 2, 0, {"full_time_staff"}),
        (0, 0, 0, {"six_consultants", "two_senior", "full_time_staff"}),
    ],
)
def test_six_consultants_two_senior_one_full_time(count, senior, staff, failing):
    facts = replace(UNIT, rows=rows(count, senior, staff))
    numbers = ("full_time_staff", "six_consultants", "two_senior")
    assert {id for id in numbers if outcome(id, facts) is Outcome.FAIL} == failing
    assert {id for id in numbers if outcome(id, facts) is Outcome.PASS} == set(numbers) - failing


@pytest.mark.rule("SAFE-9.4")
def test_the_same_person_twice_counts_once():
    five = team(5, 2)
    doubled = replace(UNIT, rows={**UNIT.rows, "consultants": (*five, dict(five[0]))})
    assert outcome("six_consultants", doubled) is Outcome.FAIL
    one_senior = team(6, 1)
    twice = replace(UNIT, rows={**UNIT.rows, "consultants": (*one_senior, dict(one_senior[0]))})
    assert outcome("two_senior", twice) is Outcome.FAIL


@pytest.mark.rule("SAFE-9.4")
def test_full_senior_titles_count_as_senior():
    mixed = tuple(row | {"title": "正高级"} if row["title"] == SENIOR else row for row in team(6, 2))
    assert outcome("two_senior", replace(UNIT, rows={**UNIT.rows, "consultants": mixed})) is Outcome.PASS


@pytest.mark.rule("SAFE-9.5")
@pytest.mark.parametrize("decided_on", [date(1998, 1, 1), date(2020, 6, 1), ON])
def test_a_record_of_any_age_needs_a_reviewer_s_reasons(decided_on):
    facts = replace(UNIT, penalties=(Penalty("violation", decided_on),))
    found = of("no_violation", facts)
    assert found.needs_judgement
    assert found.decision.reasons[0].facts["clear_from"] is None
    silent = facts.judgements | {"no_violation": Judgement(True, " ")}
    assert outcome("no_violation", replace(facts, judgements=silent)) is Outcome.REFER
    reasoned = facts.judgements | {"no_violation": Judgement(True, "情节轻微，已经改正")}
    assert outcome("no_violation", replace(facts, judgements=reasoned)) is Outcome.PASS


@pytest.mark.rule("SAFE-9.5")
def test_no_record_and_a_later_one():
    assert outcome("no_violation", UNIT) is Outcome.PASS
    later = replace(UNIT, penalties=(Penalty("violation", ON + timedelta(1)),))
    assert outcome("no_violation", later) is Outcome.PASS
    assert outcome("systems", replace(UNIT, judgements={})) is Outcome.REFER


def test_a_consultant_is_asked_none_of_it():
    assert SAFETY.eligibility_for("consultant") == ()


# no new application for three years (第十八条第二款)


@pytest.mark.rule("SAFE-18.p2")
@pytest.mark.parametrize(
    ("announced", "last"),
    [
        (date(2026, 3, 10), date(2029, 3, 10)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2025, 12, 31), date(2028, 12, 31)),
    ],
)
def test_three_years_from_the_announcement(announced, last):
    span = ban_until(SAFETY, "registry_exit", announced).value
    assert span.last_day == last
    facts = replace(UNIT, bans=(span,), since={"experience_since": date(2010, 1, 1)})
    for day, expected in ((announced, Outcome.FAIL), (last, Outcome.FAIL), (last + timedelta(1), Outcome.PASS)):
        assert outcome("not_banned", facts, day) is expected
        assert banned(SAFETY, [span], on=day).passed is (expected is Outcome.PASS)
    cited = [source.key for source in of("not_banned", facts, last).decision.sources if source.document == "safety"]
    assert cited == ["18.p2"]


@pytest.mark.rule("SAFE-18.p2")
def test_nothing_else_bans_and_consultants_are_free():
    for cause in ("withdrawal", "loss", "expulsion", "list_removal"):
        assert ban_until(SAFETY, cause, ON).value is None
    assert SAFETY.bans_policy.identity == ("uscc",)
    assert SAFETY.bans_policy.basis is Basis.INTERPRETATION


# papers (第十条)


@pytest.mark.rule("SAFE-10")
def test_exactly_six_papers_electronic_and_sealed():
    asked = SAFETY.documents_for("consultancy_unit")
    assert [document.ref[0] for document in asked] == [f"10.{n}" for n in range(1, 7)]
    assert len(SAFETY.documents) == 6
    assert all(d.required and d.seal and d.paper_copies == 1 and "11.1" in d.ref for d in asked)
    assert (SAFETY.documents_policy.allow_extra, SAFETY.documents_policy.paper_too) == (False, True)
    assert SAFETY.documents_for("consultant") == ()


@pytest.mark.parametrize(
    ("item", "id", "name"),
    [
        pytest.param("10.1", "business_licence", "工商营业执照复印件", marks=pytest.mark.rule("SAFE-10.1")),
        ("10.2", "unit_form", "咨询单位登记表"),
        ("10.3", "consultant_forms", "咨询人员登记表"),
        pytest.param("10.4", "process_control", "过程控制体系文件", marks=pytest.mark.rule("SAFE-10.4")),
        pytest.param("10.5", "management_rules", "管理制度", marks=pytest.mark.rule("SAFE-10.5")),
        pytest.param("10.6", "performance_report", "业绩报告", marks=pytest.mark.rule("SAFE-10.6")),
    ],
)
def test_each_paper_is_that_of_the_text(item, id, name):
    (document,) = [document for document in SAFETY.documents if document.id == id]
    assert document.ref[0] == item
    assert document.name == name
    assert name in SAFETY.article(item).text


def test_the_forms_are_filled_in_and_one_stands_for_each_consultant():
    papers = {document.id: document for document in SAFETY.documents}
    assert papers["unit_form"].template
    assert papers["consultant_forms"].per_item_of == "consultants"
    assert papers["business_licence"].by_prefix["12"] == "事业单位法人证书"


@pytest.mark.rule("SAFE-10.6")
def test_six_kinds_of_performance():
    (field,) = [field for field in SAFETY.fields if field.id == "performance"]
    kinds = next(column.choices for column in field.columns if column.id == "kind")
    assert len(kinds) == 7
    assert "、".join(kinds[:6]) in SAFETY.article("10.6").text
    assert kinds[6] == "其他"
    assert next(d.rows for d in SAFETY.documents if d.id == "performance_report") == "performance"


# forms


def field_of(key):
    return next(field for field in SAFETY.fields if key in field.ref)


FORM_1 = {
    "F1.2": ("单位全称", "text", True),
    "F1.3": ("地址", "text", True),
    "F1.4": ("营业执照注册地", "text", True),
    "F1.7": ("法定代表人", "text", True),
    "F1.8": ("办公电话（法定代表人）", "phone", True),
    "F1.9": ("传真（法定代表人）", "phone", False),
    "F1.10": ("主要负责人", "text", True),
    "F1.12": ("办公电话（主要负责人）", "phone", True),
    "F1.13": ("传真（主要负责人）", "phone", False),
    "F1.14": ("安全社区服务业绩", "rows", True),
    "F1.16": ("安全社区咨询员", "rows", True),
    "F1.17": ("专职工作人员", "rows", True),
}
FORM_2 = {
    "F2.2": ("姓名", "text", True),
    "F2.7": ("职务", "text", False),
    "F2.8": ("专业技术职务", "choice", True),
    "F2.9": ("通讯地址", "text", True),
    "F2.13": ("毕业院校", "text", True),
    "F2.14": ("学历", "choice", True),
    "F2.15": ("学位", "choice", True),
    "F2.16": ("资格证书", "rows", False),
    "F2.17": ("现从事安全生产服务工作年限", "integer", True),
    "F2.18": ("工作简历及主要成绩", "long_text", True),
}
UNMARKED = {
    "F1.5": ("统一代码", "uscc", True),
    "F1.6": ("邮编", "postcode", True),
    "F1.11": ("手机", "mobile", True),
    "F1.15": ("安全社区咨询员", "rows", True),
    "F1.18": ("登记日期", "date", True),
    "F2.3": ("性别", "choice", True),
    "F2.4": ("出生日期", "date", True),
    "F2.5": ("照片（一寸）", "photo", True),
    "F2.6": ("工作单位及部门", "text", True),
    "F2.10": ("移动电话", "mobile", True),
    "F2.11": ("E-mail", "email", True),
    "F2.12": ("身份证号", "id_no", True),
}


@pytest.mark.parametrize(
    ("key", "expected"),
    [pytest.param(*pair, marks=pytest.mark.rule(f"SAFE-{pair[0]}")) for pair in {**FORM_1, **FORM_2}.items()]
    + [pytest.param(*pair) for pair in UNMARKED.items()],
)
def test_each_box_of_the_forms_is_a_field(key, expected):
    """The boxes with a rule of their own (a check digit, a comparison) are marked where that rule is."""
    field = field_of(key)
    assert (field.name, field.kind, field.required) == expected
    first = key.startswith("F1")
    assert field.selector.class_ == ("consultancy_unit" if first else "consultant",)
    assert field.filled_by == ("applicant" if first else "consultant")
    assert field.form == SAFETY.label(key.partition(".")[0])


@pytest.mark.rule("SAFE-F1.19", "SAFE-F2.20", "SAFE-F2.21")
def test_opinions_are_written_by_those_who_are_asked():
    filled = {key: (field_of(key).filled_by, field_of(key).required) for key in ("F1.19", "F2.20", "F2.21")}
    assert filled == {"F1.19": ("office", False), "F2.20": ("unit", True), "F2.21": ("office", False)}
    assert {field_of(key).filled_by for key in ("F1.1", "F2.1")} == {"system"}


def test_the_boxes_stand_in_the_order_of_the_forms():
    for form in ("F1", "F2"):
        keys = [key for field in SAFETY.fields for key in field.ref if key.startswith(f"{form}.")]
        numbers = [int(key.partition(".")[2]) for key in keys]
        assert numbers == sorted(numbers)
        missing = set(range(1, len([a for a in SAFETY.articles.values() if a.parent == form]) + 1)) - set(numbers)
        assert missing == ({19} if form == "F2" else set())


@pytest.mark.rule("SAFE-F2.19")
def test_the_consultant_s_commitment_is_verbatim():
    (commitment,) = SAFETY.acceptances_for("consultant")
    assert commitment.kind == "commit"
    assert commitment.text == (
        "本人保证以上所填各项内容的真实性。在咨询工作中,将自觉遵守有关规定,并对所提咨询结论产生的法律后果负责。"
    )
    assert commitment.text in SAFETY.article("F2.19").text
    assert [one.ref[0] for one in SAFETY.acceptances_for("consultancy_unit")] == ["0.3"]


def test_a_table_of_consultants_and_who_is_senior():
    consultants = field_of("F1.15")
    assert consultants.min_rows == 6
    assert [column.id for column in consultants.columns] == ["name", "id_no", "speciality", "title"]
    title = field_of("F2.8")
    assert title.choices == consultants.columns[3].choices == ("初级", "中级", "副高级", "正高级")
    assert not any(field.public for field in SAFETY.fields if field.selector.class_ == ("consultant",))
    assert field_of("F1.5").unique
