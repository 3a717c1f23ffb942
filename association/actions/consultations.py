"""Tell the members before the rules change, and hear them (修改前通知会员、听取意见)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from django.db import transaction

from association import impacts, ports, queries
from association.actions import decisions, jobs, notices
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require
from association.letters import Letter, own, write
from association.models import Association, Comment, Consultation, RulebookVersion
from association.rulebook.schema import Rulebook
from association.rulebook.schema.governance import Amendment
from association.rules import counting
from association.rules.comparing import only_encoded_otherwise

SEND_NOTICES = "association.send_consultation_notices"
MANY = 500
"""Members up to whom the notice is written in the request; more are left to the worker."""
LONGEST = 2000


def needed(version: RulebookVersion, *, on: date) -> Amendment | None:
    """What the rulebook in force asks for before this version may take its place; None where nothing."""
    found = _asked(version, on)
    return found[1] if found else None


def _asked(version: RulebookVersion, on: date) -> tuple[Rulebook, Amendment] | None:
    """The rule with the document it stands in. A mended encoding changes no article and needs no hearing."""
    present = impacts.in_force(on, version.slot)
    if present is None:
        return None
    same = only_encoded_otherwise(present.rulebook, queries.rulebook_of(version.pk))
    rule = present.rulebook.amendment
    if same or rule is None or not (rule.notice or rule.comment_period):
        return None
    return present.rulebook, rule


def of(version: RulebookVersion) -> Consultation | None:
    """The consultation on this document version, whichever encoding it was held on."""
    return Consultation.objects.filter(rulebook=version.rulebook, document_version=version.document_version).first()


def check_open(version: RulebookVersion, *, on: date) -> Decision:
    """Whether the members can be asked about this version now."""
    asked = _asked(version, on)
    if asked is None:
        own = queries.rulebook_of(version.pk)
        return failed("consultation_not_asked", *own.meta.sources(own.id), title=version.title)
    book, rule = asked
    known = of(version)
    if known is not None:
        return failed("consulted_already", *rule.sources(book.id), on=known.opened_on.isoformat())
    return passed("consultation_opened", *rule.sources(book.id), title=version.title)


@transaction.atomic
def open(version: RulebookVersion, *, by: Actor, on: date) -> Consultation:
    """Send the draft's notice to all members and let them comment for as long as the rulebook in force says."""
    Association.objects.select_for_update().get(pk=1)  # one consultation for a version
    decision = require(check_open(version, on=on))
    record = decisions.record(
        decision,
        kind="rulebook.consultation_opened",
        version_id=queries.governing(on, version.slot).version_id,
        by=by,
        on=on,
    )
    consultation = Consultation.objects.create(
        version=version,
        rulebook=version.rulebook,
        document_version=version.document_version,
        opened_on=on,
        opened_by=by.user,
        comments_until=closes(version, on, on),
        decision=record,
    )
    members = sum(1 for _one in ports.audiences["members"].everyone(on))
    if members <= MANY:
        send_notices(consultation.pk, on=on)
        consultation.refresh_from_db()
    else:
        jobs.order(SEND_NOTICES, f"consultation:{consultation.pk}", consultation_id=consultation.pk)
    return consultation


def send_notices(consultation_id: int, *, on: date) -> None:
    """Write to every member. A notice that is late moves the end of the period back, which counts from it."""
    consultation = Consultation.objects.select_related("version").get(pk=consultation_id)
    if consultation.noticed_on is not None:
        return
    occasion = f"draft:{consultation.rulebook}:{consultation.document_version}"
    if on > consultation.opened_on:
        consultation.comments_until = closes(consultation.version, consultation.opened_on, on)
    told = notices.tell_members(occasion, on, partial(_letter, consultation))
    consultation.noticed_on, consultation.members, consultation.unreached = on, told.reached, told.unreached
    consultation.save(update_fields=["noticed_on", "comments_until", "members", "unreached"])


def closes(version: RulebookVersion, asked_on: date, sent_on: date) -> date | None:
    """The last day on which a comment is in time, if the notice goes out ``sent_on``; None without a period."""
    asked = _asked(version, asked_on)
    period = asked[1].comment_period if asked else None
    return counting.due(sent_on, period, queries.calendar(asked[0] if asked else None)).day if period else None


@in_letter_language
def _letter(consultation: Consultation) -> Letter:
    return write("consultation.notice", own.draft(consultation))


def check_comment(consultation: Consultation, by: Actor, *, on: date) -> Decision:
    """Whether this account may comment now: a member, while the period runs."""
    version = consultation.version
    asked = _asked(version, consultation.opened_on)
    sources = (
        asked[1].sources(asked[0].id) if asked else queries.rulebook_of(version.pk).meta.sources(version.rulebook)
    )
    if on < consultation.opened_on or not consultation.is_open(on):
        until = consultation.comments_until or consultation.opened_on
        return failed("comments_closed", *sources, until=until.isoformat())
    if by.user is None or not ports.audiences["members"].includes(by.user, on):
        return failed("comments_of_members", *sources)
    return passed("comment_possible", *sources)


@transaction.atomic
def comment(consultation: Consultation, *, article: str, text: str, by: Actor, on: date) -> Comment:
    """Say something about the draft, or about one of its articles."""
    decision = require(check_comment(consultation, by, on=on))
    assert by.user is not None
    check_text(queries.rulebook_of(consultation.version_id), article, text, decision)
    return Comment.objects.create(
        consultation=consultation, article=article, text=text.strip(), author=by.user, made_on=on
    )


def check_text(rulebook: Rulebook, article: str, text: str, decision: Decision) -> None:
    """What is written about the rules: not empty, not too long, on an article that there is, or :class:`Refused`."""
    if article and article not in rulebook.articles:
        raise Refused(failed("article_unknown", *decision.sources, article=article))
    if not text.strip():
        raise Refused(failed("text_missing", *decision.sources))
    if len(text.strip()) > LONGEST:
        raise Refused(failed("text_too_long", *decision.sources, longest=LONGEST, length=len(text.strip())))


def refusals(version: RulebookVersion, *, effective_from: date, on: date) -> Iterator[Decision]:
    """Why this version may not be adopted yet: the members were not told, or may still comment (GEN6-8)."""
    asked = _asked(version, on)
    if asked is None:
        return
    book, rule = asked
    sources = rule.sources(book.id)
    held = of(version)
    if held is None:
        yield failed("consultation_missing", *sources, title=version.title)
    elif held.noticed_on is None:
        yield failed("consultation_notice_open", *sources, title=version.title)
    elif held.comments_until is not None and min(on, effective_from) <= held.comments_until:
        yield failed("consultation_running", *sources, until=held.comments_until.isoformat())
