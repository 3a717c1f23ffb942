"""gen6.toml: the model text 会员管理办法, whole, and its rules."""

import hashlib
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from admissions.actions import applications, reviews
from admissions.queries import slots
from admissions.rules.eligibility import check, verdict
from admissions.rules.facts import Facts, Judgement
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.cases import documents
from association.decisions import Basis, Outcome
from association.files import keeping
from association.models import Body
from association.models.file import Verdict
from association.rulebook import load, preset, preset_text
from association.rulebook.schema import Silent
from association.rules.deadlines import calendar_of, deadline
from credit.rules.bans import ban_until, banned
from fees.rules import dues
from fees.rules.dues import Standard
from members.models import Membership
from tests import world

GEN6 = preset("gen6")
CALENDAR = calendar_of(GEN6)
SOURCE = "532b4b576075a3ad3e1e9dfe379eccd60c76e89fed16e6523a51ea82b1061927"
"""SHA-256 of the document as it was published, its headings with it, without white space."""


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_word_of_the_document_is_there_in_its_order():
    whole = "".join(plain(a.label + a.text) for a in GEN6.articles.values() if a.parent is None)
    assert hashlib.sha256(whole.encode()).hexdigest() == SOURCE


def test_the_parts_are_headed_as_printed():
    assert [a.label for a in GEN6.articles.values() if a.parent is None] == [
        "一、概述",
        "二、会员申请",
        "三、会员权益",
        "四、会员义务",
        "五、会员奖励与惩罚",
        "六、会员退出",
        "七、会员管理机构",
        "八、会员管理办法的修改",
        "结语",
    ]


def test_an_item_stands_in_its_part_and_is_cited_with_it():
    items = [a for a in GEN6.articles.values() if a.parent]
    assert len(items) == 11
    for item in items:
        part, number = item.key.split(".")
        assert item.text in GEN6.article(part).text.split("\n")
        assert item.text.startswith(f"{number}. ")
        assert item.label == f"{GEN6.article(part).label[0]}、{number}"


@pytest.mark.rule("GEN-0")
def test_no_noise_of_the_page_it_came_from():
    texts = "".join(a.text for a in GEN6.articles.values())
    assert not re.search("下载文档|合集下载|相关文档|协会会员管理办法", texts)


def test_a_template_has_no_association_and_no_dates():
    assert (GEN6.status, GEN6.adoptable, GEN6.meta.association) == ("template", True, "")
    assert GEN6.adopted_on is GEN6.effective_on is GEN6.repealed_on is None
    assert GEN6.adopted_by == ()


FOUNDED = date(2026, 3, 18)


