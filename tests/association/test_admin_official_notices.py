"""Official documents at the desk and on their public page: from the series to the paper that somebody opens."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from association.models import Body, DocumentSeries, NoticeRecipient, OfficialNotice
from tests import world
from tests.adopted import member
from tests.desk import auditor, client_of, staff, told

pytestmark = pytest.mark.django_db

TODAY = date(2026, 9, 15)
LIST = reverse("admin:association_officialnotice_changelist")
DRAFT = reverse("admin:association_officialnotice_draft")
SERIES = reverse("admin:association_documentseries_add")


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    world.found()


def page(name, row, *more):
    return reverse(f"admin:association_officialnotice_{name}", args=[row.pk, *more])


def a_series(client) -> DocumentSeries:
    body = Body.objects.get(key="secretary_general").pk
    typed = {"name": "协会文件", "form": "京二协〔{year}〕{seq}号", "letterhead": "北京市某协会文件"}
    client.post(SERIES, typed | {"signed_by_body": body, "first_seq": "5"})
    return DocumentSeries.objects.get()


def typed(series, **changes):
    return {
        "series": series.pk, "kind": "notice", "title": "关于收缴会费的通知", "addressees": "各会员单位",
        "text": "现就有关事项通知如下。", "attachments": "标准一览表\n操作说明",
        "copied_to": "", "printed_by": "秘书处",
        "case": "", "resolution": "", "announcement": "", "revokes": "", "revokes_because": "",
    } | changes  # fmt: skip


def an_issued(client) -> OfficialNotice:
    client.post(DRAFT, typed(a_series(client)))
    row = OfficialNotice.objects.get()
    staff("secretariat").post(page("check", row))
    client_of(world.seated("secretary_general")).post(page("sign", row))
    client.post(page("issue", row))
    row.refresh_from_db()
    return row


def test_from_the_series_to_the_paper_that_somebody_opens():
    writer = staff("secretariat")
    run = a_series(writer)
    writer.post(DRAFT, typed(run))
    row = OfficialNotice.objects.get()
    assert row.attachments == ["标准一览表", "操作说明"]
    assert "须由另一人核稿" in writer.get(page("change", row)).content.decode()
    assert "须由另一人核稿" in told(writer.post(page("check", row)))
    assert "已核稿" in told(staff("secretariat").post(page("check", row)))
    assert "disabled" in writer.get(page("sign", row)).content.decode()
    chief = client_of(world.seated("secretary_general"))
    assert "已签发" in told(chief.post(page("sign", row)))
    assert "协会文件" in writer.get(page("issue", row)).content.decode()
    assert "京二协〔2026〕5号" in told(writer.post(page("issue", row)))
    world.run_jobs()
    assert writer.get(page("picture", row, 1))["Content-Type"] == "image/png"
    assert writer.get(page("picture", row, 99)).status_code == 404

    reader = world.user("reader@unit.example")
    assert "没有账号" in writer.post(page("people", row), {"addresses": "nobody@unit.example"}).content.decode()
    assert "已通知 1 人" in told(writer.post(page("people", row), {"addresses": "Reader@unit.example\n"}))
    row.refresh_from_db()
    client = Client()
    client.force_login(reader)
    address = reverse("document", args=[row.serial])
    assert "本会印发" in client.get(address).content.decode()
    assert client.get(reverse("document_file", args=[row.serial]))["Content-Type"] == "application/pdf"
    assert client.get(reverse("document_page", args=[row.serial, 1]))["Content-Type"] == "image/png"
    assert NoticeRecipient.objects.get().opened_at is not None
    assert "已通知 1 人，1 人已打开" in writer.get(page("change", row)).content.decode()


def test_a_stranger_sees_whether_it_is_ours_and_not_what_it_says(client):
    row = an_issued(staff("secretariat"))
    shown = client.get(reverse("document", args=[row.serial.lower().replace("-", "")])).content.decode()
    assert "京二协〔2026〕5号" in shown
    assert "现就有关事项" not in shown
    assert reverse("document_file", args=[row.serial]) not in shown
    assert client.get("/verify/", {"q": row.serial})["Location"] == reverse("document", args=[row.serial])
    client.force_login(world.user())
    assert client.get(reverse("document_file", args=[row.serial])).status_code == 404
    assert client.get(reverse("document", args=["ABCD-EFGH-2345-WXYZ"])).status_code == 404


def test_the_members_are_counted_before_they_are_told():
    writer = staff("secretariat")
    row = an_issued(writer)
    member("unit", user=world.user(), since=TODAY)
    member("unit", since=TODAY)
    asked = writer.post(page("tell", row), {}).content.decode()
    assert "1 个账号将通过邮件和站内消息收到通知" in asked
    assert "<dt>没有账号（无地址）</dt><dd>1</dd>" in asked
    assert not NoticeRecipient.objects.exists()
    writer.post(page("tell", row), {"confirmed": "1"})
    world.run_jobs()
    assert NoticeRecipient.objects.count() == 1
    [sent] = row.dispatches.all()
    assert 'max="2" value="2"' in writer.get(page("progress", row, sent.pk)).content.decode()


def test_void_and_sent_back():
    writer = staff("secretariat")
    row = an_issued(writer)
    assert "作废" in told(writer.post(page("void", row), {"reason": "印制错误"}))
    assert "印制错误" in writer.get(reverse("admin:association_documentnumber_changelist")).content.decode()
    writer.post(DRAFT, typed(DocumentSeries.objects.get()))
    other = OfficialNotice.objects.exclude(pk=row.pk).get()
    writer.post(page("return", other), {"reason": "主送有误"})
    assert "主送有误" in writer.get(page("change", other)).content.decode()
    writer.post(page("edit", other), typed(DocumentSeries.objects.get(), title="关于会费的通知"))
    writer.post(page("discard", other))
    assert OfficialNotice.objects.get() == row


def test_a_form_of_number_that_is_none():
    writer = staff("secretariat")
    body = Body.objects.get(key="secretary_general").pk
    wrong = {"name": "x", "form": "京[{year}]{seq}号", "letterhead": "x", "signed_by_body": body, "first_seq": "1"}
    assert "六角括号" in writer.post(SERIES, wrong).content.decode()
    assert not DocumentSeries.objects.exists()


def test_without_a_series_the_way_to_one_is_shown():
    writer = staff("secretariat")
    for page_of_it in (LIST, DRAFT):
        shown = writer.get(page_of_it).content.decode()
        assert SERIES in shown
        assert 'name="title"' not in shown
    writer.post(DRAFT, {"title": "x"})
    assert not OfficialNotice.objects.exists()


def test_a_series_is_closed_and_taken_up_again():
    writer = staff("secretariat")
    run = a_series(writer)
    here, list_ = (reverse(f"admin:association_documentseries_{n}", args=a) for n, a in
                   (("change", [run.pk]), ("changelist", [])))  # fmt: skip
    writer.post(DRAFT, typed(run))
    assert "京二协〔2026〕5号" in writer.get(here).content.decode()
    close = reverse("admin:association_documentseries_close", args=[run.pk])
    assert "1 份尚未印发的文件" in writer.get(close).content.decode()
    assert "已停用" in told(writer.post(close))
    assert "disabled" in writer.get(close).content.decode()
    assert "已停用" in writer.get(list_).content.decode()
    assert SERIES in writer.get(DRAFT).content.decode()
    assert "重新启用" in told(writer.post(reverse("admin:association_documentseries_reopen", args=[run.pk])))
    assert not DocumentSeries.objects.get().closed
    reader = auditor()
    assert reader.get(here).status_code == 200
    assert reader.get(close).status_code == reader.post(close).status_code == 403


def test_who_may_not():
    row = an_issued(staff("secretariat"))
    reader = auditor()
    assert reader.get(LIST).status_code == reader.get(page("change", row)).status_code == 200
    for name in ("edit", "discard", "check", "issue", "void", "tell", "people", "return"):
        assert reader.post(page(name, row)).status_code == 403, name
    assert staff("finance").get(LIST).status_code == 403
    assert staff("finance").get(page("paper", row)).status_code == 403
