"""Who may join (ACG-7, 8, 18, 40, 41): every check of the rulebook on plain facts, on one day.

A computed fail is never overridden: the fact is corrected and the check runs again. A computed referral is settled
by a person's recorded judgement with a note; so is the fail of a rule marked ``on_fail="refer"`` (C-24). A fact that
is missing fails with a code ``…_missing`` that names it: the applicant can supply it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from admissions.rules.facts import NO_EMPLOYER, PENDING, Facts, Judgement
from association.decisions import Decision, Outcome, Reason, Source, convention, failed, passed, referred
from association.rulebook.schema import Rulebook
from association.rules import identifiers
from association.rules.counting import clear_from, covered, satisfied_from
from association.rules.identifiers import IdentifierError
from credit.rules.bans import banned, listed
from members.rules.standing import Status

MEMBERS = frozenset({Status.ACTIVE, Status.REGISTERED, Status.SUSPENDED})
NO_MEMBERS = frozenset({Status.NONE, Status.ENDED, NO_EMPLOYER, PENDING})

FORM_BY_KIND = {"government_organ": "government_organ", "individual_business": "individual_business"}
"""Kinds of code whose holder's legal form is settled by the code alone (C-23)."""

WIDER_FORM = {
    "partnership": "unincorporated",
    "sole_proprietorship": "unincorporated",
    "public_institution": "legal_person",
}
"""A form that also counts as another one where the rulebook does not name it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check and what came out. ``needs_judgement``: a person is to decide it, with a note."""

    rule_id: str
    kind: str
    title: str
    message: str
    decision: Decision
    judged: bool = False

    @property
    def needs_judgement(self) -> bool:
        return self.decision.outcome is Outcome.REFER


@dataclass(frozen=True)
class _Question:
    """A rule of the rulebook put to the facts on a day."""

    rulebook: Rulebook
    rule: Any
    facts: Facts
    on: date

    @property
    def params(self) -> Any:
        return self.rule.params

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.rule.sources(self.rulebook.id)

    def passed(self, code: str, *also: Source, **facts: Any) -> Decision:
        return passed(code, *self.sources, *also, **facts)

    def failed(self, code: str, *also: Source, **facts: Any) -> Decision:
        return failed(code, *self.sources, *also, **facts)

    def referred(self, code: str, *also: Source, **facts: Any) -> Decision:
        return referred(code, *self.sources, *also, **facts)


def check(rulebook: Rulebook, facts: Facts, *, on: date, event: str | None = None) -> tuple[Check, ...]:
    """Every check that concerns these facts, in the rulebook's order.

    ``event`` leaves only what is measured or rechecked on it (``decision.approved``: new penalties, bans). A kind
    that this program does not know raises ``LookupError``; see :func:`unknown_kinds`.
    """
    rules = rulebook.eligibility_for(facts.class_id, facts.for_selector())
    asked = [rule for rule in rules if event is None or event in (rule.measured_on, *rule.recheck_on)]
    return tuple(_checked(_Question(rulebook, rule, facts, on)) for rule in asked)


def verdict(checks: tuple[Check, ...], rulebook: Rulebook) -> Decision:
    """All checks together: a fail outweighs a referral. A rulebook that asks nothing admits (C-21)."""
    if not checks:
        return passed("nothing_asked", *rulebook.meta.sources(rulebook.id))
    return Decision.all_of(one.decision for one in checks)


def unknown_kinds(rulebook: Rulebook) -> tuple[str, ...]:
    """Kinds of check in this rulebook that the program cannot compute; a loader refuses them."""
    return tuple(dict.fromkeys(rule.kind for rule in rulebook.eligibility if rule.kind not in _KINDS))


def _checked(question: _Question) -> Check:
    rule = question.rule
    computed = _computed(question)
    if computed.outcome is Outcome.FAIL and rule.on_fail == "refer":
        computed = Decision(
            Outcome.REFER, tuple(replace(reason, outcome=Outcome.REFER) for reason in computed.reasons)
        )
    judgement = question.facts.judgements.get(rule.id)
    settled = computed.outcome is Outcome.REFER and judgement is not None and bool(judgement.note.strip())
    decision = _settled(question, computed, judgement) if settled and judgement else computed
    return Check(rule.id, rule.kind, rule.name or rule.id, rule.message, decision, settled)


