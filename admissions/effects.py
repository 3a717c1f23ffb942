"""What an admission changes when it is decided (ACG-24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from admissions.actions import joining, undoing
from admissions.actions.reviews import tell_rejection
from admissions.models import Application
from association import queries
from association.actors import Actor
from association.cases import deadlines, engine
from association.decisions import Source
from association.models import Case, DecisionRecord, Resolution
from association.ports import Outlook
from association.rules import counting


class AdmissionEffects:
    """Membership from the first complete submission, unless a recheck fails: a new penalty, a ban, a listing."""

    revocable = True

    def outlook(self, cases: Sequence[Case], *, on: date) -> dict[int, Outlook]:
        """Since when it would be a member, and until when it is told (ACG-20, 24)."""
        answers = dict(Application.objects.filter(case__in=cases).values_list("case_id", "answers"))
        return {
            case.pk: Outlook(facts_of(case, answers[case.pk]), approved=approval(case, on=on), refused=refusal(case))
            for case in cases
        }

    def execute(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None:
        application = Application.objects.select_related("party", "case").get(case=case)
        joining.approved(application, record=record, by=by, on=on)
        joining.await_fee(application, by=by, on=on)

    def refused(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None:
        application = Application.objects.select_related("case").get(case=case)
        passage = engine.last_passage(case)
        assert passage is not None
        tell_rejection(application, passage)

    def undo(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution, since: date, by: Actor, on: date
    ) -> None:
        application = Application.objects.select_related("party", "case").get(case=case)
        taken_on = case.interim_decision.taken_on
        undoing.undo(application, record=record, resolution=resolution, taken_on=taken_on, since=since, by=by, on=on)

    def settled(
        self, case: Case, *, sources: Sequence[Source], owed: Decimal, received_on: date, by: Actor, on: date
    ) -> None:
        application = Application.objects.select_related("party", "case").get(case=case)
        joining.paid(application, sources=sources, owed=owed, received_on=received_on, by=by, on=on)


def facts_of(case: Case, answers: dict) -> tuple[tuple[str, str], ...]:  # type: ignore[type-arg]
    """What a council member reads of an application; no identity numbers."""
    rulebook = queries.rulebook_of(case.version_id or 0)
    found = (
        (_("Class of member"), rulebook.member_class(case.member_class).name),
        (_("Unified social credit code"), str(answers.get("uscc", ""))),
        (_("Professional field"), str(answers.get("rb_field", ""))),
        (_("Applied on"), date_format(case.submitted_on) if case.submitted_on else ""),
    )
    return tuple(pair for pair in found if pair[1])


def approval(case: Case, *, on: date) -> tuple[dict, ...]:  # type: ignore[type-arg]
    rulebook = queries.rulebook_of(case.version_id or 0)
    sources = rulebook.membership.sources(rulebook.id) if rulebook.membership else ()
    since = date_format(joining.start_of(case, on))
    lines: list[dict] = [{"text": _("Member from %(day)s on") % {"day": since}, "sources": sources}]  # type: ignore[type-arg]
    for step in deadlines.steps_of(case):
        if step.deadline is not None and step.deadline.from_ == "decision.approved":
            due = counting.due(on, step.deadline, queries.calendar(rulebook))
            words = _("%(step)s by %(day)s (%(n)s working days)")
            if step.deadline.unit != "workday":
                words = _("%(step)s by %(day)s")
            facts = {"step": step.name, "day": date_format(due.day), "n": step.deadline.n}
            lines.append({"text": words % facts, "sources": step.sources(rulebook.id, step.deadline)})
    return tuple(lines)


def refusal(case: Case) -> tuple[dict, ...]:  # type: ignore[type-arg]
    sources = engine.sources_of(case, engine.current_step(case))
    text = _("The application ends here; the applicant is told the reason at once.")
    return ({"text": text, "to": case.subject, "sources": sources},)
