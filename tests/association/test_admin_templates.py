"""Message templates at the desk: looked at with a real case before they count, and only by those who may."""

import html
import re
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.db.models import ProtectedError
from django.test import RequestFactory
from django.urls import reverse

from admissions.actions import reviews
from association.actions import letters, templates
from association.admin.outgoing import outgoing
from association.letters import Facts, write
from association.letters.kinds import all_kinds, kind_of
from association.letters.writing import shipped
from association.models import Message, MessageTemplate, Recusal, SmsTopic
from tests import world
from tests.desk import auditor, client_of, desk, finance, staff, told

pytestmark = pytest.mark.django_db
LIST = reverse("admin:association_messagetemplate_changelist")
KEY = "admission.rejected"
PAGE = reverse("admin:association_messagetemplate_kind", args=[KEY])
RESTORE = reverse("admin:association_messagetemplate_restore", args=[KEY])
COMPARE = reverse("admin:association_messagetemplate_compare", args=[KEY])
UNIT = "北京星野文化传媒有限公司"


@pytest.fixture(autouse=True)
def _association(clock):
    clock("2026-09-16")
    world.found()


def rejected():
    application = world.submitted()
    by = world.officer("membership_dept")
    reviews.reject(application, step="dept_review", note="领域不符", rules=["7.p1"], by=by, on=world.REVIEWED)
    return application


def typed(**changes):
    words = shipped(kind_of(KEY))
    start = {"subject": words.subject, "text": words.text.replace("很遗憾，", ""), "sms": words.sms, "base": "0"}
    return start | {"do": "preview", "note": "", "seen": ""} | changes


def seen(response) -> str:
    return re.search(r'name="seen" value="(\w*)"', response.content.decode())[1]


def put(client, **changes):
    """Look at the preview, then put the words into force."""
    mark = seen(client.post(PAGE, typed(**changes)))
    return client.post(PAGE, typed(do="save", seen=mark, **changes))


def test_list_names_every_kind():
    page = desk().get(LIST).content.decode()
    for kind in all_kinds():
        assert reverse("admin:association_messagetemplate_kind", args=[kind.key]) in page


@pytest.mark.parametrize("kind", list(all_kinds()), ids=lambda kind: kind.key)
def test_every_kind_shows_with_invented_facts_and_says_so(kind):
    page = desk().get(reverse("admin:association_messagetemplate_kind", args=[kind.key])).content.decode()
    assert "尚无真实事项" in page or "您无权查看" in page or "现行文字" in page


def test_real_case_is_shown_before_anything_is_kept():
    rejected()
    page = desk().post(PAGE, typed(subject="审查结果")).content.decode()
    assert UNIT in page
    assert "领域不符" in page
    assert "审查结果" in page
    assert "您的入会申请未获批准" in page  # in force, beside it
    assert "第七条第一款" in page
    assert not MessageTemplate.objects.exists()


def test_words_that_were_not_looked_at_do_not_count():
    client = desk()
    answer = client.post(PAGE, typed(do="save"))
    assert "请先看过" in told(answer)
    mark = seen(client.post(PAGE, typed()))
    other = client.post(PAGE, typed(do="save", seen=mark, subject="别的标题"))
    assert "请先看过" in told(other)
    assert not MessageTemplate.objects.exists()


def test_from_the_preview_to_the_letter_that_is_sent():
    assert put(desk(), subject="审查结果").status_code == 302
    rejected()
    assert Message.objects.filter(subject="审查结果", channel="mail").count() == 1
    row = MessageTemplate.objects.get()
    assert (row.kind, row.revision) == (KEY, 1)


def page_of(message) -> str:
    return told_page(desk(), message)


def told_page(client, message) -> str:
    return client.get(reverse("admin:association_message_change", args=[message.pk])).content.decode()


def tell(occasion: str):
    letters.tell(world.user(), write("claim.refused", Facts({"reasons": "字迹不清"}, name="林晓")), occasion=occasion)
    return Message.objects.get(unique_key=occasion, channel="mail")