def _computed(question: _Question) -> Decision:
    try:
        answer = _KINDS[question.rule.kind]
    except KeyError:
        raise LookupError(f"no check of kind {question.rule.kind!r}") from None
    return answer(question)


def _settled(question: _Question, computed: Decision, judgement: Judgement) -> Decision:
    """The person's answer first, then what was referred to them, kept readable."""
    outcome = Outcome.PASS if judgement.satisfied else Outcome.FAIL
    code = "judged_satisfied" if judgement.satisfied else "judged_unsatisfied"
    answer = Reason(code, (*question.sources, convention("C-24")), {"note": judgement.note.strip()}, outcome)
    return Decision(outcome, (answer, *computed.reasons))


def _refer_or_fail(question: _Question, how: str, code: str, **facts: Any) -> Decision:
    return (question.referred if how == "refer" else question.failed)(code, **facts)


def _code(question: _Question) -> identifiers.Uscc | Decision:
    """The unit's credit code, or the decision that there is none to judge by."""
    if not question.facts.uscc:
        return question.failed("uscc_missing")
    try:
        return identifiers.uscc(question.facts.uscc)
    except IdentifierError as error:
        return question.failed(error.code, convention("C-23"), **error.facts)


def _region(question: _Question) -> Decision:
    """Where the unit was registered: characters 3–8 of its code, and the certificate's own registrar (ACG-7.p1)."""
    params, facts = question.params, question.facts
    if params.list:
        if not facts.registrar:
            return question.failed("registrar_missing")
        known = facts.registrar in params.list
        return (question.passed if known else question.failed)("registrar_listed" if known else "registrar_not_listed")
    code = _code(question)
    if isinstance(code, Decision):
        return code
    by_code = code.region.startswith(params.prefix)
    region = facts.registrar_region
    if region and (region.startswith(params.prefix) != by_code):
        return _refer_or_fail(question, params.mismatch, "region_mismatch", region=code.region, certificate=region)
    if by_code:
        return question.passed("region_right", convention("C-23"), region=code.region)
    return question.failed("region_wrong", convention("C-23"), region=code.region, allowed=list(params.prefix))


def _legal_form(question: _Question) -> Decision:
    """The declared form, and the one that the code settles by itself: the graver answer holds (ACG-7.p1, C-23)."""
    forms = {question.facts.legal_form} if question.facts.legal_form else set()
    if question.facts.uscc:
        code = _code(question)
        if isinstance(code, Decision):
            return code
        forms |= {FORM_BY_KIND[code.kind]} if code.kind in FORM_BY_KIND else set()
    if not forms:
        return question.failed("legal_form_missing")
    params = question.params
    named = (*params.allow, *params.deny, *params.refer)
    forms = {form if form in named else WIDER_FORM.get(form, form) for form in forms}
    known = (*params.allow, *params.refer) if params.allow else forms
    refused = sorted(form for form in forms if form in params.deny or form not in known)
    if refused:
        return question.failed("legal_form_wrong", forms=refused)
    unsure = sorted(f for f in forms if f in params.refer)
    if unsure:
        return question.referred("legal_form_unsure", forms=unsure)
    return question.passed("legal_form_right", forms=sorted(forms))


def _registrar(question: _Question) -> Decision:
    """Which administration registered the unit: the first character of its code (ACG-7.p1)."""
    code = _code(question)
    if isinstance(code, Decision):
        return code
    facts = {"character": code.authority, "authority": identifiers.AUTHORITIES[code.authority]}
    if code.number.startswith(question.params.allow):
        return question.passed("registrar_right", convention("C-23"), **facts)
    if code.number.startswith(question.params.refer or "\0"):
        return _refer_or_fail(question, "refer", "registrar_unusual", **facts)
    return _refer_or_fail(question, question.params.otherwise, "registrar_unusual", **facts)


