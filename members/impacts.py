"""What a new rulebook changes for members: places that go, who stands where, certificates that people hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from association.decisions import Reason, Source, convention
from association.impacts import Change, Impact, Impacts, Recounted
from association.models import DecisionRecord
from association.rules.comparing import Place, Unplaced, name_under, place_under
from association.rules.counting import WorkCalendar
from association.states import State
from members.actions import history, registrations
from members.actions.history import Entry
from members.models import Certificate, Membership, MembershipEvent, TierChange, TierSpan
from members.rules.standing import EventKind

AT_ONCE = 500
"""Memberships moved in one go."""


def held_on(day: date) -> dict[Place, int]:
    """How many members stand in each place on the day."""
    counts: Counter[Place] = Counter()
    for (place, _grade), count in held_by_grade(day).items():
        counts[place] += count
    return dict(counts)


def held_by_grade(day: date, among: QuerySet[Membership] | None = None) -> dict[tuple[Place, str], int]:
    """The same by what the fee may depend on too: a query for those with a tier, and one for those without."""
    running = Membership.objects.running_on(day).order_by()
    if among is not None:
        running = running.filter(pk__in=among.order_by().values("pk"))
    spans = TierSpan.objects.on(day)
    placed = running.filter(tiers__in=spans).values_list("class_id", "tiers__tier", "grade").annotate(n=Count("pk"))
    bare = running.filter(~Exists(spans.filter(membership=OuterRef("pk"))))
    counts = Counter({(Place(class_id, tier), grade): n for class_id, tier, grade, n in placed})
    for class_id, grade, n in bare.values_list("class_id", "grade").annotate(n=Count("pk")):
        counts[Place(class_id), grade] += n
    return dict(counts)


def held_from(day: date) -> dict[Place, int]:
    """The same for whoever is a member on the day or later, in the places that they have then or later."""
    spans = _spans_from(day).filter(membership__in=_running_from(day))
    placed = spans.values_list("membership__class_id", "tier").annotate(n=Count("membership", distinct=True))
    counts = Counter({Place(class_id, tier): n for class_id, tier, n in placed.order_by()})
    counts.update({Place(class_id): n for class_id, n in _by_class(_without_tier(day))})
    return dict(counts)


def _running_from(day: date) -> QuerySet[Membership]:
    return Membership.objects.filter(Q(until__isnull=True) | Q(until__gt=day))


def _spans_from(day: date) -> QuerySet[TierSpan]:
    return TierSpan.objects.filter(Q(until__isnull=True) | Q(until__gt=day))


def _without_tier(day: date) -> QuerySet[Membership]:
    return _running_from(day).filter(~Exists(_spans_from(day).filter(membership=OuterRef("pk"))))


def _by_class(rows: QuerySet[Membership]) -> Iterable[tuple[str, int]]:
    return rows.order_by().values_list("class_id").annotate(n=Count("pk"))


class MemberImpacts(Impacts):
    """Tiers and classes that members hold and that the new rulebook does not have, or gives another name."""

    def count_again(self, calendar: WorkCalendar, *, on: date) -> Iterator[Recounted]:
        return registrations.count_again(calendar)

    def read(self, change: Change) -> Iterator[Impact]:
        if not change.concerns_members:
            return
        for place, count in sorted(held_from(change.on).items(), key=lambda item: item[0].key):
            target = place_under(change.new, place, change.mapping)
            facts = {"place": change.name(place), "count": count}
            if isinstance(target, Unplaced):
                code = "class_goes" if target.kind == "classes" else "tier_goes"
                yield Impact("members", Reason(code, _sources(change), facts), count, (target.kind, target.key))
            elif target != place:
                facts["to"] = name_under(change.new, target)
                yield Impact("members", Reason("place_changes", _sources(change), facts), count)
        yield from self._renamed(change)
        yield from self._proposed(change)

    def _renamed(self, change: Change) -> Iterator[Impact]:
        """The same id under another name: members are called something else from then on."""
        if change.old is None:
            return
        held = held_on(change.on)
        old = change.old.rulebook
        before: Any
        after: Any
        for before, after, kind in (
            *((tier, new, "tier") for tier in old.tiers for new in change.new.tiers if new.id == tier.id),
            *((rule, new, "class") for rule in old.classes for new in change.new.classes if new.id == rule.id),
        ):
            count = sum(n for p, n in held.items() if before.id == (p.tier if kind == "tier" else p.class_id))
            if before.name != after.name and count:
                facts = {"before": before.name, "after": after.name, "count": count}
                yield Impact("members", Reason("place_renamed", after.sources(change.new.id), facts), count)

    def _proposed(self, change: Change) -> Iterator[Impact]:
        """Proposals to confer a tier that would not be there any more."""
        kept = [tier.id for tier in change.new.tiers]
        proposed = TierChange.objects.filter(case__state=State.OPEN).exclude(tier__in=kept)
        if count := proposed.count():
            yield Impact("members", Reason("proposed_tier_goes", _sources(change), {"count": count}), count)

    def unplaced(self, change: Change) -> list[tuple[Unplaced, int]]:
        if not change.concerns_members:
            return []
        held = sorted(held_from(change.on).items(), key=lambda item: item[0].key)
        targets = ((place_under(change.new, place, change.mapping), count) for place, count in held)
        found: Counter[Unplaced] = Counter()
        for target, count in targets:
            if isinstance(target, Unplaced):
                # all tiers of a class that goes wait for one answer
                found[target if target.kind == "tiers" else Unplaced("classes", Place(target.place.class_id))] += count
        return list(found.items())

    @transaction.atomic
    def carry_over(self, change: Change, *, record: DecisionRecord, day: date) -> int:
        """Move tiers from ``change.on``, or a later start; the class once its day has come. An event for each move."""
        if not change.concerns_members:
            return 0
        places = [place for place in held_from(change.on) if place_under(change.new, place, change.mapping) != place]
        if not places:
            return 0
        concerned = _concerned(change.on, places)
        done = 0
        keys = list(concerned.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), AT_ONCE):
            done += _move(keys[start : start + AT_ONCE], change, record, day)
        return done


def _concerned(day: date, places: Iterable[Place]) -> QuerySet[Membership]:
    wanted = Q(pk__in=[])
    for place in places:
        spans = _spans_from(day).filter(membership=OuterRef("pk"))
        has = Exists(spans.filter(tier=place.tier)) if place.tier else ~Exists(spans)
        wanted |= Q(has, class_id=place.class_id)
    return _running_from(day).filter(wanted)


def _move(keys: list[int], change: Change, record: DecisionRecord, day: date) -> int:
    """One batch: close and open spans, change classes, write the files."""
    spans = Prefetch("tiers", _spans_from(change.on).order_by("from_on"), to_attr="spans_from")
    members = Membership.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    written = set(
        MembershipEvent.objects.filter(membership__in=keys, decision=record, kind=EventKind.CARRIED_OVER).values_list(
            "membership", flat=True
        )
    )
    closed: list[TierSpan] = []
    changed: list[TierSpan] = []
    opened: list[TierSpan] = []
    dropped: list[int] = []
    entries: list[Entry] = []
    reclassed: list[tuple[int, str]] = []
    for member in members.prefetch_related(spans):
        held: list[TierSpan] = member.spans_from  # type: ignore[attr-defined]  # prefetched
        new_class = member.class_id
        for span in held or (None,):
            place = Place(member.class_id, span.tier if span else "")
            target = place_under(change.new, place, change.mapping)
            assert isinstance(target, Place)
            new_class = target.class_id
            from_on = max(change.on, span.from_on if span else member.starts_on)
            moved = target.tier != place.tier
            if moved and span and span.from_on < change.on:
                opened.append(TierSpan(membership=member, tier=target.tier, from_on=from_on, until=span.until))
                span.until = change.on
                closed.append(span)
            elif moved and span and target.tier:
                span.tier = target.tier
                changed.append(span)
            elif moved and span:
                dropped.append(span.pk)
            elif moved:
                opened.append(TierSpan(membership=member, tier=target.tier, from_on=from_on))
            if moved or (target.class_id != place.class_id and member.pk not in written):
                facts = {"tier": target.tier}
                facts |= {"class_id": target.class_id} if target.class_id != place.class_id else {}
                entries.append(Entry(member, EventKind.CARRIED_OVER, from_on, record, facts))
        if new_class != member.class_id and change.on <= day:
            reclassed.append((member.pk, new_class))
    TierSpan.objects.bulk_update(closed, ["until"])
    TierSpan.objects.bulk_update(changed, ["tier"])
    TierSpan.objects.filter(pk__in=dropped).delete()
    TierSpan.objects.bulk_create(span for span in opened if span.tier)
    history.append(entries)
    for new_class in {target for _key, target in reclassed}:
        Membership.objects.filter(pk__in=[key for key, target in reclassed if target == new_class]).update(
            class_id=new_class
        )
    return len({entry.membership.pk for entry in entries})


def _sources(change: Change) -> tuple[Source, ...]:
    return (*change.new.meta.sources(change.new.id), convention("C-19"))


class CertificateImpacts(Impacts):
    """Certificates stand as they were issued; the next one follows the new rulebook."""

    def read(self, change: Change) -> Iterator[Impact]:
        if not change.concerns_members or change.old is None:
            return
        before = {rule.id: rule for rule in change.old.rulebook.certificates}
        after = {rule.id: rule for rule in change.new.certificates}
        in_hand = dict(_in_hand(change.on))
        for id, rule in before.items():
            count, new = in_hand.get(id, 0), after.get(id)
            facts = {"name": rule.name, "count": count}
            if new is None and count:
                yield Impact("certificates", Reason("certificate_goes", _sources(change), facts), count)
            elif new is not None and rule.validity != new.validity:
                sources = new.sources(change.new.id)
                yield Impact("certificates", Reason("certificate_lasts_differently", sources, facts), count)
        for id, rule in after.items():
            if id not in before:
                sources = rule.sources(change.new.id)
                yield Impact("certificates", Reason("certificate_comes", sources, {"name": rule.name}))


def _in_hand(day: date) -> Iterable[tuple[str, int]]:
    """Valid certificates by kind."""
    running = Q(membership__until__isnull=True) | Q(membership__until__gt=day)
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    kept = Q(revoked_on__isnull=True) | Q(revoked_on__gt=day)
    rows = Certificate.objects.filter(running, lasting, kept, superseded_by__isnull=True)
    return rows.order_by().values_list(F("rule")).annotate(n=Count("pk"))
