"""What membership costs (ACG-28 … 31): one line for each fee year, each with its formula and its article.

Amounts are yuan in ``Decimal`` with the rulebook's quantum, rounded once for each line (C-14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from association.decisions import Decision, Outcome, Reason, Source, convention, failed, passed, setting
from association.rulebook.schema import EventDate, Fees, FixedDate, Rule, Rulebook
from association.rules.counting import Due, WorkCalendar, due, fixed_date
from association.rules.money import format_yuan, round_money

YEAR = 12
NO_EVENTS: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True)
class Standard:
    """A fee standard (会费标准): yuan a year by (class, tier), tier ``None`` where a class has none.

    ``key`` names it in citations; in force from ``effective_from`` until a later one.
    """

    key: str
    amounts: Mapping[tuple[str, str | None], Decimal]
    effective_from: date = date.min


@dataclass(frozen=True, slots=True)
class Line:
    """What is owed for one fee year. ``due_on`` is the last day to pay; ``due_event`` names it where it is no day."""

    year: int
    amount: Decimal
    months: int
    formula: str
    annual: Decimal
    due_on: date | None
    due_event: str | None
    provisional: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class _Payer:
    """Whose lines are drawn up, under which rulebook: what every line needs."""

    rulebook: Rulebook
    fees: Fees
    class_id: str
    tier: str | None
    standards: tuple[Standard, ...]
    calendar: WorkCalendar
    events: Mapping[str, date]

    @property
    def document(self) -> str:
        return self.rulebook.id

    def standard_on(self, day: date) -> Standard | None:
        """The standard in force on the day a line arises (C-19)."""
        in_force = [standard for standard in self.standards if standard.effective_from <= day]
        return max(in_force, key=lambda standard: standard.effective_from, default=None)

    def must_prepay(self) -> bool:
        rule = self.fees.prepayment
        if rule is None or rule.allowed == "none" or rule.mandatory_for is None:
            return False
        return self.rulebook.matches(rule.mandatory_for, {"class": self.class_id, "tier": self.tier})


@dataclass(frozen=True)
class _Year:
    """One line to be drawn up: which year, how many months of it, why, at the price of which day."""

    year: int
    code: str
    sources: tuple[Source, ...]
    priced_on: date
    months: int = YEAR
    denominator: int = YEAR


def joining(
    rulebook: Rulebook,
    *,
    class_id: str,
    tier: str | None,
    starts_on: date,
    standard: Standard | Sequence[Standard],
    calendar: WorkCalendar,
    registered_on: date | None = None,
    term_ends_on: date | None = None,
    prepay: bool = False,
    events: Mapping[str, date] = NO_EVENTS,
) -> Decision:
    """What joining costs; ``value`` is a tuple of :class:`Line`, empty where nothing is owed (ACG-30, 31.b, 31.c).

    ``registered_on`` left out is the day membership starts; in a later year, that year is owed too. A line is priced
    by the standard in force on the day it arises: prepaid years on the day of registration. ``prepay``: the
    applicant pays the rest of the council's term at once. ``events``: other days that the rulebook may count from.

    Fails with ``class_unknown``, ``tier_unknown``, ``tier_missing``, ``price_missing``, ``term_unknown``,
    ``term_over``, ``prepayment_not_offered``, ``event_unknown`` or ``cycle_not_yearly``.
    """
    known = {"membership.started": starts_on, "application.submitted": starts_on, **events}
    payer = _payer(rulebook, class_id=class_id, tier=tier, standard=standard, calendar=calendar, events=known)
    if isinstance(payer, Decision):
        return payer
    proration = payer.fees.proration
    began = known.get(proration.basis_event) if proration else starts_on
    if began is None:
        return failed("event_unknown", *_sources(payer, proration), event=proration and proration.basis_event)
    now = max(registered_on or starts_on, began)
    years = _first_years(payer, began, now)
    if prepay or payer.must_prepay():
        rest = _rest_of_term(payer, now, term_ends_on)
        if isinstance(rest, Decision):
            return rest
        years += rest
    return _drawn_up(payer, years, first=True, after=now)


def annual(
    rulebook: Rulebook,
    *,
    class_id: str,
    tier: str | None,
    year: int,
    on: date,
    standard: Standard | Sequence[Standard],
    calendar: WorkCalendar,
    term_ends_on: date | None = None,
    prepay: bool = False,
    billed: Collection[int] = (),
) -> Decision:
    """What an existing member owes for ``year``; ``value`` is a tuple of :class:`Line` (ACG-29, 31.a–31.c).

    The year's own line is priced on 1 January, prepaid ones on ``on``; all fall due with the first. ``billed`` years
    have their line already and keep it. Fails as :func:`joining` does.
    """
    payer = _payer(rulebook, class_id=class_id, tier=tier, standard=standard, calendar=calendar)
    if isinstance(payer, Decision):
        return payer
    if payer.fees.cycle == "once":
        return passed("fee_paid_once", *payer.fees.sources(payer.document), value=())
    years = [_Year(year, "fee_line", payer.fees.sources(payer.document), date(year, 1, 1))]
    if prepay or payer.must_prepay():
        rest = _rest_of_term(payer, max(on, date(year, 1, 1)), term_ends_on, year)
        if isinstance(rest, Decision):
            return rest
        years += rest
    return _drawn_up(payer, [y for y in years if y.year not in billed], first=False, after=None, due_year=year)


def prepayment_choice(rulebook: Rulebook, *, chosen: Collection[int], remaining: Sequence[int]) -> Decision:
    """Whether these years may be paid together: this year alone, or all that remain of the term (ACG-31.b).

    ``remaining``: the unpaid years from this one to the end of the term, in order.
    """
    rule = rulebook.fees.prepayment if rulebook.fees else None
    years = {"chosen": sorted(chosen), "remaining": list(remaining)}
    if rule is None or rule.allowed == "none":
        sources = rulebook.fees.sources(rulebook.id) if rulebook.fees else (convention("C-21"),)
        only = set(chosen) == set(remaining[:1])
        return (passed if only else failed)("one_year" if only else "prepayment_not_offered", *sources, **years)
    sources = rule.sources(rulebook.id)
    picked = sorted(chosen)
    if not picked or picked != list(remaining[: len(picked)]):
        return failed("years_not_in_order", *sources, **years)
    if rule.all_or_nothing and len(picked) not in (1, len(remaining)):
        return failed("prepayment_all_or_nothing", *sources, **years)
    return passed("years_payable", *sources, **years)


def _payer(
    rulebook: Rulebook,
    *,
    class_id: str,
    tier: str | None,
    standard: Standard | Sequence[Standard],
    calendar: WorkCalendar,
    events: Mapping[str, date] = NO_EVENTS,
) -> _Payer | Decision:
    """Who pays, or why no fee can be told."""
    tier = tier or None
    unknown = _unknown_member(rulebook, class_id, tier)
    if unknown:
        return unknown
    member_class = rulebook.member_class(class_id)
    if member_class.joined_by == "deemed":
        return passed("deemed_pays_nothing", *member_class.sources(rulebook.id), value=())
    if rulebook.fees is None:
        return passed("no_fees", convention("C-21"), value=())
    if rulebook.fees.cycle not in ("year", "once"):
        return failed("cycle_not_yearly", *rulebook.fees.sources(rulebook.id), cycle=rulebook.fees.cycle)
    standards = (standard,) if isinstance(standard, Standard) else tuple(standard)
    return _Payer(rulebook, rulebook.fees, class_id, tier, standards, calendar, events)


def _unknown_member(rulebook: Rulebook, class_id: str, tier: str | None) -> Decision | None:
    """Fails for a class or tier that the rulebook does not have; a class with tiers needs one."""
    if class_id not in {known.id for known in rulebook.classes}:
        return failed("class_unknown", *_all_sources(rulebook, rulebook.classes), class_id=class_id)
    tiers = rulebook.tiers_of(class_id)
    if tier is None and tiers:
        return failed("tier_missing", *_all_sources(rulebook, tiers), class_id=class_id)
    if tier is not None and tier not in {known.id for known in tiers}:
        return failed("tier_unknown", *_all_sources(rulebook, tiers), class_id=class_id, tier=tier)
    return None


def _first_years(payer: _Payer, began: date, now: date) -> list[_Year]:
    """The year membership begins in, prorated, and the full years up to the registration (ACG-30, A-15, A-16)."""
    rule = payer.fees.proration
    sources = _sources(payer, rule)
    months, denominator = YEAR, YEAR
    if rule and rule.method == "months":
        months, denominator = YEAR - began.month + rule.include_join_month, rule.denominator
    code = "fee_line" if months == denominator else "fee_line_prorated"
    first = _Year(began.year, code, sources, now if now.year == began.year else began, months, denominator)
    if payer.fees.cycle == "once" or (rule and rule.lines_until == "start_year"):
        return [first]
    following = range(began.year + 1, now.year + 1)
    return [first] + [_Year(y, "fee_line", sources, now if y == now.year else date(y, 1, 1)) for y in following]


def _rest_of_term(
    payer: _Payer, now: date, term_ends_on: date | None, year: int | None = None
) -> list[_Year] | Decision:
    """The years after this one to the end of the council's term (ACG-31.b, 31.c, A-18)."""
    rule = payer.fees.prepayment
    if rule is None or rule.allowed == "none" or payer.fees.cycle == "once":
        return failed("prepayment_not_offered", *_sources(payer, rule))
    sources = rule.sources(payer.document)
    if term_ends_on is None:
        return failed("term_unknown", *sources, setting("council_term"))
    if term_ends_on < now:
        return failed("term_over", *sources, setting("council_term"), term_ends_on=term_ends_on.isoformat())
    this_year, last = year or now.year, term_ends_on.year
    rest = [_Year(y, "fee_line_prepaid", sources, now) for y in range(this_year + 1, last + 1)]
    if rest and rule.term_end_year == "excluded":
        return rest[:-1]
    if rest and rule.term_end_year == "prorated":
        rest[-1] = _Year(last, "fee_line_prepaid", sources, now, term_ends_on.month)
    return rest


