"""The test world: an association of rulebook ``acg`` and cases in every state, reached by walking the real actions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator
from celery import current_app

from admissions.actions import applications, notices, reviews
from admissions.models import Application
from admissions.queries import slots
from association import clock, queries, roles
from association.actions import bodies, resolutions
from association.actions import roles as granting
from association.actions.jobs import waiting
from association.actions.resolutions import Vote
from association.actors import SYSTEM, Actor
from association.cases import documents
from association.files import keeping
from association.models import Body, Resolution, User
from association.models.file import Verdict
from association.rulebook import Rulebook
from fees.actions import payments
from fees.models import Invoice, Payment
from members.actions import registrations, tiers
from members.models import Certificate, Registration
from portal.demo import loader
from portal.demo.plans import ACG, FOUNDED

SUBMITTED = date(2026, 9, 15)
REVIEWED = date(2026, 9, 16)
DECIDED = date(2026, 9, 17)
RESOLVED = date(2026, 9, 18)
NOTICED = date(2026, 9, 21)
PAID = date(2026, 9, 28)
REGISTERED = date(2026, 9, 29)

USCC = "91110108MA01ABCD1E"
USCC_OTHER = "91110105MA02EFGH2F"
USCC_THIRD = "91110101MA03JKLM32"

PNG = (  # one white pixel, a real picture
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\n"
    b"IDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82"
)

ANSWERS: dict[str, Any] = {
    "name": "北京星野文化传媒有限公司",
    "uscc": USCC,
    "legal_form": "legal_person",
    "registrar": "北京市海淀区市场监督管理局",
    "rb_field": "动画制作",
    "penalty_no_penalty_3y": "no",
    "contact_name": "林晓",
    "mobile": "13800001234",
}

_numbers = count(1)


def found() -> None:
    """The association, adopted and with fees; no accounts, no applications."""
    loader.found(ACG)


def rulebook() -> Rulebook:
    """The membership rulebook in force when applications come in."""
    return queries.rulebook_on(SUBMITTED)


def user(email: str = "", **fields: Any) -> User:
    return User.objects.create_user(email or f"user{next(_numbers)}@test.example", "a-long-password", **fields)


def seated(body: str, *, roles: tuple[str, ...] = ("secretariat",), email: str = "") -> User:
    """A member of staff who acts for a body."""
    person = user(email, is_staff=True, name=f"{body} {next(_numbers)}")
    bodies.seat(person, Body.objects.get(key=body), on=FOUNDED)
    give(person, *roles)
    second_factor(person)
    return person


def give(person: User, *roles: str) -> None:
    """The roles, as the installation sets them up."""
    for role in roles:
        granting.grant(person, role, from_on=FOUNDED, by=SYSTEM, on=FOUNDED)


def in_role(key: str) -> User:
    """Somebody of this role alone: granted, or by a seat of a body that gives it."""
    known = roles.ROLES.get(key)
    person = user(name=key, is_staff=known is not None and known.home is not roles.Home.RELATION)
    if key in roles.GRANTABLE:
        give(person, key)
    elif known is not None and known.home is roles.Home.SEAT:
        body = Body.objects.filter(kind__in=known.kinds).first() or Body.objects.create(
            key="branch_test", name="分会", kind="branch"
        )
        bodies.seat(person, body, on=FOUNDED)
    return User.objects.get(pk=person.pk)


def second_factor(person: User) -> None:
    """Without one the desk does not open."""
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "unused"})


def officer(body: str, *, roles: tuple[str, ...] = ("secretariat",)) -> Actor:
    return Actor.officer(seated(body, roles=roles), body=body)


def draft(applicant: User | None = None, *, on: date = SUBMITTED, **answers: Any) -> Application:
    """A unit's application with every field filled in and every paper uploaded, not submitted."""
    applicant = applicant or user()
    application = applications.start(applicant, "unit", on=on)
    applications.save(application, {**ANSWERS, **answers}, on=on)
    application.refresh_from_db()
    for slot in slots(application, on):
        file = keeping.keep_upload(BytesIO(PNG), name=f"{slot.rule.id}.png", by=applicant)
        documents.attach(application.case, slot.rule.id, file)
    applications.accept_rules(application, True, on=on)
    return fresh(application)


def submitted(applicant: User | None = None, *, on: date = SUBMITTED, **answers: Any) -> Application:
    application = draft(applicant, on=on, **answers)
    actor = Actor.applicant(application.case.applicant)  # type: ignore[arg-type]
    return fresh(applications.submit(application, by=actor, on=on))


