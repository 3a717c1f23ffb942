"""What membership costs (ACG-28 … 31, GEN6-4.2): one line for each fee period, each with its formula and articles.

Amounts are yuan in ``Decimal`` with the rulebook's quantum, rounded once for each line (C-14).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from association.decisions import Decision, Outcome, Reason, Source, convention, failed, passed, setting
from association.rulebook.schema import Rule, Rulebook
from association.rules.counting import WorkCalendar
from association.rules.money import format_yuan, round_money
from fees.rules import periods
from fees.rules.payable import Until, until
from fees.rules.payers import NO_EVENTS, NOTHING, Payer, Standard, payer_of
from fees.rules.periods import YEAR, FeePeriod, Portion


@dataclass(frozen=True, slots=True)
class Line:
    """What is owed for one fee period. ``due_on`` is the last day to pay; ``due_event`` names it where it is no day.

    ``period``: 0 for a whole year, else its number in the ``year``. ``months``: how many of its months are paid for.
    ``annual``: what a whole year costs by the standard. ``due_from``: where the rulebook has a span to pay in.
    ``first_day`` and ``last_day`` of the period; ``None`` for a fee that is paid once.
    """

    year: int
    amount: Decimal
    months: int
    formula: str
    annual: Decimal
    due_on: date | None
    due_event: str | None
    provisional: bool
    sources: tuple[Source, ...]
    period: int = 0
    cycle: str = "year"
    first_day: date | None = None
    last_day: date | None = None
    due_from: date | None = None
    counted: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class _Bill:
    """One line to be drawn up: which period, which part of it, why, at the price of which day, due with which one."""

    period: FeePeriod
    code: str
    sources: tuple[Source, ...]
    priced_on: date
    portion: Portion
    due_with: FeePeriod


def joining(
    rulebook: Rulebook,
    *,
    class_id: str,
    tier: str | None,
    starts_on: date,
    standard: Standard | Sequence[Standard],
    calendar: WorkCalendar,
    grade: str | None = None,
    registered_on: date | None = None,
    term_ends_on: date | None = None,
    prepay: bool = False,
    events: Mapping[str, date] = NO_EVENTS,
    facts: Mapping[str, Any] = NOTHING,
) -> Decision:
    """What joining costs; ``value`` is a tuple of :class:`Line`, empty where nothing is owed (ACG-30, 31.b, 31.c).

    ``registered_on`` left out is the day membership starts; the periods that begin until then are owed too. A line is
    priced by the standard in force on the day it arises: prepaid years on the day of registration. ``prepay``: the
    applicant pays the rest of the council's term at once. ``events``: other days that the rulebook may count from.
    ``facts``: what else is known of the member, for the rules that ask (``category``, ``legal_form``).

    Fails with ``class_unknown``, ``tier_unknown``, ``tier_missing``, ``grade_missing``, ``grade_unknown``,
    ``price_missing``, ``term_unknown``, ``term_over``, ``prepayment_not_offered`` or ``event_unknown``.
    """
    known = {"membership.started": starts_on, "application.submitted": starts_on, **events}
    member = {**facts, "class": class_id, "tier": tier or None, "grade": grade or None}
    payer = payer_of(rulebook, member, standard, calendar, known)
    if isinstance(payer, Decision):
        return payer
    proration = payer.fees.proration
    began = known.get(proration.basis_event) if proration else starts_on
    if began is None:
        return failed("event_unknown", *_sources(payer, proration), event=proration and proration.basis_event)
    now = max(registered_on or starts_on, began)
    bills = _first_bills(payer, began, now)
    if prepay or payer.must_prepay():
        rest = _rest_of_term(payer, now, term_ends_on, containing=now.year)
        if isinstance(rest, Decision):
            return rest
        bills += rest
    return _drawn_up(payer, bills, after=now)


def annual(
    rulebook: Rulebook,
    *,
    class_id: str,
    tier: str | None,
    year: int,
    on: date,
    standard: Standard | Sequence[Standard],
    calendar: WorkCalendar,
    grade: str | None = None,
    period: int | None = None,
    term_ends_on: date | None = None,
    prepay: bool = False,
    billed: Collection[tuple[int, int]] = (),
    facts: Mapping[str, Any] = NOTHING,
) -> Decision:
    """What an existing member owes for ``year``; ``value`` is a tuple of :class:`Line` (ACG-29, 31.a–31.c, GEN6-4.2).

    In a cycle shorter than the year that is a line for each of its periods, or for ``period`` alone. Each is priced on
    its first day, prepaid years on ``on``; those fall due with the year's own. ``billed``: (year, period) pairs that
    have their line already and keep it. Fails as :func:`joining` does.
    """
    member = {**facts, "class": class_id, "tier": tier or None, "grade": grade or None}
    payer = payer_of(rulebook, member, standard, calendar)
    if isinstance(payer, Decision):
        return payer
    sources = payer.fees.sources(payer.document)
    if payer.cycle == "once":
        return passed("fee_paid_once", *sources, value=())
    wanted = [one for one in periods.of_year(year, payer.cycle) if period in (None, one.number)]
    bills = [_Bill(one, "fee_line", sources, one.first, periods.whole(one), one) for one in wanted]
    if prepay or payer.must_prepay():
        rest = _rest_of_term(payer, max(on, date(year, 1, 1)), term_ends_on, containing=year)
        if isinstance(rest, Decision):
            return rest
        bills += rest
    return _drawn_up(payer, [bill for bill in bills if (bill.period.year, bill.period.number) not in billed])


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


def _first_bills(payer: Payer, began: date, now: date) -> list[_Bill]:
    """The period membership begins in, prorated, and the full ones up to the registration (ACG-30, A-15, A-16)."""
    rule = payer.fees.proration
    sources = _sources(payer, rule)
    own = periods.containing(began, payer.cycle)
    portion = periods.first_part(rule, own, began)
    code = "fee_line_prorated" if portion.words else "fee_line"
    first = _Bill(own, code, sources, now if now <= own.last else began, portion, own)
    if payer.cycle == "once" or (rule and rule.lines_until == "start_year"):
        return [first]
    following = periods.after(own, now)
    return [first] + [
        _Bill(p, "fee_line", sources, now if now <= p.last else p.first, periods.whole(p), p) for p in following
    ]


def _rest_of_term(payer: Payer, now: date, term_ends_on: date | None, *, containing: int) -> list[_Bill] | Decision:
    """The years after this one to the end of the council's term (ACG-31.b, 31.c, A-18). Only where years are paid."""
    rule = payer.fees.prepayment
    if rule is None or rule.allowed == "none" or payer.cycle != "year":
        return failed("prepayment_not_offered", *_sources(payer, rule))
    sources = rule.sources(payer.document)
    if term_ends_on is None:
        return failed("term_unknown", *sources, setting("council_term"))
    if term_ends_on < now:
        return failed("term_over", *sources, setting("council_term"), term_ends_on=term_ends_on.isoformat())
    due_with = FeePeriod("year", containing)
    found = []
    for year in range(containing + 1, term_ends_on.year + 1):
        one = FeePeriod("year", year)
        portion = periods.whole(one)
        if year == term_ends_on.year and rule.term_end_year == "excluded":
            continue
        if year == term_ends_on.year and rule.term_end_year == "prorated":
            portion = periods.months_of(one, term_ends_on.month, YEAR)
        found.append(_Bill(one, "fee_line_prepaid", sources, now, portion, due_with))
    return found


