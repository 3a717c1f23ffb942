"""The registration desk: paid and waiting, register, then preview the announcement and release it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock
from association.actors import Actor
from association.admin.announcements import dues, kind_names
from association.admin.base import ReadOnlyAdmin, against, chosen, filters, find, page_of, query_of
from association.cases import engine
from association.models import Announcement
from association.templatetags.huiji import zh_date
from association.views.announcement_words import shown
from association.web import attempt, user_of
from members.actions import registrations
from members.admin.memberships import TABS, last_day, names, rulebook_today, search
from members.models import Membership, Registration
from members.models.registration import RegistrationKind
from members.queries import tier_on

STATES = (
    ("register", gettext_lazy("to register")),
    ("publish", gettext_lazy("to make public")),
    ("fee", gettext_lazy("waiting for the fee")),
    ("done", gettext_lazy("done")),
)
UNPUBLISHED = Exists(Announcement.objects.filter(case=OuterRef("case"), published_on__isnull=True))
PLACES = {
    "register": Q(accepted_on__isnull=False, completed_on__isnull=True),
    "publish": Q(completed_on__isnull=False) & Q(UNPUBLISHED),
    "fee": Q(accepted_on__isnull=True, completed_on__isnull=True),
    "done": Q(completed_on__isnull=False) & ~Q(UNPUBLISHED),
}
TONES = {"register": "waiting", "publish": "waiting", "fee": "neutral", "done": "done"}
RELATED = ("case", "membership__party", "decision__actor", "decision__version")


@admin.register(Registration)
class RegistrationAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        by_case = path("cases/<uuid:key>/", self.admin_site.admin_view(self.by_case), name="case_registration_initial")
        return [
            self.route("<int:pk>/complete/", self.complete, "complete"),
            self.route("<int:pk>/publish/", self.publish, "publish"),
            by_case,
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        state, asked = chosen(request, "state", PLACES, "register"), query_of(request)
        rows = Registration.objects.filter(PLACES[state]).select_related("case", "membership__party")
        if asked:
            memberships = Membership.objects.filter(search(asked))
            rows = rows.filter(membership__in=memberships)
        rows = rows.order_by("-completed_on", "-pk") if state == "done" else rows.order_by("accepted_on", "pk")
        page = page_of(request, rows)
        due = dues([row.case_id for row in page.rows])
        _tiers, classes = names(rulebook_today())
        return self.page(
            request,
            "desk/members/registrations.html",
            title=_("Registrations"),
            page=page,
            rows=[
                {"row": row, "class": classes.get(row.membership.class_id, ""), "due": due.get(row.case_id)}
                for row in page.rows
            ],
            filters=filters(request, "state", STATES, state),
            state=state,
            asked=asked,
            keep=[("state", state)],
        )

    def by_case(self, request: HttpRequest, key: Any) -> HttpResponse:
        self.require_view(request)
        registration = get_object_or_404(Registration, case__key=key)
        return redirect("admin:members_registration_change", registration.pk)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        today = clock.today()
        registration = find(Registration.objects.select_related(*RELATED), object_id)
        by = Actor.officer(user_of(request))
        state = place(registration)
        tiers, classes = names(rulebook_today())
        membership = registration.membership
        check = registrations.check_completable if state != "publish" else registrations.check_publishable
        return self.page(
            request,
            "desk/members/registration.html",
            title=membership.party.name,
            where=_("Registrations"),
            where_url=reverse("admin:members_registration_changelist"),
            registration=registration,
            kind=RegistrationKind(registration.kind).label,
            membership=membership,
            class_name=classes.get(membership.class_id, membership.class_id),
            tier_name=tiers.get(tier_on(membership, today), ""),
            state=state,
            status={"label": dict(STATES)[state], "tone": TONES[state]},
            due=dues([registration.case_id]).get(registration.case_id),
            last_valid=last_day(registration.valid_until),
            reasons=against(check(registration, by, on=today)) if state != "done" else [],
            announcements=[{"row": row, "paper": shown(row)} for row in announcements_of(registration)],
            certificates=list(membership.certificates.filter(registration=registration)),
        )

    def complete(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Register the member: what follows is listed first. A second click says that it is done already."""
        self.require_view(request)
        today = clock.today()
        registration = find(Registration.objects.select_related(*RELATED), pk)
        by = acting(registration, request)
        page = reverse("admin:members_registration_change", args=[registration.pk])
        if request.method == "POST":
            attempt(
                request,
                lambda: registrations.complete(registration, by=by, on=today),
                done=_("The member is registered. The certificate is being made; the announcement waits for release."),
            )
            return redirect(page)
        check = registrations.check_completable(registration, by, on=today)
        party = registration.membership.party
        effects = [
            {"text": _("«Registered» is written into the member's file."), "sources": check.sources},
            {"text": _("The certificate is made as a PDF with a QR code that anybody can verify.")},
            {"text": _("The announcement is drafted; you release it afterwards, within its period.")},
        ]
        if check.passed:
            words = _("Registration valid from %(first)s through %(last)s") % validity_words(check.value)
            effects.insert(0, {"text": words, "sources": check.sources})
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Register this member?"),
            where=party.name,
            where_url=page,
            facts=[
                (_("Member"), f"{party.name} {party.number or ''}"),
                (_("Member since"), zh_date(registration.membership.starts_on)),
                (_("Fees paid through"), registration.paid_through_year or "—"),
            ],
            effects=effects,
            reasons=against(check),
            confirm=_("Register and issue the certificate"),
            cancel_url=page,
        )

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The announcement exactly as the public will read it, then its release."""
        self.require_view(request)
        today = clock.today()
        registration = find(Registration.objects.select_related(*RELATED), pk)
        by = acting(registration, request)
        page = reverse("admin:members_registration_change", args=[registration.pk])
        if request.method == "POST":
            attempt(
                request,
                lambda: registrations.publish(registration, by=by, on=today),
                done=_("The announcement is public."),
            )
            return redirect(page)
        check = registrations.check_publishable(registration, by, on=today)
        drafts = [row for row in announcements_of(registration) if row.published_on is None]
        return self.page(
            request,
            "desk/members/publish.html",
            title=_("Make the registration public?"),
            where=registration.membership.party.name,
            where_url=page,
            drafts=[{"row": row, "paper": shown(row)} for row in drafts],
            kind=", ".join(kind_names().get(row.kind, row.kind) for row in drafts),
            due=dues([registration.case_id]).get(registration.case_id),
            effects=[{"text": _("Everybody can read this on the portal from now on."), "sources": check.sources}],
            reasons=against(check),
            cancel_url=page,
        )


def acting(registration: Registration, request: HttpRequest) -> Actor:
    """The officer, for the body whose step it is."""
    step = engine.current_step(registration.case)
    return Actor.officer(user_of(request), body=step.actor if step else "")


def place(registration: Registration) -> str:
    """Which of the desk's lists it is in, by its dated facts."""
    if registration.completed_on is None:
        return "fee" if registration.accepted_on is None else "register"
    waits = any(row.published_on is None for row in announcements_of(registration))
    return "publish" if waits else "done"


def announcements_of(registration: Registration) -> list[Announcement]:
    return list(registration.case.announcements.select_related("published_by", "decision").order_by("pk"))


def validity_words(value: Any) -> dict[str, str]:
    last: date | None = value.last_day
    return {"first": zh_date(value.first_day), "last": zh_date(last) if last else "—"}
