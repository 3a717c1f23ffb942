"""Roles and rights: the matrix of what each role may, and the grants, each begun and ended by a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from association import clock, roles
from association.actions import roles as granting
from association.actors import Actor
from association.admin.base import ReadOnlyAdmin, against, find, typed_in
from association.admin.forms import DayInput
from association.models import RoleGrant, User
from association.web import attempt, officer, require_fresh_login

TABS = (
    (gettext_lazy("Accounts"), "admin:association_user_changelist", "association.view_user"),
    (gettext_lazy("Granted roles"), "admin:association_rolegrant_changelist", "association.view_rolegrant"),
    (gettext_lazy("Roles and rights"), "admin:association_rolegrant_matrix", "association.view_rolegrant"),
)
VERBS = {
    "view": gettext_lazy("look at"),
    "add": gettext_lazy("enter"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("remove"),
}
ORDER = (*VERBS,)


class EndForm(forms.Form):
    until = forms.DateField(label=gettext_lazy("first day without it"), widget=DayInput)
    note = forms.CharField(label=gettext_lazy("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class GrantedFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, roles.ROLES[key].name) for key in roles.GRANTABLE]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(role=self.value()) if self.value() else queryset


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ["user", "role_name", "from_on", "until", "given_by"]
    list_select_related = ["user", "decision__actor"]
    list_filter = [GrantedFilter]
    search_fields = ["user__name", "user__email"]
    tabs = TABS

    @admin.display(description=gettext_lazy("role"), ordering="role")
    def role_name(self, obj: RoleGrant) -> str:
        return roles.name(obj.role)

    @admin.display(description=gettext_lazy("granted by"))
    def given_by(self, obj: RoleGrant) -> str:
        return obj.decision.actor_name or _("Huiji")

    def get_urls(self) -> list[URLPattern]:
        return [
            self.route("matrix/", self.matrix, "matrix"),
            self.route("<int:pk>/end/", self.end, "end"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        self.require_view(request)
        return redirect("admin:association_user_change", find(RoleGrant.objects.all(), object_id).user_id)

    def matrix(self, request: HttpRequest) -> HttpResponse:
        self.require_view(request)
        rights = rights_by_role()
        granted = [roles.ROLES[key] for key in (*roles.GRANTABLE, *(role.key for role in roles.BY_SEAT))]
        return self.page(
            request,
            "desk/association/roles.html",
            title=_("Roles and rights"),
            where=_("Settings"),
            where_url=reverse("admin:association_association_changelist"),
            roles=[
                {"role": role, "home": HOMES[role.home], "may": grouped(rights.get(role.key, ()))}
                for role in roles.ROLES.values()
            ],
            columns=granted,
            table=table(rights, [role.key for role in granted]),
        )

    def end(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(request, granting.ENDING)
        require_fresh_login(request)
        grant = find(RoleGrant.objects.select_related("user"), pk)
        today = clock.today()
        by = officer(request)
        back = reverse("admin:association_user_change", args=[grant.user_id])
        first = max(today, grant.from_on)
        form = EndForm(typed_in(request), initial={"until": first})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            done = attempt(
                request,
                lambda: granting.end(grant, until=typed["until"], note=typed["note"], by=by, on=today),
                done=_("The end of the role is on record."),
            )
            if done is not None:
                return redirect(back)
        words = {"name": grant.user, "role": roles.name(grant.role)}
        return self.page(
            request,
            "desk/association/confirm.html",
            title=_("End the role %(role)s of %(name)s?") % words,
            where=str(grant.user),
            where_url=back,
            form=form,
            effects=[{"text": _("From that day on the role gives %(name)s nothing. It stays on record.") % words}],
            reasons=against(granting.check_end(grant, until=first, by=by, on=today)),
            confirm=_("End the role"),
            stop=True,
            cancel_url=back,
        )


HOMES = {
    roles.Home.GRANT: gettext_lazy("granted to an account, from a day, until a day"),
    roles.Home.SEAT: gettext_lazy("comes with a seat in a body, while the seat is held"),
    roles.Home.RELATION: gettext_lazy("not granted: it follows from what the account has to do with a case or member"),
}


def rights_by_role() -> dict[str, list[Permission]]:
    found: dict[str, list[Permission]] = {}
    rows = Permission.objects.filter(group__name__in=roles.ROLES).select_related("content_type")
    for permission in rows.annotate(role=F("group__name")).order_by("pk"):
        found.setdefault(permission.role, []).append(permission)
    return found


def grouped(permissions: Iterable[Permission]) -> list[dict[str, Any]]:
    """By what they concern: its name, and what may be done with it, in words."""
    found: dict[tuple[str, str], list[Permission]] = {}
    for permission in permissions:
        kind = permission.content_type
        found.setdefault((kind.app_label, kind.model), []).append(permission)
    lines = []
    for (app, model_name), rows in found.items():
        try:
            model = apps.get_model(app, model_name)
        except LookupError:  # a right on what an earlier version had
            continue
        lines.append(
            {
                "key": (app, model_name),
                "what": str(model._meta.verbose_name),
                "verbs": [verb_of(model, row.codename) for row in sorted(rows, key=rank)],
                "more": any(not row.codename.startswith("view_") for row in rows),
            }
        )
    return sorted(lines, key=lambda line: (APPS.index(line["key"][0]), line["key"][1]))


APPS = ("association", "members", "fees", "credit", "admissions", "servicepool", "portal")


def rank(permission: Permission) -> tuple[int, int]:
    verb = permission.codename.partition("_")[0]
    return (ORDER.index(verb) if verb in ORDER else len(ORDER), permission.pk)


def verb_of(model: Any, codename: str) -> str:
    """«look at», or the words of a right of the model's own."""
    verb, _dash, name = codename.partition("_")
    if verb in VERBS and name == model._meta.model_name:
        return str(VERBS[verb])
    return str(dict(model._meta.permissions).get(codename, codename))


