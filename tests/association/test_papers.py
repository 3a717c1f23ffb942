"""The papers of a meeting: what is printed, and what is closed to whom (会议材料、表决票、决议)."""

import pytest
from django.urls import reverse

from association import papers
from association.actions import meetings, minutes, resolutions, votes
from association.actors import SYSTEM
from association.models import Body, Meeting
from association.printing import pdf
from association.rules.voting import Count
from tests import world
from tests.desk import client_of, desk, told
from tests.people import pdf_file

pytestmark = pytest.mark.django_db

DAY = world.RESOLVED
NAME = "北京星野文化传媒有限公司"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-21")
    world.found()


@pytest.fixture
def drafted():
    case = world.at_council().case
    for _number in range(3):
        world.seated("council")
    found = world.resolution("council", case)
    Meeting.objects.filter(pk=found.meeting_id).update(place="协会会议室", begins_at="14:30")
    meetings.invite(found.meeting, on=world.SUBMITTED)
    found.refresh_from_db()
    return found


def words(data: bytes) -> str:
    return "".join(pdf.text(data).split())


def present(drafted, *came: str):
    rows = list(drafted.meeting.attendees.all())
    meetings.take_attendance(drafted.meeting, dict(zip((row.pk for row in rows), came, strict=True)), on=DAY)
    return rows


def test_dossier_has_agenda_facts_papers_reasons_and_articles(drafted):
    said = words(papers.dossier(drafted.meeting, reader=None))
    rulebook = world.rulebook()
    paper = rulebook.documents_for("unit")[0].name
    assert "2026年9月18日14:30" in said
    assert "协会会议室" in said
    assert "关于批准入会的决议" in said
    assert f"1.{NAME}" in said
    assert "动画制作" in said
    assert paper in said
    assert "第十九条" in said


def test_whoever_keeps_out_gets_it_without_the_closed_item(drafted):
    rows = list(drafted.meeting.attendees.all())
    votes.recuse(drafted.items.get().case, rows[0], reason="申请单位的负责人。", by=SYSTEM, on=DAY)
    theirs = words(papers.dossier(drafted.meeting, reader=None, person=rows[0]))
    other = words(papers.dossier(drafted.meeting, reader=None, person=rows[1]))
    assert "本项回避" in theirs
    assert "动画制作" not in theirs
    assert "动画制作" in other


def test_it_is_closed_to_the_reader_at_the_desk_too(drafted):
    rows = list(drafted.meeting.attendees.select_related("user"))
    page = reverse("admin:association_meeting_dossier", args=[drafted.meeting.pk])
    before = words(b"".join(client_of(rows[0].user).get(page).streaming_content))
    votes.recuse(drafted.items.get().case, rows[0], reason="申请单位的负责人。", by=SYSTEM, on=DAY)
    after = words(b"".join(client_of(rows[0].user).get(page, {"for": rows[1].pk}).streaming_content))
    assert "动画制作" in before
    assert "动画制作" not in after


def test_open_roll_names_who_may_vote(drafted):
    rows = present(drafted, "present", "present", "absent")
    said = words(papers.ballot(drafted))
    assert all(row.name.replace(" ", "") in said for row in rows[:2])
    assert rows[2].name.replace(" ", "") not in said
    assert "签名" in said


def test_secret_ballots_are_numbered_and_name_nobody():
    world.seated("members_assembly")
    world.seated("members_assembly")
    assembly = Body.objects.get(key="members_assembly")
    meeting = resolutions.hold_meeting(assembly, "会员大会", held_on=DAY)
    drafted = resolutions.draft(meeting, "会费1号", "会费标准", decides="fee_standard", by=SYSTEM)
    rows = meetings.invite(meeting, on=world.SUBMITTED)
    said = words(papers.ballot(drafted))
    assert "第1号，共2张" in said
    assert "第2号，共2张" in said
    assert "印章" in said
    assert "民发〔2014〕166号" in said
    assert not any(row.name.replace(" ", "") in said for row in rows)


