"""Grant roles and end them (角色的授予与终止). Nobody grants more than they have, or touches their own."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.db import transaction

from association import roles
from association.actions import decisions
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.models import RoleGrant, User

BECAUSE = setting("roles")
GRANTING = "association.add_rolegrant"
ENDING = "association.change_rolegrant"
HEAD = "secretary_general"


def permissions_of(role: str) -> frozenset[str]:
    """What the role may, as ``app.verb_model``."""
    rows = Permission.objects.filter(group__name=role).values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{codename}" for app, codename in rows)


def check_hand(user: User, role: str, *, by: Actor, permission: str) -> Decision:
    """Whether this person may grant or end this role of this account. What Huiji sets up itself is not asked."""
    if by.user is None:
        return passed("possible", BECAUSE)
    if by.user == user:
        return failed("own_roles", BECAUSE)
    if not by.user.has_perm(permission):
        return failed("not_yours_to_grant", BECAUSE)
    if user.is_superuser and not by.user.is_superuser:
        return failed("superuser_by_superuser", BECAUSE)
    beyond = permissions_of(role) - by.user.get_all_permissions()
    if beyond and not by.user.is_superuser:
        return failed("role_beyond_own", BECAUSE, role=roles.name(role), count=len(beyond))
    return passed("possible", BECAUSE)


def check_grant(user: User, role: str, *, from_on: date, until: date | None, by: Actor, on: date) -> Decision:
    if role not in roles.GRANTABLE:
        return failed("role_not_granted", BECAUSE, role=roles.name(role))
    stop = Decision.all_of(
        (
            check_hand(user, role, by=by, permission=GRANTING),
            _check_span(user, role, from_on=from_on, until=until, by=by, on=on),
        )
    )
    if not stop.passed:
        return stop
    facts = {"role": roles.name(role), "role_key": role, "account": user.pk, "from_on": from_on.isoformat()}
    if until is not None:
        return passed("role_granted_until", BECAUSE, **facts, last=(until - timedelta(1)).isoformat())
    return passed("role_granted", BECAUSE, **facts)


def _check_span(user: User, role: str, *, from_on: date, until: date | None, by: Actor, on: date) -> Decision:
    if not user.is_active:
        return failed("account_closed_already", BECAUSE)
    if until is not None and until <= from_on:
        return failed("role_disordered", BECAUSE)
    if by.user is not None and from_on < on:
        return failed("role_backdated", BECAUSE, today=on.isoformat())
    same = RoleGrant.objects.filter(user=user, role=role)
    for row in same if until is None else same.filter(from_on__lt=until):
        if row.until is None or row.until > max(from_on, row.from_on):
            return failed("role_held_already", BECAUSE, role=roles.name(role), since=row.from_on.isoformat())
    return passed("possible", BECAUSE)


@transaction.atomic
@in_letter_language
def grant(
    user: User, role: str, *, from_on: date, until: date | None = None, note: str = "", by: Actor, on: date
) -> RoleGrant:
    """Let the account have the role in [from_on, until). The desk opens with it."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    decision = require(check_grant(user, role, from_on=from_on, until=until, by=by, on=on))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    if note:
        decision = Decision.all_of((decision, passed("account_reason", BECAUSE, note=note)))
    record = decisions.record(decision, kind="role.granted", version_id=None, by=by, on=on)
    return RoleGrant.objects.create(user=user, role=role, from_on=from_on, until=until, decision=record)


def check_end(grant: RoleGrant, *, until: date, by: Actor, on: date) -> Decision:
    """Whether the role can end on the day before ``until``."""
    hand = check_hand(grant.user, grant.role, by=by, permission=ENDING)
    if not hand.passed:
        return hand
    if grant.ending_id is not None or (grant.until is not None and grant.until <= on):
        return failed("role_ended_already", BECAUSE, until=grant.until.isoformat() if grant.until else "")
    if until < on or until < grant.from_on or (grant.until is not None and until > grant.until):
        return failed("role_end_day", BECAUSE, first=max(on, grant.from_on).isoformat())
    if grant.role == HEAD and not _others_lead(grant.user, until):
        return failed("last_secretary_general", BECAUSE)
    return passed(
        "role_ended",
        BECAUSE,
        role=roles.name(grant.role),
        role_key=grant.role,
        account=grant.user_id,
        until=until.isoformat(),
    )


@transaction.atomic
@in_letter_language
def end(grant: RoleGrant, *, until: date, note: str, by: Actor, on: date) -> RoleGrant:
    """End a role: ``until`` is the first day on which it gives nothing."""
    lock_heads()
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    decision = require(check_end(grant, until=until, by=by, on=on))
    if not note.strip():
        raise Refused(failed("reason_missing", BECAUSE))
    told = Decision.all_of((decision, passed("account_reason", BECAUSE, note=note.strip())))
    grant.until = until
    grant.ending = decisions.record(told, kind="role.ended", version_id=None, by=by, on=on)
    grant.save(update_fields=["until", "ending"])
    return grant


def lock_heads() -> None:
    """All who lead, in one order: two who end each other's role, or close each other, are told one after the other."""
    list(RoleGrant.objects.select_for_update().filter(role=HEAD).order_by("pk"))


def _others_lead(user: User, on: date) -> bool:
    """Whether somebody else is secretary-general on the day, and stays so as far as is known."""
    return (
        RoleGrant.objects.on(on)
        .filter(role=HEAD, until__isnull=True, user__is_active=True)
        .exclude(user=user)
        .exists()
    )
