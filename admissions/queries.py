"""Reads that more than one place makes: the facts of an application, its checklist, others of the same identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from admissions import answers as reading
from admissions.models import Application
from admissions.questions import Question, questions
from admissions.rules import eligibility
from admissions.rules.eligibility import Check
from admissions.rules.facts import NO_EMPLOYER, PENDING, Facts, Judgement, Penalty
from admissions.rules.regions import region_of
from association import keys, queries
from association.models import Case, CaseDocument
from association.models.file import Verdict
from association.queries import Governing
from association.rulebook.schema import Document, Rulebook
from association.states import State
from credit.models import Ban, DishonestyEntry, PenaltyRecord
from credit.rules.bans import BanSpan, Listing
from members.models import Membership, Party
from members.models.party import IdentifierKind
from members.queries import membership_of_unit, standing_of


def governing(application: Application, on: date) -> Governing:
    """The version that the application stands under: pinned once submitted, in force today before."""
    version_id = application.case.version_id
    return queries.governing_version(version_id) if version_id else queries.governing(on)


def form_questions(application: Application, on: date) -> tuple[Question, ...]:
    return questions(governing(application, on).rulebook, application.case.member_class, year=on.year)


def is_unit(application: Application, rulebook: Rulebook) -> bool:
    return rulebook.member_class(application.case.member_class).kind == "unit"


def all_answers(application: Application) -> dict[str, Any]:
    """The answers with the identity number among them. For rules and the applicant's own form, never for a log."""
    return {**application.answers, **({"id_no": application.identity} if application.identity else {})}


def identity_of(application: Application, rulebook: Rulebook) -> tuple[str, str]:
    """(kind, number) of the applicant; the number is empty or unreadable while the draft is."""
    if is_unit(application, rulebook):
        return IdentifierKind.USCC, str(application.answers.get("uscc", ""))
    return IdentifierKind.RESIDENT_ID, application.identity


def read_answers(application: Application, on: date) -> dict[str, Any]:
    """Every answer that can be read, as values; what cannot is left out."""
    typed = all_answers(application)
    values: dict[str, Any] = {}
    for question in form_questions(application, on):
        if question.asked(typed):
            try:
                value = reading.read(question, typed.get(question.key))
            except reading.Wrong:
                continue
            if value is not None:
                values[question.key] = value
    return values


def facts(application: Application, on: date) -> Facts:
    """What is known of the applicant, for the checks (ACG-7, 8, 40, 41).

    A code or number that is mistyped goes to them as typed: they say what is wrong with it.
    """
    rulebook = governing(application, on).rulebook
    values = read_answers(application, on)
    typed = all_answers(application)
    class_id = application.case.member_class
    party = application.party
    return Facts(
        class_id=class_id,
        uscc=values.get("uscc") or typed.get("uscc"),
        legal_form=values.get("legal_form"),
        registrar=values.get("registrar"),
        registrar_region=region_of(values.get("registrar", "")),
        id_no=values.get("id_no") or typed.get("id_no"),
        documents={key.removeprefix("expires_"): value for key, value in values.items() if key.startswith("expires_")},
        declarations={
            key.removeprefix("declare_"): value == "yes" for key, value in values.items() if key.startswith("declare_")
        },
        ticked={
            key.removeprefix("ticked_"): frozenset(value) for key, value in values.items() if key.startswith("ticked_")
        },
        penalties=_penalties(rulebook, class_id, values, party),
        employer=_employer(values, on),
        bans=_bans(party),
        listings=_listings(party),
        since={key.removeprefix("rb_"): value for key, value in values.items() if isinstance(value, date)},
        institution_type=values.get("institution_type"),
        judgements={j.check_id: Judgement(j.satisfied, j.note) for j in application.judgements.all()},
    )


def _penalties(
    rulebook: Rulebook, class_id: str, values: Mapping[str, Any], party: Party | None
) -> tuple[Penalty, ...] | None:
    """Declared and recorded ones together; ``None`` while the question is not answered."""
    found: list[Penalty] = []
    for rule in rulebook.eligibility_for(class_id, grouped=True):
        if rule.kind != "clean_record":
            continue
        answer = values.get(f"penalty_{rule.id}")
        if answer is None:
            return None
        declared_on = values.get(f"penalty_{rule.id}_on")
        if answer == "yes" and declared_on is not None:
            found += [Penalty(kind, declared_on, key="declared") for kind in rule.params.records]
    if party is not None:
        found += [
            Penalty(row.kind, row.decided_on, row.revoked_on is not None, str(row.pk))
            for row in PenaltyRecord.objects.filter(party=party)
        ]
    return tuple(found)


