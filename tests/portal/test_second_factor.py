"""A right of staff opens nothing anywhere without the second factor, shown in the very session that asks."""

from __future__ import annotations

import contextlib
import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from association.models import AuditEvent, CaseDocument, OfficialNotice, User
from association.permissions import readable_files
from fees.models import Invoice
from members.models import Certificate
from tests import world
from tests.association.test_actions_official_notices import issued, series
from tests.desk import client_of
from tests.people import code_of
from tests.portal.test_roles import SKIPPED, URLPattern, URLResolver

pytestmark = pytest.mark.django_db


@pytest.fixture
def _world(clock):
    clock("2026-09-16")
    world.found()
    world.registered()
    issued(series())
    world.run_jobs()


def superuser() -> User:
    return world.user(is_staff=True, is_superuser=True)


def seated() -> User:
    person = world.seated("secretary_general", roles=())
    person.authenticator_set.all().delete()
    return User.objects.get(pk=person.pk)


WHO = {"superuser": superuser, "secretary_general": lambda: world.in_role("secretary_general"), "seat": seated}


def without(user: User) -> Client:
    """Nothing but a password, in the account and so in the session."""
    client = Client()
    client.force_login(user)
    return client


def not_shown(user: User) -> Client:
    """The account has a second factor; this session began without it."""
    client = without(user)
    world.second_factor(user)
    return client


def outside() -> list[str]:
    """Every address outside the desk, with the keys of rows that are there and are somebody else's."""
    document, certificate, invoice = OfficialNotice.objects.get(), Certificate.objects.get(), Invoice.objects.get()
    paper = CaseDocument.objects.order_by("pk").first()
    assert paper is not None
    assert certificate.file is not None
    named = {
        "document": [document.serial],
        "document_file": [document.serial],
        "document_page": [document.serial, 1],
        "certificate": [certificate.serial],
        "certificate_file": [certificate.serial],
        "certificate_picture": [certificate.serial],
        "invoice": [invoice.key],
        "file": [paper.file.key],
        "file_pages": [paper.file.key],
        "file_page": [paper.file.key, 1],
        "application": [paper.case.key],
        "application_form": [paper.case.key],
        "history": [certificate.membership_id],
    }
    found = {reverse(name, args=keys) for name, keys in named.items()}
    found |= {f"{reverse('search')}?q={words}" for words in ("星野", "会费", "张三")}
    for entry in _patterns(get_resolver()):
        with contextlib.suppress(NoReverseMatch):
            found.add(reverse(entry.name))
    found = {address for address in found if not address.startswith("/accounts/")}  # what is about the factor itself
    return sorted(found)


def _patterns(resolver: URLResolver) -> list[URLPattern]:
    found = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            found += [entry] if entry.name and entry.name not in SKIPPED else []
        elif not entry.namespace:
            found += _patterns(entry)
    return found


def seen(client: Client, user: Any) -> dict[str, Any]:
    """What each address answers, without what is the reader's own."""
    found = {}
    for address in outside():
        answer = client.get(address)
        page = "" if answer.streaming else answer.content.decode(errors="replace")
        page = re.sub(r"<(nav|header|footer).*?</\1>|nonce-\S+|value=\"[^\"]{40,}\"", "", page, flags=re.S)
        found[address] = (answer.status_code, page.count("星野"), page.count("京二协"))
    return found


@pytest.mark.usefixtures("_world")
def test_outside_the_desk_staff_without_it_see_what_everybody_sees():
    stranger = world.user()
    plain = seen(without(stranger), stranger)
    for login in (without, not_shown):
        for who, made in WHO.items():
            user = made()
            assert seen(login(user), user) == plain, (login, who)


@pytest.mark.usefixtures("_world")
def test_with_it_the_same_addresses_open():
    user = superuser()
    shown, plain = seen(client_of(user), user), seen(without(world.user()), None)
    opened = {address for address, answer in shown.items() if answer != plain[address]}
    for part in ("/documents/", "/certificates/", "/invoices/", "/files/"):
        assert any(part in address for address in opened), part
    assert {answer[0] for address, answer in plain.items() if "/files/" in address} == {404}


@pytest.mark.usefixtures("_world")
def test_a_seat_alone_reads_no_papers_without_it():
    user, paper = seated(), CaseDocument.objects.order_by("pk").first()
    today = world.REGISTERED
    assert not readable_files(user, on=today).filter(pk=paper.file_id).exists()
    world.second_factor(user)
    assert readable_files(user, on=today).filter(pk=paper.file_id).exists()
    user.second_factor_shown = False
    assert not readable_files(user, on=today).filter(pk=paper.file_id).exists()


def test_a_superuser_has_no_right_without_it():
    user = superuser()
    for ask in (
        lambda who: who.has_perm("association.view_case"),
        lambda who: who.has_perms(["association.view_case"]),
        lambda who: who.has_module_perms("association"),
        lambda who: bool(who.get_all_permissions()),
    ):
        assert not ask(User.objects.get(pk=user.pk))
    world.second_factor(user)
    assert User.objects.get(pk=user.pk).has_perm("association.view_case")
    unshown = User.objects.get(pk=user.pk)
    unshown.second_factor_shown = False
    assert not unshown.has_perm("association.view_case")
    assert not unshown.get_all_permissions()


def test_the_desk_asks_a_session_without_it_for_the_code(clock):
    world.found()
    client = not_shown(world.in_role("secretary_general"))
    answer = client.get(reverse("admin:association_user_changelist"))
    assert answer.status_code == 302
    assert answer.url == f"{reverse('mfa_reauthenticate')}?next={reverse('admin:association_user_changelist')}"
    page = client.get(answer.url)
    assert page.status_code == 200
    assert "验证码" in page.content.decode()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_this_session_and_ends_the_others():
    world.found()
    user = world.in_role("secretariat")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    secret = generate_totp_secret()
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        client.post(reverse("account_login"), {"login": user.email, "password": "a-long-password"})
        assert "_auth_user_id" in client.session
    here.post(reverse("account_reauthenticate"), {"password": "a-long-password"})
    session = here.session
    session["mfa.totp.secret"] = secret
    session.save()
    answer = here.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=user, type="totp").exists(), answer.content.decode()[:2000]
    assert here.get(reverse("admin:index")).status_code == 200
    assert AuditEvent.objects.filter(what="factor_added", user=user).exists()
    answer = elsewhere.get(reverse("admin:index"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))
