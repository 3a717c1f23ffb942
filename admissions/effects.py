"""What an admission changes when it is decided (ACG-24)."""

from __future__ import annotations

from datetime import date

from admissions import queries as reads
from admissions.actions.applications import followers
from admissions.actions.reviews import tell_rejection
from admissions.models import Application
from admissions.rules import eligibility
from association import queries
from association.actors import Actor
from association.cases import engine
from association.decisions import Refused
from association.models import Case, DecisionRecord, Resolution
from members.actions import memberships, parties


class AdmissionEffects:
    """Membership from the first complete submission, unless a recheck fails: a new penalty, a ban, a listing."""

    def execute(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None:
        application = Application.objects.select_related("party", "case").get(case=case)
        assert application.party is not None
        assert case.submitted_on is not None
        rulebook = queries.rulebook_of(case.version_id or 0)
        rechecked = reads.checks(application, on, event="decision.approved")
        verdict = eligibility.verdict(rechecked, rulebook)
        if not verdict.passed:
            raise Refused(verdict)
        start = {"application.submitted": case.submitted_on, "decision.approved": on}
        starts_on = start.get(rulebook.membership.starts_on, on) if rulebook.membership else on
        memberships.begin(
            application.party,
            class_id=case.member_class,
            field=str(application.answers.get("rb_field", "")),
            starts_on=starts_on,
            case=case,
            record=record,
        )
        for user in followers(application):
            parties.grant_access(application.party, user, on=on)

    def refused(
        self, case: Case, *, record: DecisionRecord, resolution: Resolution | None, by: Actor, on: date
    ) -> None:
        application = Application.objects.select_related("case").get(case=case)
        passage = engine.last_passage(case)
        assert passage is not None
        tell_rejection(application, passage)
