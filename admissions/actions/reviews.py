"""The department's side: judge, correct facts, check papers, pass, return, reject (ACG-19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from admissions import answers as reading
from admissions import letters as says
from admissions import queries as reads
from admissions.actions import joining
from admissions.actions.followers import tell
from admissions.models import Application, FactCorrection, Judgement
from admissions.questions import Question
from association import queries
from association.actions.messages import in_letter_language
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Decision, Outcome, Reason, Refused, Source, article, failed, require
from association.letters import write
from association.models import Case, Passage
from association.rulebook.schema import Step


def _turn(application: Application, by: Actor, on: date) -> tuple[Step, tuple[Source, ...]]:
    case = application.case
    require(engine.check_reviewing(case, by, on=on))
    step = engine.current_step(case)
    assert step is not None
    return step, engine.sources_of(case, step)


@transaction.atomic
def judge(application: Application, check_id: str, *, satisfied: bool, note: str, by: Actor, on: date) -> Judgement:
    """Answer a check that is referred to a person (C-24). A computed fail is not answered: its fact is corrected."""
    application.case = engine.locked(application.case)
    _step, sources = _turn(application, by, on)
    check = next((one for one in reads.checks(application, on) if one.rule_id == check_id), None)
    if check is None or not (check.needs_judgement or check.judged):
        raise Refused(failed("check_not_referred", *sources, check=check_id))
    if not note.strip():
        raise Refused(failed("judgement_needs_note", *sources))
    assert by.user is not None
    return Judgement.objects.create(
        application=application, check_id=check_id, satisfied=satisfied, note=note.strip()[:500], by=by.user, on=on
    )


def correctable(question: Question) -> bool:
    """Whether staff may correct the answer. Never who the applicant is: another one applies anew."""
    return not question.secret and question.key != "uscc"


@transaction.atomic
def correct_fact(application: Application, key: str, value: str, *, note: str, by: Actor, on: date) -> FactCorrection:
    """Correct what the applicant wrote by what a document says, with source and note (C-24)."""
    application.case = engine.locked(application.case)
    _step, sources = _turn(application, by, on)
    question = next((q for q in reads.form_questions(application, on) if q.key == key), None)
    if question is None or not correctable(question):
        raise Refused(failed("fact_not_correctable", *sources, fact=key))
    if not note.strip():
        raise Refused(failed("correction_needs_note", *sources))
    kept = reading.tidy(value, question)
    reading.read(question, kept)
    row = Application.objects.select_for_update().get(pk=application.pk)
    before = row.answers.get(key, "")
    row.answers[key] = kept
    row.save(update_fields=["answers"])
    application.answers = row.answers
    assert by.user is not None
    return FactCorrection.objects.create(
        application=application,
        field=key,
        before=str(before)[:300],
        after=str(kept)[:300],
        note=note.strip()[:500],
        by=by.user,
        on=on,
    )


def check_reviewed(case: Case) -> Decision:
    """Whether the step is one that judges; what follows the decision (the notice) has an act of its own."""
    step = engine.current_step(case)
    sources = engine.sources_of(case, step)
    if step is None or step.action not in engine.DECIDING:
        return failed("step_has_own_act", *sources, step=step.name if step else "")
    return Decision(Outcome.PASS, (Reason("possible", sources),))


def check_pass(application: Application, *, step: str, by: Actor, on: date) -> Decision:
    """Whether this officer can pass the step on now: the first thing that stands in the way, or the way is free."""
    case = application.case
    checks: tuple[Callable[[], Decision], ...] = (
        lambda: engine.check_possible(case, engine.Verb.PASS, step=step),
        lambda: check_reviewed(case),
        lambda: engine.check_no_resolution(case),
        lambda: engine.check_turn(case, by, on=on),
        lambda: engine.check_delegation(case, on=on),
        lambda: check_passable(application, on),
    )
    return engine.first_refusal(checks)


def check_passable(application: Application, on: date) -> Decision:
    """Whether the checklist allows the current step to be passed: every check passed, every paper accepted.

    Later steps look at the computed checks again, not at the papers.
    """
    case = application.case
    step = engine.current_step(case)
    sources = engine.sources_of(case, step)
    checklist = reads.checklist(application, on)
    open_checks = [check for check in checklist.checks if not check.decision.passed]
    if open_checks:
        return Decision(
            Outcome.FAIL,
            (
                Reason("checks_open", sources, {"checks": [str(c.title) for c in open_checks]}, Outcome.FAIL),
                *(reason for check in open_checks for reason in check.decision.reasons),
            ),
        )
    papers = [
        slot.rule.name for slot in checklist.slots if slot.state != "accepted" and (slot.current or slot.rule.required)
    ]
    if step is not None and step.action == "review" and papers:
        return failed("papers_unchecked", *sources, papers=papers)
    reasons = tuple(reason for check in checklist.checks for reason in check.decision.reasons)
    return Decision(Outcome.PASS, (Reason("step_passed_on", sources, {"step": step.id if step else ""}), *reasons))


@transaction.atomic
def pass_on(application: Application, *, step: str, note: str = "", by: Actor, on: date) -> Passage:
    """Pass the step on to the next one."""
    application.case = engine.locked(application.case)
    decision = require(check_pass(application, step=step, by=by, on=on))
    at = engine.current_step(application.case)
    assert at is not None
    passage = engine.pass_step(application.case, decision, step=step, note=note, by=by, on=on)
    joining.passed(application, passage, step=at, by=by, on=on)
    return passage


@transaction.atomic
@in_letter_language
def return_for_correction(application: Application, *, step: str, note: str, by: Actor, on: date) -> Passage:
    """Give the application back to the applicant with what is to be mended. The submission day stays (ACG-24)."""
    sources = engine.sources_of(application.case, engine.current_step(application.case))
    papers = [
        f"{slot.rule.name}：{slot.current.note}"
        for slot in reads.slots(application, on)
        if slot.state == "returned" and slot.current is not None
    ]
    full_note = "\n".join([*([note.strip()] if note.strip() else []), *papers])
    decision = Decision(Outcome.REFER, (Reason("returned_for_correction", sources, {}, Outcome.REFER),))
    passage = engine.return_to_applicant(application.case, decision, step=step, note=full_note, by=by, on=on)
    tell(application, write("admission.returned", says.judged(passage)), occasion=f"returned:{passage.pk}")
    return passage


@transaction.atomic
def send_back(application: Application, *, step: str, note: str, by: Actor, on: date) -> Passage:
    """The secretary-general does not agree: back to the department with reasons."""
    sources = engine.sources_of(application.case, engine.current_step(application.case))
    decision = Decision(Outcome.REFER, (Reason("sent_back", sources, {}, Outcome.REFER),))
    return engine.send_back(application.case, decision, step=step, note=note, by=by, on=on)


@transaction.atomic
def reject(application: Application, *, step: str, note: str, rules: Sequence[str], by: Actor, on: date) -> Passage:
    """Refuse with reasons in words and the articles that they rest on (ACG-19.p2). No ban follows."""
    case = application.case
    at = engine.current_step(case)
    sources = engine.sources_of(case, at)
    rulebook = queries.rulebook_of(case.version_id or 0)
    way = at.refusal("reject") if at else None
    cited = tuple(article(rulebook.id, key) for key in rules if key in rulebook.articles)
    if way is not None and way.cites_rule and not cited:
        raise Refused(failed("rejection_cites_nothing", *sources))
    reasons = (Reason("rejected", (*cited, *sources), {"articles": [s.key for s in cited]}, Outcome.FAIL),)
    passage = engine.refuse(case, Decision(Outcome.FAIL, reasons), step=step, note=note, by=by, on=on)
    tell_rejection(application, passage)
    return passage


@in_letter_language
def tell_rejection(application: Application, passage: Passage) -> None:
    """Reasons, the articles they rest on and, where a meeting decided, its resolution (ACG-19.p2)."""
    tell(application, write("admission.rejected", says.judged(passage)), occasion=f"rejected:{passage.pk}")
    deadlines.meet(application.case, f"{passage.from_step}.reject", on=passage.decision.on)


def citable(application: Application) -> list[dict[str, Any]]:
    """The articles that a rejection may cite: those behind this applicant's checks and papers, each once."""
    case = application.case
    rulebook = queries.rulebook_of(case.version_id or 0)
    rules = [*rulebook.eligibility_for(case.member_class), *rulebook.documents_for(case.member_class)]
    keys = dict.fromkeys(key for rule in rules for key in rule.ref if key in rulebook.articles)
    return [{"key": key, "label": rulebook.label(key), "text": rulebook.articles[key].text} for key in keys]
