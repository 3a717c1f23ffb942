"""gen4.toml: customers of a company who register by themselves, with points and levels."""

from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from admissions.actions import applications
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.decisions import Basis, Outcome
from association.models import Body
from association.rulebook import Silent, preset, preset_text
from association.rules.counting import threshold
from association.rules.deadlines import calendar_of
from credit.rules.bans import ban_until
from fees.rules.dues import joining
from members.models import Membership
from tests import world

GEN4 = preset("gen4")


def of(article: str, kind: str) -> list[str]:
    return [rule.text for rule in GEN4.entitlements_of("customer", kind=kind) if rule.ref[0] == article]


def test_an_introduction_and_two_parts_with_their_items():
    assert [(one.key, one.label) for one in GEN4.articles.values() if one.parent is None] == [
        ("0", "引言"),
        ("1", "一、会员管理制度"),
        ("2", "二、会员管理方法"),
    ]
    headings = [GEN4.article(key).text.split(":", 1)[0] for key in GEN4.articles if "." in key]
    assert headings == [
        "1.会员注册制度",
        "2.会员积分制度",
        "3.会员等级制度",
        "4.会员专属活动",
        "5.会员服务保障",
        "1.数据分析",
        "2.会员沟通",
        "3.会员调研",
        "4.会员培训",
    ]
    for part in ("1", "2"):
        items = [one.text for one in GEN4.articles.values() if one.parent == part]
        assert GEN4.article(part).text.split("\n") == items
    assert (GEN4.label("1.5"), GEN4.label("2.4")) == ("一、5", "二、4")


def test_the_words_are_those_of_the_document():
    """Digest of the source without its headings, article numbers and line breaks."""
    words = "".join("".join(one.text.split()) for one in GEN4.articles.values() if one.parent is None)
    assert (len(words), sha256(words.encode()).hexdigest()[:16]) == (824, "70cbb0d42ac3025b")


def test_a_template_has_no_company_and_no_dates():
    assert (GEN4.status, GEN4.adoptable, GEN4.kind) == ("template", True, "membership")
    assert (GEN4.association, GEN4.adopted_by, GEN4.effective_on) == ("", (), None)


