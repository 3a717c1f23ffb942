"""Take back what a decision brought about, by counter-entries and only where nothing builds on it (ACG-44).

The rows of what was done stay. Spans are the projection of the file, so they are written anew from it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from association.actors import Actor
from association.cases import engine
from association.decisions import Decision, Refused, failed
from association.models import Attendee, Case, DecisionRecord, Seat
from association.models.vote import COUNTED
from association.states import State
from association.values import long_date
from members.actions import history, registrations
from members.actions.history import Entry
from members.certificates.facts import CertificateFacts
from members.models import Certificate, Membership, MembershipEvent, TierSpan
from members.models.event import EventLabel
from members.rules.standing import ENDS, Event, EventKind, in_force


def require_free(found: Collection[str], record: DecisionRecord) -> None:
    """Raises :class:`Refused` with everything that builds on it, so that all of it can be settled first."""
    if found:
        raise Refused(failed("built_upon", *record.sources, what=list(dict.fromkeys(found))))


def built_by_people(membership: Membership, *, since: date) -> Iterator[str]:
    """What those who act for the member have and did since, as members: a seat that runs on, a vote."""
    users = membership.party.accesses.values("user")
    running = Seat.objects.filter(user__in=users, from_on__gte=since, until__isnull=True)
    for seat in running.select_related("body", "user"):
        yield _("the seat of %(user)s in %(body)s") % {"user": seat.user, "body": seat.body}
    voted = Attendee.objects.filter(
        user__in=users,
        attendance__in=COUNTED,
        meeting__held_on__gte=since,
        meeting__resolutions__passed_on__isnull=False,
    )
    for attendee in voted.select_related("meeting", "user").distinct():
        facts = {"user": attendee.name, "meeting": attendee.meeting.title}
        yield _("the vote of %(user)s at «%(meeting)s»") % facts


def built_by_events(membership: Membership, *, own: Collection[int]) -> Iterator[str]:
    """Later entries in the file that stand; ``own``: keys of the events that the undoing takes back itself."""
    first = min(own, default=0)
    standing = {event.seq for event in in_force(rules_events(membership))}
    for event in membership.events.filter(pk__gt=first, seq__in=standing).exclude(pk__in=own).order_by("seq"):
        facts = {"what": EventLabel(event.kind).label, "day": long_date(event.effective_on)}
        yield _("the entry «%(what)s» of %(day)s in the member's file") % facts


def built_by_proposals(membership: Membership, *, but: Case | None = None) -> Iterator[str]:
    """Changes of tier that are under way."""
    for change in membership.tier_changes.filter(case__state=State.OPEN).select_related("case"):
        if change.case != but:
            yield _("the proposed change of tier «%(case)s»") % {"case": change.case}


def rules_events(membership: Membership) -> list[Event]:
    """The file as the rules fold it."""
    rows = membership.events.select_related("voids").order_by("seq")
    return [
        Event(
            kind=EventKind(row.kind),
            effective_on=row.effective_on,
            seq=row.seq,
            class_id=row.facts.get("class_id", ""),
            tier=row.facts.get("tier"),
            voids=row.voids.seq if row.voids else None,
        )
        for row in rows
    ]


def strike(membership: Membership, events: Collection[MembershipEvent], record: DecisionRecord, *, on: date) -> None:
    """Void these entries, the latest first; then spans and days follow the file."""
    latest_first = sorted(events, key=lambda event: -event.seq)
    history.append([Entry(membership, EventKind.VOIDED, on, record, voids=event) for event in latest_first])
    reproject(membership)


def reproject(membership: Membership) -> None:
    """Write the spans of tiers, and when the membership ended, as the file says."""
    standing = in_force(rules_events(membership))
    ended = next((event.effective_on + timedelta(1) for event in standing if event.kind in ENDS), None)
    if not any(event.kind in (EventKind.JOINED, EventKind.OPENING) for event in standing):
        ended, standing = membership.starts_on, []
    membership.until = ended
    membership.save(update_fields=["until"])
    TierSpan.objects.filter(membership=membership).delete()
    begins = {event.effective_on: event.tier for event in standing if event.tier is not None}
    days = sorted(max(day, membership.starts_on) for day in begins)
    for number, (day, tier) in enumerate(sorted(begins.items())):
        until = days[number + 1] if number + 1 < len(days) else ended
        start = max(day, membership.starts_on)
        if tier and (until is None or until > start):
            TierSpan.objects.create(membership=membership, tier=tier, from_on=start, until=until)


def end(membership: Membership, record: DecisionRecord, *, until: date) -> None:
    """The membership ends; ``until`` is the first day without it. What it was before stays."""
    history.append([Entry(membership, EventKind.LOST, until - timedelta(1), record)])
    reproject(membership)


def revoke_certificates(membership: Membership, record: DecisionRecord, *, on: date) -> int:
    """Every certificate of the membership that is in force shows as revoked from ``on``."""
    held = Certificate.objects.filter(membership=membership, revoked_on__isnull=True)
    return held.update(revoked_on=on, revocation=record)


def replace_certificates(membership: Membership, tier: str, record: DecisionRecord, *, since: date, on: date) -> None:
    """Certificates issued since with the tier that is taken back give way to new ones that name the tier as it is.

    One that came without a registration is revoked: it is issued again where the rulebook has it.
    """
    held = Certificate.objects.filter(
        membership=membership, revoked_on__isnull=True, superseded_by__isnull=True, issued_on__gte=since
    ).select_related("registration__case")
    for certificate in held:
        if CertificateFacts.from_json(certificate.facts).tier_name != tier:
            continue
        if certificate.registration is None:
            Certificate.objects.filter(pk=certificate.pk).update(revoked_on=on, revocation=record)
            continue
        rulebook = registrations.rulebook_of(certificate.registration)
        certificate.superseded_by = registrations.issue_certificate(
            certificate.registration, rulebook, record=record, on=on
        )
        certificate.save(update_fields=["superseded_by"])


def void_registrations(membership: Membership, decision: Decision, *, note: str, by: Actor, on: date) -> list[Case]:
    """The registration cases of the membership end without effect. Returns them."""
    cases = [row.case for row in membership.registrations.select_related("case")]
    for case in cases:
        if case.state in (State.OPEN, State.APPROVED):
            engine.void(case, decision, note=note, by=by, on=on)
    return cases
