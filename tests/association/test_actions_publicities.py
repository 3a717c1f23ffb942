"""On show (公示): how long, provisional over a year without a calendar, extended, closed with its result."""

import contextlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from association import queries
from association.actions import announcements, publicities
from association.cases import deadlines, engine, shown
from association.db.constraints import violation_message
from association.decisions import Refused, article
from association.models import DeadlineChange, Publicity
from association.models.announcement import ActKind
from association.models.objection import ObjectionOutcome, Proposal, ResultKind
from association.phrases import sentence
from association.rulebook.schema import AnnouncementRule, Step
from association.rules.counting import workdays_after
from association.states import State
from tests import calendars as given_calendars
from tests import world
from tests.announced import LAST, OVER, SHOWN, WRITTEN, answered, objection, secretary, to_show
from tests.announced import shown as put_on_show

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(SHOWN)
    world.found()


@contextlib.contextmanager
def refused(*expected):
    with pytest.raises(Refused) as refusal:
        yield refusal
    assert [reason.code for reason in refusal.value.decision.reasons] == list(expected)


def close(publicity, on=OVER):
    return publicities.close(publicity, by=secretary(), on=on)


# how long


def test_five_working_days_after_the_day_of_publication():
    publicity = put_on_show()

    assert (publicity.started_on, publicity.deadline.due_on) == (SHOWN, LAST)
    assert not publicity.deadline.provisional
    assert "C-4" in [source["key"] for source in publicity.deadline.sources]
    assert (publicity.case.state, publicity.case.step) == (State.OPEN, "publicity")
    assert publicity.deadline.body == "secretariat"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dates(date(2026, 1, 5), date(2026, 11, 1)), st.integers(1, 30))
def test_counts_as_the_calendar_does(day, days):
    with transaction.atomic():
        publicity = put_on_show(on=day, days=days)
        assert publicity.deadline.due_on == workdays_after(day, days, queries.calendar()).day
        transaction.set_rollback(True)


def test_over_a_year_without_a_calendar_it_is_provisional_and_later_when_the_year_is_loaded(clock):
    clock("2026-12-24")
    publicity = put_on_show(on=date(2026, 12, 24), days=30)
    before = publicity.deadline.due_on
    assert publicity.deadline.provisional

    given_calendars.load(on=date(2026, 12, 28))

    publicity.deadline.refresh_from_db()
    assert publicity.deadline.due_on > before  # the spring festival
    assert not publicity.deadline.provisional
    change = DeadlineChange.objects.get(deadline=publicity.deadline)
    assert (change.old_on, change.new_on, change.case) == (before, publicity.deadline.due_on, publicity.case)


def test_a_last_day_once_shown_is_never_an_earlier_one():
    """Ten working days from Thursday 24 December 2026 end on 8 January 2027, as far as is known (C-5). Then the year
    is published with a Sunday that is worked, by which they would end on the 7th.
    """
    publicity = put_on_show(on=date(2026, 12, 24), days=10)
    assert (publicity.deadline.due_on, publicity.deadline.provisional) == (date(2027, 1, 8), True)

    worked = given_calendars.YEAR_2027.replace(
        "2027-01-01至2027-01-03,放假,元旦", "2027-01-01,放假,元旦\n2027-01-03,上班,元旦"
    ).replace("2027-02-05至2027-02-11,放假,春节", "2027-02-05至2027-02-12,放假,春节")
    given_calendars.load(worked, on=date(2026, 12, 28))

    calendar = queries.calendar(queries.rulebook_on(SHOWN))
    assert workdays_after(date(2026, 12, 24), 10, calendar).day == date(2027, 1, 7)
    publicity.deadline.refresh_from_db()
    assert (publicity.deadline.due_on, publicity.deadline.provisional) == (date(2027, 1, 8), False)


def test_while_its_last_day_is_provisional_it_is_not_closed():
    publicity = put_on_show(on=date(2026, 12, 24), days=10)
    due = publicity.deadline.due_on

    with refused("publicity_provisional") as refusal:
        close(publicity, due + DAY)
    assert "2027年的日历还没有载入" in sentence(refusal.value.decision.reasons[0])

    given_calendars.load(on=due + DAY)
    publicity.deadline.refresh_from_db()
    assert close(publicity, publicity.deadline.due_on + DAY).result == ResultKind.NO_OBJECTION


