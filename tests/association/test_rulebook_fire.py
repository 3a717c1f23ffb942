"""fire.toml: every word of the source, its errata, and who has which rights and duties."""

import re
from datetime import date
from pathlib import Path

import cn2an
import pytest

from association.decisions import Basis
from association.rulebook import preset

SOURCE = (Path(__file__).parent / "texts" / "fire.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
NOTICE, TITLE, BODY = SOURCE[1:10], SOURCE[10], SOURCE[11:]
FIRE = preset("fire")

RUNGS = {
    "delegate": ("unit", "9", "第十一条", "第八条", (12, 12)),
    "council": ("delegate", "10", "第十二条", "第九条", (18, 15)),
    "standing_council": ("council", "11", "第十三条", "第十条", (23, 17)),
    "vice_president": ("standing_council", "12", "第十四条", "第十一条", (25, 19)),
}
OWN = {"unit": ("8", 8, 8), "delegate": ("9", 4, 4), "council": ("10", 6, 3), "standing_council": ("11", 5, 2)} | {
    "vice_president": ("12", 2, 2)
}


def marked(row, *values):
    """A case that shows the row of the same number."""
    return pytest.param(*values, marks=pytest.mark.rule(f"FIRE-{row}"), id=row)


def source_articles() -> dict[str, list[str]]:
    """Key → lines of each article as the source document has them."""
    found: dict[str, list[str]] = {}
    for line in BODY:
        if heading := re.match(r"第([一二三四五六七八九十]+)条 (.*)$", line):
            found[str(cn2an.cn2an(heading[1]))] = [heading[2]]
        elif not re.match(r"第[一二三四]章 ", line):
            found[list(found)[-1]].append(line)
    return found


def source_items() -> dict[str, str]:
    """Key → text of the groups （一） and the items 1、 under them."""
    found: dict[str, str] = {}
    for key, lines in source_articles().items():
        group = ""
        for line in lines[1:]:
            if bracket := re.match(r"（([一二三四五六七八九十]+)）", line):
                group = f"{key}.{cn2an.cn2an(bracket[1])}"
                found[group] = line
            elif number := re.match(r"(\d+)、", line):
                found[group] += f"\n{line}"
                found[f"{group}.{number[1]}"] = line
    return found


def words(item: str) -> str:
    """An item of the document without its number and its stop."""
    return re.sub(r"^\d+、", "", source_items()[item]).rstrip("；。")


def held(*holders: str, kind: str) -> list[str]:
    return [rule.ref[0] for rule in FIRE.entitlements_of(*holders, kind=kind)]


def test_all_17_articles_are_verbatim():
    source = source_articles()
    assert list(source) == [str(n) for n in range(1, 18)]
    assert {key: FIRE.article(key).text for key in source} == {key: "\n".join(lines) for key, lines in source.items()}


def test_groups_and_items_are_verbatim_and_complete():
    numbered = {key: a.text for key, a in FIRE.articles.items() if a.parent and key.split(".")[0] not in ("0", "13")}
    assert numbered == source_items()
    assert len([key for key in numbered if key.startswith("6.")]) == 13
    assert len([key for key in numbered if key.startswith("7.")]) == 12


def test_article_13_by_paragraph_and_sentence():
    first, second, third = source_articles()["13"]
    parts = {key: a.text for key, a in FIRE.articles.items() if a.parent == "13"}
    assert (parts["13.1"], parts["13.2"], parts["13.3"]) == (first, second, third)
    assert parts["13.3a"] + parts["13.3b"] == third
    assert set(parts) == {"13.1", "13.2", "13.3", "13.3a", "13.3b"}


def test_the_issuing_notice_is_verbatim():
    assert FIRE.article("0").text == "\n".join(NOTICE)
    assert FIRE.article("0.1").text + FIRE.article("0.2").text == NOTICE[1]
    assert FIRE.article("0.3").text.split("\n") == [NOTICE[0], *NOTICE[6:8]]
    assert {FIRE.article(key).parent for key in ("0.1", "0.2", "0.3")} == {"0"}


def test_articles_stand_in_the_order_of_the_document_under_its_chapters():
    whole = [a for a in FIRE.articles.values() if a.parent is None]
    assert [a.key for a in whole] == [str(n) for n in range(18)]
    assert whole[0].chapter == SOURCE[0]
    lines, chapter = [], whole[0].chapter
    for a in whole[1:]:
        if a.chapter != chapter:
            chapter = a.chapter
            lines.append(chapter)
        lines += f"{a.label} {a.text}".split("\n")
    assert lines == BODY


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("0.2", "印发通知（意见反馈）"),
        ("7.2", "第七条（二）"),
        ("7.11", "第七条（十一）"),
        ("8.1", "第八条（一）"),
        ("11.1.5", "第十一条（一）5"),
        ("13.2", "第十三条第二款"),
        ("13.3b", "第十三条第三款第二句"),
        ("17", "第十七条"),
    ],
)
def test_articles_are_cited_as_the_document_prints_them(key, label):
    assert FIRE.article(key).label == label


