"""A step that is decided for another body needs that body's delegation on the day (PROP-6.3, INS-6)."""

from datetime import date, timedelta

import pytest

from admissions.actions import reviews
from admissions.admin.moves import BY_NAME, Desk
from association.actions import delegations, document_series, official_notices
from association.actions.resolutions import draft, hold_meeting
from association.actors import SYSTEM, Actor
from association.cases import engine
from association.decisions import Refused, SourceKind
from association.models import Body, Delegation, User
from association.phrases import sentence
from association.states import State
from portal.demo import accounts, loader
from portal.demo.plans import PLANS
from portal.demo.walk import Walk, fresh
from tests.adopted import resolved

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2024, 9, 1), date(2026, 5, 31)
AFTER = LAST + timedelta(1)
SUBMITTED = date(2026, 5, 25)


def codes(refusal) -> list[str]:
    return [reason.code for reason in refusal.value.decision.reasons]


@pytest.fixture
def world(settings):
    """Return ``world(id)``: the association of this demo, in which nothing is delegated yet."""

    def founded(id: str) -> Walk:
        settings.RULEBOOK = id
        loader.found(PLANS[id])
        Delegation.objects.all().delete()
        users = accounts.create(on=PLANS[id].founded)
        seats = {seat.body.key: seat.user for user in users.values() for seat in user.seats.select_related("body")}
        return Walk(PLANS[id], seats, (users["finance"], users["finance2"]))

    return founded


def granted(taker: str = "secretariat", *, resolution=None, from_on=FIRST, until=AFTER, giver="council", **more):
    return delegations.grant(
        resolution or resolved(giver, FIRST),
        from_body=Body.objects.get(key=giver),
        to_body=Body.objects.get(key=taker),
        kind=more.pop("kind", "admission"),
        from_on=from_on,
        until=until,
        by=SYSTEM,
        on=FIRST,
        **more,
    )


def at(walk: Walk, step: str, class_id: str = "unit", name: str = "北京星野物业服务有限公司"):
    """An application that stands at the step which is decided for the council."""
    user = User.objects.create_user(f"a{User.objects.count()}@test.example", "a-long-password", name="林晓")
    application = walk.submit(walk.draft(user, class_id, name, on=SUBMITTED), on=SUBMITTED)
    application = walk.advance(application, to=step, on=SUBMITTED)
    assert engine.current_step(application.case).delegated_by == "council"
    return application


def decide(walk: Walk, application, *, on: date, step: str = "decide", body: str = "secretariat"):
    by = walk.officer(body)
    walk.check(fresh(application), by=by, on=on)
    return reviews.pass_on(fresh(application), step=step, note="经讨论通过。", by=by, on=on)


@pytest.mark.rule("PROP-6.3")
@pytest.mark.parametrize("on", [LAST - timedelta(1), LAST])
def test_secretariat_decides_until_the_last_day_of_the_delegation(world, on):
    walk = world("property")
    granted()
    application = at(walk, "decide")

    passage = decide(walk, application, on=on)

    assert fresh(application).case.state == State.APPROVED
    under = [reason for reason in passage.decision.decision.reasons if reason.code == "under_delegation"]
    number = Delegation.objects.get().resolution.number
    assert [(s.kind, s.key) for s in under[0].sources if s.kind is SourceKind.RESOLUTION] == [
        (SourceKind.RESOLUTION, number)
    ]
    assert any(source.key == "6.3" for source in under[0].sources)


@pytest.mark.rule("PROP-6.3")
def test_day_after_the_delegation_is_blocked_with_its_article(world):
    walk = world("property")
    granted()
    application = at(walk, "decide")

    with pytest.raises(Refused) as refusal:
        decide(walk, application, on=AFTER)

    assert codes(refusal) == ["delegation_missing"]
    assert sentence(refusal.value.decision.reasons[0]) == "缺少理事会授权（第六条（三））"
    assert {source.key for source in refusal.value.decision.sources} == {"6.3"}
    assert fresh(application).case.state == State.OPEN


@pytest.mark.rule("PROP-6.3")
def test_day_before_the_delegation_is_blocked(world):
    walk = world("property")
    application = at(walk, "decide")
    granted(from_on=SUBMITTED + timedelta(1))

    assert engine.check_delegation(application.case, on=SUBMITTED).reasons[0].code == "delegation_missing"
    assert engine.check_delegation(application.case, on=SUBMITTED + timedelta(1)).passed