@pytest.fixture(params=["members", "membership_body"])
def adopted(request, db, monkeypatch):
    """In force since ``FOUNDED``, by whichever body. A rolled-back test leaves its versions in the process."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    profile.set_up("某组织")
    bodies.sync(GEN6)
    version = rulebooks.store(preset_text("gen6"), by=SYSTEM)
    meeting = resolutions.hold_meeting(Body.objects.get(key=request.param), "会议", held_on=FOUNDED)
    resolution = resolutions.pass_bare(resolutions.draft(meeting, "1号", "启用", by=SYSTEM), on=FOUNDED)
    rulebooks.adopt(version, effective_from=FOUNDED, resolution=resolution, by=SYSTEM, on=FOUNDED)
    yield
    queries.governing_version.cache_clear()


@pytest.mark.usefixtures("adopted")
def test_adopted_from_a_day_that_the_organisation_enters():
    assert queries.rulebook_on(date(2026, 3, 18)).id == "gen6"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2026, 3, 17))


@pytest.mark.rule("GEN6-1")
def test_the_purpose_is_shown():
    assert "确保会员的权益,提供良好的会员服务" in GEN6.article("1").text


def test_only_persons_join():
    assert [(rule.id, rule.kind, rule.basis) for rule in GEN6.classes] == [("person", "person", Basis.INTERPRETATION)]


def test_charter_and_code_of_conduct_are_accepted_apart():
    accepted = GEN6.acceptances_for("person")
    assert [(rule.id, rule.kind) for rule in accepted] == [("charter", "commit"), ("code_of_conduct", "commit")]
    assert all("2.1" in rule.ref for rule in accepted)


def test_knowledge_is_described_and_judged():
    (asked,) = GEN6.fields_for("person")
    assert (asked.id, asked.required) == ("experience", True)
    facts = Facts(class_id="person")
    assert verdict(check(GEN6, facts, on=date(2026, 3, 10)), GEN6).outcome is Outcome.REFER
    for satisfied, outcome in ((True, Outcome.PASS), (False, Outcome.FAIL)):
        judged = Facts(class_id="person", judgements={"knowledge": Judgement(satisfied, "从业五年")})
        assert verdict(check(GEN6, judged, on=date(2026, 3, 10)), GEN6).outcome is outcome


@pytest.mark.rule("GEN6-2.2")
def test_form_and_proof_then_one_review_and_a_member_from_the_approval():
    assert [(d.id, d.required) for d in GEN6.documents_for("person")] == [("application_form", True), ("proof", True)]
    admission = GEN6.workflow("admission")
    assert [(step.actor, step.action) for step in admission.steps] == [("membership_body", "decide")]
    assert admission.first.refusal("reject").reasons_required
    assert GEN6.starts_on("person") == "decision.approved"
    assert "成为正式会员" in GEN6.article("2.2").text


RECEIVED = date(2026, 4, 1)
ANSWERS = {
    "name": "李晓",
    "id_no": "11010519491231002X",
    "mobile": "13800138000",
    "rb_experience": "动画专业，从业五年",
}


def applied(*, papers=True, accepted=True):
    application = applications.start(world.user(), "person", on=RECEIVED)
    applications.save(application, ANSWERS, on=RECEIVED)
    application = world.fresh(application)
    for slot in slots(application, RECEIVED) if papers else ():
        file = keeping.keep_upload(BytesIO(world.PNG), name=f"{slot.rule.id}.png", by=application.case.applicant)
        documents.attach(application.case, slot.rule.id, file)
    applications.accept_rules(application, accepted, on=RECEIVED)
    return world.fresh(application)


@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("adopted", ["membership_body"], indirect=True)
def test_an_application_needs_the_proof_and_both_promises():
    assert not applications.missing(applied(), RECEIVED)
    assert "document_proof" in applications.missing(applied(papers=False), RECEIVED)
    assert set(applications.missing(applied(accepted=False), RECEIVED)) == {"accept_rules"}


@pytest.mark.rule("GEN6-2.2")
@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("adopted", ["membership_body"], indirect=True)
@pytest.mark.parametrize("approved", [date(2026, 4, 10), date(2026, 4, 11)])
def test_a_member_from_the_day_of_the_approval(approved):
    application = applied()
    by = Actor.applicant(application.case.applicant)
    application = world.fresh(applications.submit(application, by=by, on=RECEIVED))
    officer = world.officer("membership_body")
    for slot in slots(application, approved):
        documents.judge(slot.current, Verdict.ACCEPTED, by=officer, on=approved)
    reviews.judge(application, "knowledge", satisfied=True, note="从业五年", by=officer, on=approved)
    assert not Membership.objects.exists()
    reviews.pass_on(world.fresh(application), step="review", note="合格", by=officer, on=approved)

    assert Membership.objects.get().starts_on == approved


RIGHTS = {
    "3.1": "各种学术、文化、社交等活动",
    "3.2": "专属资源，如图书馆借阅权、会员优惠活动等",
    "3.3": "网络平台进行信息发布、交流和合作",
    "3.4": "选举会长、提出建议等",
}
DUTIES = {
    "4.1": "遵守组织的章程和守则，尊重组织的决策",
    "4.2": "金额和周期缴纳会费，并依时付款",
    "4.3": "维护组织的声誉和形象",
}


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        pytest.param("right", RIGHTS, marks=[pytest.mark.rule("GEN6-3.1"), pytest.mark.rule("GEN6-3.2")]),
        pytest.param("duty", DUTIES, marks=[pytest.mark.rule("GEN6-4.1"), pytest.mark.rule("GEN6-4.3")]),
    ],
)
def test_rights_and_duties_of_a_member(kind, texts):
    held = GEN6.entitlements_of("person", kind=kind)
    assert [rule.ref for rule in held] == [(key,) for key in texts]
    for rule, piece in zip(held, texts.values(), strict=True):
        assert piece in rule.text
        assert piece.replace("，", ",") in GEN6.article(rule.ref[0]).text


def test_the_rights_rest_while_benefits_are_suspended():
    assert all(rule.blocked_when == ("suspended",) for rule in GEN6.entitlements_of("person", kind="right"))
    assert not any(rule.blocked_when for rule in GEN6.entitlements_of("person", kind="duty"))
    assert all(benefit.blocked_when == ("suspended",) for benefit in GEN6.benefits)


def test_posts_wait_for_approval():
    (posts,) = [benefit for benefit in GEN6.benefits if benefit.kind == "post"]
    assert (posts.ref, posts.needs_approval, posts.audience) == (("3.3",), True, "members")


def test_members_elect_the_president_and_the_membership_body():
    assert GEN6.voting.electorate == "members"
    assert GEN6.voting.elects == ("会长", "会员管理机构")
    for office in ("president", "membership_body"):
        assert (GEN6.body(office).elected, GEN6.body(office).elected_by) == (True, "members")


def test_the_cycle_of_fees_is_the_organisations():
    fees = GEN6.fees
    assert (fees.cycle, fees.amounts, fees.basis, fees.ref) == ("year", "period", Basis.GAP, ("4.2",))
    assert fees.due is fees.proration is fees.prepayment is None
    for cycle in ("half", "quarter", "month"):
        other = load(preset_text("gen6").replace('cycle = "year"', f'cycle = "{cycle}"'))
        assert (other.fees.cycle, other.fees.amounts) == (cycle, "period")


STANDARD = Standard("某组织会费标准", {("person", None): Decimal(300)}, date(2024, 1, 1))


def by_cycle(cycle):
    return load(preset_text("gen6").replace('cycle = "year"', f'cycle = "{cycle}"'))


@pytest.mark.rule("GEN6-4.2")
@pytest.mark.parametrize(("cycle", "periods"), [("quarter", 4), ("half", 2), ("month", 12), ("year", 1)])
def test_each_period_of_the_cycle_costs_the_amount(cycle, periods):
    book = by_cycle(cycle)
    owed = dues.annual(
        book,
        class_id="person",
        tier=None,
        year=2026,
        on=date(2026, 1, 1),
        standard=STANDARD,
        calendar=calendar_of(book),
    )
    assert [str(line.amount) for line in owed.value] == ["300.00"] * periods
    assert [line.period for line in owed.value] == (list(range(1, periods + 1)) if periods > 1 else [0])
    assert {line.year for line in owed.value} == {2026}


@pytest.mark.parametrize(
    ("cycle", "joined", "first", "last"),
    [
        ("quarter", date(2026, 8, 20), date(2026, 7, 1), date(2026, 9, 30)),
        ("quarter", date(2026, 9, 30), date(2026, 7, 1), date(2026, 9, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 10, 1), date(2026, 12, 31)),
        ("year", date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_whoever_joins_pays_the_running_period_whole(cycle, joined, first, last):
    book = by_cycle(cycle)
    owed = dues.joining(
        book,
        class_id="person",
        tier=None,
        starts_on=joined,
        standard=STANDARD,
        calendar=calendar_of(book),
    )
    (line,) = owed.value
    assert (str(line.amount), line.first_day, line.last_day) == ("300.00", first, last)


def test_awards_are_a_certificate_and_a_title():
    certificate, title = GEN6.awards
    assert (certificate.name, certificate.certificate) == ("优秀会员证书", True)
    assert (title.name, title.certificate, title.titles) == ("荣誉称号", False, ())
    assert all(award.basis is Basis.GAP and award.ref[0] == "5.1" for award in GEN6.awards)


@pytest.mark.rule("GEN6-5.2")
def test_two_rungs_and_no_expulsion():
    ladder = GEN6.sanctions.ladder
    assert [(rung.rank, rung.name, rung.effects) for rung in ladder] == [
        (1, "警告", ("none",)),
        (2, "暂停会员权益", ("suspend_rights",)),
    ]
    assert not any("end_membership" in rung.effects for rung in ladder)
    assert GEN6.sanctions.extensible


def test_leaving_is_written_and_needs_no_consent():
    rule = GEN6.withdrawal
    assert (rule.ends_on, rule.written, rule.approval, rule.acknowledge) == ("withdrawal.received", True, False, True)
    assert rule.basis is Basis.INTERPRETATION
    (receipt,) = GEN6.workflow("withdrawal").steps
    assert (receipt.actor, receipt.action) == ("membership_body", "register")


@pytest.mark.parametrize("cause", ["withdrawal", "loss", "expulsion"])
def test_whoever_left_may_apply_the_next_day(cause):
    decision = ban_until(GEN6, cause, date(2026, 4, 1))
    assert decision.value is None
    assert [reason.code for reason in decision.reasons] == ["no_ban"]
    assert banned(GEN6, (), on=date(2026, 4, 2)).passed


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        (date(2026, 3, 2), date(2026, 3, 17)),
        (date(2026, 3, 1), date(2026, 3, 16)),
        (date(2026, 3, 6), date(2026, 3, 23)),  # the 15th day is Saturday 21 March
        (date(2026, 9, 5), date(2026, 9, 20)),  # a Sunday that is worked
        (date(2026, 9, 16), date(2026, 10, 8)),  # 1 October, then the holiday week
    ],
)
def test_comments_on_an_amendment_close_after_fifteen_days(notice, last):
    amendment = GEN6.amendment
    assert amendment.notice
    decision = deadline(
        GEN6,
        amendment,
        amendment.comment_period,
        events={"rulebook.notice_sent": notice},
        calendar=CALENDAR,
    )
    assert decision.value.day == last
    cited = [source for source in decision.reasons[0].sources if source.document == "gen6"]
    assert [(source.key, source.basis) for source in cited] == [("8", Basis.GAP)]


def test_without_a_notice_no_comment_period_runs():
    decision = deadline(GEN6, GEN6.amendment, GEN6.amendment.comment_period, events={}, calendar=CALENDAR)
    assert [reason.code for reason in decision.reasons] == ["event_unknown"]


@pytest.mark.rule("GEN6-9")
def test_the_closing_words():
    closing = GEN6.article("9")
    assert closing.label == "结语"
    assert closing.text.endswith("有效提升组织的凝聚力和影响力。")


def test_what_the_text_does_not_say_is_off():
    assert GEN6.tiers == GEN6.categories == GEN6.certificates == GEN6.bans == GEN6.registrations == GEN6.renewals == ()
    assert GEN6.dishonesty is GEN6.sanctions.suspension is GEN6.ratification is GEN6.directory is None
    for name in ("registration_initial", "restoration", "annual_review"):
        with pytest.raises(Silent):
            GEN6.workflow(name)


@pytest.mark.django_db
@pytest.mark.rule("GEN6-7")
def test_the_membership_body_is_elected_by_the_members_and_has_people_and_a_term():
    body = GEN6.body("membership_body")
    assert (body.elected, body.elected_by) == (True, "members")
    profile.set_up("首都园艺爱好者协会")
    bodies.sync(GEN6)
    row = Body.objects.get(key="membership_body")
    bodies.open_term(row, 1, from_on=date(2026, 3, 1), until=date(2028, 3, 1))
    bodies.seat(world.user("elected@test.example"), row, on=date(2026, 3, 1))
    assert queries.term_on(date(2028, 2, 29), "membership_body").number == 1
    assert queries.term_on(date(2028, 3, 1), "membership_body").number == 1  # until somebody else is elected
    assert queries.term_on(date(2026, 2, 28), "membership_body") is None
    assert row.seats.on(date(2026, 3, 1)).count() == 1
    assert not row.seats.on(date(2026, 2, 28)).exists()
    deciding = {step.actor for way in GEN6.workflows["admission"] for step in way.steps}
    assert deciding == {"membership_body"}
