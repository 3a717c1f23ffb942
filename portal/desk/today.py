"""今天: what is due, what waits for me, what waits for others. A fixed number of queries, whatever there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from admissions.models import Claim
from association import clock, queries
from association.admin.base import address, case_page
from association.cases import deadlines
from association.cases.places import places, standing_at
from association.models import Adoption, ArticleFeedback, Case, Consultation, Deadline, Reminder, Resolution, User
from association.models.deadline import ReminderOutcome
from association.permissions import seats
from association.rulebook.labels import label
from association.rules.reminders import ESCALATION
from association.states import State
from association.templatetags.huiji import yuan
from association.values import long_date
from association.web import user_of
from fees.models import Invoice, Payment, Voucher

Words = str | Promise

MOST = 20
"""Lines of a section; beyond it the heading says «20+» and leads to the whole list."""
FEWER = 10

KINDS: dict[str, str] = {
    "admission": "admissions.view_application",
    "registration_initial": "members.view_registration",
    "tier_change": "association.view_resolution",
}
"""Kinds of case, and the permission without which their lines are not shown."""

AWAITED = ("pay",)
"""Actions that somebody outside takes, whoever books them."""


@dataclass(frozen=True)
class Line:
    """One thing to do: about whom, what is asked, until when, under which articles."""

    subject: str
    asked: Words
    url: str
    due: Any = None
    sources: Any = ()
    note: Words = ""


@dataclass(frozen=True)
class Section:
    """Some lines under a heading. ``more``: there are others, under ``url``."""

    title: Words
    lines: list[Line]
    more: bool = False
    url: str = ""
    tone: str = ""

    @property
    def count(self) -> str:
        return f"{len(self.lines)}+" if self.more else str(len(self.lines))


@dataclass(frozen=True)
class Viewer:
    """Who looks, for which bodies, on which day."""

    user: User
    bodies: frozenset[str]
    on: date
    kinds: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, user: User, on: date) -> Viewer:
        kinds = tuple(kind for kind, permission in KINDS.items() if user.has_perm(permission))
        return cls(user, seats(user, on), on, kinds)

    @property
    def watches(self) -> bool:
        """Sees everything and acts for nobody: an auditor, the system's keeper."""
        return not self.bodies


