"""servicepool.toml: the rules of the service institutions (服务机构库), whole, and what they decide."""

import hashlib
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement, Penalty
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Basis, Outcome, Refused
from association.models import Body
from association.rulebook import preset, preset_text
from association.rules.counting import months_before, threshold
from association.rules.deadlines import calendar_of, deadline
from credit.rules.bans import ban_until, banned

SVC = preset("servicepool")
REGISTRY = SVC.registries[0]
CALENDAR = calendar_of(SVC)
ON = date(2026, 3, 20)
YES = Judgement(True, "已核实")
JUDGED = ("ability", "team", "quality", "reputation")
SOURCE = "9cd66c0645edc2c6cd3089a8d1b798fba3d06bb7579b1bb953bb38bbf7e94700"
"""SHA-256 of the document as it was published, its headings with it, without white space."""

WITH_TIERS = SVC.model_copy(update={"tiers": preset("acg").tiers})
"""As the program reads it: the tiers are those of the association's members."""


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def institution(**changes):
    facts = {
        "class_id": "institution",
        "tier": "council",
        "legal_form": "legal_person",
        "penalties": (),
        "declarations": {"purpose": True},
        "judgements": dict.fromkeys(JUDGED, YES),
    }
    return Facts(**(facts | changes))


def outcome(facts, on=ON):
    return verdict(check(WITH_TIERS, facts, on=on), WITH_TIERS).outcome


def of(rule_id, facts, on=ON):
    (found,) = [one for one in check(WITH_TIERS, facts, on=on) if one.rule_id == rule_id]
    return found.decision


def test_every_word_of_the_document_is_there_in_its_order():
    whole, chapter = "", ""
    for article in SVC.articles.values():
        if article.parent is None:
            heading = article.chapter if article.chapter != chapter else ""
            chapter = article.chapter
            whole += heading + article.label + article.text
    assert hashlib.sha256(plain(whole + SVC.article("21.d").text).encode()).hexdigest() == SOURCE


def test_twenty_one_articles_in_six_chapters():
    whole = [a for a in SVC.articles.values() if a.parent is None]
    assert [a.key for a in whole] == [str(n) for n in range(1, 22)]
    first = {}
    for article in whole:
        first.setdefault(article.chapter, article.key)
    assert first == {
        "一、总 则": "1",
        "二、入库条件": "5",
        "三、审核程序": "7",
        "四、退出机制": "9",
        "五、推广应用": "11",
        "六、附则": "17",
    }


@pytest.mark.parametrize(("key", "items"), [("5", 7), ("6", 13), ("7", 4), ("7.4", 5), ("10", 5)])
def test_items_are_cited_one_by_one(key, items):
    lines = SVC.article(key).text.split("\n")
    for n in range(1, items + 1):
        item = SVC.article(f"{key}.{n}")
        assert re.match(rf"({n}\.|\({n}\)) ", item.text)
        assert item.text.split("\n")[0] in lines
    assert f"{key}.{items + 1}" not in SVC.articles


def test_a_sentence_that_was_broken_over_two_pages_is_whole_again():
    assert "开展做好各类服务工作活动。" in SVC.article("5.1").text
    assert SVC.label("7.4.5") == "第七条第四项第五目"
    assert SVC.label("6.p1") == "第六条第一款"


@pytest.mark.parametrize(
    ("key", "slip", "erratum"),
    [
        ("6", "活动的的能力", "“管理服务活动的的能力”重复一“的”字"),
        ("6.p1", "活动的的能力", "“管理服务活动的的能力”重复一“的”字"),
        ("10", "撤消入库资格", "“撤消”应为“撤销”"),
    ],
)
def test_slips_stand_with_their_note(key, slip, erratum):
    assert slip in SVC.article(key).text
    assert SVC.article(key).erratum == erratum


@pytest.mark.rule("SVC-1")
def test_the_purpose_is_shown():
    assert "“服务会员、服务行业、服务政府、服务社会”" in SVC.article("1").text
    assert SVC.title == "湖北省安全技术防范行业协会服务机构库管理办法（试行）"
    assert SVC.meta.association == "湖北省安全技术防范行业协会"


