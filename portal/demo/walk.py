"""Walk an application through the steps of its rulebook, each by somebody of the body whose step it is."""

from __future__ import annotations

from datetime import date
from itertools import count

from admissions import queries as reads
from admissions.actions import applications, joining, notices, reviews
from admissions.admin.steps import step_of
from admissions.models import Application
from association.actions import resolutions
from association.actions.resolutions import Vote
from association.actors import SYSTEM, Actor
from association.cases import documents, engine
from association.files import keeping
from association.models import Body, Case, User
from association.models.file import Verdict
from association.rulebook.schema import Step
from association.states import State
from fees.actions import payments
from fees.models import Invoice
from fees.queries import statement
from members.actions import registrations
from members.models import Membership, Registration
from portal.demo.forms import answers
from portal.demo.papers import sample
from portal.demo.plans import Plan

_references = count(1)


class Walk:
    """The officers of a demo association at work. ``seats``: who acts for each body; ``tellers``: finance, two."""

    def __init__(self, plan: Plan, seats: dict[str, User], tellers: tuple[User, User]) -> None:
        self.plan, self.seats, self.tellers = plan, seats, tellers

    def officer(self, body: str) -> Actor:
        return Actor.officer(self.seats[body], body=body)

    def draft(self, user: User, class_id: str, name: str, *, on: date) -> Application:
        """An application with every answer and every paper, not submitted."""
        application = applications.start(user, class_id, on=on)
        rulebook = reads.governing(application, on).rulebook
        typed = answers(reads.form_questions(application, on), self.plan, rulebook, class_id, name, on=on)
        applications.save(application, typed, on=on)
        application = fresh(application)
        for slot in reads.slots(application, on):
            file = keeping.keep_upload(sample(slot.rule.name), name=f"{slot.rule.id}.pdf", by=user)
            documents.attach(application.case, slot.rule.id, file)
        if rulebook.acceptances_for(class_id):
            applications.accept_rules(application, True, on=on)
        return fresh(application)

    def submit(self, application: Application, *, on: date) -> Application:
        user = application.case.applicant
        assert user is not None
        by = Actor.applicant(user, on_behalf_of=application.case.subject)
        applications.submit(application, by=by, on=on)
        return fresh(application)

    def steps(self, application: Application) -> list[str]:
        """The steps of the admission that wait for somebody, in order."""
        case = application.case
        rulebook = joining.rulebook_of(case)
        steps = rulebook.workflow(case.kind, {"class": case.member_class}).steps
        return [step.id for step in steps if step.action != "submit"]

    def advance(self, application: Application, *, to: str = "", on: date) -> Application:
        """Pass step after step until the application stands at ``to``, or has no step left."""
        while (step := engine.current_step(fresh(application).case)) is not None and step.id != to:
            self.take(fresh(application), step, on=on)
        return fresh(application)

    def take(self, application: Application, step: Step, *, on: date) -> None:
        """Do what this step asks for, as the desk would."""
        case = application.case
        if step.needs_resolution:
            self.resolve(case, step.actor, on=on)
        elif step.action == "pay":
            self.pay(case, on=on)
        elif step.action == "notify":
            send = notices.send if notices.registers(case) else notices.announce
            send(application, by=self.officer(step.actor), on=on)
        elif step.action in joining.RECORDED:
            joining.record(application, step=step.id, note="已办理。", by=self.officer(step.actor), on=on)
        else:
            self.check(application, by=self.officer(step.actor), on=on)
            reviews.pass_on(application, step=step.id, by=self.officer(step.actor), on=on)

    def check(self, application: Application, *, by: Actor, on: date) -> None:
        """Look at every paper, answer what is left to a person."""
        for slot in reads.slots(application, on):
            if slot.current is not None and slot.state != Verdict.ACCEPTED:
                documents.judge(slot.current, Verdict.ACCEPTED, by=by, on=on)
        for check in reads.checks(application, on):
            if check.needs_judgement:
                reviews.judge(application, check.rule_id, satisfied=True, note="经核对，符合。", by=by, on=on)

    def resolve(self, case: Case, body: str, *, on: date) -> None:
        """A meeting of the body approves the case."""
        meeting = resolutions.hold_meeting(Body.objects.get(key=body), f"{on.year}年第{on.month}次会议", held_on=on)
        number = f"{self.plan.number}决〔{on.year}〕{100 + case.pk}号"
        drafted = resolutions.draft(meeting, number, "关于批准入会的决议", cases=[case], by=SYSTEM)
        votes = {item.pk: Vote("approved", "") for item in drafted.items.all()}
        resolutions.pass_items(drafted, votes, by=SYSTEM, on=on)

    def pay(self, case: Case, *, on: date, confirmed: bool = True) -> None:
        """Enter what is owed as a bank line, and have a second person confirm it."""
        owed = statement(case, on)
        invoice = owed.invoice
        assert isinstance(invoice, Invoice), f"{case} owes nothing at its fee"
        rulebook = joining.rulebook_of(case)
        method = (rulebook.fees.methods if rulebook.fees else ()) or ("corporate_transfer",)
        entered = payments.enter(
            invoice,
            method="corporate_transfer" if "corporate_transfer" in method else method[0],
            amount=owed.outstanding,
            value_date=on,
            reference=f"DEMO{case.pk:06d}{next(_references)}",
            payer=case.subject,
            memo=invoice.memo,
            by=Actor.officer(self.tellers[0]),
            on=on,
        )
        if confirmed:
            payments.confirm(entered, by=Actor.officer(self.tellers[1]), on=on)

    def register(self, membership: Membership, *, on: date) -> None:
        """Pay and complete the registration that the notice opened, where the rulebook has one."""
        registration = Registration.objects.filter(membership=membership, completed_on__isnull=True).first()
        if registration is None:
            return
        if registration.accepted_on is None:
            self.pay(registration.case, on=on)
        registration.refresh_from_db()
        step = step_of(registration.case.version_id or 0, membership.class_id, "register")
        actor = step.actor if step else engine.current_step(Case.objects.get(pk=registration.case_id)).actor  # type: ignore[union-attr]
        registrations.complete(registration, by=self.officer(actor), on=on)


def fresh(application: Application) -> Application:
    return Application.objects.select_related("case__applicant", "party").get(pk=application.pk)


def running(application: Application) -> bool:
    return application.case.state in (State.OPEN, State.APPROVED)