def today_page(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    viewer = Viewer.of(user_of(request), clock.today())
    sections = [section for section in all_sections(viewer) if section.lines]
    return TemplateResponse(
        request,
        "desk/today.html",
        context
        | {
            "title": _("Today"),
            "today": viewer.on,
            "sections": sections,
            "watches": viewer.watches,
        },
    )


def all_sections(viewer: Viewer) -> list[Section]:
    week = viewer.on + timedelta(days=6 - viewer.on.weekday())
    return [
        escalated(viewer),
        _due(viewer, _("Overdue"), Q(due_on__lt=viewer.on), tone="stopped"),
        _due(viewer, _("Due today"), Q(due_on=viewer.on), tone="waiting"),
        _due(viewer, _("Due this week"), Q(due_on__gt=viewer.on, due_on__lte=week)),
        *money(viewer),
        meetings(viewer),
        claims(viewer),
        rules(viewer),
        mine(viewer, week),
        others(viewer),
    ]


# what is due


def _due(viewer: Viewer, title: Words, when: Q, *, tone: str = "") -> Section:
    """Unmet deadlines of my bodies; of all bodies for somebody who only watches."""
    found = Deadline.objects.unmet().filter(when, case__kind__in=viewer.kinds)
    if not viewer.watches:
        found = found.filter(body__in=viewer.bodies)
    above = Reminder.objects.filter(deadline=OuterRef("pk"), stage=ESCALATION, outcome=ReminderOutcome.SENT)
    found = found.select_related("case").annotate(above=Subquery(above.values("body")[:1]))
    rows, more = capped(found.order_by("due_on", "pk"))
    lines = [_line(each, _held(viewer, each)) for each in rows]
    return Section(title, lines, more, f"{reverse(QUEUE)}?view=all&late=1" if tone == "stopped" else "", tone)


def escalated(viewer: Viewer) -> Section:
    """What is late at another body and was brought before one of mine."""
    brought = Reminder.objects.filter(deadline=OuterRef("pk"), stage=ESCALATION, body__in=viewer.bodies)
    found = Deadline.objects.overdue(viewer.on).filter(Exists(brought), case__kind__in=viewer.kinds)
    rows, more = capped(found.exclude(body__in=viewer.bodies).select_related("case").order_by("due_on", "pk"))
    lines = [_line(each, _("turn of %(body)s") % {"body": queries.body_name(each.body)}) for each in rows]
    return Section(_("Late, brought before you"), lines, more, f"{reverse(QUEUE)}?view=all&late=1", "stopped")


def _line(each: Deadline, note: Words = "") -> Line:
    return Line(each.case.subject, step_name(each.case, each.code), case_page(each.case), each, each.sources, note)


def _held(viewer: Viewer, each: Any) -> Words:
    """Before whom it was brought; for somebody who watches, whose turn it is."""
    if each.above:
        return _("brought before %(body)s") % {"body": queries.body_name(each.above)}
    return _("turn of %(body)s") % {"body": queries.body_name(each.body)} if viewer.watches else ""


QUEUE = "admin:admissions_application_changelist"


# what waits for somebody


def mine(viewer: Viewer, week: date) -> Section:
    """Cases whose step is one of my bodies' to take and that no section above names."""
    wanted = [
        place
        for place in places(*KINDS)
        if place.step.actor in viewer.bodies and place.kind in viewer.kinds and place.step.action not in AWAITED
    ]
    named = Deadline.objects.unmet().filter(case=OuterRef("pk"), due_on__lte=week, body__in=viewer.bodies)
    found = Case.objects.filter(standing_at(wanted)).exclude(Exists(named)).order_by("submitted_on", "pk")
    rows, more = capped(found)
    nearest = _nearest(rows)
    lines = [_waiting(case, nearest.get(case.pk)) for case in rows]
    return Section(_("Waits for you"), lines, more, f"{reverse(QUEUE)}?view=mine")


def others(viewer: Viewer) -> Section:
    """Cases under way whose turn is somebody else's: the applicant's, another body's."""
    own = [place for place in places(*KINDS) if place.step.actor in viewer.bodies and place.step.action not in AWAITED]
    running = Q(state__in=[State.OPEN, State.RETURNED]) | (Q(state=State.APPROVED) & ~Q(step=""))
    found = Case.objects.filter(running, kind__in=viewer.kinds).exclude(standing_at(own))
    rows, more = capped(found.order_by("-submitted_on", "-pk"), FEWER)
    nearest = _nearest(rows)
    lines = [_waiting(case, nearest.get(case.pk), whose=True) for case in rows]
    title = _("Under way") if viewer.watches else _("Waits for others")
    return Section(title, lines, more, f"{reverse(QUEUE)}?view=running")


def _nearest(cases: list[Case]) -> dict[int, Deadline]:
    found = Deadline.objects.unmet().filter(case__in=[case.pk for case in cases]).order_by("-due_on")
    return {deadline.case_id: deadline for deadline in found}


def _waiting(case: Case, due: Deadline | None, *, whose: bool = False) -> Line:
    step = next((step for step in deadlines.steps_of(case) if step.id == case.step), None)
    asked: Words = (step.name or step.id) if step else ""
    sources: Any = step.sources(queries.rulebook_of(case.version_id).id) if step and case.version_id else ()
    note: Words = ""
    if case.state == State.RETURNED:
        asked, note = _("To be corrected"), _("the applicant's turn")
    elif whose and step is not None:
        note = (
            _("the applicant's turn")
            if step.action in AWAITED
            else _("turn of %(body)s") % {"body": queries.body_name(step.actor)}
        )
    return Line(case.subject, asked, case_page(case), due, sources, note)


def step_name(case: Case, code: str) -> str:
    return next((step.name or step.id for step in deadlines.steps_of(case) if step.id == code), code)


# money, meetings, claims


def money(viewer: Viewer) -> list[Section]:
    """For finance: money that a colleague entered, money of mine that waits for a colleague, vouchers to look into."""
    if not viewer.user.has_perm("fees.view_payment"):
        return []
    waiting = Payment.objects.filter(confirmed_on__isnull=True, struck_on__isnull=True)
    waiting = waiting.select_related("invoice__party", "entered_by").order_by("value_date", "pk")
    may_confirm = viewer.user.has_perm("fees.confirm_payment")
    sections = []
    if may_confirm:
        rows, more = capped(waiting.exclude(entered_by=viewer.user))
        sections.append(_payments(_("Payments to confirm"), rows, more))
        rows, more = capped(waiting.filter(entered_by=viewer.user), FEWER)
        sections.append(_payments(_("Entered by you, waiting for a second person"), rows, more))
    else:
        rows, more = capped(waiting, FEWER)
        sections.append(_payments(_("Payments waiting for a second person"), rows, more))
    return [*sections, _vouchers(viewer)]


def _payments(title: Words, rows: list[Payment], more: bool) -> Section:
    lines = [
        Line(
            payment.invoice.party.name,
            f"{yuan(payment.amount)} · {payment.reference}",
            address("admin:fees_payment_change", payment.pk),
            note=_("entered by %(who)s") % {"who": payment.entered_by or _("Huiji, by itself")},
        )
        for payment in rows
    ]
    return Section(title, lines, more, address("admin:fees_payment_changelist"))


def _vouchers(viewer: Viewer) -> Section:
    """Invoices with a voucher and no payment: the payer says it was sent, nobody has found it at the bank."""
    if not viewer.user.has_perm("fees.enter_payment"):
        return Section("", [])
    found = Invoice.objects.filter(
        Exists(Voucher.objects.filter(invoice=OuterRef("pk"))),
        ~Exists(Payment.objects.filter(invoice=OuterRef("pk"), struck_on__isnull=True)),
        voided_on__isnull=True,
    )
    rows, more = capped(found.select_related("party").order_by("pk"))
    lines = [
        Line(
            each.party.name,
            _("Voucher uploaded: find the money at the bank"),
            address("admin:fees_invoice_change", each.pk),
        )
        for each in rows
    ]
    return Section(_("Vouchers to look into"), lines, more, address("admin:fees_invoice_changelist"))


def meetings(viewer: Viewer) -> Section:
    """Resolutions on paper whose meeting was held: to be recorded."""
    if not viewer.user.has_perm("association.pass_resolution"):
        return Section("", [])
    found = Resolution.objects.filter(passed_on__isnull=True, meeting__held_on__lte=viewer.on)
    rows, more = capped(found.select_related("meeting__body").order_by("meeting__held_on", "pk"))
    lines = [
        Line(
            f"{each.number} {each.title}",
            _("Record what the meeting resolved"),
            address("admin:association_resolution_change", each.pk),
            note=each.meeting.title,
        )
        for each in rows
    ]
    return Section(_("Resolutions to record"), lines, more, address("admin:association_resolution_changelist"))


def claims(viewer: Viewer) -> Section:
    """Sealed letters to be checked."""
    if not viewer.user.has_perm("admissions.view_claim"):
        return Section("", [])
    found = Claim.objects.filter(state="open").select_related("application__case", "user").order_by("pk")
    rows, more = capped(found, FEWER)
    lines = [
        Line(
            each.application.case.subject,
            _("Check the sealed letter"),
            address("admin:admissions_claim_change", each.pk),
            note=_("claimed by %(user)s") % {"user": each.user},
        )
        for each in rows
    ]
    return Section(_("Claims to decide"), lines, more, address("admin:admissions_claim_changelist"))


def rules(viewer: Viewer) -> Section:
    """Feedback on articles that nobody answered, and drafts on which the members have been heard."""
    lines: list[Line] = []
    more = False
    if viewer.user.has_perm("association.change_articlefeedback"):
        rows, more = capped(ArticleFeedback.objects.waiting().select_related("version", "author"), FEWER)
        lines += [
            Line(
                each.version.title,
                _("Answer the feedback on %(article)s") % {"article": label(each.article)}
                if each.article
                else _("Answer the feedback"),
                address("admin:association_articlefeedback_change", each.pk),
                note=str(each.author or each.name),
            )
            for each in rows
        ]
    if viewer.user.has_perm("association.add_adoption"):
        lines += [
            Line(
                str(each.version),
                _("The members have been heard: put the draft to the vote"),
                address("admin:association_rulebookversion_change", each.version_id),
                note=_("comments until %(day)s") % {"day": long_date(each.comments_until)},
            )
            for each in _heard(viewer.on)
            if each.comments_until is not None
        ]
    return Section(_("Rules"), lines, more, address("admin:association_articlefeedback_changelist"))


def _heard(on: date) -> QuerySet[Consultation]:
    """Drafts whose period for comments is over and that are not adopted."""
    adopted = Adoption.objects.filter(
        version__rulebook=OuterRef("rulebook"), version__document_version=OuterRef("document_version")
    )
    ended = Consultation.objects.filter(~Exists(adopted), noticed_on__isnull=False, comments_until__lt=on)
    return ended.select_related("version").order_by("comments_until", "pk")[:FEWER]


def capped(found: QuerySet[Any], most: int = MOST) -> tuple[list[Any], bool]:
    """At most ``most`` rows, and whether there are more: nothing is counted."""
    rows = list(found[: most + 1])
    return rows[:most], len(rows) > most
