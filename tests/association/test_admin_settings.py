"""Settings and records at the desk: profile, calendar, seats, accounts, decisions, background work."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, reverse

from association import queries
from association.actions import jobs
from association.models import (
    Announcement,
    Association,
    CalendarOverride,
    DecisionRecord,
    Job,
    Seat,
    User,
)
from tests import world
from tests.desk import auditor, client_of, desk, finance, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-21")
    world.found()


@pytest.fixture
def admin():
    return client_of(world.user(is_staff=True, is_superuser=True, name="管理员"))


def at(name, *args):
    return reverse(f"admin:association_{name}", args=args)


def test_profile_is_changed_on_every_page_at_once(admin):
    before = queries.revision()
    typed = {"name": "北京新会", "short_name": "新会", "accent": "#1d5fa8"}

    wrong = admin.post(at("association_change", 1), typed | {"accent": "red"})
    admin.post(at("association_change", 1), typed)

    assert wrong.status_code == 200
    assert Association.objects.get().name == "北京新会"
    assert queries.revision() != before
    assert admin.get(at("association_add")).status_code == 403


def test_calendar_day_moves_deadlines_from_then_on(admin):
    assert queries.calendar().is_workday(date(2026, 9, 22))

    admin.post(at("calendaroverride_add"), {"day": "2026-09-22", "note": "本会放假"})

    assert not queries.calendar().is_workday(date(2026, 9, 22))
    admin.post(at("calendaroverride_delete", CalendarOverride.objects.get().pk), {"post": "yes"})
    assert queries.calendar().is_workday(date(2026, 9, 22))


def test_calendar_file_is_previewed_then_stored_once(admin):
    content = "day,is_workday,note\n2027-02-07,1,调休\n2027-02-08,0,春节\n".encode()
    preview = admin.post(
        at("calendaroverride_import"),
        {"import_file": SimpleUploadedFile("2027.csv", content, "text/csv"), "format": "1"},
    )

    assert not CalendarOverride.objects.exists()
    confirmed = {
        name: preview.context["confirm_form"].initial.get(name, "") for name in preview.context["confirm_form"].fields
    }
    admin.post(at("calendaroverride_process_import"), confirmed)

    assert CalendarOverride.objects.count() == 2
    assert queries.calendar().is_workday(date(2027, 2, 7))


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00rubbish", "day,is_workday,note\n昨天,1,x\n".encode()],
    ids=["empty", "binary", "no day"],
)
def test_calendar_file_that_cannot_be_read_is_told_and_changes_nothing(admin, content):
    answer = admin.post(
        at("calendaroverride_import"),
        {"import_file": SimpleUploadedFile("x.csv", content, "text/csv"), "format": "1"},
    )

    assert answer.status_code == 200
    assert not CalendarOverride.objects.exists()


def test_seat_is_given_and_ended_and_then_stays_as_it_was(admin):
    person = world.user(name="新人", is_staff=True)
    body = world.Body.objects.get(key="membership_dept")

    admin.post(at("seat_add"), {"user": person.pk, "body": body.pk, "from_on": "2026-09-21"})
    seat = Seat.objects.get(user=person)
    early = admin.post(at("seat_change", seat.pk), {"until": "2026-09-01"})
    admin.post(at("seat_change", seat.pk), {"until": "2026-10-01"})
    again = admin.post(at("seat_change", seat.pk), {"until": "2027-10-01"})

    seat.refresh_from_db()
    assert early.status_code == 200
    assert seat.until == date(2026, 10, 1)
    assert again.status_code == 403
    assert admin.post(at("seat_delete", seat.pk)).status_code == 403


def test_department_does_not_seat_itself_elsewhere():
    client = desk("membership_dept")

    assert client.get(at("seat_changelist")).status_code == 200
    assert client.post(at("seat_add"), {}).status_code == 403
    assert client.post(at("user_add"), {}).status_code == 403


def test_account_never_shows_its_password_and_keeps_its_history(admin):
    person = world.user("someone@test.example", name="某人")

    shown = admin.get(at("user_change", person.pk)).content.decode()
    admin.post(at("user_change", person.pk), {"name": "某人", "is_active": "", "email": "other@test.example"})
    person.refresh_from_db()
    assert person.is_active
    admin.post(at("user_rights", person.pk), {"note": "已离任", "email": "other@test.example"})

    assert person.password not in shown
    assert "pbkdf2" not in shown
    person.refresh_from_db()
    assert person.email == "someone@test.example"
    assert not person.is_active


def test_new_account_has_no_password_until_the_person_sets_one(admin):
    admin.post(at("user_add"), {"name": "新同事", "email": "New@Test.example", "is_active": "on", "is_staff": "on"})

    person = User.objects.get(email="new@test.example")
    assert not person.has_usable_password()
    assert person.is_staff


def test_failed_work_is_tried_once_more():
    job = jobs.order("association.send_message", "x", message_id=0)
    Job.objects.filter(pk=job.pk).update(failed_at="2026-09-20T00:00Z", attempts=8, error="SMTPError: down")
    client = desk()

    shown = client.get(at("job_change", job.pk)).content.decode()
    client.post(at("job_retry", job.pk))
    Job.objects.filter(pk=job.pk).update(done_at="2026-09-21T02:00Z")
    done = client.post(at("job_retry", job.pk))

    assert "SMTPError: down" in shown
    job.refresh_from_db()
    assert (job.failed_at, job.attempts) == (None, 0)
    assert told(done)
    assert auditor().post(at("job_retry", job.pk)).status_code == 403


def test_auditor_reads_everything_and_edits_nothing():
    world.noticed()
    client = auditor()

    for name in (
        "announcement", "association", "seat", "body", "term", "user", "calendaroverride", "calendaryear", "message",
        "job", "decisionrecord", "accesslog", "rulebookversion", "adoption", "meeting", "resolution",
        "deadlinechange", "reminder",
    ):  # fmt: skip
        assert client.get(at(f"{name}_changelist")).status_code == 200, name
        assert client.post(at(f"{name}_add"), {}).status_code == 403, name
    record = DecisionRecord.objects.first()
    assert "decision__foot" in client.get(at("decisionrecord_change", record.pk)).content.decode()
    assert client.get(at("decisionrecord_changelist") + "?outcome=pass&kind=admission.approve").status_code == 200
    version = DecisionRecord.objects.exclude(version=None).first().version
    assert "第三十条" in client.get(at("rulebookversion_change", version.pk)).content.decode()
    with pytest.raises(NoReverseMatch):
        reverse("admin:association_passage_changelist")


@pytest.mark.rule("ACG-25")
def test_announcements_show_what_the_public_reads_and_lead_to_their_release():
    world.registered()
    row = Announcement.objects.get()
    client = desk()

    listed = client.get(at("announcement_changelist") + "?state=draft").content.decode()
    shown = client.get(at("announcement_change", row.pk)).content.decode()

    assert row.title in listed
    assert "BACCA-000001" in shown
    assert reverse("admin:case_registration_initial", args=[row.case.key]) in shown
    assert client.get(at("announcement_delete", row.pk)).status_code == 403


def test_finance_does_not_see_settings():
    assert finance().get(at("association_changelist")).status_code == 403
    assert finance().get(at("decisionrecord_changelist")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "queries_made"), [("announcement", 8), ("decisionrecord", 12), ("message", 9)])
def test_lists_read_as_much_for_three_as_for_one(count, name, queries_made, django_assert_max_num_queries):
    codes = [world.USCC, world.USCC_OTHER, world.USCC_THIRD][:count]
    for number, code in enumerate(codes):
        world.registered(world.noticed(world.submitted(uscc=code, name=f"北京第{number}动画有限公司")))
    client = auditor()
    client.get(at(f"{name}_changelist"))

    with django_assert_max_num_queries(queries_made):
        assert client.get(at(f"{name}_changelist")).status_code == 200


def test_lists_say_in_words_what_codes_mean(admin):
    jobs.order("members.render_certificate", "x", certificate_id=0)

    bodies = admin.get(at("body_changelist")).content.decode()
    work = admin.get(at("job_changelist")).content.decode()
    people = admin.get(at("user_changelist")).content.decode()

    assert "由一人担任的职务" in bodies
    assert ">office<" not in bodies
    assert "生成证书" in work
    assert ">members.render_certificate<" not in work
    assert "审计（只读）" in people
    assert ">auditor<" not in people


def test_accounts_and_work_are_filtered_by_role_and_kind(admin):
    world.submitted()
    reader = world.user(name="只读的人")
    world.give(reader, "auditor")

    readers = admin.get(at("user_changelist"), {"role": "auditor"}).content.decode()
    cashiers = admin.get(at("user_changelist"), {"role": "finance"}).content.decode()
    other_work = admin.get(at("job_changelist"), {"kind": "members.render_certificate"})

    assert "只读的人" in readers
    assert "只读的人" not in cashiers
    assert other_work.context["cl"].result_count == 0


def test_calendar_list_comes_as_a_file_at_once_and_goes_in_again(admin):
    CalendarOverride.objects.create(day=date(2027, 2, 7), is_workday=True, note="调休")

    answer = admin.get(at("calendaroverride_export"))
    preview = admin.post(
        at("calendaroverride_import"),
        {"import_file": SimpleUploadedFile("days.xlsx", answer.content), "format": "0"},
    )

    assert "attachment" in answer["Content-Disposition"]
    assert not preview.context["result"].has_errors()
    assert finance().get(at("calendaroverride_export")).status_code == 403