def test_a_registry_on_trial_since_28_april_2025():
    assert (SVC.meta.kind, SVC.status, SVC.adoptable) == ("registry", "trial", True)
    assert SVC.effective_on == date(2025, 4, 28)
    assert SVC.repealed_on is None
    assert SVC.meta.basis is Basis.INTERPRETATION


@pytest.fixture
def forgotten(monkeypatch):
    """A rolled-back test leaves its versions in the process; SQLite gives their keys again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    yield
    queries.governing_version.cache_clear()


def passed_by(body: str, day: date = date(2025, 4, 28)):
    meeting = resolutions.hold_meeting(Body.objects.get(key=body), "会议", held_on=day)
    draft = resolutions.draft(meeting, f"{body}-{day}", "关于办法的决议", by=SYSTEM)
    return resolutions.pass_bare(draft, on=day)


def adopt(version, resolution, day: date = date(2025, 4, 28)):
    return rulebooks.adopt(version, effective_from=day, resolution=resolution, by=SYSTEM, on=day)


@pytest.fixture
def stored(db, forgotten):
    """An association whose members have council tiers, and the registry's rules not yet adopted."""
    profile.set_up("湖北省安全技术防范行业协会")
    founded = date(2024, 5, 20)
    bodies.sync(preset("acg"))
    adopt(rulebooks.store(preset_text("acg"), by=SYSTEM), passed_by("council", founded), founded)
    bodies.sync(SVC)
    return rulebooks.store(preset_text("servicepool"), by=SYSTEM)


@pytest.mark.rule("SVC-21")
@pytest.mark.parametrize("body", ["council", "standing_council", "members_assembly", "secretariat"])
def test_only_the_presidents_meeting_adopts(stored, body):
    assert SVC.adopted_by == ("president_meeting",)
    assert SVC.meta.interpreted_by == "secretariat"
    with pytest.raises(Refused) as refusal:
        adopt(stored, passed_by(body))
    assert refusal.value.decision.reasons[0].code == "adoption_by_another_body"

    assert adopt(stored, passed_by("president_meeting")).slot == "servicepool"


@pytest.mark.rule("SVC-21.d")
def test_in_force_from_the_day_at_its_foot(stored):
    assert SVC.article("21.d").text == "2025年4月28日"
    assert f"{SVC.effective_on:%Y年%-m月%-d日}" == SVC.article("21.d").text
    adopt(stored, passed_by("president_meeting"))

    assert queries.rulebook_on(date(2025, 4, 28), "servicepool").id == "servicepool"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2025, 4, 27), "servicepool")
    assert queries.rulebook_on(date(2025, 4, 28)).id == "acg"  # it governs no membership


def test_entries_come_by_calls():
    assert REGISTRY.name == "服务机构库"
    assert REGISTRY.entries == ("institution",)
    assert REGISTRY.call.closes_inclusive
    assert "公开征集并经过审核遴选" in SVC.article("2").text


def test_the_lawyer_gives_an_opinion_and_decides_nothing():
    (role,) = SVC.roles
    assert (role.kind, role.veto, role.ref) == ("legal_adviser", False, ("4",))
    assert REGISTRY.exit.opinion_of == "legal_adviser"
    leaving = SVC.workflow("registry_exit")
    assert (leaving.step("opinion").opinion, leaving.step("opinion").optional) == (True, True)
    assert {step.actor for step in leaving.steps if not step.opinion} == {"secretariat"}


@pytest.mark.rule("SVC-5")
@pytest.mark.parametrize(
    ("changes", "failing"),
    [
        ({"declarations": {"purpose": False}}, "purpose"),
        ({"declarations": {}}, "purpose"),
        ({"legal_form": "individual_business"}, "legal_form"),
        ({"penalties": (Penalty("bad_record", date(2025, 1, 1)),)}, "clean_3y"),
        ({"tier": "member"}, "council_member"),
        ({"tier": None}, "council_member"),
        *(({"judgements": dict.fromkeys(JUDGED, YES) | {id: Judgement(False, "不足")}}, id) for id in JUDGED),
    ],
)
def test_all_conditions_together(changes, failing):
    assert outcome(institution()) is Outcome.PASS
    assert of(failing, institution(**changes)).outcome is Outcome.FAIL
    assert outcome(institution(**changes)) is Outcome.FAIL


