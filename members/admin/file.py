"""A member's file (档案) at the desk: its events and the passages of its cases, in one order, in few queries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import queries
from association.admin.base import case_page
from association.cases import deadlines
from association.models import Case, DecisionRecord, Passage, User
from association.states import Verb
from association.templatetags.huiji import zh_date
from members.models import Membership, MembershipEvent
from members.rules.standing import EventKind

WORDS: Mapping[str, tuple[Any, str]] = {
    Verb.SUBMIT: (gettext_lazy("Submitted"), "neutral"),
    Verb.PASS: (gettext_lazy("%(step)s: done"), "done"),
    Verb.APPROVE: (gettext_lazy("%(step)s: approved"), "done"),
    Verb.RETURN: (gettext_lazy("Returned to the applicant for correction"), "waiting"),
    Verb.SEND_BACK: (gettext_lazy("%(step)s: sent back"), "waiting"),
    Verb.REFUSE: (gettext_lazy("Not accepted"), "stopped"),
    Verb.WITHDRAW: (gettext_lazy("Withdrawn by the applicant"), "neutral"),
    Verb.LAPSE: (gettext_lazy("Lapsed"), "neutral"),
    Verb.VOID: (gettext_lazy("Declared void"), "stopped"),
    Verb.TAKE_BACK: (gettext_lazy("%(step)s: taken back"), "neutral"),
}
"""What a passage is called, and its tone. The step is the one that it left."""
STOPPED = {EventKind.SUSPENDED, EventKind.LOST, EventKind.EXPELLED}


def cases_of(membership: Membership) -> list[Case]:
    """The admission, the registrations and the changes of tier of a membership."""
    own = Q(membership=membership) | Q(registration__membership=membership) | Q(tier_change__membership=membership)
    return list(Case.objects.filter(own).distinct().order_by("pk"))


def timeline(membership: Membership, cases: list[Case], user: User) -> list[dict[str, Any]]:
    """Entries as the ``timeline`` tag takes them, the latest first. Two queries whatever the file holds.

    Cases that the person may not open are named without a link.
    """
    by_key = {case.pk: case for case in cases}
    events = membership.events.select_related("decision__actor", "decision__principal", "voided_by")
    passages = Passage.objects.filter(case__in=cases).select_related("decision__actor", "decision__principal")
    rows = [(p.decision.recorded_at, 0, p.seq, passage_entry(p, by_key[p.case_id], user)) for p in passages]
    rows += [(e.recorded_at, 1, e.seq, event_entry(e)) for e in events]
    return [entry for *_order, entry in sorted(rows, key=lambda row: row[:3], reverse=True)]


def event_entry(event: MembershipEvent) -> dict[str, Any]:
    return {
        "on": event.effective_on,
        "recorded_on": timezone.localdate(event.recorded_at),
        "title": event.get_kind_display(),
        "text": event_text(event),
        "who": who(event.decision),
        "sources": event.decision,
        "tone": "stopped" if event.kind in STOPPED else "done",
        "void": hasattr(event, "voided_by"),
    }


def event_text(event: MembershipEvent) -> str:
    """What an event says beyond its name: number, tier, until when."""
    facts = event.facts
    parts = [str(facts["number"])] if facts.get("number") else []
    if facts.get("tier"):
        parts.append(tier_name(facts["tier"], event.decision))
    if facts.get("until"):
        last = date.fromisoformat(facts["until"]) - timedelta(days=1)
        parts.append(_("valid through %(day)s") % {"day": zh_date(last)})
    return " · ".join(parts)


def tier_name(tier: str, record: DecisionRecord) -> str:
    if record.version_id is None:
        return tier
    known = {one.id: one.name for one in queries.rulebook_of(record.version_id).tiers}
    return known.get(tier, tier)


def passage_entry(passage: Passage, case: Case, user: User) -> dict[str, Any]:
    steps = {step.id: step.name for step in deadlines.steps_of(case)}
    words, tone = WORDS.get(passage.verb, (passage.verb, "neutral"))
    step = steps.get(left(passage)) or KINDS.get(case.kind, "")
    return {
        "on": passage.decision.on,
        "title": str(words) % {"step": step} if "%(step)s" in str(words) else str(words),
        "text": passage.note,
        "who": who(passage.decision),
        "sources": passage.decision,
        "tone": tone,
        "documents": [(str(KINDS.get(case.kind, case)), case_page(case, user))],
    }


def left(passage: Passage) -> str:
    """The step that a passage names: the one it left, or the one that was taken back."""
    return passage.to_step if passage.verb == Verb.TAKE_BACK else passage.from_step


KINDS: Mapping[str, Any] = {
    "admission": gettext_lazy("Admission"),
    "registration_initial": gettext_lazy("Initial registration"),
    "tier_change": gettext_lazy("Change of tier"),
}


def who(record: DecisionRecord) -> str:
    body = queries.body_name(record.body) if record.body else ""
    person = record.actor_name or record.get_actor_kind_display()
    return " · ".join(part for part in (body, person) if part)