def review(application: Application, by: Actor, *, on: date = REVIEWED) -> Application:
    """Everything a department does before it passes the case on, without passing it."""
    for slot in slots(application, on):
        documents.judge(slot.current, Verdict.ACCEPTED, by=by, on=on)  # type: ignore[arg-type]
    for check in ("charter_conditions", "field"):
        reviews.judge(application, check, satisfied=True, note="已核对", by=by, on=on)
    return fresh(application)


def at_secretary_general(application: Application | None = None, *, on: date = REVIEWED) -> Application:
    application = application or submitted()
    by = officer("membership_dept")
    review(application, by, on=on)
    reviews.pass_on(fresh(application), step="dept_review", by=by, on=on)
    return fresh(application)


def at_council(application: Application | None = None, *, on: date = DECIDED) -> Application:
    application = at_secretary_general(application, on=min(REVIEWED, on))
    reviews.pass_on(application, step="secretary_general", by=officer("secretary_general"), on=on)
    return fresh(application)


def resolution(body: str, *cases: Any, on: date = RESOLVED, number: str = "", **more: str) -> Resolution:
    """A drafted resolution of a meeting held ``on``; ``more``: what else ``resolutions.draft`` takes."""
    meeting = resolutions.hold_meeting(Body.objects.get(key=body), "第二届理事会第五次会议", held_on=on)
    by = officer("secretariat")
    return resolutions.draft(
        meeting, number or f"决〔2026〕{next(_numbers)}号", "关于批准入会的决议", cases=cases, by=by, **more
    )


def fee_resolution(body: str = "members_assembly", *, on: date = RESOLVED, number: str = "") -> Resolution:
    """Passed before meetings were kept here: a fee standard, taken over from its signed paper."""
    drafted = resolution(body, on=on, number=number, decides="fee_standard", taken_from="档案室会议卷")
    return resolutions.pass_bare(drafted, on=on)


def resolve(drafted: Resolution, outcome: str = "approved", *, note: str = "", on: date | None = None) -> Resolution:
    votes = {item.pk: Vote(outcome, note) for item in drafted.items.all()}
    return resolutions.pass_items(drafted, votes, by=officer("secretariat"), on=on or drafted.meeting.held_on)


def approved(application: Application | None = None, *, on: date = RESOLVED) -> Application:
    application = at_council(application, on=min(DECIDED, on))
    resolve(resolution("council", application.case, on=on))
    return fresh(application)


def noticed(
    application: Application | None = None, *, on: date = NOTICED, resolved_on: date = RESOLVED
) -> Registration:
    application = approved(application, on=resolved_on)
    return notices.send(application, by=officer("membership_dept"), on=on)


def invoice_of(registration: Registration) -> Invoice:
    return Invoice.objects.get(case=registration.case, voided_on__isnull=True)


def entered(
    registration: Registration,
    amount: str = "666.67",
    *,
    on: date = PAID,
    reference: str = "",
    value_date: date | None = None,
) -> Payment:
    return payments.enter(
        invoice_of(registration),
        method="corporate_transfer",
        amount=Decimal(amount),
        value_date=value_date or on,
        reference=reference or f"REF{next(_numbers)}",
        payer="北京星野文化传媒有限公司",
        memo=invoice_of(registration).memo,
        by=Actor.officer(seated("secretariat", roles=("finance",))),
        on=on,
    )


def confirm(payment: Payment, *, on: date = PAID) -> Payment:
    return payments.confirm(payment, by=Actor.officer(seated("secretariat", roles=("finance",))), on=on)


def paid(registration: Registration | None = None, amount: str = "666.67", *, on: date = PAID) -> Registration:
    registration = registration or noticed()
    confirm(entered(registration, amount, on=on), on=on)
    return Registration.objects.get(pk=registration.pk)


def registered(registration: Registration | None = None, *, on: date = REGISTERED) -> Certificate:
    registration = paid(registration)
    return registrations.complete(registration, by=officer("membership_dept"), on=on)


def confer(membership: Any, tier: str, *, on: date, body: str = "members_assembly") -> None:
    """A tier by resolution."""
    change = tiers.propose(membership, tier, by=officer("secretariat"), on=on)
    resolve(resolution(body, change.case, on=on))


def run_jobs() -> int:
    """Do the background work that waits, as a worker would."""
    current_app.loader.import_default_modules()
    done = 0
    for job in waiting(clock.now()).order_by("pk"):
        current_app.tasks[job.kind](job.pk)
        done += 1
    return done


def fresh(application: Application) -> Application:
    return Application.objects.select_related("case").get(pk=application.pk)
