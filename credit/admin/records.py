"""Penalties on record, bans and the dishonesty list: the very rows that the eligibility check reads."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock
from association.actors import Actor
from association.admin.base import ReadOnlyAdmin, find, page_of, query_of, typed_in
from association.templatetags.huiji import zh_date
from association.web import attempt, user_of
from credit.actions import penalties
from credit.admin.forms import PenaltyForm, RevocationForm
from credit.models import Ban, DishonestyEntry, PenaltyRecord
from members.models import Party

ADD, CHANGE = "credit.add_penaltyrecord", "credit.change_penaltyrecord"
TABS = (
    (gettext_lazy("Bans"), "admin:credit_ban_changelist", "credit.view_ban"),
    (gettext_lazy("Dishonesty list"), "admin:credit_dishonestyentry_changelist", "credit.view_dishonestyentry"),
    (gettext_lazy("Penalties on record"), "admin:credit_penaltyrecord_changelist", "credit.view_penaltyrecord"),
)


@admin.register(PenaltyRecord)
class PenaltyRecordAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("new/", self.new, "new"),
            self.route("<int:pk>/revoke/", self.revoke, "revoke"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        asked = query_of(request)
        rows = PenaltyRecord.objects.select_related("party", "recorded_by").order_by("-decided_on", "-pk")
        if asked:
            rows = rows.filter(party__name__icontains=asked)
        return self.page(
            request,
            "desk/credit/penalties.html",
            title=_("Penalties on record"),
            page=page_of(request, rows),
            asked=asked,
            may_add=request.user.has_perm(ADD),
            may_change=request.user.has_perm(CHANGE),
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        return redirect("admin:credit_penaltyrecord_changelist")

    def new(self, request: HttpRequest) -> HttpResponse:
        self.require(request, ADD)
        back = reverse("admin:credit_penaltyrecord_changelist")
        typed_party = request.GET.get("party", "")
        known = (
            Party.objects.filter(pk=int(typed_party)).first()
            if typed_party.isascii() and typed_party.isdigit()
            else None
        )
        form = PenaltyForm(typed_in(request), initial={"who": (known.number or known.name) if known else ""})
        if request.method == "POST" and form.is_valid():
            typed = dict(form.cleaned_data)
            party = typed.pop("who")
            made = attempt(
                request,
                lambda: penalties.record(party, **typed, by=Actor.officer(user_of(request)), on=clock.today()),
                done=_("The penalty is on record. Every check of this party reads it from now on."),
            )
            if made is not None:
                return redirect(back)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Enter a penalty on record"),
            where=_("Penalties on record"),
            where_url=back,
            form=form,
            effects=[
                _("A running application of this party shows it at once. Nobody is refused by it: a person decides.")
            ],
            submit=_("Put it on record"),
            cancel_url=back,
        )

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Note that the penalty was revoked by the authority or a court."""
        self.require(request, CHANGE)
        back = reverse("admin:credit_penaltyrecord_changelist")
        penalty = find(PenaltyRecord.objects.select_related("party"), pk)
        form = RevocationForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            attempt(
                request,
                lambda: penalties.revoke(
                    penalty,
                    revoked_on=form.cleaned_data["revoked_on"],
                    by=Actor.officer(user_of(request)),
                    on=clock.today(),
                ),
                done=_("The revocation is noted. The penalty does not count any more."),
            )
            return redirect(back)
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("Note the revocation?"),
            where=_("Penalties on record"),
            where_url=back,
            facts=[
                (_("Against whom"), penalty.party.name),
                (_("Authority"), penalty.authority),
                (_("Document number"), penalty.document or "—"),
                (_("Decided on"), zh_date(penalty.decided_on)),
            ],
            form=form,
            effects=[_("The penalty does not count any more in any check. It stays readable.")],
            confirm=_("Note the revocation"),
            cancel_url=back,
        )


@admin.register(Ban)
class BanAdmin(ReadOnlyAdmin):
    tabs = TABS
    list_display = ["party", "cause", "from_on", "last_day", "voided_on"]
    list_display_links = None
    list_filter = ["cause"]
    list_select_related = ["party"]
    search_fields = ["party__name", "party__number"]

    @admin.display(description=gettext_lazy("through"))
    def last_day(self, obj: Ban) -> date:
        return obj.until - timedelta(days=1)


@admin.register(DishonestyEntry)
class DishonestyEntryAdmin(ReadOnlyAdmin):
    tabs = TABS
    list_display = ["party", "from_on", "planned_through", "removed_on"]
    list_display_links = None
    list_filter = [("removed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["party"]
    search_fields = ["party__name", "party__number"]

    @admin.display(description=gettext_lazy("planned through"))
    def planned_through(self, obj: DishonestyEntry) -> date | None:
        return obj.planned_until - timedelta(days=1) if obj.planned_until else None
