"""The home of a person: what waits for them first, then their memberships and applications, then what they were told.

In a number of queries that does not grow with memberships or applications.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from admissions.models import Application
from admissions.models.application import ClaimState
from association import queries
from association.cases.engine import current_step
from association.models import Case, Deadline, Message, User
from association.models.case import CaseState
from association.models.message import Channel
from association.rules.money import format_yuan
from association.states import State
from fees.models import Voucher
from fees.queries import Statement, statements
from fees.rules.settlement import State as FeeState
from members.models import Certificate, Membership, Registration
from members.models.certificate import CertificateStatus
from members.models.membership import Standing
from members.models.party import Identifier
from members.permissions import own_memberships

STANDING_WORDS = {
    Standing.NONE: (pgettext_lazy("standing", "not a member yet"), "neutral"),
    Standing.ACTIVE: (pgettext_lazy("standing", "full member, registration pending"), "waiting"),
    Standing.REGISTERED: (pgettext_lazy("standing", "registered"), "done"),
    Standing.SUSPENDED: (pgettext_lazy("standing", "rights suspended"), "waiting"),
    Standing.ENDED: (pgettext_lazy("standing", "membership ended"), "neutral"),
}
CASE_TONES = {State.RETURNED: "stopped", State.OPEN: "waiting", State.APPROVED: "done", State.REFUSED: "stopped"}
ENDED = (State.REFUSED, State.WITHDRAWN, State.LAPSED, State.VOID)
NEWEST = 3
"""Unread messages shown on the home page; the others are one click away."""


@dataclass(frozen=True)
class Todo:
    """One thing to do now: what, why, the button."""

    title: str
    text: str
    action: str
    url: str
    subject: str = ""
    deadline: Any = None


@dataclass(frozen=True)
class Member:
    """One membership with what a person asks about it first."""

    membership: Membership
    status: SimpleNamespace
    class_name: str
    tier_name: str
    registration: Registration | None
    statement: Statement | None
    certificate: Certificate | None
    waiting_for: str

    @property
    def valid_until(self) -> date | None:
        """The last day of the registration's validity."""
        until = self.registration.valid_until if self.registration else None
        return date.fromordinal(until.toordinal() - 1) if until else None


@dataclass(frozen=True)
class Applied:
    """One application: where it stands and whose turn it is."""

    case: Case
    status: SimpleNamespace
    whose: str
    deadline: Deadline | None
    url: str
    discard_url: str = ""
    """Where to give a draft up that this account needs no more: its unit or person has applied or joined."""
    claimed: bool = False

    @property
    def to_finish(self) -> bool:
        """A draft on which it is the applicant's turn."""
        return self.case.state == State.DRAFT and not self.discard_url and not self.claimed


@dataclass(frozen=True)
class Home:
    todos: list[Todo] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    running: list[Applied] = field(default_factory=list)
    ended: list[Applied] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    unread: int = 0

    @property
    def is_new(self) -> bool:
        """Nothing has begun yet."""
        return not (self.members or self.running or self.ended)


def home_of(user: User, on: date) -> Home:
    """Everything on the home page of this account on the day."""
    members = _members(user, on)
    applied = _applications(user, members)
    unread = Message.objects.filter(recipient=user, channel=Channel.PORTAL, read_at__isnull=True)
    return Home(
        todos=_todos(members, applied, on),
        members=members,
        running=sorted(
            (each for each in applied if each.case.state not in ENDED), key=lambda each: bool(each.discard_url)
        ),
        ended=[each for each in applied if each.case.state in ENDED],
        messages=list(unread[:NEWEST]),
        unread=unread.count(),
    )


