"""Mails that come back: read from a pipe or a mailbox, matched by what only we and the mail know, once."""

import io
import socketserver
import uuid
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from association.actions import messages, outbox
from association.channels import dsn
from association.models import DeadAddress, Message
from association.models.message import Channel, Failure
from tests import world
from tests.sinks import serving

pytestmark = pytest.mark.django_db

REPORT = """\
From: MAILER-DAEMON@mx.test.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=us-ascii

I'm sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test.example
Arrival-Date: Mon, 21 Sep 2026 10:00:00 +0800

Final-Recipient: rfc822; person@test.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--B
Content-Type: {returned}

{headers}
--B--
"""


@pytest.fixture
def sent(clock):
    clock("2026-09-21 10:00")
    world.found()
    user = world.user("person@test.example")
    messages.tell(user, occasion="test", subject="通知", text="正文")
    outbox.send("mail")
    return Message.objects.get(channel=Channel.MAIL)


def report(message, **changes):
    said = {
        "to": "office@test.example",
        "action": "failed",
        "status": "5.1.1",
        "returned": "text/rfc822-headers",
        "headers": f"From: office@test.example\nMessage-ID: <{message.key}@members.test.example>\nSubject: x",
    } | changes
    return REPORT.format(**said).encode()


def read(monkeypatch, content):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    out = io.StringIO()
    call_command("read_bounces", stdout=out)
    return out.getvalue().strip()


def test_the_message_and_its_address_are_marked(monkeypatch, sent):
    assert read(monkeypatch, report(sent)) == "1 came back, 0 not about a message of ours"

    sent.refresh_from_db()
    assert (sent.failure, sent.error) == (Failure.BOUNCED, "5.1.1 smtp; 550 5.1.1 no such user")
    assert sent.sent_at is not None
    assert DeadAddress.objects.get().address == "person@test.example"


def test_read_twice_it_is_one(monkeypatch, sent, clock):
    read(monkeypatch, report(sent))
    first = Message.objects.get(pk=sent.pk).failed_at
    DeadAddress.objects.update(lifted_at=first, lifted_by=sent.recipient)
    clock("2026-09-22")
    read(monkeypatch, report(sent))

    assert Message.objects.get(pk=sent.pk).failed_at == first
    assert not DeadAddress.objects.filter(lifted_at=None).exists()


def test_the_whole_mail_or_the_envelope_will_do(monkeypatch, sent):
    whole = f"Message-ID: <{sent.key}@x>\nContent-Type: text/plain\n\nbody"
    assert dsn.read(report(sent, returned="message/rfc822", headers=whole)).key == sent.key
    bare = report(sent, to=f"bounces+{sent.key.hex}@test.example", headers="Subject: x")
    assert dsn.read(bare).key == sent.key


@pytest.mark.parametrize(("status", "dead"), [("5.2.1", True), ("5.4.4", True), ("5.2.2", False), ("5.7.1", False)])
def test_only_what_speaks_of_the_address_marks_it(monkeypatch, sent, status, dead):
    read(monkeypatch, report(sent, status=status))

    assert Message.objects.get(pk=sent.pk).failure == Failure.BOUNCED
    assert DeadAddress.objects.exists() == dead


def test_a_delay_is_no_failure(monkeypatch, sent):
    assert read(monkeypatch, report(sent, action="delayed", status="4.4.1")).startswith("0 came back")
    assert Message.objects.get(pk=sent.pk).failed_at is None


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\x00\x00", b"Subject: Re: hello\n\nThanks!", b"Content-Type: multipart/report; boundary=B\n\n--B\n\n"],
    ids=["nothing", "rubbish", "a letter", "cut off"],
)
def test_any_other_mail_changes_nothing(monkeypatch, sent, content):
    assert read(monkeypatch, content) == "0 came back, 1 not about a message of ours"


def test_a_report_that_does_not_know_the_key_marks_nobody(monkeypatch, sent):
    """Anybody can write to the mailbox; only who has the mail knows its key."""
    forged = report(SimpleNamespace(key=uuid.uuid4()))
    assert read(monkeypatch, forged).startswith("0 came back")
    assert not DeadAddress.objects.exists()


def test_what_came_back_is_known_to_have_gone_out(monkeypatch, sent):
    messages.tell(sent.recipient, occasion="doubt", subject="x", text="x")
    doubtful = Message.objects.get(unique_key="doubt", channel=Channel.MAIL)
    Message.objects.filter(pk=doubtful.pk).update(failed_at=sent.sent_at, failure=Failure.IN_DOUBT)
    read(monkeypatch, report(doubtful))

    doubtful.refresh_from_db()
    assert doubtful.sent_at is not None
    assert doubtful.failure == Failure.BOUNCED


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of IMAP as is asked of it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, *mails):
        super().__init__(("127.0.0.1", 0), ImapSession)
        self.mails, self.seen = list(mails), set()


class ImapSession(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode():
            tag, verb, *rest = line.split()
            if verb == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif verb == "LOGIN" and rest != ["bounces", '"p@ss"']:
                self.wfile.write(f"{tag} NO wrong password\r\n".encode())
                continue
            elif verb == "SEARCH":
                unseen = [str(n + 1) for n in range(len(self.server.mails)) if n + 1 not in self.server.seen]
                self.wfile.write(f"* SEARCH {' '.join(unseen)}\r\n".encode())
            elif verb == "FETCH":
                mail = self.server.mails[int(rest[0]) - 1]
                self.wfile.write(f"* {rest[0]} FETCH (BODY[] {{{len(mail)}}}\r\n".encode() + mail + b")\r\n")
            elif verb == "STORE":
                self.server.seen.add(int(rest[0]))
            elif verb == "LOGOUT":
                self.wfile.write(b"* BYE\r\n")
            self.wfile.write(f"{tag} OK done\r\n".encode())


def test_a_mailbox_is_read_once(settings, sent):
    server = Mailbox(b"Subject: hello\r\n\r\nhi", report(sent).replace(b"\n", b"\r\n"))
    settings.BOUNCES_URL = f"imap://bounces:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX"
    first, second = io.StringIO(), io.StringIO()
    with serving(server):
        call_command("read_bounces", imap=True, stdout=first)
        call_command("read_bounces", imap=True, stdout=second)

    assert first.getvalue().startswith("1 came back, 1 not")
    assert second.getvalue().startswith("0 came back, 0 not")
    assert Message.objects.get(pk=sent.pk).failure == Failure.BOUNCED


@pytest.mark.parametrize("url", ["", "imap://bounces:wrong@127.0.0.1:{port}/INBOX", "imap://x:y@127.0.0.1:9/INBOX"])
def test_a_mailbox_that_cannot_be_read_says_so(settings, url, db):
    server = Mailbox()
    settings.BOUNCES_URL = url.format(port=server.server_address[1])
    with serving(server), pytest.raises(CommandError):
        call_command("read_bounces", imap=True)
