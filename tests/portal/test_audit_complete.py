"""Nothing leaves the desk, and nothing is done at it, that does not stand in the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.sites import AlreadyRegistered
from django.contrib.auth.models import Group
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, URLPattern, URLResolver, resolve, reverse

from association.actions import audit, failures
from association.actions import roles as granting
from association.actors import Actor
from association.admin.audit_words import WHAT
from association.admin.base import DeskAdmin
from association.models import AccessLog, AuditEvent, CaseDocument, DeadAddress, Message, Resolution, RoleGrant, User
from association.models.audit import AuditKind
from association.models.message import Channel, Failure
from portal.desk import record
from tests import world
from tests.association.test_actions_official_notices import issued, series
from tests.association.test_actions_recovery import asked
from tests.desk import client_of, desk
from tests.portal.test_roles import SKIPPED, _first_key

pytestmark = pytest.mark.django_db

FILES = {
    "export", "dossier", "ballot", "paper", "letter", "file", "preset_file", "template", "audit_log", "members",
    "applications",
}  # fmt: skip
"""What can be taken out of the desk. A page that hands over a file and is not here fails below; it needs words."""


def pages() -> Iterator[tuple[str, str]]:
    """Each address of the desk with its name, about the first row there is."""
    for entry in _patterns(admin.site.urls[0]):
        name = f"admin:{entry.name}"
        pk = _first_key(name)
        given = {each: (pk if each in ("pk", "object_id") else "acg") for each in entry.pattern.converters}
        try:
            yield name, reverse(name, kwargs=given)
        except NoReverseMatch:
            continue


def _patterns(found: list[Any]) -> Iterator[URLPattern]:
    for entry in found:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns)
        elif entry.name and entry.name not in SKIPPED | {"logout"}:
            yield entry


@pytest.fixture
def _world(clock):
    clock("2026-09-16 10:00")
    world.found()
    world.resolution("council", world.at_council().case)
    issued(series())
    asked()


@pytest.mark.usefixtures("_world")
def test_every_file_that_leaves_the_desk_is_in_the_log():
    keeper = world.user(is_staff=True, is_superuser=True)
    client = client_of(keeper)
    taken, silent = set(), []
    for name, address in pages():
        before = AuditEvent.objects.count()
        answer = client.get(address)
        if not record.takes_out(answer):
            continue
        new = list(AuditEvent.objects.order_by("pk")[before:])
        taken |= {entry.what for entry in new}
        if [entry.kind for entry in new] != [AuditKind.EXPORT] or new[0].user != keeper or new[0].what not in WHAT:
            silent.append(name)
    assert silent == []
    assert taken == FILES


@pytest.mark.usefixtures("_world")
def test_a_file_names_its_row_and_no_person():
    resolution = Resolution.objects.order_by("pk").first()
    client = desk()
    assert client.get(reverse("admin:association_resolution_ballot", args=[resolution.pk])).status_code == 200
    entry = AuditEvent.objects.get(kind=AuditKind.EXPORT)
    assert (entry.what, entry.target) == ("ballot", f"association.resolution:{resolution.pk}")
    assert entry.facts == {}


def test_every_page_where_something_is_done_has_its_words():
    """A page of the desk that the log could name only by its address."""
    looked_at = {
        "app_list", "autocomplete", "failed", "history", "index", "jsi18n", "login", "logout", "matrix",
        "password_change_done", "picture", "search", "unreached", "view_on_site",
    }  # fmt: skip
    names = {record.what_of(resolve(address))[0] for _name, address in pages()}
    assert names - set(WHAT) <= looked_at


def test_only_our_own_pages_are_at_the_desk_and_none_deletes_many():
    """Those of other people's apps would change logins, second factors and rights past every action."""
    assert admin.site._registry
    for model, page in admin.site._registry.items():
        assert isinstance(page, DeskAdmin), model
        assert not page.actions, model
    try:
        admin.site.register(Group)
    except AlreadyRegistered:
        pytest.fail("groups are at the desk")
    assert not admin.site.is_registered(Group)


# what is done


def asked_by(user: User, method: str, name: str, *arguments: Any) -> Any:
    address = reverse(name, args=arguments)
    request = getattr(RequestFactory(), method)(address)
    request.user, request.resolver_match = user, resolve(address)
    return request


def test_an_act_without_a_decision_is_written_down_once():
    user = world.user()
    request = asked_by(user, "post", "admin:association_message_retry", 5)
    record.on_record(request, lambda: HttpResponseRedirect("/admin/"))
    entry = AuditEvent.objects.get()
    assert (entry.kind, entry.what, entry.target, entry.user) == ("change", "retry", "association.message:5", user)


def test_an_act_with_its_own_record_is_not_written_twice():
    request = asked_by(world.user(), "post", "admin:association_message_retry", 5)

    def act():
        audit.note(AuditKind.RETRY, "message_retried", user=request.user)
        return HttpResponseRedirect("/admin/")

    record.on_record(request, act)
    assert AuditEvent.objects.get().what == "message_retried"