def test_the_conditions_are_those_of_the_article_in_its_order():
    cited = [rule.ref[0] for rule in SVC.eligibility]
    assert cited == ["5.1", "5.2", "5.2", "5.3", "5.4", "5.5", "5.6", "5.7"]


@pytest.mark.rule("SVC-5.1")
def test_the_purpose_is_declared():
    assert of("purpose", institution()).passed
    (rule,) = [rule for rule in SVC.eligibility if rule.id == "purpose"]
    assert rule.params.question.removeprefix("是否") in SVC.article("5.1").text


@pytest.mark.rule("SVC-5.2")
@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("legal_person", Outcome.PASS),
        ("public_institution", Outcome.PASS),
        ("partnership", Outcome.PASS),
        ("individual_business", Outcome.FAIL),
        ("sole_proprietorship", Outcome.FAIL),
        ("branch", Outcome.FAIL),
        ("internal_org", Outcome.FAIL),
        ("unincorporated", Outcome.REFER),
        ("other", Outcome.REFER),
    ],
)
def test_a_legal_person_or_a_partnership(form, expected):
    assert of("legal_form", institution(legal_form=form)).outcome is expected
    assert outcome(institution(legal_form=form)) is expected


def test_the_code_of_a_sole_trader_outweighs_what_was_declared():
    assert of("legal_form", institution(uscc="92110105MA04NPQR45")).outcome is Outcome.FAIL


def test_ability_is_judged():
    assert outcome(institution(judgements={})) is Outcome.REFER


@pytest.mark.rule("SVC-5.3")
@pytest.mark.parametrize("kind", ["bad_record", "serious_dishonesty", "administrative_penalty"])
@pytest.mark.parametrize(
    ("event", "on", "clean"),
    [
        (date(2023, 9, 1), date(2026, 8, 31), False),
        (date(2023, 9, 1), date(2026, 9, 1), False),
        (date(2023, 9, 1), date(2026, 9, 2), True),
        (date(2024, 2, 29), date(2027, 2, 28), False),
        (date(2024, 2, 29), date(2027, 3, 1), True),
    ],
)
def test_three_years_without_a_record_of_three_kinds(kind, event, on, clean):
    facts = institution(penalties=(Penalty(kind, event),))
    assert of("clean_3y", facts, on).passed is clean
    assert outcome(facts, on) is (Outcome.PASS if clean else Outcome.FAIL)


def test_a_record_that_nobody_looked_up_is_missing():
    assert of("clean_3y", institution(penalties=None)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("id", "key"),
    [
        pytest.param("team", "5.4", marks=pytest.mark.rule("SVC-5.4")),
        pytest.param("quality", "5.5", marks=pytest.mark.rule("SVC-5.5")),
        pytest.param("reputation", "5.6", marks=pytest.mark.rule("SVC-5.6")),
    ],
)
def test_what_a_person_judges_is_asked_in_the_words_of_the_item(id, key):
    (rule,) = [rule for rule in SVC.eligibility if rule.id == id]
    assert rule.params.question.removeprefix("是否") in SVC.article(key).text
    unjudged = {judged: YES for judged in JUDGED if judged != id}
    assert of(id, institution(judgements=unjudged)).outcome is Outcome.REFER
    assert of(id, institution()).passed


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        (None, Outcome.FAIL),
        ("member", Outcome.FAIL),
        ("council", Outcome.PASS),
        ("standing_council", Outcome.PASS),
        ("president", Outcome.PASS),
    ],
)
def test_council_and_above_by_the_tiers_of_the_members(tier, expected):
    assert outcome(institution(tier=tier)) is expected


