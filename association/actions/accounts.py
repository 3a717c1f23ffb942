"""Open and close accounts, and the desk to them (账号的启用与停用). Nobody does it to their own."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Q

from association.actions import decisions
from association.actions.messages import in_letter_language
from association.actions.roles import lock_heads
from association.actors import Actor
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.models import RoleGrant, User

BECAUSE = setting("accounts")
CHANGING = "association.change_user"
FLAGS = ("is_active", "is_staff", "is_superuser")


@transaction.atomic
def create(name: str, email: str, *, is_staff: bool, by: Actor, on: date) -> User:
    """An account without a password: the person sets one by «forgotten password»."""
    if by.user is not None and not by.user.has_perm("association.add_user"):
        raise Refused(failed("accounts_not_yours", BECAUSE))
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(failed("email_taken", BECAUSE))
    user = User(name=name, email=email.lower(), is_staff=is_staff)
    user.set_unusable_password()
    user.save()
    decisions.record(
        passed("account_opened", BECAUSE, account=user.pk), kind="account.opened", version_id=None, by=by, on=on
    )
    return user


def check_change(user: User, *, wanted: dict[str, bool], by: Actor, on: date) -> Decision:
    """Whether the flags (``is_active``, ``is_staff``, ``is_superuser``) may become ``wanted``."""
    changed = {flag: value for flag, value in wanted.items() if flag in FLAGS and getattr(user, flag) != value}
    if not changed:
        return failed("nothing_to_change", BECAUSE)
    hand = _check_hand(user, lifts="is_superuser" in changed, by=by)
    if not hand.passed:
        return hand
    falls = {"is_active", "is_superuser"} & {flag for flag, value in changed.items() if not value}
    if falls and user.is_superuser and user.is_active and not _other_superusers(user):
        return failed("last_superuser", BECAUSE)
    if {"is_active", "is_staff"} & {flag for flag, value in changed.items() if not value} and _leads_alone(user, on):
        return failed("last_secretary_general", BECAUSE)
    return Decision.all_of(
        passed(f"{flag}_{'on' if value else 'off'}", BECAUSE, account=user.pk) for flag, value in changed.items()
    )


def _check_hand(user: User, *, lifts: bool, by: Actor) -> Decision:
    """Whether this person may touch this account; ``lifts``: what a superuser is."""
    if by.user is None:
        return passed("possible", BECAUSE)
    if by.user == user:
        return failed("own_account", BECAUSE)
    if not by.user.has_perm(CHANGING):
        return failed("accounts_not_yours", BECAUSE)
    if (user.is_superuser or lifts) and not by.user.is_superuser:
        return failed("superuser_by_superuser", BECAUSE)
    return passed("possible", BECAUSE)


@transaction.atomic
@in_letter_language
def change(user: User, *, wanted: dict[str, bool], note: str, by: Actor, on: date) -> User:
    """Change what the account may at all. An account that is closed is logged out at once."""
    lock_heads()
    # every superuser in one order: two who close each other are told one after the other
    list(User.objects.select_for_update(no_key=True).filter(Q(is_superuser=True) | Q(pk=user.pk)).order_by("pk"))
    user = User.objects.get(pk=user.pk)
    decision = require(check_change(user, wanted=wanted, by=by, on=on))
    if not note.strip():
        raise Refused(failed("reason_missing", BECAUSE))
    for flag in FLAGS:
        if flag in wanted:
            setattr(user, flag, wanted[flag])
    user.save(update_fields=list(FLAGS))
    told = Decision.all_of((decision, passed("account_reason", BECAUSE, note=note.strip())))
    decisions.record(told, kind="account.changed", version_id=None, by=by, on=on)
    return user


def _other_superusers(user: User) -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists()


def _leads_alone(user: User, on: date) -> bool:
    leads = RoleGrant.objects.on(on).filter(role="secretary_general", user__is_active=True)
    return leads.filter(user=user).exists() and not leads.exclude(user=user).exists()
