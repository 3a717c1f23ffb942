"""gen8.toml: the model text 服务会员制度管理制度, whole, and its rules."""

import hashlib
import re
from datetime import date

import pytest

from admissions.actions import applications, reviews
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.decisions import Basis
from association.models import Body
from association.rulebook import load, preset, preset_text
from association.rulebook.schema import Silent
from association.rules.deadlines import calendar_of, deadline
from credit.rules.bans import ban_until
from members.models import Membership
from tests import world

GEN8 = preset("gen8")
CALENDAR = calendar_of(GEN8)
SOURCE = "a299e5ed891baa682abb1753f13c5c50adaf977eb9ad682347d1d40e8c69ee50"
"""SHA-256 of the document as it was published, its headings with it, without white space."""


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_word_of_the_document_is_there_in_its_order():
    whole = "".join(plain(a.label + a.text) for a in GEN8.articles.values() if a.parent is None)
    assert hashlib.sha256(whole.encode()).hexdigest() == SOURCE


def test_the_parts_are_headed_as_printed():
    parts = [a.label for a in GEN8.articles.values() if a.parent is None]
    assert parts == ["一、总则", "二、会员管理范围", "三、会员权益", "四、会员管理流程", "五、会员服务"]


def test_an_item_stands_in_what_it_is_a_part_of():
    items = [a for a in GEN8.articles.values() if a.parent]
    assert all(plain(item.text) in plain(GEN8.article(item.parent).text) for item in items)
    assert [item.key for item in items] == (
        ["2.1", "2.2", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.2a", "4.2b", "4.3", "4.4", "5.1", "5.2"]
    )
    assert plain(GEN8.article("4.2").text) == plain("2、续费" + GEN8.article("4.2a").text + GEN8.article("4.2b").text)
    assert GEN8.label("4.2b") == "四、2（第二句）"


@pytest.mark.rule("GEN-0")
def test_no_noise_of_the_page_it_came_from():
    texts = "".join(a.text for a in GEN8.articles.values())
    assert not re.search("下载文档|仅部分预览|人工客服工作时间|相关文档", texts)


def test_a_template_has_no_institution_and_no_dates():
    assert (GEN8.status, GEN8.adoptable, GEN8.meta.association) == ("template", True, "")
    assert GEN8.adopted_on is GEN8.effective_on is GEN8.repealed_on is None
    assert GEN8.adopted_by == ()


@pytest.fixture
def adopted(db, monkeypatch):
    """In force since 5 January 2026. A rolled-back test leaves its versions in the process."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    day = date(2026, 1, 5)
    profile.set_up("某机构")
    bodies.sync(GEN8)
    version = rulebooks.store(preset_text("gen8"), by=SYSTEM)
    meeting = resolutions.hold_meeting(Body.objects.get(key="institution"), "会议", held_on=day)
    resolution = resolutions.pass_bare(resolutions.draft(meeting, "1号", "启用", by=SYSTEM), on=day)
    rulebooks.adopt(version, effective_from=day, resolution=resolution, by=SYSTEM, on=day)
    yield
    queries.governing_version.cache_clear()


@pytest.mark.usefixtures("adopted")
def test_adopted_from_a_day_that_the_institution_enters():
    assert queries.rulebook_on(date(2026, 1, 5)).id == "gen8"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2026, 1, 4))


@pytest.mark.rule("GEN8-1")
def test_the_scope_is_shown_and_is_a_duty():
    assert "该制度适用于所有本机构会员,凡本机构会员均应遵守本制度规定" in GEN8.article("1").text
    for holder in ("person", "enterprise"):
        assert [rule.ref for rule in GEN8.entitlements_of(holder, kind="duty")] == [("1",)]


@pytest.mark.rule("GEN8-2.1")
def test_two_classes_customers_and_partners():
    assert [(rule.id, rule.name, rule.kind, rule.relation) for rule in GEN8.classes] == [
        ("person", "个人会员", "person", "固定客户"),
        ("enterprise", "企业会员", "unit", "合作伙伴"),
    ]


@pytest.mark.rule("GEN8-2.2")
def test_an_enterprise_has_what_a_person_has_and_two_rights_more():
    person = {rule.id for rule in GEN8.entitlements_of("person")}
    enterprise = {rule.id for rule in GEN8.entitlements_of("enterprise")}
    assert person < enterprise
    more = [rule.text for rule in GEN8.entitlements if rule.id in enterprise - person]
    assert more == ["额外的合作优惠", "参与机构决策"]
    assert {"events", "services", "discounts"} <= person


@pytest.mark.rule("GEN8-3.2")
def test_deciding_is_for_enterprises_though_the_text_says_two_things():
    assert "参与机构决策" in GEN8.article("3.2").text
    (deciding,) = [rule for rule in GEN8.entitlements if rule.text == "参与机构决策"]
    assert (deciding.holder, deciding.basis, deciding.ref) == (("enterprise",), Basis.INTERPRETATION, ("2.2", "3.2"))
    assert "不一致" in GEN8.article("2.2").note
    assert "不一致" in GEN8.article("3.2").note


@pytest.mark.parametrize(
    ("key", "piece"),
    [
        pytest.param("3.1", "依法享有国家规定的权益", marks=pytest.mark.rule("GEN8-3.1")),
        pytest.param("3.3", "建立健全的会员服务体系", marks=pytest.mark.rule("GEN8-3.3")),
        pytest.param("5.1", "会员活动", marks=pytest.mark.rule("GEN8-5.1")),
        pytest.param("5.2", "会员专属服务", marks=pytest.mark.rule("GEN8-5.2")),
    ],
)
def test_every_member_has_it_listed(key, piece):
    assert piece in GEN8.article(key).text
    for holder in ("person", "enterprise"):
        (listed,) = [rule for rule in GEN8.entitlements_of(holder) if key in rule.ref]
        assert piece in listed.text


def test_five_kinds_of_affairs():
    assert "注册、续费、升级、降级、注销" in GEN8.article("2.3").text
    named = [GEN8.workflow(name) for name in ("admission", "tier_change", "withdrawal")]
    assert [rule.name for rule in (*named, *GEN8.renewals) if "2.3" in rule.ref] == [
        "个人会员注册",
        "升级、降级",
        "注销",
        "个人会员续费",
    ]


def test_a_person_registers_and_an_enterprise_is_reviewed():
    person = GEN8.workflow("admission", {"class": "person"})
    assert (person.mode, person.channel) == ("register", ("web", "phone", "counter"))
    assert [step.action for step in person.steps] == ["register"]
    enterprise = GEN8.workflow("admission", {"class": "enterprise"})
    assert (enterprise.mode, enterprise.channel) == ("review", ())
    assert [step.action for step in enterprise.steps] == ["decide"]
    assert (GEN8.starts_on("person"), GEN8.starts_on("enterprise")) == ("registration.completed", "decision.approved")
    assert [GEN8.member_class(id).joined_by for id in ("person", "enterprise")] == ["register", "application"]


DAY = date(2026, 4, 10)
PERSON = {"name": "李晓", "id_no": "11010519491231002X", "mobile": "13800138000"}
ENTERPRISE = {
    "name": "北京星野文化传媒有限公司",
    "uscc": "91110108MA01ABCD1E",
    "legal_form": "legal_person",
    "registrar": "北京市海淀区市场监督管理局",
    "contact_name": "林晓",
    "mobile": "13800001234",
}


def applied(class_id):
    """An application that was sent in on ``DAY``."""
    application = applications.start(world.user(), class_id, on=DAY)
    applications.save(application, PERSON if class_id == "person" else ENTERPRISE, on=DAY)
    applications.accept_rules(application, True, on=DAY)
    by = Actor.applicant(application.case.applicant)
    return world.fresh(applications.submit(world.fresh(application), by=by, on=DAY))


@pytest.mark.rule("GEN8-4.1")
@pytest.mark.usefixtures("adopted")
def test_a_person_is_a_member_at_once():
    application = applied("person")
    membership = Membership.objects.get()
    assert (membership.starts_on, membership.class_id) == (DAY, "person")
    assert application.case.state == "approved"


@pytest.mark.rule("GEN8-4.1")
@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("approved", [date(2026, 4, 13), date(2026, 4, 30)])
def test_an_enterprise_waits_for_the_review(approved):
    application = applied("enterprise")
    assert (application.case.state, application.case.step) == ("open", "review")
    assert not Membership.objects.exists()

    reviews.pass_on(application, step="review", note="合格", by=world.officer("institution"), on=approved)
    membership = Membership.objects.get()
    assert (membership.starts_on, membership.class_id) == (approved, "enterprise")


def renewal(class_id, rulebook=GEN8):
    (found,) = [rule for rule in rulebook.renewals if rulebook.matches(rule.selector, {"class": class_id})]
    return found


def last_day(rulebook, ends):
    rule = renewal("person", rulebook)
    return deadline(rulebook, rule, rule.grace, events={"validity.ends": ends}, calendar=calendar_of(rulebook)).value


@pytest.mark.parametrize(
    "ends",
    [date(2026, 12, 31), date(2025, 8, 31), date(2026, 10, 3)],  # a Thursday, a Sunday, a holiday: no day is added
)
def test_a_person_renews_until_the_last_day_that_was_paid_for(ends):
    assert last_day(GEN8, ends).day == ends


def test_a_grace_period_rolls_over_a_weekend():
    text = preset_text("gen8").replace(
        'n = 0, unit = "day", from = "validity.ends"',
        'n = 30, unit = "day", from = "validity.ends", roll = "next_workday"',
    )
    due = last_day(load(text), date(2026, 12, 31))  # 30 January 2027 is a Saturday
    assert (due.day, due.provisional) == (date(2027, 2, 1), True)


def test_a_person_not_renewing_loses_membership_without_a_decision():
    rule = renewal("person")
    assert (rule.ends, rule.on_lapse, rule.confirm, rule.ref) == ("paid_period", "end", False, ("4.2a", "2.3"))
    assert rule.basis is Basis.INTERPRETATION


def test_an_enterprise_is_examined_again_when_the_cooperation_ends():
    rule = renewal("enterprise")
    assert (rule.ends, rule.on_lapse, rule.confirm, rule.ref) == ("cooperation_period", "review", True, ("4.2b",))
    reminded = deadline(GEN8, rule, rule.opens, events={"cooperation.ends": date(2026, 6, 30)}, calendar=CALENDAR)
    assert reminded.value.day == date(2026, 5, 31)
    (review,) = GEN8.reviews
    assert (review.per, review.result) == ("cooperation_period", "renewal")
    assert GEN8.matches(review.selector, {"class": "enterprise"})
    assert not GEN8.matches(review.selector, {"class": "person"})
    assert GEN8.workflow("cooperation_review", {"class": "enterprise"}).first.reasons_required
    with pytest.raises(Silent):
        GEN8.workflow("cooperation_review", {"class": "person"})


@pytest.mark.parametrize(("class_id", "metric"), [("person", "spending"), ("enterprise", "results")])
def test_levels_by_what_each_class_does(class_id, metric):
    levels = [level for level in GEN8.levels if GEN8.matches(level.selector, {"class": class_id})]
    assert [level.rank for level in levels] == [1, 2]
    assert {level.metric for level in levels} == {metric}
    assert all(level.threshold is None and level.confirm and level.basis is Basis.GAP for level in levels)


def test_cancelling_is_written_and_takes_effect_on_receipt():
    rule = GEN8.withdrawal
    assert (rule.written, rule.approval, rule.ends_on, rule.ref) == (True, False, "withdrawal.received", ("4.4",))
    assert [document.id for document in GEN8.documents_for("person", "withdrawal")] == ["cancellation_letter"]
    assert ban_until(GEN8, "withdrawal", date(2026, 4, 1)).value is None


def test_services_of_a_member():
    kinds = {benefit.kind for benefit in GEN8.benefits if "5.2" in benefit.ref}
    assert kinds == {"priority", "contact", "request"}
    (own,) = [benefit for benefit in GEN8.benefits if benefit.id == "cooperation_discount"]
    assert GEN8.matches(own.selector, {"class": "enterprise"})
    assert not GEN8.matches(own.selector, {"class": "person"})


def test_what_the_text_does_not_say_is_off():
    assert GEN8.tiers == GEN8.categories == GEN8.eligibility == GEN8.certificates == GEN8.bans == ()
    assert GEN8.sanctions is GEN8.dishonesty is GEN8.ratification is GEN8.amendment is GEN8.points is None