@pytest.mark.rule("PROP-6.3")
def test_delegate_signs_a_document_about_a_delegated_case_and_no_other(world):
    walk = world("property")
    about = at(walk, "decide").case
    run = document_series.open_series(
        name="协字", form="协字〔{year}〕{seq}号", letterhead="协会文件",
        signed_by_body=Body.objects.get(key="council"), first_year=2026,
    )  # fmt: skip
    clerk, other = (Actor.officer(User.objects.create_user(f"{n}@test.example", "a-long-password")) for n in "ab")

    def checked(case):
        typed = {"series": run, "kind": "notice", "title": "关于批准入会的通知", "text": "经研究决定。",
                 "attachments": [], "printed_by": "秘书处", "case": case}  # fmt: skip
        notice = official_notices.draft(typed, by=clerk, on=LAST)
        return official_notices.check(notice, by=other, on=LAST)

    def refused(notice, by, on) -> bool:
        with pytest.raises(Refused) as refusal:
            official_notices.sign(notice, by=by, on=on)
        return codes(refusal) == ["not_your_body"]

    delegate = walk.officer("secretariat")
    assert refused(checked(about), delegate, LAST)
    under = granted()
    assert refused(checked(about), clerk, LAST)
    assert refused(checked(about), delegate, AFTER)
    assert refused(checked(None), delegate, LAST)

    signed = official_notices.sign(checked(about), by=delegate, on=LAST)

    assert (signed.signing.body, signed.signed_by) == ("secretariat", delegate.user)
    said = [sentence(reason) for reason in signed.signing.decision.reasons]
    assert any("理事会" in line and under.resolution.number in line for line in said)
    assert official_notices.sign(checked(None), by=walk.officer("council"), on=LAST).signing.body == "council"


@pytest.mark.rule("PROP-6.3")
def test_button_says_what_the_act_refuses_with(world):
    walk = world("property")
    granted()
    application = at(walk, "decide")
    by = walk.officer("secretariat")
    walk.check(fresh(application), by=by, on=SUBMITTED)
    move = BY_NAME["pass"]

    def offered(on):
        return move.check(Desk(fresh(application), by, on), "decide")

    assert offered(LAST).passed
    assert [sentence(reason) for reason in offered(AFTER).reasons] == ["缺少理事会授权（第六条（三））"]


@pytest.mark.rule("INS-6")
def test_expired_delegation_blocks_the_standing_office(world):
    walk = world("insurance")
    granted("standing_office")
    application = at(walk, "approval", "ordinary", "星野保险经纪有限公司")

    with pytest.raises(Refused) as refusal:
        decide(walk, application, on=AFTER, step="approval", body="standing_office")
    decide(walk, application, on=LAST, step="approval", body="standing_office")

    assert codes(refusal) == ["delegation_missing"]
    assert "第六条" in sentence(refusal.value.decision.reasons[0])
    assert fresh(application).case.state == State.APPROVED


@pytest.mark.rule("PROP-6.3")
def test_delegation_of_another_body_or_kind_opens_nothing(world):
    walk = world("property")
    application = at(walk, "decide")
    row = granted()
    for change in ({"kind": "withdrawal"}, {"from_body": Body.objects.get(key="delegates_assembly")}):
        Delegation.objects.filter(pk=row.pk).update(**change)
        assert not engine.check_delegation(application.case, on=LAST).passed
        Delegation.objects.filter(pk=row.pk).update(kind="admission", from_body=Body.objects.get(key="council"))
    assert engine.check_delegation(application.case, on=LAST).passed


@pytest.mark.rule("PROP-6.3")
def test_resolution_for_one_case_opens_that_case_alone(world):
    walk = world("property")
    one, other = at(walk, "decide"), at(walk, "decide", name="北京云栖物业服务有限公司")
    granted(case=one.case, from_on=SUBMITTED, until=None, resolution=resolved("council", SUBMITTED))

    assert engine.check_delegation(one.case, on=AFTER).passed
    assert not engine.check_delegation(other.case, on=AFTER).passed


def test_refusal_needs_the_delegation_too_and_a_return_does_not(world):
    walk = world("property")
    application = at(walk, "decide")
    step = engine.current_step(application.case)
    reject = step.refusals[0].model_copy(update={"kind": "reject"})
    own = step.model_copy(update={"refusals": (reject, step.refusals[0])})
    case = application.case
    case.own_steps = [own.model_dump(mode="json", by_alias=True)]
    case.save()
    by = walk.officer("secretariat")

    refuse = engine.check_way_out(case, engine.Verb.REFUSE, by, step="decide", on=AFTER)
    send_back = engine.check_way_out(case, engine.Verb.SEND_BACK, by, step="decide", on=AFTER)

    assert [reason.code for reason in refuse.reasons] == ["delegation_missing"]
    assert send_back.passed


