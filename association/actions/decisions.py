"""Write decisions down."""

from datetime import date

from association.actions.audit import written
from association.actors import Actor
from association.decisions import Decision
from association.models import DecisionRecord


def record(decision: Decision, *, kind: str, version_id: int | None, by: Actor, on: date) -> DecisionRecord:
    """Store what was decided (C-17), inside the caller's transaction."""
    written("decision")
    return DecisionRecord.objects.create(
        kind=kind,
        version_id=version_id,
        outcome=decision.outcome,
        reasons=[reason.as_json() for reason in decision.reasons],
        on=on,
        actor_kind=by.kind,
        actor=by.user,
        body=by.body,
        on_behalf_of=by.on_behalf_of,
        principal=by.principal,
    )
