"""A mail server that is down for a day, from the first refused connection to the last mail: over real sockets."""

import socket
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse

from association.actions import messages, outbox
from association.models import Message, Outlet
from tests import world
from tests.desk import desk
from tests.sinks import MailServer, serving

pytestmark = pytest.mark.django_db
START = datetime(2026, 9, 21, 10, tzinfo=UTC)
PEOPLE = 120
"""More than go out over one connection."""


@pytest.fixture
def down(settings):
    """Nobody listens where the mail server was."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    settings.EMAIL_BACKEND = "association.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5


def today(client) -> str:
    return client.get(reverse("admin:index")).content.decode()


def test_a_day_without_a_mail_server_loses_nothing_sends_nothing_twice_and_is_seen(clock, down, settings):
    clock(START)
    world.found()
    client = desk()
    for number in range(PEOPLE):
        messages.tell(world.user(), occasion=f"n:{number}", subject="会议通知", text="请出席。")
    tries = []
    for minutes in range(0, 24 * 60, 5):
        clock(START + timedelta(minutes=minutes))
        outbox.send("mail")
        tries.append(Outlet.objects.get(channel="mail").tried_at)

    mails = Message.objects.filter(channel="mail")
    assert mails.filter(sent_at=None, failed_at=None, begun_at=None, attempts=0).count() == PEOPLE
    pauses = [later - earlier for earlier, later in pairwise(tries) if later != earlier]
    assert max(pauses) == outbox.LONGEST_PAUSE
    assert pauses == sorted(pauses)
    assert f"邮件渠道未能发出任何消息，现有{PEOPLE}条待发" in today(client)
    assert Message.objects.filter(channel="portal").exclude(sent_at=None).count() == PEOPLE

    server = MailServer()
    settings.EMAIL_PORT = server.server_address[1]
    with serving(server):
        for minutes in range(0, 60, 5):
            clock(START + timedelta(days=1, minutes=minutes))
            outbox.send("mail")

    assert sorted(server.accepted) == sorted(str(key) for key in mails.values_list("key", flat=True))
    assert mails.exclude(sent_at=None).filter(attempts=1).count() == PEOPLE
    assert Outlet.objects.get(channel="mail").down_since is None
    assert "未能发出任何消息" not in today(client)