def test_who_is_not_seated_is_told_so_before_the_delegation(world):
    walk = world("property")
    application = at(walk, "decide")
    outsider = Actor.officer(User.objects.create_user("x@test.example", "a-long-password"))

    decision = reviews.check_pass(application, step="decide", by=outsider, on=AFTER)

    assert [reason.code for reason in decision.reasons] == ["not_your_body"]


class TestGranting:
    @pytest.fixture(autouse=True)
    def _property(self, world):
        world("property")

    def test_asks_for_a_passed_resolution_of_the_body(self):
        drafted = draft(hold_meeting(Body.objects.get(key="council"), "会议", held_on=FIRST), "草1", "授权", by=SYSTEM)
        with pytest.raises(Refused) as not_passed:
            granted(resolution=drafted)
        with pytest.raises(Refused) as another:
            granted(resolution=resolved("delegates_assembly", FIRST))
        assert codes(not_passed) == ["resolution_not_passed"]
        assert codes(another) == ["delegation_by_another_body"]

    def test_begins_on_the_day_of_the_resolution_at_the_earliest(self):
        with pytest.raises(Refused) as early:
            granted(from_on=FIRST - timedelta(1))
        assert codes(early) == ["delegation_before_resolution"]
        assert granted(from_on=FIRST).from_on == FIRST

    def test_ends_after_it_begins(self):
        with pytest.raises(Refused) as refusal:
            granted(until=FIRST)
        assert codes(refusal) == ["delegation_disordered"]
        assert granted(until=FIRST + timedelta(1)).until == FIRST + timedelta(1)

    def test_only_what_the_rules_provide_for(self):
        with pytest.raises(Refused) as refusal:
            granted(kind="withdrawal")
        assert codes(refusal) == ["delegation_not_provided"]

    def test_stores_its_decision_with_article_and_resolution(self):
        row = granted()
        keys = {source.key for source in row.decision.sources}
        assert {"6.3", row.resolution.number} <= keys
        assert row.decision.version is not None

    def test_is_wanted_once_however_many_steps_ask(self):
        assert [(w.from_body, w.to_body, w.kind) for w in delegations.wanted_on(FIRST)] == [
            ("council", "secretariat", "admission")
        ]


class TestRevoking:
    @pytest.fixture
    def row(self, world):
        world("property")
        return granted()

    def revoke(self, row, until, note="理事会收回授权。", on=date(2025, 3, 1)):
        return delegations.revoke(row, until=until, note=note, by=SYSTEM, on=on)

    def test_ends_it_from_the_day(self, row):
        row = self.revoke(row, date(2025, 3, 1))
        assert Delegation.objects.on(date(2025, 2, 28)).exists()
        assert not Delegation.objects.on(date(2025, 3, 1)).exists()
        assert row.until == AFTER
        assert row.revocation.decision.reasons[0].facts["note"] == "理事会收回授权。"

    def test_not_twice_not_back_in_time_not_without_reason(self, row):
        with pytest.raises(Refused) as back:
            self.revoke(row, date(2025, 2, 28))
        with pytest.raises(Refused) as unsaid:
            self.revoke(row, date(2025, 3, 1), note=" ")
        self.revoke(row, date(2025, 3, 1))
        with pytest.raises(Refused) as again:
            self.revoke(row, date(2025, 4, 1))
        assert [codes(each) for each in (back, unsaid, again)] == [
            ["delegation_revoked_back"],
            ["delegation_reason_required"],
            ["delegation_over"],
        ]

    @pytest.mark.parametrize(("on", "over"), [(LAST, False), (AFTER, True)])
    def test_not_once_it_is_over(self, row, on, over):
        assert delegations.check_revoke(row, until=on).passed is not over


@pytest.mark.parametrize(("id", "wanted"), [("property", [("council", "secretariat")]), ("acg", [])])
def test_demo_delegates_what_its_rulebook_asks_for_and_no_more(id, wanted):
    plan = PLANS[id]
    loader.found(plan)
    rows = Delegation.objects.values_list("from_body__key", "to_body__key", "from_on", "until")
    assert list(rows) == [(*bodies, plan.founded, plan.term_until) for bodies in wanted]