def test_message_names_the_words_it_was_written_in():
    kind = kind_of("claim.refused")
    by = world.officer("secretariat")
    before = tell("before")
    first = templates.save(kind, replace(shipped(kind), subject="未通过"), base=0, by=by)
    after, other = tell("after"), tell("other")
    templates.save(kind, replace(shipped(kind), subject="未能通过"), base=1, by=by)

    assert (before.letter, before.revision) == ("claim.refused", None)
    assert (after.revision, other.revision) == (first, first)
    compare = reverse("admin:association_messagetemplate_compare", args=[kind.key])
    assert "程序自带" in page_of(before)
    assert compare not in page_of(before)
    assert f'{compare}?a=1">第 1 版' in page_of(after)
    assert "第 1 版" in told_page(auditor(), after)
    with pytest.raises(ProtectedError):
        first.delete()


def test_template_page_counts_what_was_sent_in_each_revision():
    kind = kind_of("claim.refused")
    first = templates.save(kind, replace(shipped(kind), subject="未通过"), base=0, by=world.officer("secretariat"))
    tell("one")
    tell("two")
    page = desk().get(reverse("admin:association_messagetemplate_kind", args=[kind.key])).content.decode()
    listed = f"{reverse('admin:association_message_changelist')}?revision__id__exact={first.pk}"
    assert f'{listed}">用此文字发出的消息 4 条' in page
    sent = desk().get(listed).content.decode()
    assert sent.count("未通过") >= 4
    assert desk().get(f"{reverse('admin:association_message_changelist')}?letter__exact={kind.key}").status_code == 200


def test_text_to_be_approved_leads_to_the_row_for_it():
    client = desk()
    page = client.get(reverse("admin:association_messagetemplate_kind", args=["meeting.invitation"])).content.decode()
    assert "请您出席“${title}”，时间：${day}，地点：${place}。" in page
    address = html.unescape(re.search(r'href="(/admin/association/smstopic/add/\?[^"]*)"', page)[1])
    form = client.get(address).content.decode()
    assert "请您出席“${title}”" in form
    typed = {"letter": "meeting.invitation", "is_on": "on", "template_code": "SMS_9", "wording": "${title}，${heart}"}
    refused = client.post(address, typed)
    assert "无法填入 ${heart}" in refused.content.decode()
    assert client.post(address, typed | {"wording": "请出席${title}"}).status_code == 302
    row = SmsTopic.objects.get()
    page = client.get(reverse("admin:association_messagetemplate_kind", args=["meeting.invitation"])).content.decode()
    assert "请出席${title}" in page
    assert "SMS_9" in page
    changed = client.get(reverse("admin:association_smstopic_change", args=[row.pk])).content.decode()
    assert str(kind_of("meeting.invitation").title) in changed
    assert (
        str(kind_of("meeting.invitation").title)
        in client.get(reverse("admin:association_smstopic_changelist")).content.decode()
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": "没有依据"}, "正文必须保留 {{ 依据 }}"),
        ({"text": "甲\n{{ 会员证号码 }}"}, "第 2 行：没有变量"),
        ({"subject": "甲" * 121}, "120"),
        ({"subject": ""}, "请填写标题"),
        ({"sms": "{% include 'x' %}"}, "不能使用“include”"),
        ({"text": "甲" * 7000}, "最多 6000 个字"),
    ],
)
def test_faults_are_said_and_nothing_is_kept(changes, said):
    client = desk()
    for do in ("preview", "save"):
        page = client.post(PAGE, typed(do=do, **changes)).content.decode()
        assert said in page.replace("&#x27;", "'").replace("&quot;", '"')
    assert not MessageTemplate.objects.exists()


def test_the_slower_of_two_is_told():
    client = desk()
    put(client, subject="第一")
    assert "刚刚改过" in told(put(client, subject="第二"))
    assert "刚刚改过" in told(put(client, subject="第三", base="x"))
    assert MessageTemplate.objects.count() == 1