@pytest.mark.rule("FIRE-0.1")
def test_passed_by_the_council_and_on_trial_without_an_end():
    assert FIRE.title == TITLE
    assert (FIRE.status, FIRE.kind, FIRE.adoptable) == ("trial", "membership", True)
    assert (FIRE.adopted_by, FIRE.meta.resolution) == (("council",), "第五届理事会第一次会议")
    assert FIRE.meta.resolution in FIRE.article("0.1").text
    assert FIRE.adopted_on == FIRE.effective_on == FIRE.meta.published_on == date(2019, 8, 21)
    assert FIRE.repealed_on is None


@pytest.mark.rule("FIRE-1")
def test_it_rests_on_the_charter():
    assert FIRE.meta.based_on == ("北京消防协会章程",)
    assert FIRE.meta.based_on[0] in FIRE.article("1").text


def test_feedback_goes_to_the_secretariat():
    assert (FIRE.feedback.to, FIRE.feedback.ref) == ("secretariat", ("0.2",))


def test_who_is_told_of_a_version():
    told = FIRE.distribution
    assert told.members
    assert told.to == ("各分支机构", "办事机构", "单位和个人会员")
    assert len(told.reported_to) == 4
    assert all(name in FIRE.article("0.3").text for name in (*told.to, *told.reported_to))


@pytest.mark.parametrize(
    ("holder", "erratum"),
    [marked(key, holder, (wrong, right)) for holder, (_, key, wrong, right, _) in RUNGS.items()],
)
def test_a_reference_three_too_high_stands_with_its_erratum(holder, erratum):
    key, (wrong, right) = RUNGS[holder][1], erratum
    assert f"在{wrong}规定的" in FIRE.article(key).text
    assert f"“{wrong}”应为“{right}”" in FIRE.article(key).erratum
    (rung,) = [rung for rung in FIRE.inherits if rung.holder == holder]
    assert (rung.ref, rung.basis) == ((key,), Basis.TEXT)
    assert (rung.from_, f"“{wrong}”应为{right}" in rung.note) == (RUNGS[holder][0], True)


def test_only_what_is_wrong_has_an_erratum():
    assert [key for key, a in FIRE.articles.items() if a.erratum] == ["6.2", "9", "9.1.3", "10", "11", "12"]
    assert "会员代表大会大会" in FIRE.article("9.1.3").text
    assert not FIRE.article("6.2").text.endswith("。")


@pytest.mark.rule("FIRE-8")
@pytest.mark.parametrize("holders", [("unit",), ("person",), ("unit", "ordinary")])
def test_a_person_and_an_ordinary_unit_have_eight_and_eight(holders):
    assert held(*holders, kind="right") == [f"8.1.{n}" for n in range(1, 9)]
    assert held(*holders, kind="duty") == [f"8.2.{n}" for n in range(1, 9)]


