"""An admission taken back (ACG-44): every effect undone, or nothing where something builds on it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from admissions import letters as says
from admissions.actions.followers import tell
from admissions.models import Application
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
    access, announcements. The member's number stays the party's. Raises :class:`Refused` with all that builds on it.
    """
    case = application.case
    membership = Membership.objects.select_related("party").filter(case=case).first()
    cases = [case, *(row.case for row in membership.registrations.select_related("case"))] if membership else [case]
    own = own_events(membership) if membership else []
    found = list(built_by_money(cases))
    if membership is not None:
        found += undoing.built_by_people(membership, since=taken_on)
        found += undoing.built_by_events(membership, own=[event.pk for event in own])
        found += undoing.built_by_proposals(membership)
    undoing.require_free(found, record)
    void_invoices(cases, on=on)
    if membership is not None:
        undoing.revoke_certificates(membership, record, on=on)
        undoing.void_registrations(membership, record.decision, note=str(resolution), by=by, on=on)
        if since <= max(taken_on, membership.starts_on):
            undoing.strike(membership, own, record, on=on)
        else:
            undoing.end(membership, record, until=since)
    close_access(application, since=taken_on, on=on)
    correct_announcements(cases, record=record, on=on)
    tell_undone(application, record=record, resolution=resolution)


def own_events(membership: Membership) -> list[MembershipEvent]:
    """The entries that the admission brought about: joined, and the registration that followed from it."""
    kinds = {EventKind.JOINED, *REGISTRATIONS}
    return [event for event in membership.events.order_by("seq") if event.kind in kinds]


def close_access(application: Application, *, since: date, on: date) -> None:
    """Accounts that the approval let act for the party do so no more; the applicant still sees the application."""
    opened = PartyAccess.objects.filter(party=application.party, until__isnull=True, from_on__gte=since)
    opened.filter(from_on__lt=on).update(until=on)


def correct_announcements(cases: list[Case], *, record: DecisionRecord, on: date) -> None:
    """Drafts are thrown away; beside what was published a correction is drafted, which somebody publishes."""
    rows = Announcement.objects.filter(case__in=cases)
    rows.filter(published_on__isnull=True).delete()
    for row in rows.filter(published_on__isnull=False):
        Announcement.objects.create(
            kind=row.kind,
            title=f"更正：{row.title}"[:200],
            fields=row.fields,
            case=row.case,
            decision=record,
            drafted_on=on,
        )


@in_letter_language
def tell_undone(application: Application, *, record: DecisionRecord, resolution: Resolution) -> None:
    letter = write("admission.revoked", says.revoked(application.case, resolution, under=record))
    tell(application, letter, occasion=f"revoked:{record.pk}")
