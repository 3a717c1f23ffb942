"""The audit log: what goes in by itself, who reads it, and that nobody changes it, the superuser neither."""

import csv
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from association import clock as today
from association.actions import audit, jobs
from association.admin.audit import articles_named
from association.db.append_only import lifted
from association.models import AccessLog, AuditEvent, AuditSeal, DecisionRecord
from association.models.audit import AuditKind
from tests import world
from tests.desk import auditor, client_of, desk, staff

pytestmark = pytest.mark.django_db

LOG = reverse("admin:association_auditevent_changelist")
EXPORT = reverse("admin:association_auditevent_export")
LOGIN = reverse("account_login")


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-09-16 10:00")
    world.found()


def whats():
    return list(AuditEvent.objects.order_by("pk").values_list("what", flat=True))


def shown(client, **asked):
    return client.get(LOG, asked).content.decode()


# what goes in


def test_log_ins_and_what_was_typed_is_not_kept():
    person = world.user("lin@test.example")
    client = Client()
    client.post(LOGIN, {"login": "lin@test.example", "password": "wrong-one-entirely"})
    client.post(LOGIN, {"login": "nobody@elsewhere.example", "password": "wrong-one-entirely"})
    client.post(LOGIN, {"login": "lin@test.example", "password": "a-long-password"})

    assert whats()[:2] == ["login_failed", "login_failed"]
    first, second = AuditEvent.objects.order_by("pk")[:2]
    assert (first.user, first.target) == (None, f"association.user:{person.pk}")
    assert (second.user, second.target) == (None, "")
    kept = json.dumps(list(AuditEvent.objects.values("what", "target", "facts")))
    assert "example" not in kept
    assert "wrong" not in kept


def test_a_role_granted_names_the_account_and_the_role_not_the_person():
    keeper = world.seated("secretariat")
    type(keeper).objects.filter(pk=keeper.pk).update(is_superuser=True)
    keeper.refresh_from_db()
    person = world.user(name="王小明", is_staff=True)
    client = client_of(keeper)
    url = reverse("admin:association_user_grant", args=[person.pk])
    answer = client.post(url, {"role": "finance", "from_on": today.today().isoformat()})
    assert answer.status_code == 302
    record = DecisionRecord.objects.get(kind="role.granted", actor=keeper)
    assert record.reasons[0]["facts"]["role_key"] == "finance"
    assert record.reasons[0]["facts"]["account"] == person.pk
    assert "小明" not in json.dumps(record.reasons, ensure_ascii=False)


@pytest.mark.parametrize("url", ["admin:members_membership_export", "admin:admissions_application_export"])
def test_an_export_is_logged_with_its_rows(url):
    world.submitted()
    assert desk().get(reverse(url)).status_code == 200
    entry = AuditEvent.objects.get(kind=AuditKind.EXPORT)
    assert entry.facts == {"rows": 1 if "admissions" in url else 0}
    assert entry.user is not None


def test_work_ordered_again_is_logged():
    job = jobs.order("association.carry_over", "test:1")
    desk().post(reverse("admin:association_job_retry", args=[job.pk]))
    assert AuditEvent.objects.get(kind=AuditKind.RETRY).target == f"association.job:{job.pk}"


# who reads it, and how


def test_an_auditor_reads_and_the_others_do_not():
    assert auditor().get(LOG).status_code == 200
    supervisor = staff("supervisor")
    assert supervisor.get(LOG).status_code == 200
    assert LOG in supervisor.get(reverse("admin:association_association_changelist")).content.decode()
    for client in (desk(), staff("finance"), staff("expert"), staff("legal_adviser")):
        assert client.get(LOG).status_code == 403
        assert client.get(EXPORT).status_code == 403
    assert client_of(world.user()).get(LOG).status_code == 302