def test_the_tier_must_hold_as_long_as_the_entry_is_listed():
    assert REGISTRY.standing == ("council_member",)
    (rule,) = [rule for rule in SVC.eligibility if rule.id == "council_member"]
    assert rule.params.active
    assert {"tier.changed", "membership.ended", "suspension.effective"} <= set(rule.recheck_on)
    rechecked = [one.rule_id for one in check(WITH_TIERS, institution(), on=ON, event="tier.changed")]
    assert rechecked == ["council_member"]


CATEGORIES = [
    ("管理咨询及财税服务类", "提供管理咨询、财税诊断服务"),
    ("人才和培训服务类", "熟悉人才人事政策；"),
    ("信用及投融资服务类", "熟悉各类金融产品；"),
    ("法律服务类", "熟悉中小企业经营管理方面的法律法规；"),
    ("信息服务类", "提供政策、供需等信息的采集及分析。"),
    ("数字化服务类", "利用先进数字技术"),
    ("技术创新服务类", "熟悉科技创新、知识产权、品牌等扶持政策。"),
    ("新媒体及广告宣传服务类", "熟悉包括社交媒体、移动应用、网络视频等宣传工具。"),
    ("展览展示服务类", "为企业提供展览展示陈列服务"),
    ("礼品、特产及商务接待服务类", "提供礼品、特产以及满足企业商务需求的相关服务。"),
    ("摄影摄像服务类", "提供摄影、摄像、后期制作等服务"),
    ("健康及心理咨询服务类", "提供解决心理问题如焦虑、抑郁等服务"),
]


@pytest.mark.parametrize(
    ("n", "name", "beginning"),
    [
        pytest.param(n, name, words, marks=pytest.mark.rule(f"SVC-6.{n}"))
        for n, (name, words) in enumerate(CATEGORIES, start=1)
    ],
)
def test_a_category_its_place_and_its_definition(n, name, beginning):
    category = SVC.categories[n - 1]
    assert (category.name, category.ref, category.free_text) == (name, (f"6.{n}",), False)
    assert category.definition.startswith(beginning)
    assert SVC.article(f"6.{n}").text == f"{n}. {name}：{category.definition}"


def test_thirteen_categories_the_last_with_a_text_of_its_own():
    assert len(SVC.categories) == 13
    other = SVC.categories[12]
    assert (other.name, other.free_text, other.definition, other.ref) == ("其他类", True, "", ("6.13",))
    assert SVC.article("6.13").text == "13. 其他类。"


def test_one_category_at_least_and_several_allowed():
    policy = SVC.category_policy
    assert (policy.min, policy.max, policy.roots_per_unit) == (1, None, None)
    assert REGISTRY.matching


@pytest.mark.rule("SVC-7")
@pytest.mark.rule("SVC-7.1")
def test_the_two_names_mean_one_form():
    assert "《服务机构入库申请书》" in SVC.article("7").text
    forms = [document for document in SVC.documents_for("institution") if document.given_as == "form"]
    assert [(form.name, form.required) for form in forms] == [("服务机构申请表", True)]
    assert "按同一份表格处理" in SVC.article("7").note


@pytest.mark.parametrize(
    ("document", "field", "columns"),
    [
        ("staff_list", "staff", ["姓名", "职务", "资质"]),
        ("results_table", "results", ["服务对象", "服务内容", "服务时间", "服务成果"]),
    ],
)
def test_two_tables_of_at_least_one_row(document, field, columns):
    (paper,) = [one for one in SVC.documents if one.id == document]
    assert (paper.rows, paper.given_as, paper.required) == (field, "rows", True)
    (table,) = [one for one in SVC.fields if one.id == field]
    assert (table.kind, table.min_rows, table.required) == ("rows", 1, True)
    assert [column.name for column in table.columns] == columns


@pytest.mark.rule("SVC-7.4.1")
def test_four_texts_on_the_services():
    asked = [field for field in SVC.fields_for("institution") if "7.4.1" in field.ref]
    assert [field.name for field in asked] == ["服务内容", "服务对象", "集聚资源", "收费标准"]
    assert "、".join(field.name for field in asked) in SVC.article("7.4.1").text
    assert all(field.required and field.kind == "long_text" for field in asked)


