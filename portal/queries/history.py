"""A member's file (档案): every event and every step, with its day, who acted and what it rests on.

Events of the membership, passages of its cases and money that arrived, merged in seven queries however long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import queries
from association.cases.deadlines import steps_of
from association.decisions import Source, SourceKind
from association.models import DecisionRecord, Passage
from association.models.decision import ActorKind
from association.phrases import sentence
from association.rules.money import format_yuan
from association.states import State, Verb
from association.templatetags.huiji import zh_date
from fees.models import Payment
from members.certificates.facts import CertificateFacts
from members.models import Certificate, Membership, MembershipEvent, Registration, TierChange
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
}
"""For a step that was passed, the rulebook's own name of the step is the title."""

OPENED = {
    ("registration_initial", Verb.SUBMIT): gettext_lazy("Registration opened, the fee is awaited"),
    ("tier_change", Verb.SUBMIT): gettext_lazy("Change of tier proposed"),
}
"""Cases that nobody submits: the office opens them."""

CASE_WORDS = {
    "admission": gettext_lazy("application"),
    "registration_initial": gettext_lazy("registration"),
    "tier_change": gettext_lazy("change of tier"),
}
TONES = {Verb.REFUSE: "stopped", Verb.RETURN: "waiting", Verb.SEND_BACK: "waiting", Verb.LAPSE: "stopped"}
TOLD = frozenset({Verb.RETURN, Verb.REFUSE})
"""Passages whose note is written to the applicant; the others are the office's own."""

SAID = frozenset({"approved_by_resolution", "refused_by_resolution", "fee_received_in_full", "more_owed"})
"""Reasons that a member reads in full; the others may hold the office's own words."""


@dataclass(frozen=True)
class Entry:
    """One line of the file, as the timeline shows it. ``sources`` are read by the decision's own version."""

    on: date
    recorded_at: datetime
    title: str
    text: str
    who: str
    sources: SimpleNamespace
    tone: str = "neutral"
    void: bool = False
    documents: tuple[tuple[str, str], ...] = ()

    @property
    def recorded_on(self) -> date:
        return timezone.localtime(self.recorded_at).date()


@dataclass(frozen=True)
class Voice:
    """How the file speaks: who acted, for which body; the office's own notes and ways of counting are for staff."""

    bodies: Mapping[str, str]
    staff: bool

    def cited(self, record: DecisionRecord) -> SimpleNamespace:
        """What the decision rests on, each article once; how days were counted is for staff."""
        told: dict[tuple[str, str, str], Source] = {}
        for source in record.sources:
            if self.staff or source.kind in {SourceKind.ARTICLE, SourceKind.RESOLUTION}:
                told.setdefault((source.kind, source.document, source.key), source)
        return SimpleNamespace(version_id=record.version_id, sources=list(told.values()))

    def who(self, record: DecisionRecord) -> str:
        person = record.actor_name
        if record.actor_kind == ActorKind.SYSTEM:
            return _("computed by the portal")
        if record.actor_kind == ActorKind.APPLICANT:
            return f"{record.on_behalf_of or _('the applicant')} {person}".strip()
        return f"{self.bodies.get(record.body) or _('the secretariat')} {person}".strip()


def history_of(membership: Membership, *, staff: bool = False) -> list[Entry]:
    """The file of one membership, the latest first; with ``staff``, the office's own notes too."""
    cases = _cases(membership)
    events = list(
        MembershipEvent.objects.filter(membership=membership)
        .select_related("decision__actor", "decision__principal")
        .order_by("seq")
    )
    written = {(event.decision_id, event.effective_on) for event in events if event.kind != EventKind.JOINED}
    names = {key: body.name for key, body in queries.bodies().items()}
    passages = [
        passage
        for passage in Passage.objects.filter(case__in=cases).select_related(
            "case", "decision__actor", "decision__principal"
        )
        if (passage.decision_id, passage.decision.on) not in written  # the event of the same act says it
    ]
    payments = Payment.objects.filter(invoice__case__in=cases, confirmation__isnull=False)
    papers = {
        found.decision_id: (CertificateFacts.from_json(found.facts).title, reverse("certificate", args=[found.serial]))
        for found in Certificate.objects.filter(membership=membership)
    }
    voice = Voice(names, staff)
    entries = [
        *_of_events(events, papers, voice),
        *_of_passages(passages, voice),
        *(
            _of_payment(payment, voice)
            for payment in payments.select_related("confirmation__actor", "confirmation__principal")
        ),
    ]
    return sorted(entries, key=lambda entry: (entry.on, entry.recorded_at), reverse=True)


