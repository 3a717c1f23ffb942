"""Every page as every role: what each sees, that nothing leaks, and that who only reads changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter
from django.urls.exceptions import NoReverseMatch

from association import clock as days
from association import roles
from association.actions import roles as granting
from association.actors import Actor
from association.models import Case, Message, StoredFile, User
from portal.roles import ROLES
from tests import world
from tests.desk import client_of

pytestmark = pytest.mark.django_db

COMPANY, NUMBER, MOBILE = "北京星野文化传媒有限公司", world.USCC, "13800001234"
SEES_APPLICANTS = {"secretariat", "secretary_general", "auditor", "finance", "supervisor"}
"""Roles whose work is with members and applicants: they may meet the company's name."""
SEES_DETAILS = {"secretariat", "secretary_general", "auditor"}
"""Roles that read an application itself."""
READERS = ("auditor", "supervisor", "legal_adviser")
WALKED = ("stranger", "applicant", *ROLES)
"""Those who have to do with a member have an account like an applicant's, and no more."""
SKIPPED = {"account_logout", "set_language", "jsi18n", "styleguide", "styleguide_desk"}


@pytest.fixture
def _world(clock):
    clock("2026-09-16")
    world.found()
    world.at_secretary_general()


def account(role: str) -> Client:
    return Client() if role == "stranger" else client_of(world.in_role(role))


def addresses() -> Iterator[str]:
    """Each address that the site has, with the keys of rows that are there."""
    case, file = Case.objects.get(), StoredFile.objects.order_by("pk").first()
    message = Message.objects.first()
    rows = (case, file, message)
    yield from sorted(set(_walk(get_resolver(), "", [str(row.key) for row in rows if row is not None])))


def _walk(resolver: URLResolver, namespace: str, keys: list[str]) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, keys)
        elif entry.name and entry.name not in SKIPPED:
            yield from _of(entry, f"{namespace}{entry.name}", keys)


def _of(entry: URLPattern, name: str, keys: list[str]) -> Iterator[str]:
    converters = list(entry.pattern.converters)
    pk = _first_key(name)
    keyed = any(isinstance(kind, UUIDConverter) for kind in entry.pattern.converters.values())
    for key in keys if keyed else [keys[0]]:
        given = {each: (pk if each in ("pk", "object_id") else key) for each in converters}
        try:
            yield reverse(name, kwargs=given)
        except (NoReverseMatch, ValueError):
            continue


def _first_key(name: str) -> str:
    """The key of a row of the admin's model that the address is about, 1 where there is none."""
    parts = name.removeprefix("admin:").split("_")
    try:
        row: Any = apps.get_model(parts[0], parts[1])._default_manager.order_by("pk").first()
    except (LookupError, IndexError):
        return "1"
    return str(row.pk) if row else "1"


def counts() -> dict[str, int]:
    """Of everything but sessions and looks, which reading itself leaves."""
    left_by_reading = {
        "sessions.session",
        "association.accesslog",
        "association.auditevent",
        "association.casepresence",
    }
    return {
        model._meta.label_lower: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label_lower not in left_by_reading
    }


@pytest.mark.parametrize("role", WALKED)
@pytest.mark.usefixtures("_world")
def test_every_page_as_every_role(role):
    client = account(role)
    leaks, faults = [], []
    for address in addresses():
        answer = client.get(address)
        if answer.status_code >= 500:
            faults.append(address)
        if answer.status_code != 200 or answer.streaming:
            continue
        page = answer.content.decode(errors="replace")
        known = role in SEES_APPLICANTS
        leaks += [f"{address}: name"] if COMPANY in page and not known else []
        leaks += [f"{address}: details"] if (NUMBER in page or MOBILE in page) and role not in SEES_DETAILS else []
    assert (leaks, faults) == ([], [])


@pytest.mark.parametrize("role", READERS)
@pytest.mark.usefixtures("_world")
def test_who_only_reads_changes_nothing(role):
    client = account(role)
    before = counts()
    for address in addresses():
        if address.startswith("/admin/"):
            answer = client.post(address, {"confirmed": "1", "note": "x", "text": "x"})
            assert answer.status_code < 500, address
    assert counts() == before


