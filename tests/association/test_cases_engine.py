"""Cases move as the pinned rulebook says, for whoever it gives the step to, and for nobody else."""

from dataclasses import replace
from datetime import date

import pytest

from admissions.actions import applications, reviews
from association import ports
from association.actions import resolutions
from association.actions.resolutions import Vote
from association.actors import Actor
from association.cases import documents, engine
from association.decisions import Refused
from association.models import Passage
from association.models.file import Verdict
from association.states import HOLDERS, TRANSITIONS, State, Verb
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db):
    world.found()


def codes(refusal) -> list[str]:
    return [reason.code for reason in refusal.value.decision.reasons]


def articles(refusal) -> set[str]:
    return {source.key for source in refusal.value.decision.sources}


def test_every_state_has_a_holder():
    assert set(State) == HOLDERS.keys()


def test_transitions_lead_from_and_to_known_states():
    assert {state for state, _verb in TRANSITIONS} | set(TRANSITIONS.values()) <= set(State)


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID])
def test_what_has_ended_does_not_move(state):
    assert not [verb for verb in Verb if (state, verb) in TRANSITIONS]


@pytest.mark.rule("ACG-19.p2a")
def test_council_cannot_approve_before_the_secretary_general():
    application = world.at_secretary_general()
    drafted = world.resolution("council", application.case)

    passed = world.resolve(drafted)

    item = passed.items.get()
    assert item.outcome == "deferred"
    assert "决议" in item.note
    application.case.refresh_from_db()
    assert application.case.step == "secretary_general"


@pytest.mark.rule("ACG-19.p2a")
def test_council_step_is_not_passed_without_a_resolution():
    application = world.at_council()

    with pytest.raises(Refused) as refusal:
        reviews.pass_on(application, step="council", by=world.officer("council"), on=world.RESOLVED)

    assert codes(refusal) == ["needs_resolution"]
    assert {"19.p2"} <= articles(refusal)


def test_resolution_of_another_body_decides_nothing():
    application = world.at_council()
    drafted = world.resolution("standing_council", application.case)

    item = world.resolve(drafted).items.get()

    assert item.outcome == "deferred"
    application.case.refresh_from_db()
    assert application.case.state == State.OPEN


def test_officer_of_another_body_is_refused_with_the_article():
    application = world.submitted()
    with pytest.raises(Refused) as refusal:
        reviews.pass_on(application, step="dept_review", by=world.officer("secretary_general"), on=world.REVIEWED)

    assert codes(refusal) == ["not_your_body"]
    assert {"19.p1"} <= articles(refusal)


def test_second_of_two_officers_is_refused_and_nothing_is_done_twice():
    application = world.submitted()
    first, second = world.officer("membership_dept"), world.officer("membership_dept")
    world.review(application, first)
    stale = world.fresh(application)
    reviews.pass_on(world.fresh(application), step="dept_review", by=first, on=world.REVIEWED)

    with pytest.raises(Refused) as refusal:
        reviews.pass_on(stale, step="dept_review", by=second, on=world.REVIEWED)

    assert codes(refusal) == ["step_passed"]
    assert Passage.objects.filter(case=application.case, from_step="dept_review").count() == 1


def test_step_not_acted_on_can_be_taken_back_by_who_took_it():
    application = world.submitted()
    by = world.officer("membership_dept")
    world.review(application, by)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.REVIEWED)
    case = world.fresh(application).case

    with pytest.raises(Refused) as refusal:
        engine.take_back(case, by=world.officer("membership_dept"), on=world.REVIEWED)
    assert codes(refusal) == ["not_your_passage"]

    engine.take_back(case, by=replace(by, body="secretary_general"), on=world.REVIEWED)
    case.refresh_from_db()
    assert (case.state, case.step) == (State.OPEN, "dept_review")
    assert [p.verb for p in case.passages.all()] == ["submit", "pass", "take_back"]
    assert case.passages.get(verb="take_back").decision.body == "membership_dept"


def test_step_acted_on_cannot_be_taken_back():
    application = world.submitted()
    by = world.officer("membership_dept")
    world.review(application, by)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.REVIEWED)
    chief = world.officer("secretary_general")
    reviews.pass_on(world.fresh(application), step="secretary_general", by=chief, on=world.DECIDED)

    with pytest.raises(Refused) as refusal:
        engine.take_back(world.fresh(application).case, by=by, on=world.DECIDED)

    assert codes(refusal) == ["not_your_passage"]


def test_taking_back_cannot_itself_be_taken_back():
    application = world.submitted()
    by = world.officer("membership_dept")
    world.review(application, by)
    reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=world.REVIEWED)
    case = world.fresh(application).case
    engine.take_back(case, by=by, on=world.REVIEWED)

    with pytest.raises(Refused) as refusal:
        engine.take_back(case, by=by, on=world.REVIEWED)

    assert codes(refusal) == ["nothing_to_take_back"]


@pytest.mark.rule("ACG-19.p2b")
def test_rejection_without_reason_or_without_rule_is_refused():
    application = world.submitted()
    by = world.officer("membership_dept")

    with pytest.raises(Refused) as refusal:
        reviews.reject(application, step="dept_review", note=" ", rules=["7.p1"], by=by, on=world.REVIEWED)
    assert codes(refusal) == ["reasons_required"]

    with pytest.raises(Refused) as refusal:
        reviews.reject(application, step="dept_review", note="不符合", rules=[], by=by, on=world.REVIEWED)
    assert codes(refusal) == ["rejection_cites_nothing"]


