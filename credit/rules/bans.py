"""Who may not join, and until when: bans and the dishonesty list (ACG-40, 41; C-2, C-12)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from association.decisions import Decision, Outcome, Reason, Source, convention, failed, passed
from association.rulebook.schema import Rulebook
from association.rules.counting import add


@dataclass(frozen=True, slots=True)
class BanSpan:
    """A ban, ``[from_on, until)``: ``until`` is the first free day, by the version in force on ``from_on`` (C-19).

    ``key`` names the row; a revoked decision leaves a ``void`` ban (ACG-44).
    """

    cause: str
    from_on: date
    until: date
    key: str = ""
    void: bool = False

    @property
    def last_day(self) -> date:
        return self.until - timedelta(1)


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry of the dishonesty list (失信名录). ``planned_until``: the first day after its planned end (A-27).

    The ban that follows ``removed_on`` is computed from the rulebook given; the latest of it and the bans on record
    holds.
    """

    from_on: date
    planned_until: date | None = None
    removed_on: date | None = None
    key: str = ""
    void: bool = False


def ban_until(rulebook: Rulebook, cause: str, event_day: date) -> Decision:
    """The ban that ``cause`` brings; ``value`` is a :class:`BanSpan`, ``None`` where the rulebook is silent (C-21).

    ``cause``: ``withdrawal``, ``loss``, ``expulsion``, ``registry_exit``, ``list_removal``. ``event_day``: the day
    of the event that the rule counts from, such as the announcement (ACG-40). Bans do not roll (C-6); the latest
    of several holds (C-12).
    """
    rules = [ban for ban in rulebook.bans if ban.enabled and cause in ban.on]
    if not rules:
        return passed("no_ban", convention("C-21"), cause=cause)
    ends = {ban.id: add(event_day, ban.n, ban.unit) for ban in rules}
    last = max(ends.values())
    deciding = next(ban for ban in rules if ends[ban.id] == last)
    return passed(
        "ban",
        *deciding.sources(rulebook.id),
        convention("C-2"),
        *_combined(len(rules)),
        value=BanSpan(cause, event_day, last + timedelta(1)),
        cause=cause,
        event_day=event_day.isoformat(),
        last_day=last.isoformat(),
        n=deciding.n,
        unit=deciding.unit,
    )


def banned(rulebook: Rulebook, bans: Iterable[BanSpan], listings: Iterable[Listing] = (), *, on: date) -> Decision:
    """Whether a ban runs on a day; ``value`` is the first free day, ``on`` itself where none runs.

    A removal from the list counts as an event of its own (ACG-41).
    """
    spans = [span for span in bans if not span.void] + _after_removal(rulebook, listings)
    running = [span for span in spans if span.from_on <= on < span.until]
    if not running:
        sources = [source for ban in rulebook.bans if ban.enabled for source in ban.sources(rulebook.id)]
        return passed("not_banned", *dict.fromkeys(sources or [convention("C-21")]), value=on)
    combined = _combined(len(running))
    reasons = tuple(_ban_reason(rulebook, span, combined) for span in running)
    return Decision(Outcome.FAIL, reasons, max(span.until for span in running))


def listed(rulebook: Rulebook, listings: Iterable[Listing], *, on: date) -> Decision:
    """Whether the dishonesty list bars admission on a day (ACG-41).

    A planned end removes nobody unless the rulebook says so; a removal takes effect on its day.
    """
    rule = rulebook.dishonesty
    if rule is None or not rule.blocks_admission:
        return passed("list_does_not_bar", convention("C-21"))
    sources = rule.sources(rulebook.id)
    for entry in listings:
        ended = entry.removed_on is not None and on >= entry.removed_on
        lapsed = rule.planned_end_removes and entry.planned_until is not None and on >= entry.planned_until
        if entry.from_on <= on and not (entry.void or ended or lapsed):
            return failed("listed", *sources, listed_on=entry.from_on.isoformat(), key=entry.key)
    return passed("not_listed", *sources)


def blocked(rulebook: Rulebook, bans: Iterable[BanSpan], listings: Iterable[Listing], on: date) -> Decision:
    """Both tests together: fails while a ban runs or the subject is listed (ACG-40, 41).

    ``value``: the first day free of what is on record, ``None`` while listed, since only a decision removes.
    """
    listings = tuple(listings)
    by_list = listed(rulebook, listings, on=on)
    by_ban = banned(rulebook, bans, listings, on=on)
    both = Decision.all_of((by_ban, by_list))
    return Decision(both.outcome, both.reasons, by_ban.value if by_list.passed else None)


def _after_removal(rulebook: Rulebook, listings: Iterable[Listing]) -> list[BanSpan]:
    spans = []
    for entry in listings:
        if entry.removed_on is None or entry.void:
            continue
        span = ban_until(rulebook, "list_removal", entry.removed_on).value
        if span is not None:
            spans.append(replace(span, key=entry.key))
    return spans


def _ban_reason(rulebook: Rulebook, span: BanSpan, combined: tuple[Source, ...]) -> Reason:
    rules = [ban for ban in rulebook.bans if span.cause in ban.on]
    sources = [source for ban in rules for source in ban.sources(rulebook.id)] or [convention("C-19")]
    facts = {
        "cause": span.cause,
        "event_day": span.from_on.isoformat(),
        "last_day": span.last_day.isoformat(),
        "free_from": span.until.isoformat(),
        "key": span.key,
    }
    return Reason("banned", (*dict.fromkeys(sources), *combined), facts, Outcome.FAIL)


def _combined(count: int) -> tuple[Source, ...]:
    """The convention that the latest end holds, cited where several ends meet."""
    return (convention("C-12"),) if count > 1 else ()
