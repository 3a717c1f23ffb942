"""A member's file (档案): every event and every step, with its day, who acted and what it rests on.

Events of the membership, passages of its cases and money that arrived, merged in six queries however long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import queries
from association.cases.deadlines import steps_of
from association.decisions import Outcome
from association.models import DecisionRecord, Passage
from association.models.decision import ActorKind
from association.rules.money import format_yuan
from association.states import State, Verb
from association.templatetags.huiji import zh_date
from association.web import sentences
from fees.models import Payment
from members.models import Membership, MembershipEvent, Registration, TierChange
from members.models.event import EventLabel
from members.rules.standing import ENDS, EventKind

VERB_WORDS = {
    Verb.SUBMIT: gettext_lazy("Submitted"),
    Verb.RETURN: gettext_lazy("Returned for correction"),
    Verb.SEND_BACK: gettext_lazy("Sent back to an earlier step"),
    Verb.REFUSE: gettext_lazy("Not accepted"),
    Verb.WITHDRAW: gettext_lazy("Withdrawn"),
    Verb.LAPSE: gettext_lazy("Lapsed"),
    Verb.VOID: gettext_lazy("Declared void"),
    Verb.TAKE_BACK: gettext_lazy("Taken back"),
}
"""For a step that was passed, the rulebook's own name of the step is the title."""

CASE_WORDS = {
    "admission": gettext_lazy("application"),
    "registration_initial": gettext_lazy("registration"),
    "tier_change": gettext_lazy("change of tier"),
}
TONES = {Verb.REFUSE: "stopped", Verb.RETURN: "waiting", Verb.SEND_BACK: "waiting", Verb.LAPSE: "stopped"}
TOLD = frozenset({Verb.RETURN, Verb.REFUSE})
"""Passages whose note is written to the applicant; the others are the office's own."""


@dataclass(frozen=True)
class Entry:
    """One line of the file, as the timeline shows it. ``sources`` is the decision, read by its own version."""

    on: date
    recorded_at: datetime
    title: str
    text: str
    who: str
    sources: DecisionRecord
    tone: str = "neutral"
    void: bool = False
    documents: tuple[tuple[str, str], ...] = ()

    @property
    def recorded_on(self) -> date:
        return timezone.localtime(self.recorded_at).date()


def history_of(membership: Membership, *, staff: bool = False) -> list[Entry]:
    """The file of one membership, the latest first. Members read which body acted, staff also which person."""
    cases = _cases(membership)
    events = list(
        MembershipEvent.objects.filter(membership=membership).select_related("decision__actor").order_by("seq")
    )
    written = {(event.decision_id, event.effective_on) for event in events if event.kind != EventKind.JOINED}
    passages = [
        passage
        for passage in Passage.objects.filter(case__in=cases).select_related("case", "decision__actor")
        if (passage.decision_id, passage.decision.on) not in written  # the event of the same act says it
    ]
    payments = Payment.objects.filter(invoice__case__in=cases, confirmation__isnull=False)
    entries = [
        *_of_events(membership, events, staff),
        *_of_passages(passages, staff),
        *(_of_payment(payment, staff) for payment in payments.select_related("confirmation__actor")),
    ]
    return sorted(entries, key=lambda entry: (entry.on, entry.recorded_at), reverse=True)


def _cases(membership: Membership) -> list[int]:
    own = [membership.case_id] if membership.case_id else []
    registrations = Registration.objects.filter(membership=membership).values_list("case_id", flat=True)
    tiers = TierChange.objects.filter(membership=membership).values_list("case_id", flat=True)
    return [*own, *registrations, *tiers]


def _of_events(membership: Membership, events: Sequence[MembershipEvent], staff: bool) -> Iterable[Entry]:
    voided = {event.voids_id for event in events if event.voids_id}
    for event in events:
        yield Entry(
            on=event.effective_on,
            recorded_at=event.recorded_at,
            title=_event_title(event),
            text=_event_text(membership, event),
            who=who(event.decision, staff=staff),
            sources=event.decision,
            tone="stopped" if event.kind in ENDS else "waiting" if event.kind == EventKind.SUSPENDED else "done",
            void=event.pk in voided,
        )


def _event_title(event: MembershipEvent) -> str:
    return str(EventLabel(event.kind).label)


def _event_text(membership: Membership, event: MembershipEvent) -> str:
    """What the event says of class, tier, number and validity, in the rulebook's words."""
    book = queries.rulebook_of(event.decision.version_id) if event.decision.version_id else None
    facts: dict[str, Any] = event.facts
    words = []
    if book and facts.get("class_id"):
        words.append(book.member_class(facts["class_id"]).name)
    if book and facts.get("tier"):
        words.append(book.tier(facts["tier"]).name)
    if facts.get("number"):
        words.append(_("member number %(number)s") % {"number": facts["number"]})
    if facts.get("until"):
        last = date.fromordinal(date.fromisoformat(facts["until"]).toordinal() - 1)
        words.append(_("valid until %(day)s") % {"day": zh_date(last)})
    return " · ".join(words)


def _of_passages(passages: Sequence[Passage], staff: bool) -> Iterable[Entry]:
    taken_back = {passage.takes_back_id for passage in passages if passage.takes_back_id}
    for passage in passages:
        verb = Verb(passage.verb)
        note = passage.note if staff or verb in TOLD else ""
        said = sentences(passage.decision.decision) if passage.decision.outcome != Outcome.PASS or staff else []
        yield Entry(
            on=passage.decision.on,
            recorded_at=passage.decision.recorded_at,
            title=_passage_title(passage, verb),
            text=note or "；".join(said),
            who=who(passage.decision, staff=staff),
            sources=passage.decision,
            tone=TONES.get(verb, "done" if passage.to_state == State.APPROVED else "neutral"),
            void=passage.pk in taken_back,
        )


def _passage_title(passage: Passage, verb: Verb) -> str:
    kind = str(CASE_WORDS.get(passage.case.kind, passage.case.kind))
    if verb not in VERB_WORDS:
        named = {step.id: step.name for step in steps_of(passage.case)}
        return named.get(passage.from_step) or _("Passed: %(case)s") % {"case": kind}
    return _("%(verb)s: %(case)s") % {"verb": VERB_WORDS[verb], "case": kind}


def _of_payment(payment: Payment, staff: bool) -> Entry:
    assert payment.confirmation is not None
    day = {"day": zh_date(payment.value_date), "method": payment.get_method_display()}
    return Entry(
        on=payment.confirmation.on,
        recorded_at=payment.confirmation.recorded_at,
        title=_("Fee received: ¥%(amount)s") % {"amount": format_yuan(payment.amount)},
        text=_("%(method)s, value date %(day)s") % day,
        who=who(payment.confirmation, staff=staff),
        sources=payment.confirmation,
        tone="done",
    )


def who(record: DecisionRecord, *, staff: bool) -> str:
    """Who acted: for members the body, for staff the person as well."""
    if record.actor_kind == ActorKind.SYSTEM:
        return _("computed by the portal")
    if record.actor_kind == ActorKind.APPLICANT:
        person = record.actor.get_full_name() if staff and record.actor else ""
        return " ".join(filter(None, (record.on_behalf_of or _("the applicant"), person)))
    body = queries.body_name(record.body) if record.body else _("the secretariat")
    return f"{body} {record.actor.get_full_name()}" if staff and record.actor else body