def _drawn_up(
    payer: _Payer, years: Iterable[_Year], *, first: bool, after: date | None, due_year: int | None = None
) -> Decision:
    """Price the years and say until when each is to be paid; one reason for each line."""
    lines, reasons = [], []
    for year in years:
        standard = payer.standard_on(year.priced_on)
        price = standard.amounts.get((payer.class_id, payer.tier)) if standard else None
        if standard is None or price is None:
            return failed(
                "price_missing",
                *payer.fees.sources(payer.document),
                setting("fee_standard"),
                class_id=payer.class_id,
                tier=payer.tier,
                year=year.year,
            )
        until = _due(payer, due_year or year.year, first=first, after=after)
        line = _line(payer, year, standard.key, price, until)
        lines.append(line)
        reasons.append(_reason(year, line))
    if not lines:
        return passed("nothing_more_due", *payer.fees.sources(payer.document), value=())
    return Decision(Outcome.PASS, tuple(reasons), tuple(lines))


def _line(payer: _Payer, year: _Year, standard: str, price: Decimal, until: tuple[Due | None, str | None]) -> Line:
    last, event = until
    exact = Fraction(price) * year.months / year.denominator
    amount = round_money(exact, payer.fees.quantum)
    whole = year.months == year.denominator
    provisional = bool(last and last.provisional)
    counted = [convention("C-14")] if Fraction(amount) != exact else []
    counted += [convention("C-5")] if provisional else []
    return Line(
        year=year.year,
        amount=amount,
        months=year.months,
        formula=format_yuan(price) + ("" if whole else f" × {year.months} / {year.denominator}"),
        annual=round_money(price),
        due_on=last.day if last else None,
        due_event=event,
        provisional=provisional,
        sources=(*year.sources, setting(standard), *counted),
    )


