"""gen2.toml: a model text for an institution with members of two tiers, no fees, an interview."""

from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO

import pytest

from admissions.actions import applications, reviews
from admissions.queries import slots
from admissions.rules import eligibility
from admissions.rules.facts import Facts, Judgement
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.cases import documents, engine
from association.decisions import Basis, Decision, Outcome, Reason, Refused
from association.files import keeping
from association.models import Body
from association.models.file import Verdict
from association.rulebook import Silent, preset, preset_text
from association.rules.counting import local_date
from association.rules.deadlines import calendar_of
from credit.rules.bans import ban_until
from fees.models import Invoice
from fees.rules.dues import joining
from members.models import Membership
from members.rules.standing import Event, EventKind, Status, standing
from tests import world

GEN2 = preset("gen2")
MEMBERS = ("unit", "person")


def verbatim(text: str) -> str:
    """As the document prints it: half-width commas."""
    return text.replace("，", ",")


def held(kind: str) -> dict[str, list[str]]:
    """Article → what it gives a member of this kind (right, duty, service)."""
    found: dict[str, list[str]] = {}
    for rule in GEN2.entitlements_of("person", kind=kind):
        found.setdefault(rule.ref[0], []).append(rule.text)
    return found


def test_23_articles_in_six_chapters():
    assert list(GEN2.articles) == [str(n) for n in range(1, 24)]
    assert all(one.parent is None for one in GEN2.articles.values())
    firsts = {one.chapter: one.key for one in reversed(GEN2.articles.values())}
    assert list(reversed(firsts.items())) == [
        ("第一章 总则", "1"),
        ("第二章 会员申请与审核", "5"),
        ("第三章 会员权利与义务", "11"),
        ("第四章 会员服务", "16"),
        ("第五章 会员奖惩", "21"),
        ("第六章 会员退出与终止", "23"),
    ]
    assert GEN2.label("23") == "第二十三条"


def test_the_words_are_those_of_the_document():
    """Digest of the source without its headings, article numbers and line breaks."""
    words = "".join("".join(one.text.split()) for one in GEN2.articles.values() if one.parent is None)
    assert (len(words), sha256(words.encode()).hexdigest()[:16]) == (692, "5de5457bd8c3f2f2")


def test_no_text_of_the_site_it_was_copied_from():
    assert not [one.key for one in GEN2.articles.values() if "下载文档前" in one.text or "相关文档" in one.text]


def test_a_template_has_no_association_and_no_dates():
    assert (GEN2.status, GEN2.adoptable, GEN2.kind) == ("template", True, "membership")
    assert (GEN2.association, GEN2.adopted_by, GEN2.effective_on, GEN2.adopted_on) == ("", (), None, None)


def adopt(day: date):
    profile.set_up("某某机构")
    bodies.sync(GEN2)
    version = rulebooks.store(preset_text("gen2"), by=SYSTEM)
    with pytest.raises(Refused):
        rulebooks.adopt(version, effective_from=day, resolution=None, by=SYSTEM, on=day)
    meeting = resolutions.hold_meeting(Body.objects.get(key="institution"), "会议", held_on=day)
    resolution = resolutions.pass_bare(resolutions.draft(meeting, "1号", "启用", by=SYSTEM), on=day)
    rulebooks.adopt(version, effective_from=day, resolution=resolution, by=SYSTEM, on=day)