def test_everything_is_on_one_page_the_newest_first(clock):
    case = world.submitted().case
    reader = auditor()
    clock("2026-09-16 11:00")
    AccessLog.objects.create(user=world.user(name="查阅人"), what="identity_paper", target="abc")
    page = shown(reader)
    assert page.index("查阅人") < page.index("提交")
    assert "登录" in page
    assert case.subject not in shown(reader, kind="look")


def test_filters():
    world.submitted()
    AccessLog.objects.create(user=world.user(name="甲"), what="identity_paper", target="file-a")
    AccessLog.objects.create(user=world.user(name="乙"), what="identity_paper", target="file-b")
    reader = auditor()

    def has(text, **asked):
        return text in shown(reader, **asked)

    assert has("file-a", who="甲")
    assert not has("file-b", who="甲")
    assert has("file-b", subject="file-b")
    assert not has("file-a", subject="file-b")
    assert has("file-a", first="2026-09-16", last="2026-09-16")
    assert not has("file-a", first="2026-09-17")
    assert not has("file-a", last="2026-09-15")
    assert not has("file-a", kind="decision")
    assert has("日志中没有", who="没有这个人")
    for nonsense in ({"first": "soon"}, {"kind": "x"}, {"before": "d99999999999999999999.zz"}, {"last": "9999-12-31"}):
        assert reader.get(LOG, nonsense).status_code == 200


def test_things_are_named_and_found_by_their_names():
    for model, key in (("meeting", 4), ("meeting", 41), ("user", 4)):
        audit.note(AuditKind.EXPORT, "dossier", user=None, target=f"association.{model}:{key}")
    audit.note(AuditKind.EXPORT, "export", user=None, target="association.calendaroverride")
    reader = auditor()

    def things(subject):
        return {line["line"].of for line in reader.get(LOG, {"kind": "export", "subject": subject}).context["lines"]}

    assert things("") == {"会议 4", "会议 41", "账号 4", "工作日历"}
    assert things("会议") == {"会议 4", "会议 41"}
    assert things("会议 4") == {"会议 4"}
    assert things("association.user:4") == {"账号 4"}
    assert things("没有这种东西") == set()


def test_by_article():
    world.submitted()
    record = DecisionRecord.objects.filter(kind="admission.submit").get()
    key = next(source.key for source in record.sources if source.kind == "article")
    reader = auditor()
    assert "入会：提交" in shown(reader, article=key) or "提交" in shown(reader, article=key)
    assert "日志中没有" in shown(reader, article="第九百条")
    assert "30" in articles_named("第三十条")


def test_pages_go_on_where_the_last_ended():
    user = world.user(name="甲")
    AccessLog.objects.bulk_create(AccessLog(user=user, what="identity_paper", target=f"t{n:03}") for n in range(70))
    for n in range(60):
        audit.note(AuditKind.LOGIN, "logged_in", user=user, target=f"e{n:03}")
    reader = auditor()
    seen, url = [], LOG
    while url:
        answer = reader.get(url)
        seen += [(one["line"].source, one["line"].pk) for one in answer.context["lines"]]
        url = f"{LOG}{answer.context['older']}" if answer.context["older"] else ""
    assert len(seen) == len(set(seen))
    everything = AccessLog.objects.count() + AuditEvent.objects.count() + DecisionRecord.objects.count()
    assert len(seen) == everything


@pytest.mark.parametrize("n", [1, 3])
def test_costs_the_same_for_one_and_three(n, django_assert_max_num_queries):
    for _ in range(n):
        audit.note(AuditKind.LOGIN, "logged_in", user=world.user())
    reader = auditor()
    with django_assert_max_num_queries(10):
        reader.get(LOG)


def test_export_is_csv_without_formulas_and_itself_logged():
    AccessLog.objects.create(user=world.user(name="=1+1"), what="identity_paper", target="t")
    answer = auditor().get(EXPORT, {"kind": "look"})
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [len(row) for row in rows] == [5, 5]
    assert rows[1][3] == "'=1+1"
    assert AuditEvent.objects.get(what="audit_log").facts == {"rows": 1}


