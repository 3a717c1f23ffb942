"""An admission taken back (ACG-44): every effect undone, or nothing where something builds on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from admissions import letters as says
from admissions.actions.followers import tell
from admissions.models import Application
from association.actions import announcement_drafts, announcements
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.letters import write
from association.models import Announcement, Case, DecisionRecord, Resolution
from fees.actions.undoing import built_by_money, void_invoices
from members.actions import undoing
from members.models import Membership, MembershipEvent, PartyAccess
from members.rules.standing import REGISTRATIONS, EventKind


@transaction.atomic
def undo(
    application: Application,
    *,
    record: DecisionRecord,
    resolution: Resolution,
    taken_on: date,
    since: date,
    by: Actor,
    on: date,
) -> None:
    """As if it had not been approved, from ``since`` on: membership, registration, certificates, what was billed,
    access, announcements; the fee that was paid is owed back. The member's number stays the party's. Raises
    :class:`Refused` with all that builds on it.
    """
    case = application.case
    membership = Membership.objects.select_related("party").filter(case=case).first()
    cases = [case, *(row.case for row in membership.registrations.select_related("case"))] if membership else [case]
    own = own_events(membership) if membership else []
    from_start = membership is None or since <= max(taken_on, membership.starts_on)
    found = list(built_by_money(cases, from_start=from_start))
    if membership is not None:
        found += undoing.built_by_people(membership, since=taken_on)
        found += undoing.built_by_events(membership, own=[event.pk for event in own])
        found += undoing.built_by_proposals(membership)
    undoing.require_free(found, record)
    owed_back = void_invoices(cases, record, on=on)
    if membership is not None:
        undoing.revoke_certificates(membership, record, on=on)
        undoing.void_registrations(membership, record.decision, note=str(resolution), by=by, on=on)
        if from_start:
            undoing.strike(membership, own, record, on=on)
        else:
            undoing.end(membership, record, until=since)
    close_access(application, since=taken_on, on=on)
    withdraw_announcements(cases, resolution=resolution, by=by, on=on)
    tell_undone(application, record=record, resolution=resolution, owed_back=owed_back)


def own_events(membership: Membership) -> list[MembershipEvent]:
    """The entries that the admission brought about: joined, and the registration that followed from it."""
    kinds = {EventKind.JOINED, *REGISTRATIONS}
    return [event for event in membership.events.order_by("seq") if event.kind in kinds]


def close_access(application: Application, *, since: date, on: date) -> None:
    """Accounts that the approval let act for the party do so no more; the applicant still sees the application."""
    opened = PartyAccess.objects.filter(party=application.party, until__isnull=True, from_on__gte=since)
    opened.filter(from_on__lt=on).update(until=on)


def withdraw_announcements(cases: list[Case], *, resolution: Resolution, by: Actor, on: date) -> None:
    """Drafts are dropped and what was published is withdrawn; both say why and stay on record."""
    reason = _("The decision was revoked by %(number)s.") % {"number": resolution.number}
    rows = Announcement.objects.filter(case__in=cases, dropped_on__isnull=True, withdrawn_on__isnull=True)
    for row in rows.order_by("pk"):
        if row.published_on is None:
            announcement_drafts.drop(row, reason=reason, by=by, on=on)
        else:
            announcements.withdraw(row, reason=reason, by=by, on=on)


@in_letter_language
def tell_undone(
    application: Application, *, record: DecisionRecord, resolution: Resolution, owed_back: Decimal
) -> None:
    facts = says.revoked(application.case, resolution, under=record, owed_back=owed_back)
    letter = write("admission.revoked", facts)
    tell(application, letter, occasion=f"revoked:{record.pk}")
