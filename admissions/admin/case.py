"""What the page of one application shows: facts and papers, the checklist, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from admissions import queries as reads
from admissions.actions import reviews
from admissions.admin import steps
from admissions.models import Application, Claim, FactCorrection, Judgement
from admissions.rules.eligibility import Check
from admissions.said import said
from association import clock, queries
from association.calendar_words import change_words
from association.cases import deadlines
from association.decisions import Outcome, Source
from association.models import Case, CasePresence, Deadline, DecisionRecord, Message, Passage, User
from association.models.message import Channel
from association.phrases import sentence
from association.states import State, Verb

Words = str | Promise

SEEN = timedelta(seconds=75)
"""How long after its last sign of life a page counts as open; it gives one every 30 seconds."""

PASSED: Mapping[str, tuple[Words, str]] = {
    Verb.SUBMIT: (gettext_lazy("Submitted"), "neutral"),
    Verb.PASS: (gettext_lazy("%(step)s: passed on"), "done"),
    Verb.APPROVE: (gettext_lazy("%(step)s: approved"), "done"),
    Verb.RETURN: (gettext_lazy("Returned to the applicant for correction"), "waiting"),
    Verb.SEND_BACK: (gettext_lazy("%(step)s: sent back"), "waiting"),
    Verb.REFUSE: (gettext_lazy("Not accepted"), "stopped"),
    Verb.WITHDRAW: (gettext_lazy("Withdrawn by the applicant"), "neutral"),
    Verb.LAPSE: (gettext_lazy("Lapsed"), "neutral"),
    Verb.VOID: (gettext_lazy("Declared void"), "stopped"),
    Verb.TAKE_BACK: (gettext_lazy("%(step)s: taken back"), "neutral"),
}
"""What a passage is called in the file, and its tone. The step is the one that it left or took back."""

OUTCOMES: Mapping[Outcome, tuple[Words, str]] = {
    Outcome.PASS: (pgettext_lazy("check", "passed"), "done"),
    Outcome.REFER: (pgettext_lazy("check", "a person judges"), "waiting"),
    Outcome.FAIL: (pgettext_lazy("check", "not passed"), "stopped"),
}


@dataclass(frozen=True)
class Cited:
    """Some sources of a decision, to be read by the version that it was made under."""

    version_id: int | None
    sources: tuple[Source, ...]

    @classmethod
    def first(cls, record: DecisionRecord) -> Cited:
        """What the act itself rests on; the checks behind it stand in the checklist."""
        reasons = record.decision.reasons
        return cls(record.version_id, reasons[0].sources)


@dataclass(frozen=True)
class Fact:
    """One answer of the applicant, and what was corrected in it."""

    key: str
    label: Words
    value: str
    correctable: bool
    corrections: list[FactCorrection]


def facts(application: Application, on: date) -> list[Fact]:
    """The answers in the form's order, identity numbers masked."""
    typed = reads.all_answers(application)
    corrected: dict[str, list[FactCorrection]] = {}
    for correction in application.corrections.select_related("by"):
        corrected.setdefault(correction.field, []).append(correction)
    return [
        Fact(
            question.key,
            question.label,
            said(question, typed.get(question.key)),
            reviews.correctable(question),
            corrected.get(question.key, []),
        )
        for question in reads.form_questions(application, on)
        if question.asked(typed)
    ]


@dataclass(frozen=True)
class Paper:
    """One paper that is asked for, its pictures, and the word on it."""

    slot: reads.Slot
    label: str
    sources: tuple[Source, ...]
    word: Words
    tone: str
    pages: range
    typed: str

    @property
    def current(self) -> Any:
        return self.slot.current

    @property
    def checked(self) -> bool:
        return self.slot.state == "accepted"

    @property
    def wide(self) -> bool:
        """Whether the pictures lie open: until somebody has looked at them."""
        return self.slot.state == "uploaded"


PAPER_WORDS: Mapping[str, tuple[Words, str]] = {
    "needed": (pgettext_lazy("paper", "not given"), "neutral"),
    "uploaded": (pgettext_lazy("paper", "to be checked"), "waiting"),
    "accepted": (pgettext_lazy("paper", "checked"), "done"),
    "returned": (pgettext_lazy("paper", "to be replaced"), "stopped"),
}