@pytest.mark.parametrize(
    ("holder", "counts"), [marked(key, holder, counts) for holder, (_, key, _, _, counts) in RUNGS.items()]
)
def test_each_rung_has_its_own_on_top_of_the_one_below(holder, counts):
    lower, key, _, _, _ = RUNGS[holder]
    rights, duties = held(holder, kind="right"), held(holder, kind="duty")
    assert (len(rights), len(duties)) == counts
    assert rights == held(lower, kind="right") + [ref for ref in rights if ref.startswith(f"{key}.1.")]
    assert duties == held(lower, kind="duty") + [ref for ref in duties if ref.startswith(f"{key}.2.")]
    assert held("unit", holder, kind="right") == rights


def test_a_person_may_be_a_delegate():
    assert len(held("person", "delegate", kind="right")) == len(held("person", "delegate", kind="duty")) == 12


@pytest.mark.parametrize("holder", ["supervisor", "chief_supervisor"])
def test_supervisors_have_what_a_delegate_has_and_nothing_of_the_council(holder):
    assert (len(held(holder, kind="right")), len(held(holder, kind="duty"))) == (12, 12)
    assert not {ref for ref in held(holder, kind="right") if ref.startswith(("10.", "11.", "12."))}
    (rung,) = [rung for rung in FIRE.inherits if rung.holder == holder]
    assert (rung.from_, rung.basis) == ("delegate", Basis.INTERPRETATION)


def test_every_right_and_duty_is_said_in_the_words_of_its_item():
    assert {rule.ref[0] for rule in FIRE.entitlements} == {key for key in source_items() if key.count(".") == 2}
    for rule in FIRE.entitlements:
        assert rule.text == words(rule.ref[0])
        assert rule.kind == ("right" if rule.ref[0].split(".")[1] == "1" else "duty")
        assert not rule.blocked_when


@pytest.mark.parametrize(("holder", "key", "rights", "duties"), [(h, *own) for h, own in OWN.items()])
def test_how_many_each_article_gives(holder, key, rights, duties):
    own = [rule for rule in FIRE.entitlements if holder in rule.holder]
    assert [rule.ref[0] for rule in own] == [f"{key}.1.{n}" for n in range(1, rights + 1)] + [
        f"{key}.2.{n}" for n in range(1, duties + 1)
    ]


@pytest.mark.parametrize(
    ("item", "holder", "piece"),
    [
        marked("8.1.2", "8.1.2", "person", "参加本团体的活动权"),
        marked("8.1.3", "8.1.3", "person", "获得本团体服务的优先权"),
        marked("8.2.1", "8.2.1", "unit", "执行本团体的决议"),
        marked("8.2.2", "8.2.2", "unit", "维护本团体的合法权益和声誉"),
        marked("8.2.3", "8.2.3", "unit", "完成本团体交办的工作"),
        marked("8.2.8", "8.2.8", "person", "积极参加本团体组织开展的党建活动"),
        marked("9.2.1", "9.2.1", "delegate", "带头执行本团体的各项决议和工作部署"),
        marked("9.2.2", "9.2.2", "delegate", "通过走访调研，了解会员的需求"),
        marked("10.1.2", "10.1.2", "council", "就理事会职责范围内的事项"),
        marked("10.2.2", "10.2.2", "council", "在本团体组织的社会化消防服务信用体系建设工作中"),
        marked("10.2.3", "10.2.3", "council", "新产品、新技术、新模式"),
        marked("11.1.2", "11.1.2", "standing_council", "就常务理事会职责范围内的事项"),
        marked(
            "11.2.1",
            "11.2.1",
            "standing_council",
            "在政府制定相关法规和标准过程中，通过常务理事会向政府提交意见和建议",
        ),
        marked("11.2.2", "11.2.2", "standing_council", "为本团体党建工作建言献策"),
        marked("12.1.2", "12.1.2", "vice_president", "对会长办公会职责范围内的事项"),
        marked("12.2.1", "12.2.1", "vice_president", "研究协会的发展方向、发展模式等重大问题"),
        marked("12.2.2", "12.2.2", "vice_president", "积极承办本团体组织的大规模会议"),
    ],
)
def test_what_is_only_said_is_listed_for_its_holder_and_not_below(item, holder, piece):
    kind = "right" if item.split(".")[1] == "1" else "duty"
    (rule,) = [rule for rule in FIRE.entitlements_of(holder, kind=kind) if rule.ref == (item,)]
    assert piece in rule.text
    below = RUNGS[holder][0] if holder in RUNGS else None
    assert below is None or item not in held(below, kind=kind)


