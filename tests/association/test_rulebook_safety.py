"""safety.toml: a registry of consultancies; the notice, 19 articles, two forms, selection, assessment, exit."""

import re
from datetime import date
from decimal import Decimal

import pytest

from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM
from association.decisions import Basis, Refused, article
from association.models import Body
from association.rulebook import RulebookInvalid, Silent, load, preset, preset_text, presets
from association.rulebook.schema.base import Rule
from association.rules.counting import shown, threshold

SAFETY = preset("safety")
(REGISTRY,) = SAFETY.registries


@pytest.fixture
def forgotten(monkeypatch):
    """A rolled-back test leaves its versions in the process; SQLite gives their keys again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    yield
    queries.governing_version.cache_clear()


def rules(value, path=()):
    """Every rule in the book with its path."""
    if isinstance(value, Rule):
        yield path, value
    if hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from rules(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from rules(inner, (*path, key))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from rules(inner, (*path, index))


# the document


@pytest.mark.rule("SAFE-0.1")
def test_what_the_registry_is_and_who_keeps_it():
    meta = SAFETY.meta
    assert (SAFETY.kind, SAFETY.status, SAFETY.version, SAFETY.adoptable) == ("registry", "trial", "safety/2017", True)
    assert SAFETY.title == "北京市安全社区建设咨询服务单位自律管理实施规范（试行）"
    assert SAFETY.title in SAFETY.article("0.1").text
    assert "对拟从事安全社区建设技术咨询服务的单位实施自律管理" in SAFETY.article("0.1").text
    assert (SAFETY.association, meta.issuer, meta.document_no) == (
        "北京市安全生产联合会",
        "北京市安全生产联合会",
        "京安联发〔2017〕4号",
    )
    assert f"{meta.issuer}文件\n{meta.document_no}\n" in SAFETY.article("0").text
    assert SAFETY.body(REGISTRY.operator).name == "北京市安全生产联合会（北京安联）"
    assert "safety" in presets()


@pytest.mark.rule("SAFE-0.4")
def test_the_call_has_a_contact():
    assert SAFETY.article("0.4").text == "联系人：吴静陶；电话：64943795，63522105（传真）"
    assert REGISTRY.call.contact
    assert "0.4" in REGISTRY.call.ref
    assert REGISTRY.call.closes_inclusive


@pytest.mark.rule("SAFE-1")
def test_four_documents_that_it_rests_on():
    numbers = [re.search(r"\(([^()]+)\)$", title)[1] for title in SAFETY.meta.based_on]
    assert numbers == ["安委办〔2011〕38号", "安监总宣教〔2015〕104号", "京安监发〔2010〕140号", "京安发〔2016〕9号"]
    assert all(title in SAFETY.article("1").text for title in SAFETY.meta.based_on)


def test_articles_chapters_and_forms():
    whole = [a.key for a in SAFETY.articles.values() if a.parent is None]
    assert whole == ["0", *(str(n) for n in range(1, 20)), "F1", "F2"]
    chapters = dict.fromkeys(a.chapter for a in SAFETY.articles.values())
    assert list(chapters) == [
        "关于开展安全社区咨询机构遴选工作的通知",
        "第一章 总则",
        "第二章 自律管理机制及申报程序",
        "第三章 自律监督管理",
        "第四章 退出机制",
        "第五章 附则",
        "样表",
    ]
    first = {chapter: next(a.key for a in SAFETY.articles.values() if a.chapter == chapter) for chapter in chapters}
    assert list(first.values()) == ["0", "1", "5", "12", "17", "19", "F1"]


@pytest.mark.parametrize(
    ("key", "items"),
    [("0", 4), ("9", 5), ("10", 6), ("11", 3), ("13", 4), ("14", 5), ("18", 8), ("F1", 19), ("F2", 21)],
)
def test_items_are_parts_of_their_article_in_its_words_and_order(key, items):
    whole = re.sub(r"\s", "", SAFETY.article(key).text)
    parts = [a for a in SAFETY.articles.values() if a.parent == key and a.key != "18.p1"]
    assert len(parts) == items
    at = 0
    for part in parts:
        at = whole.index(re.sub(r"\s", "", part.text), at) + 1


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("0.2", "通知第二段"),
        ("9.4", "第九条第四项"),
        ("16.c", "第十六条后段"),
        ("18.p2", "第十八条第二款"),
        ("F1.12", "单位登记表“办公电话（主要负责人）”栏"),
        ("F2", "安全社区咨询服务人员登记表"),
    ],
)
def test_labels(key, label):
    assert SAFETY.label(key) == label
    assert SAFETY.citation(article("safety", key))["label"] == label


def test_no_key_is_its_own_label():
    assert [key for key, a in SAFETY.articles.items() if a.label == key] == []


def test_what_was_torn_by_a_page_break_is_whole_and_the_odd_number_is_kept():
    assert "应当自觉遵循、实施本规范的要求，为安全社区建设工作" in SAFETY.article("4").text
    assert "考核成绩为“不合格”的单位启动退出机制。" in SAFETY.article("17").text
    assert SAFETY.article("9.4").text.startswith("4、申请单位")
    assert "“4、”" in SAFETY.article("9.4").note
    assert "<p" not in preset_text("safety")


@pytest.mark.rule("SAFE-19")
def test_the_wrong_word_of_the_last_article_stays_with_its_erratum():
    last = SAFETY.article("19")
    assert last.text == "本办法自颁布之日起实施，由北京安联负责解释。"
    assert last.erratum == "“本办法”应为“本规范”。"
    assert [key for key, a in SAFETY.articles.items() if a.erratum] == ["19"]
    assert SAFETY.meta.interpreted_by == "anlian"
    assert (SAFETY.adopted_on, SAFETY.effective_on, SAFETY.repealed_on) == (None, None, None)
    assert "未载明颁布日期" in SAFETY.meta.note


@pytest.mark.rule("SAFE-19")
@pytest.mark.django_db
@pytest.mark.usefixtures("forgotten")
def test_in_force_from_the_day_entered_beside_the_members_rulebook():
    profile.set_up("北京市安全生产联合会")
    bodies.sync(SAFETY)
    version = rulebooks.store(preset_text("safety"), by=SYSTEM)
    adoption = {"effective_from": date(2017, 9, 20), "by": SYSTEM, "on": date(2026, 9, 1)}
    with pytest.raises(Refused):
        rulebooks.adopt(version, resolution=None, **adoption)
    meeting = resolutions.hold_meeting(Body.objects.get(key="anlian"), "会议", held_on=date(2017, 9, 20))
    drafted = resolutions.draft(meeting, "4号", "关于实施规范的决定", by=SYSTEM)
    rulebooks.adopt(version, resolution=resolutions.pass_bare(drafted, on=date(2017, 9, 20)), **adoption)

    for day in (date(2017, 9, 20), date(2017, 9, 21), date(2026, 9, 1)):
        assert queries.rulebook_on(day, "safety").version == "safety/2017"
        with pytest.raises(queries.NoRulebook):
            queries.rulebook_on(day)
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2017, 9, 19), "safety")


def test_what_the_document_does_not_say_is_off():
    assert SAFETY.fees is None
    assert SAFETY.sanctions is None
    assert SAFETY.dishonesty is None
    assert SAFETY.withdrawal is None
    assert SAFETY.membership is None
    assert SAFETY.tiers == SAFETY.certificates == SAFETY.benefits == SAFETY.registrations == ()
    for name in ("admission", "withdrawal", "rectification", "restoration"):
        with pytest.raises(Silent):
            SAFETY.workflow(name)


def test_every_rule_cites_an_article_with_text_and_label():
    found = list(rules(SAFETY))
    assert len(found) > 110
    for path, rule in found:
        for source in rule.sources("safety"):
            cited = SAFETY.citation(source)
            assert cited["text"] == SAFETY.article(source.key).text, path
            assert cited["label"], path


def test_a_reading_or_a_hole_is_explained():
    assert [path for path, rule in rules(SAFETY) if rule.basis is not Basis.TEXT and not rule.note] == []


def test_every_part_is_cited_by_a_rule():
    """Nothing in the document is without a rule, but for wholes whose parts are cited, and the opening words."""
    cited = {key for _, rule in rules(SAFETY) for key in rule.ref}
    cited |= {key for stage in REGISTRY.selection.stages for key in stage.ref}
    cited |= {item for part in REGISTRY.assessment.components for one in part.items for item in one.ref}
    cited |= {ref for part in REGISTRY.assessment.components for ref in part.ref}
    silent = [key for key in SAFETY.articles if key not in cited]
    assert silent == ["16"]


# whom it concerns


@pytest.mark.rule("SAFE-4", "SAFE-5")
def test_duties_of_units_and_consultants():
    duties = {rule.ref[0]: rule for rule in SAFETY.entitlements_of("consultancy_unit", kind="duty")}
    assert list(duties) == ["4", "5", "6", "8", "17"]
    for key in ("4", "5"):
        assert duties[key].text in SAFETY.article(key).text
        assert set(duties[key].holder) == {"consultancy_unit", "consultant"}
    assert SAFETY.meta.implemented_by == "anlian"
    assert "北京安联将充分发挥服务和管理职能" in SAFETY.article("4").text


@pytest.mark.rule("SAFE-8")
def test_unfair_competition_is_a_reason_to_complain():
    (duty,) = [rule for rule in SAFETY.entitlements if rule.ref == ("8",)]
    assert duty.text == "以质量、技术和信誉赢得市场，不得以劣质低价、无序竞争等行为扰乱市场秩序"
    assert duty.text in SAFETY.article("8").text
    (reasons,) = SAFETY.checklists
    assert reasons.items[:2] == ("以劣质低价扰乱市场秩序", "以无序竞争扰乱市场秩序")
    assert reasons.ref[0] == "8"


def test_units_apply_and_consultants_come_with_them():
    unit, consultant = SAFETY.classes
    assert (unit.id, unit.kind, unit.joined_by) == ("consultancy_unit", "unit", "application")
    assert (consultant.kind, consultant.joined_by, consultant.deemed_from) == ("person", "deemed", "consultancy_unit")
    assert REGISTRY.entries == ("consultancy_unit", "consultant")
    assert REGISTRY.third_party
    (authority,) = SAFETY.roles
    assert (authority.kind, authority.read_only, authority.ref) == ("authority", True, ("3",))


def test_the_bodies_and_what_each_does():
    found = {id: (body.name, body.parent) for id, body in SAFETY.bodies.items() if id != "anlian"}
    assert found == {
        "expert_panel": ("专家组", "anlian"),
        "evaluation_group": ("考核评定小组", "anlian"),
        "assessment_group": ("考核工作组", "anlian"),
        "self_discipline_office": ("自律管理办公室", "anlian"),
    }
    for id in ("expert_panel", "evaluation_group", "assessment_group"):
        body = SAFETY.body(id)
        assert body.name in SAFETY.article(body.ref[0]).text
    assert SAFETY.body("self_discipline_office").basis is Basis.INTERPRETATION


# selection, assessment, exit


def test_the_seven_steps_of_a_selection():
    flow = SAFETY.workflow("registry_entry")
    assert flow.mode == "competition"
    assert [(step.id, step.actor, step.action) for step in flow.steps] == [
        ("material_review", "anlian", "review"),
        ("shortlist", "anlian", "publish"),
        ("interview", "expert_panel", "interview"),
        ("evaluation", "evaluation_group", "score"),
        ("proposal", "evaluation_group", "decide"),
        ("filing", "anlian", "file"),
        ("announcement", "anlian", "publish"),
    ]
    assert flow.step("material_review").refusal("reject").cites_rule
    assert flow.step("filing").refusal("reject") is None


def test_weights_and_quota_are_the_operator_s_to_enter():
    selection = REGISTRY.selection
    assert [(stage.id, stage.weight, stage.method) for stage in selection.stages] == [
        ("material", None, "score"),
        ("interview", None, "mean"),
    ]
    interview = selection.stages[1]
    assert (interview.panel, interview.interviewee, len(interview.focus)) == (1, "principal", 3)
    assert all(words in SAFETY.article("11.2").text for words in interview.focus)
    assert selection.quota is None
    assert (selection.tie, selection.decided_by) == (("interview", "material"), "evaluation_group")
    assert selection.basis is Basis.GAP


@pytest.mark.parametrize(
    ("key", "component", "item"),
    [
        pytest.param("13.1", "daily", "reporting", marks=pytest.mark.rule("SAFE-13.1")),
        pytest.param("13.2", "daily", "guided_results", marks=pytest.mark.rule("SAFE-13.2")),
        ("13.3", "daily", "feedback"),
        ("13.4", "daily", "complaints"),
        ("14.1", "annual", "licences"),
        pytest.param("14.2", "annual", "service_quality", marks=pytest.mark.rule("SAFE-14.2")),
        pytest.param("14.3", "annual", "management", marks=pytest.mark.rule("SAFE-14.3")),
        pytest.param("14.4", "annual", "fees", marks=pytest.mark.rule("SAFE-14.4")),
        pytest.param("14.5", "annual", "government", marks=pytest.mark.rule("SAFE-14.5")),
    ],
)
def test_what_is_looked_at_in_an_assessment(key, component, item):
    (part,) = [part for part in REGISTRY.assessment.components if part.id == component]
    position = [one.ref for one in part.items].index((key,))
    assert part.items[position].id == item
    assert position == int(key.rpartition(".")[2]) - 1
    assert part.items[position].name in SAFETY.article(key).text


def graded(daily, annual):
    """The examples of article 15 by the weights and bands of the file."""
    assessment = REGISTRY.assessment
    scores = {"daily": Decimal(daily), "annual": Decimal(annual)}
    total = sum(part.weight * scores[part.id] for part in assessment.components)
    bands = [band for band in assessment.bands if band.value is None or threshold(band.op, band.value, total)]
    return bands[0].name, shown(total)


@pytest.mark.parametrize(
    ("daily", "annual", "grade", "seen"),
    [
        ("70", "95", "优秀", "85.00"),
        ("84.9875", "85", "良好", "84.99"),
        ("75", "75", "良好", "75.00"),
        ("74.99", "75", "合格", "74.99"),
        ("60", "60", "合格", "60.00"),
        ("59.99", "60", "不合格", "59.99"),
        ("0", "0", "不合格", "0.00"),
        ("100", "100", "优秀", "100.00"),
    ],
)
def test_weights_and_bands_of_article_15(daily, annual, grade, seen):
    assert graded(daily, annual) == (grade, Decimal(seen))
    assert not REGISTRY.assessment.round_before_grading


def test_the_window_is_the_fourth_quarter_and_the_grades_have_effects():
    assessment = REGISTRY.assessment
    assert (assessment.window.from_, assessment.window.until) == ("10-01", "12-31")
    assert (assessment.recommends, assessment.new_recommended) == (("优秀", "良好"), True)
    assert (assessment.opens_exit, assessment.consecutive_fail, assessment.ranking) == (("不合格",), 2, True)
    assert (assessment.assessed_by, assessment.full_marks) == ("assessment_group", 100)
    assert [band.name for band in assessment.bands] == ["优秀", "良好", "合格", "不合格"]


@pytest.mark.parametrize(
    ("number", "verified", "mandatory"),
    [
        pytest.param(1, False, False, marks=pytest.mark.rule("SAFE-18.1")),
        pytest.param(2, False, False, marks=pytest.mark.rule("SAFE-18.2")),
        (3, True, False),
        pytest.param(4, False, False, marks=pytest.mark.rule("SAFE-18.4")),
        pytest.param(5, False, False, marks=pytest.mark.rule("SAFE-18.5")),
        pytest.param(6, False, False, marks=pytest.mark.rule("SAFE-18.6")),
        (7, False, True),
    ],
)
def test_the_seven_grounds_of_an_exit_are_verbatim(number, verified, mandatory):
    assert len(REGISTRY.exit.grounds) == 7
    ground = REGISTRY.exit.grounds[number - 1]
    assert ground.ref == (f"18.{number}",)
    assert ground.text == SAFETY.article(f"18.{number}").text.split(". ", 1)[1].rstrip("；。")
    assert (ground.verified_complaint, ground.mandatory) == (verified, mandatory)
    assert ground.needs


def test_an_exit_is_proposed_by_a_grade_and_decided_by_people():
    assert REGISTRY.exit.triggers == ("failed", "failed_twice")
    assert REGISTRY.exit.outcomes == ("rectify", "exit", "dismiss")
    flow = SAFETY.workflow("registry_exit")
    assert [(step.id, step.action) for step in flow.steps] == [
        ("finding", "review"),
        ("decision", "decide"),
        ("announcement", "publish"),
    ]
    assert flow.step("decision").refusal("reject").reasons_required


def test_what_is_announced():
    assert [(rule.id, rule.on) for rule in SAFETY.announcements] == [
        ("shortlist", "review.passed"),
        ("listed", "decision.approved"),
        ("ranking", "assessment.published"),
        ("exited", "entry.exited"),
    ]
    hidden = {"id_no", "mobile", "principal_mobile", "email", "consultants"}
    assert not hidden & {field for rule in SAFETY.announcements for field in rule.fields}
    assert not hidden & set(SAFETY.directory.fields)


def test_an_assessment_without_its_second_part_is_refused():
    """The weights of the parts must add up: half of the formula is no formula."""
    text = preset_text("safety").replace('weight = "0.4"', 'weight = "0.3"')
    with pytest.raises(RulebookInvalid) as refusal:
        load(text)
    assert [(problem.path, problem.code) for problem in refusal.value.problems] == [
        ("registries[safety].assessment.components", "weights")
    ]