def _members(user: User, on: date) -> list[Member]:
    memberships = list(
        own_memberships(user, on).standing(on).select_related("party", "case").order_by("-starts_on", "pk")
    )
    newest: dict[int, Registration] = {}
    rows = Registration.objects.filter(membership__in=memberships).select_related("case")
    for registration in rows.order_by("pk"):
        newest[registration.membership_id] = registration
    money = statements([registration.case_id for registration in newest.values()], on)
    uploaded = Counter(Voucher.objects.filter(invoice__case__in=list(money)).values_list("invoice_id", flat=True))
    certificates: dict[int, Certificate] = {}
    held = Certificate.objects.filter(membership__in=memberships, superseded_by__isnull=True, revoked_on__isnull=True)
    for certificate in held.select_related("membership").order_by("pk"):
        certificates[certificate.membership_id] = certificate
    return [
        _member(
            membership,
            registration=newest.get(membership.pk),
            money=money,
            uploaded=uploaded,
            certificate=certificates.get(membership.pk),
            on=on,
        )
        for membership in memberships
    ]


def _member(
    membership: Membership,
    *,
    registration: Registration | None,
    money: dict[int, Statement],
    uploaded: Mapping[int, int],
    certificate: Certificate | None,
    on: date,
) -> Member:
    book = queries.rulebook_on(on)
    word, tone = STANDING_WORDS[membership.standing]  # type: ignore[attr-defined]  # annotated by standing()
    tier = membership.tier  # type: ignore[attr-defined]
    state = money.get(registration.case_id) if registration else None
    return Member(
        membership=membership,
        status=SimpleNamespace(label=str(word), tone=tone),
        class_name=book.member_class(membership.class_id).name,
        tier_name=book.tier(tier).name if tier else "",
        registration=registration,
        statement=state,
        certificate=certificate,
        waiting_for=_waiting_for(registration, state, uploaded),
    )


def _waiting_for(registration: Registration | None, state: Statement | None, uploaded: Mapping[int, int]) -> str:
    """What others are doing about it now; empty where it is the member's turn or nothing is open."""
    if registration is None:
        return _("The association is preparing the notice with the fee to pay.")
    if registration.completed_on is not None or state is None or state.invoice is None:
        return ""
    if registration.accepted_on is not None:
        return _("The fee has arrived. The membership department is completing the registration.")
    if any(payment.confirmed_on is None for payment in state.payments):
        return _("Money has been entered; a second person in finance is checking it.")
    entered = sum(payment.invoice_id == state.invoice.pk for payment in state.payments)
    searching = uploaded.get(state.invoice.pk, 0) > entered
    return _("The voucher was received. Finance is comparing it with the bank.") if searching else ""


def _applications(user: User, members: Sequence[Member]) -> list[Applied]:
    """Applications that have not become a membership, the latest first."""
    cases = list(
        Case.objects.visible_to_applicant(user)
        .filter(kind="admission", membership__isnull=True)
        .select_related("application")
        .order_by("-pk")
    )
    due: dict[int, Deadline] = {}
    for deadline in Deadline.objects.unmet().filter(case__in=cases):
        due.setdefault(deadline.case_id, deadline)
    needless, claimed = _needless(cases, members), _claimed(cases, user)
    return [
        _applied(case, due.get(case.pk), needless=case.pk in needless, claimed=case.pk in claimed) for case in cases
    ]


def _drafts(cases: Sequence[Case]) -> list[Case]:
    """Those in which a code or number is written."""
    return [case for case in cases if case.state == State.DRAFT and case.application.identity_index]


def _needless(cases: Sequence[Case], members: Sequence[Member]) -> set[int]:
    """Drafts for whom this account has an application or a membership already."""
    if not (drafts := _drafts(cases)):
        return set()
    parties = [each.membership.party for each in members if each.membership.standing != Standing.ENDED]  # type: ignore[attr-defined]
    taken = set(Identifier.objects.filter(party__in=parties).values_list("index", flat=True))
    taken |= {case.application.identity_index for case in cases if case.state not in (State.DRAFT, *ENDED)}
    return {draft.pk for draft in drafts if draft.application.identity_index in taken}


