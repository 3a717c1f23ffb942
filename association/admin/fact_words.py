"""What the facts of a decision are called, and how a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from association import queries
from association.admin.audit_objects import BY_FACT as TITLED
from association.decisions import Reason
from association.phrases import said

BODIES = {"body", "from_body", "to_body"}
FACTS: dict[str, str | Promise] = {
    "absence": pgettext_lazy("fact", "absence"),
    "absent": pgettext_lazy("fact", "who is away"),
    "abstain": pgettext_lazy("fact", "abstentions"),
    "account": pgettext_lazy("fact", "account"),
    "address": pgettext_lazy("fact", "address"),
    "allowed": pgettext_lazy("fact", "allowed"),
    "amount": pgettext_lazy("fact", "amount"),
    "announcement": pgettext_lazy("fact", "announcement"),
    "arrived_on": pgettext_lazy("fact", "arrived on"),
    "article": pgettext_lazy("fact", "article"),
    "articles": pgettext_lazy("fact", "articles"),
    "attendee": pgettext_lazy("fact", "attendee"),
    "authority": pgettext_lazy("fact", "authority"),
    "awaiting": pgettext_lazy("fact", "waits for"),
    "bodies": pgettext_lazy("fact", "bodies"),
    "body": pgettext_lazy("fact", "body"),
    "by": pgettext_lazy("fact", "by"),
    "called": pgettext_lazy("fact", "called"),
    "case": pgettext_lazy("fact", "case"),
    "cause": pgettext_lazy("fact", "cause"),
    "changes": pgettext_lazy("fact", "changes"),
    "character": pgettext_lazy("fact", "character"),
    "characters": pgettext_lazy("fact", "characters"),
    "check": pgettext_lazy("fact", "check"),
    "checks": pgettext_lazy("fact", "checks"),
    "choices": pgettext_lazy("fact", "choices"),
    "claim": pgettext_lazy("fact", "claim"),
    "class": pgettext_lazy("fact", "class of members"),
    "class_id": pgettext_lazy("fact", "class of members"),
    "clear_from": pgettext_lazy("fact", "clear from"),
    "closes": pgettext_lazy("fact", "closes"),
    "count": pgettext_lazy("fact", "count"),
    "day": pgettext_lazy("fact", "day"),
    "days": pgettext_lazy("fact", "days"),
    "decided_on": pgettext_lazy("fact", "decided on"),
    "difference": pgettext_lazy("fact", "difference"),
    "document": pgettext_lazy("fact", "document"),
    "due_on": pgettext_lazy("fact", "due on"),
    "effective_from": pgettext_lazy("fact", "effective from"),
    "effective_on": pgettext_lazy("fact", "effective on"),
    "ended": pgettext_lazy("fact", "seats ended"),
    "event": pgettext_lazy("fact", "event"),
    "event_day": pgettext_lazy("fact", "day of the event"),
    "example": pgettext_lazy("fact", "example"),
    "expected": pgettext_lazy("fact", "expected"),
    "expired_on": pgettext_lazy("fact", "expired on"),
    "fact": pgettext_lazy("fact", "fact"),
    "faults": pgettext_lazy("fact", "faults"),
    "field": pgettext_lazy("fact", "field"),
    "first": pgettext_lazy("fact", "first day"),
    "first_day": pgettext_lazy("fact", "first day"),
    "form": pgettext_lazy("fact", "form"),
    "forms": pgettext_lazy("fact", "forms"),
    "free_from": pgettext_lazy("fact", "free from"),
    "from": pgettext_lazy("fact", "from"),
    "from_body": pgettext_lazy("fact", "from the body"),
    "from_on": pgettext_lazy("fact", "from"),
    "given": pgettext_lazy("fact", "given"),
    "grade": pgettext_lazy("fact", "grade"),
    "happened_on": pgettext_lazy("fact", "happened on"),
    "held_on": pgettext_lazy("fact", "held on"),
    "id": pgettext_lazy("fact", "identifier"),
    "invited": pgettext_lazy("fact", "invited"),
    "item": pgettext_lazy("fact", "item"),
    "kept": pgettext_lazy("fact", "seats kept"),
    "key": pgettext_lazy("fact", "key"),
    "kind": pgettext_lazy("fact", "kind"),
    "last": pgettext_lazy("fact", "last day"),
    "last_day": pgettext_lazy("fact", "last day"),
    "last_on": pgettext_lazy("fact", "last day"),
    "latest": pgettext_lazy("fact", "latest"),
    "law": pgettext_lazy("fact", "law"),
    "length": pgettext_lazy("fact", "length"),
    "links": pgettext_lazy("fact", "links"),
    "listed_on": pgettext_lazy("fact", "listed on"),
    "longest": pgettext_lazy("fact", "longest"),
    "matter": pgettext_lazy("fact", "matter"),
    "meeting": pgettext_lazy("fact", "meeting"),
    "member": pgettext_lazy("fact", "member"),
    "method": pgettext_lazy("fact", "method"),
    "most": pgettext_lazy("fact", "at most"),
    "n": pgettext_lazy("fact", "number of units"),
    "name": pgettext_lazy("fact", "name"),
    "names": pgettext_lazy("fact", "names"),
    "needed": pgettext_lazy("fact", "needed"),
    "next": pgettext_lazy("fact", "next term"),
    "no": pgettext_lazy("fact", "votes against"),
    "note": pgettext_lazy("fact", "note"),
    "notice": pgettext_lazy("fact", "official document"),
    "number": pgettext_lazy("fact", "number"),
    "objection": pgettext_lazy("fact", "objection"),
    "of": pgettext_lazy("fact", "out of"),
    "on": pgettext_lazy("fact", "on"),
    "opens": pgettext_lazy("fact", "opens"),
    "options": pgettext_lazy("fact", "options"),
    "owed": pgettext_lazy("fact", "owed"),
    "pages": pgettext_lazy("fact", "pages"),
    "paper": pgettext_lazy("fact", "paper"),
    "papers": pgettext_lazy("fact", "papers"),
    "party": pgettext_lazy("fact", "party"),
    "passed_on": pgettext_lazy("fact", "passed on"),
    "place": pgettext_lazy("fact", "place"),
    "present": pgettext_lazy("fact", "present"),
    "proposal": pgettext_lazy("fact", "proposed consequence"),
    "provisional": pgettext_lazy("fact", "provisional"),
    "question": pgettext_lazy("fact", "question"),
    "reason": pgettext_lazy("fact", "reason"),
    "received": pgettext_lazy("fact", "received"),
    "reference": pgettext_lazy("fact", "reference"),
    "region": pgettext_lazy("fact", "region"),
    "request": pgettext_lazy("fact", "request"),
    "revoked_on": pgettext_lazy("fact", "revoked on"),
    "role": pgettext_lazy("fact", "role"),
    "role_key": pgettext_lazy("fact", "key of the role"),
    "rulebook": pgettext_lazy("fact", "rulebook"),
    "seconds": pgettext_lazy("fact", "seconds"),
    "since": pgettext_lazy("fact", "since"),
    "source": pgettext_lazy("fact", "source"),
    "stamp": pgettext_lazy("fact", "stamp"),
    "stand_in": pgettext_lazy("fact", "stand-in"),
    "standing": pgettext_lazy("fact", "standing"),
    "start": pgettext_lazy("fact", "start"),
    "starts_on": pgettext_lazy("fact", "starts on"),
    "state": pgettext_lazy("fact", "state"),
    "step": pgettext_lazy("fact", "step"),
    "taken_on": pgettext_lazy("fact", "taken on"),
    "term_ends_on": pgettext_lazy("fact", "end of the term"),
    "ticked": pgettext_lazy("fact", "ticked"),
    "tier": pgettext_lazy("fact", "tier"),
    "tiers": pgettext_lazy("fact", "tiers"),
    "title": pgettext_lazy("fact", "title"),
    "to_body": pgettext_lazy("fact", "to the body"),
    "today": pgettext_lazy("fact", "today"),
    "unit": pgettext_lazy("fact", "unit of time"),
    "unknown": pgettext_lazy("fact", "unknown"),
    "until": pgettext_lazy("fact", "until"),
    "user": pgettext_lazy("fact", "account"),
    "validity": pgettext_lazy("fact", "validity"),
    "value": pgettext_lazy("fact", "value"),
    "value_date": pgettext_lazy("fact", "value date"),
    "values": pgettext_lazy("fact", "values"),
    "verb": pgettext_lazy("fact", "act"),
    "version": pgettext_lazy("fact", "version"),
    "way": pgettext_lazy("fact", "way"),
    "what": pgettext_lazy("fact", "what"),
    "where": pgettext_lazy("fact", "where"),
    "word": pgettext_lazy("fact", "word"),
    "worked": pgettext_lazy("fact", "worked"),
    "year": pgettext_lazy("fact", "year"),
    "years": pgettext_lazy("fact", "years"),
    "yes": pgettext_lazy("fact", "votes in favour"),
}
"""By the names under which rules and actions store them."""


def facts_said(reason: Reason) -> Iterator[tuple[str, Any]]:
    """Each fact under its name. One that has no name here is shown under a general one, never under its code."""
    for key, value in reason.facts.items():
        if value not in ("", None, [], {}):
            yield str(FACTS.get(key, _("Other fact"))), _value(key, value)


def _value(key: str, value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key in BODIES and isinstance(value, str):
        return queries.body_name(value)
    if key in TITLED:
        model, title = TITLED[key]
        return model._default_manager.filter(pk=value).values_list(title, flat=True).first() or value
    return said(value)