# nobody edits


@pytest.mark.parametrize("model", [AuditEvent, AccessLog, DecisionRecord, AuditSeal], ids=lambda m: m.__name__)
def test_nobody_edits_by_orm_or_sql(model):
    world.submitted()
    AccessLog.objects.create(user=world.user(), what="identity_paper", target="t")
    audit.note(AuditKind.LOGIN, "logged_in", user=None)
    audit.seal(on=today.today())
    row = model.objects.order_by("pk").last()
    field = {DecisionRecord: "kind", AuditSeal: "digest"}.get(model, "what")
    table = model._meta.db_table
    for act in (
        lambda: model.objects.filter(pk=row.pk).update(**{field: "x"}),
        row.delete,
        lambda: connection.cursor().execute(f"UPDATE {table} SET {field} = %s WHERE id = %s", ["x", row.pk]),  # noqa: S608
        lambda: connection.cursor().execute(f"DELETE FROM {table} WHERE id = %s", [row.pk]),  # noqa: S608
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert model.objects.filter(pk=row.pk, **{field: getattr(model.objects.get(pk=row.pk), field)}).exists()


def test_nobody_edits_in_the_admin_the_superuser_neither():
    keeper = world.user(is_staff=True, is_superuser=True)
    client = client_of(keeper)
    entry = audit.note(AuditKind.LOGIN, "logged_in", user=keeper)
    before = AuditEvent.objects.filter(pk=entry.pk).values().get()
    change = reverse("admin:association_auditevent_change", args=[entry.pk])
    client.post(change, {"what": "x"})
    for name, arguments in (("add", []), ("delete", [entry.pk])):
        url = reverse(f"admin:association_auditevent_{name}", args=arguments)
        assert client.post(url, {"post": "yes", "what": "x"}).status_code == 403
    assert AuditEvent.objects.filter(pk=entry.pk).values().get() == before


# the seal


def later(clock, day):
    clock(f"2026-09-{day} 23:55")


def test_a_daily_seal_is_chained_and_signed(clock):
    audit.note(AuditKind.LOGIN, "logged_in", user=None)
    later(clock, 16)
    first = audit.seal(on=date(2026, 9, 16))
    assert audit.seal(on=date(2026, 9, 16)) == first
    audit.note(AuditKind.LOGIN, "logged_out", user=None)
    later(clock, 17)
    second = audit.seal(on=date(2026, 9, 17))
    assert second.previous == first.digest
    assert second.rows == 1
    assert list(audit.faults()) == []
    call_command("verify_history")


def test_what_is_just_being_written_waits_for_the_next_seal(clock):
    audit.note(AuditKind.LOGIN, "logged_in", user=None)
    assert audit.seal(on=date(2026, 9, 16)).events_upto == 0


@pytest.mark.parametrize("act", ["change", "delete", "slip in"])
def test_verification_notices(clock, act):
    for _ in range(3):
        entry = audit.note(AuditKind.LOGIN, "logged_in", user=None)
    later(clock, 16)
    audit.seal(on=today.today())
    middle = AuditEvent.objects.order_by("pk")[1]
    with without_triggers():
        if act == "change":
            AuditEvent.objects.filter(pk=middle.pk).update(what="logged_out")
        else:
            AuditEvent.objects.filter(pk=middle.pk).delete()
        if act == "slip in":
            AuditEvent.objects.create(pk=middle.pk, kind="login", what="logged_in", at=entry.at + timedelta(1))
    assert any("are others now" in fault for fault in audit.faults())
    with pytest.raises(CommandError):
        call_command("verify_history")


def without_triggers():
    """Somebody who owns the database takes the guards away."""
    from contextlib import contextmanager

    @contextmanager
    def owner():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                try:
                    yield
                finally:
                    cursor.execute("SET session_replication_role = DEFAULT")
            else:
                cursor.execute("DROP TRIGGER association_auditevent_append_only")
                with lifted(connection):
                    yield

    return owner()
