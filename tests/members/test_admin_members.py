"""Members and registrations at the desk: lists, files, tiers proposed, registered, made public."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from association.models import Announcement, Case
from fees.queries import statement
from members.models import Certificate, Membership
from tests import world
from tests.desk import auditor, desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-29")
    world.found()


def members(query=""):
    return reverse("admin:members_membership_changelist") + query


def registrations(query=""):
    return reverse("admin:members_registration_changelist") + query


def on(registration, name):
    return reverse(f"admin:members_registration_{name}", args=[registration.pk])


def another(code, name):
    return world.noticed(world.submitted(uscc=code, name=name))


@pytest.mark.rule("ACG-22.a", "ACG-25")
def test_paid_registration_is_completed_and_made_public():
    registration = world.paid()
    department, office = desk("membership_dept"), desk("secretariat")

    queue = department.get(registrations()).content.decode()
    asked = department.get(on(registration, "complete")).content.decode()
    done = department.post(on(registration, "complete"))
    preview = office.get(on(registration, "publish")).content.decode()
    office.post(on(registration, "publish"))

    assert "北京星野文化传媒有限公司" in queue
    assert "2026年12月31日" in asked
    assert done.status_code == 302
    assert Certificate.objects.count() == 1
    assert "BACCA-000001" in preview
    assert Announcement.objects.get().published_on == date(2026, 9, 29)
    shown = office.get(on(registration, "change")).content.decode()
    assert "status--done" in shown


def test_second_click_registers_and_publishes_nothing_twice():
    registration = world.paid()
    department, office = desk("membership_dept"), desk("secretariat")

    department.post(on(registration, "complete"))
    again = department.post(on(registration, "complete"))
    office.post(on(registration, "publish"))
    twice = office.post(on(registration, "publish"))

    assert "2026年9月29日" in told(again)
    assert told(twice)
    assert Certificate.objects.count() == 1
    assert Announcement.objects.count() == 1


@pytest.mark.rule("ACG-30")
def test_registration_without_the_fee_is_refused_and_the_button_says_why():
    registration = world.noticed()
    client = desk("membership_dept")

    shown = client.get(on(registration, "change")).content.decode()
    answer = client.post(on(registration, "complete"))

    assert "disabled" in shown
    assert told(answer) in shown
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("somebody", [auditor, lambda: desk("secretariat")], ids=["auditor", "another body"])
def test_only_the_department_registers(somebody):
    registration = world.paid()
    client = somebody()

    shown = client.get(on(registration, "change")).content.decode()
    answer = client.post(on(registration, "complete"))

    assert "disabled" in shown
    assert told(answer)
    assert not Certificate.objects.exists()


def test_finance_does_not_open_registrations():
    registration = world.paid()

    assert finance().get(on(registration, "change")).status_code == 403
    assert finance().post(on(registration, "complete")).status_code == 403


@pytest.mark.rule("ACG-6.p2a")
def test_tier_is_proposed_and_decided_by_the_body_of_the_rulebook():
    membership = world.noticed().membership
    client = desk()
    address = reverse("admin:members_membership_tier", args=[membership.pk])

    shown = client.get(address).content.decode()
    made = client.post(address, {"tier": "council"})
    again = client.post(address, {"tier": "council"})

    assert "会员大会" in shown
    case = Case.objects.get(kind="tier_change")
    assert made.url == reverse("admin:association_resolution_draft") + f"?cases={case.pk}"
    assert "理事单位" in told(again)
    offered = client.get(made.url).content.decode()
    assert f'value="{case.pk}"' in offered
    assert Membership.objects.standing(date(2026, 9, 29)).get().tier == "member"


@pytest.mark.rule("ACG-31.c")
def test_tier_resolved_at_the_desk_bills_the_rest_of_the_term():
    registration = world.noticed()
    client = desk()
    client.post(reverse("admin:members_membership_tier", args=[registration.membership.pk]), {"tier": "council"})
    resolution = world.resolution("members_assembly", Case.objects.get(kind="tier_change"), on=date(2026, 9, 29))
    item = resolution.items.get()
    address = reverse("admin:association_resolution_pass", args=[resolution.pk])

    shown = client.post(address, {f"vote_{item.pk}": "approved"}).content.decode()
    client.post(address, {f"vote_{item.pk}": "approved", "confirmed": "1"})

    assert "理事单位" in shown
    assert str(statement(registration.case, date(2026, 9, 29)).status.owed) == "16666.67"


@pytest.mark.parametrize("somebody", [auditor, finance], ids=["auditor", "finance"])
def test_tiers_are_not_proposed_by_everybody(somebody):
    membership = world.noticed().membership
    address = reverse("admin:members_membership_tier", args=[membership.pk])

    assert somebody().post(address, {"tier": "council"}).status_code == 403
    assert not Case.objects.filter(kind="tier_change").exists()


def test_invented_tier_and_missing_choice_are_told():
    membership = world.noticed().membership
    client = desk()
    address = reverse("admin:members_membership_tier", args=[membership.pk])

    for typed in ({}, {"tier": "emperor"}):
        answer = client.post(address, typed)
        assert answer.status_code == 200
        assert "error-summary" in answer.content.decode()
    assert not Case.objects.filter(kind="tier_change").exists()


@pytest.mark.rule("ACG-24")
def test_list_shows_standing_today_and_finds_by_name_number_and_code():
    world.registered()
    another(world.USCC_OTHER, "北京云栖漫画出版有限公司")
    client = desk()

    everybody = client.get(members()).content.decode()
    registered = client.get(members("?standing=registered")).content.decode()
    by_code = client.get(members(f"?q={world.USCC_OTHER.lower()}")).content.decode()
    by_number = client.get(members("?q=BACCA-000001")).content.decode()

    assert "北京星野" in everybody
    assert "北京云栖" in everybody
    assert "北京星野" in registered
    assert "北京云栖" not in registered
    assert "北京云栖" in by_code
    assert "北京星野" not in by_code
    assert "北京星野" in by_number
    assert client.get(members("?standing=x&tier=y&class=z&page=99999999999999999999&q=%00%FF")).status_code == 200


def test_page_of_a_member_shows_file_certificate_and_accesses():
    certificate = world.registered()
    address = reverse("admin:members_membership_change", args=[certificate.membership.pk])

    shown = desk().get(address).content.decode()

    assert certificate.serial in shown
    assert "timeline__entry" in shown
    assert "@test.example" in shown
    assert world.USCC in shown


def test_members_are_exported_as_the_list_shows_them_and_formulas_are_text():
    world.registered()
    party = Membership.objects.get().party
    party.name = "=cmd|calc"
    party.save()

    answer = desk().get(reverse("admin:members_membership_export"))

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    assert rows[1][0] == "BACCA-000001"
    assert rows[1][1] == "cmd|calc"
    assert "2026-09-15" in rows[1]
    assert len(rows) == 2


def test_stock_pages_change_nothing():
    certificate = world.registered()
    client = desk()

    for name, key in (
        ("membership", certificate.membership.pk),
        ("registration", certificate.registration.pk),
        ("certificate", certificate.pk),
    ):
        assert client.get(reverse(f"admin:members_{name}_delete", args=[key])).status_code == 403
        assert client.post(reverse(f"admin:members_{name}_add")).status_code == 403


def test_cases_lead_to_their_pages():
    registration = world.paid()
    client = desk()

    answer = client.get(reverse("admin:case_registration_initial", args=[registration.case.key]))

    assert answer.url == on(registration, "change")


@pytest.mark.parametrize("count", [1, 3])
def test_lists_read_as_much_for_three_as_for_one(count, django_assert_num_queries):
    codes = [world.USCC, world.USCC_OTHER, world.USCC_THIRD][:count]
    for number, code in enumerate(codes):
        world.paid(another(code, f"北京第{number}动画有限公司"))
    client = desk("membership_dept")
    client.get(members())
    client.get(registrations())

    with django_assert_num_queries(7):
        assert client.get(members()).content.decode().count("row-link") == count
    with django_assert_num_queries(8):
        assert client.get(registrations()).content.decode().count("row-link") == count


def test_file_of_a_member_reads_the_same_however_long_it_is(django_assert_max_num_queries):
    certificate = world.registered()
    address = reverse("admin:members_membership_change", args=[certificate.membership.pk])
    client = desk()
    client.get(address)
    with django_assert_max_num_queries(20) as before:
        client.get(address)
    world.confer(certificate.membership, "council", on=date(2026, 9, 29))
    world.confer(certificate.membership, "vice_president", on=date(2026, 9, 29), body="council")

    with django_assert_max_num_queries(len(before.captured_queries)):
        client.get(address)


def test_finance_reads_the_file_without_links_to_pages_it_may_not_open():
    registration = world.registered().membership.registrations.get()
    page = reverse("admin:members_membership_change", args=[registration.membership_id])

    theirs = finance().get(page).content.decode()
    ours = desk().get(page).content.decode()

    linked = (on(registration, "change"), reverse("admin:case_admission", args=[registration.membership.case.key]))
    for address in linked:
        assert f'href="{address}"' in ours
        assert f'href="{address}"' not in theirs
    assert "初次登记" in theirs
