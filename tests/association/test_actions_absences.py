"""While somebody is away a named colleague acts in their place: in that time, for that seat, and never both eyes."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from admissions.actions import reviews
from association import permissions
from association.actions import absences, bodies, profile, reminders
from association.actors import Actor
from association.cases import engine
from association.decisions import Refused, passed, setting
from association.models import Absence, Association, CaseDocument, Deadline, DecisionRecord, Message, Recusal, Seat
from association.phrases import sentence
from portal.desk.today.lines import Viewer
from portal.desk.today.standing_in import standing_in
from tests import world
from tests.calendars import deadline

pytestmark = pytest.mark.django_db

NAMED = date(2026, 9, 14)
FIRST, LAST = date(2026, 9, 15), date(2026, 9, 18)
AFTER = LAST + timedelta(1)
BODY = "membership_dept"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-14")
    world.found()


@pytest.fixture
def absent():
    return world.seated(BODY, email="li@test.example")


@pytest.fixture
def colleague():
    """Has the roles, sits elsewhere."""
    return world.seated("secretariat", email="zhang@test.example")


def named(absent, stand_in, *, first=FIRST, until=AFTER, accept=True, by=None, on=NAMED, **more):
    by = by or Actor.officer(absent)
    row = absences.name(absent, stand_in, from_on=first, until=until, by=by, on=on, **more)
    return absences.answer(row, accept=accept, by=Actor.officer(stand_in), on=on) if accept is not None else row


def codes(refusal):
    return [reason.code for reason in refusal.value.decision.reasons]


def may(user, on, **more):
    return permissions.may_act_for(user, BODY, on=on, **more).passed


# the time


@pytest.mark.parametrize(
    ("day", "acts"),
    [(FIRST - timedelta(1), False), (FIRST, True), (LAST, True), (AFTER, False)],
)
def test_both_days_are_included_and_no_other(absent, colleague, day, acts):
    named(absent, colleague)
    assert may(colleague, day) is acts
    assert may(absent, day)  # who is away may act all the same


@pytest.mark.parametrize("answer", [None, False])
def test_nobody_acts_without_having_accepted(absent, colleague, answer):
    named(absent, colleague, accept=answer)
    assert not may(colleague, FIRST)


def test_where_the_installation_does_not_ask_it_works_at_once(absent, colleague):
    profile.set_up(Association.objects.get().name, stand_ins_accept=False)
    named(absent, colleague, accept=None)
    assert may(colleague, FIRST)


def test_it_ends_at_once_with_the_seat(absent, colleague):
    named(absent, colleague)
    bodies.unseat(Seat.objects.get(user=absent), until=LAST)
    assert may(colleague, LAST - timedelta(1))
    assert not may(colleague, LAST)


@pytest.mark.parametrize("who", ["absent", "colleague"])
def test_a_closed_account_ends_it(absent, colleague, who):
    named(absent, colleague)
    closed = {"absent": absent, "colleague": colleague}[who]
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    colleague.refresh_from_db()
    assert not may(colleague, FIRST)


def test_ended_early_what_was_done_stands(absent, colleague):
    row = absences.end(named(absent, colleague), by=Actor.officer(colleague), on=LAST)
    assert (row.ended_from, row.last_on) == (LAST, LAST - timedelta(1))
    assert may(colleague, LAST - timedelta(1))
    assert not may(colleague, LAST)
    with pytest.raises(Refused) as refusal:
        absences.end(row, by=Actor.officer(colleague), on=LAST)
    assert codes(refusal) == ["absence_over"]
    named(absent, colleague, first=LAST, on=LAST)  # the rest is free again
    assert may(colleague, LAST)


def test_only_for_the_chosen_kinds_of_step(absent, colleague):
    named(absent, colleague, actions=["review"])
    assert may(colleague, FIRST, action="review")
    refused = permissions.may_act_for(colleague, BODY, on=FIRST, action="register")
    assert [reason.code for reason in refused.reasons] == ["stand_in_for_other_steps"]


class TestEveryDay(TestCase):
    """May act exactly on the days that are in the time, in the seat, and not after the early end."""

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 9), st.integers(1, 9), st.integers(0, 20), st.integers(0, 20))
    def test_days(self, start, length, seat_days, ended):
        world.found()
        first, until = FIRST + timedelta(start), FIRST + timedelta(start + length)
        away, other = world.seated(BODY), world.seated("secretariat")
        row = named(away, other, first=first, until=until)
        Seat.objects.filter(user=away).update(until=FIRST + timedelta(seat_days))
        stop = FIRST + timedelta(ended)
        if first <= stop < until:
            absences.end(row, by=Actor.officer(away), on=stop)
            until = stop
        for n in range(22):
            day = FIRST + timedelta(n)
            expected = first <= day < until and n < seat_days
            assert may(other, day) is expected, (day, first, until, seat_days)


# who


def test_no_chain_a_stand_in_has_no_stand_in(absent, colleague):
    third = world.seated("secretariat")
    named(absent, colleague)
    named(colleague, third)
    assert not may(third, FIRST)
    assert may(colleague, FIRST)


@pytest.mark.parametrize("first", [FIRST, LAST])
def test_no_circle(absent, colleague, first):
    named(absent, colleague)
    with pytest.raises(Refused) as refusal:
        named(colleague, absent, first=first, until=AFTER + timedelta(5))
    assert codes(refusal) == ["stand_in_away"]
    named(colleague, absent, first=AFTER, until=AFTER + timedelta(5))  # afterwards they may


def test_two_stand_ins_at_once_are_refused_by_action_and_database(absent, colleague):
    row = named(absent, colleague)
    other = world.seated("secretariat")
    with pytest.raises(Refused) as refusal:
        named(absent, other, first=LAST, until=AFTER + timedelta(1))
    assert codes(refusal) == ["absence_named_already"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(absent=absent, stand_in=other, from_on=LAST, until=AFTER, decision=row.decision)


def test_what_was_agreed_is_not_edited(absent, colleague):
    row = named(absent, colleague)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.filter(pk=row.pk).update(until=AFTER + timedelta(9))
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.filter(pk=row.pk).delete()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"first": NAMED - timedelta(1)}, "absence_in_the_past"),
        ({"until": FIRST}, "absence_disordered"),
        ({"first": AFTER, "until": FIRST}, "absence_disordered"),
    ],
)
def test_wrong_days_are_said_and_nothing_kept(absent, colleague, change, code):
    with pytest.raises(Refused) as refusal:
        named(absent, colleague, **change)
    assert codes(refusal) == [code]
    assert sentence(refusal.value.decision.reasons[0]) != code
    assert not Absence.objects.exists()


def test_who_cannot_stand_in(absent):
    plain = world.user()
    bare = world.user(is_staff=True)
    for stand_in, code in ((absent, "stand_in_self"), (plain, "stand_in_no_staff"), (bare, "stand_in_lacks_role")):
        with pytest.raises(Refused) as refusal:
            named(absent, stand_in)
        assert codes(refusal) == [code]
    with pytest.raises(Refused) as refusal:
        named(bare, absent)
    assert codes(refusal) == ["absence_without_seat"]


def test_the_secretary_general_names_one_for_who_fell_ill(absent, colleague):
    chief = world.seated("secretary_general")
    row = named(absent, colleague, by=Actor.officer(chief), note="病假")
    assert row.decision.actor == chief
    assert [reason.code for reason in row.decision.decision.reasons] == ["absence_named_by_other"]
    assert Message.objects.filter(recipient=absent, channel="portal").exists()


def test_a_colleague_names_nobody_for_another(absent, colleague):
    with pytest.raises(Refused) as refusal:
        named(absent, colleague, by=Actor.officer(colleague))
    assert codes(refusal) == ["absence_not_yours"]
    row = named(absent, colleague, accept=None)
    with pytest.raises(Refused) as refusal:
        absences.answer(row, accept=True, by=Actor.officer(absent), on=NAMED)
    assert codes(refusal) == ["absence_not_yours_to_answer"]
    absences.answer(row, accept=True, by=Actor.officer(colleague), on=NAMED)
    with pytest.raises(Refused) as refusal:
        absences.answer(row, accept=False, by=Actor.officer(colleague), on=NAMED)
    assert codes(refusal) == ["absence_answered"]


# acts


def reviewed(user, on=world.REVIEWED):
    application = world.submitted()
    by = Actor.officer(user, body=BODY)
    world.review(application, by, on=on)
    return reviews.pass_on(world.fresh(application), step="dept_review", by=by, on=on)


def test_every_act_names_both(absent, colleague):
    named(absent, colleague)
    record = reviewed(colleague).decision
    assert (record.actor, record.principal, record.body) == (colleague, absent, BODY)
    assert record.actor_name == f"{colleague.name} 代 {absent.name}"


def test_who_sits_there_acts_for_themselves(absent):
    other = world.seated(BODY)
    named(absent, other)
    assert reviewed(other).decision.principal is None


def test_one_person_is_not_two_pairs_of_eyes(absent):
    """The secretary-general stands in for the department, and cannot then judge as secretary-general."""
    chief = world.seated("secretary_general")
    named(absent, chief)
    case = reviewed(chief).case
    case.refresh_from_db()
    assert case.step == "secretary_general"
    refused = engine.check_turn(case, Actor.officer(chief), on=world.REVIEWED)
    assert [reason.code for reason in refused.reasons] == ["second_eyes"]
    assert engine.check_turn(case, world.officer("secretary_general"), on=world.REVIEWED).passed


def test_nor_the_other_way_round(absent):
    chief = world.seated("secretary_general")
    member = world.seated(BODY)
    named(chief, member)
    case = reviewed(member).case
    case.refresh_from_db()
    refused = engine.check_turn(case, Actor.officer(member), on=world.REVIEWED)
    assert [reason.code for reason in refused.reasons] == ["second_eyes"]


def test_taken_back_only_in_that_time(absent, colleague):
    named(absent, colleague)
    case = reviewed(colleague).case
    by = Actor.officer(colleague)
    with pytest.raises(Refused) as refusal:
        engine.take_back(case, by=by, on=AFTER)
    assert codes(refusal) == ["not_your_body"]
    back = engine.take_back(case, by=by, on=LAST)
    assert back.decision.principal == absent


def recuse(case, user):
    record = DecisionRecord.objects.create(
        kind="case.recused", outcome="pass", on=NAMED, actor_kind="system",
        reasons=[passed("recused", setting("test"), name="x").reasons[0].as_json()],
    )  # fmt: skip
    Recusal.objects.create(case=case, user=user, name=user.name, reason="亲属", decision=record)


@pytest.mark.parametrize("who", ["absent", "colleague"])
def test_recusal_goes_through(absent, colleague, who):
    named(absent, colleague)
    application = world.submitted()
    case = application.case
    by = Actor.officer(colleague, body=BODY)
    assert engine.check_turn(case, by, on=FIRST).passed
    recuse(case, {"absent": absent, "colleague": colleague}[who])
    refused = engine.check_turn(case, by, on=FIRST)
    assert [reason.code for reason in refused.reasons] == ["recused_here"]
    papers = CaseDocument.objects.filter(case=case).values("file")
    assert not permissions.readable_files(colleague, on=FIRST).filter(pk__in=papers).exists()
    bystander = world.seated("secretariat")
    assert permissions.readable_files(bystander, on=FIRST).filter(pk__in=papers).exists()


def test_who_keeps_out_does_not_act_in_their_own_seat_either(absent):
    case = world.submitted().case
    recuse(case, absent)
    assert not engine.check_turn(case, Actor.officer(absent), on=FIRST).passed


def test_one_hand(absent, colleague):
    third = world.seated("secretariat")
    named(absent, colleague)
    assert permissions.one_hand(absent, absent, FIRST)
    assert permissions.one_hand(absent, colleague, FIRST)
    assert permissions.one_hand(colleague, absent, NAMED, LAST)
    assert not permissions.one_hand(absent, colleague, NAMED, AFTER)
    assert not permissions.one_hand(absent, third, FIRST)
    assert not permissions.one_hand(None, third, FIRST)


# what is told and shown


def sections(user, on):
    viewer = Viewer.of(user, on)
    return [section for section in standing_in(viewer) if section.lines]


def test_today_says_what_i_do_for_whom(absent, colleague):
    row = named(absent, colleague, accept=None)
    case = world.submitted().case
    (asked,) = sections(colleague, FIRST)
    assert asked.title == "请您代理"
    absences.answer(row, accept=True, by=Actor.officer(colleague), on=NAMED)
    (section,) = sections(colleague, FIRST)
    assert (section.title, [line.subject for line in section.lines]) == (
        f"代{absent.name}办理，至2026年9月18日",
        [case.subject],
    )
    assert sections(colleague, AFTER) == []
    recuse(case, absent)
    assert sections(colleague, FIRST) == []


def test_reminders_of_the_time_go_to_both(absent, colleague):
    named(absent, colleague)
    people = reminders._People.of([], LAST)
    assert people.seated(BODY, None) == [absent, colleague]
    assert reminders._People.of([], AFTER).seated(BODY, None) == [absent]


@pytest.mark.parametrize(
    ("chosen", "told"), [(("review",), True), (("review", "decide"), True), (("decide",), False), ((), True)]
)
def test_a_stand_in_is_reminded_of_the_kinds_of_step_that_they_stand_in_for(absent, colleague, chosen, told):
    """The case waits at the review of the department; whoever is away hears of it either way."""
    named(absent, colleague, actions=chosen)
    case = world.submitted().case
    assert engine.current_step(case).action == "review"
    Deadline.objects.update(watch_on=None)
    row = deadline(case, date(2026, 9, 1), code=case.step, body=BODY)
    Deadline.objects.filter(pk=row.pk).update(watch_on=FIRST)

    reminders.remind(on=FIRST)

    hear = Message.objects.filter(channel="portal", unique_key__startswith=f"deadline:{row.pk}:")
    assert {message.recipient for message in hear} == ({absent, colleague} if told else {absent})
    assert bool([line for section in sections(colleague, FIRST) for line in section.lines]) is told