@pytest.mark.usefixtures("_world")
def test_the_walk_meets_the_pages_it_is_for():
    found = list(addresses())
    assert len(found) > 120
    assert any("/meeting/" in address for address in found)
    assert client_status("secretariat", reverse("admin:association_user_changelist")) == 200
    assert client_status("expert", reverse("admin:association_user_changelist")) == 403
    assert client_status("applicant", reverse("admin:index")) == 302


def client_status(role: str, address: str) -> int:
    return account(role).get(address).status_code


def test_every_role_with_rights_is_known_and_every_other_has_none(db):
    assert set(ROLES) == {key for key, role in roles.ROLES.items() if role.home is not roles.Home.RELATION}
    for name in ("auditor", "supervisor", "legal_adviser", "expert", "council_member", "branch_officer"):
        group = Group.objects.get(name=name)
        assert group.permissions.exists()
        assert not group.permissions.exclude(codename__startswith="view_").exists(), name


def test_every_right_in_the_data_is_a_right(db):
    """A misspelt right would be a role that cannot do its work."""
    for name, verbs in ROLES.items():
        known = granting.permissions_of(name)
        assert {verb for verb in verbs if not verb.endswith("*")} <= known, name


@pytest.mark.usefixtures("_world")
def test_a_role_that_ended_closes_the_desk(clock):
    head, person = world.user(), world.user(name="经办")
    for user in (head, person):
        world.second_factor(user)
    world.give(head, "secretary_general")
    grant = granting.grant(
        person, "secretariat", from_on=days.today(), by=Actor.officer(User.objects.get(pk=head.pk)), on=days.today()
    )
    client = client_of(User.objects.get(pk=person.pk))
    assert client.get(reverse("admin:index")).status_code == 200

    granting.end(
        grant,
        until=days.today() + timedelta(1),
        note="离任",
        by=Actor.officer(User.objects.get(pk=head.pk)),
        on=days.today(),
    )
    assert client.get(reverse("admin:index")).status_code == 200  # its last day
    clock("2026-09-17")
    client = client_of(User.objects.get(pk=person.pk))
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("admin:association_message_changelist")).status_code == 302


@pytest.mark.usefixtures("_world")
def test_the_matrix_and_an_account_say_it_in_words():
    head = account("secretary_general")
    person = world.user(name="李文")
    page = head.get(reverse("admin:association_rolegrant_matrix")).content.decode()
    assert all(str(role.name) in page for role in roles.ROLES.values())
    assert "业务主管单位（只读）" in page

    form = {"role": "secretariat", "from_on": "2026-09-16", "last_on": "2026-12-31", "note": "试用"}
    grant = reverse("admin:association_user_grant", args=[person.pk])
    shown = head.post(grant, form, follow=True).content.decode()
    assert "角色已授予" in shown
    assert "2027年1月1日之前" in shown
    assert "设置两步验证之前，以上权限均不生效" in shown
    refused = head.post(grant, form | {"role": "finance"}, follow=True).content.decode()
    assert "不得授予超出自己权限的角色" in refused

    ending = reverse("admin:association_rolegrant_end", args=[person.role_grants.get().pk])
    assert 'aria-invalid="true"' in head.post(ending, {"until": "2026-09-16"}).content.decode()
    assert person.role_grants.get().ending is None
    head.post(ending, {"until": "2026-09-16", "note": "未通过试用"})
    assert person.role_grants.get().until == days.today()
    own = User.objects.get(name="secretary_general")
    assert "不得变更自己的角色" in head.get(reverse("admin:association_user_change", args=[own.pk])).content.decode()


@pytest.mark.usefixtures("_world")
def test_granting_asks_who_logged_in_long_ago_once_more(clock):
    head, person = account("secretary_general"), world.user()
    grant = reverse("admin:association_user_grant", args=[person.pk])
    clock("2026-09-16 10:15:00")
    assert head.get(grant).status_code == 200
    clock("2026-09-16 10:15:01")
    assert head.get(grant).status_code == 302
    answer = head.post(grant, {"role": "expert", "from_on": "2026-09-16"})
    assert "reauthenticate" in answer["Location"]
    assert not person.role_grants.exists()