def _cases(membership: Membership) -> list[int]:
    own = [membership.case_id] if membership.case_id else []
    registrations = Registration.objects.filter(membership=membership).values_list("case_id", flat=True)
    tiers = TierChange.objects.filter(membership=membership).values_list("case_id", flat=True)
    return [*own, *registrations, *tiers]


def _of_events(
    events: Sequence[MembershipEvent], papers: Mapping[int, tuple[str, str]], voice: Voice
) -> Iterable[Entry]:
    voided = {event.voids_id for event in events if event.voids_id}
    for event in events:
        yield Entry(
            on=event.effective_on,
            recorded_at=event.recorded_at,
            title=str(EventLabel(event.kind).label),
            text=_event_text(event),
            who=voice.who(event.decision),
            sources=voice.cited(event.decision),
            tone="stopped" if event.kind in ENDS else "waiting" if event.kind == EventKind.SUSPENDED else "done",
            void=event.pk in voided,
            documents=(papers[event.decision_id],) if event.decision_id in papers else (),
        )


def _event_text(event: MembershipEvent) -> str:
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


def _of_passages(passages: Sequence[Passage], voice: Voice) -> Iterable[Entry]:
    taken_back = {passage.takes_back_id for passage in passages if passage.takes_back_id}
    for passage in passages:
        verb = Verb(passage.verb)
        note = passage.note if voice.staff or verb in TOLD else ""
        reasons = passage.decision.decision.reasons
        said = [sentence(reason) for reason in reasons if voice.staff or reason.code in SAID]
        yield Entry(
            on=passage.decision.on,
            recorded_at=passage.decision.recorded_at,
            title=_passage_title(passage, verb),
            text=note or "\n".join(dict.fromkeys(said)),
            who=voice.who(passage.decision),
            sources=voice.cited(passage.decision),
            tone=TONES.get(verb, "done" if passage.to_state == State.APPROVED else "neutral"),
            void=passage.pk in taken_back,
        )


def _passage_title(passage: Passage, verb: Verb) -> str:
    kind = str(CASE_WORDS.get(passage.case.kind, passage.case.kind))
    if opened := OPENED.get((passage.case.kind, verb)):
        return str(opened)
    if verb == Verb.TAKE_BACK:
        named = {step.id: step.name for step in steps_of(passage.case)}
        return _("Took back the step before: %(step)s") % {"step": named.get(passage.to_step, kind)}
    if verb not in VERB_WORDS:
        named = {step.id: step.name for step in steps_of(passage.case)}
        return named.get(passage.from_step) or _("Decided: %(case)s") % {"case": kind}
    return _("%(verb)s: %(case)s") % {"verb": VERB_WORDS[verb], "case": kind}


def _of_payment(payment: Payment, voice: Voice) -> Entry:
    assert payment.confirmation is not None
    day = {"day": zh_date(payment.value_date), "method": payment.get_method_display()}
    return Entry(
        on=payment.confirmation.on,
        recorded_at=payment.confirmation.recorded_at,
        title=_("Fee received: ¥%(amount)s") % {"amount": format_yuan(payment.amount)},
        text=_("%(method)s, value date %(day)s") % day,
        who=voice.who(payment.confirmation),
        sources=voice.cited(payment.confirmation),
        tone="done",
    )
