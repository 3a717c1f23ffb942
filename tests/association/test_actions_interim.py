"""Decided between meetings, then ratified or revoked with every effect undone (ACG-43, ACG-44)."""

from datetime import date

import pytest

from association import ports, queries
from association.actions import interim, resolutions
from association.actors import SYSTEM, Actor
from association.cases import engine
from association.decisions import Refused, failed, passed, setting
from association.models import Body, Deadline, InterimDecision, Meeting
from association.phrases import sentence
from association.states import State
from tests import world
from tests.adopted import resolved

pytestmark = pytest.mark.django_db

TAKEN, MEETING = date(2026, 7, 6), date(2026, 9, 12)
URGENT = "继续从事欺诈活动，不能等到下次会议。"


class Suspensions:
    """Effects of a sanction, as an app would have them: who is suspended since when, and what builds on it."""

    revocable = True

    def __init__(self) -> None:
        self.suspended: dict[int, date] = {}
        self.undone: list[tuple[int, date]] = []
        self.built_upon = ""

    def outlook(self, cases, *, on):
        return {}

    def execute(self, case, *, record, resolution, by, on):
        self.suspended[case.pk] = on

    def refused(self, case, *, record, resolution, by, on):
        raise AssertionError

    def settled(self, case, **facts):
        raise AssertionError

    def undo(self, case, *, record, resolution, since, by, on):
        if self.built_upon:
            raise Refused(failed("built_upon", *record.sources, what=self.built_upon))
        del self.suspended[case.pk]
        self.undone.append((case.pk, since))


@pytest.fixture
def effects(monkeypatch):
    double = Suspensions()
    monkeypatch.setitem(ports.effects._handlers, "sanction", double)
    return double


@pytest.fixture(autouse=True)
def _association(db, effects):
    world.found()


def codes(refusal) -> list[str]:
    return [reason.code for reason in refusal.value.decision.reasons]


def sanction(kind: str = "sanction", *, on: date = date(2026, 7, 1)):
    """A case that waits for the council."""
    case = engine.open_case(kind, member_class="unit", subject="北京星野文化传媒有限公司", on=on)
    version = queries.governing(on).version_id
    engine.submit(case, passed("possible", setting("test")), version_id=version, by=SYSTEM, on=on)
    case.refresh_from_db()
    first = engine.current_step(case)
    by = world.officer(first.actor)
    engine.pass_step(case, passed("possible", setting("test")), step=first.id, by=by, on=on)
    case.refresh_from_db()
    assert engine.current_step(case).actor == "council"
    return case


def taken(case=None, *, on: date = TAKEN, urgency: str = URGENT, by: Actor | None = None) -> InterimDecision:
    case = case or sanction()
    return interim.decide(case, step=case.step, urgency=urgency, by=by or world.officer("secretariat"), on=on)


@pytest.mark.rule("ACG-43")
class TestDeciding:
    def test_takes_effect_at_once_and_waits(self, effects):
        row = taken()
        assert effects.suspended == {row.case_id: TAKEN}
        assert row.case.__class__.objects.get(pk=row.case_id).state == State.APPROVED
        assert row.outcome == ""
        assert {"43", "44"} <= {source.key for source in row.decision.sources}

    @pytest.mark.parametrize("urgency", ["", "  "])
    def test_says_why_it_cannot_wait(self, effects, urgency):
        with pytest.raises(Refused) as refusal:
            taken(urgency=urgency)
        assert codes(refusal) == ["interim_needs_urgency"]
        assert effects.suspended == {}

    def test_by_the_interim_body_alone(self):
        for by in (world.officer("membership_dept"), SYSTEM):
            with pytest.raises(Refused) as refusal:
                taken(by=by)
            assert codes(refusal) == ["not_your_body"]

    def test_only_kinds_that_the_rules_cover(self, monkeypatch):
        monkeypatch.setitem(ports.effects._handlers, "restoration", Suspensions())
        case = sanction("restoration")
        with pytest.raises(Refused) as refusal:
            taken(case)
        assert codes(refusal) == ["interim_not_provided"]

    def test_nothing_that_cannot_be_taken_back(self, effects):
        effects.revocable = False
        with pytest.raises(Refused) as refusal:
            taken()
        assert codes(refusal) == ["interim_not_revocable"]

    @pytest.mark.parametrize(("body", "in_session"), [("council", True), ("secretariat", False)])
    def test_not_on_the_day_a_ratifying_body_sits(self, body, in_session):
        resolutions.hold_meeting(Body.objects.get(key=body), "第六次会议", held_on=TAKEN)
        if not in_session:
            assert taken().pk
            return
        with pytest.raises(Refused) as refusal:
            taken()
        assert codes(refusal) == ["interim_in_session"]

    def test_not_before_the_case_came_and_not_twice(self):
        case = sanction()
        with pytest.raises(Refused) as early:
            taken(case, on=date(2026, 6, 30))
        taken(case)
        with pytest.raises(Refused) as twice:
            taken(case)
        assert codes(early) == ["interim_before_case"]
        assert codes(twice) == ["step_needs_no_resolution"]

    def test_nothing_is_left_where_the_effect_refuses(self, effects, monkeypatch):
        def refuse(*_args, **_facts):
            raise Refused(failed("built_upon", setting("test"), what="x"))

        monkeypatch.setattr(effects, "execute", refuse)
        case = sanction()
        with pytest.raises(Refused):
            taken(case)
        case.refresh_from_db()
        assert case.state == State.OPEN
        assert not InterimDecision.objects.exists()