def _drawn_up(payer: Payer, bills: Iterable[_Bill], *, after: date | None = None) -> Decision:
    """Price the periods and say until when each is to be paid; one reason for each line. ``after``: a first fee."""
    lines, reasons = [], []
    for bill in bills:
        standard = payer.standard_on(bill.priced_on)
        price = standard.amounts.get(payer.key) if standard else None
        if standard is None or price is None:
            return _price_missing(payer, bill)
        payable = until(payer.fees, bill.due_with, payer.calendar, events=payer.events, joined=after)
        line = _line(payer, bill, standard.key, price, payable)
        lines.append(line)
        reasons.append(_reason(payer, bill, line))
    if not lines:
        return passed("nothing_more_due", *payer.fees.sources(payer.document), value=())
    return Decision(Outcome.PASS, tuple(reasons), tuple(lines))


def _price_missing(payer: Payer, bill: _Bill) -> Decision:
    """No amount is known: nothing is billed, least of all a fee of zero (FIRE-8.2.4)."""
    class_id, tier, grade = (payer.facts[name] for name in ("class", "tier", "grade"))
    names = (payer.rulebook.member_class(class_id).name, tier and payer.rulebook.tier(tier).name, grade)
    return failed(
        "price_missing",
        *payer.fees.sources(payer.document),
        setting("fee_standard"),
        class_id=class_id,
        tier=tier,
        grade=grade,
        member=" · ".join(name for name in names if name),
        year=bill.period.year,
        day=bill.priced_on.isoformat(),
    )


def _line(payer: Payer, bill: _Bill, standard: str, price: Decimal, payable: Until) -> Line:
    period, portion = bill.period, bill.portion
    shares = [portion.words] if portion.words else []
    exact, annual = Fraction(price) * portion.rate, price
    if period.months != YEAR and payer.fees.amounts == "year":
        exact *= Fraction(period.months, YEAR)
        shares.insert(0, f"{period.months} / {YEAR}")
    elif period.months != YEAR:
        annual = price * (YEAR // period.months)
    amount = round_money(exact, payer.fees.quantum)
    counted = [convention("C-14")] if Fraction(amount) != exact else []
    counted += [convention("C-5")] if payable.provisional else []
    dated = period.cycle != "once"
    return Line(
        year=period.year,
        amount=amount,
        months=portion.months,
        formula=" × ".join((format_yuan(price), *shares)),
        annual=round_money(annual),
        due_on=payable.on,
        due_event=payable.event,
        provisional=payable.provisional,
        counted=payable.counted,
        sources=(*bill.sources, setting(standard), *counted),
        period=period.number,
        cycle=period.cycle,
        first_day=period.first if dated else None,
        last_day=period.last if dated else None,
        due_from=payable.opens,
    )


def _reason(payer: Payer, bill: _Bill, line: Line) -> Reason:
    """One reason for each line. ``year_sum`` says what a year of lines comes to where rounding moves it (C-14)."""
    facts: dict[str, Any] = {
        "year": line.year,
        "period": line.period,
        "annual": str(line.annual),
        "months": line.months,
        "formula": line.formula,
        "amount": str(line.amount),
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "due_event": line.due_event,
        "priced_on": bill.priced_on.isoformat(),
    }
    every = YEAR // bill.period.months
    each = round_money(Fraction(line.annual) / every, payer.fees.quantum)
    if each * every != line.annual:
        facts["year_sum"] = str(each * every)
    return Reason(bill.code, line.sources, facts)


def _sources(payer: Payer, rule: Rule | None) -> tuple[Source, ...]:
    """The rule's own articles, or those of the fees where the rulebook has no such rule."""
    return (rule or payer.fees).sources(payer.document)
