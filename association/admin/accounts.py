"""Accounts: who may log in, who may open the desk, with which roles. Passwords are the person's own business."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from association.actions import addresses
from association.admin.base import DeskAdmin
from association.models import User

ROLES = {
    "secretariat": _("secretariat"),
    "finance": _("finance"),
    "auditor": _("auditor or supervisor (reads only)"),
}


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        names = Group.objects.order_by("name").values_list("name", flat=True)
        return [(name, ROLES.get(name, name)) for name in names]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


@admin.register(User)
class UserAdmin(DeskAdmin):
    """A new account has no password: the person sets one by «forgotten password»."""

    list_display = ["name", "email", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", RoleFilter]
    search_fields = ["name", "email", "mobile"]
    ordering = ["-is_staff", "name", "pk"]

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = ["name", "email", "mobile", "is_active", "is_staff", "groups"]
        if request.user.is_superuser:
            fields.append("is_superuser")
        return fields if obj is None else [*fields, "mobile_verified_at", "dead", "date_joined", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        fixed = ["email", "mobile", "mobile_verified_at", "dead", "date_joined", "last_login"]
        return [*fixed, "is_active", "is_staff", "groups", "is_superuser"] if obj == request.user else fixed

    @admin.display(description=_("addresses that do not work"), empty_value="—")
    def dead(self, obj: User) -> str:
        return "；".join(f"{one.address}（{one.reason}）" for one in addresses.dead_now(obj))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only a superuser changes a superuser: nobody lifts themselves or another higher than they stand."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or request.user.is_superuser)

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if not change:
            obj.email = obj.email.lower()
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, widget=CheckboxSelectMultiple, **kwargs)
        if field is not None:
            field.help_text = ""
            field.label_from_instance = lambda group: ROLES.get(group.name, group.name)
        return field