@pytest.fixture
def adopted(db, monkeypatch):
    """In force since 1 March 2026. SQLite gives the key of a rolled-back version again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    adopt(date(2026, 3, 1))
    yield
    queries.governing_version.cache_clear()


@pytest.mark.usefixtures("adopted")
def test_it_is_adopted_by_a_resolution_and_in_force_from_its_day():
    assert queries.rulebook_on(date(2026, 3, 1)).id == "gen2"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2026, 2, 28))


@pytest.mark.rule("GEN2-1")
def test_purpose():
    purpose = "为规范会员管理工作,提高会员服务质量,促进会员之间的交流与合作,特制定本制度。"
    assert GEN2.article("1").text == purpose
    assert GEN2.article("1").chapter == "第一章 总则"


@pytest.mark.rule("GEN2-2")
@pytest.mark.parametrize("class_id", MEMBERS)
def test_both_tiers_are_open_to_both_classes(class_id):
    assert [(tier.id, tier.name, tier.rank) for tier in GEN2.tiers_of(class_id)] == [
        ("ordinary", "普通会员", 1),
        ("senior", "高级会员", 2),
    ]
    assert GEN2.tier_at_least("senior", "ordinary")
    assert not GEN2.tier_at_least("ordinary", "senior")


def test_other_tiers_may_be_added():
    """“等各类会员”"""
    assert not any(tier.closed for tier in GEN2.tiers)


@pytest.mark.rule("GEN2-3")
def test_aim():
    assert GEN2.article("3").text.startswith("会员管理的宗旨是为会员提供优质的服务,")


@pytest.mark.rule("GEN2-4")
def test_whoever_breaks_the_rules_is_sanctioned():
    assert "4" in GEN2.sanctions.ref
    (ground,) = GEN2.sanctions.grounds
    assert (ground.text, ground.ref) == ("违反本制度的各项规定的", ("4", "10", "22"))
    assert any("4" in rule.ref for rule in GEN2.entitlements_of("unit", kind="duty"))


def test_organisations_and_persons_apply_on_a_form_that_can_be_fetched():
    assert [(one.id, one.kind, one.joined_by, one.ref) for one in GEN2.classes] == [
        ("unit", "unit", "application", ("5",)),
        ("person", "person", "application", ("5",)),
    ]
    assert [one.id for one in GEN2.documents if one.template] == ["application_form"]


@pytest.mark.parametrize("class_id", MEMBERS)
def test_a_proof_is_attached_and_the_truth_declared(class_id):
    proof = next(one for one in GEN2.documents_for(class_id) if one.ref == ("6",))
    assert proof.required
    accepted = {one.id: one for one in GEN2.acceptances_for(class_id)}
    assert accepted["truth"].ref == ("6",)
    assert accepted["confidentiality"].ref == ("15",)
    assert {one.kind for one in accepted.values()} == {"commit"}


def test_three_ways_in():
    policy = GEN2.documents_policy
    assert (policy.channel, policy.allow_extra) == (("web", "mail", "counter"), True)
    assert {"7", "8"} <= set(policy.ref)


def test_the_conditions_that_the_document_does_not_name_are_judged():
    facts = Facts("unit")
    (asked,) = eligibility.check(GEN2, facts, on=date(2026, 3, 9))
    assert asked.needs_judgement
    assert [(source.key, source.basis) for source in asked.decision.sources] == [("5", Basis.GAP)]
    for satisfied, outcome in ((True, Outcome.PASS), (False, Outcome.FAIL)):
        judged = Facts("unit", judgements={"conditions": Judgement(satisfied, "查过")})
        verdict = eligibility.verdict(eligibility.check(GEN2, judged, on=date(2026, 3, 9)), GEN2)
        assert verdict.outcome is outcome


def test_admission_goes_from_review_to_interview_to_decision():
    admission = GEN2.workflow("admission")
    assert [(step.id, step.action, step.optional) for step in admission.steps] == [
        ("initial_review", "review", False),
        ("interview", "interview", True),
        ("decide", "decide", False),
    ]
    assert {step.actor for step in admission.steps} == {"institution"}
    first = admission.first
    assert {refusal.kind for refusal in first.refusals} == {"correct", "reject"}
    assert first.refusal("correct").ref == ("8",)


RECEIVED, REVIEWED = date(2026, 3, 9), date(2026, 3, 16)
ANSWERS = {"name": "李晓", "id_no": "11010519491231002X", "contact_name": "李晓", "mobile": "13800138000"}


def applied(*, papers: bool = True, accepted: bool = True):
    application = applications.start(world.user(), "person", on=RECEIVED)
    applications.save(application, ANSWERS, on=RECEIVED)
    application.refresh_from_db()
    for slot in slots(application, RECEIVED) if papers else ():
        file = keeping.keep_upload(BytesIO(world.PNG), name=f"{slot.rule.id}.png", by=application.case.applicant)
        documents.attach(application.case, slot.rule.id, file)
    applications.accept_rules(application, accepted, on=RECEIVED)
    return world.fresh(application)


@pytest.mark.rule("GEN2-6")
@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("papers", [True, False])
def test_without_a_proof_the_application_is_not_complete(papers):
    application = applied(papers=papers)
    assert set(applications.missing(application, RECEIVED)) == (set() if papers else {"document_proof"})


@pytest.mark.rule("GEN2-15")
@pytest.mark.usefixtures("adopted")
def test_confidentiality_is_promised_and_the_promise_kept_on_file():
    without = applied(accepted=False)
    assert set(applications.missing(without, RECEIVED)) == {"accept_rules"}
    application = applied()
    by = Actor.applicant(application.case.applicant)
    application = world.fresh(applications.submit(application, by=by, on=RECEIVED))
    assert application.rules_accepted_at is not None
    assert application.rules_version.rulebook == "gen2"
    promise = application.case.passages.get().decision
    assert ("gen2", "15") in {(one["document"], one["key"]) for reason in promise.reasons for one in reason["sources"]}


@pytest.mark.rule("GEN2-8")
@pytest.mark.usefixtures("adopted")
def test_after_the_initial_review_the_interview_comes_before_the_decision():
    application = applied()
    applications.submit(application, by=Actor.applicant(application.case.applicant), on=RECEIVED)
    case = world.fresh(application).case
    fine = Decision(Outcome.PASS, (Reason("possible", GEN2.workflow("admission").sources("gen2")),))
    officer = world.officer("institution")
    engine.pass_step(case, fine, step="initial_review", by=officer, on=REVIEWED)
    case.refresh_from_db()
    assert case.step == "interview"
    with pytest.raises(Refused) as refusal:
        engine.pass_step(case, fine, step="decide", by=officer, on=REVIEWED)
    (reason,) = refusal.value.decision.reasons
    assert (reason.code, reason.sources[0].key) == ("step_passed", "8")
    engine.pass_step(case, fine, step="interview", note="面试合格", by=officer, on=REVIEWED)
    case.refresh_from_db()
    assert (case.step, case.state) == ("decide", "open")


@pytest.mark.rule("GEN2-9")
@pytest.mark.usefixtures("adopted")
@pytest.mark.parametrize("approved", [date(2026, 4, 10), date(2026, 4, 11)])
def test_membership_starts_with_the_approval_and_costs_nothing(approved):
    application = applied()
    applications.submit(application, by=Actor.applicant(application.case.applicant), on=RECEIVED)
    officer = world.officer("institution")
    for slot in slots(application, REVIEWED):
        documents.judge(slot.current, Verdict.ACCEPTED, by=officer, on=REVIEWED)
    reviews.judge(application, "conditions", satisfied=True, note="查过", by=officer, on=REVIEWED)
    for step, on in (("initial_review", REVIEWED), ("interview", REVIEWED), ("decide", approved)):
        assert not Membership.objects.exists()
        reviews.pass_on(world.fresh(application), step=step, note="合格", by=officer, on=on)
    assert Membership.objects.get().starts_on == approved
    assert not Invoice.objects.exists()


@pytest.mark.parametrize("class_id", MEMBERS)
def test_no_fee_is_asked_of_either_class(class_id):
    owed = joining(
        GEN2, class_id=class_id, tier="ordinary", starts_on=RECEIVED, standard=(), calendar=calendar_of(GEN2)
    )
    assert (owed.outcome, owed.value) == (Outcome.PASS, ())
    assert GEN2.starts_on(class_id) == "decision.approved"


@pytest.mark.rule("GEN2-10")
def test_taking_away_the_membership_is_the_gravest_measure():
    gravest = max(GEN2.sanctions.ladder, key=lambda rung: rung.rank)
    assert (gravest.name, gravest.effects, gravest.period, gravest.ref) == (
        "取消会员资格",
        ("end_membership",),
        "none",
        ("10",),
    )
    day = date(2026, 5, 8)
    file = [Event(EventKind.JOINED, date(2026, 4, 10), 1, class_id="unit"), Event(EventKind.EXPELLED, day, 2)]
    assert standing(file, date(2026, 5, 7)).rights
    assert not standing(file, day).rights


def test_three_measures_of_which_the_fine_is_not_in_use():
    ladder = [(rung.rank, rung.name, rung.effects, rung.enabled) for rung in GEN2.sanctions.ladder]
    assert ladder == [
        (1, "警告", ("none",), True),
        (2, "罚款", ("fine",), False),
        (3, "取消会员资格", ("end_membership",), True),
    ]
    assert "不启用" in GEN2.article("22").note
    assert GEN2.sanctions.extensible


@pytest.mark.parametrize(
    ("kind", "article", "texts"),
    [
        ("right", "9", ["享受本机构提供的各项服务"]),
        ("right", "11", ["参加本机构组织的各类活动，并获得相应的优惠"]),
        pytest.param(
            "right",
            "12",
            ["提出对本机构的建议或意见", "参与机构的管理和决策"],
            marks=pytest.mark.rule("GEN2-12"),
        ),
        pytest.param(
            "duty",
            "13",
            ["遵守本机构的各项规定，维护机构的声誉和形象"],
            marks=pytest.mark.rule("GEN2-13"),
        ),
        pytest.param(
            "duty",
            "14",
            ["积极参与本机构的各项活动，促进会员之间的交流与合作"],
            marks=pytest.mark.rule("GEN2-14"),
        ),
        ("duty", "15", ["保护本机构的知识产权和商业机密，不得泄露给第三方"]),
        pytest.param(
            "service",
            "16",
            ["定期举办各类培训、讲座、论坛等活动，供会员参与"],
            marks=pytest.mark.rule("GEN2-16"),
        ),
        ("service", "17", ["不定期发布会员通讯，向会员提供新闻、活动信息等"]),
        pytest.param(
            "service",
            "18",
            ["为会员提供专属服务，如免费咨询、优先审稿等"],
            marks=pytest.mark.rule("GEN2-18"),
        ),
        ("service", "19", ["为会员提供咨询服务，解答会员在相关领域的问题"]),
        pytest.param(
            "service",
            "20",
            ["为会员提供在线交流平台，促进会员之间的交流与合作"],
            marks=pytest.mark.rule("GEN2-20"),
        ),
    ],
)
def test_rights_duties_and_services(kind, article, texts):
    assert held(kind)[article] == texts
    assert GEN2.entitlements_of("unit") == GEN2.entitlements_of("person")


def test_every_entitlement_is_in_the_words_of_its_article():
    for rule in GEN2.entitlements:
        assert verbatim(rule.text) in GEN2.article(rule.ref[0]).text, rule.id


def test_services_that_are_counted_or_handled():
    kinds = {rule.ref[0]: [] for rule in GEN2.benefits}
    for rule in GEN2.benefits:
        kinds[rule.ref[0]].append(rule.kind)
    assert kinds == {
        "11": ["discount"],
        "16": ["event"],
        "18": ["free", "priority"],
        "19": ["request"],
        "20": ["link"],
    }
    assert (GEN2.newsletter.regular, GEN2.newsletter.opt_out, GEN2.newsletter.ref) == (False, True, ("17",))


def test_outstanding_members_are_chosen_yearly():
    (award,) = GEN2.awards
    assert (award.name, award.per, award.public, award.decided_by) == ("优秀会员", "year", True, "institution")
    assert award.basis is Basis.INTERPRETATION


@pytest.mark.rule("GEN2-23")
def test_a_member_leaves_at_any_time_without_consent_or_ban():
    leaving = GEN2.withdrawal
    assert (leaving.ends_on, leaving.approval, leaving.written) == ("withdrawal.received", False, False)
    late = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert local_date(late) == date(2026, 12, 31)
    joined = Event(EventKind.JOINED, date(2026, 4, 10), 1, class_id="person")
    file = [joined, Event(EventKind.LEFT, local_date(late), 2)]
    assert standing(file, date(2026, 12, 30)).rights
    assert not standing(file, date(2026, 12, 31)).rights
    assert standing(file, date(2027, 1, 1)).status is Status.ENDED
    assert ban_until(GEN2, "withdrawal", date(2026, 12, 31)).value is None
    assert ban_until(GEN2, "expulsion", date(2026, 12, 31)).value is None


def test_what_the_document_does_not_say_is_off():
    silent = ("fees", "credit", "directory", "dishonesty", "ratification", "amendment", "voting", "points")
    assert {name: getattr(GEN2, name) for name in silent} == dict.fromkeys(silent)
    assert GEN2.bans == GEN2.certificates == GEN2.announcements == GEN2.reviews == GEN2.categories == ()
    with pytest.raises(Silent):
        GEN2.workflow("restoration")
