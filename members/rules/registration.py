"""Registration (会员登记): when it is accepted, and how long it holds (ACG-21, 22, 25)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from association.decisions import Decision, Source, convention, failed, passed, referred, setting
from association.rulebook.schema import Certificate, Period, Rulebook, Silent, Validity, Workflow
from association.rules.counting import Due, WorkCalendar, add, last_day_of_validity
from association.rules.deadlines import deadline

WORKFLOWS = {
    "initial": "registration_initial",
    "renewal": "registration_renewal",
    "re_registration": "registration_again",
}


@dataclass(frozen=True, slots=True)
class Span:
    """From ``opens`` to ``closes`` (last day). While events are ``awaiting`` their day, it cannot have closed yet."""

    opens: date
    closes: Due | None
    awaiting: tuple[str, ...] = ()

    def over(self, on: date) -> bool:
        return not self.awaiting and self.closes is not None and on > self.closes.day


@dataclass(frozen=True, slots=True)
class Valid:
    """A validity, both days included; ``last_day`` is ``None`` where it never ends."""

    first_day: date
    last_day: date | None

    @property
    def until(self) -> date | None:
        """The first day no longer covered, as rows keep it."""
        return self.last_day + timedelta(1) if self.last_day else None


def window(rulebook: Rulebook, kind: str, *, events: Mapping[str, date], calendar: WorkCalendar) -> Decision:
    """When a registration of this kind is accepted; ``value`` is a :class:`Span` (ACG-21.b, 21.d, A-13).

    Closes on the latest of the rulebook's closings (C-12). Fails with ``event_unknown`` when even its opening
    cannot be told, with ``window_by_campaign`` where the year's campaign decides (see :func:`accepts`).
    """
    workflow = rulebook.workflow(WORKFLOWS[kind])
    sources = workflow.sources(rulebook.id)
    rule = workflow.window
    if rule is None or rule.campaign:
        return failed("window_by_campaign" if rule else "window_unstated", *sources)
    opening = _opening(rulebook, workflow, events, calendar)
    if not opening.passed:
        return opening
    closings = [deadline(rulebook, workflow, p, events=events, calendar=calendar) for p in rule.closes]
    known = [closing for closing in closings if closing.passed]
    awaiting = tuple(period.from_ for period in rule.closes if period.from_ not in events)
    latest = max(known, key=lambda closing: closing.value.day, default=None)
    span = Span(opening.value, latest.value if latest else None, awaiting)
    also = (convention("C-12"),) if len(rule.closes) > 1 else ()
    counted = tuple(source for closing in closings for source in closing.sources)
    return passed(
        "window",
        *dict.fromkeys((*sources, *opening.sources, *counted, *also)),
        value=span,
        opens=span.opens.isoformat(),
        closes=span.closes.day.isoformat() if span.closes else None,
        provisional=bool(span.closes and span.closes.provisional),
        awaiting=list(awaiting),
    )


def accepts(
    rulebook: Rulebook,
    kind: str,
    *,
    on: date,
    events: Mapping[str, date],
    calendar: WorkCalendar,
    campaign: tuple[date, date] | None = None,
) -> Decision:
    """Whether a request for registration may come in on a day (ACG-21).

    A missed window is ``referred`` to staff where the rulebook says so (``on_lapse="staff"``): nothing lapses by
    itself. ``campaign``: first and last day of this year's review, for a window by campaign; outside it fails.
    """
    workflow = rulebook.workflow(WORKFLOWS[kind])
    sources = workflow.sources(rulebook.id)
    if workflow.window is None:
        return passed("window_unstated", *sources)
    if workflow.window.campaign:
        return _in_campaign(sources, campaign, on)
    found = window(rulebook, kind, events=events, calendar=calendar)
    if not found.passed:
        return found
    span, facts = found.value, {**found.reasons[0].facts, "on": on.isoformat()}
    if on < span.opens:
        return failed("window_not_open", *found.sources, value=span, **facts)
    if not span.over(on):
        return passed("window_open", *found.sources, value=span, **facts)
    late = referred if workflow.on_lapse == "staff" else failed
    return late("window_closed", *found.sources, value=span, **facts)


def validity(
    rulebook: Rulebook,
    certificate: Certificate,
    kind: str,
    *,
    facts: Mapping[str, Any],
    events: Mapping[str, date],
    paid_years: Collection[int] = (),
    previous_expiry: date | None = None,
    term_ends_on: date | None = None,
) -> Decision:
    """How long a registration holds; ``value`` is a :class:`Valid` (ACG-21.b–d).

    ``paid_years``: the fee years paid; they count as far as they follow one another from the first.
    ``facts`` choose among validities (class, tier …). Fails with a code that names what is not known yet.
    """
    rule = rulebook.validity_for(certificate, facts, kind)
    if rule is None:
        raise Silent(f"{rulebook.id} states no validity of {certificate.id!r} for {kind!r}")
    sources = _sources_of(rulebook, certificate, rule)
    if rule.kind == "years":
        return _years(rule, sources, events, previous_expiry)
    start = events.get("membership.started" if rule.kind == "paid_years" else certificate.trigger)
    if start is None:
        return failed("event_unknown", *sources, event="membership.started")
    if rule.kind == "paid_years":
        return _paid_years(sources, start, paid_years)
    if rule.kind == "none":
        return _valid(sources, start, None)
    if term_ends_on is None or term_ends_on < start:
        return failed("term_unknown", *sources, setting("council_term"))
    return _valid((*sources, setting("council_term")), start, term_ends_on)


def step_deadline(
    rulebook: Rulebook, workflow: str, step: str, *, events: Mapping[str, date], calendar: WorkCalendar
) -> Decision | None:
    """Until when a step is to be done (ACG-20, 22, 25); ``None`` where the rulebook sets no time."""
    rule = rulebook.workflow(workflow).step(step)
    if rule.deadline is None:
        return None
    return deadline(rulebook, rule, rule.deadline, events=events, calendar=calendar)


def _opening(rulebook: Rulebook, workflow: Workflow, events: Mapping[str, date], calendar: WorkCalendar) -> Decision:
    opens = workflow.window.opens if workflow.window else None
    sources = workflow.sources(rulebook.id)
    if isinstance(opens, Period):
        found = deadline(rulebook, workflow, opens, events=events, calendar=calendar)
        return passed("window_opens", *found.sources, value=found.value.day) if found.passed else found
    if opens is None:
        return passed("window_opens", *sources, value=date.min)
    if opens not in events:
        return failed("event_unknown", *sources, event=opens)
    return passed("window_opens", *sources, value=events[opens])


def _in_campaign(sources: tuple[Source, ...], campaign: tuple[date, date] | None, on: date) -> Decision:
    if campaign is None:
        return failed("campaign_unknown", *sources, setting("review_campaign"), on=on.isoformat())
    first, last = campaign
    facts = {"opens": first.isoformat(), "closes": last.isoformat(), "on": on.isoformat()}
    answer = passed if first <= on <= last else failed
    code = "window_open" if first <= on <= last else "window_not_open" if on < first else "window_closed"
    return answer(code, *sources, setting("review_campaign"), value=Span(first, Due(last)), **facts)


def _sources_of(rulebook: Rulebook, certificate: Certificate, rule: Validity) -> tuple[Source, ...]:
    own = certificate.model_copy(update={"ref": rule.ref}) if rule.ref else certificate
    return own.sources(rulebook.id)


def _years(
    rule: Validity, sources: tuple[Source, ...], events: Mapping[str, date], previous_expiry: date | None
) -> Decision:
    if rule.from_ == "previous_expiry":
        start = previous_expiry + timedelta(1) if previous_expiry else None
    else:
        start = events.get(rule.from_ or "registration.completed")
    if start is None:
        return failed("event_unknown", *sources, event=rule.from_)
    if rule.count_first:
        return _valid((*sources, convention("C-3")), start, last_day_of_validity(start, rule.n, "year"))
    return _valid((*sources, convention("C-2")), start, add(start, rule.n, "year"))


def _paid_years(sources: tuple[Source, ...], start: date, paid_years: Collection[int]) -> Decision:
    year = start.year
    while year in paid_years:
        year += 1
    if year == start.year:
        return failed("fee_unpaid", *sources, year=year)
    return _valid(sources, start, date(year - 1, 12, 31))


def _valid(sources: tuple[Source, ...], first: date, last: date | None) -> Decision:
    return passed(
        "validity",
        *sources,
        value=Valid(first, last),
        first_day=first.isoformat(),
        last_day=last.isoformat() if last else None,
    )
