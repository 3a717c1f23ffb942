"""gen7.toml: the model text 协会会员管理办法, whole, and its rules."""

import hashlib
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from admissions.actions import applications, notices, reviews
from admissions.queries import slots
from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.cases import documents
from association.decisions import Basis, Outcome, Refused
from association.files import keeping
from association.models import Body
from association.models.file import Verdict
from association.rulebook import preset, preset_text
from association.rulebook.schema import Silent
from association.rules.deadlines import calendar_of
from credit.rules.bans import ban_until
from fees.actions import payments, standards
from fees.models import Invoice
from fees.rules import dues
from fees.rules.dues import Standard
from members.models import Membership
from tests import world

GEN7 = preset("gen7")
ON = date(2026, 3, 20)
YES, NO = Judgement(True, "已核实"), Judgement(False, "不属实")
SOURCE = "682b6af2757ce1528711b42e812a49d4b535d76c030b1c6ce36d61c771468205"
"""SHA-256 of the document as it was published, its headings with it, without white space."""


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def person(*claims, since=None, devoted=True, holds=YES):
    """Somebody who claims some of ``reputation`` and ``influence``."""
    said = {"reputation": "reputation" in claims, "influence": "influence" in claims}
    return Facts(
        class_id="person",
        declarations=said if devoted is None else said | {"devotion": devoted},
        since={} if since is None else {"industry_since": since},
        judgements={"charter_conditions": YES, "person_condition_holds": holds} if holds else {},
    )


def unit(ticked=(), holds=YES):
    return Facts(
        class_id="unit",
        declarations={"devotion": True},
        ticked={"unit_condition": frozenset(ticked)},
        judgements={"charter_conditions": YES, "unit_condition_holds": holds} if holds else {},
    )


def outcome(facts, on=ON):
    return verdict(check(GEN7, facts, on=on), GEN7).outcome


def of(rule_id, facts, on=ON):
    (found,) = [one for one in check(GEN7, facts, on=on) if one.rule_id == rule_id]
    return found.decision


def test_every_word_of_the_document_is_there_in_its_order():
    whole = "".join(plain(a.label + a.text) for a in GEN7.articles.values() if a.parent is None)
    assert hashlib.sha256(whole.encode()).hexdigest() == SOURCE


def test_the_parts_are_headed_as_printed():
    parts = [a.label for a in GEN7.articles.values() if a.parent is None]
    assert parts == ["一、总则", "二、会员分类", "三、会员权益", "四、会员申请与评审"]


def test_an_item_stands_in_what_it_is_a_part_of():
    for item in GEN7.articles.values():
        if item.parent:
            assert plain(item.text) in plain(GEN7.article(item.parent).text), item.key
    assert [GEN7.label(key) for key in ("2.1", "2.1.3", "4.1.2", "4.2.1")] == [
        "二、1",
        "二、1（3）",
        "四、1（2）",
        "四、2（1）",
    ]


@pytest.mark.rule("GEN-0")
def test_no_noise_of_the_page_it_came_from():
    texts = "".join(a.text for a in GEN7.articles.values())
    assert not re.search("下载文档|合集下载|相关文档|服务会员制度", texts)


def test_a_template_has_no_association_and_no_dates():
    assert (GEN7.status, GEN7.adoptable, GEN7.meta.association) == ("template", True, "")
    assert GEN7.adopted_on is GEN7.effective_on is GEN7.repealed_on is None
    assert GEN7.adopted_by == ()


FOUNDED = date(2026, 1, 5)


def resolved(number, decides="ordinary"):
    meeting = resolutions.hold_meeting(Body.objects.get(key="review_committee"), "会议", held_on=FOUNDED)
    drafted = resolutions.draft(meeting, number, "决议", decides=decides, taken_from="档案室", by=SYSTEM)
    return resolutions.pass_bare(drafted, on=FOUNDED)


