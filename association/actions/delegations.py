"""Bodies delegate their decisions to others under a resolution, and take that back (授权)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from association import queries
from association.actions import decisions
from association.actors import Actor
from association.decisions import Decision, Outcome, Reason, Refused, Source, failed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Body, Case, Delegation, Resolution
from association.rulebook.schema import Rulebook
from association.states import State

CLOSED = frozenset({State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID})


@dataclass(frozen=True)
class Wanted:
    """A delegation that a rulebook asks for: keys of the bodies, the kind of case, the articles that say so."""

    from_body: str
    to_body: str
    kind: str
    name: str
    sources: tuple[Source, ...]
    version_id: int | None = None


def wanted_by(rulebook: Rulebook, version_id: int | None = None) -> tuple[Wanted, ...]:
    """The delegations without which this rulebook's steps cannot be decided, each once, in the file's order."""
    found: dict[tuple[str, str, str], Wanted] = {}
    for kind, workflows in rulebook.workflows.items():
        for workflow in workflows:
            for step in workflow.steps:
                if step.delegated_by is None:
                    continue
                key = (step.delegated_by, step.actor, kind)
                sources = step.sources(rulebook.id)
                known = found[key].sources if key in found else ()
                name = found[key].name if key in found else workflow.name or kind
                found[key] = Wanted(*key, name, tuple(dict.fromkeys((*known, *sources))), version_id)
    return tuple(found.values())


def wanted_on(day: date) -> tuple[Wanted, ...]:
    """What the rulebooks in force on the day ask for, the membership's first."""
    found: dict[tuple[str, str, str], Wanted] = {}
    for slot in queries.rulebook_slots():
        try:
            governing = queries.governing(day, slot)
        except queries.NoRulebook:
            continue
        for each in wanted_by(governing.rulebook, governing.version_id):
            found.setdefault((each.from_body, each.to_body, each.kind), each)
    return tuple(found.values())


def wanted(from_body: Body, to_body: Body, kind: str, on: date) -> Wanted | None:
    """What the rules in force on the day say of this delegation, if anything."""
    asked = (from_body.key, to_body.key, kind)
    return next((each for each in wanted_on(on) if (each.from_body, each.to_body, each.kind) == asked), None)


def check_grant(
    resolution: Resolution,
    *,
    from_body: Body,
    to_body: Body,
    kind: str,
    case: Case | None,
    from_on: date,
    until: date | None,
) -> Decision:
    """Whether the resolution can grant this: passed, of the body that delegates, and the rules provide for it."""
    provided = wanted(from_body, to_body, kind, from_on)
    if provided is None:
        return failed("delegation_not_provided", setting("delegations"), from_on=from_on.isoformat())
    sources = provided.sources
    if resolution.passed_on is None:
        return failed("resolution_not_passed", *sources, number=resolution.number)
    if resolution.meeting.body_id != from_body.pk:
        facts = {"body": str(resolution.meeting.body), "expected": str(from_body)}
        return failed("delegation_by_another_body", *sources, **facts)
    if from_on < resolution.passed_on:
        return failed("delegation_before_resolution", *sources, passed_on=resolution.passed_on.isoformat())
    wrong = "delegation_disordered" if until is not None and until <= from_on else ""
    if case is not None and (case.kind != kind or case.state in CLOSED):
        wrong = "delegation_of_another_case"
    if wrong:
        return failed(wrong, *sources)
    cited = (*sources, resolution_source(resolution.number))
    facts = {"from_body": str(from_body), "to_body": str(to_body), "number": resolution.number}
    facts |= {"kind": kind, "from_on": from_on.isoformat()} | ({"until": until.isoformat()} if until else {})
    return Decision(Outcome.PASS, (Reason("delegation_granted", cited, facts),))


@transaction.atomic
def grant(
    resolution: Resolution,
    *,
    from_body: Body,
    to_body: Body,
    kind: str,
    case: Case | None = None,
    from_on: date,
    until: date | None = None,
    by: Actor,
    on: date,
) -> Delegation:
    """Let ``to_body`` decide for ``from_body`` in [from_on, until); ``case``: that one only."""
    decision = require(
        check_grant(
            resolution, from_body=from_body, to_body=to_body, kind=kind, case=case, from_on=from_on, until=until
        )
    )
    provided = wanted(from_body, to_body, kind, from_on)
    version_id = provided.version_id if provided else None
    record = decisions.record(decision, kind="delegation.granted", version_id=version_id, by=by, on=on)
    return Delegation.objects.create(
        from_body=from_body,
        to_body=to_body,
        kind=kind,
        case=case,
        resolution=resolution,
        from_on=from_on,
        until=until,
        decision=record,
    )


def check_revoke(delegation: Delegation, *, until: date) -> Decision:
    """Whether it can still be revoked: not revoked yet, and not over on its last day as granted."""
    source = resolution_source(delegation.resolution.number)
    ended = delegation.revoked_from or (
        delegation.until if delegation.until is not None and delegation.until <= until else None
    )
    if ended is not None:
        return failed("delegation_over", source, until=ended.isoformat())
    facts = {"number": delegation.resolution.number, "until": until.isoformat()}
    return Decision(Outcome.PASS, (Reason("delegation_revoked", (source,), facts),))


@transaction.atomic
def revoke(delegation: Delegation, *, until: date, note: str, by: Actor, on: date) -> Delegation:
    """End it early: ``until`` is the first day without it. What was decided under it stands. Gives its reason."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("resolution", "decision")
        .get(pk=delegation.pk)
    )
    until = max(until, delegation.from_on)
    decision = require(check_revoke(delegation, until=until))
    if until < on:
        raise Refused(failed("delegation_revoked_back", *decision.sources, on=on.isoformat()))
    if not note.strip():
        raise Refused(failed("delegation_reason_required", *decision.sources))
    reason = decision.reasons[0]
    told = Decision(Outcome.PASS, (Reason(reason.code, reason.sources, {**reason.facts, "note": note.strip()[:500]}),))
    delegation.revocation = decisions.record(
        told, kind="delegation.revoked", version_id=delegation.decision.version_id, by=by, on=on
    )
    delegation.revoked_from = until
    delegation.save(update_fields=["revoked_from", "revocation"])
    return delegation