def meeting(body: str = "council", on: date = MEETING) -> Meeting:
    return resolutions.hold_meeting(Body.objects.get(key=body), f"{body} {on}", held_on=on)


@pytest.mark.rule("ACG-43")
class TestAgenda:
    def test_next_meeting_of_a_ratifying_body_has_it(self):
        row = taken()
        assert interim.agenda(meeting()) == [row]
        assert interim.agenda(meeting("standing_council")) == [row]

    def test_not_an_earlier_one_and_not_another_body(self):
        taken()
        assert interim.agenda(meeting(on=TAKEN)) == []
        assert interim.agenda(meeting("membership_dept")) == []

    def test_what_is_left_open_comes_again_and_what_is_settled_does_not(self):
        row = taken()
        later = meeting(on=date(2026, 12, 1))
        assert interim.agenda(later) == [row]
        interim.ratify(row, resolved("council", MEETING), by=SYSTEM)
        assert interim.agenda(later) == []


@pytest.mark.rule("ACG-44")
class TestSettling:
    def test_ratified_it_stands(self, effects):
        row = interim.ratify(taken(), resolved("council", MEETING), by=SYSTEM)
        assert (row.outcome, effects.undone) == ("ratified", [])
        assert row.settled.on == MEETING
        assert row.settled.body == "council"

    def test_revoked_every_effect_is_undone_from_the_start_and_the_record_stays(self, effects):
        row = taken()
        row = interim.revoke(row, resolved("council", MEETING), note="事实不清。", by=SYSTEM)
        case = row.case.__class__.objects.get(pk=row.case_id)
        assert effects.suspended == {}
        assert effects.undone == [(case.pk, TAKEN)]
        assert (case.state, case.closed_on) == (State.VOID, MEETING)
        assert [passage.verb for passage in case.passages.order_by("seq")] == ["submit", "pass", "approve", "void"]
        assert not Deadline.objects.filter(case=case, met_on__isnull=True, dropped_on__isnull=True).exists()

    def test_revoked_from_now_where_the_rules_say_so(self, effects, monkeypatch):
        row = taken()
        rule = interim.rule_of(row.case).model_copy(update={"revoke": "from_now"})
        monkeypatch.setattr(interim, "rule_of", lambda case: rule)
        interim.revoke(row, resolved("council", MEETING), note="事实不清。", by=SYSTEM)
        assert effects.undone == [(row.case_id, MEETING)]

    def test_what_others_build_on_is_not_undone_and_nothing_is_half_done(self, effects):
        row = taken()
        effects.built_upon = "会员登记证书 BACCA-000123"
        with pytest.raises(Refused) as refusal:
            interim.revoke(row, resolved("council", MEETING), note="事实不清。", by=SYSTEM)
        row.refresh_from_db()
        row.case.refresh_from_db()
        assert "BACCA-000123" in sentence(refusal.value.decision.reasons[0])
        assert (row.outcome, row.case.state, row.settled) == ("", State.APPROVED, None)
        assert effects.suspended

    @pytest.mark.parametrize("act", [interim.ratify, lambda *a, **k: interim.revoke(*a, note="不当。", **k)])
    def test_by_a_passed_resolution_of_a_ratifying_body_at_a_later_meeting(self, act):
        row = taken()
        drafted = resolutions.draft(meeting(), "草案", "追认", by=SYSTEM)
        for resolution, code in (
            (drafted, "resolution_not_passed"),
            (resolved("membership_dept", MEETING), "interim_of_another_body"),
            (resolved("council", TAKEN), "interim_after_meeting"),
        ):
            with pytest.raises(Refused) as refusal:
                act(row, resolution, by=SYSTEM)
            assert codes(refusal) == [code]
        act(row, resolved("council", date(2026, 7, 7)), by=SYSTEM)
        with pytest.raises(Refused) as twice:
            act(row, resolved("council", MEETING), by=SYSTEM)
        assert codes(twice) == ["interim_settled_already"]

    def test_revocation_gives_its_reason(self):
        row = taken()
        with pytest.raises(Refused) as refusal:
            interim.revoke(row, resolved("council", MEETING), note=" ", by=SYSTEM)
        assert codes(refusal) == ["interim_reason_required"]
