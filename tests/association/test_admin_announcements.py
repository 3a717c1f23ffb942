"""Announcements and objections at the desk: written, released, closed, withdrawn; who may, who sees who objects."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from association.actions import announcements, publicities
from association.models import AccessLog, Announcement, Objection
from association.models.announcement import Objecting, OwnKind
from association.models.objection import ObjectionOutcome, Proposal
from tests import world
from tests.announced import OVER, SHOWN, answered, drafted, objection, published, secretary, shown
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db

WORDS = {
    "kind": OwnKind.ANNOUNCEMENT,
    "title": "关于年会的公告",
    "text": "年会定于十月召开。",
    "days": "",
    "objections": "",
}


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(SHOWN)
    world.found()


def at(name, *arguments):
    return reverse(f"admin:association_{name}", args=arguments)


def text(response):
    return response.content.decode()


def test_written_attached_published_withdrawn():
    client = desk()

    made = client.post(at("announcement_write"), WORDS)
    row = Announcement.objects.get()
    assert made.url == at("announcement_change", row.pk)
    edit = at("announcement_edit", row.pk)
    client.post(edit, {"file": SimpleUploadedFile("议程.png", world.PNG)})
    assert "议程.png" in text(client.get(edit))
    wrong = client.post(edit, {"file": SimpleUploadedFile("坏.exe", b"MZ")})
    assert wrong.status_code == 302
    assert row.attachments.count() == 1
    assert at("announcement_release", row.pk) not in text(client.get(at("announcement_change", row.pk)))
    assert "无法自动检查" in text(client.get(edit))
    look = at("announcement_look", row.pk, row.attachments.get().pk)
    assert client.get(look).status_code == 302
    assert row.attachments.get().to_look_at
    assert "已记录" in told(client.post(look))
    assert "2026年9月15日" in text(client.get(edit))
    assert look not in text(client.get(edit))

    assert "不再修改" in text(client.get(at("announcement_release", row.pk)))
    assert "公告已公布" in told(client.post(at("announcement_release", row.pk)))
    again = client.post(at("announcement_release", row.pk))
    assert "已于2026年9月15日公布" in told(again)

    assert client.post(at("announcement_withdraw", row.pk), {"reason": ""}).status_code == 200
    row.refresh_from_db()
    assert row.withdrawn_on is None
    client.post(at("announcement_withdraw", row.pk), {"reason": "地点有变"})
    row.refresh_from_db()
    assert row.withdrawal_reason == "地点有变"
    twice = client.post(at("announcement_withdraw", row.pk), {"reason": "再撤"})
    assert "已于2026年9月15日撤回" in text(twice)


def test_a_private_number_keeps_the_button_shut_and_says_where():
    client = desk()
    row = drafted(text="第一行\n13800001234")

    page = text(client.get(at("announcement_change", row.pk)))

    assert "正文第2行中有手机号码（138****1234）" in page
    assert at("announcement_release", row.pk) not in page
    assert "138****1234" in told(client.post(at("announcement_release", row.pk)))
    row.refresh_from_db()
    assert row.published_on is None


def test_scheduled_and_taken_back():
    client, row = desk(), drafted()

    assert client.post(at("announcement_schedule", row.pk), {"day": "2026-09-15"}).status_code == 200
    assert client.post(at("announcement_schedule", row.pk), {"day": "nothing"}).status_code == 200
    client.post(at("announcement_schedule", row.pk), {"day": "2026-09-16"})
    assert "定于2026年9月16日发布" in text(client.get(at("announcement_change", row.pk)))
    client.post(at("announcement_unschedule", row.pk))
    row.refresh_from_db()
    assert row.scheduled_for is None


def test_dropped_corrected_extended_closed(clock):
    client = desk()
    row = drafted()
    client.post(at("announcement_drop", row.pk), {"reason": "不开了"})
    row.refresh_from_db()
    assert row.dropped_on == SHOWN

    out = published()
    made = client.post(at("announcement_correct", out.pk))
    assert made.url == at("announcement_change", Announcement.objects.latest("pk").pk)

    publicity = shown()
    page = at("announcement_change", publicity.announcement_id)
    assert "期满后才能结束" in text(client.get(page))
    client.post(at("announcement_extend", publicity.announcement_id), {"days": "1", "reason": "来函"})
    publicity.refresh_from_db()
    clock("2026-09-23")
    client.post(at("announcement_close", publicity.announcement_id))
    publicity.refresh_from_db()
    assert publicity.result == "no_objection"
    assert "无异议" in text(client.get(page))
    assert client.get(at("announcement_close", out.pk)).url == at("announcement_change", out.pk)


def test_an_objection_is_answered_and_what_follows_confirmed():
    client, publicity = desk(), shown()
    made = objection(publicity, name="李四", contact="li@example.cn")
    page = at("objection_change", made.pk)
    assert "李四" in text(client.get(page))

    assert client.post(at("objection_answer", made.pk), {"outcome": "upheld", "text": ""}).status_code == 422
    fields = {"outcome": "upheld", "text": "属实。", "proposal": ""}
    assert client.post(at("objection_answer", made.pk), fields).status_code == 422
    done = client.post(at("objection_answer", made.pk), fields | {"proposal": Proposal.WITHDRAW})
    assert "li@example.cn" in told(done)
    assert "已于2026年9月15日答复" in text(
        client.post(at("objection_answer", made.pk), fields | {"proposal": "extend"})
    )

    assert Announcement.objects.get().withdrawn_on is None
    assert "撤回公告" in text(client.get(at("objection_follow", made.pk)))
    client.post(at("objection_follow", made.pk), {"reason": "名单有误"})
    assert Announcement.objects.get().withdrawn_on == SHOWN


@pytest.mark.parametrize("view", ["waiting", "follow", "answered"])
def test_lists_of_objections(view):
    publicity = shown()
    objection(publicity, text="等答复的")
    answered(objection(publicity, text="等确认的"), ObjectionOutcome.UPHELD, Proposal.EXTEND)
    answered(objection(publicity, text="答过的"))

    page = text(desk().get(at("objection_changelist"), {"view": view}))

    shown_texts = {word for word in ("等答复的", "等确认的", "答过的") if word in page}
    assert (
        shown_texts
        == {
            "waiting": {"等答复的"},
            "follow": {"等确认的"},
            "answered": {"等确认的", "答过的"},
        }[view]
    )


# who may


def test_who_objects_is_seen_by_those_who_answer_only():
    made = objection(shown(), name="李四", contact="li@example.cn")

    page = text(auditor().get(at("objection_change", made.pk)))
    assert "该单位未参加过活动" in page
    assert "李四" not in page
    assert "li@example.cn" not in page
    assert auditor().post(at("objection_answer", made.pk)).status_code == 403
    assert finance().get(at("objection_change", made.pk)).status_code == 403


def test_reading_a_paper_of_an_objection_is_on_record():
    from io import BytesIO

    from association.actions.objections import Upload

    made = objection(shown(), files=[Upload(BytesIO(world.PNG), "证据.png")])
    address = at("objection_file", made.files.get().pk)

    assert auditor().get(address).status_code == 403
    assert desk().get(address).status_code == 200
    assert AccessLog.objects.count() == 1


ACTS = ("edit", "release", "schedule", "unschedule", "drop", "withdraw", "correct")


@pytest.mark.parametrize("act", ACTS)
def test_an_auditor_looks_and_does_nothing(act):
    row = drafted()
    client = auditor()

    assert client.get(at("announcement_change", row.pk)).status_code == 200
    assert at(f"announcement_{act}", row.pk) not in text(client.get(at("announcement_change", row.pk)))
    assert client.post(at(f"announcement_{act}", row.pk), {"reason": "x"}).status_code == 403
    assert client.get(at("announcement_write")).status_code == 403


@pytest.mark.parametrize("name", ["release", "close", "extend", "withdraw", "edit"])
@pytest.mark.parametrize("pk", [0, 999999, 2**70])
def test_what_is_not_there_is_a_404(name, pk):
    assert desk().get(f"/admin/association/announcement/{pk}/{name}/").status_code == 404


# the lists


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries_made"), [("announcement", 9), ("objection", 8)])
def test_lists_read_as_much_for_three_as_for_one(count, name, queries_made, django_assert_max_num_queries):
    for number in range(count):
        objection(shown(title=f"公示{number}"))
    client = desk()
    client.get(at(f"{name}_changelist"))

    with django_assert_max_num_queries(queries_made):
        assert client.get(at(f"{name}_changelist")).status_code == 200


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("all", {"草稿件", "公示件", "公告件", "撤回件"}),
        ("draft", {"草稿件"}),
        ("shown", {"公示件"}),
        ("published", {"公示件", "公告件"}),
        ("withdrawn", {"撤回件"}),
    ],
)
def test_announcements_by_their_state(state, expected):
    drafted(title="草稿件")
    shown(title="公示件")
    published(title="公告件")
    announcements.withdraw(published(title="撤回件"), reason="有误", by=secretary(), on=SHOWN)

    page = text(desk().get(at("announcement_changelist"), {"state": state}))

    assert {title for title in ("草稿件", "公示件", "公告件", "撤回件") if title in page} == expected


def test_the_case_of_a_publicity_leads_to_its_announcement():
    publicity = shown()

    found = desk().get(reverse("admin:case_publicity", args=[publicity.case.key]))
    assert found.url == at("announcement_change", publicity.announcement_id)


# today


def test_today_names_what_is_to_be_answered_closed_and_published(clock):
    client = desk()
    objection(shown(title="有异议的公示"))
    drafted(title="等发布的公告")
    clock(OVER)

    page = text(client.get("/admin/"))

    for words in ("答复异议", "结束公示", "待发布的公告", "等发布的公告", "有异议的公示"):
        assert words in page


def test_today_is_silent_once_all_is_done(clock):
    publicity = shown(title="已了结的公示", objecting=Objecting.NONE)
    clock(OVER)
    publicities.close(publicity, by=secretary(), on=OVER)

    assert "已了结的公示" not in text(desk().get("/admin/"))
    assert not Objection.objects.exists()