def table(rights: dict[str, list[Permission]], columns: list[str]) -> list[dict[str, Any]]:
    """One line for each thing: by role nothing, ``read``, or ``act`` where more than reading is allowed."""
    lines: dict[Any, dict[str, Any]] = {}
    for key in columns:
        for line in grouped(rights.get(key, ())):
            row = lines.setdefault(line["key"], {"what": line["what"], "cells": dict.fromkeys(columns, "")})
            row["cells"][key] = "act" if line["more"] else "read"
    order = sorted(lines, key=lambda found: (APPS.index(found[0]), found[1]))
    return [{"what": lines[key]["what"], "cells": list(lines[key]["cells"].values())} for key in order]


def roles_words(held: Iterable[roles.Held], *, by: Actor, on: date) -> list[dict[str, Any]]:
    """What somebody is, each with where it comes from and whether it can be ended by the reader."""
    found = []
    for one in held:
        grant = one.grant
        ending = granting.check_end(grant, until=max(on, grant.from_on), by=by, on=on) if grant else None
        may_end = grant is not None and by.user is not None and by.user.has_perm(granting.ENDING)
        found.append(
            {
                "held": one,
                "by": one.decision.actor_name or _("Huiji") if one.decision else "",
                "may_end": may_end,
                "reasons": against(ending) if may_end and ending else [],
            }
        )
    return found


def may_words(user: User) -> list[dict[str, Any]]:
    """What the account may today, each thing with the roles that give it."""
    held = {one.role.key: one.role.name for one in roles.held_on(user, clock.today())}
    rights = rights_by_role()
    lines: dict[Any, dict[str, Any]] = {}
    for key, name in held.items():
        for line in grouped(rights.get(key, ())):
            row = lines.setdefault(line["key"], {"what": line["what"], "verbs": [], "roles": []})
            row["verbs"] += [verb for verb in line["verbs"] if verb not in row["verbs"]]
            row["roles"].append(str(name))
    return list(lines.values())