def _clean_record(question: _Question) -> Decision:
    """No penalty in the last ``n`` units before the day, or ever where ``n`` is 0 (ACG-7.p2, C-10)."""
    params, on = question.params, question.on
    if question.facts.penalties is None:
        return question.failed("penalties_missing")
    ever = params.n == 0
    found = [
        penalty
        for penalty in question.facts.penalties
        if penalty.kind in params.records and not penalty.revoked
        if penalty.decided_on <= on and (ever or covered(penalty.decided_on, params.n, params.unit, on=on))
    ]
    if not found:
        return question.passed("record_clean", convention("C-10"), n=params.n, unit=params.unit)
    latest = max(found, key=lambda penalty: penalty.decided_on)
    free = None if ever else clear_from(latest.decided_on, params.n, params.unit).isoformat()
    return question.failed(
        "record_not_clean",
        convention("C-10"),
        decided_on=latest.decided_on.isoformat(),
        key=latest.key,
        count=len(found),
        clear_from=free,
        n=params.n,
        unit=params.unit,
    )


def _declaration(question: _Question) -> Decision:
    answer = question.facts.declarations.get(question.rule.id)
    asked = {"question": question.params.question}
    if answer is None:
        return question.failed("declaration_missing", **asked)
    right = answer == question.params.answer
    return (question.passed if right else question.failed)(
        "declaration_right" if right else "declaration_wrong", answer=answer, **asked
    )


def _judged(question: _Question) -> Decision:
    return question.referred("judgement_needed", question=question.params.question)


def _document_valid(question: _Question) -> Decision:
    """The document is valid on the day, and the number on it is right (ACG-8.p1, 18)."""
    return Decision.all_of((*_numbered(question), _unexpired(question)))


def _unexpired(question: _Question) -> Decision:
    document = question.params.document
    last = question.facts.documents.get(document)
    if last is None:
        return question.failed("document_expiry_missing", document=document)
    if question.on > last:
        return question.failed("document_expired", document=document, expired_on=last.isoformat())
    return question.passed("document_valid", document=document)


def _numbered(question: _Question) -> tuple[Decision, ...]:
    """Whether the number that the document bears is one; empty where the rulebook does not ask."""
    if question.params.checksum == "GB32100":
        code = _code(question)
        return (code if isinstance(code, Decision) else question.passed("uscc_right", convention("C-23")),)
    return (_identity(question),) if question.params.checksum == "GB11643" else ()


def _identity(question: _Question) -> Decision:
    if not question.facts.id_no:
        return question.failed("id_missing")
    try:
        person = identifiers.resident_id(question.facts.id_no)
    except IdentifierError as error:
        return question.failed(error.code, convention("C-23"), **error.facts)
    if person.birth_date > question.on:
        return question.failed("id_birth_date", convention("C-23"))
    if person.residence_permit:
        return question.referred("id_is_residence_permit")
    return question.passed("id_right", convention("C-23"))


def _employer_not_member(question: _Question) -> Decision:
    """The employer's standing on the day; a pending application of the employer bars nobody (ACG-6.p3, 8.p2c)."""
    employer = question.facts.employer
    if employer is None:
        return question.failed("employer_missing")
    if employer not in MEMBERS | NO_MEMBERS:
        raise ValueError(f"not a standing of an employer: {employer!r}")
    if employer == Status.SUSPENDED and not question.params.suspended_counts:
        return question.passed("employer_suspended")
    if employer in MEMBERS:
        return question.failed("employer_is_member", standing=employer)
    return question.passed("employer_pending" if employer == PENDING else "employer_no_member")


def _cited(question: _Question, decision: Decision) -> Decision:
    """A decision of a lower rule, under this rule's own articles as well."""
    reasons = (replace(r, sources=tuple(dict.fromkeys((*r.sources, *question.sources)))) for r in decision.reasons)
    return Decision(decision.outcome, tuple(reasons), decision.value)


def _not_banned(question: _Question) -> Decision:
    facts = question.facts
    return _cited(question, banned(question.rulebook, facts.bans, facts.listings, on=question.on))


def _not_listed(question: _Question) -> Decision:
    return _cited(question, listed(question.rulebook, question.facts.listings, on=question.on))


def _any_of(question: _Question) -> Decision:
    """One ticked statement or one passing check is enough (ACG-8.p1: 学习、工作、生活, A-11)."""
    ticked = _ticked(question)
    others = _others(question)
    if ticked or any(other.passed for other in others):
        return question.passed("one_met", ticked=sorted(ticked))
    if any(other.outcome is Outcome.REFER for other in others):
        return question.referred("none_met_yet")
    return question.failed("none_met", options=list(question.params.options))