def papers(slots: Iterable[reads.Slot], document: str, typed: Mapping[str, str]) -> list[Paper]:
    return [
        Paper(
            slot,
            slot.rule.name,
            slot.rule.sources(document),
            *PAPER_WORDS[slot.state],
            _pages(slot),
            typed.get(f"paper_{slot.rule.id}", ""),
        )
        for slot in slots
    ]


def _pages(slot: reads.Slot) -> range:
    file = slot.current.file if slot.current else None
    return range(1, (file.pages or 0) + 1) if file and file.media_type != "application/ofd" else range(0)


@dataclass(frozen=True)
class Checked:
    """A check of the rulebook: what came out, why, and the answer that a person gave or is to give."""

    check: Check
    word: Words
    tone: str
    reasons: list[str]
    sources: tuple[Source, ...]
    judgement: Judgement | None
    typed: str

    @property
    def open_to_judgement(self) -> bool:
        return self.check.needs_judgement or self.check.judged


def checks(found: Iterable[Check], judged: Iterable[Judgement], typed: Mapping[str, str]) -> list[Checked]:
    newest = {judgement.check_id: judgement for judgement in judged}
    return [
        Checked(
            check,
            *OUTCOMES[check.decision.outcome],
            list(dict.fromkeys(sentence(reason) for reason in check.decision.reasons)),
            check.decision.sources,
            newest.get(check.rule_id) if check.judged else None,
            typed.get(f"check_{check.rule_id}", ""),
        )
        for check in found
    ]


def way(case: Case, passages: list[Passage], due: list[Deadline], on: date) -> list[dict[str, Any]]:
    """Every step of the case for the tracker: done, here, or to come."""
    left = {passage.from_step: passage for passage in passages if passage.verb in (Verb.PASS, Verb.APPROVE)}
    rulebook = queries.rulebook_of(case.version_id or 0)
    ids = [step.id for step in deadlines.steps_of(case)]
    here = ids.index(case.step) if case.step in ids else len(ids)
    unmet = {deadline.code: deadline for deadline in due if not deadline.met_on and not deadline.dropped_on}
    shown = []
    for number, step in enumerate(deadlines.steps_of(case)):
        if step.action == "submit":
            continue
        done = number < here or (case.state == State.APPROVED and not case.step)
        current = number == here and case.state in (State.OPEN, State.APPROVED, State.RETURNED)
        stopped = (number == here and not current) or (current and case.state == State.RETURNED)
        passage = left.get(step.id) if done else None
        shown.append(
            {
                "label": step.name or step.id,
                "state": "done" if done else "stopped" if stopped else "here" if current else "next",
                "who": queries.body_name(step.actor),
                "when": passage.decision.on if passage else "",
                "deadline": unmet.get(step.id) if current else None,
                "sources": step.sources(rulebook.id),
            }
        )
    return shown


def periods(case: Case, due: Iterable[Deadline]) -> list[dict[str, Any]]:
    """Every deadline that the case had, by the step it was set for."""
    steps_by_id = {step.id: step for step in deadlines.steps_of(case)}
    return [
        {
            "label": steps_by_id[each.code].name if each.code in steps_by_id else each.code,
            "due_on": each.due_on,
            "provisional": each.provisional,
            "met_on": each.met_on,
            "sources": each.sources,
            "note": change_words(each),
        }
        for each in due
        if each.dropped_on is None
    ]


def passages_of(case: Case) -> list[Passage]:
    return list(
        case.passages.select_related("decision__actor", "decision__principal", "decision__version").order_by("seq")
    )


def history(case: Case, passages: list[Passage], application: Application) -> list[dict[str, Any]]:
    """The file of the case, in the order in which it was written: passages, and what was done between them."""
    voided = _taken_back(passages)
    entries = [((number, 0, 0), _passage(case, p, p.pk in voided)) for number, p in enumerate(passages)]
    corrections = application.corrections.select_related("by")
    entries += [((_between(passages, c.on), 1, c.pk), _correction(c, application)) for c in corrections]
    judgements = application.judgements.select_related("by")
    entries += [((_between(passages, j.on), 2, j.pk), _judgement(j, case)) for j in judgements]
    decided = Claim.objects.filter(application=application, decision__isnull=False)
    for claim in decided.select_related("decision__actor", "decision__principal", "user"):
        assert claim.decision is not None
        entries.append(((_between(passages, claim.decision.on), 3, claim.pk), _claim(claim)))
    return [entry for _place, entry in sorted(entries, key=lambda each: each[0])]


