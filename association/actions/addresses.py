"""Addresses that do not work (失效地址): marked by a bounce, a refusal or the desk; lifted by a person."""

from __future__ import annotations

from django.db import transaction

from association import clock
from association.actions import audit
from association.actors import Actor
from association.decisions import Refused, failed, setting
from association.models import DeadAddress, User
from association.models.audit import AuditKind
from association.models.message import Channel


@transaction.atomic
def mark_dead(user: User, channel: str, address: str, *, reason: str, by: User | None) -> DeadAddress:
    """From now on nothing is sent there. Marked twice is marked once."""
    dead, created = DeadAddress.objects.get_or_create(
        user=user,
        channel=channel,
        address=address.lower(),
        lifted_at=None,
        defaults={"reason": reason[:300], "marked_at": clock.now(), "marked_by": by},
    )
    if created and by is not None:
        audit.note(AuditKind.CHANGE, "address_dead", user=by, target=audit.reference(dead))
    return dead


@transaction.atomic
def lift(dead: DeadAddress, *, by: Actor) -> DeadAddress:
    """Somebody says that the address works again."""
    dead = DeadAddress.objects.select_for_update().get(pk=dead.pk)
    if dead.lifted_at is not None or by.user is None:
        raise Refused(failed("address_lifted", setting("messages"), address=dead.address))
    dead.lifted_at, dead.lifted_by = clock.now(), by.user
    dead.save(update_fields=["lifted_at", "lifted_by"])
    audit.note(AuditKind.CHANGE, "address_works", user=by.user, target=audit.reference(dead))
    return dead


def dead_now(user: User) -> list[DeadAddress]:
    """The marks on the addresses that the account has now."""
    marks = DeadAddress.objects.filter(user=user, lifted_at=None)
    own = {Channel.MAIL: user.email.lower(), Channel.SMS: user.mobile}
    return [dead for dead in marks if own.get(Channel(dead.channel)) == dead.address]