def _claimed(cases: Sequence[Case], user: User) -> set[int]:
    """Drafts for whose unit this account has handed in a letter that nobody has looked at yet."""
    if not (drafts := _drafts(cases)):
        return set()
    wanted = Application.objects.filter(claims__user=user, claims__state=ClaimState.OPEN)
    indexes = set(wanted.values_list("identity_index", flat=True))
    return {draft.pk for draft in drafts if draft.application.identity_index in indexes}


def _applied(case: Case, deadline: Deadline | None, *, needless: bool, claimed: bool) -> Applied:
    state = State(case.state)
    return Applied(
        case=case,
        status=SimpleNamespace(label=str(CaseState(state).label), tone=CASE_TONES.get(state, "neutral")),
        whose=_("The sealed letter is being verified") if claimed else _at_step(case),
        deadline=deadline if state == State.OPEN else None,
        url=reverse("application", args=[case.key]),
        discard_url=reverse("application_withdraw", args=[case.key]) if needless else "",
        claimed=claimed,
    )


def _at_step(case: Case) -> str:
    """«会员部: 资格审查»; empty where no body has it."""
    step = current_step(case) if case.state == State.OPEN else None
    return _("%(body)s: %(step)s") % {"body": queries.body_name(step.actor), "step": step.name} if step else ""


APPLICATION_TODOS = {
    State.RETURNED: (
        gettext_lazy("Correct your application"),
        gettext_lazy("It was returned to you with what is to be mended. Everything else is kept."),
        gettext_lazy("See what to mend"),
    ),
    State.DRAFT: (
        gettext_lazy("Finish and submit your application"),
        gettext_lazy("What you have filled in is saved."),
        gettext_lazy("Continue"),
    ),
}


def _todos(members: Sequence[Member], applied: Sequence[Applied], on: date) -> list[Todo]:
    """What is owed, what was returned, what can be fetched, what was begun."""
    found = [
        *(_to_pay(member) for member in members),
        *(_application_todo(each) for each in applied if each.case.state == State.RETURNED),
        *(_to_download(member, on) for member in members),
        *(_application_todo(each) for each in applied if each.to_finish),
    ]
    return [todo for todo in found if todo is not None]


def _application_todo(applied: Applied) -> Todo:
    title, text, action = APPLICATION_TODOS[State(applied.case.state)]
    return Todo(str(title), str(text), str(action), applied.url, subject=applied.case.subject)


def _to_pay(member: Member) -> Todo | None:
    """The fee, while something is owed and nobody is already checking whether it has come."""
    state, registration = member.statement, member.registration
    if state is None or state.invoice is None or state.outstanding <= 0 or member.waiting_for:
        return None
    partial = state.status.state == FeeState.PARTIAL
    words = _("Pay the remaining ¥%(amount)s") if partial else _("Pay the membership fee of ¥%(amount)s")
    closes = registration.closes_on if registration else None
    return Todo(
        title=words % {"amount": format_yuan(state.outstanding)},
        text=_("Account, payee and the exact memo are on the invoice. After the transfer, upload the voucher there."),
        action=_("See how to pay"),
        url=reverse("invoice", args=[state.invoice.key]),
        subject=member.membership.party.name,
        deadline=SimpleNamespace(
            due_on=closes, provisional=registration.closes_provisional if registration else False, met_on=None
        )
        if closes
        else None,
    )


def _to_download(member: Member, on: date) -> Todo | None:
    """The certificate, once the worker has drawn it."""
    certificate = member.certificate
    if certificate is None or certificate.file_id is None or certificate.status(on) != CertificateStatus.VALID:
        return None
    return Todo(
        title=_("Your certificate is here"),
        text=_("Save it as a PDF, or as a picture on the phone. Anyone can verify it with its QR code."),
        action=_("Open the certificate"),
        url=reverse("certificate", args=[certificate.serial]),
        subject=member.membership.party.name,
    )