@pytest.mark.parametrize("why", ["looked at", "refused", "form shown again"])
def test_what_changed_nothing_is_not_written_down(why):
    method = "get" if why == "looked at" else "post"
    request = asked_by(world.user(), method, "admin:association_message_retry", 5)
    request.was_refused = why == "refused"
    answer = HttpResponse("") if why == "form shown again" else HttpResponseRedirect("/admin/")
    record.on_record(request, lambda: answer)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("answer", "out"),
    [
        (lambda: FileResponse(BytesIO(b"x"), as_attachment=True, filename="a.csv"), True),
        (lambda: FileResponse(BytesIO(b"x"), filename="a.pdf"), True),
        (lambda: FileResponse(BytesIO(b"x"), filename="a.png"), False),
        (lambda: HttpResponse("<p>"), False),
        (lambda: HttpResponse("", status=404, headers={"Content-Disposition": "attachment"}), False),
    ],
)
def test_what_counts_as_taken_out(answer, out):
    assert record.takes_out(answer()) is out


def failed_message(user: User) -> Message:
    message = Message.objects.create(
        recipient=user, channel=Channel.MAIL, unique_key=f"x:{user.pk}", subject="x", text="x"
    )
    Message.objects.filter(pk=message.pk).update(failed_at="2026-09-16T10:00:00Z", failure=Failure.REFUSED)
    return message


def test_messages_sent_once_more_by_one_and_by_many(clock):
    clock("2026-09-16 10:00")
    world.found()
    client = desk()
    first, *others = [failed_message(world.user()) for _ in range(3)]
    client.post(reverse("admin:association_message_retry", args=[first.pk]))
    client.post(reverse("admin:association_message_again"), {"pk": [each.pk for each in others]})
    entries = list(AuditEvent.objects.filter(kind=AuditKind.RETRY).order_by("pk"))
    assert [entry.what for entry in entries] == ["message_retried", "messages_retried"]
    assert entries[0].target == f"association.message:{first.pk}"
    assert entries[1].facts == {"rows": 2}
    assert all(entry.user for entry in entries)
    client.post(reverse("admin:association_message_again"), {"pk": []})
    assert AuditEvent.objects.filter(kind=AuditKind.RETRY).count() == 2


def test_addresses_marked_and_lifted(clock):
    clock("2026-09-16 10:00")
    world.found()
    client, person = desk(), world.user()
    message = failed_message(person)
    Message.objects.filter(pk=message.pk).update(sent_as={"To": person.email})
    client.post(reverse("admin:association_message_dead", args=[message.pk]))
    dead = DeadAddress.objects.get()
    client.post(reverse("admin:association_deadaddress_lift", args=[dead.pk]))
    found = AuditEvent.objects.filter(target=audit.reference(dead)).order_by("pk")
    assert list(found.values_list("what", flat=True)) == ["address_dead", "address_works"]


def test_a_message_in_doubt_settled_by_hand(clock):
    clock("2026-09-16 10:00")
    person = world.user()
    message = failed_message(person)
    Message.objects.filter(pk=message.pk).update(failure=Failure.IN_DOUBT)
    failures.confirm_arrived(message, by=Actor.officer(person))
    assert AuditEvent.objects.get().what == "message_arrived"


def test_a_letter_with_an_identity_paper_is_a_look_and_a_file(clock):
    clock("2026-09-15 10:00")
    world.found()
    row = asked()
    client = desk("membership_dept")
    assert client.get(reverse("admin:association_recoveryrequest_letter", args=[row.pk])).status_code == 200
    entry = AuditEvent.objects.get(kind=AuditKind.EXPORT)
    assert (entry.what, entry.target) == ("letter", f"association.recoveryrequest:{row.pk}")
    assert AccessLog.objects.filter(what="identity_paper").exists()


# what staff take out by their right, outside the desk


def test_files_of_others_taken_by_a_right_are_in_the_log_and_one_s_own_are_not(clock):
    clock("2026-10-08 10:00")
    world.found()
    certificate = world.registered()
    world.run_jobs()
    certificate.refresh_from_db()
    paper = CaseDocument.objects.filter(file__encrypted=False).order_by("pk").first()
    addresses = {
        reverse("file", args=[paper.file.key]): ("file", paper.file),
        reverse("certificate_file", args=[certificate.serial]): ("certificate", certificate),
    }
    own = Client()
    own.force_login(paper.file.uploaded_by)
    keeper = world.user(is_staff=True, is_superuser=True)
    client = client_of(keeper)
    taken = AuditEvent.objects.filter(kind=AuditKind.EXPORT).order_by("pk")
    for number, (address, (what, row)) in enumerate(addresses.items(), 1):
        assert own.get(address).status_code == 200
        assert taken.count() == number - 1
        assert client.get(address).status_code == 200
        entry = taken.last()
        assert (entry.what, entry.target, entry.user) == (what, audit.reference(row), keeper)
        assert taken.count() == number


def test_a_role_ended_in_the_middle_of_a_session_opens_nothing_at_the_next_request(clock):
    clock("2026-09-16 10:00")
    world.found()
    person = world.in_role("secretariat")
    client = client_of(person)
    page = reverse("admin:association_message_changelist")
    assert client.get(page).status_code == 200
    head = world.in_role("secretary_general")
    world.second_factor(head)
    granting.end(
        RoleGrant.objects.get(user=person), until=date(2026, 9, 16), note="离任",
        by=Actor.officer(User.objects.get(pk=head.pk)), on=date(2026, 9, 16),
    )  # fmt: skip
    assert client.get(page).status_code == 302
    assert client.post(reverse("admin:association_message_again"), {"pk": ["1"]}).status_code == 302
    assert client.get(reverse("admin:index")).status_code == 302
