"""acg.toml: every word of the source, every rule with its article."""

import re
from decimal import Decimal
from pathlib import Path

import cn2an
import pytest

from association.decisions import Basis, article, convention
from association.rulebook import load, preset, preset_text, presets
from association.rulebook.schema.base import Rule

SOURCE = (Path(__file__).parent / "texts" / "acg.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
BODY, FOOTER = SOURCE[2:-3], "\n".join(SOURCE[-3:])
ITEM = re.compile(r"([一二三四五六七八九十]+)、")
ACG = preset("acg")


def source_articles() -> dict[str, list[str]]:
    """Key → lines of each article as the source document has them."""
    found: dict[str, list[str]] = {}
    for line in BODY:
        if heading := re.match(r"第([一二三四五六七八九十]+)条 (.*)$", line):
            found[str(cn2an.cn2an(heading[1]))] = [heading[2]]
        elif not re.match(r"第[一二三四五六七八九十]+章 ", line):
            found[list(found)[-1]].append(line)
    return found


def paragraphs(lines: list[str]) -> list[str]:
    """款: each line that is no item begins one."""
    found: list[list[str]] = []
    for line in lines:
        if ITEM.match(line):
            found[-1].append(line)
        else:
            found.append([line])
    return ["\n".join(lines) for lines in found]


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


def test_all_45_articles_are_verbatim():
    source = source_articles()
    assert len(source) == 45
    assert {key: ACG.article(key).text for key in source} == {key: "\n".join(lines) for key, lines in source.items()}


def test_paragraphs_and_items_are_verbatim_and_complete():
    expected = {}
    for key, lines in source_articles().items():
        texts = paragraphs(lines)
        if len(texts) > 1:
            expected |= {f"{key}.p{n}": text for n, text in enumerate(texts, start=1)}
        items = [line for line in lines if ITEM.match(line)]
        expected |= {f"{key}.{cn2an.cn2an(ITEM.match(line)[1])}": line for line in items}
    assert {key: a.text for key, a in ACG.articles.items() if a.parent} == expected
    assert {key for key in expected if key.startswith("27.")} == {"27.p1", "27.p2"} | {f"27.{n}" for n in range(1, 15)}


def test_articles_stand_in_the_order_of_the_document_under_its_chapters():
    whole = [a for a in ACG.articles.values() if a.parent is None]
    assert [a.key for a in whole] == [str(n) for n in range(1, 46)]
    lines, chapter = [], ""
    for a in whole:
        if a.chapter != chapter:
            chapter = a.chapter
            lines.append(chapter)
        lines += f"{a.label} {a.text}".split("\n")
    assert lines == BODY


@pytest.mark.rule("ACG-1")
def test_title_and_what_it_rests_on():
    assert ACG.title == "".join(SOURCE[:2])
    assert "本会章程" in ACG.meta.based_on
    assert "本会章程" in ACG.article("1").text


@pytest.mark.rule("ACG-2")
def test_the_charter_rules_are_cited_as_the_charter():
    rule = next(rule for rule in ACG.eligibility_for("unit") if rule.id == "charter_conditions")
    cited = [ACG.citation(source) for source in rule.sources(ACG.id)]
    assert [(c["title"], c["label"]) for c in cited] == [
        ("北京二次元文化创意协会会员管理办法", "第二条"),
        ("北京二次元文化创意协会章程", ""),
    ]


@pytest.mark.rule("ACG-6.p1")
def test_two_classes_are_applied_for():
    applied = {rule.id: rule.kind for rule in ACG.classes if rule.joined_by == "application"}
    assert applied == {"unit": "unit", "person": "person"}


@pytest.mark.rule("ACG-6.p2a")
def test_tiers_of_units_and_their_order():
    assert [(tier.id, tier.rank) for tier in ACG.tiers_of("unit")] == [
        ("member", 1),
        ("council", 2),
        ("standing_council", 3),
        ("vice_president", 4),
        ("president", 5),
    ]
    assert ACG.tiers_of("person") == ()
    assert ACG.tier_at_least("vice_president", "council")
    assert ACG.tier_at_least("council", "council")
    assert not ACG.tier_at_least("member", "council")
    assert not ACG.tier_at_least(None, "member")


def test_employees_are_deemed_and_may_opt_out():
    employee = ACG.member_class("employee")
    assert (employee.joined_by, employee.deemed_from, employee.opt_out) == ("deemed", "unit", True)


def test_who_does_what():
    assert ACG.workflow("admission").first.actor == "membership_dept"
    assert ACG.body("membership_dept").guided_by == "secretariat"
    assert ACG.sanctions.handled_by == ACG.dishonesty.handled_by == "integrity_office"
    assert ACG.body("integrity_office").guided_by == "integrity_committee"


@pytest.mark.parametrize(
    ("item", "document", "seal"),
    [
        pytest.param("17.1", "application_letter", True, marks=pytest.mark.rule("ACG-17.1")),
        pytest.param("17.2", "self_discipline_pact", True, marks=pytest.mark.rule("ACG-17.2")),
        pytest.param("17.3", "registration_certificate", False, marks=pytest.mark.rule("ACG-17.3")),
        pytest.param("17.4", "profile", False, marks=pytest.mark.rule("ACG-17.4")),
    ],
)
def test_documents_of_a_unit(item, document, seal):
    asked = {document.id: document for document in ACG.documents_for("unit")}
    assert list(asked) == ["application_letter", "self_discipline_pact", "registration_certificate", "profile"]
    assert asked[document].ref == (item,)
    assert asked[document].required
    assert asked[document].seal is seal


def test_documents_of_a_person():
    form, identity = ACG.documents_for("person")
    assert form.id == "person_form"
    assert identity.valid_on == "application.submitted"
    assert identity.identity


def test_the_rules_are_accepted_with_the_application():
    assert [rule.id for rule in ACG.acceptances_for("unit")] == ["rules"]
    assert ACG.acceptances_for("unit", at="after_admission") == ()


def test_the_three_steps_and_the_notice():
    admission = ACG.workflow("admission")
    order, step = [], admission.first
    while step:
        order.append((step.id, step.actor, step.action, step.needs_resolution))
        step = admission.after(step.id)
    assert order == [
        ("dept_review", "membership_dept", "review", False),
        ("secretary_general", "secretary_general", "decide", False),
        ("council", "council", "resolve", True),
        ("notify", "membership_dept", "notify", False),
    ]
    assert admission.step("dept_review").refusal("reject").cites_rule
    assert admission.step("secretary_general").refusal("reject") is None
    assert admission.step("council").refusal("send_back").to == "dept_review"


@pytest.mark.parametrize(
    ("workflow", "step", "n", "start"),
    [
        ("admission", "notify", 10, "decision.approved"),
        ("registration_initial", "register", 10, "registration.accepted"),
        ("registration_renewal", "review_past_years", 20, "registration.accepted"),
        ("registration_again", "review_terms", 20, "registration.accepted"),
        ("registration_initial", "publish", 10, "registration.completed"),
    ],
)
def test_working_day_limits(workflow, step, n, start):
    limit = ACG.workflow(workflow).step(step).deadline
    assert (limit.n, limit.unit, limit.from_) == (n, "workday", start)


def test_three_kinds_of_registration():
    assert [kind.id for kind in ACG.registrations] == ["initial", "renewal", "re_registration"]
    assert all(ACG.has_workflow(kind.workflow) for kind in ACG.registrations)


def test_the_window_of_registration_ends_with_the_later_of_two():
    window = ACG.workflow("registration_initial").window
    year, month = window.closes
    assert (window.opens.n, window.opens.from_) == (0, "application.submitted")
    assert (year.n, year.unit, year.roll, year.basis) == (1, "year", "next_workday", None)
    assert (month.n, month.unit, month.from_, month.basis) == (30, "day", "notice.sent", Basis.GAP)
    sources = ACG.workflow("registration_initial").sources("acg", month)
    assert [(source.key, source.basis) for source in sources] == [("20", Basis.GAP), ("21", Basis.GAP)]


def test_validity_by_kind_of_registration():
    certificate = ACG.certificates_for({"class": "unit"})[0]
    assert certificate.by == ("class", "field")
    kinds = {
        kind: (found.kind, found.n, found.from_)
        for kind in ("initial", "renewal", "re_registration")
        if (found := ACG.validity_for(certificate, {}, kind))
    }
    assert kinds == {
        "initial": ("paid_years", 0, None),
        "renewal": ("years", 1, "previous_expiry"),
        "re_registration": ("years", 1, "registration.completed"),
    }


def test_fees_are_prorated_by_months_and_prepaid_from_council_up():
    fees = ACG.fees
    assert (fees.proration.method, fees.proration.denominator, fees.proration.ref) == ("months", 12, ("30", "24"))
    assert (fees.due.month, fees.due.day, fees.due.inclusive) == (6, 30, True)
    assert fees.quantum == Decimal("0.01")
    mandatory = fees.prepayment.mandatory_for
    held = [tier.id for tier in ACG.tiers if ACG.matches(mandatory, {"class": "unit", "tier": tier.id})]
    assert held == ["council", "standing_council", "vice_president", "president"]
    assert not ACG.matches(mandatory, {"class": "unit"})
    assert not ACG.matches(mandatory, {"class": "person"})


def test_fourteen_services_each_with_its_own_item():
    services = {rule.ref[0] for rule in ACG.entitlements if rule.kind == "service"}
    assert services == {f"27.{n}" for n in range(1, 15)}


def test_five_grounds_and_five_rungs():
    assert [ground.ref[0] for ground in ACG.sanctions.grounds] == [f"37.{n}" for n in range(1, 6)]
    for ground in ACG.sanctions.grounds:
        verbatim = ACG.article(ground.ref[0]).text.split("、", 1)[1].rstrip(";。").replace(",", "，")
        assert ground.text == verbatim
    assert [(rung.rank, rung.name) for rung in ACG.sanctions.ladder] == [
        (1, "警告"),
        (2, "严重警告"),
        (3, "通报批评"),
        (4, "暂停行使会员权利"),
        (5, "除名"),
    ]


@pytest.mark.rule("ACG-45")
def test_who_may_adopt_and_who_interprets():
    assert ACG.adopted_by == ("council", "standing_council")
    assert ACG.meta.interpreted_by == "secretariat"
    assert ACG.meta.implemented_by == "membership_dept"
    assert ACG.adoptable
    assert ACG.effective_on is None


@pytest.mark.rule("ACG-45.f")
def test_the_page_footer():
    profile = ACG.profile
    footer = (
        f"联系电话:{profile.phone} | 电子邮箱:{profile.email} | 通信地址:{profile.address}\n"
        f"{profile.icp} {profile.copyright}\n"
        f"业务主管单位:{profile.supervising_unit} | 社团登记机关:{profile.registration_authority}"
    )
    assert footer == FOOTER


def test_every_rule_cites_an_article_with_text_and_label():
    found = list(rules(ACG))
    assert len(found) > 150
    for path, rule in found:
        for source in rule.sources("acg"):
            cited = ACG.citation(source)
            assert cited["title"], path
            if source.document == "acg":
                assert re.match(r"第[一二三四五六七八九十百零]+条", cited["label"]), path
                assert cited["text"] == ACG.article(source.key).text, path


def test_a_reading_or_a_hole_is_explained():
    """A basis other than the text says in a note what the association reads or fills, or its parent does."""
    silent = [path for path, rule in rules(ACG) if rule.basis is not Basis.TEXT and not rule.note]
    assert silent == [("workflows", "restoration", 0, "steps", 0), ("workflows", "restoration", 0, "steps", 1)]
    assert ACG.workflow("restoration").note


def test_no_amount_of_money_is_in_the_rules():
    """Standards are entered by the installation; the only amounts are those of article 15."""
    text = preset_text("acg").split("[articles_meta", 1)[1]
    assert re.findall(r'"(\d{4,})"', text) == ["10000000", "1000000", "1000000"]


def test_citation_of_what_is_no_article():
    cited = ACG.citation(convention("C-4"))
    assert (cited["document"], cited["label"], cited["text"]) == ("convention", "C-4", "")


def test_citation_has_the_fields_of_the_api():
    cited = ACG.citation(article("acg", "30", "interpretation", "入会当月计入"))
    assert cited == {
        "document": "acg",
        "title": "北京二次元文化创意协会会员管理办法",
        "article": "30",
        "label": "第三十条",
        "text": source_articles()["30"][0],
        "basis": "interpretation",
        "note": "入会当月计入",
    }


def test_presets():
    assert "acg" in presets()
    assert all(load(preset_text(id)).id == id for id in presets())
    for wrong in ("nosuch", "../rulebooks/acg", ""):
        with pytest.raises(LookupError):
            preset_text(wrong)


@pytest.mark.rule("ACG-27.p2")
def test_what_members_of_branches_have_beside_it_the_branches_say():
    assert ACG.branches.own_rules
    assert "27.p2" in ACG.branches.ref
    assert "由各分支机构另行规定" in ACG.articles["27.p2"].text
    assert not [one for one in ACG.entitlements if "27.p2" in one.ref]


@pytest.mark.rule("ACG-27.6")
def test_everybody_may_take_part_in_charity_while_their_rights_do_not_rest():
    (charity,) = [one for one in ACG.entitlements if "27.6" in one.ref]
    assert (charity.kind, charity.text) == ("service", "参与本会组织的公益活动")
    assert set(charity.holder) == {rule.id for rule in ACG.classes}
    assert charity.blocked_when == ("suspended",)


@pytest.mark.rule("ACG-15.p2c")
def test_sizes_name_the_standard_that_they_follow():
    assert [size.citation for size in ACG.sizes] == ["《中小企业划型标准规定》（工信部联企业〔2011〕300号）"] * 3
    assert "工信部联企业〔2011〕300号" in ACG.articles["15.p2"].text
