"""A meeting at the desk, from the invitation to the signed minutes, and the votes on what it resolves."""

from datetime import date

import pytest
from django.urls import reverse

from association import ports
from association.models import Attendee, Ballot, Meeting, Recusal, Resolution
from tests import world
from tests.adopted import resolved
from tests.association.test_actions_interim import Suspensions
from tests.association.test_actions_interim import taken as interim_taken
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-21")
    world.found()


def page(meeting):
    return reverse("admin:association_meeting_change", args=[meeting.pk])


def act(meeting, name):
    return reverse(f"admin:association_meeting_{name}", args=[meeting.pk])


def voting(resolution):
    return reverse("admin:association_resolution_votes", args=[resolution.pk])


def passing(client, resolution):
    items = resolution.items.all()
    typed = {f"vote_{item.pk}": "approved" for item in items} | {f"note_{item.pk}": "" for item in items}
    return client.post(reverse("admin:association_resolution_pass", args=[resolution.pk]), typed | {"confirmed": "1"})


def came(meeting, *words):
    return {f"came_{row.pk}": word for row, word in zip(meeting.attendees.all(), words, strict=True)}


def test_council_meets_votes_and_signs():
    case = world.at_council().case
    seats = [world.seated("council") for _ in range(3)]
    resolution = world.resolution("council", case)
    meeting, client = resolution.meeting, desk()

    told_once = told(client.post(act(meeting, "invite"), {"confirmed": "1"}))
    told_twice = told(client.post(act(meeting, "invite"), {"confirmed": "1"}))
    client.post(act(meeting, "attendance"), came(meeting, "present", "present", "absent"))
    rows = list(meeting.attendees.all())
    client.post(
        voting(resolution),
        {"do": "open", "item": resolution.items.get().pk, f"vote_{rows[0].pk}": "yes", f"vote_{rows[1].pk}": "yes"},
    )
    shown = client.get(voting(resolution)).content.decode()
    passing(client, resolution)
    typed = {"minutes": "会议应到3人，实到2人。\n<记录>"}
    asked = client.post(act(meeting, "minutes"), typed).content.decode()
    unsigned = Meeting.objects.get(pk=meeting.pk).signed_on
    client.post(act(meeting, "minutes"), typed | {"confirmed": "1"})

    assert unsigned is None
    assert "存档后，本次会议的记录不再变动。" in asked
    assert '<input type="hidden" name="minutes" value="会议应到3人，实到2人。\n&lt;记录&gt;">' in asked
    assert "<dd>会议应到3人，实到2人。<br>&lt;记录&gt;</dd>" in asked
    assert ("3" in told_once, "通知过" in told_twice) == (True, True)
    assert "赞成 2，反对 0，弃权 0" in shown
    assert seats[0].name in shown
    assert resolution.items.get().outcome == "approved"
    assert Meeting.objects.get(pk=meeting.pk).signed_on == date(2026, 9, 21)
    signed = client.get(page(meeting)).content.decode()
    assert "会议应到3人，实到2人。<br>&lt;记录&gt;" in signed
    assert not any(act(meeting, name) in signed for name in ("invite", "person", "attendance", "minutes", "missed"))
    assert act(meeting, "scan") in signed
    box = signed.split(act(meeting, "scan"))[1].split("</form>")[0]
    assert 'aria-label="会议纪要（签字扫描件）"' in box
    assert "决议书" not in signed


@pytest.fixture
def listed():
    """A draft of a meeting with four on its list, of whom nothing is said."""
    resolution = world.resolution("council", world.at_council().case)
    for name in ("甲", "乙", "丙", "丁"):
        Attendee.objects.create(meeting=resolution.meeting, name=name)
    return resolution


