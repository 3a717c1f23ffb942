"""Fee standards, drafted and put in force under a resolution; accounts to pay to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, queries
from association.actors import Actor
from association.admin.base import DeskAdmin, ReadOnlyAdmin, find, page_of, typed_in
from association.web import attempt, user_of
from fees.actions import standards
from fees.admin.forms import UNITS, ActivateForm, StandardForm
from fees.admin.invoices import TABS
from fees.models import BankAccount, FeeStandard, FeeStandardItem
from fees.rules.payers import Price, prices

DRAFT = "fees.add_feestandard"
LEDE = gettext_lazy("The draft costs nobody anything. It takes effect under a resolution of the body that sets fees.")
NO_FEES = gettext_lazy("The rules in force know no fee: there is no amount to enter.")


@admin.register(FeeStandard)
class FeeStandardAdmin(ReadOnlyAdmin):
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("new/", self.new, "new"),
            self.route("<int:pk>/activate/", self.activate, "activate"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self.require_view(request)
        return self.page(
            request,
            "desk/fees/standards.html",
            title=_("Fee standards"),
            page=page_of(request, FeeStandard.objects.select_related("resolution__meeting__body")),
            may_draft=request.user.has_perm(DRAFT),
        )

    def new(self, request: HttpRequest) -> HttpResponse:
        self.require(request, DRAFT)
        back = reverse("admin:fees_feestandard_changelist")
        rulebook = queries.rulebook_on(clock.today())
        form = StandardForm(typed_in(request), rulebook=rulebook)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            made = standards.draft(typed["title"], form.amounts(), effective_from=typed["effective_from"])
            return redirect("admin:fees_feestandard_change", made.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Draft a fee standard"),
            where=_("Fee standards"),
            where_url=back,
            form=form,
            lede=LEDE if rulebook.fees else NO_FEES,
            submit=_("Keep the draft"),
            cancel_url=back,
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None):
        self.require_view(request)
        standard = find(FeeStandard.objects.select_related(*STANDARD), object_id)
        return self.show(request, standard, ActivateForm())

    def activate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put it in force under a resolution; refused, with the article, under one of another body."""
        self.require(request, DRAFT)
        standard = find(FeeStandard.objects.select_related(*STANDARD), pk)
        if request.method != "POST":
            return redirect("admin:fees_feestandard_change", standard.pk)
        form = ActivateForm(request.POST)
        if not form.is_valid():
            return self.show(request, standard, form)
        attempt(
            request,
            lambda: standards.activate(
                standard, form.cleaned_data["resolution"], by=Actor.officer(user_of(request)), on=clock.today()
            ),
            done=_("The fee standard is in force from its first day on."),
        )
        return redirect("admin:fees_feestandard_change", standard.pk)

    def show(self, request: HttpRequest, standard: FeeStandard, form: ActivateForm) -> HttpResponse:
        rulebook = queries.rulebook_on(clock.today())
        fees = rulebook.fees
        named = {(price.class_id, price.tier, price.grade): price for price in prices(rulebook)}
        return self.page(
            request,
            "desk/fees/standard.html",
            title=standard.title,
            where=_("Fee standards"),
            where_url=reverse("admin:fees_feestandard_changelist"),
            standard=standard,
            items=[row(item, named) for item in standard.items.all()],
            free=[(price.name, price.free.sources(rulebook.id)) for price in named.values() if price.free],
            rulebook=rulebook,
            form=form,
            body=queries.body_name(fees.standard_by) if fees and fees.standard_by else "",
            sources=fees.sources(rulebook.id) if fees else (),
            may_activate=request.user.has_perm(DRAFT) and standard.decision_id is None,
        )


def row(item: FeeStandardItem, named: Mapping[tuple[str, str, str], Price]) -> dict[str, Any]:
    """An amount as the page shows it; one that the rulebook in force does not know any more by its ids."""
    price = named.get((item.class_id, item.tier, item.grade))
    name = price.name if price else " · ".join(filter(None, (item.class_id, item.tier, item.grade)))
    return {"name": name, "amount": item.amount, "per": UNITS[price.per] if price else ""}


STANDARD = ("resolution__meeting__body", "decision__actor", "decision__version")


@admin.register(BankAccount)
class BankAccountAdmin(DeskAdmin):
    """An account that stands on an invoice is not rewritten: a new one is entered and the old one put out of use."""

    tabs = TABS
    list_display = ["payee", "bank", "account", "in_use"]
    search_fields = ["payee", "bank", "account"]

    def get_readonly_fields(self, request: HttpRequest, obj: BankAccount | None = None) -> tuple[str, ...]:
        return ("payee", "bank", "account") if obj else ()
