"""A meeting from the invitation to its minutes: who came, what was voted, who kept out."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction

from association import queries
from association.actions import bodies, meetings, resolutions, votes
from association.actors import SYSTEM
from association.decisions import Refused
from association.models import Attendee, Ballot, Body, CastVote, Meeting, Message, Recusal, Resolution
from association.permissions import readable_files
from association.phrases import sentence
from association.rulebook.schema.governance import Role, Voting
from association.rules.voting import Count
from association.states import State
from fees.actions import standards
from members.models import Membership
from portal.demo.plans import ACG
from tests import world
from tests.adopted import resolved

pytestmark = pytest.mark.django_db

DAY = world.RESOLVED


@pytest.fixture(autouse=True)
def _association(db):
    world.found()


def codes(refusal) -> list[str]:
    return [reason.code for reason in refusal.value.decision.reasons]


def council(size: int, body: str = "council") -> list:
    return [world.seated(body) for _ in range(size)]


def held(resolution: Resolution, present: int, absent: int = 0) -> list[Attendee]:
    """Everybody invited; the first ``present`` came."""
    council(present + absent, resolution.meeting.body.key)
    meetings.invite(resolution.meeting, on=world.SUBMITTED)
    rows = list(resolution.meeting.attendees.all())[: present + absent]
    resolution.meeting.attendees.exclude(pk__in=[row.pk for row in rows]).delete()
    came = {row.pk: "present" if number < present else "absent" for number, row in enumerate(rows)}
    meetings.take_attendance(resolution.meeting, came, on=DAY)
    return rows[:present]


def choose(rows, yes: int, no: int = 0) -> dict[int, str]:
    words = ["yes"] * yes + ["no"] * no + ["abstain"] * (len(rows) - yes - no)
    return {row.pk: word for row, word in zip(rows, words, strict=True)}


@pytest.fixture
def case():
    return world.at_council().case


class TestInviting:
    def test_everybody_who_sits_on_the_day_is_told_once(self):
        meeting = world.resolution("council").meeting
        now, gone, coming = council(3)
        bodies.unseat(gone.seats.get(), until=DAY)
        other = world.user()
        bodies.seat(other, Body.objects.get(key="council"), on=date(2026, 9, 19))

        meetings.invite(meeting, on=world.SUBMITTED)
        again = meetings.invite(meeting, on=world.SUBMITTED)

        assert set(meeting.attendees.values_list("user", flat=True)) == {now.pk, coming.pk}
        assert again == []
        told = Message.objects.filter(unique_key__startswith=f"invited:{meeting.pk}:")
        assert sorted(told.values_list("recipient", "channel")) == sorted(
            (user.pk, channel) for user in (now, coming) for channel in ("portal", "mail")
        )
        assert "2026年9月18日" in told[0].text

    def test_nobody_to_invite_is_said(self):
        with pytest.raises(Refused) as refusal:
            meetings.invite(world.resolution("council").meeting, on=world.SUBMITTED)
        assert codes(refusal) == ["nobody_to_invite"]

    def test_one_name_once(self):
        meeting = world.resolution("council").meeting
        meetings.add_person(meeting, "李四")
        with pytest.raises(IntegrityError), transaction.atomic():
            meetings.add_person(meeting, "李四")

    @pytest.mark.parametrize(("on", "allowed"), [(date(2026, 9, 17), False), (DAY, True)])
    def test_attendance_is_taken_from_the_day_on(self, on, allowed):
        meeting = world.resolution("council").meeting
        row = meetings.add_person(meeting, "李四")
        if allowed:
            meetings.take_attendance(meeting, {row.pk: "present"}, on=on)
        else:
            with pytest.raises(Refused) as refusal:
                meetings.take_attendance(meeting, {row.pk: "present"}, on=on)
            assert codes(refusal) == ["meeting_not_held"]
        row.refresh_from_db()
        assert (row.attendance == "present") is allowed

    @pytest.mark.parametrize("silent", [False, True])
    def test_a_roll_that_says_something_of_nobody_is_none(self, silent):
        meeting = world.resolution("council").meeting
        row = meetings.add_person(meeting, "李四")
        with pytest.raises(Refused) as refusal:
            meetings.take_attendance(meeting, {row.pk: ""} if silent else {}, on=DAY)
        assert codes(refusal) == ["attendance_of_nobody"]


class TestPassing:
    def test_nothing_is_asked_where_nothing_is_recorded(self, case):
        assert world.resolve(world.resolution("council", case)).items.get().outcome == "approved"

    def test_of_a_meeting_that_was_called_it_must_be_known_who_came(self, case):
        drafted = world.resolution("council", case)
        council(3)
        rows = meetings.invite(drafted.meeting, on=world.SUBMITTED)
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["attendance_unknown"]
        assert case.resolution_items.get().resolution.passed_on is None
        meetings.take_attendance(drafted.meeting, {row.pk: "present" for row in rows}, on=DAY)
        assert world.resolve(drafted).items.get().outcome == "approved"

    def test_resolution_without_items_asks_the_same(self):
        drafted = world.resolution("council")
        row = meetings.add_person(drafted.meeting, "李四")
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["attendance_unknown"]
        meetings.take_attendance(drafted.meeting, {row.pk: "present"}, on=DAY)
        assert resolutions.pass_bare(drafted, on=DAY).passed_on == DAY

    def test_what_is_taken_from_paper_asks_nobody_who_came(self):
        drafted = world.resolution("council", taken_from="档案室")
        meetings.add_person(drafted.meeting, "李四")
        assert resolutions.pass_bare(drafted, on=DAY).passed_on == DAY

    @pytest.mark.parametrize(("present", "absent", "quorate"), [(2, 2, False), (3, 2, True), (0, 3, False)])
    def test_attendance_asks_for_a_quorum(self, case, present, absent, quorate):
        drafted = world.resolution("council", case)
        held(drafted, present, absent)
        if quorate:
            assert world.resolve(drafted).items.get().outcome == "approved"
            return
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["quorum_missing"]
        drafted.refresh_from_db()
        assert drafted.passed_on is None

    def test_attendance_half_recorded_is_not_enough(self, case):
        drafted = world.resolution("council", case)
        held(drafted, 3)
        meetings.add_person(drafted.meeting, "李四")
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["attendance_unknown"]

    @pytest.mark.parametrize(("yes", "no", "carried"), [(2, 2, False), (3, 1, True), (2, 0, False), (3, 0, True)])
    def test_item_needs_more_than_half_of_those_present(self, case, yes, no, carried):
        drafted = world.resolution("council", case)
        rows = held(drafted, 4)
        votes.record_open(drafted, drafted.items.get(), choose(rows, yes, no))
        if carried:
            assert world.resolve(drafted).items.get().outcome == "approved"
            return
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["majority_missing"]
        assert world.resolve(drafted, "refused", note="未获通过。").items.get().outcome == "refused"

    def test_what_was_carried_is_not_recorded_as_refused(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted, "refused", note="不同意。")
        assert codes(refusal) == ["vote_carried_not_refused"]
        case.refresh_from_db()
        assert case.state == State.OPEN

    def test_votes_begun_are_complete(self, case):
        other = world.at_council(world.submitted(uscc=world.USCC_OTHER, name="北京云栖漫画出版有限公司")).case
        drafted = world.resolution("council", case, other)
        rows = held(drafted, 3)
        first, second = drafted.items.order_by("pk")
        votes.record_open(drafted, first, choose(rows, 3))
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["vote_not_recorded"]
        put_off = {first.pk: resolutions.Vote("approved"), second.pk: resolutions.Vote("deferred")}
        resolutions.pass_items(drafted, put_off, by=SYSTEM, on=DAY)
        assert [item.outcome for item in drafted.items.order_by("pk")] == ["approved", "deferred"]

    def test_late_arrival_makes_the_votes_incomplete(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3, 1)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        late = drafted.meeting.attendees.get(attendance="absent")
        meetings.take_attendance(drafted.meeting, {late.pk: "present"}, on=DAY)
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["votes_missing"]

    def test_vote_of_somebody_who_was_not_there_after_all_does_not_count(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3, 1)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        late = drafted.meeting.attendees.get(attendance="absent")
        swap = {late.pk: "present", rows[0].pk: "absent"}
        meetings.take_attendance(drafted.meeting, swap, on=DAY)
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["votes_too_many"]

    def test_resolution_without_items_is_voted_as_a_whole(self):
        drafted = world.resolution("members_assembly")
        rows = held(drafted, 4)
        votes.record_open(drafted, None, choose(rows, 2, 2))
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["majority_missing"]
        votes.record_open(drafted, None, choose(rows, 3, 1))
        assert resolutions.pass_bare(drafted, on=DAY).passed_on == DAY
        assert Ballot.objects.count() == 1


class TestVoting:
    def test_open_vote_is_kept_by_person_and_anew_replaces_it(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        ballot = votes.record_open(drafted, drafted.items.get(), choose(rows, 1, 1))
        assert (ballot.yes, ballot.no, ballot.abstain) == (1, 1, 1)
        assert [vote.choice for vote in CastVote.objects.all()] == ["yes", "no", "abstain"]

    def test_secret_vote_keeps_counts_only(self, case):
        drafted = world.resolution("council", case)
        held(drafted, 3)
        votes.record_secret(drafted, drafted.items.get(), Count(2, 1, 0))
        assert not CastVote.objects.exists()
        assert world.resolve(drafted).items.get().outcome == "approved"

    @pytest.mark.parametrize(
        ("count", "code"), [(Count(2, 0, 0), "votes_missing"), (Count(3, 1, 0), "votes_too_many")]
    )
    def test_counts_fit_those_present(self, case, count, code):
        drafted = world.resolution("council", case)
        held(drafted, 3)
        with pytest.raises(Refused) as refusal:
            votes.record_secret(drafted, drafted.items.get(), count)
        assert codes(refusal) == [code]

    def test_who_was_absent_does_not_vote(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3, 1)
        absent = drafted.meeting.attendees.get(attendance="absent")
        with pytest.raises(Refused) as refusal:
            votes.record_open(drafted, drafted.items.get(), {**choose(rows, 3), absent.pk: "yes"})
        assert codes(refusal) == ["not_a_voter"]
        assert absent.name in sentence(refusal.value.decision.reasons[0])

    def test_attendance_comes_first_and_nothing_after_the_resolution(self, case):
        drafted = world.resolution("council", case)
        with pytest.raises(Refused) as early:
            votes.record_secret(drafted, drafted.items.get(), Count(1, 0, 0))
        rows = held(drafted, 3)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        world.resolve(drafted)
        with pytest.raises(Refused) as late:
            votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        with pytest.raises(Refused) as moved:
            meetings.take_attendance(drafted.meeting, {rows[0].pk: "absent"}, on=DAY)
        assert [codes(each) for each in (early, late, moved)] == [
            ["attendance_missing"],
            ["resolution_passed_already"],
            ["resolution_passed_already"],
        ]

    def test_moving_the_draft_to_another_meeting_drops_its_votes(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 3))
        other = world.resolution("council").meeting
        resolutions.edit_draft(drafted, meeting=other, number="决9", title="改期", cases=[case], by=SYSTEM)
        assert not Ballot.objects.exists()


class TestRecusal:
    def test_neither_votes_nor_counts_nor_reads(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 3, 2)
        item = drafted.items.get()
        file = case.documents.first().file
        assert readable_files(rows[0].user, on=DAY).filter(pk=file.pk).exists()

        votes.recuse(case, rows[0], reason="申请单位的股东。", by=SYSTEM, on=DAY)

        assert not readable_files(rows[0].user, on=DAY).filter(pk=file.pk).exists()
        assert readable_files(rows[1].user, on=DAY).filter(pk=file.pk).exists()
        with pytest.raises(Refused) as refusal:
            votes.record_open(drafted, item, choose(rows, 3))
        assert codes(refusal) == ["not_a_voter"]
        votes.record_open(drafted, item, choose(rows[1:], 2))
        with pytest.raises(Refused) as quorum:  # two of the four who are left are not more than half
            world.resolve(drafted)
        assert codes(quorum) == ["quorum_missing"]

    def test_applicant_still_reads_the_own_papers(self, case):
        drafted = world.resolution("council", case)
        attendee = Attendee.objects.create(meeting=drafted.meeting, user=case.applicant, name="林晓")
        votes.recuse(case, attendee, reason="申请人。", by=SYSTEM, on=DAY)
        assert readable_files(case.applicant, on=DAY).filter(pk=case.documents.first().file_id).exists()

    def test_takes_back_the_vote_already_given(self, case):
        drafted = world.resolution("council", case)
        rows = held(drafted, 4)
        votes.record_open(drafted, drafted.items.get(), choose(rows, 4))
        votes.recuse(case, rows[0], reason="亲属。", by=SYSTEM, on=DAY)
        with pytest.raises(Refused) as refusal:
            world.resolve(drafted)
        assert codes(refusal) == ["votes_too_many"]
        votes.record_open(drafted, drafted.items.get(), choose(rows[1:], 3))
        assert world.resolve(drafted).items.get().outcome == "approved"

    @pytest.mark.parametrize("account", [True, False])
    def test_once_and_with_its_reason(self, case, account):
        drafted = world.resolution("council", case)
        row = held(drafted, 3)[0] if account else meetings.add_person(drafted.meeting, "李四")
        with pytest.raises(Refused) as unsaid:
            votes.recuse(case, row, reason=" ", by=SYSTEM, on=DAY)
        recusal = votes.recuse(case, row, reason="亲属。", by=SYSTEM, on=DAY)
        with pytest.raises(Refused) as twice:
            votes.recuse(case, row, reason="亲属。", by=SYSTEM, on=DAY)
        assert [codes(each) for each in (unsaid, twice)] == [["recusal_reason_required"], ["recused_already"]]
        assert Recusal.objects.get() == recusal
        assert recusal.decision.decision.reasons[0].code == "recused"


class TestMinutes:
    def sign(self, meeting: Meeting, text: str = "会议记录。") -> Meeting:
        return meetings.sign_minutes(meeting, text, by=SYSTEM, on=DAY)

    def test_without_a_quorum_they_are_not_signed(self):
        drafted = world.resolution("council")
        held(drafted, 2, 2)
        with pytest.raises(Refused) as refusal:
            self.sign(drafted.meeting)
        assert codes(refusal) == ["quorum_missing"]
        assert "2" in sentence(refusal.value.decision.reasons[0])
        drafted.meeting.refresh_from_db()
        assert drafted.meeting.signed_on is None

    def test_of_an_older_meeting_without_a_list_they_are(self):
        assert self.sign(world.resolution("council").meeting).signed_on == DAY

    def test_after_them_nothing_changes(self):
        drafted = world.resolution("council")
        rows = held(drafted, 3)
        self.sign(drafted.meeting)
        attempts = (
            lambda: self.sign(drafted.meeting),
            lambda: meetings.take_attendance(drafted.meeting, {rows[0].pk: "absent"}, on=DAY),
            lambda: meetings.add_person(drafted.meeting, "李四"),
            lambda: meetings.invite(drafted.meeting, on=DAY),
            lambda: votes.record_open(Resolution.objects.get(pk=drafted.pk), None, choose(rows, 3)),
        )
        for attempt in attempts:
            with pytest.raises(Refused) as refusal:
                attempt()
            assert codes(refusal) == ["minutes_signed"]

    def test_empty_or_early_they_are_not_signed(self):
        meeting = world.resolution("council").meeting
        with pytest.raises(Refused) as empty:
            self.sign(meeting, " ")
        with pytest.raises(Refused) as early:
            meetings.sign_minutes(meeting, "记录", by=SYSTEM, on=date(2026, 9, 17))
        assert [codes(each) for each in (empty, early)] == [["minutes_missing"], ["meeting_not_held"]]


class TestFeeStandard:
    """民发〔2014〕166号: the assembly, two thirds present, more than half of those, in secret."""

    def drafted(self, present: int, absent: int, decides: str = "fee_standard"):
        drafted = world.resolution("members_assembly")
        Resolution.objects.filter(pk=drafted.pk).update(decides=decides)
        drafted.refresh_from_db()
        return drafted, held(drafted, present, absent)

    @pytest.mark.parametrize(("present", "absent", "quorate"), [(6, 3, True), (5, 4, False)])
    def test_two_thirds_are_present(self, present, absent, quorate):
        drafted, _rows = self.drafted(present, absent)
        votes.record_secret(drafted, None, Count(present, 0, 0))
        if quorate:
            assert resolutions.pass_bare(drafted, on=DAY).passed_on
        else:
            with pytest.raises(Refused) as refusal:
                resolutions.pass_bare(drafted, on=DAY)
            assert codes(refusal) == ["quorum_missing"]

    @pytest.mark.parametrize(("yes", "carried"), [(3, False), (4, True)])
    def test_more_than_half_of_those_say_yes(self, yes, carried):
        drafted, _rows = self.drafted(6, 3)
        votes.record_secret(drafted, None, Count(yes, 6 - yes, 0))
        if carried:
            assert resolutions.pass_bare(drafted, on=DAY).passed_on
        else:
            with pytest.raises(Refused):
                resolutions.pass_bare(drafted, on=DAY)

    @pytest.mark.rule("ACG-35")
    @pytest.mark.parametrize("decides", ["fee_standard", "charter", "dissolution", "removal", "election"])
    def test_a_matter_with_a_vote_of_its_own_is_not_passed_on_a_bare_word(self, decides):
        drafted = world.resolution("members_assembly", decides=decides)
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["vote_of_its_own"]
        drafted.refresh_from_db()
        assert drafted.passed_on is None

    @pytest.mark.parametrize("decides", ["charter", "dissolution", "removal"])
    def test_a_roll_alone_is_no_vote_on_it(self, decides):
        drafted, _rows = self.drafted(9, 0, decides)
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["vote_not_recorded"]

    def test_from_the_paper_of_an_earlier_time_it_is_taken_over_with_the_place_of_the_paper(self):
        drafted = world.resolution("members_assembly", decides="fee_standard", taken_from="档案室2023年卷")
        assert resolutions.pass_bare(drafted, on=DAY).taken_from == "档案室2023年卷"

    def test_a_paper_does_not_outweigh_a_vote_that_is_recorded(self):
        drafted, _rows = self.drafted(6, 3)
        votes.record_secret(drafted, None, Count(3, 3, 0))
        Resolution.objects.filter(pk=drafted.pk).update(taken_from="档案室2023年卷")
        drafted.refresh_from_db()
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["majority_missing"]

    def test_a_paper_of_another_body_sets_no_fees(self):
        drafted = world.resolution("council", decides="fee_standard", taken_from="档案室2023年卷")
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["matter_of_another_body"]

    @pytest.mark.rule("ACG-35")
    def test_a_standard_does_not_take_effect_under_an_ordinary_resolution(self):
        ordinary = resolutions.pass_bare(world.resolution("members_assembly"), on=DAY)
        standard = standards.draft("2027", ACG.amounts, effective_from=date(2027, 1, 1))
        with pytest.raises(Refused) as refusal:
            standards.activate(standard, ordinary, by=SYSTEM, on=DAY)
        assert codes(refusal) == ["standard_needs_fee_vote"]

    def test_in_secret_and_not_without_a_vote_once_it_is_known_who_came(self):
        drafted, rows = self.drafted(6, 3)
        with pytest.raises(Refused) as opened:
            votes.record_open(drafted, None, choose(rows, 6))
        with pytest.raises(Refused) as unvoted:
            resolutions.pass_bare(drafted, on=DAY)
        assert [codes(each) for each in (opened, unvoted)] == [["vote_not_secret"], ["vote_not_recorded"]]
        assert "166号" in sentence(opened.value.decision.reasons[0])

    @pytest.mark.rule("ACG-35")
    @pytest.mark.parametrize("decides", ["fee_standard", "ordinary"])
    def test_standard_takes_effect_under_such_a_vote_only(self, decides):
        drafted, _rows = self.drafted(6, 3, decides)
        votes.record_secret(drafted, None, Count(6, 0, 0))
        passed = resolutions.pass_bare(drafted, on=DAY)
        standard = standards.draft("2027", ACG.amounts, effective_from=date(2027, 1, 1))
        if decides == "fee_standard":
            assert standards.activate(standard, passed, by=SYSTEM, on=DAY).resolution == passed
            return
        with pytest.raises(Refused) as refusal:
            standards.activate(standard, passed, by=SYSTEM, on=DAY)
        assert codes(refusal) == ["standard_needs_fee_vote"]


class TestTheSameAgain:
    def test_decided_case_is_refused_with_the_earlier_number(self, case):
        world.resolve(world.resolution("council", case, number="决101号"))
        with pytest.raises(Refused) as refusal:
            world.resolution("council", case)
        assert codes(refusal) == ["decided_already"]
        assert "决101号" in sentence(refusal.value.decision.reasons[0])

    def test_draft_overtaken_by_another_names_it(self, case):
        late = world.resolution("council", case)
        world.resolve(world.resolution("council", case, number="决102号"))
        item = world.resolve(late).items.get()
        assert item.outcome == "deferred"
        assert "决102号" in item.note
        assert item.decision is None

    def test_case_put_off_comes_again(self, case):
        world.resolve(world.resolution("council", case), "deferred")
        assert world.resolve(world.resolution("council", case)).items.get().outcome == "approved"

    def test_same_words_of_the_same_body(self):
        first = resolved("council", DAY)
        Resolution.objects.filter(pk=first.pk).update(text="授权秘书处签署协议。")
        later = resolutions.hold_meeting(Body.objects.get(key="council"), "下一次会议", held_on=DAY)
        same = resolutions.draft(later, "决2", "再次", text="授权秘书处签署协议。", by=SYSTEM)
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(same, on=DAY)
        assert first.number in sentence(refusal.value.decision.reasons[0])
        other = resolutions.draft(later, "决3", "再次", text="授权秘书处终止协议。", by=SYSTEM)
        assert resolutions.pass_bare(other, on=DAY).passed_on
        elsewhere = resolutions.hold_meeting(Body.objects.get(key="members_assembly"), "大会", held_on=DAY)
        theirs = resolutions.draft(elsewhere, "决4", "再次", text="授权秘书处签署协议。", by=SYSTEM)
        assert resolutions.pass_bare(theirs, on=DAY).passed_on

    def test_minutes_of_what_was_passed_do_not_lose_their_quorum(self, case):
        """Passed as of an older meeting, then a list is entered that denies the quorum: refused, it stays unlisted."""
        passed = world.resolve(world.resolution("council", case))
        rows = [meetings.add_person(passed.meeting, name) for name in ("甲", "乙", "丙", "丁")]
        came = {row.pk: "present" if number < 2 else "absent" for number, row in enumerate(rows)}
        with pytest.raises(Refused) as refusal:
            meetings.take_attendance(passed.meeting, came, on=DAY)
        assert codes(refusal) == ["quorum_denied_afterwards"]
        assert passed.number in sentence(refusal.value.decision.reasons[0])
        assert not passed.meeting.attendees.exclude(attendance="").exists()
        came[rows[2].pk] = "present"
        meetings.take_attendance(passed.meeting, came, on=DAY)
        assert meetings.sign_minutes(passed.meeting, "记录。", by=SYSTEM, on=DAY).signed_on == DAY

    def test_same_title_of_the_same_meeting(self):
        first = resolved("council", DAY)
        twin = resolutions.draft(first.meeting, "决2", first.title, by=SYSTEM)
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(twin, on=DAY)
        assert codes(refusal) == ["decided_already"]


class TestProxies:
    """Whoever cannot come sends somebody (委托): counted as present, voted for by another who came."""

    @pytest.fixture
    def rows(self, case):
        drafted = world.resolution("council", case)
        held(drafted, 3, 2)
        return list(drafted.meeting.attendees.all())

    def take(self, rows, proxies, *, fourth="proxy", fifth="absent"):
        words = ["present", "present", "present", fourth, fifth]
        came = {row.pk: word for row, word in zip(rows, words, strict=True)}
        meetings.take_attendance(rows[0].meeting, came, proxies, on=DAY)

    def test_counts_for_the_quorum_and_votes(self, rows, case):
        self.take(rows, {rows[3].pk: rows[0].pk})
        drafted = case.resolution_items.get().resolution
        voters = votes.voters(drafted, drafted.items.get())
        votes.record_open(drafted, drafted.items.get(), choose(voters, 3, 1))
        assert voters == rows[:4]
        assert world.resolve(drafted).items.get().outcome == "approved"

    def test_one_for_each_and_only_somebody_else_who_came(self, rows):
        for proxies, fifth, code in (
            ({}, "absent", "proxy_not_present"),
            ({rows[3].pk: rows[4].pk}, "absent", "proxy_not_present"),
            ({rows[3].pk: rows[3].pk}, "absent", "proxy_not_present"),
            ({rows[3].pk: rows[0].pk, rows[4].pk: rows[0].pk}, "proxy", "proxy_of_too_many"),
        ):
            with pytest.raises(Refused) as refusal:
                self.take(rows, proxies, fifth=fifth)
            assert codes(refusal) == [code]
            assert not Attendee.objects.filter(proxy__isnull=False).exists()
        with pytest.raises(Refused) as both:
            self.take(rows, {rows[3].pk: rows[3].pk}, fifth="proxy")
        assert codes(both) == ["proxy_not_present", "proxy_not_present"]
        assert [reason.facts["attendee"] for reason in both.value.decision.reasons] == [rows[3].pk, rows[4].pk]
        self.take(rows, {rows[3].pk: rows[0].pk, rows[4].pk: rows[1].pk}, fifth="proxy")
        assert Attendee.objects.filter(proxy__isnull=False).count() == 2

    def test_whoever_keeps_out_votes_for_nobody(self, rows, case):
        self.take(rows, {rows[3].pk: rows[0].pk})
        votes.recuse(case, rows[0], reason="申请单位的负责人。", by=SYSTEM, on=DAY)
        drafted = case.resolution_items.get().resolution
        assert votes.voters(drafted, drafted.items.get()) == rows[1:3]


class TestNoQuorum:
    """A meeting without a quorum decides nothing; that none was reached can be kept on record (流会)."""

    @pytest.fixture
    def meeting(self, case):
        drafted = world.resolution("council", case)
        held(drafted, 2, 2)
        return drafted.meeting

    def test_its_minutes_are_not_signed_as_decisions(self, meeting):
        with pytest.raises(Refused) as refusal:
            meetings.sign_minutes(meeting, "照签。", by=SYSTEM, on=DAY)
        assert codes(refusal) == ["quorum_missing"]
        meeting.refresh_from_db()
        assert (meeting.signed_on, meeting.minutes) == (None, "")

    def test_it_is_kept_as_a_record_after_which_nothing_is_passed(self, meeting, case):
        meetings.record_missed(meeting, "应到4人，实到2人，未达到法定人数。", by=SYSTEM, on=DAY)
        meeting.refresh_from_db()
        assert (meeting.without_quorum, meeting.signed_on) == (True, DAY)
        assert meeting.signing.reasons[0]["code"] == "no_quorum_recorded"
        with pytest.raises(Refused) as refusal:
            world.resolve(case.resolution_items.get().resolution)
        assert codes(refusal) == ["quorum_missing"]
        with pytest.raises(Refused) as later:
            meetings.take_attendance(meeting, {row.pk: "present" for row in meeting.attendees.all()}, on=DAY)
        assert codes(later) == ["minutes_signed"]

    def test_with_a_quorum_there_is_no_such_record(self, case):
        drafted = world.resolution("council", case)
        held(drafted, 3, 1)
        with pytest.raises(Refused) as refusal:
            meetings.record_missed(drafted.meeting, "流会。", by=SYSTEM, on=DAY)
        assert codes(refusal) == ["quorum_there"]


def test_the_call_says_day_place_and_agenda(case):
    drafted = world.resolution("council", case)
    Meeting.objects.filter(pk=drafted.meeting_id).update(place="协会会议室", begins_at="14:30")
    council(1)
    meetings.invite(drafted.meeting, on=world.SUBMITTED)
    text = Message.objects.filter(unique_key__startswith="invited:").first().text
    assert "2026年9月18日 14:30" in text
    assert "协会会议室" in text
    assert "1. 关于批准入会的决议" in text


class TestCalled:
    def test_an_assembly_that_nobody_composes_is_all_members(self):
        registered = world.registered()
        meeting = resolutions.hold_meeting(
            Body.objects.get(key="members_assembly"), "会员大会", held_on=date(2026, 10, 9)
        )
        meetings.invite(meeting, on=date(2026, 9, 29))
        applicant = registered.membership.party.accesses.get().user
        assert [row.user for row in meeting.attendees.all()] == [applicant]

    @pytest.mark.rule("FIRE-9.1.1")
    @pytest.mark.parametrize("change", [{"composed_of": ("delegate",)}, {"electorate": "delegates"}])
    def test_an_assembly_of_delegates_is_who_was_seated_and_never_all_members(self, monkeypatch, change):
        world.registered()
        day = date(2026, 10, 9)
        meeting = resolutions.hold_meeting(Body.objects.get(key="members_assembly"), "会员代表大会", held_on=day)
        rulebook = queries.rulebook_on(day)
        body = rulebook.bodies["members_assembly"]
        delegate = Role.model_validate({"id": "delegate", "name": "会员代表", "kind": "delegate", "ref": ["33"]})
        changed = {"roles": (delegate,)}
        if "electorate" in change:
            changed["voting"] = Voting.model_validate({"ref": ["33"], **change})
        else:
            changed["bodies"] = {**rulebook.bodies, "members_assembly": body.model_copy(update=change)}
        monkeypatch.setattr(meetings, "rulebook_of", lambda _meeting: rulebook.model_copy(update=changed))

        with pytest.raises(Refused) as refusal:
            meetings.invite(meeting, on=date(2026, 9, 29))
        assert codes(refusal) == ["nobody_to_invite"]
        seated, gone, later = council(3, "members_assembly")
        bodies.unseat(gone.seats.get(), until=day)
        later.seats.update(from_on=date(2026, 10, 10))
        meetings.invite(meeting, on=date(2026, 9, 29))
        assert [row.user for row in meeting.attendees.all()] == [seated]

    def test_a_fee_standard_needs_the_assembly(self):
        drafted = world.resolution("council")
        resolutions.edit_draft(
            drafted, meeting=drafted.meeting, number="1", title="会费标准", cases=[], decides="fee_standard", by=SYSTEM
        )
        with pytest.raises(Refused) as refusal:
            resolutions.pass_bare(drafted, on=DAY)
        assert codes(refusal) == ["matter_of_another_body"]
        assert "民发〔2014〕166号" in sentence(refusal.value.decision.reasons[0])


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_secretaries_pass_the_same_resolution_at_once():
    """On PostgreSQL, with a connection for each: one passes it, the other is told, the effects come once."""
    drafted = world.resolution("council", world.at_council().case)
    by = [world.officer("secretariat") for _ in range(2)]
    item, ready, outcomes = drafted.items.get(), threading.Barrier(2), []

    def act(actor):
        try:
            ready.wait(10)
            resolutions.pass_items(drafted, {item.pk: resolutions.Vote("approved")}, by=actor, on=DAY)
            outcomes.append("passed")
        except Refused as refusal:
            outcomes.append(refusal.decision.reasons[0].code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(actor,)) for actor in by]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["passed", "resolution_passed_already"]
    assert Membership.objects.count() == 1
    assert item.case.passages.filter(verb="approve").count() == 1


def both_at_once(first, second) -> list[str]:
    """Run both at the same moment, each on its own connection; how each came out."""
    ready, outcomes = threading.Barrier(2), []

    def act(call):
        try:
            ready.wait(10)
            outcomes.append(call())
        except Refused as refusal:
            outcomes.append(sentence(refusal.decision.reasons[0]))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(call,)) for call in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_meetings_resolve_the_same_words_at_once():
    """Of one body: one is passed, the other is refused with its number, whichever comes first."""
    council = Body.objects.get(key="council")
    drafts = [
        resolutions.draft(
            resolutions.hold_meeting(council, f"第{number}次会议", held_on=DAY),
            f"决20{number}号",
            "授权",
            text="授权秘书处签署协议。",
            by=SYSTEM,
        )
        for number in (1, 2)
    ]
    calls = [lambda each=each: resolutions.pass_bare(each, on=DAY).number for each in drafts]

    outcomes = both_at_once(*calls)

    [passed] = Resolution.objects.filter(text="授权秘书处签署协议。", passed_on__isnull=False)
    assert passed.number in outcomes
    [refused] = [said for said in outcomes if said != passed.number]
    assert passed.number in refused
    assert "该事项已由决议" in refused


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_resolutions_decide_the_same_case_at_once():
    """One decides it; on the other the item is put off and names the first. The effects come once."""
    case = world.at_council().case
    drafts = [world.resolution("council", case, number=f"决30{number}号") for number in (1, 2)]
    by = [world.officer("secretariat") for _ in drafts]

    def passing(drafted, actor):
        votes = {drafted.items.get().pk: resolutions.Vote("approved")}
        return resolutions.pass_items(drafted, votes, by=actor, on=DAY).number

    both_at_once(*(lambda d=d, a=a: passing(d, a) for d, a in zip(drafts, by, strict=True)))

    items = [drafted.items.get() for drafted in drafts]
    [approved] = [item for item in items if item.outcome == "approved"]
    [other] = [item for item in items if item.pk != approved.pk]
    assert other.outcome == "deferred"
    assert approved.resolution.number in other.note
    assert Membership.objects.count() == 1
    assert case.passages.filter(verb="approve").count() == 1