def test_refused_roll_stays_as_typed_with_the_reason_at_its_line(listed):
    meeting, client = listed.meeting, desk()
    rows = list(meeting.attendees.all())
    typed = came(meeting, "present", "proxy", "excused", "absent") | {f"proxy_{rows[1].pk}": rows[3].pk}
    answer = client.post(act(meeting, "attendance"), typed)
    form, shown = answer.context["attendance"], answer.content.decode()
    assert not meeting.attendees.exclude(attendance="").exists()
    assert {name: form[name].value() for name in typed} == {name: str(value) for name, value in typed.items()}
    assert list(form.errors) == [f"proxy_{rows[1].pk}"]
    assert shown.count("请写明乙委托谁") == 2  # above the roll, and at the line
    assert f'id="id_proxy_{rows[1].pk}_error"' in shown
    assert f'{page(meeting)}?all=present"' in shown
    client.post(act(meeting, "attendance"), typed | {f"proxy_{rows[1].pk}": rows[0].pk})
    assert [row.attendance for row in meeting.attendees.all()] == ["present", "proxy", "excused", "absent"]


def test_empty_roll_is_not_recorded(listed):
    answer = desk().post(act(listed.meeting, "attendance"), came(listed.meeting, "", "", "", ""))
    assert told(answer) == "没有登记：请至少对名单上的一人注明是否到会。"


def test_roll_with_words_of_nobodys_stays_as_typed(listed):
    answer = desk().post(act(listed.meeting, "attendance"), came(listed.meeting, "present", "x", "", ""))
    first = listed.meeting.attendees.first()
    assert answer.context["attendance"][f"came_{first.pk}"].value() == "present"
    assert "field__error" in answer.content.decode()
    assert not listed.meeting.attendees.exclude(attendance="").exists()


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "1"}])
def test_votes_stay_as_typed_where_they_are_refused(listed, confirmed):
    item = listed.items.get()
    address = reverse("admin:association_resolution_pass", args=[listed.pk])
    answer = desk().post(address, {f"vote_{item.pk}": "refused", f"note_{item.pk}": "材料不全。"} | confirmed)
    shown = answer.content.decode()
    assert "还有4人没有登记" in told(answer)
    radio = shown.split(f'name="vote_{item.pk}" value="refused"')[1].split(">")[0]
    assert "checked" in radio
    form = answer.context["form"]
    assert (form[f"vote_{item.pk}"].value(), form[f"note_{item.pk}"].value()) == ("refused", "材料不全。")
    assert "材料不全。</textarea>" in shown
    assert f'{reverse("admin:association_resolution_change", args=[listed.pk])}?all=approved"' in shown
    listed.refresh_from_db()
    assert listed.passed_on is None


UNCHECKED = "没有登记到会和表决情况，系统不核对法定人数和表决票数。"


def test_without_a_list_it_is_said_before_that_nothing_is_checked():
    resolution, bare = world.resolution("council", world.at_council().case), world.resolution("council")
    client, item = desk(), resolution.items.get()
    asked = client.post(
        reverse("admin:association_resolution_pass", args=[resolution.pk]),
        {f"vote_{item.pk}": "approved", f"note_{item.pk}": ""},
    ).content.decode()
    shown = client.get(reverse("admin:association_resolution_change", args=[bare.pk])).content.decode()
    Attendee.objects.create(meeting=bare.meeting, name="甲")
    listed = client.get(reverse("admin:association_resolution_change", args=[bare.pk])).content.decode()
    assert UNCHECKED in asked
    assert UNCHECKED in shown
    assert "disabled>登记为通过" not in shown
    assert UNCHECKED not in listed
    assert "disabled>登记为通过" in listed
    assert "还有1人没有登记" in listed