def test_meetings_are_made_up_of_those_with_the_right_to_attend():
    attended = {"delegates_assembly": "9.1.1", "council": "10.1.1", "standing_council": "11.1.1"}
    attended["president_meeting"] = "12.1.1"
    for body, right in attended.items():
        assert FIRE.body(body).composed_of
        assert all(right in held(holder, kind="right") for holder in FIRE.body(body).composed_of)
        assert FIRE.body(body).name in FIRE.article(right).text
    assert FIRE.body("council").composed_of == ("council", "standing_council", "vice_president")


@pytest.mark.parametrize(
    ("benefit", "kind", "item", "tiers"),
    [
        ("promotion", "promotion", "9.1.4", {"council", "standing_council", "vice_president"}),
        ("mentoring", "mentoring", "9.2.4", {"council", "standing_council", "vice_president"}),
        ("consulting_price", "discount", "10.1.4", {"council", "standing_council", "vice_president"}),
        ("training_price", "discount", "10.1.5", {"council", "standing_council", "vice_president"}),
        ("events_priority", "priority", "10.1.6", {"council", "standing_council", "vice_president"}),
        ("exchange_priority", "priority", "11.1.4", {"standing_council", "vice_president"}),
        ("representation", "event", "11.1.5", {"standing_council", "vice_president"}),
    ],
)
def test_benefits_are_held_by_those_with_the_right(benefit, kind, item, tiers):
    (rule,) = [rule for rule in FIRE.benefits if rule.id == benefit]
    assert (rule.kind, rule.ref) == (kind, (item,))
    entitled = {tier.id for tier in FIRE.tiers if FIRE.matches(rule.selector, {"class": "unit", "tier": tier.id})}
    supervisors = {"supervisor", "chief_supervisor"} if "delegate" in rule.holders else set()
    assert entitled == tiers | supervisors
    right = "right" if item.split(".")[1] == "1" else "duty"
    assert all(item in held(tier, kind=right) for tier in entitled)
    assert rule.rate is None


def test_who_is_visited_and_helped_and_what_needs_a_resolution():
    rules = {rule.id: rule for rule in FIRE.benefits}
    assert rules["ordinary_visits"].target == rules["mentoring"].target == ("ordinary",)
    assert rules["council_visits"].target == ("council",)
    assert rules["representation"].needs_resolution_of == "standing_council"
    assert rules["council_report"].handled_by == "council"
    assert all(part in FIRE.article("10.2.1").text for part in rules["council_report"].fields)
    assert len(rules["council_report"].fields) == 4
    assert rules["library"].audience == "members"


def test_what_the_document_does_not_say_is_off():
    silent = ("sanctions", "dishonesty", "ratification", "representative", "directory", "amendment", "points")
    assert [name for name in silent if getattr(FIRE, name) is not None] == []
    lists = ("bans", "officers", "announcements", "registrations", "sizes", "choices", "appeals", "acceptances")
    assert [name for name in lists if getattr(FIRE, name)] == []
    assert FIRE.eligibility == ()
    assert (FIRE.fees.due, FIRE.fees.proration, FIRE.fees.prepayment, FIRE.fees.methods) == (None, None, None, ())
    assert FIRE.credit.grades == FIRE.credit.bad == ()
