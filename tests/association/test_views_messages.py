"""The inbox: one's own messages, the newest first."""

import pytest
from django.urls import reverse

from association.actions import messages
from association.models import Message
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15")
    world.found()


def told(user, count):
    return [
        messages.tell(user, occasion=f"test:{user.pk}:{n}", subject=f"第{n}封", text="正文\n第二行")
        for n in range(count)
    ]


def test_empty_inbox_says_what_would_be_here(client):
    client.force_login(world.user())

    assert "还没有消息" in client.get("/messages/").content.decode()


def test_opening_a_message_marks_it_read(client):
    user = world.user()
    (message,) = told(user, 1)
    client.force_login(user)
    assert "未读" in client.get("/messages/").content.decode()

    page = client.get(reverse("message", args=[message.key])).content.decode()

    assert "第二行" in page
    assert "未读" not in client.get("/messages/").content.decode()


def test_message_of_somebody_else_does_not_exist(client):
    (message,) = told(world.user(), 1)
    client.force_login(world.user())

    assert client.get(reverse("message", args=[message.key])).status_code == 404
    assert "第0封" not in client.get("/messages/").content.decode()
    assert not Message.objects.filter(read_at__isnull=False).exists()


@pytest.mark.parametrize("page", ["0", "-1", "x", "２", "9999999999999999999999", ""])
def test_odd_page_numbers_are_answered(client, page):
    client.force_login(world.user())

    assert client.get("/messages/", {"page": page}).status_code == 200


def test_inbox_is_paged(client):
    user = world.user()
    told(user, 21)
    client.force_login(user)

    first, second = (client.get("/messages/", {"page": n}).content.decode() for n in (1, 2))

    assert "第20封" in first
    assert "第0封" not in first
    assert "第0封" in second


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_takes_the_same_number_of_queries(client, count, django_assert_num_queries):
    user = world.user()
    told(user, count)
    client.force_login(user)
    client.get("/messages/")

    with django_assert_num_queries(5):
        client.get("/messages/")