@pytest.mark.rule("SVC-7.4.2")
def test_one_of_two_descriptions_of_the_effect_is_enough():
    which, text = (field for field in SVC.fields if field.ref == ("7.4.2",))
    assert (which.kind, which.choices) == ("choice", ("服务效果自评情况", "典型案例描述"))
    assert (text.kind, text.required) == ("long_text", True)
    assert "或".join(which.choices) in SVC.article("7.4.2").text


@pytest.mark.rule("SVC-7.4.3")
@pytest.mark.rule("SVC-7.4.4")
def test_certificate_or_licence_and_the_premises():
    papers = {document.id: document for document in SVC.documents_for("institution")}
    assert papers["registration_certificate"].any_of == ("法人证书", "营业执照副本")
    assert papers["registration_certificate"].ref == ("7.4.3",)
    assert papers["premises"].name in SVC.article("7.4.4").text
    uploads = [document for document in papers.values() if document.given_as == "upload"]
    assert [document.ref[0] for document in uploads] == ["7.4.3", "7.4.4", "7.4.5"]
    assert all(document.required for document in uploads)


@pytest.mark.parametrize(
    ("applied", "oldest"),
    [
        (date(2026, 8, 31), date(2026, 2, 28)),
        (date(2026, 8, 28), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2025, 9, 1)),
    ],
)
def test_the_credit_report_is_at_most_six_months_old(applied, oldest):
    (report,) = [document for document in SVC.documents if document.id == "credit_report"]
    age = report.max_age
    assert (age.unit, age.from_, age.basis) == ("month", "application.submitted", Basis.GAP)
    assert months_before(applied, age.n) == oldest


def test_the_steps_of_the_review():
    entry = SVC.workflow("registry_entry")
    assert [(step.id, step.action) for step in entry.steps] == [
        ("materials", "review"),
        ("onsite", "onsite"),
        ("decide", "decide"),
        ("publish", "publish"),
        ("list", "register"),
    ]
    assert [step.id for step in entry.steps if step.waivable] == ["onsite"]
    assert entry.step("publish").publicity == REGISTRY.publicity
    assert entry.step("materials").refusal("reject").cites_rule


@pytest.mark.parametrize(
    ("shown", "last"),
    [
        (date(2026, 9, 18), date(2026, 9, 24)),  # Sunday 20 September is worked
        (date(2026, 9, 21), date(2026, 9, 29)),  # 25 to 27 September are days of rest
        (date(2026, 3, 2), date(2026, 3, 9)),
    ],
)
def test_results_are_shown_for_five_working_days(shown, last):
    decision = deadline(SVC, REGISTRY, REGISTRY.publicity, events={"result.publicised": shown}, calendar=CALENDAR)
    assert decision.value.day == last
    cited = [source for source in decision.reasons[0].sources if source.document == "servicepool"]
    assert [(source.key, source.basis) for source in cited] == [("8", Basis.GAP)]


@pytest.mark.rule("SVC-10")
def test_whoever_is_removed_may_apply_the_next_day():
    assert SVC.bans == ()
    decision = ban_until(SVC, "registry_exit", date(2026, 3, 10))
    assert decision.value is None
    assert banned(SVC, (), on=date(2026, 3, 11)).passed
    assert outcome(institution(), date(2026, 3, 11)) is Outcome.PASS


@pytest.mark.parametrize(
    ("n", "needs"),
    [
        (1, 0),
        (2, 2),
        pytest.param(3, 0, marks=pytest.mark.rule("SVC-10.3")),
        (4, 1),
        pytest.param(5, 1, marks=pytest.mark.rule("SVC-10.5")),
    ],
)
def test_five_grounds_of_removal_in_their_words(n, needs):
    assert len(REGISTRY.exit.grounds) == 5
    ground = REGISTRY.exit.grounds[n - 1]
    assert ground.ref == (f"10.{n}",)
    assert SVC.article(f"10.{n}").text.rstrip("；。") == f"{n}. {ground.text}"
    assert len(ground.needs) == needs


