"""Meetings and resolutions at the desk: drafted with cases, decided item by item, once."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from association.models import Meeting, Resolution
from members.models import Membership
from tests import world
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-21")
    world.found()


def ballot(resolution, outcome="approved", note="", **more):
    typed = {f"vote_{item.pk}": outcome for item in resolution.items.all()}
    return typed | {f"note_{item.pk}": note for item in resolution.items.all()} | more


def page(resolution):
    return reverse("admin:association_resolution_change", args=[resolution.pk])


def passing(resolution):
    return reverse("admin:association_resolution_pass", args=[resolution.pk])


def test_meeting_is_recorded_and_leads_to_its_resolution():
    application = world.at_council()
    client = desk()
    body = world.Body.objects.get(key="council")

    answer = client.post(
        reverse("admin:association_meeting_new"),
        {"body": body.pk, "title": "第二届理事会第五次会议", "held_on": "2026-09-18"},
    )

    meeting = Meeting.objects.get(title="第二届理事会第五次会议")
    assert meeting.held_on == date(2026, 9, 18)
    offered = client.get(answer.url).content.decode()
    assert application.case.subject in offered
    made = client.post(
        answer.url,
        {
            "meeting": meeting.pk,
            "number": "京二协理〔2026〕8号",
            "title": "关于批准入会的决议",
            "cases": [application.case.pk],
        },
    )
    resolution = Resolution.objects.get(number="京二协理〔2026〕8号")
    assert made.url == page(resolution)
    assert [item.case for item in resolution.items.all()] == [application.case]


@pytest.mark.parametrize(
    ("day", "kept"),
    [
        ("1949-09-30", False),
        ("1949-10-01", True),
        ("0203-01-01", False),
        ("2028-09-21", True),
        ("2028-09-22", False),
        ("", False),
    ],
)
def test_day_of_a_meeting_is_of_this_age(day, kept):
    body = world.Body.objects.get(key="council")
    typed = {"body": body.pk, "title": "第九次会议", "held_on": day}
    answer = desk().post(reverse("admin:association_meeting_new"), typed)
    assert Meeting.objects.filter(title="第九次会议").exists() is kept
    if day and not kept:
        assert "1949年10月1日至2028年9月21日" in answer.content.decode()


def test_draft_offers_what_waits_for_that_body_and_nothing_else():
    waiting, early = world.at_council(), world.submitted(uscc=world.USCC_OTHER, name="北京云栖漫画出版有限公司")
    address = reverse("admin:association_resolution_draft")

    shown = desk().get(f"{address}?cases={waiting.case.pk},{early.case.pk}").content.decode()

    assert f'value="{waiting.case.pk}" ' in shown
    assert f'value="{early.case.pk}" ' not in shown
    assert early.case.subject in shown  # it is said that this one does not wait for the council


def test_draft_survives_a_used_number_and_odd_parameters():
    application = world.at_council()
    taken = world.resolution("council", number="决1号")
    client = desk()
    address = reverse("admin:association_resolution_draft")

    answer = client.post(
        f"{address}?cases={application.case.pk}", {"meeting": taken.meeting.pk, "number": "决1号", "title": "再来一份"}
    )
    odd = client.get(f"{address}?cases=a,9{'9' * 30},-1,,1e3&meeting=x")

    assert "该文号的决议已经登记" in told(answer)
    assert odd.status_code == 200
    assert Resolution.objects.filter(number="决1号").count() == 1
    assert client.get(f"{address}?body=nobody").status_code == 404


@pytest.mark.rule("ACG-19.p2a", "ACG-24", "ACG-20")
def test_confirm_page_lists_the_effects_item_by_item_before_anything_happens():
    application = world.at_council()
    resolution = world.resolution("council", application.case)

    shown = desk().post(passing(resolution), ballot(resolution)).content.decode()

    assert "2026年9月15日" in shown  # member from the day of the application
    assert "2026年10月9日" in shown  # notice within ten working days
    resolution.refresh_from_db()
    assert resolution.passed_on is None
    assert not Membership.objects.exists()


@pytest.mark.rule("ACG-19.p2a")
def test_two_clicks_pass_once():
    application = world.at_council()
    resolution = world.resolution("council", application.case)
    client = desk()

    first = client.post(passing(resolution), ballot(resolution, confirmed="1"))
    second = client.post(passing(resolution), ballot(resolution, confirmed="1"))

    assert first.status_code == second.status_code == 302
    assert Membership.objects.count() == 1
    assert "已经" in told(second) or "已" in told(second)
    resolution.refresh_from_db()
    assert resolution.passed_on == world.RESOLVED
    shown = client.get(page(resolution)).content.decode()
    assert "decision--pass" in shown


def test_every_item_has_to_be_decided_and_a_refusal_says_why():
    application = world.at_council()
    resolution = world.resolution("council", application.case)
    client = desk()

    nothing = client.post(passing(resolution), {"confirmed": "1"})
    unexplained = client.post(passing(resolution), ballot(resolution, "refused", confirmed="1"))

    assert nothing.status_code == unexplained.status_code == 200
    assert "error-summary" in nothing.content.decode()
    assert "error-summary" in unexplained.content.decode()
    resolution.refresh_from_db()
    assert resolution.passed_on is None


@pytest.mark.rule("ACG-19.p2b")
def test_refused_and_deferred_items_stay_listed_with_their_reason():
    refused, deferred = (
        world.at_council(),
        world.at_council(world.submitted(uscc=world.USCC_OTHER, name="北京云栖漫画出版有限公司")),
    )
    resolution = world.resolution("council", refused.case, deferred.case)
    one, two = resolution.items.order_by("pk")
    client = desk()

    client.post(
        passing(resolution),
        {
            f"vote_{one.pk}": "refused",
            f"note_{one.pk}": "与本专业领域无关。",
            f"vote_{two.pk}": "deferred",
            f"note_{two.pk}": "",
            "confirmed": "1",
        },
    )

    shown = client.get(page(resolution)).content.decode()
    assert "与本专业领域无关。" in shown
    assert "decision--fail" in shown
    refused.case.refresh_from_db()
    deferred.case.refresh_from_db()
    assert (refused.case.state, deferred.case.state) == ("refused", "open")


@pytest.mark.rule("ACG-19.p2a")
def test_step_out_of_order_is_put_off_with_its_article():
    application = world.submitted()
    resolution = world.resolution("council", application.case)
    client = desk()

    warned = client.get(page(resolution)).content.decode()
    client.post(passing(resolution), ballot(resolution, confirmed="1"))

    assert "message--warning" in warned
    assert not Membership.objects.exists()
    assert resolution.items.get().outcome == "deferred"
    assert resolution.items.get().note in client.get(page(resolution)).content.decode()


def test_meeting_that_lies_ahead_cannot_be_recorded(clock):
    application = world.at_council()
    resolution = world.resolution("council", application.case, on=date(2026, 9, 30))

    answer = desk().post(passing(resolution), ballot(resolution, confirmed="1"))

    assert "2026年9月30日" in told(answer)
    assert not Membership.objects.exists()


def test_resolution_without_cases_is_recorded_as_passed():
    resolution = world.resolution("members_assembly")
    client = desk()

    client.get(page(resolution))
    client.post(passing(resolution))
    again = client.post(passing(resolution))

    resolution.refresh_from_db()
    assert resolution.passed_on == world.RESOLVED
    assert told(again)


def test_signed_scan_is_kept_and_a_renamed_program_is_not():
    resolution = world.resolve(world.resolution("council", world.at_council().case))
    client = desk()
    address = reverse("admin:association_resolution_scan", args=[resolution.pk])

    refused = client.post(address, {"file": SimpleUploadedFile("../决议.pdf", b"MZ\x90\x00 not a pdf")})
    missing = client.post(address)
    kept = client.post(address, {"file": SimpleUploadedFile("../决议.png", BytesIO(world.PNG).read())})

    assert ".pdf" in told(refused)
    assert told(missing)
    assert kept.status_code == 302
    resolution.refresh_from_db()
    assert resolution.scan is not None
    assert "/" not in resolution.scan.original_name
    assert resolution.scan.original_name in client.get(page(resolution)).content.decode()


@pytest.mark.parametrize("somebody", [auditor, finance], ids=["auditor", "finance"])
def test_only_who_may_record_resolutions_does(somebody):
    application = world.at_council()
    resolution = world.resolution("council", application.case)
    client = somebody()

    assert client.post(passing(resolution), ballot(resolution, confirmed="1")).status_code == 403
    assert client.post(reverse("admin:association_meeting_new"), {}).status_code == 403
    assert client.get(reverse("admin:association_resolution_draft")).status_code == 403
    assert not Membership.objects.exists()


def test_auditor_reads_a_resolution_without_buttons():
    resolution = world.resolution("council", world.at_council().case)

    shown = auditor().get(page(resolution)).content.decode()

    assert "北京星野" in shown
    assert "<form" not in shown.split("<main")[-1].split('id="content"')[-1]


def test_stock_pages_change_nothing():
    resolution = world.resolution("council", world.at_council().case)
    client = desk()

    assert client.get(reverse("admin:association_resolution_delete", args=[resolution.pk])).status_code == 403
    assert client.post(reverse("admin:association_resolution_add")).status_code == 403
    assert client.get(reverse("admin:association_resolution_change", args=[10**6])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("name", ["association_meeting_changelist", "association_resolution_changelist"])
def test_lists_read_as_much_for_three_as_for_one(count, name, django_assert_num_queries):
    for _ in range(count):
        world.resolution("council")
    client = desk()
    client.get(reverse(f"admin:{name}"))

    with django_assert_num_queries(
        {"association_meeting_changelist": 10, "association_resolution_changelist": 9}[name]
    ):
        assert client.get(reverse(f"admin:{name}")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_resolution_reads_as_much_for_three_items_as_for_one(count, django_assert_num_queries):
    codes = [world.USCC, world.USCC_OTHER, world.USCC_THIRD][:count]
    cases = [
        world.at_council(world.submitted(uscc=code, name=f"北京第{n}动画有限公司")).case
        for n, code in enumerate(codes)
    ]
    resolution = world.resolution("council", *cases)
    client = desk()
    client.get(page(resolution))

    with django_assert_num_queries(10):
        client.get(page(resolution))


def form_of(resolution, *cases, **changes):
    typed = {"meeting": resolution.meeting.pk, "number": resolution.number, "title": resolution.title}
    return typed | {"cases": [case.pk for case in cases]} | changes


def editing(resolution):
    return reverse("admin:association_resolution_edit", args=[resolution.pk])


def discarding(resolution):
    return reverse("admin:association_resolution_discard", args=[resolution.pk])


def test_draft_is_put_in_order_until_it_is_passed():
    first, second = (
        world.at_council(),
        world.at_council(world.submitted(uscc=world.USCC_OTHER, name="北京云栖漫画出版有限公司")),
    )
    resolution = world.resolution("council", first.case, number="错1号")
    client = desk()

    offered = client.get(editing(resolution)).content.decode()
    changed = client.post(editing(resolution), form_of(resolution, second.case, number="对1号"))
    after = [item.case for item in resolution.items.all()]
    resolution.refresh_from_db()
    client.post(passing(resolution), ballot(resolution, confirmed="1"))
    late = client.post(editing(resolution), form_of(resolution, first.case, number="改1号"))

    assert first.case.subject in offered
    assert second.case.subject in offered
    assert changed.url == late.url == page(resolution)
    assert after == [second.case]
    assert "已经" in told(late)
    resolution.refresh_from_db()
    assert resolution.number == "对1号"
    assert [item.case for item in resolution.items.all()] == [second.case]


def test_discarded_draft_frees_its_cases_and_a_passed_resolution_stays():
    application = world.at_council()
    resolution = world.resolution("council", application.case, number="错2号")
    client = desk()

    asked = client.get(discarding(resolution)).content.decode()
    assert Resolution.objects.filter(number="错2号").exists()
    done = client.post(discarding(resolution), {"confirmed": "1"})
    again = client.post(discarding(resolution), {"confirmed": "1"})

    assert application.case.subject in asked
    assert done.url == again.url == reverse("admin:association_resolution_changelist")
    assert told(again)
    assert not Resolution.objects.filter(number="错2号").exists()
    shown = client.get(f"{reverse('admin:association_resolution_draft')}?body=council").content.decode()
    assert f'value="{application.case.pk}" ' in shown
    passed = world.resolve(world.resolution("council", application.case, number="错2号"))
    refused = client.post(discarding(passed), {"confirmed": "1"})
    assert "已经" in told(refused)
    assert Resolution.objects.filter(number="错2号").exists()


@pytest.mark.rule("ACG-19.p2a")
def test_meeting_before_the_case_is_not_preselected_and_not_taken():
    application = world.at_council()
    early = world.resolution("council", on=date(2026, 9, 10)).meeting
    address = f"{reverse('admin:association_resolution_draft')}?cases={application.case.pk}"
    client = desk()

    shown = client.get(address).content.decode()
    answer = client.post(
        address, {"meeting": early.pk, "number": "决9号", "title": "早了", "cases": [application.case.pk]}
    ).content.decode()
    later = world.resolution("council", on=date(2026, 9, 18)).meeting

    assert "message--warning" in shown
    assert "2026年9月10日" in shown
    assert f'value="{early.pk}" selected' not in shown
    assert "error-summary" in answer
    assert not Resolution.objects.filter(number="决9号").exists()
    assert f'value="{later.pk}" selected' in client.get(address).content.decode()


def test_preview_says_what_will_be_said_not_what_was():
    resolution = world.resolution("council", world.at_council().case)

    shown = desk().post(passing(resolution), ballot(resolution)).content.decode()

    assert ">同意<" in shown
    assert "已批准" not in shown


@pytest.mark.parametrize("somebody", [auditor, finance], ids=["auditor", "finance"])
def test_only_who_may_draft_changes_or_discards_a_draft(somebody):
    resolution = world.resolution("council", world.at_council().case)
    client = somebody()

    assert client.post(editing(resolution), form_of(resolution)).status_code == 403
    assert client.post(discarding(resolution), {"confirmed": "1"}).status_code == 403
    assert resolution.items.count() == 1
