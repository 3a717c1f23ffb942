"""The list of members and the page of one: what it is today, its periods, certificates, file; a tier proposed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import clock, keys, queries
from association.actions import audit
from association.actors import Actor
from association.admin.base import ReadOnlyAdmin, address, chosen, filters, find, page_of, query_of, typed_in
from association.models import Case
from association.rulebook.schema import Rulebook, Tier
from association.states import State
from association.web import attempt, user_of
from members.actions import tiers
from members.admin import file
from members.admin.forms import TierForm
from members.models import Certificate, Membership
from members.models.membership import Standing
from members.queries import tier_on
from members.resources import workbook

PROPOSE = "members.add_tierchange"
TONES = {
    Standing.REGISTERED: "done",
    Standing.ACTIVE: "waiting",
    Standing.SUSPENDED: "stopped",
    Standing.ENDED: "neutral",
    Standing.NONE: "neutral",
}
CERTIFICATE_TONES = {"valid": "done", "suspended": "stopped", "expired": "waiting", "superseded": "neutral"}
STANDINGS = (
    ("current", gettext_lazy("members today")),
    (Standing.REGISTERED, Standing.REGISTERED.label),
    (Standing.ACTIVE, Standing.ACTIVE.label),
    (Standing.SUSPENDED, Standing.SUSPENDED.label),
    (Standing.ENDED, Standing.ENDED.label),
)
TABS = (
    (gettext_lazy("Members"), "admin:members_membership_changelist", "members.view_membership"),
    (gettext_lazy("Registrations"), "admin:members_registration_changelist", "members.view_registration"),
    (gettext_lazy("Certificates"), "admin:members_certificate_changelist", "members.view_certificate"),
)


def rulebook_today() -> Rulebook | None:
    try:
        return queries.rulebook_on(clock.today())
    except queries.NoRulebook:
        return None


def names(rulebook: Rulebook | None) -> tuple[dict[str, str], dict[str, str]]:
    """What the rulebook calls its tiers and its classes."""
    if rulebook is None:
        return {}, {}
    return {tier.id: tier.name for tier in rulebook.tiers}, {one.id: one.name for one in rulebook.classes}


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        tier_case = path("cases/<uuid:key>/", self.admin_site.admin_view(self.tier_case), name="case_tier_change")
        return [
            self.route("export/", self.export, "export"),
            self.route("<int:pk>/tier/", self.propose, "tier"),
            tier_case,
            *super().get_urls(),
        ]

    def chosen_rows(self, request: HttpRequest) -> tuple[Any, dict[str, str]]:
        """The members that the address asks for, as they are today, and what it asks."""
        today = clock.today()
        rulebook = rulebook_today()
        tier_names, class_names = names(rulebook)
        asked = {
            "standing": chosen(request, "standing", [value for value, _words in STANDINGS], "current"),
            "tier": chosen(request, "tier", tier_names, ""),
            "class": chosen(request, "class", class_names, ""),
            "q": query_of(request),
        }
        rows: Any = Membership.objects.standing(today).select_related("party")
        if asked["standing"] == "current":
            rows = rows.exclude(standing__in=[Standing.NONE, Standing.ENDED])
        else:
            rows = rows.filter(standing=asked["standing"])
        if asked["tier"]:
            rows = rows.filter(tier=asked["tier"])
        if asked["class"]:
            rows = rows.filter(class_id=asked["class"])
        if asked["q"]:
            rows = rows.filter(search(asked["q"]))
        return rows.order_by("party__number_seq", "pk"), asked

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        rows, asked = self.chosen_rows(request)
        tier_names, class_names = names(rulebook_today())
        page = page_of(request, rows)
        return self.page(
            request,
            "desk/members/members.html",
            title=_("Members"),
            page=page,
            rows=[
                {
                    "row": row,
                    "class": class_names.get(row.class_id, row.class_id),
                    "tier": tier_names.get(row.tier or "", row.tier or ""),
                    "standing": (Standing(row.standing).label, TONES[Standing(row.standing)]),
                    "registered_through": row.registered_until - timedelta(days=1) if row.registered_until else None,
                }
                for row in page.rows
            ],
            filters=filters(request, "standing", STANDINGS, asked["standing"]),
            tiers=[("", _("all tiers")), *tier_names.items()],
            classes=[("", _("all classes")), *class_names.items()],
            asked=asked,
            export_url=f"{reverse('admin:members_membership_export')}?{request.GET.urlencode()}",
        )

    def export(self, request: HttpRequest) -> HttpResponse:
        """The list as it is filtered, as an Excel file."""
        self.require_view(request)
        rows, _asked = self.chosen_rows(request)
        tier_names, class_names = names(rulebook_today())
        rows = list(rows)
        data = workbook(rows, tiers=tier_names, classes=class_names)
        audit.exported("members", user=user_of(request), rows=len(rows))
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        name = f"members-{clock.today():%Y%m%d}.xlsx"
        return HttpResponse(data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        today = clock.today()
        membership = find(Membership.objects.standing(today).select_related("party"), object_id)
        tier_names, class_names = names(rulebook_today())
        cases = file.cases_of(membership)
        waiting = [case for case in cases if case.kind == tiers.KIND and case.state == State.OPEN]
        standing = Standing(membership.standing)  # type: ignore[attr-defined]  # annotated
        return self.page(
            request,
            "desk/members/member.html",
            title=membership.party.name,
            where=_("Members"),
            where_url=reverse("admin:members_membership_changelist"),
            membership=membership,
            class_name=class_names.get(membership.class_id, membership.class_id),
            tier_name=tier_names.get(membership.tier or "", ""),  # type: ignore[attr-defined]
            standing={"label": standing.label, "tone": TONES[standing]},
            registered_through=last_day(membership.registered_until),  # type: ignore[attr-defined]
            identifiers=list(membership.party.identifiers.all()),
            tier_spans=[
                {"name": tier_names.get(span.tier, span.tier), "from_on": span.from_on, "last": last_day(span.until)}
                for span in membership.tiers.all()
            ],
            registrations=list(membership.registrations.all()),
            may_open_registration=request.user.has_perm("members.view_registration"),
            certificates=certificates_of(membership, today, request.user.has_perm("members.view_certificate")),
            accesses=list(membership.party.accesses.select_related("user").order_by("pk")),
            entries=file.timeline(membership, cases, user_of(request)),
            waiting=waiting,
            may_propose=request.user.has_perm(PROPOSE) and bool(conferrable(membership, today)),
            penalties_url=penalties_page(request, membership),
        )

    def tier_case(self, request: HttpRequest, key: Any) -> HttpResponse:
        """A change of tier is read in the member's file."""
        self.require_view(request)
        case = get_object_or_404(Case.objects.select_related("tier_change"), key=key, kind=tiers.KIND)
        return redirect("admin:members_membership_change", case.tier_change.membership_id)

    def propose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Propose a tier: a case that a resolution of the named body decides."""
        self.require(request, PROPOSE)
        today = clock.today()
        membership = find(Membership.objects.select_related("party"), pk)
        choices = [
            (tier.id, _("%(tier)s, decided by %(body)s") % {"tier": tier.name, "body": bodies_of(tier)})
            for tier in conferrable(membership, today)
        ]
        form = TierForm(typed_in(request), choices=choices)
        if request.method == "POST" and form.is_valid():
            change = attempt(
                request,
                lambda: tiers.propose(
                    membership, form.cleaned_data["tier"], by=Actor.officer(user_of(request)), on=today
                ),
                done=_("The tier is proposed. A resolution decides it; nothing changes before."),
            )
            if change is not None and request.user.has_perm("association.add_resolution"):
                return redirect(f"{reverse('admin:association_resolution_draft')}?cases={change.case_id}")
            return redirect("admin:members_membership_change", membership.pk)
        page = reverse("admin:members_membership_change", args=[membership.pk])
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Propose a tier"),
            where=membership.party.name,
            where_url=page,
            form=form,
            lede=_("Tiers are conferred by resolution with a date. The member is told when it is resolved."),
            effects=[
                _("A case is opened. It waits for a resolution of the body named."),
                _("Nothing changes before."),
            ],
            submit=_("Propose this tier"),
            cancel_url=page,
        )


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    tabs = TABS
    list_display = ["serial", "holder", "number", "issued_on", "valid_from", "last_valid_day", "status_today"]
    list_select_related = ["membership__party"]
    search_fields = ["serial", "membership__party__name", "membership__party__number"]
    list_display_links = None
    date_hierarchy = "issued_on"

    @admin.display(description=pgettext_lazy("member", "Name"))
    def holder(self, obj: Certificate) -> str:
        return obj.membership.party.name

    @admin.display(description=gettext_lazy("Member number"))
    def number(self, obj: Certificate) -> str:
        return obj.membership.party.number or ""

    @admin.display(description=gettext_lazy("valid through"))
    def last_valid_day(self, obj: Certificate) -> date | None:
        return last_day(obj.valid_until)

    @admin.display(description=gettext_lazy("state"))
    def status_today(self, obj: Certificate) -> str:
        return str(obj.status(clock.today()).label)


def search(asked: str) -> Q:
    """By name, member number, or the whole credit code or identity number."""
    return (
        Q(party__name__icontains=asked)
        | Q(party__number__icontains=asked)
        | Q(party__identifiers__index=keys.blind_index(asked.upper()))
    )


def last_day(until: date | None) -> date | None:
    return until - timedelta(days=1) if until else None


def certificates_of(membership: Membership, on: date, may_open: bool) -> list[dict[str, Any]]:
    found = []
    for row in membership.certificates.all():
        row.membership = membership
        status = row.status(on)
        found.append(
            {
                "row": row,
                "last": last_day(row.valid_until),
                "status": {"label": status.label, "tone": CERTIFICATE_TONES.get(status, "stopped")},
                "file_url": address("certificate_file", row.serial) if row.file_id and may_open else "",
                "verify_url": address("verify_certificate", row.serial),
            }
        )
    return found


def conferrable(membership: Membership, on: date) -> list[Tier]:
    """Tiers of the member's class that a body can confer and that it does not have."""
    try:
        rulebook = queries.rulebook_on(on)
    except queries.NoRulebook:
        return []
    held = tier_on(membership, on)
    return [tier for tier in rulebook.tiers_of(membership.class_id) if tier.by_resolution_of and tier.id != held]


def bodies_of(tier: Tier) -> str:
    return _(", ").join(queries.body_name(key) for key in tier.by_resolution_of)


def penalties_page(request: HttpRequest, membership: Membership) -> str:
    if not request.user.has_perm("credit.add_penaltyrecord"):
        return ""
    page = address("admin:credit_penaltyrecord_new")
    return f"{page}?party={membership.party_id}" if page else ""