def test_resolution_says_number_counts_outcome_and_articles(drafted):
    present(drafted, "present", "present", "present")
    votes.record_secret(drafted, drafted.items.get(), Count(2, 1, 0))
    world.resolve(drafted)
    drafted.refresh_from_db()
    said = words(papers.resolution_paper(drafted))
    assert drafted.number in said
    assert "应到3人，实到3人" in said
    assert "赞成2，反对1，弃权0" in said
    assert "批准" in said
    assert "第十九条" in said


def test_minutes_are_drafted_from_what_is_recorded(drafted):
    assert minutes.draft(drafted.meeting) == ""
    rows = present(drafted, "present", "present", "excused")
    votes.record_secret(drafted, drafted.items.get(), Count(2, 0, 0))
    world.resolve(drafted)
    said = minutes.draft(drafted.meeting)
    assert "应到3人，实到2人" in said
    assert f"请假：{rows[2].name}" in said
    assert f"{drafted.items.get().case}：赞成 2，反对 0，弃权 0" in said


class TestDesk:
    def test_record_of_a_missing_quorum_then_its_scan(self, drafted, tmp_path):
        present(drafted, "present", "absent", "absent")
        client = desk()
        page = reverse("admin:association_meeting_change", args=[drafted.meeting.pk])
        asked = client.get(page).content.decode()
        client.post(
            reverse("admin:association_meeting_missed", args=[drafted.meeting.pk]),
            {"minutes": "实到1人，未达法定人数。", "confirmed": "1"},
        )
        meeting = Meeting.objects.get(pk=drafted.meeting_id)
        shown = client.get(page).content.decode()
        assert "流会" in asked
        assert meeting.without_quorum
        assert "会议记录虽已签字，但未达到法定人数，没有作出任何决定。" in shown
        assert "应到3人，实到1人，需要2人" in shown
        resolution = reverse("admin:association_resolution_change", args=[drafted.pk])
        assert "本次会议未达到法定人数，没有作出任何决定" in client.get(resolution).content.decode()
        typed = {f"vote_{item.pk}": "approved" for item in drafted.items.all()} | {"confirmed": "1"}
        refused = told(client.post(reverse("admin:association_resolution_pass", args=[drafted.pk]), typed))
        assert "未达到法定人数" in refused
        drafted.refresh_from_db()
        assert drafted.passed_on is None
        record = meeting.signing
        assert (record.kind, record.on, meeting.signed_on) == ("meeting.without_quorum", record.on, record.on)
        scan = reverse("admin:association_meeting_scan", args=[meeting.pk])
        with pdf_file(tmp_path, "会议记录", "理事会").open("rb") as file:
            said = told(client.post(scan, {"file": file}))
        meeting.refresh_from_db()
        assert meeting.scan is not None, said

    def test_no_scan_before_the_minutes_are_signed(self, drafted, tmp_path):
        scan = reverse("admin:association_meeting_scan", args=[drafted.meeting.pk])
        with pdf_file(tmp_path, "会议记录", "理事会").open("rb") as file:
            said = told(desk().post(scan, {"file": file}))
        assert "尚未签署" in said
        assert Meeting.objects.get(pk=drafted.meeting_id).scan is None

    def test_proxy_at_the_desk(self, drafted):
        rows = list(drafted.meeting.attendees.all())
        typed = {f"came_{rows[0].pk}": "present", f"came_{rows[1].pk}": "proxy", f"came_{rows[2].pk}": "absent"}
        address = reverse("admin:association_meeting_attendance", args=[drafted.meeting.pk])
        without = desk().post(address, typed).content.decode()
        desk().post(address, typed | {f"proxy_{rows[1].pk}": rows[0].pk})
        rows[1].refresh_from_db()
        assert "委托谁" in without
        assert rows[1].proxy == rows[0]
