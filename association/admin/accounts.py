"""Accounts: who may log in, who may open the desk, with which roles. Passwords are the person's own business."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from association import clock, roles
from association.actions import accounts, addresses
from association.actions import roles as granting
from association.admin.base import DeskAdmin, find, typed_in
from association.admin.forms import DayInput
from association.admin.roles import TABS, may_words, roles_words
from association.models import RoleGrant, User
from association.web import attempt, officer, require_fresh_login

LIST = "admin:association_user_changelist"
PAGE = "admin:association_user_change"
FLAG_WORDS = {
    "is_active": gettext_lazy("may log in"),
    "is_staff": gettext_lazy("may open the desk"),
    "is_superuser": gettext_lazy("superuser: may everything"),
}


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, roles.ROLES[key].name) for key in roles.GRANTABLE]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=RoleGrant.objects.on(clock.today()).filter(role=self.value()).values("user"))


class AccountForm(forms.Form):
    name = forms.CharField(label=pgettext_lazy("person", "name"), max_length=80)
    email = forms.EmailField(label=gettext_lazy("e-mail address"), max_length=254)
    is_staff = forms.BooleanField(label=gettext_lazy("may open the desk"), required=False)


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("role"))
    from_on = forms.DateField(label=gettext_lazy("first day"), widget=DayInput)
    last_on = forms.DateField(
        label=gettext_lazy("last day"),
        widget=DayInput,
        required=False,
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )
    note = forms.CharField(label=gettext_lazy("reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(key, roles.ROLES[key].name) for key in roles.GRANTABLE]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("from_on"), typed.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", _("The last day is not before the first one."))
        return typed


class RightsForm(forms.Form):
    """What the account may at all, and why that changes."""

    def __init__(self, *args: Any, shown: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for flag in shown:
            self.fields[flag] = forms.BooleanField(label=FLAG_WORDS[flag], required=False)
        self.fields["note"] = forms.CharField(label=gettext_lazy("reason"), max_length=300)


@admin.register(User)
class UserAdmin(DeskAdmin):
    """A new account has no password: the person sets one by «forgotten password»."""

    list_display = ["name", "email", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", RoleFilter]
    search_fields = ["name", "email", "mobile"]
    ordering = ["-is_staff", "name", "pk"]
    tabs = TABS

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("<int:pk>/grant/", self.grant, "grant"),
            self.route("<int:pk>/rights/", self.rights, "rights"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        self.require(request, "association.add_user")
        require_fresh_login(request)
        form = AccountForm(typed_in(request))
        if request.method == "POST" and form.is_valid():
            made = attempt(
                request,
                lambda: accounts.create(**form.cleaned_data, by=officer(request), on=clock.today()),
                done=_("The account is there. The person sets a password by «forgotten password»."),
            )
            if made is not None:
                return redirect(PAGE, made.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("New account"),
            where=_("Accounts"),
            where_url=reverse(LIST),
            lede=_("A new account has no password: the person sets one by «forgotten password» on the login page."),
            form=form,
            submit=_("Open the account"),
            cancel_url=reverse(LIST),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self.require_view(request)
        user = find(self.get_queryset(request), object_id)
        today = clock.today()
        by = officer(request)
        past = RoleGrant.objects.filter(user=user).exclude(pk__in=roles.grants_on(user, today))
        return self.page(
            request,
            "desk/association/account.html",
            title=str(user),
            where=_("Accounts"),
            where_url=reverse(LIST),
            account=user,
            flags=[(FLAG_WORDS[flag], getattr(user, flag)) for flag in accounts.FLAGS],
            held=roles_words(roles.held_on(user, today), by=by, on=today),
            past=past.select_related("decision__actor", "ending__actor"),
            role_names={key: role.name for key, role in roles.ROLES.items()},
            may=may_words(user),
            second_factor=user.has_second_factor(),
            dead="；".join(f"{one.address}（{one.reason}）" for one in addresses.dead_now(user)),
            may_grant=request.user.has_perm(granting.GRANTING),
            may_change=request.user.has_perm(accounts.CHANGING),
            own=user == request.user,
        )

    def grant(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, granting.GRANTING)
        require_fresh_login(request)
        user = find(self.get_queryset(request), pk)
        today = clock.today()
        form = GrantForm(typed_in(request), initial={"from_on": today})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            made = attempt(
                request,
                lambda: granting.grant(
                    user,
                    typed["role"],
                    from_on=typed["from_on"],
                    until=typed["last_on"] and typed["last_on"] + timedelta(1),
                    note=typed["note"],
                    by=officer(request),
                    on=today,
                ),
                done=_("The role is granted."),
            )
            if made is not None:
                return redirect(PAGE, user.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Grant a role to %(name)s") % {"name": user},
            where=str(user),
            where_url=reverse(PAGE, args=[user.pk]),
            lede=_("You can grant what you may do yourself, not more, and not to your own account."),
            form=form,
            submit=_("Grant the role"),
            cancel_url=reverse(PAGE, args=[user.pk]),
        )

    def rights(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, accounts.CHANGING)
        require_fresh_login(request)
        user = find(self.get_queryset(request), pk)
        shown = accounts.FLAGS if request.user.is_superuser else accounts.FLAGS[:2]  # type: ignore[union-attr]
        initial = {flag: getattr(user, flag) for flag in shown}
        form = RightsForm(typed_in(request), shown=shown, initial=initial)
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            done = attempt(
                request,
                lambda: accounts.change(
                    user,
                    wanted={flag: typed[flag] for flag in shown},
                    note=typed["note"],
                    by=officer(request),
                    on=clock.today(),
                ),
                done=_("The account is changed."),
            )
            if done is not None:
                return redirect(PAGE, user.pk)
        return self.page(
            request,
            "desk/association/form.html",
            title=_("Open or close the account of %(name)s") % {"name": user},
            where=str(user),
            where_url=reverse(PAGE, args=[user.pk]),
            lede=_("An account that is closed is logged out at once. What it did stays on record."),
            form=form,
            submit=_("Save"),
            cancel_url=reverse(PAGE, args=[user.pk]),
        )
