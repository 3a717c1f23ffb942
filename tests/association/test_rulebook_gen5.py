"""gen5.toml: persons of two tiers with equal votes, fees after admission, leaving with consent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from admissions.actions import applications, reviews
from association import queries
from association.actions import bodies, profile, resolutions, rulebooks
from association.actors import SYSTEM, Actor
from association.decisions import Basis, Outcome, Refused
from association.models import Body
from association.rulebook import Silent, preset, preset_text
from association.rules.deadlines import calendar_of, deadline
from credit.rules.bans import ban_until
from fees.actions import standards
from fees.models import Invoice
from fees.rules.dues import Standard, annual, joining
from fees.rules.settlement import Paid, State, status_of
from members.models import Membership
from members.rules.standing import Event, EventKind, Status, standing
from tests import world

GEN5 = preset("gen5")
CALENDAR = calendar_of(GEN5)
STANDARD = Standard("2026", {("person", "ordinary"): Decimal("200.00"), ("person", "vip"): Decimal("500.00")})


def held(kind: str, holder: str = "person") -> dict[str, list[str]]:
    """Article → what it says of this holder (right, duty)."""
    found: dict[str, list[str]] = {}
    for rule in GEN5.entitlements_of(holder, kind=kind):
        found.setdefault(rule.ref[0], []).append(rule.text)
    return found


def test_22_articles_in_four_chapters():
    assert list(GEN5.articles) == [str(n) for n in range(1, 23)]
    firsts = {one.chapter: one.key for one in reversed(GEN5.articles.values())}
    assert list(reversed(firsts.items())) == [
        ("第一章 总则", "1"),
        ("第二章 会员的加入和退出", "10"),
        ("第三章 会员的权利和义务", "14"),
        ("第四章 会员权益的保障", "19"),
    ]
    assert GEN5.article("22").text.endswith("保障会员的发展和进步。")


def test_the_words_are_those_of_the_document():
    """Digest of the source without its headings, article numbers and line breaks."""
    words = "".join("".join(one.text.split()) for one in GEN5.articles.values() if one.parent is None)
    assert (len(words), sha256(words.encode()).hexdigest()[:16]) == (699, "3c841c27b042493e")


def test_a_template_has_no_association_and_no_dates():
    assert (GEN5.status, GEN5.adoptable, GEN5.kind) == ("template", True, "membership")
    assert (GEN5.association, GEN5.adopted_by, GEN5.effective_on) == ("", (), None)


@pytest.fixture
def adopted(db, monkeypatch):
    """In force since 1 January 2026, with fees. SQLite gives the key of a rolled-back version again."""
    monkeypatch.setattr(queries, "_kept", {})
    queries.governing_version.cache_clear()
    profile.set_up("某某组织")
    bodies.sync(GEN5)
    day = date(2026, 1, 1)
    meeting = resolutions.hold_meeting(Body.objects.get(key="council"), "会议", held_on=day)
    first, second = (
        resolutions.pass_bare(
            resolutions.draft(meeting, number, title, decides=decides, taken_from="档案室", by=SYSTEM), on=day
        )
        for number, title, decides in (
            ("1号", "关于章程的决议", "ordinary"),
            ("2号", "关于会费标准的决议", "fee_standard"),
        )
    )
    version = rulebooks.store(preset_text("gen5"), by=SYSTEM)
    rulebooks.adopt(version, effective_from=day, resolution=first, by=SYSTEM, on=day)
    amounts = {("person", "ordinary"): Decimal("200.00"), ("person", "vip"): Decimal("500.00")}
    standards.activate(standards.draft("会费标准", amounts, effective_from=day), second, by=SYSTEM, on=day)
    yield
    queries.governing_version.cache_clear()


@pytest.mark.usefixtures("adopted")
def test_it_is_adopted_and_in_force_from_its_day():
    assert queries.rulebook_on(date(2026, 1, 1)).id == "gen5"
    with pytest.raises(queries.NoRulebook):
        queries.rulebook_on(date(2025, 12, 31))


@pytest.mark.parametrize(
    ("article", "words"),
    [
        pytest.param(
            "1",
            "为了规范会员管理,加强组织建设,提高会员参与度,提升会员权益保障水平,制定本章程。",
            marks=pytest.mark.rule("GEN5-1"),
        ),
        pytest.param(
            "3",
            "会员管理工作应本着公平、公正、合法的原则,充分尊重会员的权利和利益。",
            marks=pytest.mark.rule("GEN5-3"),
        ),
    ],
)
def test_purpose_and_principle(article, words):
    assert GEN5.article(article).text == words
    assert GEN5.article(article).chapter == "第一章 总则"


@pytest.mark.rule("GEN5-2")
def test_exactly_two_tiers():
    assert [(tier.name, tier.rank, tier.closed) for tier in GEN5.tiers_of("person")] == [
        ("普通会员", 1, True),
        ("VIP会员", 2, True),
    ]
    assert len(GEN5.tiers) == 2
    assert "等" not in GEN5.article("2").text


@pytest.mark.rule("GEN5-4")
def test_votes_are_equal_whatever_the_tier():
    voting = GEN5.voting
    assert (voting.equal, dict(voting.weights), voting.excluded) == (True, {}, ())
    assert (voting.electorate, voting.ref) == ("members", ("4",))
    assert GEN5.entitlements_of("person", "vip") == GEN5.entitlements_of("person", "ordinary")
    assert held("right")["4"] == ["自由讨论、表达意见并参与组织的决策"]
    assert "VIP" in GEN5.article("4").note


@pytest.mark.parametrize(
    ("kind", "article", "text"),
    [
        pytest.param(
            "duty", "5", "积极参与组织的各项活动，共同推动组织的发展和进步", marks=pytest.mark.rule("GEN5-5")
        ),
        pytest.param("duty", "6", "维护本组织的形象和利益，不得损害组织的声誉", marks=pytest.mark.rule("GEN5-6")),
        pytest.param(
            "right",
            "7",
            "享有权利和利益，包括但不限于获得信息、参与活动、享受优惠等",
            marks=pytest.mark.rule("GEN5-7"),
        ),
        pytest.param(
            "duty",
            "8",
            "遵守组织的章程和规定，维护组织内部秩序，不得利用会员身份从事违法和违纪行为",
            marks=pytest.mark.rule("GEN5-8"),
        ),
        pytest.param(
            "right",
            "14",
            "享有参与组织内部活动、决策的权利，并有权提出建议和意见",
            marks=pytest.mark.rule("GEN5-14"),
        ),
        ("right", "15", "要求组织为其提供必要的服务和支持"),
        pytest.param("duty", "16", "遵守组织的章程和规定，维护组织的利益和形象", marks=pytest.mark.rule("GEN5-16")),
        ("duty", "17", "按时缴纳会费，并积极参与组织的各项活动"),
        pytest.param("duty", "18", "维护组织内部秩序，不得从事违法和违纪行为", marks=pytest.mark.rule("GEN5-18")),
    ],
)
def test_rights_and_duties_of_members(kind, article, text):
    assert held(kind)[article] == [text]
    assert text.replace("，", ",") in GEN5.article(article).text


@pytest.mark.parametrize(
    ("article", "text"),
    [
        pytest.param("19", "为会员提供必要的信息和服务，并尊重会员的意见和建议", marks=pytest.mark.rule("GEN5-19")),
        pytest.param(
            "20",
            "依法保护会员的合法权益，不得侵犯会员的人身权、财产权等各项权益",
            marks=pytest.mark.rule("GEN5-20"),
        ),
        ("21", "建立健全的会员维权制度，及时解决会员提出的合理诉求"),
        pytest.param(
            "22",
            "为会员提供良好的学习、交流、发展平台，保障会员的发展和进步",
            marks=pytest.mark.rule("GEN5-22"),
        ),
    ],
)
def test_duties_of_the_organisation(article, text):
    assert held("duty", "organisation")[article] == [text]
    assert text.replace("，", ",") in GEN5.article(article).text
    assert article not in held("duty")


@pytest.mark.rule("GEN5-8")
def test_grounds_of_a_sanction():
    assert [(ground.text, ground.ref[0]) for ground in GEN5.sanctions.grounds] == [
        ("违反章程、规定的", "13"),
        ("损害组织利益的", "13"),
        ("利用会员身份从事违法和违纪行为的", "8"),
    ]


@pytest.mark.rule("GEN5-9")
def test_the_council_carries_the_rules_out_and_decides_on_members():
    assert GEN5.meta.implemented_by == GEN5.sanctions.decided_by == "council"
    assert GEN5.body("council").kind == "council"
    (step,) = GEN5.workflow("sanction").steps
    assert (step.actor, step.action, step.needs_resolution) == ("council", "resolve", True)
    assert "9" in step.ref


@pytest.mark.rule("GEN5-10")
def test_the_membership_department_admits_in_one_step():
    (step,) = GEN5.workflow("admission").steps
    assert (step.actor, step.action, step.needs_resolution) == ("membership_dept", "decide", False)
    assert GEN5.body("membership_dept").name == "会员管理部门"
    assert GEN5.starts_on("person") == "decision.approved"


@pytest.mark.rule("GEN5-10", "GEN5-11")
@pytest.mark.usefixtures("adopted")
def test_after_the_approval_one_is_a_member_and_owes_the_fee():
    approved = date(2026, 3, 10)
    answers = {"name": "李晓", "id_no": "11010519491231002X", "contact_name": "李晓", "mobile": "13800138000"}
    application = applications.start(world.user(), "person", on=date(2026, 3, 2))
    applications.save(application, answers, on=date(2026, 3, 2))
    application = world.fresh(application)
    by = Actor.applicant(application.case.applicant)
    application = world.fresh(applications.submit(application, by=by, on=date(2026, 3, 2)))
    assert application.case.step == "review"
    with pytest.raises(Refused):
        reviews.judge(application, "conditions", satisfied=True, note="查过", by=world.officer("council"), on=approved)
    officer = world.officer("membership_dept")
    reviews.judge(application, "conditions", satisfied=True, note="查过", by=officer, on=approved)
    assert not Membership.objects.exists()
    reviews.pass_on(world.fresh(application), step="review", note="合格", by=officer, on=approved)

    membership = Membership.objects.get()
    assert (membership.starts_on, membership.until) == (approved, None)
    invoice = Invoice.objects.get(case=application.case)
    assert [(line.year, line.amount) for line in invoice.lines.all()] == [(2026, Decimal("200.00"))]


def first_fee(tier: str, approved: date):
    return joining(GEN5, class_id="person", tier=tier, starts_on=approved, standard=STANDARD, calendar=CALENDAR)


@pytest.mark.rule("GEN5-11")
@pytest.mark.parametrize("approved", [date(2026, 1, 1), date(2026, 3, 10), date(2026, 12, 31)])
def test_a_member_is_one_before_paying(approved):
    owed = first_fee("ordinary", approved)
    assert [(line.year, line.amount, line.due_on) for line in owed.value] == [(2026, Decimal("200.00"), None)]
    assert not GEN5.fees.before_review
    assert status_of(owed.value, [], approved).state is State.UNPAID
    joined = [Event(EventKind.JOINED, approved, 1, class_id="person", tier="ordinary")]
    assert standing(joined, approved).status is Status.ACTIVE
    assert standing(joined, approved).rights


def test_fee_by_tier_for_the_year_without_proration():
    assert GEN5.fees.proration is None
    assert [line.amount for line in first_fee("vip", date(2026, 11, 30)).value] == [Decimal("500.00")]
    following = annual(
        GEN5,
        class_id="person",
        tier="vip",
        year=2027,
        on=date(2027, 1, 1),
        standard=STANDARD,
        calendar=CALENDAR,
    )
    assert [(line.year, line.amount) for line in following.value] == [(2027, Decimal("500.00"))]
    assert {source.basis for line in following.value for source in line.sources if source.document} == {Basis.GAP}


def test_overdue_from_the_day_after_the_one_that_the_association_sets():
    assert GEN5.fees.due is GEN5.fees.first_due is None
    assert "期限由组织设定" in GEN5.fees.note
    (line,) = first_fee("ordinary", date(2026, 3, 10)).value
    asked = [replace(line, due_on=date(2026, 6, 30))]
    assert not status_of(asked, [], date(2026, 6, 30)).overdue
    assert status_of(asked, [], date(2026, 7, 1)).overdue
    assert not status_of([line], [], date(2026, 7, 1)).overdue
    assert not status_of(asked, [Paid(2026, Decimal("200.00"), date(2026, 6, 30))], date(2026, 7, 1)).overdue


def test_leaving_is_asked_for_in_writing_and_agreed_to():
    leaving = GEN5.withdrawal
    assert (leaving.written, leaving.approval, leaving.approved_by) == (True, True, "membership_dept")
    assert leaving.ends_on == "decision.approved"
    (step,) = GEN5.workflow("withdrawal").steps
    assert (step.actor, step.action) == ("membership_dept", "decide")
    assert step.refusal("reject").reasons_required
    assert ban_until(GEN5, "withdrawal", date(2026, 4, 1)).value is None


@pytest.mark.rule("GEN5-13")
def test_two_measures():
    assert [(rung.rank, rung.name, rung.effects) for rung in GEN5.sanctions.ladder] == [
        (1, "处罚", ("none",)),
        (2, "清退", ("end_membership",)),
    ]
    assert not GEN5.sanctions.extensible
    assert GEN5.sanctions.automatic == ()


def test_requests_and_the_answer_to_a_complaint():
    requests = {rule.ref[0]: rule for rule in GEN5.benefits if rule.kind == "request"}
    assert set(requests) == {"15", "21"}
    complaint = requests["21"]
    assert not complaint.blocked_when
    # Fri 24 April 2026: 1 to 5 May are free, Sat 9 May is worked
    events = {"application.submitted": date(2026, 4, 24)}
    answer = deadline(GEN5, complaint, complaint.deadline, events=events, calendar=CALENDAR)
    assert answer.value.day == date(2026, 5, 19)
    assert answer.sources[0].basis is Basis.GAP
    assert requests["15"].deadline is None


def test_what_the_document_does_not_say_is_off():
    silent = ("credit", "directory", "dishonesty", "ratification", "amendment", "points", "newsletter", "documents")
    assert not [name for name in silent if getattr(GEN5, name)]
    assert GEN5.bans == GEN5.certificates == GEN5.announcements == GEN5.awards == GEN5.appeals == ()
    with pytest.raises(Silent):
        GEN5.workflow("restoration")
    assert ban_until(GEN5, "expulsion", date(2026, 4, 1)).outcome is Outcome.PASS
