"""The newsletter (会员通讯): drafted, tried, sent once to those of the audience who take it; who does without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from types import SimpleNamespace

from django.core import signing
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from association import clock, ports, queries
from association.actions import decisions, dispatches, letters
from association.actions.dispatches import Reach, Sending
from association.actions.messages import in_letter_language
from association.actors import Actor, person
from association.decisions import Decision, Refused, failed, passed, require
from association.letters import Letter, office
from association.letters import write as write_letter
from association.models import Dispatch, Message, NewsletterIssue, NewsletterOptOut, User
from association.models.message import MessageKind
from association.models.newsletter import OptOutWay
from association.rules import newsletters as rules
from association.rules import plain_text

SEND = "association.send_newsletter"
AUDIENCE = "members"
_signer = signing.Signer(salt="association.newsletter")


def next_number() -> int:
    return int(NewsletterIssue.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def check_text(text: str, *, on: date) -> Decision:
    """Whether a text can be sent: it says something, and its links lead somewhere."""
    sources = rules.sources(queries.rulebook_on(on))
    if not plain_text.blocks(text):
        return failed("newsletter_empty", *sources)
    if wrong := plain_text.wrong_links(text):
        return failed("newsletter_link_wrong", *sources, links=list(wrong))
    return passed("newsletter_text_right", *sources)


@transaction.atomic
def draft(*, number: int, subject: str, text: str, by: Actor, on: date) -> NewsletterIssue:
    """Write a new issue. Raises :class:`Refused` where the rules in force know no newsletter."""
    require(rules.check_provided(queries.rulebook_on(on)))
    require(check_text(text, on=on))
    return NewsletterIssue.objects.create(
        number=number, subject=subject.strip(), text=text.strip(), drafted_on=on, drafted_by=person(by)
    )


@transaction.atomic
def edit(issue: NewsletterIssue, *, number: int, subject: str, text: str, by: Actor, on: date) -> NewsletterIssue:
    """Put a draft in order. Raises :class:`Refused` once it is sent."""
    issue = _locked_draft(issue, on)
    require(check_text(text, on=on))
    issue.number, issue.subject, issue.text = number, subject.strip(), text.strip()
    issue.drafted_on, issue.drafted_by = on, person(by)
    issue.save(update_fields=["number", "subject", "text", "drafted_on", "drafted_by"])
    return issue


@transaction.atomic
def discard(issue: NewsletterIssue, *, on: date) -> None:
    """Throw a draft away. Its number is free again."""
    _locked_draft(issue, on).delete()


def _locked_draft(issue: NewsletterIssue, on: date) -> NewsletterIssue:
    issue = NewsletterIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
    if issue.sent_on is not None:
        sources = rules.sources(queries.rulebook_on(on))
        raise Refused(failed("newsletter_sent_already", *sources, on=issue.sent_on.isoformat()))
    return issue


@in_letter_language
def letter(issue: NewsletterIssue, *, on: date) -> Letter:
    """The issue as a mail: who writes, under which article, and where it stands on the portal."""
    governing = queries.governing(on)
    rule = governing.rulebook.newsletter
    under = SimpleNamespace(sources=rules.sources(governing.rulebook), version_id=governing.version_id)
    return write_letter("newsletter.issue", office.newsletter(issue, rule.name if rule else "", under))


def _ends(on: date) -> bool:
    """Whether a member may do without it by the rules of the day."""
    rule = queries.governing(on).rulebook.newsletter
    return bool(rule and rule.opt_out)


@in_letter_language
def send_test(issue: NewsletterIssue, *, to: User, on: date) -> None:
    """The very mail, to the one who asks, marked as a trial."""
    require(check_text(issue.text, on=on))
    written = letter(issue, on=on)
    trial = replace(
        written,
        subject=_("Trial: %(subject)s") % {"subject": written.subject},
        link=reverse("admin:association_newsletterissue_change", args=[issue.pk]),
    )
    letters.tell(
        to,
        trial,
        occasion=f"newsletter:test:{issue.pk}:{clock.now():%Y%m%d%H%M%S%f}",
        kind=MessageKind.NEWSLETTER,
        unsubscribe=way_out(to) if _ends(on) else "",
    )


def reach(parts: Sequence[str], *, on: date) -> Reach:
    """Whom the issue would reach if it were sent now."""
    return dispatches.reach(AUDIENCE, parts, Sending(without, len), on=on)


def check_send(issue: NewsletterIssue, parts: Sequence[str], *, on: date) -> Decision:
    """Whether it can be sent to these: the rules provide for it, it is a draft, and somebody gets it."""
    rulebook = queries.rulebook_on(on)
    sources = rules.sources(rulebook)
    for decision in (rules.check_provided(rulebook), check_text(issue.text, on=on)):
        if not decision.passed:
            return decision
    if issue.sent_on is not None:
        return failed("newsletter_sent_already", *sources, on=issue.sent_on.isoformat())
    known = {part.key for _sort, found in ports.audiences[AUDIENCE].parts(on) for part in found}
    if not set(parts) <= known:
        return failed("newsletter_part_unknown", *sources)
    found = reach(parts, on=on)
    if not found.told:
        return failed("newsletter_reaches_nobody", *sources)
    return passed("newsletter_sent", *sources, value=found, number=issue.number, expected=found.expected)


@transaction.atomic
def send(issue: NewsletterIssue, *, parts: Sequence[str], by: Actor, on: date) -> Dispatch:
    """Send it to all members, or to ``parts`` of them; the worker does it. From now on it is not changed."""
    issue = NewsletterIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
    decision = require(check_send(issue, parts, on=on))
    record = decisions.record(
        decision, kind="newsletter.sent", version_id=queries.governing(on).version_id, by=by, on=on
    )
    issue.sent_on, issue.sent_by, issue.decision = on, by.user, record
    issue.save(update_fields=["sent_on", "sent_by", "decision"])
    dispatch = Dispatch.objects.create(
        issue=issue,
        audience=AUDIENCE,
        parts=sorted(parts),
        on=on,
        expected=decision.value.expected,
        ordered_at=clock.now(),
        ordered_by=person(by),
    )
    dispatches.order(SEND, dispatch)
    return dispatch


def write(dispatch_id: int) -> None:
    """What the worker does: one message for each who takes it."""
    dispatch = Dispatch.objects.select_related("issue").get(pk=dispatch_id)
    assert dispatch.issue is not None
    written = letter(dispatch.issue, on=dispatch.on)
    tell = partial(_tell, occasion(dispatch.issue), written, ends=_ends(dispatch.on))
    dispatches.run(dispatch_id, Sending(without, tell))


def cancel(issue: NewsletterIssue, *, by: Actor, on: date) -> int:
    """Send it to nobody else. Returns how many mails were taken back from the outbox."""
    return dispatches.cancel(issue.dispatch, occasion(issue), by=by, on=on)


def occasion(issue: NewsletterIssue) -> str:
    return f"newsletter:{issue.pk}"


def _tell(occasion: str, written: Letter, users: Sequence[User], *, ends: bool) -> int:
    wanted = {f"{occasion}:{user.pk}": user for user in users}
    known = set(Message.objects.filter(unique_key__in=list(wanted)).values_list("unique_key", flat=True))
    fresh = {key: user for key, user in wanted.items() if key not in known}
    return letters.tell_many(fresh, written, kind=MessageKind.NEWSLETTER, unsubscribe=way_out if ends else "")


def without(users: Sequence[User]) -> frozenset[int]:
    """Those of them who do without it."""
    keys = [user.pk for user in users]
    found: set[int] = set()
    for start in range(0, len(keys), 500):
        rows = NewsletterOptOut.objects.filter(opted_in_on__isnull=True, user__in=keys[start : start + 500])
        found.update(rows.values_list("user", flat=True))
    return frozenset(found)


def does_without(user: User) -> NewsletterOptOut | None:
    """The row that says so, if they do."""
    return NewsletterOptOut.objects.filter(user=user, opted_in_on__isnull=True).first()


@transaction.atomic
def opt_out(user: User, *, way: str = OptOutWay.PORTAL, on: date) -> NewsletterOptOut:
    """Do without the newsletter; said twice is said once. Every other message goes on.

    Raises :class:`Refused` where the rules in force do not let a member do without it.
    """
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
    known = does_without(user)
    if known is not None:
        return known
    require(rules.check_opt_out(queries.rulebook_on(on)))
    return NewsletterOptOut.objects.create(user=user, opted_out_on=on, way=way)


@transaction.atomic
def opt_in(user: User, *, on: date) -> None:
    """Take it again."""
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
    NewsletterOptOut.objects.filter(user=user, opted_in_on__isnull=True).update(opted_in_on=on)


def token(user: User) -> str:
    """What the link in this account's mails carries. It says nothing but whose it is, and does not expire."""
    return _signer.sign(str(user.pk))


def way_out(user: User) -> str:
    """The address of the page behind that link."""
    return reverse("newsletter_unsubscribe", args=[token(user)])


def user_of(token: str) -> User | None:
    """Whose link this is; None where we never gave it out."""
    try:
        key = _signer.unsign(token)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=int(key), is_active=True).first()