def test_without_a_rulebook_nothing_goes_on_show():
    """The last day under a calendar needs a rulebook that names one; the first came into force on 20 May 2024."""
    first = queries.adoptions()[-1][0]
    early, on = first - 3 * DAY, first - DAY
    draft = to_show(on=early)
    assert draft.decision.version_id is None

    with refused("publicity_without_rulebook") as refusal:
        announcements.release(draft, by=secretary(), on=on)
    assert "请先" in sentence(refusal.value.decision.reasons[0])
    draft.refresh_from_db()
    assert draft.published_on is None
    assert not Publicity.objects.exists()

    announcements.release(draft, by=secretary(), on=first)
    assert Publicity.objects.get().started_on == first


def test_a_rule_names_its_article_and_its_body():
    case = world.submitted().case
    rule = AnnouncementRule.model_validate(
        {
            "id": "member_registry",
            "on": "registration.completed",
            "fields": ["name"],
            "ref": ["25"],
            "publicity": {"n": 3, "unit": "workday", "from": "result.publicised"},
        }
    )
    record = case.passages.get().decision
    draft = announcements.draft(
        rule, {"name": "星野"}, title="公示", person=False, case=None, record=record, on=WRITTEN
    )
    announcements.release(draft, by=secretary(), on=SHOWN)

    publicity = Publicity.objects.get()
    assert article("acg", "25").as_json() in publicity.deadline.sources
    assert publicity.case.version_id == record.version_id
    assert deadlines.steps_of(publicity.case)[0].ref == ("25",)


# longer


def test_extended_from_its_last_day_or_from_today_where_that_is_over():
    publicity = put_on_show()
    first = publicity.deadline

    publicity = publicities.extend(publicity, days=2, reason="来函要求", by=secretary(), on=SHOWN)
    assert publicity.deadline.due_on == workdays_after(LAST, 2, queries.calendar()).day
    first.refresh_from_db()
    assert first.dropped_on == SHOWN

    late = publicity.deadline.due_on + 7 * DAY
    publicity = publicities.extend(publicity, days=1, reason="再延", by=secretary(), on=late)
    assert publicity.deadline.due_on > late
    assert [act.what for act in publicity.announcement.acts.order_by("pk")][-2:] == [ActKind.EXTENDED] * 2


@pytest.mark.parametrize("days", [0, -1, 61])
def test_extended_by_a_number_of_days_that_makes_sense(days):
    with refused("publicity_days_out_of_range"):
        publicities.extend(put_on_show(), days=days, reason="来函", by=secretary(), on=SHOWN)


def test_an_extension_says_why_and_a_closed_one_is_not_extended():
    publicity = put_on_show()
    with refused("extension_reason_required"):
        publicities.extend(publicity, days=1, reason=" ", by=secretary(), on=SHOWN)
    close(publicity)
    with refused("publicity_closed"):
        publicities.extend(publicity, days=1, reason="来函", by=secretary(), on=OVER)


# the end


def test_closed_after_its_last_day_without_objection():
    publicity = put_on_show()

    with refused("publicity_running"):
        close(publicity, LAST)
    closed = close(publicity)

    assert (closed.result, closed.closed_on) == (ResultKind.NO_OBJECTION, OVER)
    assert closed.case.state == State.OPEN  # as it was read
    closed.case.refresh_from_db()
    closed.deadline.refresh_from_db()
    assert (closed.case.state, closed.case.closed_on, closed.deadline.met_on) == (State.APPROVED, OVER, OVER)
    assert closed.announcement.acts.last().decision.decision.reasons[0].code == "publicity_no_objection"
    with refused("publicity_closed"):
        close(publicity)


def test_open_objections_keep_it_from_being_closed():
    publicity = put_on_show()
    made = objection(publicity)

    with refused("objections_open"):
        close(publicity)
    answered(made)

    assert close(publicity).result == ResultKind.NOT_UPHELD


def test_what_follows_from_an_objection_is_confirmed_before():
    publicity = put_on_show()
    answered(objection(publicity), ObjectionOutcome.UPHELD, Proposal.REPEAT)

    with refused("objection_follow_up_open"):
        close(publicity)