def test_without_a_quorum_button_and_act_say_why():
    resolution = world.resolution("council", world.at_council().case)
    meeting, client = resolution.meeting, desk()
    for name in ("甲", "乙"):
        client.post(act(meeting, "person"), {"name": name})
    client.post(act(meeting, "attendance"), came(meeting, "present", "absent"))

    shown = client.get(page(meeting)).content.decode()
    signed = client.post(act(meeting, "minutes"), {"minutes": "照签。"})
    passed = passing(client, resolution)

    assert "未达到法定人数：应到2人，实到1人，至少需要2人。" in shown
    assert "未达到法定人数" in told(signed)
    assert "未达到法定人数" in told(passed)
    assert "照签。" in signed.content.decode()  # what was typed is not lost
    assert Meeting.objects.get(pk=meeting.pk).signed_on is None
    assert Resolution.objects.get(pk=resolution.pk).passed_on is None


def test_secret_votes_are_counts():
    resolution = world.resolution("council", world.at_council().case)
    meeting, client = resolution.meeting, desk()
    client.post(act(meeting, "person"), {"name": "甲"})
    client.post(act(meeting, "attendance"), came(meeting, "present"))
    item = resolution.items.get()

    asked = client.get(voting(resolution), {"secret": "1"}).content.decode()
    odd = client.post(voting(resolution), {"do": "secret", "item": item.pk, "yes": "x", "no": "0", "abstain": "0"})
    many = client.post(voting(resolution), {"do": "secret", "item": item.pk, "yes": "2", "no": "0", "abstain": "0"})
    client.post(voting(resolution), {"do": "secret", "item": item.pk, "yes": "1", "no": "0", "abstain": "0"})

    assert 'name="yes"' in asked
    assert told(odd)
    assert "票数不符" in told(many)
    ballot = Ballot.objects.get()
    assert (ballot.secret, ballot.yes) == (True, 1)


def test_recusal_at_the_desk():
    case = world.at_council().case
    resolution = world.resolution("council", case)
    meeting, client = resolution.meeting, desk()
    client.post(act(meeting, "person"), {"name": "甲"})
    row, item = Attendee.objects.get(), resolution.items.get()

    empty = client.post(voting(resolution), {"do": "recuse", "item": item.pk, "attendee": row.pk, "reason": ""})
    client.post(voting(resolution), {"do": "recuse", "item": item.pk, "attendee": row.pk, "reason": "股东。"})

    assert told(empty)
    assert Recusal.objects.get().name == "甲"
    assert "甲回避：股东。" in client.get(voting(resolution)).content.decode()


def test_fee_standard_is_voted_in_secret_only():
    resolution = world.resolution("members_assembly")
    Resolution.objects.filter(pk=resolution.pk).update(decides="fee_standard")
    client = desk()
    client.post(act(resolution.meeting, "person"), {"name": "甲"})
    client.post(act(resolution.meeting, "attendance"), came(resolution.meeting, "present"))
    shown = client.get(voting(resolution)).content.decode()
    opened = client.post(voting(resolution), {"do": "open", "item": "", f"vote_{Attendee.objects.get().pk}": "yes"})
    assert 'name="yes"' in shown
    assert "166号" in shown
    assert "166号" in told(opened)
    assert not Ballot.objects.exists()


def test_draft_keeps_its_text_and_kind():
    resolution = world.resolution("council")
    client = desk()
    page = client.get(f"{reverse('admin:association_resolution_draft')}?meeting={resolution.meeting.pk}")
    names = page.context["form"].fields
    assert [name for name in names if f'name="{name}"' not in page.content.decode()] == ["cases"]  # none wait
    typed = {"meeting": resolution.meeting.pk, "number": "决88号", "title": "会费", "text": "同意。"}
    client.post(
        f"{reverse('admin:association_resolution_draft')}?meeting={resolution.meeting.pk}",
        typed | {"decides": "fee_standard", "taken_from": "档案室"},
    )
    drafted = Resolution.objects.get(number="决88号")
    page = client.get(reverse("admin:association_resolution_edit", args=[drafted.pk])).content.decode()
    assert 'name="text"' in page
    assert '<option value="fee_standard" selected>' in page
    assert (drafted.text, drafted.decides, drafted.taken_from) == ("同意。", "fee_standard", "档案室")
    client.post(reverse("admin:association_resolution_edit", args=[drafted.pk]), typed | {"decides": ""})
    drafted.refresh_from_db()
    assert drafted.decides == "ordinary"


