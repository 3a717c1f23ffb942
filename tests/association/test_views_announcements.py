"""What everybody reads of announcements: list, page, feed and interface agree; objections and their receipt."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from association.actions import announcement_drafts as drafts
from association.actions import announcements, objections, publicities
from association.models import Announcement, Objection
from association.models.announcement import Objecting, OwnKind, Relation
from association.models.objection import ObjectionOutcome, Proposal
from association.views import objections as views
from portal.api.site import LIMIT
from tests import world
from tests.announced import LAST, OVER, SHOWN, TEXT, TITLE, answered, drafted, objection, published, secretary, shown

pytestmark = pytest.mark.django_db
FEED = "/announcements/feed/"
LIST = "/announcements/"
API = "/api/v1/announcements"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(SHOWN)
    cache.clear()
    world.found()
    for limit in (LIMIT, views.LIMIT, views.ASKING):
        limit.forget()


def text(response) -> str:
    return response.content.decode()


def page_of(row) -> str:
    return reverse("announcement", args=[row.key])


def everywhere(client):
    """What a stranger reads: the home page, the list, the search, the feed, the interface."""
    addresses = ("/", LIST, f"{LIST}?q=年会", f"{LIST}?kind=own:announcement", FEED, API, f"{API}?q=年会")
    return {address: text(client.get(address)) for address in addresses}


# the same everywhere


def test_a_draft_is_nowhere(client):
    draft = drafted()
    announcements.schedule(draft, day=OVER, by=secretary(), on=SHOWN)

    assert all(draft.title not in said and str(draft.key) not in said for said in everywhere(client).values())
    assert client.get(page_of(draft)).status_code == 404
    assert client.get(f"{API}/{draft.key}").status_code == 404


def test_what_is_published_is_everywhere(client):
    out = published()

    assert all(out.title in said for said in everywhere(client).values())
    assert "本会定于十月召开年会。" in text(client.get(page_of(out)))
    assert client.get(f"{API}/{out.key}").json()["text"] == out.text


def test_what_is_withdrawn_says_so_everywhere_without_its_content(client):
    out = published(title="关于年会的公告", text="年会在北京饭店召开。")
    announcements.withdraw(out, reason="地点有变", by=secretary(), on=OVER)

    for address, said in everywhere(client).items():
        assert "关于年会的公告" not in said, address
        assert "北京饭店" not in said, address
    page = client.get(page_of(out))
    assert page.status_code == 200
    for words in ("这份公告已撤回", "地点有变", "2026年9月22日", "公告"):
        assert words in text(page)
    for words in ("关于年会的公告", "北京饭店"):
        assert words not in text(page)
    assert "公告（已撤回）" in text(client.get(LIST))
    assert "已撤回：地点有变" in text(client.get(FEED))
    found = client.get(f"{API}/{out.key}").json()
    assert (found["title"], found["text"], found["withdrawn"]) == (
        None,
        "",
        {"on": "2026-09-22", "reason": "地点有变"},
    )
    assert str(out.key) not in text(client.get(f"{LIST}?q=北京饭店"))


def test_an_attachment_is_public_while_the_announcement_stands(client):
    draft = drafted()
    from io import BytesIO

    attached = drafts.attach(draft, BytesIO(world.PNG), name="名单.png", by=secretary(), on=SHOWN)
    address = reverse("announcement_file", args=[draft.key, attached.pk])
    other = published()

    assert client.get(address).status_code == 404
    drafts.look_through(attached, by=secretary(), on=SHOWN)
    announcements.release(draft, by=secretary(), on=SHOWN)
    got = client.get(address)
    assert (got.status_code, got["Content-Type"]) == (200, "image/png")
    assert b"".join(got.streaming_content)
    assert address in text(client.get(page_of(draft)))
    assert client.get(reverse("announcement_file", args=[other.key, attached.pk])).status_code == 404
    assert client.get(f"{API}/{draft.key}").json()["attachments"][0]["url"].endswith(address)
    announcements.withdraw(draft, reason="有误", by=secretary(), on=SHOWN)
    assert client.get(address).status_code == 404


def test_a_correction_and_the_first_lead_to_each_other(client):
    first = published()
    draft = drafts.again(first, Relation.CORRECTS, by=secretary(), on=SHOWN)
    drafts.edit(draft, drafts.Written(draft.kind, "更正：年会", "改在十一月。"), by=secretary(), on=SHOWN)
    assert "更正：年会" not in text(client.get(page_of(first)))
    second = announcements.release(draft, by=secretary(), on=SHOWN)

    assert f'href="{page_of(second)}"' in text(client.get(page_of(first)))
    assert f'href="{page_of(first)}"' in text(client.get(page_of(second)))
    assert client.get(f"{API}/{second.key}").json()["corrects"] == str(first.key)


# the list


def test_searched_and_by_kind(client):
    published(title="甲公告", text="一")
    published(kind=OwnKind.NOTICE, title="乙通知", text="二")

    assert [("甲公告" in said, "乙通知" in said) for said in (
        text(client.get(LIST)),
        text(client.get(LIST, {"kind": OwnKind.NOTICE})),
        text(client.get(LIST, {"q": "甲"})),
        text(client.get(LIST, {"kind": "nobody"})),
    )] == [(True, True), (False, True), (True, False), (True, True)]  # fmt: skip
    assert "没有找到" in text(client.get(LIST, {"q": "丙"}))


@pytest.mark.parametrize("query", ["%00", "a" * 3000, "%", "'", "<script>"])
def test_odd_questions(client, query):
    published()
    assert client.get(f"{LIST}?q={query}&kind={query}").status_code == 200


def test_nothing_one_and_many(client):
    assert "协会公开发布的内容在这里" in text(client.get(LIST))
    first = published()
    record = first.decision
    Announcement.objects.bulk_create(
        Announcement(
            kind=OwnKind.NOTICE, title=f"通知{n}", fields={}, text="文", decision=record, drafted_on=SHOWN,
            published_on=SHOWN, published_by=first.published_by,
        )
        for n in range(20)
    )  # fmt: skip

    assert text(client.get(LIST)).count("notices__item") == 20
    assert text(client.get(f"{LIST}?page=2")).count("notices__item") == 1
    found = client.get(f"{API}?page=2").json()
    assert (found["more"], len(found["announcements"])) == (False, 1)
    assert client.get(f"{API}?page=0").status_code == 422


@pytest.mark.parametrize("items", [1, 3])
@pytest.mark.parametrize(("address", "queries_made"), [(LIST, 3), (FEED, 2), (API, 3)])
def test_lists_read_as_much_for_three_as_for_one(client, items, address, queries_made, django_assert_max_num_queries):
    for number in range(items):
        shown(title=f"公示{number}")
    client.get(address)

    with django_assert_max_num_queries(queries_made):
        assert client.get(address).status_code == 200


def test_the_feed_is_well_formed_and_names_each_by_its_key(client):
    out = published(text="<b>&小于</b>")

    response = client.get(FEED)
    assert response["Content-Type"].startswith("application/atom+xml")
    assert f"urn:uuid:{out.key}" in text(response)
    assert "&lt;b&gt;&amp;小于" in text(response)
    assert "2026-09-15T00:00:00+08:00" in text(response)


# on show


def test_the_page_says_until_when_and_then_how_it_ended(client, clock):
    publicity = shown()
    address = page_of(publicity.announcement)

    running = text(client.get(address))
    assert "公示期：2026年9月15日至2026年9月21日（星期一）（含当日）" in running
    assert "提出异议" in running
    assert "还剩" in running

    clock(OVER)
    over = text(client.get(address))
    assert "公示期已满" in over
    assert reverse("object", args=[publicity.announcement.key]) not in over

    publicities.close(publicity, by=secretary(), on=OVER)
    assert "无异议" in text(client.get(address))
    assert client.get(f"{API}/{publicity.announcement.key}").json()["publicity"] == {
        "from": "2026-09-15",
        "until": "2026-09-21",
        "provisional": False,
        "running": False,
        "objections": "anonymous",
        "result": "no_objection",
        "closed_on": "2026-09-22",
    }


def test_a_provisional_last_day_says_so(client, clock):
    clock("2026-12-24")
    publicity = shown(on=date(2026, 12, 24), days=10)

    assert "截止日为暂定" in text(client.get(page_of(publicity.announcement)))


# objections


def send(client, row, **typed):
    fields = {"text": "该单位未参加过活动。", "token": uuid.uuid4()} | typed
    return client.post(reverse("object", args=[row.key]), fields)


def test_received_with_a_code_that_shows_how_it_stands(client):
    publicity = shown()
    row = publicity.announcement
    form = text(client.get(reverse("object", args=[row.key])))
    token = re.search(r'name="token" value="([0-9a-f-]{36})"', form)[1]

    response = send(client, row, token=token, name="李四", contact="li@example.cn")
    assert response.url == reverse("objection_sent")
    receipt = text(client.get(response.url))
    code = objections.code_of(uuid.UUID(token))
    assert code in receipt

    asked = client.post(reverse("objection_state"), {"code": code.lower()})
    assert "正在核实" in text(asked)
    answered(Objection.objects.get(), ObjectionOutcome.UPHELD, Proposal.EXTEND)
    said = text(client.post(reverse("objection_state"), {"code": code}))
    assert "经核对活动签到记录，情况属实。" in said
    assert "延长公示" in said
    for page in (receipt, text(asked), said):
        assert "李四" not in page
        assert "li@example.cn" not in page


def test_sent_twice_it_is_one_and_the_receipt_is_the_same(client):
    row, token = shown().announcement, uuid.uuid4()

    for _ in range(2):
        send(client, row, token=token)
    assert Objection.objects.count() == 1
    assert objections.code_of(token) in text(client.get(reverse("objection_sent")))


def test_nobody_reads_in_public_that_somebody_objected(client):
    publicity = shown()
    objection(publicity, text="私下的话", name="李四", contact="13900001111")

    pages = [*everywhere(client).values(), text(client.get(page_of(publicity.announcement)))]
    for said in pages:
        for word in ("私下的话", "李四", "13900001111"):
            assert word not in said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": " "}, "请写明异议的内容和理由"),
        ({"name": ""}, "请填写您的姓名"),
        ({"contact": ""}, "请留下"),
        ({"text": "长" * 4001}, "4001"),
        ({"token": "nothing"}, ""),
        ({"token": ""}, ""),
    ],
)
def test_a_form_that_lacks_something_keeps_what_was_typed(client, typed, said):
    row = shown(objecting=Objecting.NAMED).announcement
    fields = {"name": "李四", "contact": "li@example.cn"} | typed

    response = send(client, row, **fields)

    assert response.status_code == 422
    if "text" not in typed:
        assert "该单位未参加过活动。" in text(response)
    assert Objection.objects.count() == 0


def test_a_file_that_is_no_document_is_refused_with_what_to_do(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    row = shown().announcement
    response = send(client, row, papers=[SimpleUploadedFile("坏.exe", b"MZ" * 100)])
    assert response.status_code == 422
    assert Objection.objects.count() == 0

    good = [SimpleUploadedFile("证据.png", world.PNG), SimpleUploadedFile("证据2.png", world.PNG)]
    assert send(client, row, papers=good).status_code == 302
    assert Objection.objects.get().files.count() == 2


@pytest.mark.parametrize(("moment", "status"), [("2026-09-21 23:59:59", 302), ("2026-09-22 00:00:00", 422)])
def test_one_second_after_the_last_day_is_too_late(client, clock, moment, status):
    row = shown().announcement
    clock(moment)

    response = send(client, row)

    assert response.status_code == status
    if status == 422:
        assert "异议的截止日为2026年9月21日" in text(response)
    assert LAST + timedelta(1) == OVER


def test_the_form_is_there_only_where_objections_are_asked_for(client):
    quiet = shown(objecting=Objecting.NONE).announcement
    out = shown(title="撤回的").announcement
    announcements.withdraw(out, reason="有误", by=secretary(), on=SHOWN)

    for row in (quiet, out, published(), drafted()):
        address = reverse("object", args=[row.key])
        assert client.get(address).status_code == 404
        assert send(client, row).status_code == 404


def test_too_many_from_one_address(client):
    row = shown().announcement

    statuses = [send(client, row).status_code for _ in range(7)]

    assert statuses == [302] * 5 + [429] * 2
    assert Objection.objects.count() == 5


def test_codes_are_not_guessed_for_long(client):
    address = reverse("objection_state")

    statuses = [client.post(address, {"code": f"AAAA-BBBB-CCCC-{n:04}"}).status_code for n in range(22)]

    assert statuses[0] == 422
    assert statuses[-1] == 429


@pytest.mark.parametrize("code", ["", "x", "AAAA-BBBB-CCCC-DDDD", "\u0000" * 20, "长" * 20])
def test_a_code_that_is_none(client, code):
    assert client.post(reverse("objection_state"), {"code": code}).status_code == 422


def test_without_a_receipt_one_asks_with_the_code(client):
    assert client.get(reverse("objection_sent")).url == reverse("objection_state")


def test_titles_are_text_not_markup(client):
    out = published(title="<script>alert(1)</script>", text="<img src=x>\n\n第二段")

    page = text(client.get(page_of(out)))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert TITLE not in page
    assert TEXT not in page
