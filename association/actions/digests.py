"""What people are told of what is due: each thing by itself in the portal, all of a day in one mail.

A portal message and its line of the digest are one transaction; so are the mail and its mark on the lines. What was
told and not yet mailed when a worker was killed is mailed by the next run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import ngettext

from association import clock
from association.actions import letters, messages
from association.actions.messages import in_letter_language
from association.channels import Letter as Outgoing
from association.letters import Facts, Letter, write
from association.models import DigestLine, Message, User
from association.models.message import Channel, Topic

SHOWN = 30
"""Lines of a mail; it says how many others there are."""
PEOPLE = 50
"""Mails of one transaction."""
ROWS = 500


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that one person is told. ``line``: the same in a sentence, for the mail that names several."""

    occasion: str
    user: User
    letter: Letter
    line: str
    due_on: date

    @classmethod
    def of(cls, occasion: str, user: User, letter: Letter, *, due_on: date) -> Notice:
        line = f"{letter.sms or letter.subject} {letter.basis}".strip()
        return cls(occasion, user, letter, line, due_on)


def put(notices: Sequence[Notice]) -> None:
    """Write the portal messages, each with its line for the mail of the day. What was told before stays as it is."""
    now = clock.now()
    by_occasion = {one.occasion: one for one in notices}
    Message.objects.bulk_create(
        (
            Message(
                unique_key=one.occasion,
                channel=Channel.PORTAL,
                recipient=one.user,
                subject=one.letter.subject[:200],
                topic=Topic.DEADLINE,
                text=one.letter.text,
                link=one.letter.link,
                letter=one.letter.kind,
                revision_id=one.letter.template_id,
                sent_at=now,
            )
            for one in by_occasion.values()
        ),
        ignore_conflicts=True,
        batch_size=ROWS,
    )
    told = Message.objects.filter(unique_key__in=list(by_occasion), channel=Channel.PORTAL)
    DigestLine.objects.bulk_create(
        (
            DigestLine(
                notice_id=pk,
                due_on=by_occasion[key].due_on,
                text=by_occasion[key].line[:500],
                variables=dict(by_occasion[key].letter.variables),
            )
            for pk, key in told.values_list("pk", "unique_key")
        ),
        ignore_conflicts=True,
        batch_size=ROWS,
    )


def mail(*, on: date) -> int:
    """Mail everybody what they were told since their last mail; one mail a person and day. Returns how many mails."""
    sent = 0
    if not DigestLine.objects.filter(done_on__isnull=True).exists():
        return sent
    while found := _mail_some(on):
        sent += found
    return sent


@transaction.atomic
@in_letter_language
def _mail_some(on: date) -> int:
    waiting = DigestLine.objects.filter(done_on__isnull=True).values("notice__recipient")
    mailed = DigestLine.objects.filter(done_on=on, notice__recipient=OuterRef("pk"))
    people = User.objects.filter(~Exists(mailed), pk__in=waiting).order_by("pk")
    users = list(people.select_for_update(skip_locked=True, of=("self",))[:PEOPLE])
    for user in users:
        _mail(user, on)
    return len(users)


def _mail(user: User, on: date) -> None:
    waiting = DigestLine.objects.filter(done_on__isnull=True, notice__recipient=user)
    last = waiting.order_by("-pk").values_list("pk", flat=True)[0]
    waiting = waiting.filter(pk__lte=last)
    lines = list(waiting.select_related("notice").order_by("due_on", "pk")[:SHOWN])
    number = len(lines) if len(lines) < SHOWN else waiting.count()
    first = lines[0].notice
    if number == 1:
        letter = Outgoing(
            first.subject,
            first.text,
            first.link,
            topic=Topic.DEADLINE,
            template=first.letter,
            revision=first.revision_id,
            short=lines[0].text,
            variables=lines[0].variables,
        )
    else:
        letter = letters.outgoing(write("deadline.digest", _several(user, lines, number)))
    message = messages.send_out(user, occasion=f"digest:{on.isoformat()}:{user.pk}", letter=letter)
    waiting.update(mail=message, done_on=on)


def _several(user: User, lines: Sequence[DigestLine], number: int) -> Facts:
    matters = [f"{n}. {line.text}" for n, line in enumerate(lines, 1)]
    if number > len(lines):
        n = number - len(lines)
        matters.append(ngettext("And %(n)s other.", "And %(n)s others.", n) % {"n": n})
    values = {"count": number, "first": lines[0].notice.subject, "matters": "\n\n".join(matters)}
    return Facts(values, name=user.name or user.email, link=_desk(user))


def _desk(user: User) -> str:
    return reverse("admin:index" if user.is_staff else "my")
