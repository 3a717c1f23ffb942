"""gen3.toml: an exchange's rules, repealed in 2007. They are read, never adopted."""

from datetime import date
from hashlib import sha256

import pytest

from admissions.rules import eligibility
from admissions.rules.facts import Facts
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Outcome, Refused
from association.models import Adoption, Body
from association.rulebook import Silent, load, preset, preset_text
from association.rulebook.problems import RulebookInvalid

GEN3 = preset("gen3")
LICENSED = ("brokerage", "proprietary", "both")
EXPIRES = date(2001, 6, 30)


def in_force(day: date) -> bool:
    return GEN3.effective_on <= day < GEN3.repealed_on


def test_articles_under_their_chapters():
    whole = [(one.key, one.chapter) for one in GEN3.articles.values() if one.parent is None]
    assert whole == [
        ("0.1", ""),
        ("0.2", ""),
        ("0.3", ""),
        ("1", "第一章 总则"),
        ("2", "第一章 总则"),
        ("3", "第二章 代理业务"),
        ("4", "第二章 代理业务"),
        ("5", "第二章 代理业务"),
    ]
    for whole in ("1", "3"):
        items = [one.text for one in GEN3.articles.values() if one.parent == whole]
        assert GEN3.article(whole).text.split("\n")[1:] == items
    assert [GEN3.label(key) for key in ("0.1", "0.2", "0.3", "3.11")] == ["文章属性", "题注", "引言", "第三条第十一项"]


def test_the_words_are_those_of_the_document():
    """Digest of the source without its headings, article numbers and line breaks."""
    words = "".join("".join(one.text.split()) for one in GEN3.articles.values() if one.parent is None)
    assert (len(words), sha256(words.encode()).hexdigest()[:16]) == (780, "4b3e99d795a7e23f")


@pytest.mark.rule("GEN3-0.1")
def test_what_the_document_prints_of_itself():
    meta, printed = GEN3.meta, GEN3.article("0.1").text
    assert (GEN3.status, GEN3.kind, GEN3.adoptable) == ("repealed", "membership", False)
    assert meta.published_on == meta.effective_on == date(1998, 8, 10)
    for word in (meta.document_no, meta.issuer, meta.level, meta.topic, "失效", "1998.08.10"):
        assert word in printed
    assert (meta.document_no, meta.level) == ("深证发[1998]194号", "行业规定")


@pytest.mark.rule("GEN3-0.2")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(1998, 8, 9), False),
        (date(1998, 8, 10), True),
        (date(2007, 2, 26), True),
        (date(2007, 4, 30), True),
        (date(2007, 5, 1), False),
        (date(2026, 11, 21), False),
    ],
)
def test_in_force_until_its_successor_takes_effect(day, expected):
    assert in_force(day) is expected


@pytest.mark.rule("GEN3-0.2")
def test_it_names_what_replaced_it():
    assert GEN3.meta.replaced_by in GEN3.article("0.2").text
    assert GEN3.meta.replaced_by.startswith("《深圳证券交易所会员管理规则》")
    assert "2007年4月30日" in GEN3.article("0.2").note


@pytest.mark.rule("GEN3-0.2")
@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(1998, 8, 10), date(2007, 4, 30), date(2007, 5, 1), date(2026, 11, 21)])
def test_it_is_never_adopted(day):
    profile.set_up("深圳证券交易所")
    bodies.sync(GEN3)
    version = rulebooks.store(preset_text("gen3"), by=SYSTEM)
    meeting = resolutions.hold_meeting(Body.objects.get(key="exchange"), "会议", held_on=day)
    resolution = resolutions.pass_bare(resolutions.draft(meeting, "1号", "启用", by=SYSTEM), on=day)
    with pytest.raises(Refused) as refusal:
        rulebooks.adopt(version, effective_from=day, resolution=resolution, by=SYSTEM, on=day)
    (reason,) = refusal.value.decision.reasons
    assert reason.code == "rulebook_not_adoptable"
    assert "0.2" in {source.key for source in reason.sources}
    assert not Adoption.objects.exists()


def test_a_repealed_document_cannot_be_made_adoptable_by_its_file():
    text = preset_text("gen3").replace("adoptable = false", "adoptable = true")
    with pytest.raises(RulebookInvalid) as invalid:
        load(text)
    assert [problem.code for problem in invalid.value.problems] == ["repealed"]


@pytest.mark.rule("GEN3-0.3")
def test_what_it_rests_on():
    opening = GEN3.article("0.3").text
    assert "为保证市场安全,有效防范风险," in opening
    (basis,) = GEN3.meta.based_on
    assert basis == "中国证监会《关于加强证券交易所会员管理的通知》"
    assert f"根据{basis}的规定,制订本办法。" in opening


@pytest.mark.rule("GEN3-1")
def test_four_scopes_of_business_each_with_an_approval():
    scopes = GEN3.categories_for("member", None)
    assert [(scope.id, scope.ref[0]) for scope in scopes] == [
        ("brokerage", "1.1"),
        ("proprietary", "1.2"),
        ("both", "1.3"),
        ("other", "1.4"),
    ]
    assert all(scope.approved for scope in scopes)
    assert GEN3.category_policy.name == "业务范围"
    for scope in scopes:
        assert scope.name in GEN3.article(scope.ref[0]).text
        assert scope.definition.replace("，", ",") in GEN3.article(scope.ref[0]).text


