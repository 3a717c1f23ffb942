"""What other people's apps tell of log-ins, second steps and changes through the admin, written into the audit log."""

from __future__ import annotations

import json
from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth import signals as auth
from django.contrib.auth.models import Group
from django.db.models.signals import post_save

from association.actions import audit
from association.models import User
from association.models.audit import AuditKind

ACTS = {1: "added", 2: "changed", 3: "deleted"}
"""Django's action flags."""


def connect() -> None:
    auth.user_logged_in.connect(logged_in, dispatch_uid="audit")
    auth.user_logged_out.connect(logged_out, dispatch_uid="audit")
    auth.user_login_failed.connect(login_failed, dispatch_uid="audit")
    account.password_changed.connect(password("password_changed"), weak=False, dispatch_uid="audit")
    account.password_set.connect(password("password_set"), weak=False, dispatch_uid="audit")
    account.password_reset.connect(password("password_reset"), weak=False, dispatch_uid="audit")
    mfa.authenticator_used.connect(factor("used"), weak=False, dispatch_uid="audit")
    mfa.authentication_failed.connect(factor("failed"), weak=False, dispatch_uid="audit")
    mfa.authenticator_added.connect(factor("added"), weak=False, dispatch_uid="audit")
    mfa.authenticator_removed.connect(factor("removed"), weak=False, dispatch_uid="audit")
    mfa.authenticator_reset.connect(factor("reset"), weak=False, dispatch_uid="audit")
    post_save.connect(changed, sender=LogEntry, dispatch_uid="audit")


def logged_in(user: User, **_rest: Any) -> None:
    audit.note(AuditKind.LOGIN, "logged_in", user=user)


def logged_out(user: User | None, **_rest: Any) -> None:
    if user is not None:
        audit.note(AuditKind.LOGIN, "logged_out", user=user)


def login_failed(credentials: dict[str, Any], **_rest: Any) -> None:
    """What was typed is not kept: the account where there is one, else that there was none."""
    typed = str(credentials.get("email") or credentials.get("username") or "")[:254]
    user = User.objects.filter(email__iexact=typed).first() if typed else None
    audit.note(AuditKind.LOGIN, "login_failed", user=None, target=audit.reference(user) if user else "")


def password(what: str) -> Any:
    def receive(user: User, **_rest: Any) -> None:
        audit.note(AuditKind.LOGIN, what, user=user)

    return receive


def factor(what: str) -> Any:
    def receive(user: User, authenticator: Any = None, **_rest: Any) -> None:
        kind = getattr(authenticator, "type", "")
        audit.note(AuditKind.FACTOR, f"factor_{what}", user=user, type=str(kind))

    return receive


def changed(instance: LogEntry, created: bool, raw: bool = False, **_rest: Any) -> None:
    """A change through the admin: which row and which fields. Of an account and a role, also the rights it has now."""
    if not created or raw or instance.content_type is None:
        return
    model = instance.content_type.model_class()
    target = f"{instance.content_type.app_label}.{instance.content_type.model}:{instance.object_id}"
    facts: dict[str, Any] = {}
    fields = _fields(instance.change_message)
    if fields:
        facts["fields"] = fields
    row = instance.get_edited_object() if model in (User, Group) and instance.action_flag != DELETION else None
    if isinstance(row, User):
        facts |= {"roles": sorted(row.groups.values_list("name", flat=True))}
        facts |= {"is_active": row.is_active, "is_staff": row.is_staff, "is_superuser": row.is_superuser}
    elif isinstance(row, Group):
        names = row.permissions.values_list("content_type__app_label", "codename")
        facts |= {"rights": sorted(f"{app}.{name}" for app, name in names)}
    actor = User.objects.filter(pk=instance.user_id).first()
    audit.note(AuditKind.CHANGE, ACTS.get(instance.action_flag, "changed"), user=actor, target=target, **facts)


def _fields(message: str) -> list[str]:
    """The names of what was changed, as Django notes them; a plain text is none of it."""
    try:
        parts = json.loads(message) if message.startswith("[") else []
    except ValueError:
        return []
    return sorted({str(name) for part in parts for said in part.values() for name in said.get("fields", [])})
