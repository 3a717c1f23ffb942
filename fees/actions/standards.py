"""Fee standards take effect under the resolution that the rulebook asks for (ACG-35)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db import transaction

from association import queries
from association.actions import decisions, profile
from association.actors import Actor
from association.decisions import Decision, Outcome, Reason, failed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Resolution
from association.rulebook.schema import Rulebook
from association.rules.voting import FEE_LAW, FEE_STANDARD
from fees.models import FeeStandard, FeeStandardItem

Names = TypeVar("Names", bound=tuple[str, ...])


@transaction.atomic
def draft(title: str, amounts: Mapping[Names, Decimal], *, effective_from: date) -> FeeStandard:
    """Enter a standard: yuan by (class, tier) or (class, tier, grade), what there is none of left empty."""
    standard = FeeStandard.objects.create(title=title, effective_from=effective_from)
    FeeStandardItem.objects.bulk_create(
        FeeStandardItem(standard=standard, class_id=key[0], tier=key[1], grade="".join(key[2:]), amount=amount)
        for key, amount in amounts.items()
    )
    return standard


def check_activation(rulebook: Rulebook, standard: FeeStandard, resolution: Resolution | None) -> Decision:
    """Whether the resolution can put the standard in force: passed, in time, and of the body that sets fees."""
    fees = rulebook.fees
    sources = fees.sources(rulebook.id) if fees else (setting("fee_standard"),)
    if standard.decision_id is not None and standard.resolution is not None:
        return failed("standard_active_already", *sources, number=standard.resolution.number)
    if resolution is None or resolution.passed_on is None:
        return failed("standard_needs_resolution", *sources)
    wanted = fees.standard_by if fees else None
    if wanted and resolution.meeting.body.key != wanted:
        return failed(
            "standard_by_another_body", *sources, body=str(resolution.meeting.body), expected=queries.body_name(wanted)
        )
    if resolution.decides != FEE_STANDARD:
        return failed("standard_needs_fee_vote", *sources, law=FEE_LAW)
    if resolution.passed_on > standard.effective_from:
        return failed("standard_before_resolution", *sources, passed_on=resolution.passed_on.isoformat())
    facts = {"number": resolution.number}
    return Decision(
        Outcome.PASS, (Reason("standard_activated", (*sources, resolution_source(resolution.number)), facts),)
    )


@transaction.atomic
def activate(standard: FeeStandard, resolution: Resolution | None, *, by: Actor, on: date) -> FeeStandard:
    """Put a standard in force. What was billed before keeps its price (C-19)."""
    standard = FeeStandard.objects.select_for_update().get(pk=standard.pk)
    governing = queries.governing(max(on, standard.effective_from))
    decision = require(check_activation(governing.rulebook, standard, resolution))
    standard.resolution = resolution
    standard.decision = decisions.record(
        decision, kind="fees.standard_activated", version_id=governing.version_id, by=by, on=on
    )
    standard.save()
    profile.touch()
    return standard