def test_what_opens_a_case_of_removal():
    leaving = REGISTRY.exit
    assert leaving.triggers == ("voluntary", "tier_lost", "membership_ended", "dissatisfaction")
    assert (leaving.announced, leaving.voluntary_wording) == (True, "退出")


@pytest.mark.parametrize(
    ("satisfied", "ratings", "reached"),
    [(7, 10, True), (17, 24, False), (2, 3, True), (0, 5, True), (70001, 100000, False), (69999, 100000, True)],
)
def test_seventy_percent_itself_is_too_little(satisfied, ratings, reached):
    trigger = REGISTRY.satisfaction.trigger
    assert threshold(trigger.op, trigger.value, Fraction(100 * satisfied, ratings)) is reached


def test_how_satisfaction_is_measured_and_mended():
    rule = REGISTRY.satisfaction
    assert (rule.satisfied, rule.scale, rule.min_ratings, rule.per) == (4, 5, 5, "calendar_year")
    assert (rule.trigger.op, rule.trigger.value) == ("<=", Decimal(70))
    assert rule.basis is Basis.INTERPRETATION
    ordered = {"rectification.ordered": date(2026, 9, 2)}
    decision = deadline(SVC, rule, rule.rectification, events=ordered, calendar=CALENDAR)
    assert decision.value.day == date(2026, 10, 8)  # the 30th day is in the holidays of October
    mending = SVC.workflow("rectification")
    assert [(step.id, step.action) for step in mending.steps] == [("order", "notify"), ("evaluate", "decide")]


SERVICES = {
    "11": "官网、微信、简报及媒体发布",
    "12": "与会员面对面交流",
    "13": "共同策划并实施",
    "14": "定制专题活动或沙龙",
    "15": "官方微信公众号、抖音号、视频号等新媒体渠道",
    "16": "表扬和推荐",
}


@pytest.mark.rule("SVC-13")
@pytest.mark.rule("SVC-14")
def test_what_the_association_does_for_an_entry():
    services = SVC.entitlements_of("institution", kind="service")
    assert [rule.ref for rule in services] == [(key,) for key in SERVICES]
    for rule, piece in zip(services, SERVICES.values(), strict=True):
        assert piece in rule.text
        assert piece in SVC.article(rule.ref[0]).text


def test_a_story_is_approved_before_the_public_sees_it():
    (story,) = [benefit for benefit in SVC.benefits if benefit.ref == ("15",)]
    assert (story.kind, story.audience, story.needs_approval) == ("promotion", "public", True)


def test_the_directory_is_grouped_and_published_in_four_places():
    directory = SVC.directory
    assert (directory.group_by, directory.export) == ("category", ("pdf", "csv"))
    assert directory.channels == ("website", "wechat", "briefing", "media")
    assert directory.fields[:2] == ("name", "category")


@pytest.mark.rule("SVC-17")
def test_being_listed_proves_nothing():
    (disclaimer,) = SVC.directory.disclaimers
    assert disclaimer == SVC.article("17").text
    assert "不作为服务唯一或资格证明" in disclaimer
    assert not REGISTRY.certificate
    assert SVC.certificates == ()


@pytest.mark.rule("SVC-18")
def test_the_association_answers_for_no_cooperation():
    assert SVC.directory.contact_disclaimer == SVC.article("18").text
    assert "协会不负任何法律责任" in SVC.directory.contact_disclaimer


@pytest.mark.rule("SVC-19")
def test_an_entry_may_offer_members_something():
    (offer,) = [field for field in SVC.fields if field.ref == ("19",)]
    assert not offer.required
    assert "对会员提供会员服务机制和政策" in SVC.article("19").text


@pytest.mark.rule("SVC-20")
def test_what_is_not_settled_is_added_later():
    assert SVC.article("20").text == "本办法未尽事宜，实施中结合协会工作实际补充完善。"


def test_what_the_text_does_not_say_is_off():
    assert SVC.tiers == SVC.bans == SVC.appeals == ()
    assert SVC.membership is SVC.fees is SVC.sanctions is SVC.withdrawal is SVC.dishonesty is None
    assert REGISTRY.selection is REGISTRY.assessment is None
