"""The newsletter at the desk: draft, trial, to how many before the click, progress, and stopped."""

from datetime import date

import pytest
from django.core import mail
from django.urls import reverse

from association.actions import newsletters, outbox
from association.models import Dispatch, NewsletterIssue
from tests import world
from tests.adopted import founded, member
from tests.desk import auditor, staff, told

pytestmark = [pytest.mark.django_db, pytest.mark.rule("GEN2-17")]

TODAY = date(2026, 3, 2)
LIST = reverse("admin:association_newsletterissue_changelist")
DRAFT = reverse("admin:association_newsletterissue_draft")
TYPED = {"number": "1", "subject": "三月要闻", "text": "# 要闻\n\n正文。"}


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock(TODAY)
    founded("gen2", "institution", date(2025, 1, 1))


def page(name, row):
    return reverse(f"admin:association_newsletterissue_{name}", args=[row.pk])


def work() -> None:
    world.run_jobs()
    outbox.send("mail")


def drafted(client) -> NewsletterIssue:
    client.post(DRAFT, TYPED)
    return NewsletterIssue.objects.get()


def test_from_the_draft_to_the_last_mail():
    client = staff("secretariat")
    first, second = world.user(), world.user()
    member("unit", user=first)
    member("person", user=second)
    member("unit")
    newsletters.opt_out(second, on=TODAY)
    row = drafted(client)
    shown = client.get(page("change", row)).content.decode()
    assert "<h2>要闻" in shown
    assert "三月要闻（会员通讯第 1 期）" in shown

    assert "试发邮件已发往" in told(client.post(page("test", row)))
    asked = client.post(page("send", row), {"parts_0": []}).content.decode()
    assert "1 个账号将通过邮件和站内消息收到" in asked
    assert "<dt>所选会员</dt><dd>3</dd>" in asked
    assert "<dt>已退订</dt><dd>1</dd>" in asked
    assert "<dt>没有账号（无地址）</dt><dd>1</dd>" in asked
    assert not Dispatch.objects.exists()

    client.post(page("send", row), {"parts_0": [], "confirmed": "1"})
    assert "发送中" in client.get(LIST).content.decode()
    assert 'max="3" value="0"' in client.get(page("progress", row)).content.decode()
    work()
    assert 'max="3" value="3"' in client.get(page("progress", row)).content.decode()
    assert "已发送" in client.get(LIST).content.decode()
    assert sorted(len(letter.to) for letter in mail.outbox) == [1, 1]


def test_the_chosen_group_stays_chosen_on_the_way():
    client = staff("secretariat")
    member("unit", user=world.user())
    row = drafted(client)
    asked = client.post(page("send", row), {"parts_0": ["class:unit"]}).content.decode()

    assert '<input type="hidden" name="parts_0" value="class:unit">' in asked
    client.post(page("send", row), {"parts_0": ["class:unit"], "confirmed": "1"})
    assert Dispatch.objects.get().parts == ["class:unit"]
    assert client.post(page("send", row), {"parts_0": ["class:none"]}).status_code == 200


def test_nobody_to_send_to_disables_the_button():
    client = staff("secretariat")
    asked = client.post(page("send", drafted(client)), {}).content.decode()

    assert "没有人会收到" in asked
    assert "disabled" in asked


def test_stopped():
    client = staff("secretariat")
    member("unit", user=world.user())
    row = drafted(client)
    client.post(page("send", row), {"confirmed": "1"})
    response = client.post(page("cancel", row))

    assert "已中止" in told(response)
    assert "中途中止" in client.get(LIST).content.decode()
    work()
    assert mail.outbox == []


def test_edited_and_thrown_away():
    client = staff("secretariat")
    row = drafted(client)
    client.post(page("edit", row), TYPED | {"subject": "四月要闻"})
    row.refresh_from_db()
    assert row.subject == "四月要闻"
    assert "无法打开" in told(client.post(page("edit", row), TYPED | {"text": "[x](ftp://a.example)"}))
    assert "丢弃" in client.get(page("discard", row)).content.decode()
    client.post(page("discard", row))
    assert not NewsletterIssue.objects.exists()


def test_a_number_that_is_taken_is_said():
    client = staff("secretariat")
    drafted(client)

    assert "已有这一期号" in told(client.post(DRAFT, TYPED))
    assert NewsletterIssue.objects.count() == 1


def test_who_may_not():
    row = drafted(staff("secretariat"))
    reader = auditor()

    assert reader.get(LIST).status_code == 200
    assert reader.get(page("change", row)).status_code == 200
    for name in ("edit", "discard", "test", "send", "cancel"):
        assert reader.post(page(name, row)).status_code == 403
    finance = staff("finance")
    assert finance.get(LIST).status_code == 403
    assert finance.get(page("progress", row)).status_code == 403
