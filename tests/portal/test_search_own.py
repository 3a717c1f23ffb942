"""The member's own search: what is theirs and what is published; nothing of anybody else, whatever role they have."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from association.actions import messages, official_notices
from association.models import Case, Message, OfficialNotice, User
from association.searching import Asked
from fees.models import Invoice
from members.models import Certificate, Membership, Party, PartyAccess
from portal.search.registry import MINE, found
from tests import world
from tests.association.test_actions_official_notices import issued, series
from tests.desk import client_of

pytestmark = pytest.mark.django_db

PAGE = reverse("search")
ON = date(2026, 10, 8)
SECRET = "北京星野文化传媒有限公司"


@pytest.fixture(autouse=True)
def _association(clock, db):
    clock("2026-10-08")
    world.found()


@pytest.fixture
def member() -> User:
    """One who has everything that can be found: application, membership, certificate, invoice, message, document."""
    certificate = world.registered()
    owner: Any = Case.objects.get(application__isnull=False).applicant
    assert certificate.membership.party.name == SECRET
    messages.tell(owner, occasion="x", subject="关于茶话会的通知", text="请于十二月到会。")
    official_notices.tell_people(issued(series()), [owner], on=ON)
    world.draft(owner, name="北京月牙工作室")
    return owner


def hits(user: User, text: str) -> dict[str, list[str]]:
    return {group.name: [hit.title for hit in group.hits] for group in found(Asked(text, ON, user), MINE)}


def words() -> list[str]:
    """What would find each of the member's things, by its own name or number."""
    invoice, certificate = Invoice.objects.get(), Certificate.objects.get()
    membership, document = Membership.objects.select_related("party").get(), OfficialNotice.objects.get()
    return [
        SECRET, "星野", "月牙", invoice.number, invoice.memo, certificate.serial, membership.party.number or "",
        str(document.number), document.title, "茶话会", "十二月到会", "入会申请", "申请", "证书", "会费", "消息",
        "会籍", "红头文件",
    ]  # fmt: skip


def test_a_member_finds_each_thing_of_their_own(member):
    invoice, certificate = Invoice.objects.get(), Certificate.objects.get()
    assert set(hits(member, "星野")) >= {"memberships", "certificates", "applications", "invoices"}
    assert hits(member, "月牙") == {"applications": ["北京月牙工作室"]}
    assert hits(member, "茶话会") == {"messages": ["关于茶话会的通知"]}
    assert hits(member, "十二月到会") == {"messages": ["关于茶话会的通知"]}
    assert hits(member, invoice.number)["invoices"] == [invoice.number]
    assert hits(member, certificate.serial) == {"certificates": [SECRET]}
    assert "documents" in hits(member, str(OfficialNotice.objects.get().number))


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("证书", "certificates"),
        ("会费", "invoices"),
        ("消息", "messages"),
        ("会籍", "memberships"),
        ("申请", "applications"),
        ("红头文件", "documents"),
    ],
)
def test_the_word_of_a_kind_finds_all_of_it(member, word, kind):
    assert kind in hits(member, word)


def test_every_hit_opens_for_who_found_it(member):
    client, opened = Client(), 0
    client.force_login(member)
    for text in words():
        for group in found(Asked(text, ON, member), MINE):
            assert client.get(group.url).status_code == 200, group.name
            for hit in group.hits:
                opened += 1
                assert client.get(hit.url, follow=True).status_code == 200, hit
    assert opened > len(words())


@pytest.mark.parametrize("who", ["stranger", "applicant", "member", "superuser", "secretary_general", "finance"])
def test_nobody_else_finds_any_of_it(member, who):
    if who == "superuser":
        other = world.user(is_staff=True, is_superuser=True)
    elif who in ("secretary_general", "finance"):
        other = world.in_role(who)
    else:
        other = world.user()
    if who == "applicant":
        world.draft(other, name="北京旁人有限公司")
    if who == "member":
        party = Party.objects.create(kind="unit", name="上海旁人有限公司", number="Z-1")
        PartyAccess.objects.create(user=other, party=party, from_on=date(2026, 1, 1))
    client = Client() if who == "stranger" else client_of(other)
    told = Message.objects.filter(recipient=member).values_list("subject", flat=True)
    for text in words():
        if who != "stranger":
            assert not any(
                title == SECRET or "月牙" in title or title in told
                for titles in hits(other, text).values()
                for title in titles
            ), text
        answer = client.get(PAGE, {"q": text})
        page = answer.content.decode()
        if answer.status_code == 302:  # the one thing found: an article, an announcement
            assert answer.url.startswith(("/rules/", "/announcements/", "/messages/", "/applications/")), answer.url
            page = client.get(answer.url).content.decode()
        page = page.replace(f"“{text}”", "").replace(f'value="{text}"', "")
        assert SECRET not in page
        assert "月牙" not in page
        assert Invoice.objects.get().number not in page
        assert "茶话会" not in page


def test_who_no_longer_acts_for_the_member_finds_what_they_sent_in_and_no_more(member):
    PartyAccess.objects.filter(user=member).update(until=ON)
    assert set(hits(member, "星野")) <= {"applications", "messages"}
    assert "certificates" not in hits(member, "证书")
    assert "invoices" not in hits(member, Invoice.objects.get().number)


def test_own_things_come_before_what_is_published(member):
    client = Client()
    client.force_login(member)
    names = [group.name for group in client.get(PAGE, {"q": "会费"}).context["groups"]]
    assert names.index("invoices") < names.index("articles")


def test_the_box_is_on_the_page_of_the_member(member):
    client = Client()
    client.force_login(member)
    page = client.get(reverse("my")).content.decode()
    assert f'action="{PAGE}"' in page
    assert 'role="search"' in page


@pytest.mark.parametrize("text", ["", " ", "%", "_", "'; DROP TABLE x --", "（）", "x" * 500, "\x00星", "٣٠"])
def test_odd_input_is_answered(member, text):
    client = Client()
    client.force_login(member)
    assert client.get(PAGE, {"q": text}).status_code in (200, 302)


@pytest.mark.parametrize("n", [1, 3])
def test_costs_the_same_for_one_and_three(n, django_assert_max_num_queries):
    owner = world.user()
    for number in range(n):
        messages.tell(owner, occasion=f"x{number}", subject="雷同的通知", text="一")
    client = Client()
    client.force_login(owner)
    with django_assert_max_num_queries(18):
        client.get(PAGE, {"q": "雷同"})