@pytest.fixture
def adopted(db, monkeypatch):
    """In force since 1 July 2026. SQLite gives the key of a rolled-back version again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    profile.set_up("某某公司")
    bodies.sync(GEN4)
    version = rulebooks.store(preset_text("gen4"), by=SYSTEM)
    day = date(2026, 7, 1)
    meeting = resolutions.hold_meeting(Body.objects.get(key="company"), "会议", held_on=day)
    resolution = resolutions.pass_bare(resolutions.draft(meeting, "1号", "启用", by=SYSTEM), on=day)
    rulebooks.adopt(version, effective_from=day, resolution=resolution, by=SYSTEM, on=day)
    yield
    queries.governing_version.cache_clear()


@pytest.mark.usefixtures("adopted")
def test_it_is_adopted_and_in_force_from_its_day():
    assert queries.rulebook_on(date(2026, 7, 1)).id == "gen4"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2026, 6, 30))


@pytest.mark.usefixtures("adopted")
def test_who_registers_is_a_member_at_once():
    day = date(2026, 8, 1)
    answers = {"name": "李晓", "id_no": "11010519491231002X", "contact_name": "李晓", "mobile": "13800138000"}
    application = applications.start(world.user(), "customer", on=day)
    applications.save(application, answers, on=day)
    application = world.fresh(application)
    assert not Membership.objects.exists()
    applications.submit(application, by=Actor.applicant(application.case.applicant), on=day)
    assert Membership.objects.get().starts_on == day


@pytest.mark.rule("GEN4-0")
def test_introduction():
    text = GEN4.article("0").text
    assert "会员管理制度和方法可以有效地吸引新会员,留住老会员,提升企业服务质量,增加企业利润等作用。" in text
    assert len(text.split("\n")) == 3


def test_customers_register_by_themselves():
    (customer,) = GEN4.classes
    assert (customer.kind, customer.joined_by, customer.relation) == ("person", "register", "顾客")
    admission = GEN4.workflow("admission")
    assert (admission.mode, [step.action for step in admission.steps]) == ("register", ["register"])
    assert GEN4.starts_on("customer") == "registration.completed"
    assert GEN4.eligibility_for("customer") == GEN4.documents_for("customer") == ()
    assert of("1.1", "duty") == ["在注册时需要填写基本信息"]


def test_points_by_spending_and_by_visit():
    points = GEN4.points
    assert (points.earn, points.redeem, points.rounding) == (("spending", "visit"), ("礼品", "折扣"), "down")
    assert points.per_yuan is points.per_visit is None
    assert points.ref == ("1.2",)


def test_levels_have_no_threshold_before_the_company_enters_one():
    assert [(level.name, level.rank, level.threshold) for level in GEN4.levels] == [
        ("普通", 1, None),
        ("银", 2, None),
        ("金", 3, None),
    ]
    assert {level.basis for level in GEN4.levels} == {Basis.GAP}
    assert {level.metric for level in GEN4.levels} == {"spending"}
    assert not any(level.confirm for level in GEN4.levels)


@pytest.mark.parametrize(("spent", "reached"), [("4999.99", False), ("5000", True), ("5000.01", True)])
def test_reaching_a_threshold_is_enough(spent, reached):
    assert threshold(">=", "5000", Decimal(spent)) is reached


@pytest.mark.parametrize(
    ("article", "kind", "text", "benefits"),
    [
        ("1.2", "right", "通过积分换取礼品、折扣等优惠", set()),
        ("1.3", "right", "不同等级的会员享有不同的权益和服务", set()),
        pytest.param(
            "1.4",
            "service",
            "定期组织会员专属活动，如会员日、会员专享优惠等",
            {"event", "discount"},
            marks=pytest.mark.rule("GEN4-1.4"),
        ),
        pytest.param(
            "1.5",
            "service",
            "提供24小时在线客服、售后服务等",
            {"link", "request"},
            marks=pytest.mark.rule("GEN4-1.5"),
        ),
        (
            "2.1",
            "service",
            "通过数据分析软件对会员资料进行分析，了解会员的消费喜好、行为习惯等，提供更加个性化的服务",
            set(),
        ),
        ("2.2", "service", "定期发送会员资讯、活动通知等", set()),
        ("2.3", "service", "定期进行会员调研，了解会员的反馈和建议", set()),
        pytest.param(
            "2.4",
            "service",
            "对会员进行培训，提升会员的消费水平和专业知识",
            {"event"},
            marks=pytest.mark.rule("GEN4-2.4"),
        ),
    ],
)
def test_rights_and_services_in_the_words_of_the_document(article, kind, text, benefits):
    assert of(article, kind) == [text]
    assert text.replace("，", ",") in GEN4.article(article).text
    assert {rule.kind for rule in GEN4.benefits if rule.ref[0] == article} == benefits


def test_newsletter_and_survey():
    news, (survey,) = GEN4.newsletter, GEN4.surveys
    assert (news.name, news.regular, news.opt_out, news.ref) == ("会员资讯", True, True, ("2.2",))
    assert (survey.name, survey.ref) == ("会员调研", ("2.3",))


def test_profiling_needs_consent():
    assert "个人信息保护法" in GEN4.article("2.1").note
    assert "本人同意" in GEN4.article("2.1").note


def test_what_the_document_does_not_say_is_off():
    assert GEN4.fees is GEN4.sanctions is GEN4.withdrawal is GEN4.voting is GEN4.amendment is None
    assert GEN4.tiers == GEN4.bans == GEN4.certificates == GEN4.awards == GEN4.announcements == ()
    with pytest.raises(Silent):
        GEN4.workflow("withdrawal")
    owed = joining(
        GEN4, class_id="customer", tier=None, starts_on=date(2026, 3, 1), standard=(), calendar=calendar_of(GEN4)
    )
    assert (owed.outcome, owed.value) == (Outcome.PASS, ())
    assert ban_until(GEN4, "withdrawal", date(2026, 3, 1)).value is None