@pytest.mark.rule("ACG-19.p2b")
def test_rejected_applicant_may_apply_again_the_next_day():
    first = world.submitted()
    by = world.officer("membership_dept")
    reviews.reject(first, step="dept_review", note="与本专业领域无关", rules=["7.p1"], by=by, on=world.REVIEWED)

    again = world.submitted(first.case.applicant, on=world.DECIDED)

    assert world.fresh(first).case.state == State.REFUSED
    assert again.case.state == State.OPEN


def test_returned_case_comes_back_to_the_step_and_keeps_its_first_day():
    application = world.submitted()
    by = world.officer("membership_dept")
    reviews.return_for_correction(application, step="dept_review", note="请补充简介", by=by, on=world.REVIEWED)
    application = world.fresh(application)
    assert application.case.state == State.RETURNED

    applications.submit(application, by=Actor.applicant(application.case.applicant), on=world.RESOLVED)

    case = world.fresh(application).case
    assert (case.state, case.step, case.submitted_on) == (State.OPEN, "dept_review", world.SUBMITTED)


def test_secretary_general_sends_back_with_reasons():
    application = world.at_secretary_general()
    chief = world.officer("secretary_general")

    with pytest.raises(Refused):
        reviews.send_back(application, step="secretary_general", note="", by=chief, on=world.DECIDED)
    reviews.send_back(application, step="secretary_general", note="请核实经营范围", by=chief, on=world.DECIDED)

    assert world.fresh(application).case.step == "dept_review"


def test_no_member_of_the_council_sends_back_alone():
    application = world.at_council()

    with pytest.raises(Refused) as refusal:
        reviews.send_back(application, step="council", note="请补充", by=world.officer("council"), on=world.RESOLVED)

    assert codes(refusal) == ["needs_resolution"]


def test_paper_is_not_judged_out_of_turn():
    application = world.at_secretary_general()
    paper = application.case.documents.current().first()

    with pytest.raises(Refused) as refusal:
        documents.judge(paper, Verdict.ACCEPTED, by=world.officer("membership_dept"), on=world.DECIDED)

    assert codes(refusal) == ["not_your_body"]


def test_batch_is_decided_item_by_item_and_a_refused_one_stays_listed():
    good = world.at_council()
    bad = world.at_council(world.submitted(uscc=world.USCC_OTHER, name="北京乙公司"))
    late = world.at_council(world.submitted(uscc=world.USCC_THIRD, name="北京丙公司"))
    drafted = world.resolution("council", good.case, bad.case, late.case)
    votes = dict(
        zip(
            [item.pk for item in drafted.items.order_by("pk")],
            [Vote("approved"), Vote("refused", "材料存疑"), Vote("deferred")],
            strict=True,
        )
    )

    resolutions.pass_items(drafted, votes, by=world.officer("secretariat"), on=world.RESOLVED)

    assert [item.outcome for item in drafted.items.order_by("pk")] == ["approved", "refused", "deferred"]
    states = [world.fresh(each).case.state for each in (good, bad, late)]
    assert states == [State.APPROVED, State.REFUSED, State.OPEN]
    assert drafted.items.order_by("pk")[1].note == "材料存疑"


def test_resolution_is_passed_once():
    application = world.at_council()
    drafted = world.resolution("council", application.case)
    world.resolve(drafted)

    with pytest.raises(Refused) as refusal:
        world.resolve(drafted)

    assert codes(refusal) == ["resolution_passed_already"]


@pytest.mark.rule("ACG-19.p2a")
def test_meeting_before_the_case_came_to_it_decides_nothing():
    application = world.at_council()
    drafted = world.resolution("council", application.case, on=date(2026, 9, 16))

    with pytest.raises(Refused) as refusal:
        world.resolve(drafted)

    assert codes(refusal) == ["meeting_before_case"]
    drafted.refresh_from_db()
    assert drafted.passed_on is None
    assert world.fresh(application).case.state == State.OPEN


def test_meeting_that_lies_ahead_resolves_nothing():
    application = world.at_council()
    drafted = world.resolution("council", application.case, on=date(2026, 9, 25))

    with pytest.raises(Refused) as refusal:
        world.resolve(drafted, on=date(2026, 9, 24))

    assert codes(refusal) == ["meeting_not_held"]


@pytest.mark.rule("ACG-7.p2")
def test_new_penalty_between_review_and_council_puts_the_item_off():
    from credit.models import PenaltyRecord

    application = world.at_council()
    PenaltyRecord.objects.create(
        party=application.party,
        kind="administrative_penalty",
        authority="北京市市场监督管理局",
        decided_on=date(2026, 9, 17),
        source="信用中国",
        recorded_on=date(2026, 9, 17),
    )

    item = world.resolve(world.resolution("council", application.case)).items.get()

    assert item.outcome == "deferred"
    assert "2026年9月17日" in item.note
    assert "未列入失信名录" not in item.note
    assert world.fresh(application).case.state == State.OPEN


def test_effects_are_registered_once_for_each_kind():
    assert list(ports.effects.missing()) == []
    with pytest.raises(RuntimeError):
        ports.effects.register("admission", object())
