"""What the login mails: through the outbox, whatever the mail server does; nobody else reads the link in it."""

import re
import socket

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from association.actions import failures, outbox, strangers
from association.actors import Actor
from association.decisions import Refused
from association.models import Job, Message, Outlet, User
from association.models.message import Failure
from tests import world
from tests.desk import desk

pytestmark = pytest.mark.django_db
NEW = {"email": "new@unit.example", "password1": "xin-mi-ma-2026", "password2": "xin-mi-ma-2026"}
MARK = "〔打开账户的链接：仅见于邮件，不留存〕"


@pytest.fixture(autouse=True)
def _association(db, clock):
    clock("2026-09-15 09:00")
    world.found()


@pytest.fixture
def away(settings):
    """A mail server that refuses every connection."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    before = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "association.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield
    settings.EMAIL_BACKEND = before


def back(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sign_up(client):
    return client.post(reverse("account_signup"), NEW, follow=True)


def reset(client, address):
    return client.post(reverse("account_reset_password"), {"email": address}, follow=True)


def link_in(text: str) -> str:
    return re.search(r"https?://[^/]+(/accounts/\S+)", text)[1]


def kept(message: Message) -> str:
    """Everything that the desk could show of it, but the sealed part."""
    message.refresh_from_db()
    row = {name: value for name, value in vars(message).items() if name != "secret"}
    return f"{row} {desk().get(reverse('admin:association_message_change', args=[message.pk])).content.decode()}"


class TestServerIsAway:
    def test_signing_up_goes_on_and_the_mail_follows(self, client, away, settings, clock):
        page = sign_up(client)
        assert page.status_code == 200
        assert "确认您的电子邮箱" in page.content.decode()
        assert outbox.send("mail") == 0
        assert Outlet.objects.get(channel="mail").down_since is not None
        assert "邮件服务器暂时没有响应" in sign_up(client).content.decode()
        row = Message.objects.get(subject__contains="确认")
        assert (row.sent_at, row.failed_at, row.attempts) == (None, None, 0)

        back(settings)
        clock("2026-09-16 09:00")
        outbox.send("mail")
        sent = next(one for one in mail.outbox if one.to == [NEW["email"]] and "/confirm" in one.body)
        user = User.objects.get(email=NEW["email"])
        client.post(link_in(sent.body))
        assert user.emailaddress_set.get().verified

    def test_a_reset_goes_on_and_says_so(self, client, away, settings, clock):
        user = world.user("old@unit.example")
        page = reset(client, user.email)
        assert page.status_code == 200
        outbox.send("mail")
        assert "邮件服务器暂时没有响应" in reset(client, user.email).content.decode()

        back(settings)
        clock("2026-09-15 10:00")
        assert outbox.send("mail") == 2
        page = client.get(link_in(mail.outbox[-1].body), follow=True)
        changed = client.post(page.redirect_chain[-1][0], {"password1": "geng-xin-2026", "password2": "geng-xin-2026"})
        assert changed.status_code == 302
        assert User.objects.get(pk=user.pk).check_password("geng-xin-2026")

    def test_nobody_can_tell_who_has_an_account(self, client, away):
        world.user("old@unit.example")
        known, unknown = reset(client, "old@unit.example"), reset(client, "nobody@unit.example")
        assert known.redirect_chain == unknown.redirect_chain
        pages = [re.sub(r'value="\w{64}"', "", page.content.decode()) for page in (known, unknown)]
        assert pages[0] == pages[1]

    def test_a_link_that_came_too_late_is_not_sent(self, client, away, settings, clock):
        user = world.user("old@unit.example")
        reset(client, user.email)
        back(settings)
        clock("2026-09-18 09:00")
        assert outbox.send("mail") == 0

        row = Message.objects.get(recipient=user)
        assert (row.failure, row.error) == (Failure.EXPIRED, "其中的链接已过期，须重新申请")
        with pytest.raises(Refused):
            failures.retry(row, by=Actor.officer(world.user()))


class TestWhatIsKept:
    @pytest.mark.parametrize("sent", [False, True], ids=["while it waits", "when it went out"])
    def test_the_link_to_a_new_password_is_nowhere_at_the_desk(self, client, sent):
        user = world.user("old@unit.example")
        reset(client, user.email)
        row = Message.objects.get(recipient=user)
        outbox.send("mail")
        (letter,) = mail.outbox
        path = link_in(letter.body)
        token = path.rsplit("/", 2)[1].partition("-")[2]
        if not sent:
            reset(client, user.email)
            row = Message.objects.latest("pk")

        assert MARK in row.text
        for secret in (path, token):
            assert secret not in kept(row)
        assert "/accounts/password/reset/key/" not in kept(row)
        assert "只写在邮件里" in kept(row)
        assert letter.body.replace("http://testserver" + path, MARK) == row.text

    def test_the_sealed_part_is_gone_once_it_went_out(self, client):
        sign_up(client)
        row = Message.objects.get()
        assert row.secret not in ("", "-")
        assert "/accounts/" not in row.secret
        outbox.send("mail")
        row.refresh_from_db()
        assert row.secret == "-"
        assert "/confirm-email/" not in kept(row)

        Message.objects.filter(pk=row.pk).update(failed_at=timezone.now(), failure=Failure.BOUNCED)
        row.refresh_from_db()
        with pytest.raises(Refused):
            failures.retry(row, by=Actor.officer(world.user()))

    def test_a_notice_to_the_old_address_is_kept_as_it_is(self, client):
        user = world.user("old@unit.example")
        reset(client, user.email)
        outbox.send("mail")
        page = client.get(link_in(mail.outbox[-1].body), follow=True)
        client.post(page.redirect_chain[-1][0], {"password1": "geng-xin-2026", "password2": "geng-xin-2026"})
        row = Message.objects.latest("pk")
        assert (row.recipient, row.address, row.secret) == (user, user.email, "")


class TestStrangers:
    def test_who_has_no_account_gets_a_mail_and_no_row(self, client):
        reset(client, "nobody@unit.example")
        job = Job.objects.get(kind=strangers.SEND)
        assert not Message.objects.exists()
        assert "nobody" not in str(job.arguments)
        world.run_jobs()
        assert [letter.to for letter in mail.outbox] == [["nobody@unit.example"]]

    def test_it_waits_for_the_server(self, client, away, settings, clock):
        reset(client, "nobody@unit.example")
        world.run_jobs()
        assert Job.objects.get(kind=strangers.SEND).done_at is None
        back(settings)
        clock("2026-09-15 10:00")
        world.run_jobs()
        assert Job.objects.get(kind=strangers.SEND).done_at is not None