@pytest.mark.parametrize("change", [{"result": "no_objection"}, {"closed_on": None, "closed_by": None, "result": ""}])
def test_a_result_is_not_changed_afterwards(change):
    publicity = put_on_show()
    answered(objection(publicity))
    close(publicity)

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Publicity.objects.filter(pk=publicity.pk).update(**change)
    assert violation_message(error.value) == "公示结束后不能再改。请另行公示。"


def test_withdrawn_it_is_on_show_no_longer():
    publicity = put_on_show()
    made = objection(publicity)

    announcements.withdraw(publicity.announcement, reason="名单有误", by=secretary(), on=SHOWN)

    publicity.refresh_from_db()
    assert (publicity.result, publicity.closed_on) == (ResultKind.WITHDRAWN, SHOWN)
    assert publicity.case.state == State.WITHDRAWN
    assert publicity.case.deadlines.unmet().count() == 0
    assert answered(made).answered_on == SHOWN  # who objected still gets an answer


# a case that waits for it


def waiting_case(publicity_step):
    """A case at the step after one that puts something on show."""
    steps = [
        Step.model_validate(
            {"id": "show", "actor": "secretariat", "action": "publish", "ref": ["25"], **publicity_step}
        ),
        Step.model_validate({"id": "list", "actor": "secretariat", "action": "register", "ref": ["25"]}),
    ]
    case = engine.open_case("registry_entry", subject="入库", own_steps=steps, on=SHOWN)
    version = queries.governing(SHOWN).version_id
    by = secretary()
    engine.submit(case, put_on_show_decision(), version_id=version, by=by, on=SHOWN)
    case.refresh_from_db()
    return case, by


def put_on_show_decision():
    from association.decisions import passed, setting

    return passed("possible", setting("workflow"))


SHOWS = {"publicity": {"n": 5, "unit": "workday", "from": "result.publicised"}}


def announce(case, by, on=SHOWN):
    rule = AnnouncementRule.model_validate(
        {"id": "call_result", "on": "result.publicised", "fields": ["name"], "ref": ["25"]}
    )
    record = case.passages.latest("seq").decision
    draft = announcements.draft(rule, {"name": "星野"}, title="公示", person=False, case=case, record=record, on=on)
    return announcements.publish(draft, by=by, on=on)


@pytest.mark.rule("SVC-8")
def test_the_case_goes_on_once_the_publicity_is_closed():
    case, by = waiting_case(SHOWS)
    assert announce(case, by).period["n"] == 5  # the step's own
    engine.pass_step(case, put_on_show_decision(), step="show", by=by, on=SHOWN)
    case.refresh_from_db()

    with refused("publicity_running"):
        engine.pass_step(case, put_on_show_decision(), step="list", by=by, on=SHOWN)
    close(Publicity.objects.get())
    engine.pass_step(case, put_on_show_decision(), step="list", by=by, on=OVER)

    case.refresh_from_db()
    assert case.step == ""


def test_the_case_does_not_go_on_unshown_or_against_an_upheld_objection():
    case, by = waiting_case(SHOWS)
    engine.pass_step(case, put_on_show_decision(), step="show", by=by, on=SHOWN)
    case.refresh_from_db()
    with refused("shown_not_yet"):
        engine.pass_step(case, put_on_show_decision(), step="list", by=by, on=SHOWN)


def test_after_an_upheld_objection_it_is_shown_again_before_the_case_goes_on():
    case, by = waiting_case(SHOWS)
    announce(case, by)
    engine.pass_step(case, put_on_show_decision(), step="show", by=by, on=SHOWN)
    case.refresh_from_db()
    publicity = Publicity.objects.select_related("announcement__decision").get()
    made = answered(
        objection(publicity, name="李四", contact="li@example.cn"), ObjectionOutcome.UPHELD, Proposal.RETURN_CASE
    )
    from association.actions import objections

    objections.follow(made, reason="重新审核", by=by, on=SHOWN)
    close(publicity)
    with refused("shown_and_upheld"):
        engine.pass_step(case, put_on_show_decision(), step="list", by=by, on=OVER)


def test_a_workflow_without_a_publicity_asks_nothing(django_assert_num_queries):
    case, _by = waiting_case({})
    case.step = "list"

    with django_assert_num_queries(0):
        assert not shown.needed(case)