def _all_of(question: _Question) -> Decision:
    missing = sorted(set(question.params.options) - _ticked(question))
    if missing:
        return question.failed("not_all_met", options=missing)
    parts = [question.passed("all_ticked", options=list(question.params.options)), *_others(question)]
    return Decision.all_of(parts)


def _ticked(question: _Question) -> frozenset[str]:
    return question.facts.ticked.get(question.rule.id, frozenset()) & frozenset(question.params.options)


def _others(question: _Question) -> list[Decision]:
    """The checks that a group names; a group inside a group is refused rather than followed."""
    named = [rule for rule in question.rulebook.eligibility if rule.id in question.params.ids]
    if any(rule.kind in ("any_of", "all_of") for rule in named):
        raise LookupError(f"check {question.rule.id!r} names another group")
    return [_checked(replace(question, rule=rule)).decision for rule in named]


def _min_years(question: _Question) -> Decision:
    name, n = question.params.field, question.params.n
    start = question.facts.since.get(name)
    if start is None:
        return question.failed("since_missing", field=name)
    complete = satisfied_from(start, n)
    facts = {"field": name, "n": n, "since": start.isoformat(), "from": complete.isoformat()}
    enough = question.on >= complete
    return (question.passed if enough else question.failed)(
        "years_complete" if enough else "years_short", convention("C-3b"), **facts
    )


def _count(question: _Question) -> int | None:
    """As counted by somebody, or of the rows: those with the values asked for, each ``distinct`` one once."""
    params, known = question.params, question.facts
    if question.rule.id in known.counts or params.of not in known.rows:
        return known.counts.get(question.rule.id)
    rows = [row for row in known.rows[params.of] if not params.column or row.get(params.column) in params.values]
    return len({row.get(params.distinct) for row in rows}) if params.distinct else len(rows)


def _covers(question: _Question) -> Decision:
    """Each of the values occurs in some row; several in one cell are joined by 、."""
    params = question.params
    rows = question.facts.rows.get(params.field)
    if rows is None:
        return question.failed("rows_missing", field=params.field)
    named = {value.strip() for row in rows for value in row.get(params.column, "").split("、")}
    absent = [value for value in params.values if value not in named]
    if absent:
        return question.failed("not_covered", absent=absent)
    return question.passed("covered", values=list(params.values))


def _min_count(question: _Question) -> Decision:
    count = _count(question)
    facts = {"of": question.params.of, "n": question.params.n}
    if count is None:
        return question.failed("count_missing", **facts)
    enough = count >= question.params.n
    code = "count_reached" if enough else "count_short"
    return (question.passed if enough else question.failed)(code, convention("C-13"), count=count, **facts)


def _tier_at_least(question: _Question) -> Decision:
    tier = question.facts.tier
    if not tier:
        return question.failed("tier_missing")
    enough = question.rulebook.tier_at_least(tier, question.params.tier)
    code = "tier_reached" if enough else "tier_too_low"
    return (question.passed if enough else question.failed)(code, tier=tier, least=question.params.tier)


def _not_role(question: _Question) -> Decision:
    role, held = question.params.role, question.facts.roles
    if held is None:
        return question.failed("roles_missing")
    return (question.failed if role in held else question.passed)(
        "role_held" if role in held else "role_not_held", role=role
    )


def _institution_type(question: _Question) -> Decision:
    kind = question.facts.institution_type
    if not kind:
        return question.failed("institution_type_missing")
    right = kind in question.params.types
    code = "institution_type_right" if right else "institution_type_wrong"
    return (question.passed if right else question.failed)(code, type=kind)


_KINDS: Mapping[str, Callable[[_Question], Decision]] = {
    "all_of": _all_of,
    "any_of": _any_of,
    "clean_record": _clean_record,
    "covers": _covers,
    "declaration": _declaration,
    "document_valid": _document_valid,
    "employer_not_member": _employer_not_member,
    "institution_type": _institution_type,
    "judged": _judged,
    "legal_form": _legal_form,
    "min_count": _min_count,
    "min_years": _min_years,
    "not_banned": _not_banned,
    "not_listed": _not_listed,
    "not_role": _not_role,
    "region": _region,
    "registrar": _registrar,
    "tier_at_least": _tier_at_least,
}
