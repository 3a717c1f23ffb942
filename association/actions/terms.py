"""The changeover from one term of office to the next (换届): on the day of the election, however late it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from association import ports, queries
from association.actions import decisions, profile
from association.actors import Actor
from association.decisions import Decision, Outcome, Reason, Refused, Source, failed, passed, require, setting
from association.decisions import resolution as resolution_source
from association.models import Body, Resolution, Seat, Term
from association.ports import Addressee
from association.rules.voting import ASSEMBLY, ELECTION


@dataclass(frozen=True)
class Changeover:
    """What a changeover on ``day`` does: seats that go on or end, and who holds a tier that sits in the body.

    Nothing happens to those tiers: each is conferred or taken by a resolution of its own.
    """

    term: Term
    day: date
    kept: tuple[Seat, ...]
    ended: tuple[Seat, ...]
    sitting: tuple[Addressee, ...]


def electors(body: Body, on: date) -> tuple[tuple[str, ...], tuple[Source, ...]]:
    """Keys of the bodies that may elect this one: the rulebook's, else the assemblies, any body where there is none;
    with what says so.
    """
    try:
        governing = queries.governing(on)
    except queries.NoRulebook:
        return tuple(_assemblies()), (setting("terms"),)
    rule = governing.rulebook.bodies.get(body.key)
    sources = rule.sources(governing.rulebook.id) if rule else (setting("terms"),)
    if rule is not None and rule.elected_by in queries.bodies():
        return (str(rule.elected_by),), sources
    return tuple(_assemblies()), sources


def _assemblies() -> list[str]:
    return [body.key for body in queries.bodies().values() if body.kind == ASSEMBLY]


def seats_on(body: Body, day: date) -> list[Seat]:
    return list(Seat.objects.on(day).filter(body=body).select_related("user").order_by("pk"))


def outlook(term: Term, *, reelected: Collection[int], day: date) -> Changeover:
    """What would happen; ``reelected`` by key of the seat. Changes nothing."""
    seats = [seat for seat in seats_on(term.body, day) if seat.from_on < day]
    return Changeover(
        term,
        day,
        tuple(seat for seat in seats if seat.pk in reelected),
        tuple(seat for seat in seats if seat.pk not in reelected),
        sitting(term.body, day),
    )


def sitting(body: Body, day: date) -> tuple[Addressee, ...]:
    """Who holds a class or tier that sits in the body by the rulebook: what it names, and where a tier bears the
    body's own key that one and the tiers above it (a vice-president unit sits in the council).
    """
    try:
        rulebook = queries.rulebook_on(day)
    except queries.NoRulebook:
        return ()
    rule = rulebook.bodies.get(body.key)
    own = next((tier for tier in rulebook.tiers if tier.id == body.key), None)
    ids = set(rule.composed_of if rule else ())
    if own is not None:
        ids |= {tier.id for tier in rulebook.tiers if tier.rank >= own.rank and set(tier.class_) & set(own.class_)}
    return tuple(ports.audiences["members"].holding(ids, day)) if ids and body.kind != ASSEMBLY else ()


def _check_election(resolution: Resolution, keys: Collection[str], sources: tuple[Source, ...]) -> Decision:
    """Whether it is an election, passed by one of the bodies ``keys``; by any where there are none."""
    if resolution.passed_on is None:
        return failed("resolution_not_passed", *sources, number=resolution.number)
    if keys and resolution.meeting.body.key not in keys:
        named = [queries.body_name(key) for key in keys]
        return failed("term_by_another_body", *sources, body=str(resolution.meeting.body), expected=named)
    if resolution.decides != ELECTION:
        return failed("term_needs_election", *sources, number=resolution.number)
    return passed("resolution_elects", *sources)


def check_changeover(term: Term, resolution: Resolution, *, until: date) -> Decision:
    """Whether the resolution ends the term: passed, of a body that elects, on a day after the term began."""
    keys, sources = electors(term.body, resolution.meeting.held_on)
    day = resolution.meeting.held_on
    if term.changed_over_on is not None:
        return failed("term_over_already", *sources, on=term.changed_over_on.isoformat())
    elected = _check_election(resolution, keys, sources)
    if not elected.passed:
        return elected
    if day <= term.from_on:
        return failed("term_not_begun", *sources, from_on=term.from_on.isoformat())
    if until <= day:
        return failed("term_disordered", *sources)
    facts = {"body": str(term.body), "number": term.number, "next": term.number + 1, "on": day.isoformat()}
    cited = (*sources, resolution_source(resolution.number))
    return Decision(Outcome.PASS, (Reason("term_changed_over", cited, facts),))


@transaction.atomic
def change_over(
    term: Term, resolution: Resolution, *, until: date, reelected: Collection[int], by: Actor, on: date
) -> Term:
    """End the term on the day of the resolution's meeting and open the next one; ``until``: the day after its planned
    last one. Seats that are not re-elected end, the others go on in the new term. Returns the new term.
    """
    term = Term.objects.select_for_update(of=("self",)).select_related("body").get(pk=term.pk)
    decision = require(check_changeover(term, resolution, until=until))
    day = resolution.meeting.held_on
    what = outlook(term, reelected=reelected, day=day)
    unknown = set(reelected) - {seat.pk for seat in what.kept}
    if unknown:
        raise Refused(failed("seat_not_of_term", *decision.sources))
    reason = decision.reasons[0]
    facts = {**reason.facts, "kept": len(what.kept), "ended": len(what.ended)}
    told = Decision(Outcome.PASS, (Reason(reason.code, reason.sources, facts),))
    term.changed_over_on, term.resolution = day, resolution
    governing = _version_on(day)
    term.changeover = decisions.record(told, kind="term.changed_over", version_id=governing, by=by, on=on)
    term.save(update_fields=["changed_over_on", "resolution", "changeover"])
    following = Term.objects.create(body=term.body, number=term.number + 1, from_on=day, until=until)
    Seat.objects.filter(pk__in=[seat.pk for seat in (*what.kept, *what.ended)], term=None).update(term=term)
    Seat.objects.filter(pk__in=[seat.pk for seat in (*what.kept, *what.ended)]).update(until=day)
    Seat.objects.filter(body=term.body, from_on__gte=day).update(term=following)
    for seat in what.kept:
        Seat.objects.create(body=term.body, user=seat.user, from_on=day, term=following)
    profile.touch()
    return following


def _version_on(day: date) -> int | None:
    try:
        return queries.governing(day).version_id
    except queries.NoRulebook:
        return None
