"""A mobile number beside the e-mail address: verified by a code, then good for logging in (手机号验证)."""

from __future__ import annotations

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from association import clock
from association.actions import decisions, jobs, letters
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.channels import codes
from association.db.locks import hold
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.letters import Facts, write
from association.models import MobileCode, User
from association.rules import mobiles

BECAUSE = setting("mobiles")
SEND = "association.send_code"
VALID = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(seconds=60)
PER_DAY = 5
"""Codes to one number, and asked for by one account, within 24 hours."""


def owner_of(number: str) -> User | None:
    """Whose verified number it is."""
    return User.objects.filter(mobile=number, mobile_verified_at__isnull=False, is_active=True).first()


def check_ask(number: str, *, purpose: str, user: User | None, now: datetime) -> Decision:
    """Whether a code may be asked for. Nothing in the answer depends on whose number it is, nor, for a login, on
    whether somebody is verifying it just now."""
    if not mobiles.normal(number):
        return failed("mobile_not_one", BECAUSE)
    if not codes.available():
        return failed("mobile_no_channel", BECAUSE)
    rows = MobileCode.objects.filter(purpose=purpose, asked_at__gt=now - timedelta(days=1))
    to_number = list(rows.filter(number=number).values_list("asked_at", flat=True))
    if to_number and max(to_number) > now - PAUSE:
        return failed("mobile_wait", BECAUSE, seconds=int((max(to_number) + PAUSE - now).total_seconds()) or 1)
    by_user = rows.filter(user=user).count() if user else 0
    if max(len(to_number), by_user) >= PER_DAY:
        return failed("mobile_enough_today", BECAUSE, most=PER_DAY)
    return passed("possible", BECAUSE)


@transaction.atomic
def ask(number: str, *, purpose: str, user: User | None, now: datetime) -> MobileCode:
    """Ask for a code to this number; the code is made where it is sent, and never stored.

    For a login ``user`` is None: the account is found here, and where there is none nothing is sent.
    """
    number = mobiles.normal(number) or number
    hold(f"mobile:{number}")  # so that no more are sent to it at once than one after the other
    if user is not None:  # two requests of one account count one after the other
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
    require(check_ask(number, purpose=purpose, user=user, now=now))
    account = user if purpose == MobileCode.Purpose.VERIFY else owner_of(number)
    row = MobileCode.objects.create(user=account, purpose=purpose, number=number, asked_at=now)
    jobs.order(SEND, f"code:{row.pk}", code_id=row.pk)
    return row


@in_letter_language
def send(code_id: int) -> None:
    """Make the code, keep its hash, send it. Run again after a crash it is another code, and the last one works."""
    row = MobileCode.objects.get(pk=code_id)
    if row.user_id is None or row.used_at is not None or clock.now() >= row.asked_at + VALID:
        return
    code = f"{secrets.randbelow(10**6):06}"
    MobileCode.objects.filter(pk=row.pk, used_at__isnull=True).update(code_hash=_hash(row, code))
    codes.send_code(row.number, code)


def check_code(number: str, typed: str, *, purpose: str, user: User | None, now: datetime) -> MobileCode:
    """The row whose code was typed, used up by that. Every try counts, also where the caller's work fails.

    Raises :class:`Refused` with one reason for all that can be wrong: too late, too often, another number, no account.
    """
    number = mobiles.normal(number) or number
    rows = MobileCode.objects.filter(number=number, purpose=purpose)
    rows = rows.filter(user=user) if user is not None else rows
    row = rows.order_by("-pk").first()
    refused = Refused(wrong())
    if row is None:
        raise refused
    alive = MobileCode.objects.filter(pk=row.pk, used_at__isnull=True, tries__lt=TRIES, asked_at__gt=now - VALID)
    if not alive.update(tries=F("tries") + 1):
        raise refused
    row.refresh_from_db()
    right = constant_time_compare(_hash(row, typed.strip()), row.code_hash or "-")
    if not right or row.user_id is None:
        raise refused
    if not MobileCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=now):
        raise refused
    return row


def wrong() -> Decision:
    return failed("mobile_code_wrong", BECAUSE)


@in_letter_language
def verify(user: User, number: str, typed: str, *, now: datetime, on: date) -> User:
    """Make the number the account's verified one. The address and the number until now are told."""
    row = check_code(number, typed, purpose=MobileCode.Purpose.VERIFY, user=user, now=now)
    with transaction.atomic():
        hold(f"mobile:{row.number}")
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        others = User.objects.filter(mobile=row.number, mobile_verified_at__isnull=False).exclude(pk=user.pk)
        if others.exists():
            raise Refused(failed("mobile_taken", BECAUSE))
        old = user.mobile if user.mobile_verified_at else ""
        user.mobile, user.mobile_verified_at = row.number, now
        user.save(update_fields=["mobile", "mobile_verified_at"])
        _changed(user, old, "mobile_verified", occasion=f"mobile:{row.pk}", on=on)
    return user


@transaction.atomic
@in_letter_language
def remove(user: User, *, now: datetime, on: date) -> User:
    """Take the number out of the account."""
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.mobile:
        raise Refused(failed("mobile_none", BECAUSE))
    old, user.mobile, user.mobile_verified_at = user.mobile, "", None
    user.save(update_fields=["mobile", "mobile_verified_at"])
    _changed(user, old, "mobile_removed", occasion=f"mobile:{user.pk}:{now.isoformat()}", on=on)
    return user


def _changed(user: User, old: str, code: str, *, occasion: str, on: date) -> None:
    decisions.record(
        passed(code, BECAUSE, account=user.pk), kind="account.mobile", version_id=None, by=Actor.applicant(user), on=on
    )
    now = mobiles.masked(user.mobile) if user.mobile else _("none any more")
    facts = Facts({"now": now, "before": mobiles.masked(old) if old else ""})
    letters.tell(user, write("mobile.changed", facts), occasion=occasion)


def _hash(row: MobileCode, code: str) -> str:
    return salted_hmac("huiji.mobile", f"{row.pk}:{row.number}:{code}", algorithm="sha256").hexdigest()
