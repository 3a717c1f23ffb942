"""Feedback of readers on an article, and the secretariat's reply (问题反馈)."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from association import queries
from association.actions import letters
from association.actions.consultations import check_text
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require
from association.letters import own, write
from association.models import ArticleFeedback, RulebookVersion
from association.rulebook.schema import Rulebook


def check_send(rulebook: Rulebook) -> Decision:
    """Whether the document asks its readers for feedback."""
    if rulebook.feedback is None:
        return failed("feedback_not_offered", *rulebook.meta.sources(rulebook.id), title=rulebook.title)
    return passed("feedback_possible", *rulebook.feedback.sources(rulebook.id))


@transaction.atomic
def send(
    version: RulebookVersion,
    *,
    article: str,
    text: str,
    by: Actor | None,
    name: str = "",
    contact: str = "",
    on: date,
) -> ArticleFeedback:
    """Put feedback into the secretariat's queue. ``by`` is None for a visitor, who gives a name and a contact."""
    rulebook = queries.rulebook_of(version.pk)
    decision = require(check_send(rulebook))
    check_text(rulebook, article, text, decision)
    author = by.user if by else None
    name, contact = name.strip(), contact.strip()
    if author is None and not (name and contact):
        raise Refused(failed("name_and_contact_missing", *decision.sources))
    return ArticleFeedback.objects.create(
        version=version,
        article=article,
        text=text.strip(),
        author=author,
        name=name[:80],
        contact=contact[:120],
        sent_on=on,
    )


@transaction.atomic
def reply(feedback: ArticleFeedback, *, text: str, by: Actor, on: date) -> ArticleFeedback:
    """Answer it, once. Who wrote with an account is told; a visitor is written to by hand, at the contact given."""
    feedback = ArticleFeedback.objects.select_for_update(of=("self",)).select_related("version").get(pk=feedback.pk)
    rulebook = queries.rulebook_of(feedback.version_id)
    sources = (rulebook.feedback or rulebook.meta).sources(rulebook.id)
    if feedback.handled_on is not None:
        raise Refused(failed("feedback_answered", *sources, on=feedback.handled_on.isoformat()))
    check_text(rulebook, "", text, passed("feedback_possible", *sources))
    feedback.reply, feedback.handled_on, feedback.handled_by = text.strip(), on, by.user
    feedback.save(update_fields=["reply", "handled_on", "handled_by"])
    if feedback.author is not None:
        _tell(feedback)
    return feedback


@in_letter_language
def _tell(feedback: ArticleFeedback) -> None:
    said = own.reply(feedback)
    assert feedback.author is not None
    assert said is not None
    letters.tell(feedback.author, write("feedback.reply", said), occasion=f"feedback:{feedback.pk}")