@pytest.fixture
def adopted(db, monkeypatch):
    """In force since ``FOUNDED``. A rolled-back test leaves its versions in the process."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    profile.set_up("某协会")
    bodies.sync(GEN7)
    version = rulebooks.store(preset_text("gen7"), by=SYSTEM)
    rulebooks.adopt(version, effective_from=FOUNDED, resolution=resolved("1号"), by=SYSTEM, on=FOUNDED)
    yield
    queries.governing_version.cache_clear()


@pytest.mark.usefixtures("adopted")
def test_adopted_from_a_day_that_the_association_enters():
    assert queries.rulebook_on(date(2026, 1, 5)).id == "gen7"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2026, 1, 4))


@pytest.mark.rule("GEN7-1")
def test_the_law_that_is_cited_cannot_be_found():
    assert GEN7.meta.based_on == ("《社会团体法》", "《协会章程》")
    article = GEN7.article("1")
    assert "根据《社会团体法》《协会章程》等相关法律法规" in article.text
    assert "《社会团体法》无法核实" in article.note
    assert "《社会团体登记管理条例》" in article.note


@pytest.mark.rule("GEN7-2")
def test_two_classes():
    assert [(rule.name, rule.kind, rule.joined_by) for rule in GEN7.classes] == [
        ("个人会员", "person", "application"),
        ("单位会员", "unit", "application"),
    ]


@pytest.mark.rule("GEN7-2.1")
def test_a_person_claims_one_of_three_conditions_beside_the_other_two():
    assert of("person_condition", person()).outcome is Outcome.FAIL
    assert outcome(person()) is Outcome.FAIL
    assert outcome(person("influence")) is Outcome.PASS
    assert outcome(person("influence", devoted=None)) is Outcome.FAIL
    assert outcome(person("influence", devoted=False)) is Outcome.FAIL
    assert of("charter_conditions", person("influence", holds=None)).outcome is Outcome.REFER
    assert outcome(person("influence", holds=None)) is Outcome.REFER


@pytest.mark.parametrize(
    ("claim", "key"),
    [
        pytest.param("reputation", "2.1.1", marks=pytest.mark.rule("GEN7-2.1.1")),
        pytest.param("influence", "2.1.2", marks=pytest.mark.rule("GEN7-2.1.2")),
    ],
)
def test_fame_and_influence_are_claimed_and_judged(claim, key):
    (rule,) = [rule for rule in GEN7.eligibility if rule.id == claim]
    assert rule.ref == (key,)
    assert rule.params.question.removeprefix("是否").replace("行业中", "行业种") in GEN7.article(key).text
    assert of("person_condition", person(claim)).passed
    assert outcome(person(claim)) is Outcome.PASS
    assert outcome(person(claim, holds=None)) is Outcome.REFER
    assert outcome(person(claim, holds=NO)) is Outcome.FAIL


def test_the_slip_of_the_text_stands_with_its_note():
    item = GEN7.article("2.1.1")
    assert "相关行业种具有" in item.text
    assert item.erratum == "“相关行业种”应为“相关行业中”"


@pytest.mark.rule("GEN7-2.1.3")
@pytest.mark.parametrize(
    ("since", "on", "complete"),
    [
        (date(2023, 3, 10), date(2026, 3, 9), False),
        (date(2023, 3, 10), date(2026, 3, 10), True),
        (date(2023, 3, 10), date(2026, 3, 11), True),
        (date(2024, 2, 29), date(2027, 2, 27), False),
        (date(2024, 2, 29), date(2027, 2, 28), True),
        (date(2022, 12, 31), date(2025, 12, 30), False),
        (date(2022, 12, 31), date(2025, 12, 31), True),
    ],
)
def test_three_years_of_work_are_complete_on_the_anniversary(since, on, complete):
    facts = person(since=since)
    decision = of("person_condition", facts, on)
    assert decision.passed is complete
    assert outcome(facts, on) is (Outcome.PASS if complete else Outcome.FAIL)
    assert outcome(person("reputation", since=since), on) is Outcome.PASS


def test_four_kinds_of_work_and_others():
    (kinds,) = [question for question in GEN7.fields_for("person") if question.id == "work_kind"]
    assert kinds.choices == ("技术研究", "理论创新", "教学培训", "品牌推广", "其他")
    assert "、".join(kinds.choices[:4]) in GEN7.article("2.1.3").text


UNIT_OPTIONS = [
    pytest.param("2.2.1", marks=pytest.mark.rule("GEN7-2.2.1")),
    pytest.param("2.2.2", marks=pytest.mark.rule("GEN7-2.2.2")),
    pytest.param("2.2.3", marks=pytest.mark.rule("GEN7-2.2.3")),
    pytest.param("2.2.4", marks=pytest.mark.rule("GEN7-2.2.4")),
]


@pytest.mark.parametrize("key", UNIT_OPTIONS)
def test_each_condition_of_a_unit_is_claimed_in_its_words_and_judged(key):
    option = GEN7.article(key).text.split(")", 1)[1].rstrip(";。")
    (rule,) = [rule for rule in GEN7.eligibility if rule.id == "unit_condition"]
    assert rule.params.options[int(key[-1]) - 1] == option
    assert outcome(unit([option])) is Outcome.PASS
    assert outcome(unit([option], holds=None)) is Outcome.REFER
    assert outcome(unit([option], holds=NO)) is Outcome.FAIL


@pytest.mark.rule("GEN7-2.2")
def test_a_unit_claims_one_of_four_conditions():
    (rule,) = [rule for rule in GEN7.eligibility if rule.id == "unit_condition"]
    assert len(rule.params.options) == 4
    assert outcome(unit()) is Outcome.FAIL
    assert outcome(unit(["从业满三年以上"])) is Outcome.FAIL  # a condition of persons
    assert outcome(unit(rule.params.options[:2])) is Outcome.PASS


RIGHTS = {
    "3.1": "培训、研讨会、技术交流会等活动的优惠费用",
    "3.2": "参与协会权益分配和决策",
    "3.3": "协会官方网站、微信公众号等渠道",
    "3.4": "扩大人脉圈",
    "3.5": "优先推荐参与的权利",
    "3.6": "法律咨询、会务支持等",
}


@pytest.mark.rule("GEN7-3.3")
@pytest.mark.rule("GEN7-3.4")
@pytest.mark.rule("GEN7-3.6")
@pytest.mark.parametrize("holder", ["person", "unit"])
def test_six_rights_alike_for_both_classes(holder):
    held = GEN7.entitlements_of(holder)
    assert [rule.ref for rule in held] == [(key,) for key in RIGHTS]
    for rule, piece in zip(held, RIGHTS.values(), strict=True):
        assert rule.kind == "right"
        assert piece in rule.text
        assert piece in GEN7.article(rule.ref[0]).text


@pytest.mark.rule("GEN7-3.2")
def test_sharing_in_benefits_is_shown_with_its_note():
    assert "财产不得在会员中分配" in GEN7.article("3.2").note
    (right,) = [rule for rule in GEN7.entitlements if rule.ref == ("3.2",)]
    assert "不产生财产分配" in right.note
    assert not [benefit for benefit in GEN7.benefits if "3.2" in benefit.ref]


def test_what_the_rights_bring():
    kinds = {benefit.id: (benefit.kind, benefit.ref) for benefit in GEN7.benefits}
    assert kinds["member_price"] == ("discount", ("3.1",))
    assert kinds["project_priority"] == ("recommendation", ("3.5",))
    assert kinds["legal_advice"] == kinds["meeting_support"] == ("request", ("3.6",))


def test_papers_and_particulars_of_a_person():
    assert [d.name for d in GEN7.documents_for("person")] == ["个人简历", "推荐信", "相关证明材料"]
    assert all(d.required and d.ref == ("4.1.1",) for d in GEN7.documents_for("person"))


def test_papers_and_particulars_of_a_unit():
    assert [d.name for d in GEN7.documents_for("unit")] == ["相关证明材料"]
    asked = {question.name: question for question in GEN7.fields_for("unit")}
    assert list(asked) == ["组织机构代码", "企业简介", "管理层信息"]
    assert all(question.required and question.ref == ("4.1.2",) for question in asked.values())
    assert asked["组织机构代码"].kind == "org_code"
    assert (asked["管理层信息"].kind, asked["管理层信息"].min_rows) == ("rows", 1)


@pytest.mark.parametrize(("class_id", "basis"), [("person", Basis.TEXT), ("unit", Basis.GAP)])
def test_the_fee_is_paid_then_the_committee_votes_then_the_office_notifies(class_id, basis):
    admission = GEN7.workflow("admission", {"class": class_id})
    assert [(step.actor, step.action, step.votes) for step in admission.steps] == [
        ("service_office", "pay", None),
        ("review_committee", "decide", "majority"),
        ("service_office", "notify", None),
    ]
    assert admission.basis is basis
    assert admission.step("review").refusal("reject").reasons_required


def test_the_fee_comes_before_the_review_and_goes_back_in_full():
    fees = GEN7.fees
    assert (fees.before_review, fees.refund_on_rejection) == (True, "full")
    assert (fees.first_due.kind, fees.first_due.event) == ("event", "application.submitted")
    assert fees.proration is None


@pytest.mark.parametrize("starts_on", [date(2026, 1, 1), date(2026, 7, 2), date(2026, 12, 31)])
def test_the_fee_is_not_prorated(starts_on):
    amounts = {("person", None): Decimal(200), ("unit", None): Decimal(5000)}
    for (class_id, _), amount in amounts.items():
        owed = dues.joining(
            GEN7,
            class_id=class_id,
            tier=None,
            starts_on=starts_on,
            standard=Standard("某协会会员费标准", amounts, date(2024, 1, 1)),
            calendar=calendar_of(GEN7),
        )
        assert [(line.year, line.amount) for line in owed.value] == [(2026, amount)]


APPLIED, PAID, DECIDED = date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 20)
ANSWERS = {
    "name": "李晓",
    "id_no": "11010519491231002X",
    "mobile": "13800138000",
    "rb_industry_since": "2020-03-10",
    "rb_work_kind": ["技术研究"],
    "declare_devotion": "yes",
    "declare_reputation": "no",
    "declare_influence": "no",
}


def applied():
    """A person's application with every paper, sent in on ``APPLIED``, where members pay 200 yuan."""
    standard = standards.draft("会员费标准", {("person", ""): Decimal(200)}, effective_from=FOUNDED)
    standards.activate(standard, resolved("2号", "fee_standard"), by=SYSTEM, on=FOUNDED)
    application = applications.start(world.user(), "person", on=APPLIED)
    applications.save(application, ANSWERS, on=APPLIED)
    application = world.fresh(application)
    for slot in slots(application, APPLIED):
        file = keeping.keep_upload(BytesIO(world.PNG), name=f"{slot.rule.id}.png", by=application.case.applicant)
        documents.attach(application.case, slot.rule.id, file)
    applications.accept_rules(application, True, on=APPLIED)
    by = Actor.applicant(application.case.applicant)
    return world.fresh(applications.submit(world.fresh(application), by=by, on=APPLIED))