def test_three_scopes_exclude_each_other():
    excluded = {scope.id: set(scope.exclusive_with) for scope in GEN3.categories}
    assert excluded == {
        "brokerage": {"proprietary", "both"},
        "proprietary": {"brokerage", "both"},
        "both": {"brokerage", "proprietary"},
        "other": set(),
    }


@pytest.mark.rule("GEN3-1.4")
def test_the_fourth_scope_is_said_in_words():
    free = [scope.id for scope in GEN3.categories if scope.free_text]
    assert free == ["other"]
    assert GEN3.article("1.4").text == "(四)本所规定的其他业务。"


def licensed(scope: str, *, licence: date | None = EXPIRES, qualification: date | None = date.max) -> Facts:
    papers = {"licence": licence, "qualification": qualification}
    return Facts("member", categories=(scope,), documents={key: day for key, day in papers.items() if day})


@pytest.mark.rule("GEN3-2")
@pytest.mark.parametrize("scope", LICENSED)
@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2001, 6, 29), "document_valid"),
        (EXPIRES, "document_valid"),
        (date(2001, 7, 1), "document_expired"),
        (date(2002, 1, 1), "document_expired"),
    ],
)
def test_a_scope_needs_a_licence_that_has_not_expired(scope, on, code):
    licence, qualification = eligibility.check(GEN3, licensed(scope), on=on)
    assert licence.decision.reasons[0].code == code
    assert licence.decision.passed is (code == "document_valid")
    assert qualification.decision.passed
    assert {source.key for source in licence.decision.sources} == {"2"}


@pytest.mark.rule("GEN3-2")
@pytest.mark.parametrize("missing", ["licence", "qualification"])
def test_both_papers_are_asked_for(missing):
    checks = eligibility.check(GEN3, licensed("both", **{missing: None}), on=EXPIRES)
    assert eligibility.verdict(checks, GEN3).outcome is Outcome.FAIL
    assert [one.rule_id for one in checks if not one.decision.passed] == [f"{missing}_valid"]
    asked = GEN3.documents_for("member", facts={"category": "both"})
    assert [one.id for one in asked] == ["licence", "qualification"]


@pytest.mark.rule("GEN3-2")
def test_the_licence_is_looked_at_again_and_recorded_with_number_issuer_and_expiry():
    again = eligibility.check(GEN3, licensed("brokerage"), on=date(2001, 7, 1), event="decision.approved")
    assert [one.decision.passed for one in again] == [False, True]
    (table,) = GEN3.fields_for("member", {"category": "brokerage"})
    assert [column.name for column in table.columns] == ["证书名称", "编号", "颁发机关", "有效期至"]
    assert table.min_rows == 1


def test_other_business_needs_no_licence():
    assert eligibility.check(GEN3, licensed("other", licence=None, qualification=None), on=EXPIRES) == ()
    assert GEN3.documents_for("member", facts={"category": "other"}) == ()


@pytest.mark.rule("GEN3-3")
def test_the_client_agreement_has_eleven_items():
    (checklist,) = GEN3.checklists
    assert len(checklist.items) == 11
    duty = next(rule for rule in GEN3.entitlements_of("member", kind="duty") if rule.ref == ("3",))
    assert duty.text == "从事证券代理业务的会员应当与客户签订证券买卖代理协议"
    assert GEN3.article("3").text.startswith(f"{duty.text}。协议至少包括以下事项:")


@pytest.mark.parametrize(
    ("n", "item"),
    [
        pytest.param(n, item, marks=pytest.mark.rule(f"GEN3-3.{n}"))
        for n, item in [
            (1, "(一)承诺遵守国家有关法律、法规及本所业务规则;"),
            (2, "(二)向客户阐明证券买卖的风险;"),
            (3, "(三)代理证券买卖的范围和权限;"),
            (4, "(四)客户开户所需证件及其有效性的确认方式和程序;"),
            (5, "(五)委托、交割的方式、内容和要求;"),
            (6, "(六)客户的保证金及证券管理有关事项;"),
            (7, "(七)交易手续费、印花税及其他收费说明;"),
            (8, "(八)会员对客户委托事项的保密责任;"),
            (9, "(九)客户应当履行的交收责任;"),
            (10, "(十)违约责任及免责条款;"),
            (11, "(十一)争议解决办法。"),
        ]
    ],
)
def test_items_of_the_agreement_in_order(n, item):
    assert GEN3.article(f"3.{n}").text == item
    (checklist,) = GEN3.checklists
    assert item.split(")", 1)[1].rstrip(";。") == checklist.items[n - 1]
    assert checklist.ref[n] == f"3.{n}"


@pytest.mark.parametrize(
    ("article", "id"),
    [
        pytest.param("4", "order_records", marks=pytest.mark.rule("GEN3-4")),
        pytest.param("5", "publish_quotes", marks=pytest.mark.rule("GEN3-5")),
    ],
)
def test_duties_outside_the_portal(article, id):
    duties = {rule.id: rule for rule in GEN3.entitlements_of("member", kind="duty")}
    assert duties[id].ref == (article,)
    assert duties[id].text.replace("，", ",") in GEN3.article(article).text
    assert "不属于本系统" in GEN3.article(article).note


def test_what_the_articles_do_not_say_is_off():
    assert GEN3.fees is GEN3.sanctions is GEN3.withdrawal is GEN3.voting is None
    assert GEN3.tiers == GEN3.bans == GEN3.certificates == ()
    with pytest.raises(Silent):
        GEN3.workflow("admission")
