"""Somebody claims, by sealed letter, an application that another account began for the same unit."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from admissions import letters as says
from admissions import queries as reads
from admissions.models import Application, Claim
from admissions.models.application import ClaimState
from association import queries
from association.actions import decisions, letters
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import Decision, Outcome, Reason, Refused, failed, require
from association.letters import write
from association.models import CaseParticipant, StoredFile, User
from association.permissions import acting, may_act_for
from association.states import State
from members.actions import parties


def target_of(application: Application) -> Application | None:
    """The application in whose way the claimant's draft stands: the oldest of the same identity, not theirs."""
    if not application.identity_index:
        return None
    return (
        Application.objects.filter(identity_index=application.identity_index)
        .exclude(pk=application.pk)
        .exclude(case__state__in=[State.DRAFT, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID])
        .order_by("pk")
        .first()
    )


@transaction.atomic
def make(application: Application, letter: StoredFile, *, user: User, on: date) -> Claim:
    """Hand in the letter. A second one while the first is open is refused."""
    target = target_of(application)
    rulebook = reads.governing(application, on).rulebook
    sources = rulebook.workflow("admission").sources(rulebook.id)
    if target is None:
        raise Refused(failed("nothing_to_claim", *sources))
    if Claim.objects.filter(user=user, application=target, state=ClaimState.OPEN).exists():
        raise Refused(failed("claimed_already", *sources))
    return Claim.objects.create(user=user, application=target, letter=letter, made_on=on)


@transaction.atomic
@in_letter_language
def decide(claim: Claim, *, granted: bool, note: str, by: Actor, on: date) -> Claim:
    """Grant access to the application, or refuse with a reason. The one who began it keeps access and is told."""
    claim = Claim.objects.select_for_update(of=("self",)).select_related("application__case").get(pk=claim.pk)
    governing = queries.governing(on)
    workflow = governing.rulebook.workflow("admission")
    first = workflow.first
    sources = first.sources(governing.rulebook.id)
    assert by.user is not None
    case = claim.application.case
    require(may_act_for(by.user, first.actor, on=on, sources=sources, action=first.action, case=case))
    by = acting(by, first.actor, on=on, action=first.action, case=case)
    if claim.state != ClaimState.OPEN:
        raise Refused(failed("claim_decided_already", *sources))
    if not granted and not note.strip():
        raise Refused(failed("reasons_required", *sources))
    code = "claim_granted" if granted else "claim_refused"
    outcome = Outcome.PASS if granted else Outcome.FAIL
    record = decisions.record(
        Decision(outcome, (Reason(code, sources, {"claim": str(claim.key)}, outcome),)),
        kind="admission.claim",
        version_id=governing.version_id,
        by=by,
        on=on,
    )
    claim.state = ClaimState.GRANTED if granted else ClaimState.REFUSED
    claim.note, claim.decision = note.strip()[:500], record
    claim.save()
    if granted:
        CaseParticipant.objects.get_or_create(case=case, user=claim.user, defaults={"decision": record})
        membership = getattr(case, "membership", None)
        if membership is not None:
            parties.grant_access(membership.party, claim.user, on=on)
        said = says.claimed(claim)
        letters.tell(claim.user, write("claim.granted", said), occasion=f"claim:{claim.pk}", case=case)
        if case.applicant:
            shared = write("claim.shared", said)
            letters.tell(case.applicant, shared, occasion=f"claim:{claim.pk}:first", case=case)
    else:
        letters.tell(claim.user, write("claim.refused", says.claim_refused(claim)), occasion=f"claim:{claim.pk}")
    return claim