@pytest.mark.parametrize("somebody", [auditor, finance], ids=["auditor", "finance"])
def test_only_who_may_meet_does(somebody):
    resolution = world.resolution("council", world.at_council().case)
    client = somebody()
    for name in ("invite", "person", "attendance", "minutes"):
        assert client.post(act(resolution.meeting, name), {"name": "甲"}).status_code == 403
    assert client.post(voting(resolution), {"do": "secret"}).status_code == 403
    assert not Attendee.objects.exists()


def test_odd_addresses():
    resolution = world.resolution("council", world.at_council().case)
    client = desk()
    assert client.get(page(Meeting(pk=10**6))).status_code == 404
    assert client.post(voting(resolution), {"do": "open", "item": "999999"}).status_code == 404
    assert client.get(act(resolution.meeting, "invite")).status_code == 302
    assert client.post(voting(resolution), {}).status_code == 302


@pytest.mark.parametrize("count", [1, 3])
def test_meeting_reads_as_much_for_three_as_for_one(count, django_assert_num_queries):
    meeting = world.resolution("council").meeting
    for number in range(count):
        Attendee.objects.create(meeting=meeting, name=f"甲{number}")
    client = desk()
    client.get(page(meeting))
    with django_assert_num_queries(15):
        client.get(page(meeting))


@pytest.fixture
def taken(monkeypatch):
    """A sanction decided between meetings."""
    double = Suspensions()
    monkeypatch.setitem(ports.effects._handlers, "sanction", double)
    return interim_taken(), double


@pytest.mark.rule("ACG-43", "ACG-44")
def test_interim_decision_is_on_the_agenda_and_revoked_there(taken):
    row, effects = taken
    resolution = resolved("council", date(2026, 9, 12))
    client = desk()
    typed = {"interim": row.pk, "resolution": resolution.pk, "do": "revoke", "note": ""}

    before = client.get(page(resolution.meeting)).content.decode()
    sure = typed | {"confirmed": "1"}
    unasked = client.post(act(resolution.meeting, "interim"), typed).content.decode()
    unsaid = client.post(act(resolution.meeting, "interim"), sure)
    effects.built_upon = "会员登记证书 BACCA-000123"
    asked = client.post(act(resolution.meeting, "interim"), typed | {"note": "事实不清。"}).content.decode()
    built = client.post(act(resolution.meeting, "interim"), sure | {"note": "事实不清。"})
    row.refresh_from_db()
    assert (row.outcome, effects.undone) == ("", [])
    effects.built_upon = ""
    client.post(act(resolution.meeting, "interim"), sure | {"note": "事实不清。"})
    after = client.get(page(resolution.meeting)).content.decode()

    assert "待追认" in before
    assert "请写明撤销的理由" in unasked
    assert "请写明撤销的理由" in told(unsaid)
    assert "BACCA-000123" in asked
    assert "不具有效力" in asked
    assert 'value="1" disabled>' in asked
    assert "BACCA-000123" in told(built)
    row.refresh_from_db()
    assert row.outcome == "revoked"
    assert effects.suspended == {}
    assert "待追认" not in after
    assert "事实不清。" in after


def test_interim_decision_is_ratified_by_who_may(taken):
    row, _effects = taken
    resolution = resolved("council", date(2026, 9, 12))
    address = act(resolution.meeting, "interim")
    typed = {"interim": row.pk, "resolution": resolution.pk, "do": "ratify"}
    assert auditor().post(address, typed).status_code == 403
    assert "请选择" in told(desk().post(address, typed | {"resolution": resolved("council", date(2026, 9, 12)).pk}))
    assert desk().post(address, typed | {"interim": "x"}).status_code == 404
    desk().post(address, typed)
    row.refresh_from_db()
    assert row.outcome == "ratified"