def _reason(year: _Year, line: Line) -> Reason:
    facts = {
        "year": line.year,
        "annual": str(line.annual),
        "months": line.months,
        "formula": line.formula,
        "amount": str(line.amount),
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "due_event": line.due_event,
        "priced_on": year.priced_on.isoformat(),
    }
    return Reason(year.code, line.sources, facts)


def _due(payer: _Payer, year: int, *, first: bool, after: date | None) -> tuple[Due | None, str | None]:
    """The last day to pay, or the event it waits for. A first fee falls back on the yearly day if that is to come."""
    rule = payer.fees.first_due if first else payer.fees.due
    if rule is None and first:
        last, event = _due(payer, year, first=False, after=after)
        return (None, None) if last and after and last.day < after else (last, event)
    if rule is None:
        return None, None
    if isinstance(rule, FixedDate):
        return fixed_date(year, rule.month, rule.day, rule.roll, payer.calendar, inclusive=rule.inclusive), None
    if isinstance(rule, EventDate):
        return None, rule.event
    start = payer.events.get(rule.from_)
    return (due(start, rule, payer.calendar), None) if start else (None, rule.from_)


def _sources(payer: _Payer, rule: Rule | None) -> tuple[Source, ...]:
    """The rule's own articles, or those of the fees where the rulebook has no such rule."""
    return (rule or payer.fees).sources(payer.document)


def _all_sources(rulebook: Rulebook, rules: Iterable[Rule]) -> tuple[Source, ...]:
    """What all these rules rest on; the whole document where there are none."""
    found = dict.fromkeys(source for rule in rules for source in rule.sources(rulebook.id))
    return tuple(found) or rulebook.meta.sources(rulebook.id)