def money(invoice, amount):
    clerk, cashier = (Actor.officer(world.seated("service_office", roles=("finance",))) for _ in range(2))
    payment = payments.enter(
        invoice,
        method="electronic",
        amount=Decimal(amount),
        value_date=PAID,
        reference=f"REF{amount}",
        by=clerk,
        on=PAID,
    )
    payments.confirm(payment, by=cashier, on=PAID)


@pytest.mark.rule("GEN7-4.1.1")
@pytest.mark.usefixtures("adopted")
def test_without_the_fee_nothing_is_reviewed():
    application = applied()
    assert application.case.step == "pay"
    invoice = Invoice.objects.get(case=application.case)
    assert [str(line.amount) for line in invoice.lines.all()] == ["200.00"]
    committee = world.officer("review_committee")
    with pytest.raises(Refused):
        reviews.pass_on(application, step="review", note="合格", by=committee, on=PAID)

    money(invoice, "199.99")
    assert world.fresh(application).case.step == "pay"
    money(invoice, "0.01")
    assert world.fresh(application).case.step == "review"
    assert not Membership.objects.exists()


@pytest.mark.usefixtures("adopted")
def test_the_committee_admits_and_the_office_tells():
    application = applied()
    money(Invoice.objects.get(case=application.case), "200.00")
    committee = world.officer("review_committee")
    application = world.fresh(application)
    for slot in slots(application, DECIDED):
        documents.judge(slot.current, Verdict.ACCEPTED, by=committee, on=DECIDED)
    for rule in ("charter_conditions", "person_condition_holds"):
        reviews.judge(application, rule, satisfied=True, note="已核实", by=committee, on=DECIDED)
    reviews.pass_on(world.fresh(application), step="review", note="合格", by=committee, on=DECIDED)

    assert Membership.objects.get().starts_on == DECIDED
    assert world.fresh(application).case.step == "notify"
    notices.announce(world.fresh(application), by=world.officer("service_office"), on=date(2026, 3, 23))
    assert world.fresh(application).case.state == "approved"


def test_what_is_missing_of_the_text_is_said():
    assert "以下未见" in GEN7.article("4").note
    assert "未载明单位会员的评审" in GEN7.article("4.2").note
    assert GEN7.article("4").text.endswith("评审结果由会员服务处通知申请人。")


def test_what_the_text_does_not_say_is_off():
    assert GEN7.tiers == GEN7.categories == GEN7.certificates == GEN7.bans == GEN7.registrations == ()
    assert GEN7.sanctions is GEN7.withdrawal is GEN7.dishonesty is GEN7.ratification is GEN7.amendment is None
    assert ban_until(GEN7, "withdrawal", ON).value is None
    for name in ("withdrawal", "sanction", "registration_initial"):
        with pytest.raises(Silent):
            GEN7.workflow(name)
