"""What the language can say beyond acg: what other documents need of it."""

import pytest
from pydantic import ValidationError

from association.decisions import Basis, article
from association.rulebook import Silent, load, preset

HEAD = """schema = 1
[rulebook]
id = "demo"
title = "示范协会会员管理办法"
version = "demo/1"
kind = "membership"
status = "template"
ref = ["1"]
[references.charter]
title = "示范协会章程"
articles = { "5" = "会费标准由会员大会制定。" }
[[chapters]]
title = "一、总则"
first = "1"
[[chapters]]
title = "二、会员"
first = "2"
[articles]
"1" = "第一部分"
"2" = "第二部分"
"2.1" = "（一）其一"
"2.1.1" = "1、其一之一"
[articles_meta]
"1" = { label = "一", erratum = "“十一条”应为“八条”" }
"2" = { label = "二" }
[calendar]
ref = ["1"]
[bodies]
office = { name = "办公室", kind = "office", ref = ["1"] }
[[classes]]
id = "person"
name = "个人客户"
kind = "person"
joined_by = "register"
ref = ["2"]
[[classes]]
id = "unit"
name = "企业"
kind = "unit"
joined_by = "application"
ref = ["2"]
[[tiers]]
id = "council"
name = "理事单位"
class = "unit"
rank = 2
ref = ["2"]
[[tiers]]
id = "member"
name = "会员单位"
class = "unit"
rank = 1
ref = ["2"]
[membership]
starts_on = "decision.approved"
ref = ["charter:5", "2"]
basis = "interpretation"
note = "解释"
[[workflows.admission]]
mode = "register"
selector = { class = "person" }
ref = ["2"]
[[workflows.admission.steps]]
id = "register"
actor = "office"
action = "register"
ref = ["2"]
[[workflows.admission]]
mode = "review"
selector = { class = "unit" }
ref = ["2"]
[[workflows.admission.steps]]
id = "check"
actor = "office"
action = "review"
ref = ["2"]
[[certificates]]
id = "plaque"
name = "牌匾"
kind = "plaque"
trigger = "fee.received"
ref = ["2"]
[[certificates.validity]]
kind = "term"
selector = { tier_at_least = "council" }
[[certificates.validity]]
kind = "paid_years"
"""
BOOK = load(HEAD)


def test_a_workflow_of_each_class():
    assert BOOK.workflow("admission", {"class": "person"}).mode == "register"
    assert BOOK.workflow("admission", {"class": "unit"}).mode == "review"
    assert BOOK.workflow("admission", {"class": "person"}).first.id == "register"
    with pytest.raises(LookupError):
        _ = BOOK.workflow("admission").model_copy(update={"steps": ()}).first


def test_one_plaque_of_two_validities():
    (plaque,) = BOOK.certificates_for({"class": "unit", "tier": "council"})
    assert BOOK.validity_for(plaque, {"tier": "council"}).kind == "term"
    assert BOOK.validity_for(plaque, {"tier": "member"}).kind == "paid_years"


def test_another_document_is_cited_with_its_own_title_and_text():
    sources = BOOK.membership.sources("demo")
    assert sources == (
        article("charter", "5", Basis.INTERPRETATION, "解释"),
        article("demo", "2", Basis.INTERPRETATION, "解释"),
    )
    first, second = (BOOK.citation(source) for source in sources)
    assert (first["title"], first["label"], first["text"]) == ("示范协会章程", "第五条", "会费标准由会员大会制定。")
    assert (second["title"], second["label"], second["text"]) == ("示范协会会员管理办法", "二", "第二部分")


def test_an_article_that_a_later_version_dropped_keeps_its_label():
    cited = BOOK.citation(article("demo", "27.11"))
    assert (cited["label"], cited["text"]) == ("第二十七条第十一项", "")


def test_labels_chapters_parents_and_errata():
    assert [(a.key, a.label, a.chapter, a.parent) for a in BOOK.articles.values()] == [
        ("1", "一", "一、总则", None),
        ("2", "二", "二、会员", None),
        ("2.1", "第二条第一项", "二、会员", "2"),
        ("2.1.1", "第二条第一项第一目", "二、会员", "2.1"),
    ]
    assert BOOK.article("1").erratum == "“十一条”应为“八条”"


def test_selectors_match_any_of_a_list_and_nothing_unknown():
    acg = preset("acg")
    small = next(benefit for benefit in acg.benefits if benefit.id == "small_exhibition").selector
    assert acg.matches(small, {"class": "unit", "size": "micro"})
    assert not acg.matches(small, {"class": "unit", "size": "medium_or_larger"})
    assert not acg.matches(small, {"class": "unit", "size": None})
    assert not acg.matches(small, {"size": "micro"})


def test_silence_is_said():
    for ask in (
        lambda: BOOK.article("9"),
        lambda: BOOK.tier("president"),
        lambda: BOOK.body("council"),
        lambda: BOOK.workflow("withdrawal"),
        lambda: BOOK.announcement("member_registry"),
    ):
        with pytest.raises(Silent):
            ask()
    assert BOOK.fees is None
    assert BOOK.bans == ()
    assert not BOOK.has_workflow("withdrawal")


def test_a_rulebook_cannot_be_changed():
    with pytest.raises(ValidationError):
        BOOK.meta.title = "别的办法"
    with pytest.raises(ValidationError):
        BOOK.tiers[0].rank = 9
    with pytest.raises(TypeError):
        BOOK.articles["1"] = BOOK.articles["2"]