def test_restored_after_a_question():
    client = desk()
    put(client, subject="第一")
    put(client, subject="第二", base="1")
    assert "第一" in client.get(RESTORE, {"revision": "1"}).content.decode()
    assert MessageTemplate.objects.count() == 2
    client.post(RESTORE, {"revision": "1"})
    assert MessageTemplate.objects.filter(kind=KEY).first().subject == "第一"
    client.post(RESTORE, {"revision": "0"})
    assert MessageTemplate.objects.filter(kind=KEY).first().shipped
    assert "相同" in told(client.post(RESTORE, {"revision": "0"}))


def test_two_revisions_side_by_side():
    client = desk()
    put(client, subject="审查结果通知")
    page = client.get(COMPARE, {"a": "0", "b": "1"}).content.decode()
    assert "<ins>" in page
    assert "两者文字相同" in client.get(COMPARE, {"a": "1"}).content.decode()
    row = MessageTemplate.objects.get()
    assert client.get(reverse("admin:association_messagetemplate_change", args=[row.pk])).status_code == 302


@pytest.mark.parametrize("number", ["9", "x", "-1", "9" * 40, "²"])
def test_no_such_revision(number):
    client = desk()
    assert client.get(COMPARE, {"a": number}).status_code == 404
    assert client.get(RESTORE, {"revision": number}).status_code == 404
    assert client.post(RESTORE, {"revision": number}).status_code == 404


def test_no_such_kind():
    assert desk().get(reverse("admin:association_messagetemplate_kind", args=["no.such"])).status_code == 404


@pytest.mark.parametrize(("asked", "found"), [("星野", True), ("别的单位", False), ("x\x00", False)])
def test_cases_are_searched(asked, found):
    rejected()
    page = desk().post(PAGE, typed(q=asked)).content.decode()
    assert (UNIT in page) is found


def test_personal_data_only_for_those_who_may_see_it():
    rejected()
    looker = world.user(is_staff=True, name="看模板的人")
    rights = Group.objects.get(name="secretariat").permissions.filter(codename__endswith="messagetemplate")
    Group.objects.get(name="expert").permissions.add(*rights)
    world.give(looker, "expert")
    page = client_of(looker).get(PAGE).content.decode()
    assert "您无权查看真实事项" in page
    assert UNIT not in page


def test_who_keeps_out_of_a_case_does_not_read_its_letter():
    application = rejected()
    user = world.seated("secretariat")
    client = client_of(user)
    assert UNIT in client.get(PAGE).content.decode()
    decision = application.case.passages.first().decision
    Recusal.objects.create(case=application.case, user=user, name="本人", reason="近亲属", decision=decision)
    assert UNIT not in client.get(PAGE).content.decode()


def test_auditors_read_and_others_stay_out():
    assert auditor().get(PAGE).status_code == 200
    assert "修改文字" not in auditor().get(PAGE).content.decode()
    assert auditor().post(PAGE, typed()).status_code == 403
    assert auditor().post(RESTORE, {"revision": "0"}).status_code == 403
    assert finance().get(LIST).status_code == 403
    assert staff("finance").get(PAGE).status_code == 403


def test_a_letter_to_all_members_is_seen_before_it_goes_out(clock):

    clock(world.REGISTERED)
    world.registered()

    request = RequestFactory().get("/")
    request.user = world.user()
    facts = Facts({"title": "会员管理办法", "day": "2027年1月1日"})
    shown = dict(outgoing(request, "rulebook.in_force", facts)["facts"])

    assert shown["收件人"] == "1 名会员"
    assert shown["没有账号"] == "0 名会员，本次收不到"
    assert "邮件 1" in shown["发送渠道"]
    assert shown["标题"] == "《会员管理办法》施行通知"
    assert "自2027年1月1日起施行" in shown["正文"]
