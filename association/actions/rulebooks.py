"""Store rulebooks, adopt them (施行) and send them out (印发)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial

from django.db import transaction
from django.utils import timezone

from association import impacts, ports, queries
from association.actions import bodies, consultations, decisions, jobs, notices, profile
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.decisions import (
    Decision,
    Outcome,
    Reason,
    Refused,
    Source,
    convention,
    failed,
    passed,
    require,
    setting,
)
from association.decisions import resolution as resolution_source
from association.impacts import Change
from association.letters import Letter, own, write
from association.models import Adoption, Association, DecisionRecord, Resolution, RulebookVersion
from association.models.rulebook import MEMBERSHIP
from association.rulebook.loader import load
from association.rulebook.schema import Rulebook
from association.rules.comparing import (
    NOTHING,
    Mapped,
    Unplaced,
    mapping_faults,
    only_encoded_otherwise,
    tiers_named,
)

CARRY_OVER = "association.carry_over"
SEND_OUT = "association.send_out_rulebook"
ADOPTED = "rulebook.adopted"


@transaction.atomic
def store(text: str, *, by: Actor) -> RulebookVersion:
    """Keep a valid rulebook text for good; the same text twice is one version.

    Raises :class:`association.rulebook.RulebookInvalid` with every problem found.
    """
    rulebook = load(text)
    known = RulebookVersion.objects.filter(digest=rulebook.digest).first()
    if known is not None:
        return known
    last = (
        RulebookVersion.objects.filter(rulebook=rulebook.id, document_version=rulebook.version)
        .order_by("encoding")
        .last()
    )
    bodies.introduce(rulebook)
    queries.governing_version.cache_clear()  # SQLite gives a key again that a transaction took back
    return RulebookVersion.objects.create(
        rulebook=rulebook.id,
        document_version=rulebook.version,
        encoding=last.encoding + 1 if last else 1,
        schema_number=rulebook.schema_number,
        slot=impacts.slot_of(rulebook),
        title=rulebook.title,
        text=text,
        digest=rulebook.digest,
        stored_by=by.user,
    )


@dataclass(frozen=True)
class _Plan:
    """An adoption as it is asked for, with what it meets."""

    version: RulebookVersion
    rulebook: Rulebook
    effective_from: date
    resolution: Resolution | None
    on: date
    mapping: Mapped
    newest: Adoption | None

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.rulebook.meta.sources(self.rulebook.id)

    @property
    def mends(self) -> bool:
        """Whether this is only another encoding of the document that was adopted last: no article reads otherwise."""
        return self.newest is not None and only_encoded_otherwise(
            queries.rulebook_of(self.newest.version_id), self.rulebook
        )

    @property
    def change(self) -> Change:
        return impacts.change_to(self.rulebook, on=self.effective_from, mapping=self.mapping)


def check_adoption(
    version: RulebookVersion,
    *,
    effective_from: date,
    resolution: Resolution | None,
    on: date,
    mapping: Mapped | None = None,
    seen: int | None = None,
) -> Decision:
    """Whether the version can be put in force from this day; the first thing that stands in the way.

    ``seen``: key of the adoption that the person was shown as the newest, 0 for none (``queries.newest_adoption``).
    """
    book, newest = queries.rulebook_of(version.pk), _newest(version.slot)
    plan = _Plan(version, book, effective_from, resolution, on, mapping or NOTHING, newest)
    for refusal in _refusals(plan, seen):
        return refusal
    decided = (resolution_source(resolution.number),) if resolution else ()
    facts = {"title": plan.rulebook.title, "effective_from": effective_from.isoformat()}
    if resolution is not None:
        facts["number"] = resolution.number
    code = "rulebook_adopted" if resolution else "rulebook_mended"
    return passed(code, *plan.sources, *decided, **facts)


def _refusals(plan: _Plan, seen: int | None) -> Iterator[Decision]:
    yield from _not_adoptable(plan)
    if seen is not None and seen != queries.newest_adoption(plan.version.slot):
        yield failed("adopted_meanwhile", *plan.sources)
    yield from _not_resolved(plan)
    yield from _too_late(plan)
    yield from _without_members_rules(plan)
    yield from _not_heard(plan)
    yield from _unplaced(plan)


@transaction.atomic
def adopt(
    version: RulebookVersion,
    *,
    effective_from: date,
    resolution: Resolution | None,
    by: Actor,
    on: date,
    mapping: Mapped | None = None,
    seen: int | None = None,
) -> Adoption:
    """Put a version in force from a day, under a passed resolution of a body that its rulebook allows.

    A first adoption may lie in the past; a later one is refused where a stored decision would fall under it. A mended
    encoding of the same document version needs no resolution. Two people at once adopt one after the other, and the
    second is checked against what the first did.

    ``mapping`` says where members go whose tier or class the version does not have: written into their files now,
    with ``effective_from`` as the legal day. Where that day is to come, those who join until then are carried over
    on it, and a member's class is read as the old one until it.
    """
    Association.objects.select_for_update().get(pk=1)  # one adoption at a time
    queries.forget()  # what this process read may be older than the lock
    known = Adoption.objects.filter(version=version, slot=version.slot, effective_from=effective_from).first()
    if known is not None:
        return known
    decision = require(
        check_adoption(
            version, effective_from=effective_from, resolution=resolution, on=on, mapping=mapping, seen=seen
        )
    )
    rulebook = queries.rulebook_of(version.pk)
    change = impacts.change_to(rulebook, on=effective_from, mapping=mapping)
    record = decisions.record(decision, kind=ADOPTED, version_id=version.pk, by=by, on=on)
    adoption = Adoption.objects.create(
        version=version,
        slot=version.slot,
        effective_from=effective_from,
        resolution=resolution,
        association=rulebook.association or Association.objects.get(pk=1).name,
        resolved_on=resolution.passed_on if resolution else None,
        mapping={kind: dict(pairs) for kind, pairs in (mapping or {}).items() if pairs},
        decision=record,
        adopted_by=by.user,
    )
    if change.old is not None and change.concerns_members:
        for area in impacts.AREAS:
            ports.impacts[area].carry_over(change, record=record, day=on)
        if effective_from > on:
            morning = timezone.make_aware(datetime.combine(effective_from, time()))
            jobs.order(CARRY_OVER, f"adoption:{adoption.pk}", run_after=morning, adoption_id=adoption.pk)
    bodies.sync(rulebook)
    profile.touch()
    return adoption


@transaction.atomic
def carry_over(adoption_id: int, *, on: date) -> None:
    """On the day that a version comes into force: the class of those who were mapped, and whoever joined since.

    Raises :class:`Refused` if somebody holds by now what the mapping does not name.
    """
    adoption = Adoption.objects.select_related("version", "decision").get(pk=adoption_id)
    governing = queries.governing(adoption.effective_from, adoption.slot)
    if governing.version_id != adoption.version_id or adoption.decision is None:
        return  # another version has taken the day
    change = Change(adoption.slot, None, governing.rulebook, adoption.effective_from, adoption.mapping)
    for area in impacts.AREAS:
        handler = ports.impacts[area]
        for refusal in _missing(handler.unplaced(change), change):
            raise Refused(refusal)
        handler.carry_over(change, record=adoption.decision, day=on)


def _not_adoptable(plan: _Plan) -> Iterator[Decision]:
    book = plan.rulebook
    facts = {"title": book.title}
    if book.repealed_on is not None and (not book.adoptable or book.repealed_on <= plan.effective_from):
        # the stamp is the document's own status, so Chinese in every language
        yield failed(
            "rulebook_not_adoptable", *plan.sources, stamp=f"已废止（{book.repealed_on.isoformat()}）", **facts
        )
    elif not book.adoptable:
        yield failed("rulebook_not_for_adoption", *plan.sources, **facts)
    elif book.effective_on is not None and plan.effective_from < book.effective_on:
        yield failed("before_its_own_day", *plan.sources, effective_on=book.effective_on.isoformat(), **facts)


def _not_resolved(plan: _Plan) -> Iterator[Decision]:
    if plan.mends:
        return
    allowed, sources = _deciders(plan)
    names = list(allowed.values())
    resolution = plan.resolution
    if resolution is None or resolution.passed_on is None:
        code = "adoption_needs_resolution" if names else "adoption_needs_any_resolution"
        yield failed(code, *sources, bodies=names)
    elif allowed and resolution.meeting.body.key not in allowed:
        yield failed("adoption_by_another_body", *sources, bodies=names, body=resolution.meeting.body.name)


def mends(version: RulebookVersion) -> bool:
    """Whether the version only mends the encoding of what was adopted last, and so takes no resolution."""
    return _asked(version).mends


def deciders(version: RulebookVersion) -> tuple[dict[str, str], tuple[Source, ...]]:
    """Names of the bodies that may adopt the version, by key, and the articles that say so; empty: any body."""
    return _deciders(_asked(version))


def _asked(version: RulebookVersion) -> _Plan:
    """The version as something to adopt, without a day or a resolution yet."""
    book, newest = queries.rulebook_of(version.pk), _newest(version.slot)
    return _Plan(version, book, date.max, None, date.max, NOTHING, newest)


def _newest(slot: str) -> Adoption | None:
    return Adoption.objects.filter(slot=slot).select_related("version").order_by("effective_from", "pk").last()


def _deciders(plan: _Plan) -> tuple[dict[str, str], tuple[Source, ...]]:
    """Names of the bodies that may adopt, by key, and the articles that say so; empty leaves it to any body.

    The document in force says who may change it: a new version cannot give itself to another body. Where both name
    bodies, it takes one that both do.
    """
    own = {key: plan.rulebook.bodies[key].name for key in plan.rulebook.adopted_by}
    if plan.newest is None or plan.newest.version.rulebook != plan.rulebook.id:
        return own, plan.sources
    present = queries.rulebook_of(plan.newest.version_id)
    rule = present.amendment if present.amendment and present.amendment.decided_by else None
    holders = {key: present.bodies[key].name for key in (rule.decided_by if rule else present.adopted_by)}
    if not holders:
        return own, plan.sources
    sources = (rule or present.meta).sources(present.id)
    both = {key: name for key, name in holders.items() if key in own}
    return both or holders, tuple(dict.fromkeys((*sources, *plan.sources)))


def _too_late(plan: _Plan) -> Iterator[Decision]:
    """A later version never governs a decision that was made before it."""
    if plan.newest is None:
        return
    since = plan.effective_from.isoformat()
    made = DecisionRecord.objects.filter(version__slot=plan.version.slot, on__gte=plan.effective_from)
    latest = made.exclude(kind__startswith="rulebook.").order_by("-on", "-pk").first()
    if latest is not None:
        yield failed("decisions_made_since", *plan.sources, since=since, latest=latest.on.isoformat())
    later = Adoption.objects.filter(slot=plan.version.slot, effective_from__gt=plan.effective_from)
    for adoption in later.order_by("-effective_from", "-pk"):
        facts = {"since": since, "latest": adoption.effective_from.isoformat()}
        if adoption.mapping:
            yield failed("members_moved_since", *plan.sources, **facts)
        elif any(plan.mapping.values()):
            yield failed("later_version_waits", *plan.sources, **facts)


def _without_members_rules(plan: _Plan) -> Iterator[Decision]:
    """A registry that leans on tiers needs the membership rulebook that has them."""
    named = tiers_named(plan.rulebook) if plan.version.slot != MEMBERSHIP else {}
    if not named:
        return
    sources = tuple(dict.fromkeys(source for found in named.values() for source in found))
    present = impacts.in_force(plan.effective_from, MEMBERSHIP)
    day = plan.effective_from.isoformat()
    if present is None:
        yield failed("membership_rules_missing", *sources, title=plan.rulebook.title, day=day)
        return
    missing = [tier for tier in named if tier not in {known.id for known in present.rulebook.tiers}]
    if missing:
        yield failed("tiers_not_in_membership_rules", *sources, tiers=missing, title=present.rulebook.title)


def _not_heard(plan: _Plan) -> Iterator[Decision]:
    if not plan.mends:
        yield from consultations.refusals(plan.version, effective_from=plan.effective_from, on=plan.on)


def _unplaced(plan: _Plan) -> Iterator[Decision]:
    if faults := mapping_faults(plan.rulebook, plan.mapping):
        yield failed("mapping_unknown", *plan.sources, names=faults)
    if plan.newest is not None and plan.version.slot == MEMBERSHIP:
        for area in impacts.AREAS:
            yield from _missing(ports.impacts[area].unplaced(plan.change), plan.change)


def _missing(found: list[tuple[Unplaced, int]], change: Change) -> Iterator[Decision]:
    """One refusal that names every place without an answer."""
    sources = (*change.new.meta.sources(change.new.id), convention("C-19"))
    reasons = []
    for unplaced, count in found:
        code = "class_unmapped" if unplaced.kind == "classes" else "tier_unmapped"
        facts = {"key": unplaced.key, "place": change.name(unplaced.place), "count": count}
        reasons.append(Reason(code, sources, facts, Outcome.FAIL))
    if reasons:
        yield Decision(Outcome.FAIL, tuple(reasons))


@transaction.atomic
def publish(adoption: Adoption, *, by: Actor, on: date) -> Adoption:
    """Send an adopted document out: where it asks for that, each member gets one message, however often it is sent.

    The addressees in the document's words are ``rulebook.distribution.to`` and ``.reported_to``; letters to those
    are the secretariat's.
    """
    adoption = Adoption.objects.select_for_update(of=("self",)).select_related("version").get(pk=adoption.pk)
    if adoption.published_on is not None:
        raise Refused(failed("published_already", setting("rulebook"), on=adoption.published_on.isoformat()))
    rulebook = queries.rulebook_of(adoption.version_id)
    sources = (rulebook.distribution or rulebook.meta).sources(rulebook.id)
    decisions.record(
        passed("rulebook_published", *sources, title=rulebook.title),
        kind="rulebook.published",
        version_id=adoption.version_id,
        by=by,
        on=on,
    )
    adoption.published_on = on
    adoption.save(update_fields=["published_on"])
    if rulebook.distribution is not None and rulebook.distribution.members:
        jobs.order(SEND_OUT, f"adoption:{adoption.pk}", adoption_id=adoption.pk)
    return adoption


def send_out(adoption_id: int) -> None:
    """Write to every member of the day on which the adopted document was sent out."""
    adoption = Adoption.objects.select_related("version").get(pk=adoption_id)
    assert adoption.published_on is not None
    occasion = f"rules:{adoption.version.rulebook}:{adoption.version.document_version}"
    told = notices.tell_members(occasion, adoption.published_on, partial(_letter, adoption))
    Adoption.objects.filter(pk=adoption_id).update(published_to=told.reached)


@in_letter_language
def _letter(adoption: Adoption) -> Letter:
    return write("rulebook.in_force", own.adopted(adoption))