def _bans(party: Party | None) -> tuple[BanSpan, ...]:
    if party is None:
        return ()
    return tuple(
        BanSpan(
            row.cause, row.from_on, date.fromordinal(row.until.toordinal() - 1), str(row.pk), row.voided_on is not None
        )
        for row in Ban.objects.filter(party=party)
    )


def _listings(party: Party | None) -> tuple[Listing, ...]:
    if party is None:
        return ()
    return tuple(
        Listing(row.from_on, row.planned_until, row.removed_on, str(row.pk))
        for row in DishonestyEntry.objects.filter(party=party)
    )


def _employer(values: Mapping[str, Any], on: date) -> str | None:
    """The standing of the declared employer; ``None`` while nothing usable is declared."""
    declared = str(values.get("rb_employer", "")).strip()
    if not declared:
        return None
    if declared in reading.NONE_WORDS:
        return NO_EMPLOYER
    try:
        code = str(reading.identifiers.uscc(declared))
    except reading.IdentifierError:
        return None
    membership = membership_of_unit(code, on)
    if membership is None:
        return PENDING if _running_unit(code) else NO_EMPLOYER
    return standing_of(membership, on)


def _running_unit(uscc: str) -> bool:
    index = keys.blind_index(uscc)
    return Application.objects.filter(identity_index=index, case__state__in=[State.OPEN, State.RETURNED]).exists()


def check_day(application: Application, on: date) -> date:
    """Eligibility is measured on the day of the first complete submission (ACG-24); before, on the day asked."""
    return application.case.submitted_on or on


def checks(application: Application, on: date, *, event: str | None = None) -> tuple[Check, ...]:
    """Every check with its outcome. ``event`` measures anew what the rulebook rechecks on it, on ``on``."""
    rulebook = governing(application, on).rulebook
    day = on if event else check_day(application, on)
    return eligibility.check(rulebook, facts(application, on), on=day, event=event)


@dataclass(frozen=True)
class Slot:
    """A paper that the rulebook asks for, and what is in it."""

    rule: Document
    current: CaseDocument | None
    number: int

    @property
    def state(self) -> str:
        if self.current is None:
            return "needed"
        return self.current.verdict or "uploaded"


def slots(application: Application, on: date) -> list[Slot]:
    """The papers of the application, in the rulebook's order."""
    rulebook = governing(application, on).rulebook
    held = {
        document.slot: document
        for document in CaseDocument.objects.current()
        .filter(case=application.case)
        .select_related("file", "checked_by")
    }
    rules = rulebook.uploads_for(application.case.member_class)
    return [Slot(rule, held.get(rule.id), number) for number, rule in enumerate(rules, 1)]


@dataclass(frozen=True)
class Checklist:
    """What a reviewer sees: every check, every paper, and whether the case can go on."""

    checks: tuple[Check, ...]
    slots: list[Slot]

    @property
    def ready(self) -> bool:
        return all(check.decision.passed for check in self.checks) and all(
            slot.state == Verdict.ACCEPTED or (slot.current is None and not slot.rule.required) for slot in self.slots
        )


def checklist(application: Application, on: date) -> Checklist:
    return Checklist(checks(application, on), slots(application, on))


def others(application: Application, rulebook: Rulebook) -> tuple[Application | None, bool]:
    """(own other application of the same identity, whether somebody else's stands in the way).

    Drafts of others stand in nobody's way: typing a company's code proves nothing.
    """
    kind, number = identity_of(application, rulebook)
    if not number:
        return None, False
    index = keys.blind_index(number)
    same = (
        Application.objects.filter(identity_index=index)
        .exclude(pk=application.pk)
        .exclude(case__state__in=[State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID])
        .select_related("case")
        .order_by("pk")
    )
    user = application.case.applicant
    visible = (
        set(Case.objects.visible_to_applicant(user).filter(application__in=same).values_list("pk", flat=True))
        if user
        else set()
    )
    own = next((each for each in same if each.case_id in visible), None)
    foreign = any(each.case_id not in visible and each.case.state != State.DRAFT for each in same)
    return own, foreign or _member_elsewhere(kind, index, application)


def _member_elsewhere(kind: str, index: str, application: Application) -> bool:
    party = Party.objects.filter(identifiers__kind=kind, identifiers__index=index).first()
    return (
        bool(party)
        and Membership.objects.filter(party=party, until__isnull=True).exclude(case=application.case).exists()
    )