def _between(passages: list[Passage], day: date) -> int:
    """After which passage something of this day stands: judged is what lies there, so after the day's submission and
    before the day's further steps. A passage recorded later than its legal day does not go back in the file."""
    after, reached = -1, date.min
    for number, passage in enumerate(passages):
        reached = max(reached, passage.decision.on)
        if reached < day or (reached == day and passage.verb == Verb.SUBMIT):
            after = number
    return after


def _taken_back(passages: list[Passage]) -> set[int]:
    return {p.takes_back_id for p in passages if p.takes_back_id}


def _passage(case: Case, passage: Passage, void: bool) -> dict[str, Any]:
    record = passage.decision
    named = passage.to_step if passage.verb == Verb.TAKE_BACK else passage.from_step
    step = steps.step_of(case.version_id or 0, case.member_class, named)
    words, tone = PASSED.get(passage.verb, (passage.verb, "neutral"))
    again = passage.verb == Verb.SUBMIT and passage.seq > 1
    title = _("Submitted again, corrected") if again else str(words) % {"step": step.name if step else ""}
    recorded = record.recorded_at
    return {
        "on": record.on,
        "recorded_on": timezone.localdate(recorded),
        "title": title,
        "text": passage.note,
        "who": who(record),
        "sources": Cited.first(record),
        "tone": tone,
        "void": void,
    }


def who(record: DecisionRecord) -> str:
    """«会员部 陈敏», or for whom an applicant acted."""
    if record.actor is None:
        return _("Huiji, by itself")
    body = queries.body_name(record.body) if record.body else record.on_behalf_of
    return f"{body} {record.actor_name}".strip()


def _judgement(judgement: Judgement, case: Case) -> dict[str, Any]:
    rulebook = queries.rulebook_of(case.version_id or 0)
    rule = next((r for r in rulebook.eligibility if r.id == judgement.check_id), None)
    name = (rule.name or rule.id) if rule else judgement.check_id
    words = _("Judged as met: %(check)s") if judgement.satisfied else _("Judged as not met: %(check)s")
    return {
        "on": judgement.on,
        "title": words % {"check": name},
        "text": judgement.note,
        "who": str(judgement.by),
        "sources": Cited(case.version_id, rule.sources(rulebook.id)) if rule else (),
        "tone": "done" if judgement.satisfied else "stopped",
    }


def _correction(correction: FactCorrection, application: Application) -> dict[str, Any]:
    asked = {q.key: q for q in reads.form_questions(application, correction.on)}
    question = asked.get(correction.field)
    before, after = (
        (said(question, value) if question else value) or "—" for value in (correction.before, correction.after)
    )
    return {
        "on": correction.on,
        "title": _("Corrected: %(fact)s") % {"fact": question.label if question else correction.field},
        "text": f"{before} → {after}\n{correction.note}",
        "who": str(correction.by),
        "tone": "neutral",
    }


def _claim(claim: Claim) -> dict[str, Any]:
    assert claim.decision is not None
    granted = claim.state == "granted"
    words = _("Opened to a second account: %(user)s") if granted else _("Claim of %(user)s not granted")
    return {
        "on": claim.decision.on,
        "title": words % {"user": claim.user},
        "text": claim.note,
        "who": who(claim.decision),
        "sources": Cited.first(claim.decision),
        "tone": "done" if granted else "neutral",
    }


def open_claims(application: Application) -> list[Claim]:
    """Letters by which somebody else asks for this application."""
    return list(Claim.objects.filter(application=application, state="open").select_related("user"))


def letters(case: Case) -> list[SimpleNamespace]:
    """What people were told about the case, each message once, with the channels it went through."""
    found: dict[tuple[str, int], SimpleNamespace] = {}
    for message in Message.objects.filter(case=case).select_related("recipient").order_by("pk"):
        letter = found.setdefault(
            (message.unique_key, message.recipient_id),
            SimpleNamespace(
                subject=message.subject, to=message.recipient, at=message.created_at, mail=None, text=message.text
            ),
        )
        if message.channel == Channel.MAIL:
            letter.mail = message
    return list(found.values())


def others_looking(case: Case, user: User) -> list[str]:
    """Who else has the case open right now."""
    since = clock.now() - SEEN
    there = CasePresence.objects.filter(case=case, seen_at__gte=since).exclude(user=user)
    return [str(presence.user) for presence in there.select_related("user").order_by("user_id")]


def look(case: Case, user: User) -> None:
    """The person still has the case open."""
    CasePresence.objects.update_or_create(case=case, user=user, defaults={"seen_at": clock.now()})
