"""Give a lost login back, under two eyes (找回登录): no step is anybody's alone, and the old address may object."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from association import clock, permissions, queries
from association.actions import decisions, jobs, letters
from association.actions.messages import in_letter_language
from association.actors import SYSTEM, Actor
from association.decisions import Decision, Refused, failed, passed, require, setting
from association.letters import Facts, write
from association.models import RecoveryRequest, StoredFile, User
from association.permissions import one_hand
from association.rules.counting import workdays_after

BECAUSE = setting("recovery")
PROPOSING = "association.change_recoveryrequest"
CONFIRMING = "association.confirm_recoveryrequest"
RELEASE = "association.release_recovery"
Closed = RecoveryRequest.Closed


@transaction.atomic
def ask(
    *,
    unit: str,
    person: str,
    contact: str,
    lost: str,
    text: str,
    letter: StoredFile | None,
    by: Actor | None,
    on: date,
) -> RecoveryRequest:
    """Take a request in; ``by`` is None for the public form. Looks up nothing: it cannot tell who has an account."""
    return RecoveryRequest.objects.create(
        unit=unit.strip()[:120],
        person=person.strip()[:80],
        contact=contact.strip()[:120],
        lost=lost,
        text=text.strip(),
        letter=letter,
        received_on=on,
        entered_by=by.user if by else None,
    )


def check_open(request: RecoveryRequest, *, on: date) -> Decision:
    """Whether anything can still be done: not closed, not too old."""
    if request.closed_as:
        return failed("recovery_closed", BECAUSE)
    if request.received_on < _oldest(on) and request.confirmed_on is None:
        return failed("recovery_expired", BECAUSE, days=settings.RECOVERY_REQUEST_DAYS)
    return passed("possible", BECAUSE)


def _check_hand(request: RecoveryRequest, account: User | None, permission: str, by: Actor) -> Decision:
    """Whoever acts has the right and the second factor, and is not whom it is about. Superusers alike."""
    if by.user is None:
        return failed("recovery_not_yours", BECAUSE)
    if not by.user.is_trusted():
        return failed("second_factor_missing", BECAUSE)
    if not by.user.has_perm(permission):
        return failed("recovery_not_yours", BECAUSE)
    if account is not None and by.user == account:
        return failed("recovery_own", BECAUSE)
    return passed("possible", BECAUSE)


def check_account(account: User, new_email: str) -> Decision:
    """Whether this account can have this address: it is open, and nobody else has it, verified or not."""
    from allauth.account.models import EmailAddress

    if not account.is_active:
        return failed("recovery_account_closed", BECAUSE)
    others = User.objects.filter(email__iexact=new_email).exclude(pk=account.pk).exists()
    if others or EmailAddress.objects.filter(email__iexact=new_email).exclude(user=account).exists():
        return failed("email_taken", BECAUSE)
    return passed("possible", BECAUSE)


def check_propose(request: RecoveryRequest, *, account: User, new_email: str, by: Actor, on: date) -> Decision:
    parts = [check_open(request, on=on), _check_hand(request, account, PROPOSING, by)]
    if request.confirmed_on is not None:
        parts.append(failed("recovery_confirmed_already", BECAUSE))
    if request.lost == RecoveryRequest.Lost.MAILBOX and account.email.lower() == new_email.lower():
        parts.append(failed("recovery_same_address", BECAUSE))
    others = RecoveryRequest.objects.filter(account=account, closed_as="").exclude(pk=request.pk)
    if others.exists():
        parts.append(failed("recovery_open_already", BECAUSE))
    return Decision.all_of((*parts, check_account(account, new_email)))


@transaction.atomic
def propose(
    request: RecoveryRequest, *, account: User, new_email: str, evidence: str, by: Actor, on: date
) -> RecoveryRequest:
    """Say which account it is, where it should lead, and how that was checked. May be corrected until confirmed."""
    request = _locked(request)
    account = User.objects.select_for_update(no_key=True).get(pk=account.pk)
    require(check_propose(request, account=account, new_email=new_email, by=by, on=on))
    if not evidence.strip():
        raise Refused(failed("recovery_evidence_missing", BECAUSE))
    request.account, request.old_email, request.new_email = account, account.email, new_email.lower()
    request.evidence, request.proposed_by, request.proposed_on = evidence.strip(), by.user, on
    request.save()
    _record("recovery_proposed", request, by=by, on=on)
    return request


def check_confirm(request: RecoveryRequest, *, by: Actor, on: date) -> Decision:
    hand = Decision.all_of((check_open(request, on=on), _check_hand(request, request.account, CONFIRMING, by)))
    if request.account is None:
        return Decision.all_of((hand, failed("recovery_not_proposed", BECAUSE)))
    if request.confirmed_on is not None:
        return Decision.all_of((hand, failed("recovery_confirmed_already", BECAUSE)))
    if one_hand(request.proposed_by, by.user, request.proposed_on or on, on):
        return Decision.all_of((hand, failed("recovery_same_eyes", BECAUSE)))
    if request.account.email != request.old_email:
        return Decision.all_of((hand, failed("recovery_address_changed", BECAUSE)))
    return Decision.all_of((hand, check_account(request.account, request.new_email)))


@transaction.atomic
@in_letter_language
def confirm(request: RecoveryRequest, *, seen: str, by: Actor, on: date) -> RecoveryRequest:
    """A second person agrees to what they have ``seen`` (:func:`fingerprint`). The old address is told at once."""
    request = _locked(request)
    require(check_confirm(request, by=by, on=on))
    if not hmac.compare_digest(seen, fingerprint(request)):
        raise Refused(failed("recovery_changed_meanwhile", BECAUSE))
    token = secrets.token_urlsafe(32)
    request.confirmed_by, request.confirmed_on = by.user, on
    request.objection_until = workdays_after(on, settings.RECOVERY_OBJECTION_WORKDAYS, queries.calendar()).day
    request.objection_hash = _hash(token)
    request.save()
    _record("recovery_confirmed", request, by=by, on=on)
    assert request.account is not None
    link = reverse("recovery_object", args=[request.key, token])
    letter = write("recovery.asked", Facts({"day": request.objection_until}, link=link))
    letters.tell(request.account, letter, occasion=f"recovery:{request.pk}")
    jobs.order(RELEASE, f"recovery:{request.pk}", run_after=release_at(request), request_id=request.pk)
    return request


def fingerprint(request: RecoveryRequest) -> str:
    """What the second person has before their eyes: another proposal is another one."""
    seen = f"{request.pk}|{request.account_id}|{request.new_email}|{request.evidence}|{request.proposed_by_id}"
    return hashlib.sha256(seen.encode()).hexdigest()


def release_at(request: RecoveryRequest) -> datetime:
    """The first moment after the last day for objections."""
    assert request.objection_until is not None
    return timezone.make_aware(datetime.combine(request.objection_until + timedelta(1), time()))


def to_look_at() -> QuerySet[RecoveryRequest]:
    """Open requests without a proposal: to be checked, or ended where they are too old (:func:`check_open`)."""
    return RecoveryRequest.objects.filter(closed_as="", account__isnull=True)


def to_confirm(user: User, *, on: date) -> QuerySet[RecoveryRequest]:
    """Proposals for which this person may be the second one (:func:`check_confirm`)."""
    found = RecoveryRequest.objects.filter(
        closed_as="", account__isnull=False, confirmed_on__isnull=True, received_on__gte=_oldest(on)
    )
    return found.exclude(account=user).filter(~permissions.hand_of(user, "proposed_by", on, "proposed_on"))


def expired(user: User, *, on: date) -> QuerySet[RecoveryRequest]:
    """Proposals that nobody confirmed in time: they can only be ended."""
    found = RecoveryRequest.objects.filter(closed_as="", account__isnull=False, confirmed_on__isnull=True)
    return found.filter(received_on__lt=_oldest(on)).exclude(account=user)


def _oldest(on: date) -> date:
    """The first day of which requests are still dealt with."""
    return on - timedelta(settings.RECOVERY_REQUEST_DAYS)


def check_refuse(request: RecoveryRequest, *, by: Actor, on: date) -> Decision:
    if request.closed_as:
        return failed("recovery_closed", BECAUSE)
    return _check_hand(request, request.account, PROPOSING, by)


@transaction.atomic
def refuse(request: RecoveryRequest, *, reason: str, by: Actor, on: date) -> RecoveryRequest:
    """End it, at any step before the new login; a link that was sent stops working."""
    request = _locked(request)
    require(check_refuse(request, by=by, on=on))
    if not reason.strip():
        raise Refused(failed("reason_missing", BECAUSE))
    _close(request, Closed.REFUSED, reason=reason.strip(), by=by)
    _record("recovery_refused", request, by=by, on=on)
    return request


def check_object(request: RecoveryRequest, token: str) -> Decision:
    """Whether this link may still stop it: until the login is reset."""
    if not request.objection_hash or not hmac.compare_digest(_hash(token), request.objection_hash):
        return failed("recovery_link_dead", BECAUSE)
    if request.closed_as:
        return failed("recovery_closed", BECAUSE)
    return passed("possible", BECAUSE)


@transaction.atomic
def object_to(request: RecoveryRequest, token: str, *, on: date) -> RecoveryRequest:
    """The old address says no. Nothing happens to the account; the secretariat looks again with a new request."""
    request = _locked(request)
    require(check_object(request, token))
    _close(request, Closed.OBJECTED, reason="", by=None)
    assert request.account is not None
    _record("recovery_objected", request, by=Actor.applicant(request.account), on=on)
    return request


@transaction.atomic
@in_letter_language
def release(request_id: int) -> None:
    """Send the one-time link to the new address, once the time for objections is over. Closed ones are let be.

    The token is in no row: a run after a crash sends another link, and only the last one works.
    """
    request = RecoveryRequest.objects.select_for_update().get(pk=request_id)
    on = clock.today()
    if request.closed_as or request.account is None or request.objection_until is None or request.link_hash:
        return
    if clock.now() < release_at(request):
        raise RuntimeError("too early for the link of a lost login")
    possible = check_account(request.account, request.new_email)
    if not possible.passed:
        _close(request, Closed.STOPPED, reason="", by=None)
        _record("recovery_stopped", request, by=SYSTEM, on=on)
        return
    token = secrets.token_urlsafe(32)
    request.link_hash = _hash(token)
    request.link_until = clock.now() + timedelta(hours=settings.RECOVERY_LINK_HOURS)
    request.save()
    _record("recovery_released", request, by=SYSTEM, on=on)
    link = settings.SITE_URL + reverse("recovery_use", args=[request.key, token])
    letters.mail(
        request.account,
        write("recovery.link", Facts({"hours": settings.RECOVERY_LINK_HOURS, "link": link})),
        occasion=f"recovery:{request.pk}:link",
        address=request.new_email,
        until=request.link_until,
    )


def check_use(request: RecoveryRequest, token: str, *, now: datetime) -> Decision:
    """Whether this link resets the login now. One answer for all that is wrong with the link itself."""
    if not request.link_hash or not hmac.compare_digest(_hash(token), request.link_hash) or request.closed_as:
        return failed("recovery_link_dead", BECAUSE)
    if request.link_until is None or now >= request.link_until:
        return failed("recovery_link_dead", BECAUSE)
    assert request.account is not None
    return check_account(request.account, request.new_email)


@transaction.atomic
@in_letter_language
def use(request: RecoveryRequest, token: str, *, password: str, on: date) -> User:
    """New address, new password, no second factor, no session: staff set the second factor up anew first."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator

    request = _locked(request)
    require(check_use(request, token, now=clock.now()))
    assert request.account_id is not None
    user = User.objects.select_for_update(no_key=True).get(pk=request.account_id)
    old = user.email
    user.email = request.new_email
    if request.lost != RecoveryRequest.Lost.MAILBOX:
        user.mobile_verified_at = None  # the phone is in other hands
    user.set_password(password)  # which ends every session
    user.save()
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.filter(user=user).delete()
    _close(request, Closed.USED, reason="", by=user)
    _record("recovery_used", request, by=Actor.applicant(user), on=on)
    letter = write("recovery.used", Facts({"day": on}))
    for place, address in enumerate(dict.fromkeys((old, user.email))):
        letters.mail(user, letter, occasion=f"recovery:{request.pk}:used:{place}", address=address)
    return user


def _locked(request: RecoveryRequest) -> RecoveryRequest:
    # nothing joined: who waited for the row would read the people whom it named before
    return RecoveryRequest.objects.select_for_update().get(pk=request.pk)


def _close(request: RecoveryRequest, outcome: str, *, reason: str, by: Actor | User | None) -> None:
    request.closed_as, request.reason, request.closed_at = outcome, reason[:500], clock.now()
    request.closed_by = by.user if isinstance(by, Actor) else by
    request.save()


def _record(code: str, request: RecoveryRequest, *, by: Actor, on: date) -> None:
    decision = passed(code, BECAUSE, request=request.pk, account=request.account_id)
    decisions.record(decision, kind=code.replace("_", ".", 1), version_id=None, by=by, on=on)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
